#include "proxy/exchange/answer_head.h"

#include <algorithm>

#include "proxy/http/field_block.h"
#include "proxy/http/media_type.h"
#include "proxy/http/pen.h"

namespace banto {
namespace {

constexpr std::string_view kAllowOrigin = "Access-Control-Allow-Origin";
constexpr std::string_view kExposeHeaders = "Access-Control-Expose-Headers";
constexpr std::string_view kExposed =
    "Age, Cache-Status, Retry-After, Server-Timing, X-Banto-Reason, X-Banto-Worker, X-Cache, "
    "X-Request-Id";
constexpr std::string_view kPreflightLines =
    "Access-Control-Allow-Methods: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n"
    "Access-Control-Max-Age: 86400\r\n";

std::string_view XCacheWord(ops::CacheOutcome outcome) {
  switch (outcome) {
    case ops::CacheOutcome::kHit:
      return "HIT";
    case ops::CacheOutcome::kMiss:
      return "MISS";
    case ops::CacheOutcome::kShared:
      return "SHARED";
    case ops::CacheOutcome::kStale:
      return "STALE";
    case ops::CacheOutcome::kBypass:
      return "BYPASS";
  }
  return "BYPASS";
}

// "name;dur=12.34" in milliseconds (Server-Timing, W3C).
void PutTiming(std::string_view name, int64_t us, http::Pen* pen) {
  pen->Put(name);
  pen->Put(";dur=");
  pen->PutNumber(static_cast<uint64_t>(us / 1000));
  const int64_t hundredths = us % 1000 / 10;
  const char digits[3] = {'.', static_cast<char>('0' + hundredths / 10),
                          static_cast<char>('0' + hundredths % 10)};
  pen->Put({digits, sizeof digits});
}

void PutServerTiming(const HeadFacts& facts, http::Pen* pen) {
  std::string_view before = "Server-Timing: ";
  for (const auto& [name, us] :
       {std::pair{"queue", facts.fetch->queue_us}, std::pair{"cache", facts.record.lookup_us},
        std::pair{"worker", facts.record.first_byte_us}}) {
    if (us < 0) continue;
    pen->Put(before);
    PutTiming(name, us, pen);
    before = ", ";
  }
  if (before == ", ") pen->Put("\r\n");
}

void PutNumberLine(std::string_view start, int64_t value, http::Pen* pen) {
  pen->Put(start);
  pen->PutNumber(static_cast<uint64_t>(std::max<int64_t>(0, value)));
  pen->Put("\r\n");
}

void PutIfAny(std::string_view start, std::string_view value, http::Pen* pen) {
  if (!value.empty()) pen->PutField(start, value);
}

// Cache-Status and X-Cache of what did not come from the cache.
void PutForwarded(const HeadFacts& facts, http::Pen* pen) {
  const ops::ExchangeRecord& record = facts.record;
  pen->Put("Cache-Status: banto; fwd=");
  pen->Put(record.cache == ops::CacheOutcome::kBypass ? "bypass" : "miss");
  if (facts.forward_status != 0) {
    pen->Put("; fwd-status=");
    pen->PutNumber(static_cast<uint64_t>(facts.forward_status));
  }
  if (facts.stored) pen->Put("; stored");
  if (*record.cache_reason != '\0') {
    pen->Put("; detail=");
    pen->Put(record.cache_reason);
  }
  pen->Put("\r\nX-Cache: ");
  pen->Put(XCacheWord(record.cache));
  pen->Put("\r\n");
}

void PutEntry(const cache::Entry& entry, int64_t now_ms, http::Pen* pen) {
  PutIfAny("Content-Type: ", entry.content_type, pen);
  pen->Put(entry.fields);
  PutNumberLine("Cache-Status: banto; hit; ttl=", (entry.expires_at_ms - now_ms) / 1000, pen);
  pen->Put("X-Cache: HIT\r\n");
  PutNumberLine("Age: ", (now_ms - entry.stored_at_ms) / 1000, pen);
}

bool IsLiveEntry(const cache::Entry& entry) {
  if (!entry.stream && !IsLive(http::ReadMediaType(entry.content_type))) return false;
  return FieldOf(entry.fields, "X-Accel-Buffering").empty();
}

// What a kind has before the fields that all have.
void PutOfKind(const HeadFacts& facts, http::Pen* pen) {
  switch (facts.kind) {
    case AnswerKind::kRelayed:
      break;
    case AnswerKind::kEarly:
      pen->Put("Content-Type: text/event-stream; charset=utf-8\r\n");
      pen->Put("Cache-Control: no-cache, no-transform\r\n");
      break;
    case AnswerKind::kHit:
      PutEntry(*facts.entry, facts.now_ms, pen);
      break;
    case AnswerKind::kListing:
      PutIfAny("Content-Type: ", facts.content_type, pen);
      break;
    case AnswerKind::kError:
      PutIfAny("Content-Type: ", facts.content_type, pen);
      // RFC 9110 §15.1: 404, 405, 414 and 501 may be kept by caches that are not told otherwise.
      pen->Put("Cache-Control: no-store\r\n");
      PutIfAny("Allow: ", facts.allow, pen);
      if (facts.retry_after_s > 0) PutNumberLine("Retry-After: ", facts.retry_after_s, pen);
      PutIfAny("X-Banto-Reason: ", facts.record.error, pen);
      break;
    case AnswerKind::kPreflight:
      pen->Put(kPreflightLines);
      pen->PutField("Access-Control-Allow-Headers: ",
                    facts.requested_headers.empty() ? "*" : facts.requested_headers);
      break;
  }
}

// What the fixed words and the numbers of our lines take at the most: of those that all answers
// have, and of those of some kinds.
constexpr size_t kCommonBytesMax = 400;
constexpr size_t kOfKindBytesMax = 320;

size_t BytesMax(const HeadFacts& facts) {
  const ops::ExchangeRecord& record = facts.record;
  size_t size = kCommonBytesMax + facts.fetch->worker.size() + record.request_id.size();
  if (facts.cache_asked) size += std::string_view(record.cache_reason).size();
  if (facts.entry != nullptr) {
    return size + facts.entry->content_type.size() + facts.entry->fields.size();
  }
  if (facts.kind == AnswerKind::kRelayed) return size;
  return size + kOfKindBytesMax + std::string_view(record.error).size() +
         facts.content_type.size() + facts.allow.size() + facts.requested_headers.size();
}

// What a worker said to the page, or left unsaid, stands: now, and when it is told from the cache.
bool IsWorkers(AnswerKind kind) { return kind == AnswerKind::kRelayed || kind == AnswerKind::kHit; }

void AppendLine(std::string_view name, std::string_view first, std::string_view then,
                std::string* fields) {
  fields->append(name).append(": ").append(first);
  if (!first.empty() && !then.empty()) fields->append(", ");
  fields->append(then).append("\r\n");
}

void AppendVary(std::string* fields) {
  const std::string vary = ListOf(*fields, "Vary");
  if (http::ListHasToken(vary, "Origin") || vary == "*") return;
  RemoveField(fields, "Vary");
  AppendLine("Vary", vary, "Origin", fields);
}

// In the place of whatever a worker said, so that no field is there twice.
void AppendConfiguredCors(const HeadFacts& facts, std::string* fields) {
  const std::string exposed = ListOf(*fields, kExposeHeaders);
  if (facts.kind != AnswerKind::kPreflight) RemoveFields(fields, "Access-Control-");
  AppendVary(fields);
  if (facts.cors.allow_origin.empty()) return;
  AppendLine(kAllowOrigin, facts.cors.allow_origin, "", fields);
  if (facts.kind != AnswerKind::kPreflight) AppendLine(kExposeHeaders, kExposed, exposed, fields);
}

void AppendCors(const HeadFacts& facts, std::string* fields) {
  if (facts.cors.configured) return AppendConfiguredCors(facts, fields);
  if (facts.cors.allow_origin.empty() || IsWorkers(facts.kind)) return;
  if (facts.cors.varies) AppendVary(fields);
  AppendLine(kAllowOrigin, facts.cors.allow_origin, "", fields);
}

}  // namespace

void AppendAnswerFields(const HeadFacts& facts, std::string* fields) {
  const ops::ExchangeRecord& record = facts.record;
  {
    http::Pen pen(BytesMax(facts), fields);
    PutOfKind(facts, &pen);
    if (facts.cache_asked) PutForwarded(facts, &pen);
    PutIfAny("X-Banto-Worker: ", facts.fetch->worker, &pen);
    pen.PutField("X-Request-Id: ", record.request_id);
    PutServerTiming(facts, &pen);
    const bool live = facts.entry != nullptr ? IsLiveEntry(*facts.entry) : facts.live;
    // nginx (and what follows it) would collect a stream into lumps (ngx_http_proxy_module,
    // proxy_buffering).
    if (live) pen.Put("X-Accel-Buffering: no\r\n");
  }
  if (facts.cors.configured || !facts.cors.allow_origin.empty()) AppendCors(facts, fields);
}

}  // namespace banto
