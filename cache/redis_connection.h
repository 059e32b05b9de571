// One connection to Redis over our own Stream: logs in, selects the database, reads the namespace
// epoch, then pipelines commands whose replies arrive in order. The commands of a loop turn are
// sent in one write. Not reusable: after it closes, its owner creates a new one. Loop thread only.
//
// A reply that takes longer than stall_ms closes the connection; a caller that gives up earlier
// calls Forget, and the late reply is dropped.
#ifndef BANTO_CACHE_REDIS_CONNECTION_H_
#define BANTO_CACHE_REDIS_CONNECTION_H_

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "cache/cache.h"
#include "cache/redis_output.h"
#include "cache/redis_reply.h"
#include "proxy/net/event_loop.h"
#include "proxy/net/resolver.h"
#include "proxy/net/stream.h"
#include "proxy/net/timer.h"

namespace banto::cache {

// Receives a reply; called once per command unless it was forgotten.
class RedisReplyHandler {
 public:
  // nullptr: the connection closed before the reply arrived. `us`: since the command was sent.
  virtual void OnReply(const RedisReply* reply, int64_t us) = 0;

 protected:
  ~RedisReplyHandler() = default;
};

class RedisConnectionOwner {
 public:
  // The handshake is complete; `epoch` is the namespace epoch.
  virtual void OnRedisReady(uint64_t epoch) = 0;
  // The connection is closed; no more calls follow, except for pending replies (as nullptr). The
  // owner passes it to DestroyLater.
  virtual void OnRedisClosed(const std::string& why) = 0;

 protected:
  ~RedisConnectionOwner() = default;
};

inline constexpr std::string_view kEpochKey = "banto:epoch";
// Parses the reply to GET of the epoch key; false if it is not an epoch. An absent key is epoch 0.
bool ReadEpoch(const RedisReply& reply, uint64_t* epoch);

// The largest value written and read back: besides the body it holds a head and the patches of each
// frame.
inline uint64_t ValueBytesMax(const RedisSettings& settings) {
  return settings.reply_bytes_max + settings.reply_bytes_max / 4 + (64 << 10);
}

// What both kinds of connections share; outlives them.
struct RedisContext {
  net::EventLoop* loop;
  net::Resolver* resolver;
  net::TlsContext* tls;  // for rediss://
  RedisSettings settings;
};

class RedisConnection final : public net::Deferred, net::StreamHandler, net::TurnEnd {
 public:
  RedisConnection(const RedisContext* context, const char* name, int64_t stall_ms,
                  RedisConnectionOwner* owner);
  ~RedisConnection() override;

  // Starts connecting. `turn` selects one of several addresses.
  void Start(size_t turn);
  bool ready() const { return state_ == State::kReady; }
  // Sends a command, or queues it while connecting. Returns 0 if the connection is closed,
  // otherwise a number for Forget().
  uint64_t Send(std::initializer_list<std::string_view> words, RedisReplyHandler* handler);
  void Forget(uint64_t command);
  int64_t SentUs(uint64_t command) const { return in_flight_[command - first_command_].sent_us; }
  // Whether part of a reply, but not all of it, has arrived since `us`.
  bool HeardPartSince(int64_t us) const {
    return reader_.pending_bytes() > 0 && heard_part_us_ > us;
  }
  // Bytes waiting to be written, and commands without a reply.
  size_t output_bytes() const { return output_.bytes(); }
  size_t in_flight() const { return in_flight_.size(); }
  // Milliseconds since it became ready.
  int64_t AgeMs() const { return context_->loop->NowMs() - ready_ms_; }
  void Close(const std::string& why);

 private:
  enum class State : uint8_t { kConnecting, kHandshake, kReady, kClosed };
  struct Command {
    RedisReplyHandler* handler;  // nullptr: forgotten
    int64_t sent_us;
  };
  // The handshake's own commands, in the order of sending.
  struct Greeting final : RedisReplyHandler {
    explicit Greeting(RedisConnection* c) : connection(c) {}
    void OnReply(const RedisReply* reply, int64_t us) override;
    RedisConnection* connection;
    int replies_until_epoch = 0;
  };

  void OnConnected(int error) override;
  void OnReadable() override;
  void OnWritable() override;
  void OnTurnEnd() override;
  void ConnectTo(const net::Address& address);
  void Greet();
  bool ReadReplies();
  void Dispatch(const RedisReply& reply);
  void Flush();
  void OnWatchdog();

  const RedisContext* context_;
  const char* name_;
  const int64_t stall_ms_;
  RedisConnectionOwner* owner_;
  State state_ = State::kConnecting;
  bool blocked_ = false;  // the socket is full; OnWritable continues
  Greeting greeting_{this};
  RedisReplyReader reader_;
  RedisOutput output_;
  std::deque<Command> in_flight_;
  uint64_t first_command_ = 1;  // the number of in_flight_.front()
  int64_t ready_ms_ = 0;
  int64_t heard_part_us_ = 0;  // when bytes of a still incomplete reply last arrived
  net::Timer watchdog_;
  std::shared_ptr<RedisConnection*> self_;  // for the resolver's answer, which may arrive too late
  std::unique_ptr<net::Stream> stream_;
};

}  // namespace banto::cache

#endif  // BANTO_CACHE_REDIS_CONNECTION_H_
