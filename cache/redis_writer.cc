#include "cache/redis_writer.h"

#include <algorithm>
#include <utility>

namespace banto::cache {
namespace {

// Several megabytes take time over a slow link; a reply that takes even longer will not come.
constexpr int64_t kStallMinMs = 5000;
constexpr uint64_t kOutputBytesMin = 16ull << 20;

}  // namespace

RedisWriter::RedisWriter(const RedisContext* context, CacheObserver* observer,
                         RedisWriterUser* user)
    : context_(context),
      observer_(observer),
      user_(user),
      output_bytes_max_(std::max(kOutputBytesMin, 2 * context->settings.reply_bytes_max)),
      random_(std::random_device()()) {}

RedisWriter::~RedisWriter() = default;

StoreResult RedisWriter::Write(std::string_view key, std::string_view value, int64_t ttl_ms) {
  if (context_->loop->NowMs() < rest_until_ms_) {
    Count("skipped", 0);
    return refused_.empty() ? StoreResult::kStoreDown : StoreResult::kFailed;
  }
  if (connection_ == nullptr) {
    connection_ = std::make_unique<RedisConnection>(
        context_, "banto-set", std::max(kStallMinMs, 10 * context_->settings.timeout_ms), this);
    connection_->Start(connects_++);
    if (connection_ == nullptr) return StoreResult::kStoreDown;
  }
  if (connection_->output_bytes() + value.size() > output_bytes_max_) {
    Count("skipped", 0);
    return StoreResult::kFailed;
  }
  const std::string ttl = std::to_string(ttl_ms);
  if (connection_->Send({"SET", key, value, "PX", ttl}, this) == 0) return StoreResult::kStoreDown;
  return StoreResult::kStored;
}

void RedisWriter::OnRedisReady(uint64_t) {}

void RedisWriter::OnRedisClosed(const std::string&) {
  const bool idle = connection_->in_flight() == 0;
  context_->loop->DestroyLater(std::move(connection_));
  if (!idle) Rest();  // otherwise Redis's own idle timeout: the next SET reconnects
}

void RedisWriter::OnReply(const RedisReply* reply, int64_t us) {
  if (reply != nullptr && reply->kind == RedisReply::Kind::kStatus) {
    Count("ok", us);
    pace_.OnSuccess();
    if (!refused_.empty()) {
      refused_.clear();
      user_->OnWritesRefused("");
    }
    return;
  }
  Count("error", us);
  if (reply == nullptr || reply->kind != RedisReply::Kind::kError) return;
  Rest();
  const std::string code(reply->code());
  const std::string why(reply->text);
  // After a failover READONLY and the like may concern only this connection, but a full Redis stays
  // full.
  if (code != "OOM" && connection_ != nullptr) connection_->Close(why);
  if (code == refused_) return;
  refused_ = code;
  user_->OnWritesRefused(why);
}

void RedisWriter::Rest() {
  const int64_t now_ms = context_->loop->NowMs();
  if (now_ms < rest_until_ms_) return;  // one pause for all SETs in flight
  rest_until_ms_ = now_ms + pace_.NextProbeMs(random_());
}

void RedisWriter::Count(const char* result, int64_t us) {
  if (observer_ != nullptr) observer_->OnRedisOperation("set", result, us);
}

}  // namespace banto::cache
