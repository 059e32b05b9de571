#include "proxy/exchange/answer_head.h"

#include <algorithm>
#include <string>

#include "proxy/http/field_writer.h"
#include "proxy/http/media_type.h"
#include "proxy/routing/target.h"

namespace banto {
namespace {

constexpr http::FixedName kAllowOrigin = "Access-Control-Allow-Origin";
constexpr http::FixedName kExposeHeaders = "Access-Control-Expose-Headers";
constexpr std::string_view kExposed =
    "Age, Cache-Status, Request-Id, Retry-After, Retry-After-Ms, Server-Timing, X-Banto-Dropped, "
    "X-Banto-Model, X-Banto-Reason, X-Banto-Worker, X-Cache, X-Request-Id, X-Should-Retry";

http::FixedWords XCacheWord(ops::CacheOutcome outcome) {
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

uint64_t NotNegative(int64_t number) { return static_cast<uint64_t>(std::max<int64_t>(0, number)); }

// "queue;dur=0.02, worker;dur=12.34" in milliseconds (Server-Timing, W3C).
void PutServerTiming(const HeadFacts& facts, http::FieldWriter* out) {
  const int64_t queue_us = facts.fetch->queue_us;
  const int64_t lookup_us = facts.record.lookup_us;
  const int64_t first_byte_us = facts.record.first_byte_us;
  const std::string_view translated = facts.fetch->translated();
  if (queue_us < 0 && lookup_us < 0 && first_byte_us < 0 && translated.empty()) return;
  auto value = out->Begin("Server-Timing");
  http::FixedWords before = "";
  const auto put = [&](http::FixedWords start, int64_t us) {
    if (us < 0) return;
    value.Put(before);
    value.Put(start);
    value.PutHundredths(static_cast<uint64_t>(us / 10));
    before = ", ";
  };
  put("queue;dur=", queue_us);
  put("cache;dur=", lookup_us);
  put("worker;dur=", first_byte_us);
  if (translated.empty()) return;
  value.Put(before);
  value.Put("translated;desc=\"");
  value.PutText(translated);
  value.Put("\"");
}

void AddIfAny(http::FixedName name, std::string_view value, http::FieldWriter* out) {
  if (!value.empty()) out->Add(name, value);
}

// How many of its items the cache had.
void PutItems(const ops::ExchangeRecord& record, http::FieldWriter::Value* status) {
  status->Put("; detail=items:");
  status->PutNumber(record.items_found);
  status->Put("/");
  status->PutNumber(record.items);
}

// Cache-Status and X-Cache of an answer that does not come from the cache.
void PutForwarded(const HeadFacts& facts, http::FieldWriter* out) {
  const ops::ExchangeRecord& record = facts.record;
  {
    auto status = out->Begin("Cache-Status");
    if (record.cache == ops::CacheOutcome::kBypass) {
      status.Put("banto; fwd=bypass");
    } else if (record.items_found > 0) {
      status.Put("banto; fwd=partial");
    } else {
      status.Put("banto; fwd=miss");
    }
    if (record.cache == ops::CacheOutcome::kShared) status.Put("; collapsed");
    if (facts.forward_status != 0) {
      status.Put("; fwd-status=");
      status.PutNumber(static_cast<uint64_t>(facts.forward_status));
    }
    if (facts.stored) status.Put("; stored");
    if (record.items_found > 0) {
      PutItems(record, &status);
    } else if (*record.cache_reason != '\0') {
      status.Put("; detail=");
      status.PutText(record.cache_reason);
    }
  }
  out->AddFixed("X-Cache", XCacheWord(record.cache));
}

void PutEntry(const HeadFacts& facts, http::FieldWriter* out) {
  const cache::Entry& entry = *facts.entry;
  const ops::ExchangeRecord& record = facts.record;
  const int64_t now_ms = facts.now_ms;
  AddIfAny("Content-Type", entry.content_type, out);
  out->AddAll(entry.fields);
  {
    auto status = out->Begin("Cache-Status");
    status.Put("banto; hit; ttl=");
    status.PutNumber(NotNegative((entry.expires_at_ms - now_ms) / 1000));
    if (record.items > 1) PutItems(record, &status);
  }
  out->AddFixed("X-Cache", "HIT");
  out->AddNumber("Age", NotNegative((now_ms - entry.stored_at_ms) / 1000));
}

bool IsLiveEntry(const cache::Entry& entry) {
  if (!entry.stream && !IsLive(http::ReadMediaType(entry.content_type))) return false;
  return entry.fields.Find("X-Accel-Buffering").empty();
}

// SDKs read the milliseconds first, and above all whether to ask again (openai-python and
// anthropic, _base_client.py).
void PutRetry(int retry_after_s, http::FieldWriter* out) {
  if (retry_after_s == Refusal::kNotAgain) return out->AddFixed("X-Should-Retry", "false");
  if (retry_after_s <= 0) return;
  out->AddNumber("Retry-After", NotNegative(retry_after_s));
  out->AddNumber("Retry-After-Ms", NotNegative(retry_after_s) * 1000);
}

// Fields of one kind of answer, which precede those of all.
void PutOfKind(const HeadFacts& facts, http::FieldWriter* out) {
  switch (facts.kind) {
    case AnswerKind::kRelayed:
      break;
    case AnswerKind::kEarly:
      out->AddFixed("Content-Type", "text/event-stream; charset=utf-8");
      out->AddFixed("Cache-Control", "no-cache, no-transform");
      break;
    case AnswerKind::kHit:
      PutEntry(facts, out);
      break;
    case AnswerKind::kListing:
      AddIfAny("Content-Type", facts.content_type, out);
      break;
    case AnswerKind::kError:
      AddIfAny("Content-Type", facts.content_type, out);
      // RFC 9110 §15.1: without this, caches may store 404, 405, 414 and 501.
      out->AddFixed("Cache-Control", "no-store");
      AddIfAny("Allow", facts.allow, out);
      AddIfAny("WWW-Authenticate", facts.challenge, out);
      PutRetry(facts.retry_after_s, out);
      AddIfAny("X-Banto-Reason", facts.record.error, out);
      break;
    case AnswerKind::kPreflight:
      out->AddFixed("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
      out->AddFixed("Access-Control-Max-Age", "86400");
      out->Add("Access-Control-Allow-Headers",
               facts.requested_headers.empty() ? "*" : facts.requested_headers);
      break;
  }
}

// What the fixed text and the numbers of our lines usually take: of those in all answers, and of
// those in some kinds. Beyond that, the writer makes more room.
constexpr size_t kCommonBytes = 400;
constexpr size_t kOfKindBytes = 320;

size_t UsualBytes(const HeadFacts& facts) {
  const ops::ExchangeRecord& record = facts.record;
  size_t size = kCommonBytes + facts.fetch->worker.size() + record.request_id.size() +
                record.model.size() + facts.fetch->translated().size() +
                facts.fetch->dropped().size();
  if (facts.cache_asked) size += std::string_view(record.cache_reason).size();
  if (facts.entry != nullptr) {
    return size + facts.entry->content_type.size() + facts.entry->fields.byte_size();
  }
  if (facts.kind == AnswerKind::kRelayed) return size;
  return size + kOfKindBytes + std::string_view(record.error).size() + facts.content_type.size() +
         facts.allow.size() + facts.challenge.size() + facts.requested_headers.size();
}

// The worker's CORS fields, or their absence, are kept, both now and in a later hit.
bool IsWorkers(AnswerKind kind) { return kind == AnswerKind::kRelayed || kind == AnswerKind::kHit; }

std::string Joined(std::string_view first, std::string_view then) {
  std::string list(first);
  if (!first.empty() && !then.empty()) list += ", ";
  return list.append(then);
}

void AddVary(http::FieldList* fields) {
  const std::string vary = fields->List("Vary");
  if (http::ListHasToken(vary, "Origin") || vary == "*") return;
  fields->Replace("Vary", Joined(vary, "Origin"));
}

// Replaces the worker's CORS fields, so that none is there twice.
void AddConfiguredCors(const HeadFacts& facts, http::FieldList* fields) {
  const std::string exposed = fields->List(kExposeHeaders.text());
  if (facts.kind != AnswerKind::kPreflight) fields->RemoveWithPrefix("Access-Control-");
  AddVary(fields);
  if (facts.cors.allow_origin.empty()) return;
  fields->Add(kAllowOrigin, facts.cors.allow_origin);
  if (facts.kind != AnswerKind::kPreflight) fields->Add(kExposeHeaders, Joined(kExposed, exposed));
}

void AddCors(const HeadFacts& facts, http::FieldList* fields) {
  if (facts.cors.configured) return AddConfiguredCors(facts, fields);
  if (facts.cors.allow_origin.empty() || IsWorkers(facts.kind)) return;
  if (facts.cors.varies) AddVary(fields);
  fields->Add(kAllowOrigin, facts.cors.allow_origin);
}

}  // namespace

void AppendAnswerFields(const HeadFacts& facts, http::FieldList* fields) {
  const ops::ExchangeRecord& record = facts.record;
  {
    http::FieldWriter out(UsualBytes(facts), fields);
    PutOfKind(facts, &out);
    if (facts.routed) AddIfAny("X-Banto-Model", record.model, &out);
    if (facts.cache_asked) PutForwarded(facts, &out);
    AddIfAny("X-Banto-Worker", facts.fetch->worker, &out);
    out.Add("X-Request-Id", record.request_id);
    PutServerTiming(facts, &out);
    AddIfAny("X-Banto-Dropped", facts.fetch->dropped(), &out);
    const bool live = facts.entry != nullptr ? IsLiveEntry(*facts.entry) : facts.live;
    // nginx (and its derivatives) would buffer a stream (ngx_http_proxy_module, proxy_buffering).
    if (live) out.AddFixed("X-Accel-Buffering", "no");
  }
  // A worker's own would be another request's to its client.
  if (record.id_field) fields->Replace(*record.id_field, record.request_id);
  if (facts.cors.configured || !facts.cors.allow_origin.empty()) AddCors(facts, fields);
}

}  // namespace banto
