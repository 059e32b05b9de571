#include "conf/json_value.h"

#include <array>
#include <charconv>
#include <cmath>

#include "conf/value_parser.h"
#include "proxy/json/json_scan.h"

namespace banto::conf {
namespace {

// The shortest decimals that are read as the same number.
void AppendNumber(double number, std::string* out) {
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  out->append(text.data(), end);
}

NoJson AppendText(const TomlValue& value, std::string* out) {
  std::string expanded, error;
  if (!ExpandEnvironment(value.text, &expanded, &error))
    return {value.place, error, "set it, or write $${ for a literal ${"};
  json::AppendJsonString(expanded, out);
  return {};
}

NoJson AppendItems(const TomlValue& value, std::string* out) {
  char separator = '[';
  for (const TomlValue& item : value.items) {
    out->push_back(separator);
    if (NoJson wrong = AppendJson(item, out)) return wrong;
    separator = ',';
  }
  out->append(value.items.empty() ? "[]" : "]");
  return {};
}

NoJson AppendMembers(const TomlValue& value, std::string* out) {
  char separator = '{';
  for (const TomlEntry& entry : value.entries) {
    out->push_back(separator);
    json::AppendJsonString(entry.key, out);
    out->push_back(':');
    if (NoJson wrong = AppendJson(entry.value, out)) return wrong;
    separator = ',';
  }
  out->append(value.entries.empty() ? "{}" : "}");
  return {};
}

}  // namespace

NoJson AppendJson(const TomlValue& value, std::string* out) {
  switch (value.type) {
    case TomlValue::Type::kBoolean:
      out->append(value.boolean ? "true" : "false");
      return {};
    case TomlValue::Type::kInteger:
      out->append(std::to_string(value.integer));
      return {};
    case TomlValue::Type::kFloat:
      if (!std::isfinite(value.number))
        return {value.place, "JSON has no such number", "write a finite one"};
      AppendNumber(value.number, out);
      return {};
    case TomlValue::Type::kString:
      return AppendText(value, out);
    case TomlValue::Type::kTime:
      return {value.place, "JSON has no dates", "put it between quotes"};
    case TomlValue::Type::kArray:
      return AppendItems(value, out);
    case TomlValue::Type::kTable:
      return AppendMembers(value, out);
  }
  return {};
}

}  // namespace banto::conf
