#include "proxy/net/watcher.h"

#include <errno.h>

#include <cstddef>

#include "proxy/net/event_base.h"
#include "proxy/net/warm_lines.h"

namespace banto::net {
namespace {

// Of a stream: libevent's part, and what it looks at first.
constexpr size_t kWatcherLines = 3;

}  // namespace

Watcher::~Watcher() {
  Unwatch();
  if (again_) base_->Forget(this);
}

int Watcher::Watch(int fd, short what) {
  Unwatch();
  if (fd < 0) return EBADF;  // libevent takes it and tells nothing
  event_assign(&event_, base_->base_.get(), fd, static_cast<short>(what | EV_PERSIST), OnEvent,
               this);
  errno = 0;
  if (event_add(&event_, nullptr) != 0) return errno != 0 ? errno : ENOMEM;
  watched_ = true;
  return 0;
}

void Watcher::Unwatch() {
  if (!watched_) return;
  watched_ = false;
  event_del(&event_);
}

void Watcher::TellAgain() {
  if (again_) return;
  again_ = true;
  base_->Again(this);
}

void Watcher::OnEvent(int /*fd*/, short what, void* watcher) {
  auto* const self = static_cast<Watcher*>(watcher);
  // Who is told next, if libevent has not forgotten it meanwhile: any address will do.
  FetchLines(self->event_.ev_evcallback.evcb_active_next.tqe_next, kWatcherLines);
  EventBase* const base = self->base_;
  self->OnEvents(what);
  base->NoteTold();  // which may destroy the watcher
}

}  // namespace banto::net
