// An answer that is all here: one of our own, or a stored one. Given slice by slice, so that a slow
// reader of a large one costs a slice and not the whole again. Owned by its Exchange; loop thread
// only.
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
  // What it is, once, before anything is given.
  void Set(std::string body) { body_ = std::move(body); }
  // Its ids are renewed from `random`, its times are `now_s` (Unix).
  void Set(cache::EntryPtr entry, int64_t now_s, uint64_t random) {
    entry_ = std::move(entry);
    now_s_ = now_s;
    random_ = random;
  }
  // To HEAD there is nothing to give.
  void DropPayload() {
    body_.clear();
    entry_.reset();
  }
  // What the client gets next. `room`: the memory of a renewed slice; good until the next call.
  std::string_view Next(std::string* room);
  size_t size() const { return entry_ ? entry_->body.size() : body_.size(); }
  bool over() const { return given_ == size(); }

 private:
  std::string body_;
  cache::EntryPtr entry_;  // set: it is that one
  int64_t now_s_ = 0;
  uint64_t random_ = 0;
  size_t given_ = 0;  // of the payload
};

}  // namespace banto

#endif  // BANTO_PROXY_EXCHANGE_REPLY_H_
