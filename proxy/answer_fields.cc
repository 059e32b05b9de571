#include "proxy/answer_fields.h"

#include <algorithm>
#include <array>
#include <charconv>

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

// "name;dur=12.345" in milliseconds (Server-Timing, W3C).
void AppendTiming(const char* name, int64_t us, bool first, std::string* out) {
  if (!first) out->append(", ");
  std::array<char, 24> digits;
  const auto whole = std::to_chars(digits.data(), digits.data() + digits.size(), us / 1000);
  out->append(name).append(";dur=").append(digits.data(),
                                           static_cast<size_t>(whole.ptr - digits.data()));
  const int64_t fraction = us % 1000;
  out->push_back('.');
  out->push_back(static_cast<char>('0' + fraction / 100));
  out->push_back(static_cast<char>('0' + fraction / 10 % 10));
}

void AppendServerTiming(const ops::ExchangeRecord& record, std::string* out) {
  bool first = true;
  const size_t at = out->size();
  out->append("Server-Timing: ");
  for (const auto& [name, us] :
       {std::pair{"queue", record.queue_us}, std::pair{"cache", record.lookup_us},
        std::pair{"worker", record.first_byte_us}}) {
    if (us < 0) continue;
    AppendTiming(name, us, first, out);
    first = false;
  }
  if (first) return out->resize(at);
  out->append("\r\n");
}

}  // namespace

void AppendAnswerFields(const ops::ExchangeRecord& record, const CacheFacts& facts,
                        std::string* out) {
  if (facts.asked) {
    out->append("Cache-Status: banto; fwd=")
        .append(record.cache == ops::CacheOutcome::kBypass ? "bypass" : "miss");
    if (facts.forward_status != 0)
      out->append("; fwd-status=").append(std::to_string(facts.forward_status));
    if (facts.stored) out->append("; stored");
    if (*record.cache_reason != '\0') out->append("; detail=").append(record.cache_reason);
    out->append("\r\nX-Cache: ").append(XCacheWord(record.cache)).append("\r\n");
  }
  if (!record.worker.empty()) http::AppendField("X-Banto-Worker", record.worker, out);
  http::AppendField("X-Request-Id", record.request_id, out);
  AppendServerTiming(record, out);
}

std::string HitFields(const ops::ExchangeRecord& record, const cache::Entry& entry,
                      int64_t now_ms) {
  std::string out;
  out.reserve(entry.fields.size() + 320);
  http::AppendField("Content-Type", entry.content_type, &out);
  out.append(entry.fields);
  const int64_t ttl_s = std::max<int64_t>(0, (entry.expires_at_ms - now_ms) / 1000);
  out.append("Cache-Status: banto; hit; ttl=").append(std::to_string(ttl_s));
  out.append("\r\nX-Cache: HIT\r\n");
  http::AppendField(
      "Age", static_cast<uint64_t>(std::max<int64_t>(0, (now_ms - entry.stored_at_ms) / 1000)),
      &out);
  http::AppendField("X-Banto-Worker", entry.worker, &out);
  http::AppendField("X-Request-Id", record.request_id, &out);
  AppendServerTiming(record, &out);
  return out;
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
