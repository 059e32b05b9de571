// Cuts a long text into parts that fit into a frame: some clients bound a line of a stream (aiohttp
// at 128 KB). Pure.
#ifndef BANTO_PROXY_API_TEXT_PARTS_H_
#define BANTO_PROXY_API_TEXT_PARTS_H_

#include <cstddef>
#include <string_view>

#include "proxy/api/json_text.h"

namespace banto::api {

inline constexpr size_t kTextPartBytes = 16 * 1024;

// Takes the first part off a text that is not empty. It ends behind a space, of which no escape and
// no character has one inside; a text without spaces is not cut.
inline JsonText TakeTextPart(JsonText* text) {
  size_t end = text->size();
  if (end > kTextPartBytes) {
    size_t space = text->rfind(' ', kTextPartBytes - 1);
    if (space == JsonText::npos) space = text->find(' ', kTextPartBytes);
    if (space != JsonText::npos) end = space + 1;
  }
  const JsonText part = text->substr(0, end);
  text->remove_prefix(end);
  return part;
}

}  // namespace banto::api

#endif  // BANTO_PROXY_API_TEXT_PARTS_H_
