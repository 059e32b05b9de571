#include "proxy/net/watcher.h"

#include <errno.h>

#include "proxy/net/event_base.h"

namespace banto::net {

Watcher::~Watcher() {
  Unwatch();
  if (again_) base_->Forget(this);
}

int Watcher::Watch(int fd, short what) {
  Unwatch();
  if (fd < 0) return EBADF;  // libevent would accept it and never report
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

void Watcher::CallAgain() {
  if (again_) return;
  again_ = true;
  base_->Again(this);
}

void Watcher::OnEvent(int /*fd*/, short what, void* watcher) {
  auto* const self = static_cast<Watcher*>(watcher);
  EventBase* const base = self->base_;
  self->OnEvents(what);
  base->CountDispatched();  // which may destroy the watcher
}

}  // namespace banto::net
