#include "cache/cache_policy.h"

#include <algorithm>

#include "cache/cache_control.h"
#include "proxy/http/media_type.h"

namespace banto::cache {
namespace {

bool IsEventStream(const http::ResponseHead& head) {
  const auto type = head.Find("Content-Type");
  return type && http::ReadMediaType(*type) == http::MediaType::kSse;
}

// Whether a shared cache must not store and reuse the answer. A no-cache or private that names only
// some fields counts for all of the answer, since nothing is stored in part.
bool Forbids(std::string_view cache_control, bool for_browsers) {
  bool forbids = false;
  ForEachElement(cache_control, [&](std::string_view element) {
    const Directive d = ReadDirective(element);
    if (d.broken || d.Is("no-store") || d.Is("private")) forbids = true;
    if (d.Is("no-cache") && !for_browsers) forbids = true;
  });
  return forbids;
}

bool IsForBrowsers(const http::ResponseHead& head, MadeBy made_by) {
  return made_by == MadeBy::kEngine && IsEventStream(head);
}

}  // namespace

RequestDirectives ReadRequestDirectives(const http::RequestHead& head) {
  RequestDirectives out;
  bool any = false;
  ForEachElement(head, http::FieldName::kCacheControl, [&](std::string_view element) {
    any = true;
    const Directive d = ReadDirective(element);
    if (d.broken) out.no_store = out.no_cache = true;
    if (d.Is("no-store")) out.no_store = true;
    if (d.Is("no-cache")) out.no_cache = true;
    if (d.Is("only-if-cached")) out.only_if_cached = true;
    if (!d.Is("max-age")) return;
    const int64_t age_s = d.Seconds();
    out.max_age_s = out.max_age_s < 0 ? age_s : std::min(out.max_age_s, age_s);
  });
  // Pragma counts only without Cache-Control (RFC 9111 §5.4).
  if (!any && head.HasToken("Pragma", "no-cache")) out.no_cache = true;
  return out;
}

SkipReason MayStore(const http::ResponseHead& head, MadeBy made_by) {
  if (head.Has(http::FieldName::kSetCookie)) return SkipReason::kSetCookie;
  const bool for_browsers = IsForBrowsers(head, made_by);
  for (const http::FieldEntry& entry : head.entries()) {
    const http::Field field = head.FieldOf(entry);
    if (field.id != http::FieldName::kCacheControl && !IsCdnCacheControl(field)) continue;
    if (Forbids(field.value, for_browsers)) return SkipReason::kResponseNoStore;
  }
  SkipReason reason = SkipReason::kNone;
  ForEachElement(head, http::FieldName::kVary, [&](std::string_view element) {
    const bool harmless = http::EqualsNoCase(element, "Accept-Encoding") ||  // we request identity
                          http::EqualsNoCase(element, "Origin");             // CORS fields are ours
    if (!harmless) reason = SkipReason::kVary;
  });
  return reason;
}

Keeping JudgeAnswer(const http::ResponseHead& head, MadeBy made_by, bool needs_freshness,
                    const Arrival& arrival) {
  Keeping keeping;
  keeping.skip = MayStore(head, made_by);
  if (keeping.skip != SkipReason::kNone) return keeping;
  Freshness freshness = ReadFreshness(head, arrival);
  if (freshness.lifetime_ms == 0 && IsForBrowsers(head, made_by)) {
    freshness.lifetime_ms = Freshness::kNotTold;
  }
  const bool limited = freshness.lifetime_ms != Freshness::kNotTold;
  // An engine without an explicit lifetime has generated until now, and its clock may be wrong: its
  // answer is as old as the time since we received it.
  if (limited || made_by == MadeBy::kApp) {
    keeping.made_at_ms = arrival.wall_ms - freshness.age_ms;
  }
  if (limited) keeping.good_until_ms = keeping.made_at_ms + freshness.lifetime_ms;
  if (limited && freshness.lifetime_ms <= freshness.age_ms) {
    keeping.skip =
        freshness.lifetime_ms == 0 ? SkipReason::kResponseNoStore : SkipReason::kStaleOnArrival;
  } else if (!limited && needs_freshness) {
    keeping.skip = SkipReason::kNoFreshness;
  }
  return keeping;
}

bool FreshEnough(const RequestDirectives& directives, int64_t age_s) {
  // max-age=0 asks for an answer generated now, even if a stored one is less than a second old.
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
    case SkipReason::kStaleOnArrival:
      return "stale_on_arrival";
    case SkipReason::kNoFreshness:
      return "no_freshness";
  }
  return "";
}

}  // namespace banto::cache
