#include "proxy/net/poller.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "proxy/net/warm_lines.h"

namespace banto::net {
namespace {

// Without glibc's bracket for thread cancellation (socket_io.h).
size_t WhatIsThere(int fd, epoll_event* events, size_t count_max, int wait_ms) {
  const long count = syscall(SYS_epoll_pwait, fd, events, count_max, wait_ms, nullptr, 0);
  return count < 0 ? 0 : static_cast<size_t>(count);
}

}  // namespace

Poller::Poller() : fd_(epoll_create1(EPOLL_CLOEXEC)) {
  if (fd_ < 0) throw std::runtime_error("cannot create an epoll set: out of descriptors");
}

Poller::~Poller() { close(fd_); }

int Poller::Add(int fd, uint32_t events, Watcher* watcher) {
  epoll_event event{.events = events, .data = {.ptr = watcher}};
  return epoll_ctl(fd_, EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : errno;
}

void Poller::Remove(int fd, Watcher* watcher) {
  epoll_ctl(fd_, EPOLL_CTL_DEL, fd, nullptr);
  Forget(watcher);
}

void Poller::Forget(Watcher* watcher) {
  for (size_t i = next_; i < count_; ++i) {
    if (events_[i].data.ptr == watcher) events_[i].data.ptr = nullptr;
  }
  if (!watcher->again_) return;
  Watcher* const nobody = nullptr;
  std::replace(again_.begin(), again_.end(), watcher, nobody);
  std::replace(telling_.begin(), telling_.end(), watcher, nobody);
}

void Poller::Again(Watcher* watcher) {
  if (watcher->again_) return;
  watcher->again_ = true;
  again_.push_back(watcher);
}

size_t Poller::TellAgain() {
  if (again_.empty()) return 0;
  telling_.swap(again_);
  // By index: a watcher may forget others.
  for (size_t i = 0; i < telling_.size(); ++i) {
    Watcher* const watcher = telling_[i];
    if (watcher == nullptr) continue;
    watcher->again_ = false;
    watcher->OnAgain();
  }
  const size_t told = telling_.size();
  telling_.clear();
  return told;
}

size_t Poller::Poll() {
  const size_t again = TellAgain();
  Wait(0);
  return again + Tell();
}

void Poller::Wait(int wait_ms) { count_ = WhatIsThere(fd_, events_.data(), kEventsMax, wait_ms); }

size_t Poller::Tell() {
  const size_t told = count_;
  for (next_ = 0; next_ < count_;) {
    const epoll_event event = events_[next_++];
    auto* const watcher = static_cast<Watcher*>(event.data.ptr);
    if (next_ < count_) FetchLines(events_[next_].data.ptr, 2);
    if (watcher != nullptr) watcher->OnEvents(event.events);
  }
  count_ = next_ = 0;
  return told;
}

}  // namespace banto::net
