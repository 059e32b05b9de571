#include "proxy/api/ollama/ollama_version.h"

#include <charconv>
#include <cstdint>

namespace banto::api::ollama {
namespace {

// Takes the next number off; 0 where there is none.
uint64_t TakeNumber(std::string_view* version) {
  uint64_t number = 0;
  const auto parsed = std::from_chars(version->data(), version->data() + version->size(), number);
  version->remove_prefix(static_cast<size_t>(parsed.ptr - version->data()));
  if (version->starts_with('.')) version->remove_prefix(1);
  return number;
}

std::string_view WithoutV(std::string_view version) {
  if (version.starts_with('v')) version.remove_prefix(1);
  return version;
}

}  // namespace

bool IsOlderVersion(std::string_view a, std::string_view b) {
  a = WithoutV(a);
  b = WithoutV(b);
  for (int part = 0; part < 3; ++part) {
    const uint64_t of_a = TakeNumber(&a), of_b = TakeNumber(&b);
    if (of_a != of_b) return of_a < of_b;
  }
  // What follows a hyphen comes before the release itself; a build mark ("+x") says nothing.
  const bool early_a = a.starts_with('-'), early_b = b.starts_with('-');
  if (early_a != early_b) return early_a;
  return early_a && a < b;
}

}  // namespace banto::api::ollama
