// One of N identical threads, with its own loop, listening socket, client connections, upstream
// pools and Redis connections. A client connection never leaves its thread. Created and joined by
// the Server; public methods marked "any thread" only post.
#ifndef BANTO_PROXY_PROCESS_PROXY_THREAD_H_
#define BANTO_PROXY_PROCESS_PROXY_THREAD_H_

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>

#include "cache/memory_cache.h"
#include "cache/path_epochs.h"
#include "proxy/client/client_connection.h"
#include "proxy/client/request_queue.h"
#include "proxy/fetch/fetch_table.h"
#include "proxy/fetch/thread_context.h"
#include "proxy/net/listener.h"
#include "proxy/net/tls_context.h"

namespace banto {

// What all threads share; owned by the Server, which outlives them.
struct SharedParts {
  net::Resolver* resolver = nullptr;
  upstream::WaitQueue* wait_queue = nullptr;
  BufferedBytes::Budget* buffered = nullptr;
  cache::Recorder::Budget* recording = nullptr;
  SeparationMemo* separation = nullptr;
  FetchTable* fetches = nullptr;
  cache::MemoryCache* memory_cache = nullptr;  // nullptr: the tier is off
  cache::PathEpochs* path_epochs = nullptr;
  net::TlsContext* redis_tls = nullptr;
  std::atomic<int>* idle_upstream = nullptr;
  std::atomic<int>* connections = nullptr;  // client connections of the entire process
};

class ProxyThread final : public ConnectionOwner {
 public:
  // `observer` belongs to this thread; if it implements cache::CacheObserver it also observes its
  // Redis connections.
  ProxyThread(int index, const SharedParts& shared, SnapshotPtr snapshot,
              ops::ExchangeObserver* observer, cache::CacheObserver* cache_observer);
  ~ProxyThread();

  // Binds; call before Start(). Returns false with `error` set.
  bool Listen(const net::ListenAddress& address, std::string* error);
  uint16_t port() const { return listener_->port(); }
  int64_t lag_us() const { return loop_.LagUs(); }  // any thread
  // Exchanges finished since the start; any thread.
  uint64_t finished() const { return context_.finished.load(std::memory_order_relaxed); }
  void Start();
  // Any thread: subsequent requests see `snapshot`.
  void Publish(SnapshotPtr snapshot);
  // Any thread: stops accepting, closes idle connections and finishes running requests; then
  // `still_running` is decremented on this thread.
  void Drain(std::atomic<int>* still_running);
  // Any thread: aborts whatever still runs, then joins.
  void Stop();

  // Any thread: drops what is kept for future requests.
  void DropSpares();

 private:
  // ConnectionOwner
  const ReadLimits& read_limits() const override { return read_limits_; }
  RequestQueue* requests() override { return &requests_; }
  std::string_view HttpDateNow() override;
  void Remove(ClientConnection* connection) override;
  void OnRefused(const std::string& id, const std::string& client, const http::RequestHead* head,
                 int status, const char* code) override;

  const conf::Config& config() const { return *context_.snapshot->config; }
  void Adopt(SnapshotPtr snapshot);
  void OnAccept(int fd, const net::Address& peer);
  bool HasRoom() const;
  void LookForRoom();
  void CheckDrained();

  const int index_;
  const SharedParts shared_;
  net::EventLoop loop_;
  std::unique_ptr<net::Listener> listener_;
  upstream::ConnectionPool pool_;
  std::unique_ptr<cache::Cache> cache_;
  cache::CacheObserver* cache_observer_;
  net::Timer look_for_room_;
  ThreadContext context_;
  ReadLimits read_limits_;
  RequestQueue requests_{&loop_};
  std::unordered_map<ClientConnection*, std::unique_ptr<ClientConnection>> connections_;
  std::atomic<int>* drained_ = nullptr;
  int64_t date_s_ = 0;
  std::string date_;
  std::thread thread_;
};

}  // namespace banto

#endif  // BANTO_PROXY_PROCESS_PROXY_THREAD_H_
