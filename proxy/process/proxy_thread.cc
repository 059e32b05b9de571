#include "proxy/process/proxy_thread.h"

#include "cache/redis_cache.h"
#include "proxy/exchange/exchange.h"
#include "proxy/http/writer.h"
#include "proxy/net/spares.h"
#include "proxy/process/descriptor_table.h"

namespace banto {
namespace {

constexpr int64_t kLookForRoomMs = 100;

}  // namespace

ProxyThread::ProxyThread(int index, const SharedParts& shared, SnapshotPtr snapshot,
                         ops::ExchangeObserver* observer, cache::CacheObserver* cache_observer)
    : index_(index),
      shared_(shared),
      pool_(&loop_, shared.idle_upstream),
      cache_observer_(cache_observer),
      look_for_room_(&loop_, [this] { LookForRoom(); }) {
  context_.loop = &loop_;
  context_.resolver = shared.resolver;
  context_.wait_queue = shared.wait_queue;
  context_.buffered = shared.buffered;
  context_.recording = shared.recording;
  context_.separation = shared.separation;
  context_.fetches = shared.fetches;
  context_.pool = &pool_;
  context_.observer = observer;
  context_.random.seed(std::random_device{}() + static_cast<unsigned>(index_));
  const conf::Cache& settings = snapshot->config->cache;
  if (settings.on()) {
    std::unique_ptr<cache::RedisCache> redis;
    if (settings.redis) {
      cache::RedisSettings redis_settings;
      redis_settings.url = *settings.redis;
      redis_settings.timeout_ms = settings.redis_timeout_ms;
      redis_settings.reply_bytes_max = settings.entry_bytes_max;
      redis = std::make_unique<cache::RedisCache>(&loop_, shared.resolver, shared.redis_tls,
                                                  redis_settings, cache_observer_);
    }
    cache_ = std::make_unique<cache::Cache>(&loop_, shared.memory_cache, std::move(redis),
                                            shared.path_epochs);
    context_.cache = cache_.get();
  }
  Adopt(std::move(snapshot));
}

ProxyThread::~ProxyThread() {
  Stop();
  connections_.clear();
}

bool ProxyThread::Listen(const net::ListenAddress& address, std::string* error) {
  listener_ = net::Listener::Create(
      &loop_, address, [this](int fd, const net::Address& peer) { OnAccept(fd, peer); }, error);
  return listener_ != nullptr;
}

void ProxyThread::Start() {
  thread_ = std::thread([this] { loop_.Run(); });
}

void ProxyThread::Publish(SnapshotPtr snapshot) {
  loop_.Post([this, s = std::move(snapshot)]() mutable { Adopt(std::move(s)); });
}

void ProxyThread::Adopt(SnapshotPtr snapshot) {
  // With a reference count of its own per thread: a shared one would be a cache line written by
  // every request of every thread.
  const auto counted = std::make_shared<SnapshotPtr>(std::move(snapshot));
  context_.snapshot = SnapshotPtr(counted, counted->get());
  context_.memo.Clear();
  const conf::Limits& limits = config().limits;
  read_limits_.head.header_bytes_max = static_cast<size_t>(limits.header_bytes_max);
  read_limits_.head.headers_max = static_cast<size_t>(limits.headers_max);
  read_limits_.body_bytes_max = limits.body_bytes_max;
  read_limits_.budget = shared_.buffered;
}

void ProxyThread::Drain(std::atomic<int>* still_running) {
  loop_.Post([this, still_running] {
    drained_ = still_running;
    context_.draining = true;
    if (listener_) listener_->DrainAndClose();
    std::vector<ClientConnection*> all;
    for (const auto& [connection, owned] : connections_) all.push_back(connection);
    for (ClientConnection* connection : all) connection->Drain();
    CheckDrained();
  });
}

void ProxyThread::DropSpares() {
  loop_.Post([this] {
    net::Spares::DropAllOfThread();
    context_.scan.Release();
    std::string().swap(context_.slice);
    loop_.RenewScratch();
  });
}

void ProxyThread::Stop() {
  if (!thread_.joinable()) return;
  // Destroy connections on the thread that used them: their timers and sockets belong to its loop.
  loop_.Post([this] {
    std::vector<ClientConnection*> all;
    for (const auto& [connection, owned] : connections_) all.push_back(connection);
    for (ClientConnection* connection : all) connection->CutShort();
    connections_.clear();
    context_.detached.Clear();
    pool_.CloseAll();
    listener_.reset();
    loop_.Stop();
  });
  thread_.join();
}

std::string_view ProxyThread::HttpDateNow() {
  if (loop_.WallSeconds() != date_s_) {
    date_s_ = loop_.WallSeconds();
    date_ = http::HttpDate(date_s_);
  }
  return date_;
}

void ProxyThread::OnAccept(int fd, const net::Address& peer) {
  shared_.connections->fetch_add(1, std::memory_order_relaxed);
  context_.observer->OnClientConnections(1);
  auto connection = std::make_unique<ClientConnection>(this, &context_, fd,
                                                       Peer{peer.Ip(), net::IpNumber::Of(peer)});
  ClientConnection* key = connection.get();
  connections_.emplace(key, std::move(connection));
  if (shared_.connections->load(std::memory_order_relaxed) >= config().limits.connections_max) {
    // New clients wait in the backlog until one leaves.
    listener_->SetAccepting(false);
  } else if (!HasRoom()) {
    listener_->SetAccepting(false);
    look_for_room_.Set(kLookForRoomMs);
  }
}

bool ProxyThread::HasRoom() const {
  return DescriptorTable::HasRoom(shared_.connections->load(std::memory_order_relaxed),
                                  shared_.idle_upstream->load(std::memory_order_relaxed));
}

// Descriptors are also freed by others than our clients, without notice.
void ProxyThread::LookForRoom() {
  if (listener_ == nullptr || context_.draining ||
      shared_.connections->load(std::memory_order_relaxed) >= config().limits.connections_max)
    return;
  if (HasRoom()) return listener_->SetAccepting(true);
  look_for_room_.Set(kLookForRoomMs);
}

void ProxyThread::Remove(ClientConnection* connection) {
  const auto found = connections_.find(connection);
  if (found == connections_.end()) return;
  loop_.DestroyLater(std::move(found->second));
  connections_.erase(found);
  shared_.connections->fetch_sub(1, std::memory_order_relaxed);
  context_.observer->OnClientConnections(-1);
  if (listener_ && !context_.draining) listener_->SetAccepting(true);
  CheckDrained();
}

void ProxyThread::CheckDrained() {
  if (drained_ == nullptr || !connections_.empty()) return;
  drained_->fetch_sub(1, std::memory_order_release);
  drained_ = nullptr;
}

void ProxyThread::OnRefused(const std::string& id, const std::string& client,
                            const http::RequestHead* head, int status, const char* code) {
  ops::ExchangeRecord record;
  record.started_unix_us = loop_.WallSeconds() * 1'000'000;
  record.request_id = id;
  record.client = client;
  if (head != nullptr) {
    record.method = head->method();
    record.path = head->path();
  }
  record.status = status;
  record.error = code;
  record.cache_reason = "refused";
  context_.observer->OnExchangeStart(record.endpoint);
  context_.observer->OnExchange(record);
}

}  // namespace banto
