// A new connection to a worker: its name is looked up, its addresses are tried one after the other,
// with TLS where its URL says so. Ends in a stream, or in why there is none; how long that may take
// is its owner's to say. Owned by an Attempt; loop thread only.
#ifndef BANTO_PROXY_FETCH_DIAL_H_
#define BANTO_PROXY_FETCH_DIAL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "proxy/fetch/failure.h"
#include "proxy/net/resolver.h"
#include "proxy/net/stream.h"
#include "proxy/upstream/worker.h"

namespace banto {

class DialListener {
 public:
  // The stream's handler is the Dial, until its new owner sets another.
  virtual void OnDialled(std::unique_ptr<net::Stream> stream) = 0;
  virtual void OnDialFailed(FailureKind kind, std::string_view what) = 0;

 protected:
  ~DialListener() = default;
};

class Dial final : public net::Deferred, private net::StreamHandler {
 public:
  // `worker` and `listener` outlive it.
  Dial(net::EventLoop* loop, net::Resolver* resolver, const upstream::Worker* worker,
       DialListener* listener);
  ~Dial() override;

  // It may fail from within this call.
  void Start();
  // Ends it: no socket is opened and the listener is not called any more. Destroying it does too.
  void Cancel();
  // Its name is not looked up yet.
  bool resolving() const { return state_ == State::kResolving; }

 private:
  enum class State : uint8_t {
    kIdle,       // constructed, not started
    kResolving,  // the resolver works
    kConnecting,
    kOver,  // the listener was told, or it was cancelled
  };

  void Connect();
  void Fail(FailureKind kind, std::string_view what);

  // net::StreamHandler
  void OnConnected(int error) override;
  void OnReadable() override {}
  void OnWritable() override {}

  net::EventLoop* loop_;
  net::Resolver* resolver_;
  const upstream::Worker* worker_;
  DialListener* listener_;
  State state_ = State::kIdle;
  std::shared_ptr<const net::Resolution> resolution_;
  size_t next_ = 0;              // of its addresses
  std::shared_ptr<bool> alive_;  // only while the resolver works: its answer may come after us
  std::unique_ptr<net::Stream> stream_;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_DIAL_H_
