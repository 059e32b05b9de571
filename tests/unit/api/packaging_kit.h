// What the tests of packagings share.
#ifndef BANTO_TESTS_UNIT_API_PACKAGING_KIT_H_
#define BANTO_TESTS_UNIT_API_PACKAGING_KIT_H_

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/api/packaging.h"

namespace banto::api {

inline std::string Sse(std::initializer_list<std::string_view> chunks) {
  std::string frames;
  for (const std::string_view chunk : chunks) frames.append("data: ").append(chunk).append("\n\n");
  return frames;
}

// Each named by its type.
inline std::string Events(const std::vector<std::string>& events) {
  std::string frames;
  for (const std::string& data : events) {
    const size_t at = data.find("\"type\":\"") + 8;
    frames.append("event: ").append(data.substr(at, data.find('"', at) - at));
    frames.append("\ndata: ").append(data).append("\n\n");
  }
  return frames;
}

inline std::string Lines(const std::vector<std::string>& lines) {
  std::string frames;
  for (const std::string& line : lines) frames.append(line).append("\n");
  return frames;
}

// "" where there is none, so that tables can be compared.
inline std::string Told(const std::optional<std::string>& answer) {
  return answer.value_or("(cannot be told)");
}

// The value without members that are null: SDKs make no difference.
inline nlohmann::json WithoutNulls(nlohmann::json value) {
  if (value.is_object()) {
    for (auto it = value.begin(); it != value.end();) {
      if (it->is_null()) {
        it = value.erase(it);
      } else {
        *it = WithoutNulls(*it);
        ++it;
      }
    }
  } else if (value.is_array()) {
    for (nlohmann::json& element : value) element = WithoutNulls(element);
  }
  return value;
}

inline nlohmann::json Meaning(const std::string& whole) {
  return WithoutNulls(nlohmann::json::parse(whole));
}

}  // namespace banto::api

#endif  // BANTO_TESTS_UNIT_API_PACKAGING_KIT_H_
