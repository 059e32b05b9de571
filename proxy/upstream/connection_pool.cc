#include "proxy/upstream/connection_pool.h"

#include <algorithm>
#include <utility>

#include "proxy/net/recycled.h"

namespace banto::upstream {

// A connection while it is idle. Deferred, because its stream may be on the stack when it is
// removed.
class alignas(64) ConnectionPool::Idle final : public net::Deferred,
                                               public net::Recycled<Idle>,
                                               public net::StreamHandler {
 public:
  Idle(ConnectionPool* pool, UpstreamConnection connection, int64_t since_ms)
      : connection_(std::move(connection)), since_ms_(since_ms), pool_(pool) {
    connection_.stream->set_handler(this);
  }

  void OnReadable() override {
    if (pool_ != nullptr) pool_->Remove(this);
  }
  void OnWritable() override {}
  // The worker answered before it had the complete request: it would take the rest for the next
  // one.
  void OnUnsent(std::string_view /*rest*/, int /*error*/) override { OnReadable(); }

  UpstreamConnection connection_;
  const int64_t since_ms_;
  ConnectionPool* pool_;  // nullptr once it awaits destruction
};

ConnectionPool::ConnectionPool(net::EventLoop* loop, std::atomic<int>* permitted_in_process,
                               int64_t idle_ms)
    : loop_(loop),
      permitted_in_process_(permitted_in_process),
      idle_ms_(idle_ms),
      sweep_(loop, [this] { Expire(); }) {}

ConnectionPool::~ConnectionPool() {
  idle_count_ = 0;
  ReturnPermits();
}

bool ConnectionPool::TakePermit() {
  if (permitted_in_process_->fetch_add(1, std::memory_order_relaxed) >= kIdleProcessMax) {
    permitted_in_process_->fetch_sub(1, std::memory_order_relaxed);
    return false;
  }
  ++permits_;
  return true;
}

void ConnectionPool::ReturnPermits() {
  permitted_in_process_->fetch_sub(static_cast<int>(permits_ - idle_count_),
                                   std::memory_order_relaxed);
  permits_ = idle_count_;
}

UpstreamConnection ConnectionPool::Take(const WorkerState* worker) {
  const auto found = idle_.find(worker);
  if (found == idle_.end() || found->second.empty()) return {};
  Stack& stack = found->second;
  // The peer closed or sent something unexpected, which this turn will report.
  while (stack.back()->connection_.stream->HasUnread()) {
    loop_->DestroyLater(Unlist(&stack, stack.end() - 1));
    if (stack.empty()) return {};
  }
  // If the loop was busy the sweep is late: do not hand out what the engine has closed by now.
  if (loop_->NowMs() - stack.back()->since_ms_ >= idle_ms_) return {};
  std::unique_ptr<Idle> idle = Unlist(&stack, stack.end() - 1);
  idle->connection_.stream->set_handler(nullptr);
  return std::move(idle->connection_);
}

void ConnectionPool::Put(UpstreamConnection connection) {
  if (!connection.stream->reading()) connection.stream->SetReading(true);
  Stack& stack = idle_[connection.worker.get()];
  auto idle = std::make_unique<Idle>(this, std::move(connection), loop_->NowMs());
  const bool fits =
      stack.size() < size_t{kIdlePerWorkerMax} && (idle_count_ < permits_ || TakePermit());
  if (!fits) {
    idle->pool_ = nullptr;
    loop_->DestroyLater(std::move(idle));
    return;
  }
  stack.push_back(std::move(idle));
  ++idle_count_;
  if (!sweep_.armed()) sweep_.Set(idle_ms_);
}

void ConnectionPool::CloseAll() {
  for (auto& [worker, stack] : idle_) {
    while (!stack.empty()) loop_->DestroyLater(Unlist(&stack, stack.end() - 1));
  }
  idle_.clear();
  ReturnPermits();
}

std::unique_ptr<ConnectionPool::Idle> ConnectionPool::Unlist(Stack* stack, Stack::iterator at) {
  std::unique_ptr<Idle> idle = std::move(*at);
  stack->erase(at);
  idle->pool_ = nullptr;
  --idle_count_;
  return idle;
}

void ConnectionPool::Remove(Idle* idle) {
  Stack& stack = idle_[idle->connection_.worker.get()];
  const auto at = std::find_if(stack.begin(), stack.end(),
                               [idle](const auto& other) { return other.get() == idle; });
  loop_->DestroyLater(Unlist(&stack, at));
}

void ConnectionPool::Expire() {
  int64_t oldest_ms = -1;
  for (auto it = idle_.begin(); it != idle_.end();) {
    Stack& stack = it->second;
    while (!stack.empty() && loop_->NowMs() - stack.front()->since_ms_ >= idle_ms_) {
      loop_->DestroyLater(Unlist(&stack, stack.begin()));
    }
    if (stack.empty()) {  // also removes workers that are gone
      it = idle_.erase(it);
      continue;
    }
    const int64_t since_ms = stack.front()->since_ms_;
    oldest_ms = oldest_ms < 0 ? since_ms : std::min(oldest_ms, since_ms);
    ++it;
  }
  ReturnPermits();
  if (oldest_ms >= 0) sweep_.Set(oldest_ms + idle_ms_ - loop_->NowMs());
}

}  // namespace banto::upstream
