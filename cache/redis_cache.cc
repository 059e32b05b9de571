#include "cache/redis_cache.h"

#include <algorithm>
#include <utility>

#include "cache/wall_clock.h"

namespace banto::cache {
namespace {

std::string_view Bytes(const CacheKey& key) {
  return {reinterpret_cast<const char*>(key.digest.data()), key.digest.size()};
}

LookupResult Miss(MissReason reason) { return {nullptr, Tier::kNone, reason}; }

}  // namespace

// One look-up; listed until it is answered, overdue or destroyed.
class RedisCache::Lookup final : public PendingLookup, public RedisReplyHandler {
 public:
  Lookup(RedisCache* cache, const CacheKey& wanted, Done done)
      : key(wanted),
        started_ms(cache->context_.loop->NowMs()),
        cache_(cache),
        done_(std::move(done)) {
    at_ = cache->lookups_.insert(cache->lookups_.end(), this);
  }
  ~Lookup() override { Leave(); }

  // Removes it from the list; a reply that arrives later is ignored. Afterwards the cache may be
  // gone.
  void Leave() {
    if (cache_ == nullptr) return;
    if (connection != nullptr) connection->Forget(command);
    connection = nullptr;
    cache_->lookups_.erase(at_);
    cache_ = nullptr;
  }
  // Reports the result. The owner may destroy this object in the callback.
  void Finish(const LookupResult& result) {
    Leave();
    const Done done = std::move(done_);
    done(result);
  }

  void OnReply(const RedisReply* reply, int64_t us) override;

  const CacheKey key;
  const int64_t started_ms;
  RedisConnection* connection = nullptr;  // where it was sent; nullptr: it waits for a connection
  uint64_t command = 0, epoch = 0;

 private:
  void OnError(const RedisReply& reply, int64_t us);
  void OnValue(std::string_view value, int64_t us);

