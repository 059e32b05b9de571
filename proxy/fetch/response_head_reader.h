// Bytes of a worker -> the head of its answer, and those of the interim answers before it. Bounded;
// free of I/O. Owned by an Attempt; one thread.
#ifndef BANTO_PROXY_FETCH_RESPONSE_HEAD_READER_H_
#define BANTO_PROXY_FETCH_RESPONSE_HEAD_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "conf/config.h"
#include "proxy/fetch/failure.h"
#include "proxy/http/message.h"
#include "proxy/http/parser.h"

namespace banto {

class ResponseHeadReader {
 public:
  enum class Status : uint8_t {
    kMore,     // not whole: what was given is kept
    kInterim,  // a 1xx; more follows
    kFinal,
    kBad,  // kind() and what() say why
  };

  ResponseHeadReader();
  ~ResponseHeadReader();

  // A head has begun: what comes next is read behind what is kept.
  bool begun() const { return !kept_.empty(); }
  std::string Join(std::string_view more);
  // Takes one head off the front of *bytes.
  Status Read(const conf::Limits& limits, std::string_view request_method, std::string_view* bytes);

  const http::ResponseHead& head() const { return *head_; }
  http::ResponseHead* mutable_head() { return head_.get(); }
  FailureKind kind() const { return kind_; }
  std::string_view what() const { return what_; }

 private:
  Status Bad(FailureKind kind, std::string what);

  std::unique_ptr<http::ResponseHead> head_;
  std::string kept_;
  size_t scanned_ = 0;        // of kept_
  size_t interim_bytes_ = 0;  // of all interim heads
  FailureKind kind_ = FailureKind::kNone;
  std::string what_;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_RESPONSE_HEAD_READER_H_
