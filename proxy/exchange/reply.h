// An answer that is available in full: one of our own, or a stored one. Sent slice by slice, so
// that a slow reader of a large answer costs a slice rather than a second copy. Owned by its
// Exchange; loop thread only.
#ifndef BANTO_PROXY_EXCHANGE_REPLY_H_
#define BANTO_PROXY_EXCHANGE_REPLY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "cache/entry.h"

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
  // For HEAD there is nothing to send.
  void DropPayload() {
    body_.clear();
    entry_.reset();
    left_out_ = {};
  }
  // The next slice for the client. `room`: the memory of a renewed slice; valid until the next
  // call.
  std::string_view Next(std::string* room);
  size_t size() const { return whole_size() - left_out_.size; }
  bool over() const { return given_ == whole_size(); }

 private:
  size_t whole_size() const { return entry_ ? entry_->body.size() : body_.size(); }
  void Renew(size_t bytes_max, std::string* room);

  std::string body_;
  cache::EntryPtr entry_;  // if set, the answer is this entry
  cache::BodySpan left_out_;
  int64_t now_s_ = 0;
  uint64_t random_ = 0;
  size_t given_ = 0;  // of the payload
};

}  // namespace banto

#endif  // BANTO_PROXY_EXCHANGE_REPLY_H_
