// What the state machines of one ProxyThread (Exchange, Fetch, Attempt) work with: its loop, its
// pools, the shared parts and the current snapshot. Owned by the ProxyThread and outlives them all;
// loop thread only.
#ifndef BANTO_PROXY_FETCH_THREAD_CONTEXT_H_
#define BANTO_PROXY_FETCH_THREAD_CONTEXT_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "cache/body_mac.h"
#include "cache/cache.h"
#include "cache/recorder.h"
#include "proxy/fetch/detached_work.h"
#include "proxy/fetch/retry_budget.h"
#include "proxy/json/json_scan.h"
#include "proxy/net/event_loop.h"
#include "proxy/net/resolver.h"
#include "proxy/ops/exchange_record.h"
#include "proxy/question/request.h"
#include "proxy/question/request_memo.h"
#include "proxy/question/separation_memo.h"
#include "proxy/routing/snapshot.h"
#include "proxy/upstream/connection_pool.h"
#include "proxy/upstream/wait_queue.h"

namespace banto {

class FetchTable;

struct ThreadContext {
  net::EventLoop* loop = nullptr;
  net::Resolver* resolver = nullptr;             // of the process
  upstream::WaitQueue* wait_queue = nullptr;     // of the process
  BufferedBytes::Budget* buffered = nullptr;     // of the process
  cache::Recorder::Budget* recording = nullptr;  // of the process
  SeparationMemo* separation = nullptr;          // of the process
  FetchTable* fetches = nullptr;                 // of the process; nullptr: none are shared
  upstream::ConnectionPool* pool = nullptr;
  cache::Cache* cache = nullptr;  // nullptr: no cache
  ops::ExchangeObserver* observer = nullptr;
  SnapshotPtr snapshot;  // replaced through Post() by the control plane; its reference count is
                         // this thread's own
  RetryBudget retry_budget;
  // Reused by each Exchange while it identifies its request or writes a slice of a reply.
  json::JsonScan scan;
  cache::BodyMac mac;
  std::string slice;
  std::vector<std::string_view> frames;  // frames of one read of a stream, to be sent in one write
  std::string decoded;                   // decoded pieces of a coded answer's read
  RequestMemo memo;                      // of the current snapshot
  std::mt19937_64 random;
  DetachedWork detached;
  std::atomic<uint64_t> finished{0};  // finished Exchanges; any thread may read it
  bool draining = false;              // graceful stop: connections are not kept
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_THREAD_CONTEXT_H_
