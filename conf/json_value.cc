#include "conf/json_value.h"

#include <array>
#include <charconv>
#include <cmath>

#include "conf/text_value.h"
#include "proxy/json/json_scan.h"

namespace banto::conf {
namespace {

bool Wrong(const TomlValue& value, const char* message, const char* hint, ErrorList* errors) {
  errors->Add(value.place, message, hint);
  return false;
}

// The shortest decimals that are read as the same number.
void AppendNumber(double number, std::string* out) {
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  out->append(text.data(), end);
}

bool AppendText(const TomlValue& value, ErrorList* errors, std::string* out) {
  std::string expanded;
  if (!ExpandText(value, errors, &expanded)) return false;
  json::AppendJsonString(expanded, out);
  return true;
}

bool AppendItems(const TomlValue& value, ErrorList* errors, std::string* out) {
  char separator = '[';
  for (const TomlValue& item : value.items) {
    out->push_back(separator);
    if (!AppendJson(item, errors, out)) return false;
    separator = ',';
  }
  out->append(value.items.empty() ? "[]" : "]");
  return true;
}

bool AppendMembers(const TomlValue& value, ErrorList* errors, std::string* out) {
  char separator = '{';
  for (const TomlEntry& entry : value.entries) {
    out->push_back(separator);
    json::AppendJsonString(entry.key, out);
    out->push_back(':');
    if (!AppendJson(entry.value, errors, out)) return false;
    separator = ',';
  }
  out->append(value.entries.empty() ? "{}" : "}");
  return true;
}

}  // namespace

bool AppendJson(const TomlValue& value, ErrorList* errors, std::string* out) {
  switch (value.type) {
    case TomlValue::Type::kBoolean:
      out->append(value.boolean ? "true" : "false");
      return true;
    case TomlValue::Type::kInteger:
      out->append(std::to_string(value.integer));
      return true;
    case TomlValue::Type::kFloat:
      if (!std::isfinite(value.number))
        return Wrong(value, "JSON has no such number", "write a finite one", errors);
      AppendNumber(value.number, out);
      return true;
    case TomlValue::Type::kString:
      return AppendText(value, errors, out);
    case TomlValue::Type::kTime:
      return Wrong(value, "JSON has no dates", "put it between quotes", errors);
    case TomlValue::Type::kArray:
      return AppendItems(value, errors, out);
    case TomlValue::Type::kTable:
      return AppendMembers(value, errors, out);
  }
  return true;
}

}  // namespace banto::conf
