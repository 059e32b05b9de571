#include "proxy/http/media_type.h"

#include <algorithm>
#include <array>

#include "proxy/http/list_reader.h"
#include "proxy/http/message.h"

namespace banto::http {

std::string_view MediaTypeOf(std::string_view content_type) {
  return TrimSpace(content_type.substr(0, content_type.find(';')));
}

bool IsJsonType(std::string_view media_type) {
  return EqualsNoCase(media_type, "application/json");
}

bool IsSseType(std::string_view media_type) {
  return EqualsNoCase(media_type, "text/event-stream");
}

bool IsNdjsonType(std::string_view media_type) {
  static constexpr std::array<std::string_view, 6> kNames = {
      "application/x-ndjson",    "application/ndjson",      "application/jsonl",
      "application/x-jsonlines", "application/stream+json", "application/x-json-stream"};
  return std::any_of(kNames.begin(), kNames.end(), [media_type](std::string_view name) {
    return EqualsNoCase(media_type, name);
  });
}

}  // namespace banto::http
