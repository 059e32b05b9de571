#include "proxy/api/setting.h"

#include <algorithm>

#include "proxy/api/neutral_request.h"
#include "proxy/base/ascii.h"
#include "proxy/json/json_cursor.h"

namespace banto::api {

namespace {

enum class Form : uint8_t { kAny, kNumber, kFlag, kText };

Form FormOf(Setting setting) {
  switch (setting) {
    case Setting::kLogprobs:
    case Setting::kParallelToolCalls:
    case Setting::kTruncate:
    case Setting::kEcho:
    case Setting::kIgnoreEos:
      return Form::kFlag;
    case Setting::kUser:
    case Setting::kServiceTier:
    case Setting::kVerbosity:
    case Setting::kSuffix:
    case Setting::kPromptCacheKey:
    case Setting::kSafetyIdentifier:
      return Form::kText;
    case Setting::kLogitBias:
    case Setting::kMetadata:
    case Setting::kKeepAlive:
      return Form::kAny;
    default:
      return Form::kNumber;
  }
}

// Engines take a number in quotes for one (pydantic's lax mode).
bool IsNumber(RawJson value) {
  value = json::Unquoted(value);
  return !value.empty() && (value[0] == '-' || base::IsDigit(value[0]));
}

bool HasForm(RawJson value, Form form) {
  switch (form) {
    case Form::kAny:
      return true;
    case Form::kNumber:
      return IsNumber(value);
    case Form::kFlag:
      return value == "true" || value == "false";
    case Form::kText:
      return value.starts_with('"');
  }
  return true;
}

}  // namespace

bool TakeSetting(std::span<const SettingName> table, std::string_view name, RawJson value,
                 SettingValues* settings) {
  const auto row = std::find_if(table.begin(), table.end(),
                                [name](const SettingName& its) { return its.name == name; });
  if (row == table.end()) return false;
  if (value != "null" && !HasForm(value, FormOf(row->setting))) return false;
  if (value != "null" && SettingOf(*settings, row->setting).empty())
    settings->push_back({row->setting, row->name, value});
  return true;
}

RawJson SettingOf(const SettingValues& settings, Setting setting) {
  for (const SettingValue& value : settings) {
    if (value.setting == setting) return value.value;
  }
  return {};
}

void AppendSettings(const SettingValues& settings, std::span<const SettingName> table,
                    Engines engines, std::string* json, std::vector<std::string>* dropped) {
  for (const SettingValue& value : settings) {
    const auto row = std::find_if(table.begin(), table.end(), [&](const SettingName& name) {
      return name.setting == value.setting && (name.engines == 0 || (name.engines & engines) != 0);
    });
    if (row == table.end()) {
      AddDropped(std::string(value.name), dropped);
    } else {
      json->append(",\"").append(row->name).append("\":").append(value.value);
    }
  }
}

}  // namespace banto::api
