// Holds a reply back to the pace at which its stream was recorded. Owned by its Reply; loop thread
// only.
#ifndef BANTO_PROXY_EXCHANGE_REPLY_PACER_H_
#define BANTO_PROXY_EXCHANGE_REPLY_PACER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

#include "cache/entry.h"
#include "cache/pace.h"
#include "proxy/net/timer.h"

namespace banto {

class ReplyPacer {
 public:
  // The recording begins anew now. `on_due` is called when more is due, each time after IsDue() was
  // false.
  ReplyPacer(net::EventLoop* loop, cache::EntryPtr entry, std::function<void()> on_due)
      : loop_(loop),
        entry_(std::move(entry)),
        reader_(entry_->pace),
        begun_ms_(loop->NowMs()),
        timer_(loop, std::move(on_due)) {}

  // Whether what follows the first `given` bytes of the body may be sent now.
  bool IsDue(size_t given) {
    const int64_t passed_ms = hurries_ ? INT64_MAX : loop_->NowMs() - begun_ms_;
    due_ = reader_.DueBy(passed_ms);
    if (given < due_) return true;
    timer_.Set(reader_.next_ms() - passed_ms);
    return false;
  }
  // How much of the body may be sent, as of IsDue().
  size_t due() const { return due_; }
  // The rest is due at once.
  void Hurry() { hurries_ = true; }

 private:
  net::EventLoop* const loop_;
  const cache::EntryPtr entry_;
  cache::PaceReader reader_;
  const int64_t begun_ms_;
  size_t due_ = 0;
  bool hurries_ = false;
  net::Timer timer_;
};

}  // namespace banto

#endif  // BANTO_PROXY_EXCHANGE_REPLY_PACER_H_