  RedisCache* cache_;
  Done done_;
  std::list<Lookup*>::iterator at_;
};

void RedisCache::Lookup::OnReply(const RedisReply* reply, int64_t us) {
  RedisConnection* from = std::exchange(connection, nullptr);
  RedisCache* cache = cache_;
  if (reply == nullptr) {
    cache->Count("get", "error", us);
    return Finish(Miss(MissReason::kStoreDown));
  }
  switch (reply->kind) {
    case RedisReply::Kind::kString:
      return OnValue(reply->text, us);
    case RedisReply::Kind::kNil:
      cache->Count("get", "miss", us);
      cache->link_.CountSuccess();
      return Finish(Miss(MissReason::kKeyNotFound));
    case RedisReply::Kind::kError:
      return OnError(*reply, us);
    case RedisReply::Kind::kTooLong:
      cache->Count("get", "error", us);
      cache->link_.CountSuccess();
      return Finish(Miss(MissReason::kEntryInvalid));
    case RedisReply::Kind::kStatus:
    case RedisReply::Kind::kInteger:
      break;
  }
  cache->Count("get", "error", us);
  Finish(Miss(MissReason::kEntryInvalid));
  from->Close("unexpected kind of reply to GET");
}

void RedisCache::Lookup::OnError(const RedisReply& reply, int64_t us) {
  RedisCache* cache = cache_;
  cache->Count("get", "error", us);
  // A key of another program says nothing about the health of Redis; all other errors do (LOADING,
  // MASTERDOWN, NOAUTH, NOPERM, CLUSTERDOWN, MOVED …).
  const bool foreign = reply.code() == "WRONGTYPE";
  const std::string why(reply.text);
  Finish(Miss(foreign ? MissReason::kEntryInvalid : MissReason::kStoreDown));
  if (!foreign) cache->link_.CountFailure(why);
}

void RedisCache::Lookup::OnValue(std::string_view value, int64_t us) {
  RedisCache* cache = cache_;
  cache->link_.CountSuccess();
  const char* why = "";
  LookupResult result;
  result.entry = DecodeEntry(value, Bytes(key), WallMs(), &why);
  const bool purged = epoch != cache->link_.epoch();
  if (purged) result.entry = nullptr;
  if (result.entry != nullptr) {
    result.tier = Tier::kRedis;
  } else if (!purged) {
    const bool expired = std::string_view(why) == "expired";
    result.reason = expired ? MissReason::kExpired : MissReason::kEntryInvalid;
  }
  const bool invalid = result.reason == MissReason::kEntryInvalid;
  cache->Count("get", result.entry != nullptr ? "ok" : invalid ? "error" : "miss", us);
  Finish(result);
}

RedisCache::RedisCache(net::EventLoop* loop, net::Resolver* resolver, net::TlsContext* tls,
                       const RedisSettings& settings, CacheObserver* observer)
    : context_{loop, resolver, tls, settings},
      observer_(observer),
      deadline_timer_(loop, [this] { OnDeadline(); }),
      writer_(&context_, observer, this),
      link_(&context_, observer, this) {}

RedisCache::~RedisCache() {
  while (!lookups_.empty()) lookups_.front()->Leave();
}

std::unique_ptr<PendingLookup> RedisCache::Find(const CacheKey& key, Done done, LookupResult* now) {
  if (link_.open()) {
    Count("get", "skipped", 0);
    *now = Miss(MissReason::kCircuitOpen);
    return nullptr;
  }
  if (lookups_.empty()) deadline_timer_.Set(context_.settings.timeout_ms);
  auto lookup = std::make_unique<Lookup>(this, key, std::move(done));
  if (RedisConnection* connection = link_.ready()) Send(lookup.get(), connection);
  return lookup;
}

void RedisCache::Send(Lookup* lookup, RedisConnection* connection) {
  lookup->command = connection->Send({"GET", KeyOf(lookup->key)}, lookup);
  if (lookup->command == 0) return;
  lookup->connection = connection;
  lookup->epoch = link_.epoch();
}

void RedisCache::OnDeadline() {
  const int64_t timeout_ms = context_.settings.timeout_ms;
  while (!lookups_.empty()) {
    Lookup* lookup = lookups_.front();
    const int64_t age_ms = context_.loop->NowMs() - lookup->started_ms;
    if (age_ms < timeout_ms) return deadline_timer_.Set(timeout_ms - age_ms);
    Count("get", "timeout", age_ms * 1000);
    const bool sent = lookup->connection != nullptr;
    const int64_t sent_us = sent ? lookup->connection->SentUs(lookup->command) : 0;
    lookup->Finish(Miss(MissReason::kStoreTimeout));
    // RedisLink judges what was never sent: it knows why there is no connection.
    if (sent) link_.CountOverdue(sent_us, "no answer within " + std::to_string(timeout_ms) + " ms");
  }
}

void RedisCache::OnLinkUp() {
  RedisConnection* connection = link_.ready();
  if (paths_)
    paths_->Sync(connection);  // before any look-up, so that its reply is read before
                               // theirs
  for (Lookup* lookup : lookups_) {
    if (lookup->connection == nullptr && connection != nullptr) Send(lookup, connection);
  }
}

// Commands already sent keep their deadline; look-ups waiting for a connection end now.
void RedisCache::OnLinkDown(MissReason reason) {
  std::list<Lookup*>::iterator at;
  const auto waits = [](const Lookup* lookup) { return lookup->connection == nullptr; };
  // Restart each time: callbacks may destroy any look-up.
  while ((at = std::find_if(lookups_.begin(), lookups_.end(), waits)) != lookups_.end()) {
    Count("get", reason == MissReason::kStoreTimeout ? "timeout" : "error", 0);
    (*at)->Finish(Miss(reason));
  }
}

void RedisCache::OnEpoch(uint64_t epoch) {
  prefix_ = "banto:" + std::to_string(kKeySchemaVersion) + ":" + std::to_string(epoch) + ":";
  if (on_epoch_) on_epoch_(epoch);
  if (paths_ && !link_.open()) paths_->Sync(link_.ready());
}

void RedisCache::SavePaths() {
  if (paths_ && !link_.open()) paths_->Save(link_.ready());
}

StoreResult RedisCache::Store(const CacheKey& key, const Entry& entry, uint64_t epoch) {
  if (link_.open()) {
    Count("set", "skipped", 0);
    return StoreResult::kCircuitOpen;
  }
  // The epoch was unknown when the request began, so a purge since then would go unnoticed.
  if (epoch == kEpochUnknown || !link_.epoch_known()) return StoreResult::kStoreDown;
  if (epoch != link_.epoch()) return StoreResult::kPurged;
  const int64_t ttl_ms = entry.expires_at_ms - WallMs();
  if (ttl_ms <= 0) return StoreResult::kFailed;
  if (entry.body.size() > context_.settings.reply_bytes_max) return StoreResult::kTooLarge;
  const std::string value = EncodeEntry(entry, Bytes(key));
  if (value.size() > ValueBytesMax(context_.settings)) return StoreResult::kTooLarge;
  return writer_.Write(KeyOf(key), value, ttl_ms);
}

void RedisCache::Purge(std::function<void(bool, const std::string&)> done) {
  link_.NextEpoch(std::move(done));
}

void RedisCache::OnLinkState(bool up, const std::string& why) {
  if (reported_ && up == up_) return;
  reported_ = true;
  up_ = up;
  if (observer_ != nullptr) observer_->OnRedisState(up, !up, up ? writes_refused_ : why);
}

void RedisCache::OnWritesRefused(const std::string& why) {
  writes_refused_ = why.empty() ? "" : "writes refused: " + why;
  if (observer_ != nullptr && up_) observer_->OnRedisState(true, false, writes_refused_);
}

void RedisCache::Count(const char* operation, const char* result, int64_t us) {
  if (observer_ != nullptr) observer_->OnRedisOperation(operation, result, us);
}

}  // namespace banto::cache
