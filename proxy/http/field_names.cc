#include "proxy/http/field_names.h"

#include <array>

#include "proxy/http/char_class.h"
#include "proxy/http/message.h"

namespace banto::http {
namespace {

template <size_t N>
bool IsOneOf(std::string_view name, const std::array<std::string_view, N>& names) {
  for (const std::string_view candidate : names) {
    if (EqualsNoCase(name, candidate)) return true;
  }
  return false;
}

constexpr std::string_view kForwardedPrefix = "X-Forwarded-";

bool EqualsDashed(std::string_view name, std::string_view dashed) {
  if (name.size() < dashed.size()) return false;
  for (size_t i = 0; i < dashed.size(); ++i) {
    const char c = name[i] == '_' ? '-' : ToLower(name[i]);
    if (c != ToLower(dashed[i])) return false;
  }
  return true;
}

}  // namespace

bool StartsWithNoCase(std::string_view name, std::string_view prefix) {
  return name.size() >= prefix.size() &&
         EqualBytesNoCase(name.data(), prefix.data(), prefix.size());
}

bool IsHopByHopName(std::string_view name) {
  switch (name.size()) {
    case 2:
      return EqualsNoCase(name, "TE");
    case 7:
      return EqualsNoCase(name, "Trailer") || EqualsNoCase(name, "Upgrade");
    case 10:
      return EqualsNoCase(name, "Connection") || EqualsNoCase(name, "Keep-Alive");
    case 16:
      return EqualsNoCase(name, "Proxy-Connection");
    case 17:
      return EqualsNoCase(name, "Transfer-Encoding");
    case 18:
      return EqualsNoCase(name, "Proxy-Authenticate");
    case 19:
      return EqualsNoCase(name, "Proxy-Authorization");
    default:
      return false;
  }
}

bool IsCriticalName(std::string_view name) {
  static constexpr std::array<std::string_view, 11> kCritical = {"Content-Length",
                                                                 "Content-Type",
                                                                 "Content-Encoding",
                                                                 "Host",
                                                                 "Authorization",
                                                                 "Cookie",
                                                                 "Cache-Control",
                                                                 "Forwarded",
                                                                 "X-Request-Id",
                                                                 "X-Real-IP",
                                                                 "Via"};
  return IsOneOf(name, kCritical) || StartsWithNoCase(name, kForwardedPrefix);
}

bool IsUnderscoreTwin(std::string_view name) {
  static constexpr std::array<std::string_view, 5> kTwins = {
      "Transfer-Encoding", "Content-Length", "Content-Encoding", "X-Real-IP", "X-Request-Id"};
  for (const std::string_view twin : kTwins) {
    if (name.size() == twin.size() && EqualsDashed(name, twin)) return true;
  }
  return EqualsDashed(name, kForwardedPrefix);
}

}  // namespace banto::http
