// Visits what a raw JSON value holds, whatever its type turns out to be. Pure.
#ifndef BANTO_PROXY_API_JSON_EACH_H_
#define BANTO_PROXY_API_JSON_EACH_H_

#include <string_view>

#include "proxy/api/json_text.h"
#include "proxy/json/json_cursor.h"

namespace banto::api {

// Calls f(key, value) for each member. False: no object, or not read to its end.
template <typename F>
bool EveryMember(RawJson object, F&& f) {
  json::JsonCursor json(object);
  std::string_view key;
  if (!json.EnterObject()) return false;
  while (json.NextMember(&key)) {
    const RawJson value = json.Skip();
    if (!value.empty()) f(key, value);
  }
  return json.Finish();
}

// The same, where null counts as absent.
template <typename F>
bool EachMember(RawJson object, F&& f) {
  return EveryMember(object, [&f](std::string_view key, RawJson value) {
    if (value != "null") f(key, value);
  });
}

// Calls f(element) for each. False: no array, or not read to its end.
template <typename F>
bool EachElement(RawJson array, F&& f) {
  json::JsonCursor json(array);
  if (!json.EnterArray()) return false;
  while (json.NextElement()) {
    const RawJson element = json.Skip();
    if (!element.empty()) f(element);
  }
  return json.Finish();
}

}  // namespace banto::api

#endif  // BANTO_PROXY_API_JSON_EACH_H_
