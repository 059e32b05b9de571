#include "proxy/answer_fields.h"

#include <algorithm>

#include "proxy/http/pen.h"
#include "proxy/http/writer.h"

namespace banto {
namespace {

const char* XCacheWord(ops::CacheOutcome outcome) {
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

constexpr size_t kServerTimingBytesMax = 140;

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

void PutServerTiming(const ops::ExchangeRecord& record, http::Pen* pen) {
  std::string_view before = "Server-Timing: ";
  for (const auto& [name, us] :
       {std::pair{"queue", record.queue_us}, std::pair{"cache", record.lookup_us},
        std::pair{"worker", record.first_byte_us}}) {
    if (us < 0) continue;
    pen->Put(before);
    PutTiming(name, us, pen);
    before = ", ";
  }
  if (before == ", ") pen->Put("\r\n");
}

void PutLine(std::string_view name_and_colon, std::string_view value, http::Pen* pen) {
  pen->Put(name_and_colon);
  pen->PutClean(value);
  pen->Put("\r\n");
}

void PutNumberLine(std::string_view name_and_colon, int64_t value, http::Pen* pen) {
  pen->Put(name_and_colon);
  pen->PutNumber(static_cast<uint64_t>(std::max<int64_t>(0, value)));
  pen->Put("\r\n");
}

void PutCacheStatus(const ops::ExchangeRecord& record, const CacheFacts& facts, http::Pen* pen) {
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

// What the fixed words and the numbers of our lines take at the most.
constexpr size_t kOwnBytesMax = 256 + kServerTimingBytesMax;

}  // namespace

void AppendAnswerFields(const ops::ExchangeRecord& record, const CacheFacts& facts,
                        std::string* out) {
  http::Pen pen(kOwnBytesMax + std::string_view(record.cache_reason).size() + record.worker.size() +
                    record.request_id.size(),
                out);
  if (facts.asked) PutCacheStatus(record, facts, &pen);
  if (!record.worker.empty()) PutLine("X-Banto-Worker: ", record.worker, &pen);
  PutLine("X-Request-Id: ", record.request_id, &pen);
  PutServerTiming(record, &pen);
}

void AppendHitFields(const ops::ExchangeRecord& record, const cache::Entry& entry, int64_t now_ms,
                     std::string* out) {
  http::Pen pen(kOwnBytesMax + entry.content_type.size() + entry.fields.size() +
                    entry.worker.size() + record.request_id.size(),
                out);
  PutLine("Content-Type: ", entry.content_type, &pen);
  pen.Put(entry.fields);
  pen.Put("Cache-Status: banto; hit; ttl=");
  PutNumberLine("", (entry.expires_at_ms - now_ms) / 1000, &pen);
  pen.Put("X-Cache: HIT\r\n");
  PutNumberLine("Age: ", (now_ms - entry.stored_at_ms) / 1000, &pen);
  PutLine("X-Banto-Worker: ", entry.worker, &pen);
  PutLine("X-Request-Id: ", record.request_id, &pen);
  PutServerTiming(record, &pen);
}

std::string PreflightFields(std::string_view requested_headers) {
  std::string out =
      "Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Methods: GET, POST, HEAD, OPTIONS\r\n"
      "Access-Control-Max-Age: 86400\r\n";
  if (requested_headers.empty()) requested_headers = "*";
  http::AppendField("Access-Control-Allow-Headers", requested_headers, &out);
  return out;
}

}  // namespace banto
