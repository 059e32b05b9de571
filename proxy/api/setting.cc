#include "proxy/api/setting.h"

#include <algorithm>

#include "proxy/api/neutral_request.h"

namespace banto::api {

bool TakeSetting(std::span<const SettingName> table, std::string_view name, RawJson value,
                 SettingValues* settings) {
  const auto row = std::find_if(table.begin(), table.end(),
                                [name](const SettingName& its) { return its.name == name; });
  if (row == table.end()) return false;
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
