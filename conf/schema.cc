#include "conf/schema.h"

#include <iterator>

#include "conf/value_parser.h"

namespace banto::conf {
namespace {

// In the order of the enum.
constexpr std::string_view kTypeNames[] = {"string",
                                           "true or false",
                                           "whole number",
                                           "duration",
                                           "size",
                                           "url",
                                           "address",
                                           "file",
                                           "file",
                                           "",
                                           "list of strings",
                                           "table of strings",
                                           "number",
                                           "model",
                                           "list of models",
                                           "table of whole numbers",
                                           "table of values",
                                           "table"};
static_assert(std::size(kTypeNames) == static_cast<size_t>(KeyType::kTable) + 1);

std::string Range(const KeyRule& rule) {
  if (rule.min == 0 && rule.max == 0) return {};
  const auto text = [&rule](int64_t value) {
    if (rule.type == KeyType::kDuration) return FormatDurationMs(value);
    if (rule.type == KeyType::kSize) return FormatSizeBytes(static_cast<uint64_t>(value));
    return std::to_string(value);
  };
  return ", " + text(rule.min) + " to " + text(rule.max);
}

}  // namespace

const KeyRule* FindRule(std::string_view section, std::string_view name) {
  for (const KeyRule& rule : KeyRules()) {
    if (rule.section == section && rule.name == name) return &rule;
  }
  return nullptr;
}

const SectionRule* FindSection(std::string_view name) {
  for (const SectionRule& rule : SectionRules()) {
    if (rule.name == name) return &rule;
  }
  return nullptr;
}

std::vector<std::string_view> KnownNames(std::string_view section) {
  std::vector<std::string_view> names;
  for (const KeyRule& rule : KeyRules()) {
    if (rule.section == section) names.push_back(rule.name);
  }
  if (!section.empty()) return names;
  for (const SectionRule& rule : SectionRules()) {
    if (rule.name.find('.') == std::string_view::npos) names.push_back(rule.name);
  }
  return names;
}

const KeyRule* FindElsewhere(std::string_view section, std::string_view name) {
  for (const KeyRule& rule : KeyRules()) {
    if (rule.name == name && rule.section != section) return &rule;
  }
  return nullptr;
}

bool IsPlainKey(std::string_view name) {
  const SectionRule* const section = FindSection(name);
  if (section != nullptr && section->secrecy == Secrecy::kSecret) return false;
  bool known = section != nullptr;
  for (const KeyRule& rule : KeyRules()) {
    if (rule.name != name) continue;
    if (rule.secrecy == Secrecy::kSecret) return false;
    known = true;
  }
  return known;
}

std::vector<std::string_view> SplitChoices(std::string_view choices) {
  std::vector<std::string_view> parts;
  constexpr std::string_view kBetween = " | ";
  while (!choices.empty()) {
    const size_t end = choices.find(kBetween);
    parts.push_back(choices.substr(0, end));
    if (end == std::string_view::npos) break;
    choices.remove_prefix(end + kBetween.size());
  }
  return parts;
}

std::string DescribeType(const KeyRule& rule) {
  if (rule.type != KeyType::kChoice)
    return std::string(kTypeNames[static_cast<size_t>(rule.type)]) + Range(rule);
  std::string text = "one of";
  for (std::string_view choice : SplitChoices(rule.choices))
    text.append(text == "one of" ? " " : ", ").append(choice);
  return text;
}

std::string DescribeKey(const KeyRule& rule) {
  return std::string(rule.help) + (rule.needs_restart ? " Needs a restart." : "");
}

}  // namespace banto::conf
