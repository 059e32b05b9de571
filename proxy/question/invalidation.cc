#include "proxy/question/invalidation.h"

#include <algorithm>
#include <optional>

#include "proxy/question/cache_plan.h"

namespace banto {
namespace {

// RFC 9110 §9.2.1
bool IsSafe(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE";
}

// The path of a reference relative to `head`'s (RFC 3986 §4.2); nullopt if it is on another host,
// or not obvious.
std::optional<std::string> PathOf(std::string_view reference, const http::RequestHead& head) {
  reference = reference.substr(0, reference.find_first_of("?#"));
  for (const std::string_view scheme : {"http:", "https:"}) {
    if (http::EqualsNoCase(reference.substr(0, scheme.size()), scheme)) {
      reference.remove_prefix(scheme.size());
    }
  }
  if (reference.starts_with("//")) {
    const size_t path = std::min(reference.find('/', 2), reference.size());
    if (!http::EqualsNoCase(reference.substr(2, path - 2), head.host())) return std::nullopt;
    reference.remove_prefix(path);
  }
  const bool dots = reference.find("./") != std::string_view::npos;
  if (reference.empty() || dots || reference.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  if (reference.front() == '/') return std::string(reference);
  const std::string_view base = head.path();
  return std::string(base.substr(0, base.rfind('/') + 1)) + std::string(reference);
}

}  // namespace

Effect EffectOf(const Snapshot& snapshot, const PlainRoute* route, const http::RequestHead& head) {
  if (IsSafe(head.method()) || !KeepsPath(snapshot, head.path())) return Effect::kNone;
  if (route == nullptr || !KeepsAnswersTo(route->settings, head.method())) return Effect::kOnAll;
  return CallsPostAQuestion(route->settings) ? Effect::kNone : Effect::kOnGet;
}

std::vector<std::string> PathsWritten(const http::RequestHead& head,
                                      const http::FieldList& answer) {
  std::vector<std::string> paths = {std::string(head.path())};
  for (const std::string_view name : {"Location", "Content-Location"}) {
    const std::string_view reference = answer.Find(name);
    if (reference.empty()) continue;
    if (auto path = PathOf(reference, head)) paths.push_back(std::move(*path));
  }
  return paths;
}

}  // namespace banto
