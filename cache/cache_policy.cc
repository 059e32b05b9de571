#include "cache/cache_policy.h"

#include <algorithm>
#include <charconv>

#include "proxy/http/list_reader.h"

namespace banto::cache {
namespace {

// RFC 9111 §1.2.2: what does not fit counts as this.
constexpr int64_t kAgeMaxS = int64_t{1} << 31;

// One directive of Cache-Control: name and argument, the argument without its quotes.
struct Directive {
  std::string_view name, argument;
  bool has_argument = false;
  bool broken = false;  // a quote that never closes: nothing after it can be trusted
};

Directive Split(std::string_view element) {
  Directive d;
  const size_t equals = element.find('=');
  d.name = http::TrimSpace(element.substr(0, equals));
  if (equals == std::string_view::npos) {
    d.broken = element.find('"') != std::string_view::npos;
    return d;
  }
  d.has_argument = true;
  d.argument = http::TrimSpace(element.substr(equals + 1));
  if (d.argument.empty() || d.argument.front() != '"') return d;
  d.broken = d.argument.size() < 2 || d.argument.back() != '"';
  if (!d.broken) d.argument = d.argument.substr(1, d.argument.size() - 2);
  return d;
}

// delta-seconds; what is none counts as 0: better too fresh than too old (RFC 9111 §4.2.1).
int64_t Seconds(const Directive& d) {
  int64_t value = 0;
  const char* end = d.argument.data() + d.argument.size();
  const bool digits = std::all_of(d.argument.begin(), d.argument.end(),
                                  [](char c) { return c >= '0' && c <= '9'; });
  if (d.argument.empty() || !digits) return 0;
  if (std::from_chars(d.argument.data(), end, value).ec != std::errc()) return kAgeMaxS;
  return std::min(value, kAgeMaxS);
}

template <typename F>
void ForEachElement(const http::Head& head, std::string_view name, F f) {
  for (size_t i = 0; i < head.field_count(); ++i) {
    const http::Field field = head.field(i);
    if (!http::EqualsNoCase(field.name, name)) continue;
    http::ListReader list(field.value);
    std::string_view element;
    while (list.Next(&element)) f(element);
  }
}

bool IsEventStream(const http::ResponseHead& head) {
  const auto type = head.Find("Content-Type");
  return type &&
         http::EqualsNoCase(http::TrimSpace(type->substr(0, type->find(';'))), "text/event-stream");
}

// Whether one directive of the worker forbids a shared cache to keep and reuse the answer.
// no-cache on an event stream is what every SSE guide tells to send; it is aimed at browsers.
bool Forbids(const Directive& d, bool event_stream) {
  const auto is = [&d](std::string_view name) { return http::EqualsNoCase(d.name, name); };
  if (d.broken || is("no-store") || is("private")) return true;
  if (is("no-cache")) return !event_stream;
  if (is("max-age") || is("s-maxage")) return Seconds(d) == 0 && !event_stream;
  return false;
}

}  // namespace

RequestDirectives ReadRequestDirectives(const http::RequestHead& head) {
  RequestDirectives out;
  bool any = false;
  ForEachElement(head, "Cache-Control", [&](std::string_view element) {
    any = true;
    const Directive d = Split(element);
    const auto is = [&d](std::string_view name) { return http::EqualsNoCase(d.name, name); };
    if (d.broken) out.no_store = out.no_cache = true;
    if (is("no-store")) out.no_store = true;
    if (is("no-cache")) out.no_cache = true;
    if (is("only-if-cached")) out.only_if_cached = true;
    if (!is("max-age")) return;
    const int64_t age_s = Seconds(d);
    out.max_age_s = out.max_age_s < 0 ? age_s : std::min(out.max_age_s, age_s);
  });
  // Pragma counts only where there is no Cache-Control (RFC 9111 §5.4).
  if (!any && head.HasToken("Pragma", "no-cache")) out.no_cache = true;
  return out;
}

SkipReason MayStore(const http::ResponseHead& head) {
  if (head.Find("Set-Cookie")) return SkipReason::kSetCookie;
  SkipReason reason = SkipReason::kNone;
  const bool event_stream = IsEventStream(head);
  ForEachElement(head, "Cache-Control", [&](std::string_view element) {
    if (Forbids(Split(element), event_stream)) reason = SkipReason::kResponseNoStore;
  });
  if (reason != SkipReason::kNone) return reason;
  ForEachElement(head, "Vary", [&](std::string_view element) {
    const bool harmless = http::EqualsNoCase(element, "Accept-Encoding") ||  // we ask for identity
                          http::EqualsNoCase(element, "Origin");             // CORS fields are ours
    if (!harmless) reason = SkipReason::kVary;
  });
  return reason;
}

bool FreshEnough(const RequestDirectives& directives, int64_t age_s) {
  // max-age=0 asks for an answer made now, even when a stored one is less than a second old.
  if (directives.max_age_s == 0) return false;
  return directives.max_age_s < 0 || age_s <= directives.max_age_s;
}

const char* BypassReasonName(BypassReason reason) {
  switch (reason) {
    case BypassReason::kNone:
      return "none";
    case BypassReason::kCacheOff:
      return "cache_off";
    case BypassReason::kRequestNoStore:
      return "request_no_store";
    case BypassReason::kRequestNoCache:
      return "request_no_cache";
    case BypassReason::kEndpointNotCacheable:
      return "endpoint_not_cacheable";
    case BypassReason::kSampled:
      return "sampled";
    case BypassReason::kStateful:
      return "stateful";
    case BypassReason::kTooLarge:
      return "too_large";
    case BypassReason::kBadJson:
      return "bad_json";
    case BypassReason::kRetryVariant:
      return "retry_variant";
  }
  return "";
}

const char* SkipReasonName(SkipReason reason) {
  switch (reason) {
    case SkipReason::kNone:
      return "none";
    case SkipReason::kIncompleteStream:
      return "incomplete_stream";
    case SkipReason::kUpstreamError:
      return "upstream_error";
    case SkipReason::kClientLeft:
      return "client_left";
    case SkipReason::kTooLarge:
      return "too_large";
    case SkipReason::kFinishReasonError:
      return "finish_reason_error";
    case SkipReason::kLengthLimit:
      return "length_limit";
    case SkipReason::kEmptyAnswer:
      return "empty_answer";
    case SkipReason::kMalformed:
      return "malformed";
    case SkipReason::kResponseNoStore:
      return "response_no_store";
    case SkipReason::kSetCookie:
      return "set_cookie";
    case SkipReason::kVary:
      return "vary";
    case SkipReason::kNotCacheable:
      return "not_cacheable";
    case SkipReason::kStoreDown:
      return "store_down";
    case SkipReason::kRequestNoStore:
      return "request_no_store";
  }
  return "";
}

}  // namespace banto::cache
