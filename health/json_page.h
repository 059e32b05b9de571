// Parses a page returned by an engine as JSON: tolerates missing members, bounded in depth. Pure.
// Internal to health/'s parsers.
#ifndef BANTO_HEALTH_JSON_PAGE_H_
#define BANTO_HEALTH_JSON_PAGE_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace banto::health {

using Json = nlohmann::ordered_json;  // listings pass the objects on, so members keep their order

// Replaces parts of a text that are not valid characters.
inline constexpr std::string_view kUnreadableMark = "\xEF\xBF\xBD";  // U+FFFD

// An object or an array; null if the body is neither. An invalid text does not spoil the others.
Json ParsePage(std::string_view body);

const Json* Member(const Json& object, const char* name);  // nullptr: absent, or not an object
std::string Text(const Json& object, const char* name);    // empty: absent, or not a string
int64_t Number(const Json& object, const char* name);      // 0: absent, or not an integer
std::string Dump(const Json& json);

}  // namespace banto::health

#endif  // BANTO_HEALTH_JSON_PAGE_H_
