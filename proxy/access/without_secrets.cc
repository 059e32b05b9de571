#include "proxy/access/without_secrets.h"

#include <algorithm>
#include <string_view>

#include "proxy/base/percent.h"
#include "proxy/http/field_lines.h"
#include "proxy/http/same_head.h"

namespace banto::access {
namespace {

bool HasAny(std::string_view text, std::span<const std::string> secrets) {
  return std::any_of(secrets.begin(), secrets.end(),
                     [text](const std::string& secret) { return text.find(secret) != text.npos; });
}

// Some proxies put the target as it came into a field (X-Original-URI).
bool FieldHasAny(std::string_view value, std::span<const std::string> secrets) {
  return HasAny(value, secrets) ||
         (value.find('%') != value.npos && HasAny(base::PercentDecode(value), secrets));
}

// As written or as decoded: a worker may read either.
bool ArgumentHasAny(std::string_view argument, std::span<const std::string> secrets) {
  return HasAny(argument, secrets) || HasAny(base::DecodeQueryText(argument), secrets) ||
         HasAny(base::PercentDecode(argument), secrets);
}

void AppendTarget(const http::RequestHead& head, std::span<const std::string> secrets,
                  std::string* out) {
  std::string_view query = head.query();
  if (query.empty() || !ArgumentHasAny(query, secrets)) {
    out->append(head.target());
    return;
  }
  out->append(head.path());
  char before = '?';
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view argument = query.substr(0, end);
    query = end == query.npos ? std::string_view() : query.substr(end + 1);
    if (ArgumentHasAny(argument, secrets)) continue;
    out->append(1, before).append(argument);
    before = '&';
  }
}

}  // namespace

bool WithoutSecrets(const http::RequestHead& head, std::span<const std::string> secrets,
                    http::RequestHead* out) {
  std::string text;
  text.reserve(head.bytes().size());
  text.append(head.method()).append(" ");
  AppendTarget(head, secrets, &text);
  text.append(head.minor_version() == 0 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
  // An absolute-form target names another host than the field, and prevails (RFC 9112 §3.2.2).
  if (!head.host().empty()) text.append("Host: ").append(head.host()).append("\r\n");
  const auto drops = [&](const http::FieldEntry& entry) {
    return entry.id == http::FieldName::kHost || FieldHasAny(head.FieldOf(entry).value, secrets);
  };
  http::ForEachRun(head, drops, [&text](std::string_view run) { text.append(run); });
  text.append("\r\n");
  const http::HeadLimits limits = {text.size() * 2 + 64, head.entries().size() + 1};
  return http::ReadHead(text, 0, limits, out).status == http::ParseStatus::kDone;
}

}  // namespace banto::access
