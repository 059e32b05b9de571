#include "proxy/net/spares.h"

namespace banto::net {
namespace {

// A plain pointer: spares are unlisted when the thread's other objects are already gone.
thread_local constinit Spares* first_of_thread = nullptr;

}  // namespace

Spares::Spares() : next_(first_of_thread) { first_of_thread = this; }

Spares::~Spares() {
  for (Spares** link = &first_of_thread; *link != nullptr; link = &(*link)->next_) {
    if (*link != this) continue;
    *link = next_;
    return;
  }
}

void Spares::DropAllOfThread() {
  for (Spares* kind = first_of_thread; kind != nullptr; kind = kind->next_) kind->Drop();
}

}  // namespace banto::net
