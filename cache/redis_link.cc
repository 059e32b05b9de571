#include "cache/redis_link.h"

#include <algorithm>
#include <utility>

namespace banto::cache {
namespace {

// How soon another replica's purge is obeyed, ± 10 % so that threads spread out.
constexpr int64_t kEpochRefreshMs = 5000;
// A connection that dies younger than this means that Redis (or a proxy in front of it) is unwell.
constexpr int64_t kYoungMs = 1000;
constexpr uint64_t kReconnectJitterMs = 20;

int64_t StallMs(const RedisSettings& settings) {
  return std::max<int64_t>(1000, 10 * settings.timeout_ms);
}

}  // namespace

RedisLink::RedisLink(const RedisContext* context, CacheObserver* observer, RedisLinkUser* user)
    : context_(context),
      observer_(observer),
      user_(user),
      random_(std::random_device()()),
      connect_timer_(context->loop, [this] { Connect(); }),
      slow_timer_(context->loop, [this] { OnSlow(); }),
      probe_timer_(context->loop, [this] { Probe(); }),
      epoch_timer_(context->loop, [this] { RefreshEpoch(); }) {
  connect_timer_.Set(0);
  epoch_timer_.Set(kEpochRefreshMs);
}

RedisLink::~RedisLink() = default;

RedisConnection* RedisLink::ready() {
  return connection_ != nullptr && connection_->ready() ? connection_.get() : nullptr;
}

void RedisLink::Connect() {
  if (connection_ != nullptr) return;
  was_ready_ = false;
  connection_ =
      std::make_unique<RedisConnection>(context_, "banto-get", StallMs(context_->settings), this);
  slow_timer_.Set(context_->settings.timeout_ms);
  connection_->Start(connects_++);
}

// Neither connected nor probed within one redis_timeout. A connection attempt goes on: a distant
// Redis needs longer for its handshake than for a GET, and proves itself by completing it.
void RedisLink::OnSlow() {
  const std::string why =
      "no answer within " + std::to_string(context_->settings.timeout_ms) + " ms";
  if (ready() == nullptr) {
    if (connection_ != nullptr && breaker_.Trip()) Down(why, MissReason::kStoreTimeout);
    return;
  }
  if (!ping_asked_) return;
  ping_late_ = true;
  if (observer_ != nullptr) {
    observer_->OnRedisOperation("ping", "timeout", context_->settings.timeout_ms * 1000);
  }
  ProbeLater();
}

void RedisLink::OnRedisReady(uint64_t epoch) {
  was_ready_ = true;
  slow_timer_.Cancel();
  Adopt(epoch);
  breaker_.OnProbeSuccess();
  Up();
}

void RedisLink::OnRedisClosed(const std::string& why) {
  const bool idle = connection_->in_flight() == 0;
  const bool young = !was_ready_ || connection_->AgeMs() < kYoungMs;
  context_->loop->DestroyLater(std::move(connection_));
  slow_timer_.Cancel();
  if (breaker_.open()) return ProbeLater();
  if (young || !idle) {
    // One failure, however many commands were in flight: their callers need not count it again.
    if (young ? breaker_.Trip() : breaker_.OnFailure()) return Down(why);
  }
  connect_timer_.Set(static_cast<int64_t>(random_() % kReconnectJitterMs));
}

void RedisLink::CountFailure(const std::string& why) {
  if (breaker_.OnFailure()) Down(why);
}

void RedisLink::CountOverdue(int64_t sent_us, const std::string& why) {
  if (connection_ != nullptr && connection_->HeardPartSince(sent_us)) return CountFailure(why);
  const bool rested = breaker_.rested();
  if (!breaker_.Trip()) return;
  Down(why);
  if (!rested) return;
  // A PING behind the overdue command: if Redis only paused, it answers both when it resumes, and
  // the breaker was open no longer than that.
  Probe();
}

void RedisLink::Down(const std::string& why, MissReason reason) {
  ProbeLater();
  user_->OnLinkState(false, why);
  user_->OnLinkDown(reason);
}

void RedisLink::Up() {
  probe_timer_.Cancel();
  user_->OnLinkState(true, "");
  user_->OnLinkUp();
}

void RedisLink::ProbeLater() { probe_timer_.Set(breaker_.NextProbeMs(random_())); }

void RedisLink::Probe() {
  if (!breaker_.open()) return;
  if (connection_ == nullptr) return Connect();
  RedisConnection* connection = ready();
  if (connection == nullptr)
    return;  // it becomes ready, or closes and is followed by the next
             // probe
  if (ping_asked_) return ProbeLater();
  ping_asked_ = true;
  ping_late_ = epoch_ok_ = false;
  AskEpoch();  // a purge may have been missed; it also proves more than a PING
  connection->Send({"PING"}, &ping_reply_);
  slow_timer_.Set(context_->settings.timeout_ms);
}

void RedisLink::OnPing(const RedisReply* reply, int64_t us) {
  ping_asked_ = false;
  if (reply == nullptr || ping_late_) return;
  slow_timer_.Cancel();
  const bool ok = reply->kind == RedisReply::Kind::kStatus && epoch_ok_;
  if (observer_ != nullptr) observer_->OnRedisOperation("ping", ok ? "ok" : "error", us);
  // A new connection logs in and resolves the name again: after a failover NOAUTH, MASTERDOWN and
  // the like may concern only this one.
  if (!ok) return connection_->Close("PING or the epoch failed");
  if (breaker_.OnProbeSuccess()) Up();
}

void RedisLink::RefreshEpoch() {
  epoch_timer_.Set(kEpochRefreshMs - kEpochRefreshMs / 10 +
                   static_cast<int64_t>(random_() % (kEpochRefreshMs / 5)));
  if (epochs_asked_ == 0 && !breaker_.open()) AskEpoch();
}

void RedisLink::AskEpoch() {
  RedisConnection* connection = ready();
  if (connection == nullptr) return;
  if (connection->Send({"GET", kEpochKey}, &epoch_reply_) != 0) ++epochs_asked_;
}

void RedisLink::OnEpochReply(const RedisReply* reply, int64_t) {
  --epochs_asked_;
  if (reply == nullptr) return;
  uint64_t epoch = 0;
  if (ReadEpoch(*reply, &epoch)) {
    epoch_ok_ = true;
    return Adopt(epoch);
  }
  const bool error = reply->kind == RedisReply::Kind::kError;
  CountFailure(error ? std::string(reply->text) : "banto:epoch is not a number");
}

void RedisLink::NextEpoch(std::function<void(bool, const std::string&)> done) {
  RedisConnection* connection = ready();
  if (connection == nullptr || connection->Send({"INCR", kEpochKey}, &next_epoch_reply_) == 0) {
    return context_->loop->Post(
        [done = std::move(done)] { done(false, "not connected to Redis"); });
  }
  purges_.push_back(std::move(done));
}

void RedisLink::OnNextEpoch(const RedisReply* reply, int64_t) {
  const auto done = std::move(purges_.front());
  purges_.pop_front();
  if (reply == nullptr) return done(false, "the connection to Redis closed");
  if (reply->kind != RedisReply::Kind::kInteger) return done(false, std::string(reply->text));
  Adopt(static_cast<uint64_t>(reply->integer));
  done(true, "");
}

void RedisLink::Adopt(uint64_t epoch) {
  epoch_ = epoch;
  epoch_known_ = true;
  user_->OnEpoch(epoch);
}

}  // namespace banto::cache
