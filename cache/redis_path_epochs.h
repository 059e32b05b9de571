// Synchronises this process's PathEpochs with the table in Redis: reports local writes and learns
// of those elsewhere. Owned by a RedisCache; loop thread only.
//
// The table is the string "banto:paths". Other replicas obey a write when they next read it, within
// about 5 s, as with a purge.
#ifndef BANTO_CACHE_REDIS_PATH_EPOCHS_H_
#define BANTO_CACHE_REDIS_PATH_EPOCHS_H_

#include <cstdint>
#include <deque>

#include "cache/path_epochs.h"
#include "cache/redis_connection.h"

namespace banto::cache {

class RedisPathEpochs {
 public:
  explicit RedisPathEpochs(PathEpochs* epochs) : epochs_(epochs) {}

  // Sends unsaved changes.
  void Save(RedisConnection* connection);
  // … and reads the table, unless that is in progress.
  void Sync(RedisConnection* connection);

 private:
  struct TableReply final : RedisReplyHandler {
    explicit TableReply(RedisPathEpochs* o) : owner(o) {}
    void OnReply(const RedisReply* reply, int64_t us) override;
    RedisPathEpochs* owner;
  };
  struct SaveReply final : RedisReplyHandler {
    explicit SaveReply(RedisPathEpochs* o) : owner(o) {}
    void OnReply(const RedisReply* reply, int64_t us) override;
    RedisPathEpochs* owner;
  };

  PathEpochs* epochs_;
  std::deque<PathEpochs::Change> saving_;  // in the order of their replies
  bool save_again_ = false;                // something changed while saves were in progress
  RedisConnection* connection_ = nullptr;  // of the saves in progress
  int64_t asked_us_ = 0;                   // when the table was requested; 0: it was not
  TableReply table_reply_{this};
  SaveReply save_reply_{this};
};

}  // namespace banto::cache

#endif  // BANTO_CACHE_REDIS_PATH_EPOCHS_H_
