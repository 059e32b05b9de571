// Parses the directives of Cache-Control and of fields with the same syntax (RFC 9111 §5.2). Pure;
// views into the head.
#ifndef BANTO_CACHE_CACHE_CONTROL_H_
#define BANTO_CACHE_CACHE_CONTROL_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "proxy/http/list_reader.h"
#include "proxy/http/message.h"

namespace banto::cache {

// RFC 9111 §1.2.2: larger values count as this.
inline constexpr int64_t kDeltaSecondsMax = int64_t{1} << 31;

// Parses delta-seconds: digits only; nullopt otherwise.
std::optional<int64_t> ParseDeltaSeconds(std::string_view text);

struct Directive {
  std::string_view name;
  std::string_view argument;  // without its quotes
  // Not `name`, `name=token` or `name="…"`: an unterminated quote, "private; no-store". Its intent
  // is unknown, so the strictest reading applies.
  bool broken = false;

  bool Is(std::string_view wanted) const { return http::EqualsNoCase(name, wanted); }
  // Anything but a number counts as 0: better too fresh than too old (RFC 9111 §4.2.1).
  int64_t Seconds() const { return ParseDeltaSeconds(argument).value_or(0); }
};

Directive ReadDirective(std::string_view element);

// Cache-Control for caches close to the origin, such as CDNs (RFC 9213).
inline bool IsCdnCacheControl(const http::Field& field) {
  return http::EqualsNoCase(field.name, "CDN-Cache-Control");
}

// Calls `found` for each element of a list-valued field.
template <typename F>
void ForEachElement(std::string_view value, F found) {
  http::ListReader list(value);
  std::string_view element;
  while (list.Next(&element)) found(element);
}

// … and for every field called `name`.
template <typename F>
void ForEachElement(const http::Head& head, http::FieldName name, F found) {
  if (!head.Has(name)) return;
  for (const http::FieldEntry& entry : head.entries()) {
    if (entry.id == name) ForEachElement(head.FieldOf(entry).value, found);
  }
}

}  // namespace banto::cache

#endif  // BANTO_CACHE_CACHE_CONTROL_H_
