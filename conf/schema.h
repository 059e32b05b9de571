// Every key that a configuration may hold: one table, from which unknown keys, types, ranges,
// docs/config.md and example.toml are checked. Constant data; any thread.
#ifndef BANTO_CONF_SCHEMA_H_
#define BANTO_CONF_SCHEMA_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conf/member.h"

namespace banto::conf {

enum class KeyType : uint8_t {
  kText,        // any string
  kBoolean,     // true or false
  kInteger,     // a whole number in [min, max]
  kDuration,    // "5s"; [min, max] in ms
  kSize,        // "32KiB"; [min, max] in bytes
  kUrl,         // "http://host:port"
  kListen,      // "ip:port", ":port" or "unix:/path"
  kFile,        // a path, relative to the configuration's folder, that must be readable
  kSecretFile,  // the same; its one line is the value
  kChoice,      // one of `choices`
  kTexts,       // a list of strings
  kTextTable,   // { "name" = "value" }: names are the user's own
  kTable,       // a table with keys of its own, section "outer.inner"
};

// How much of a value an error may show.
enum class Secrecy : uint8_t {
  kPlain,   // all of it
  kSecret,  // nothing of it
  kUrl,     // all of it if it is a url without a password
};

struct KeyRule {
  std::string_view section;  // "" for the top of the file
  std::string_view name;
  KeyType type = KeyType::kText;
  std::string_view default_text;  // as TOML; "" when there is none
  std::string_view help;          // one sentence: why one would set it
  int64_t min = 0, max = 0;       // 0, 0: not limited
  std::string_view choices = "";  // "a | b"; beside a duration: the one word it may be as well
  Secrecy secrecy = Secrecy::kPlain;
  Member (*member)(const Parts&) = nullptr;  // what it fills
  bool needs_restart = false;                // a reload cannot apply it (restart_keys.h)
  std::string_view instead_of = "";          // a key that must not stand beside it
  std::string_view planned = "";             // a value that a later version will know
};

struct SectionRule {
  std::string_view name;
  bool is_list = false;  // [[name]]
  std::string_view help;
};

std::span<const KeyRule> KeyRules();
std::span<const SectionRule> SectionRules();

const KeyRule* FindRule(std::string_view section, std::string_view name);
const SectionRule* FindSection(std::string_view name);

// The keys of a section, and for the top of the file the sections too.
std::vector<std::string_view> KnownNames(std::string_view section);
// The first section other than `section` that has this key, or nullptr.
const KeyRule* FindElsewhere(std::string_view section, std::string_view name);

// True when no key of this name, wherever it stands, may hold a secret. Unknown names may.
bool IsPlainKey(std::string_view name);

std::vector<std::string_view> SplitChoices(std::string_view choices);

// What docs/config.md says in its type column: "duration, 100ms to 1h".
std::string DescribeType(const KeyRule& rule);
// … and in its last one: the help, and whether it needs a restart.
std::string DescribeKey(const KeyRule& rule);

}  // namespace banto::conf

#endif  // BANTO_CONF_SCHEMA_H_
