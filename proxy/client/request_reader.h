// Bytes of a client -> one Request. Incremental and free of I/O: head first, then the body within
// its limits. Owned by a ClientConnection.
#ifndef BANTO_PROXY_CLIENT_REQUEST_READER_H_
#define BANTO_PROXY_CLIENT_REQUEST_READER_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "conf/config.h"
#include "proxy/http/body_parser.h"
#include "proxy/http/parser.h"
#include "proxy/question/request.h"
#include "proxy/routing/target.h"

namespace banto {

struct ReadLimits {
  http::HeadLimits head;
  uint64_t body_bytes_max = 32ull << 20;
  BufferedBytes::Budget* budget = nullptr;
};

class RequestReader {
 public:
  enum class Status : uint8_t {
    kMore,          // needs more bytes
    kNeedContinue,  // the head is complete and the client waits for 100 Continue: call Read again
                    // after sending it
    kDone,          // Take() the request
    kBad,           // answer with TakeRefusal(), then close
  };

  // Consumes bytes from the front of `in`; *consumed is their number. Call again with the rest.
  // `now_us`: on the steady clock.
  Status Read(std::string_view in, const ReadLimits& limits, int64_t now_us, size_t* consumed);
  // Returns the finished request. The reader is ready for the next one.
  std::shared_ptr<Request> Take();

  bool head_done() const { return step_ != Step::kHead; }
  const http::RequestHead* head() const {
    return head_done() && request_ ? &request_->head : nullptr;
  }
  // For how long nothing may come of a body, so that all of it is there in time too; once the head
  // is whole.
  int64_t BodyLimitMs(const conf::Timeouts& timeouts, int64_t now_ms) const;
  // The refusal of what did not arrive in time.
  Refusal TooLate(const conf::Timeouts& timeouts, int64_t now_ms) const;
  Refusal TakeRefusal() { return std::move(*refusal_); }  // kBad only

 private:
  enum class Step : uint8_t { kHead, kContinue, kBody };
  Status ReadHead(std::string_view in, const ReadLimits& limits, size_t* consumed);
  Status ReadBody(std::string_view in, const ReadLimits& limits, size_t* consumed);
  bool Hold(uint64_t arrived, const ReadLimits& limits);
  Status Bad(Refusal refusal);

  Step step_ = Step::kHead;
  size_t scanned_ = 0;
  int64_t now_us_ = 0;  // of this Read()
  std::shared_ptr<Request> request_;
  http::BodyParser body_;
  std::unique_ptr<Refusal> refusal_;  // a pointer, because an idle connection holds a reader
};

}  // namespace banto

#endif  // BANTO_PROXY_CLIENT_REQUEST_READER_H_
