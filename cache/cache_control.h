// The directives of Cache-Control and the fields that are written like it (RFC 9111 §5.2), one by
// one. Pure; views into the head.
#ifndef BANTO_CACHE_CACHE_CONTROL_H_
#define BANTO_CACHE_CACHE_CONTROL_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "proxy/http/list_reader.h"
#include "proxy/http/message.h"

namespace banto::cache {

// RFC 9111 §1.2.2: seconds that do not fit count as this.
inline constexpr int64_t kDeltaSecondsMax = int64_t{1} << 31;

// delta-seconds as they are written: digits and nothing else; nullopt where it is none.
std::optional<int64_t> ParseDeltaSeconds(std::string_view text);

struct Directive {
  std::string_view name;
  std::string_view argument;  // without its quotes
  // No `name`, `name=token` or `name="…"`: a quote that never closes, "private; no-store". What it
  // was meant to say is not known, so the strictest is taken.
  bool broken = false;

  bool Is(std::string_view wanted) const { return http::EqualsNoCase(name, wanted); }
  // What is no number counts as 0: better too fresh than too old (RFC 9111 §4.2.1).
  int64_t Seconds() const { return ParseDeltaSeconds(argument).value_or(0); }
};

Directive ReadDirective(std::string_view element);

// Cache-Control for shared caches nearer to the client than others (RFC 9213).
inline bool IsCdnCacheControl(const http::Field& field) {
  return http::EqualsNoCase(field.name, "CDN-Cache-Control");
}

// Calls `found` with each element of a field value that is a list.
template <typename F>
void ForEachElement(std::string_view value, F found) {
  http::ListReader list(value);
  std::string_view element;
  while (list.Next(&element)) found(element);
}

// … and of every field called `name`.
template <typename F>
void ForEachElement(const http::Head& head, http::FieldName name, F found) {
  if (!head.Has(name)) return;
  for (const http::FieldEntry& entry : head.entries()) {
    if (entry.id == name) ForEachElement(head.FieldOf(entry).value, found);
  }
}

}  // namespace banto::cache

#endif  // BANTO_CACHE_CACHE_CONTROL_H_
