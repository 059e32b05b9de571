// Helpers to write a row of the schema's table. Constant data.
#ifndef BANTO_CONF_SCHEMA_ROW_H_
#define BANTO_CONF_SCHEMA_ROW_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "conf/member.h"
#include "conf/schema.h"

namespace banto::conf {

template <typename Value>
constexpr KeyType TypeOf() {
  if constexpr (std::is_same_v<Value, bool>) return KeyType::kBoolean;
  if constexpr (std::is_same_v<Value, std::optional<bool>>) return KeyType::kBoolean;
  if constexpr (std::is_same_v<Value, int>) return KeyType::kInteger;
  if constexpr (std::is_same_v<Value, int64_t>) return KeyType::kDuration;
  if constexpr (std::is_same_v<Value, uint64_t>) return KeyType::kSize;
  if constexpr (std::is_same_v<Value, std::string>) return KeyType::kText;
  if constexpr (std::is_same_v<Value, SecretDigest>) return KeyType::kText;
  if constexpr (std::is_same_v<Value, std::vector<std::string>>) return KeyType::kTexts;
  if constexpr (std::is_same_v<Value, std::vector<net::Network>>) return KeyType::kTexts;
  if constexpr (std::is_same_v<Value, Headers>) return KeyType::kTextTable;
  if constexpr (std::is_same_v<Value, double>) return KeyType::kNumber;
  if constexpr (std::is_same_v<Value, ModelChoice>) return KeyType::kModel;
  if constexpr (std::is_same_v<Value, std::vector<ModelChoice>>) return KeyType::kModels;
  if constexpr (std::is_same_v<Value, JsonMembers>) return KeyType::kJsonTable;
  if constexpr (std::is_same_v<Value, std::vector<SplitChoice>>) return KeyType::kShares;
  if constexpr (std::is_same_v<Value, RouteCache> || std::is_same_v<Value, ModelMirror> ||
                std::is_same_v<Value, ModelCache> || std::is_same_v<Value, ModelTimeouts> ||
                std::is_same_v<Value, std::optional<Price>>) {
    return KeyType::kTable;
  }
  if constexpr (std::is_enum_v<Value>) return KeyType::kChoice;
  if constexpr (std::is_same_v<Value, net::Url>) return KeyType::kUrl;
  if constexpr (std::is_same_v<Value, std::optional<net::Url>>) return KeyType::kUrl;
}

// A row whose section and type follow from the member it sets; [min, max] as described at KeyType.
template <auto kMember>
constexpr KeyRule Row(std::string_view name, std::string_view default_text, std::string_view help,
                      int64_t min = 0, int64_t max = 0) {
  return {.section = SectionOf<OwnerOf<kMember>>(),
          .name = name,
          .type = TypeOf<ValueOf<kMember>>(),
          .default_text = default_text,
          .help = help,
          .min = min,
          .max = max,
          .member = Fills<kMember>};
}
template <auto kMember>
constexpr KeyRule Choice(std::string_view name, std::string_view default_text,
                         std::string_view help, std::string_view choices) {
  KeyRule rule = Row<kMember>(name, default_text, help);
  rule.choices = choices;
  return rule;
}

// Overrides the type: a member that is a string may be more than kText.
constexpr KeyRule As(KeyType type, KeyRule rule) {
  rule.type = type;
  return rule;
}
constexpr KeyRule Secret(KeyRule rule, Secrecy secrecy = Secrecy::kSecret) {
  rule.secrecy = secrecy;
  return rule;
}
constexpr KeyRule Restart(KeyRule rule) {
  rule.needs_restart = true;
  return rule;
}
constexpr KeyRule Planned(std::string_view word, KeyRule rule) {
  rule.planned = word;
  return rule;
}
constexpr KeyRule OrWord(std::string_view word, KeyRule rule) {
  rule.choices = word;
  return rule;
}
constexpr KeyRule InsteadOf(std::string_view other, KeyRule rule) {
  rule.instead_of = other;
  return rule;
}

}  // namespace banto::conf

#endif  // BANTO_CONF_SCHEMA_ROW_H_
