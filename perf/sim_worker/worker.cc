#include "perf/sim_worker/worker.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "perf/sim_worker/connection.h"

namespace banto::perf {

Worker::Worker(Poller& poller, const WorkerOptions& options, const Recordings& recordings)
    : poller_(poller), options_(options), recordings_(recordings) {
  engine_.emplace(poller, options.costs);
  engine_->Freeze(options.fault.kind == FaultKind::kFreeze);
  if (options_.idle_close_ms < 0) options_.idle_close_ms = profile().idle_close_ms;
}

Worker::~Worker() { StopListening(); }

void Worker::StopListening() {
  if (fd_ < 0) return;
  poller_.Forget(fd_, this);
  close(fd_);
  fd_ = -1;
}

bool Worker::loading() const {
  return options_.fault.kind == FaultKind::kLoading || poller_.now() < loaded_at_;
}

void Worker::SetFault(const Fault& fault) {
  options_.fault = fault;
  engine_->Freeze(fault.kind == FaultKind::kFreeze);
}

void Worker::CrashFor(int64_t down_ms) {
  // One of the connections may be on the call stack.
  poller_.At(poller_.now(), [this, down_ms] { Crash(down_ms); });
}

void Worker::Crash(int64_t down_ms) {
  StopListening();
  std::vector<Connection*> all;
  for (const auto& [connection, owner] : connections_) all.push_back(connection);
  for (Connection* connection : all) connection->Reset();
  const EngineCosts costs = engine_->costs();
  engine_.emplace(poller_, costs);
  poller_.At(poller_.now() + std::chrono::milliseconds(down_ms), [this] { Listen(port_); });
}

bool Worker::Listen(uint16_t port) {
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  socklen_t size = sizeof(address);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (bind(fd_, any, size) != 0 || listen(fd_, 4096) != 0 || getsockname(fd_, any, &size) != 0) {
    return false;
  }
  port_ = ntohs(address.sin_port);
  loaded_at_ = Clock::now() + std::chrono::milliseconds(options_.startup_ms);
  poller_.Watch(fd_, EPOLLIN, this);
  return true;
}

void Worker::OnReady(uint32_t) {
  for (int fd; (fd = accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    auto connection = std::make_unique<Connection>(*this, fd);
    connections_.emplace(connection.get(), std::move(connection));
  }
}

void Worker::Forget(Connection* connection) {
  const auto found = connections_.find(connection);
  if (found == connections_.end()) return;
  // It may be on the call stack.
  poller_.At(poller_.now(), [gone = std::shared_ptr<Connection>(std::move(found->second))] {});
  connections_.erase(found);
}

void Worker::CloseIdle() {
  poller_.At(poller_.now() + std::chrono::seconds(1), [this] { CloseIdle(); });
  if (options_.idle_close_ms == 0) return;
  const auto limit = poller_.now() - std::chrono::milliseconds(options_.idle_close_ms);
  std::vector<Connection*> idle;
  for (const auto& [connection, owner] : connections_) {
    if (connection->idle_since() < limit) idle.push_back(connection);
  }
  for (Connection* connection : idle) connection->Close();
}

}  // namespace banto::perf
