// Every key of the configuration, in one table against which unknown keys, types, ranges,
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
  kInteger,     // an integer in [min, max]
  kDuration,    // "5s"; [min, max] in ms
  kSize,        // "32KiB"; [min, max] in bytes
  kUrl,         // "http://host:port"
  kListen,      // "ip:port", ":port" or "unix:/path"
  kFile,        // a readable file's path, relative to the configuration's folder
  kSecretFile,  // the same; the value is the file's only line
  kChoice,      // one of `choices`
  kTexts,       // a list of strings
  kTextTable,   // { "name" = "value" } with arbitrary names
  kNumber,      // a number in [min, max], with or without a fraction
  kModel,       // "model", or { worker = "name", model = "model" }
  kModels,      // a list of those
  kShares,      // { "model" = 90 }
  kJsonTable,   // { name = any value } with arbitrary names
  kTable,       // a table with its own keys, section "outer.inner"
};

// How much of a value an error may show.
enum class Secrecy : uint8_t {
  kPlain,   // everything
  kSecret,  // nothing
  kUrl,     // everything if it is a url without a password
};

struct KeyRule {
  std::string_view section;  // "" for the top level
  std::string_view name;
  KeyType type = KeyType::kText;
  std::string_view default_text;  // as TOML; "" if there is none
  std::string_view help;          // one sentence: when to set it
  int64_t min = 0, max = 0;       // 0, 0: unlimited
  std::string_view choices = "";  // "a | b"; for a duration: the one word it may also be
  Secrecy secrecy = Secrecy::kPlain;
  Member (*member)(const Parts&) = nullptr;  // the member that it sets
  bool needs_restart = false;                // a reload cannot apply it (restart_keys.h)
  std::string_view instead_of = "";          // a key that must not be set together with it
  std::string_view planned = "";             // a value reserved for a later version
};

struct SectionRule {
  std::string_view name;
  bool is_list = false;  // [[name]]
  std::string_view help;
  // kSecret: what stands in its place under the same name, in another section, may be a secret.
  Secrecy secrecy = Secrecy::kPlain;
};

std::span<const KeyRule> KeyRules();
std::span<const SectionRule> SectionRules();

const KeyRule* FindRule(std::string_view section, std::string_view name);
const SectionRule* FindSection(std::string_view name);

// The keys of a section; for the top level also the sections.
std::vector<std::string_view> KnownNames(std::string_view section);
// The first other section that has this key, or nullptr.
const KeyRule* FindElsewhere(std::string_view section, std::string_view name);

// Whether no key of this name in any section may hold a secret. False for unknown names.
bool IsPlainKey(std::string_view name);

std::vector<std::string_view> SplitChoices(std::string_view choices);

// The type column of docs/config.md: "duration, 100ms to 1h".
std::string DescribeType(const KeyRule& rule);
// … and its last column: the help, and whether a change needs a restart.
std::string DescribeKey(const KeyRule& rule);

}  // namespace banto::conf

#endif  // BANTO_CONF_SCHEMA_H_
