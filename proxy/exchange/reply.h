// An answer that is available in full: one of our own, or a stored one. Sent slice by slice, so
// that a slow reader of a large answer costs a slice rather than a second copy. Owned by its
// Exchange; loop thread only.
#ifndef BANTO_PROXY_EXCHANGE_REPLY_H_
#define BANTO_PROXY_EXCHANGE_REPLY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "cache/entry.h"
#include "proxy/exchange/reply_pacer.h"

namespace banto {

class Reply {
 public:
  // Sets the answer; call once, before the first slice.
  void Set(std::string body) { body_ = std::move(body); }
  // Ids are renewed from `random`; times become `now_s` (Unix). `left_out`: what this client does
  // not get.
  void Set(cache::EntryPtr entry, cache::BodySpan left_out, int64_t now_s, uint64_t random) {
    entry_ = std::move(entry);
    left_out_ = left_out;
    now_s_ = now_s;
    random_ = random;
  }
  // The entry is sent at its recorded pace, which begins now. `on_due`: after IsDue() was false.
  void KeepPace(net::EventLoop* loop, std::function<void()> on_due) {
    pacer_ = std::make_unique<ReplyPacer>(loop, entry_, std::move(on_due));
  }
  bool paced() const { return pacer_ != nullptr; }
  // From now on it is sent at once.
  void Hurry() {
    if (pacer_) pacer_->Hurry();
  }
  // For HEAD there is nothing to send.
  void DropPayload() {
    pacer_.reset();
    body_.clear();
    entry_.reset();
    left_out_ = {};
  }
  // Whether there is something to send now.
  bool IsDue() { return !pacer_ || pacer_->IsDue(given_); }
  // The next slice for the client, which may be empty. `room`: the memory of a renewed slice; valid
  // until the next call.
  std::string_view Next(std::string* room);
  size_t size() const { return whole_size() - left_out_.size; }
  bool over() const { return given_ == whole_size(); }

 private:
  size_t whole_size() const { return entry_ ? entry_->body.size() : body_.size(); }
  size_t SliceBytesMax() const;
  void Renew(size_t bytes_max, std::string* room);

  std::string body_;
  cache::EntryPtr entry_;  // if set, the answer is this entry
  cache::BodySpan left_out_;
  int64_t now_s_ = 0;
  uint64_t random_ = 0;
  size_t given_ = 0;  // of the payload
  std::unique_ptr<ReplyPacer> pacer_;
};

}  // namespace banto

#endif  // BANTO_PROXY_EXCHANGE_REPLY_H_
