// A page that an engine answered, as JSON: tolerant of missing members, bounded in depth. Pure.
// Internal to health/'s parsers.
#ifndef BANTO_HEALTH_JSON_PAGE_H_
#define BANTO_HEALTH_JSON_PAGE_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace banto::health {

using Json = nlohmann::ordered_json;  // listings hand the objects on: their members keep the order

// What stands where a text had something that is no character.
inline constexpr std::string_view kUnreadableMark = "\xEF\xBF\xBD";  // U+FFFD

// An object or an array; null where the body is neither. One bad text does not spoil the others.
Json ParsePage(std::string_view body);

const Json* Member(const Json& object, const char* name);  // nullptr: absent, or no object
std::string Text(const Json& object, const char* name);    // empty: absent, or no string
int64_t Number(const Json& object, const char* name);      // 0: absent, or no integer
std::string Dump(const Json& json);

}  // namespace banto::health

#endif  // BANTO_HEALTH_JSON_PAGE_H_
