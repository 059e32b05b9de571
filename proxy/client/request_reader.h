// Bytes of a client -> one Request. Incremental and free of I/O: head first, then the body within
// its limits. Owned by a ClientConnection.
#ifndef BANTO_PROXY_CLIENT_REQUEST_READER_H_
#define BANTO_PROXY_CLIENT_REQUEST_READER_H_

#include <memory>
#include <string>
#include <string_view>

#include "proxy/http/body_parser.h"
#include "proxy/http/parser.h"
#include "proxy/question/request.h"

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
    kNeedContinue,  // the head is read, the client waits for 100 Continue; call Read again after
                    // sending it
    kDone,          // Take() the request
    kBad,           // refuse with http_status(), then close
  };

  // Takes bytes from the front of `in`; *consumed says how many. Call again with the rest.
  // `now_us`: on the steady clock.
  Status Read(std::string_view in, const ReadLimits& limits, int64_t now_us, size_t* consumed);
  // The finished request. The reader is ready for the next one.
  std::shared_ptr<Request> Take();

  bool head_done() const { return step_ != Step::kHead; }
  const http::RequestHead* head() const {
    return head_done() && request_ ? &request_->head : nullptr;
  }
  // When the head was whole; for a request whose body is coming.
  int64_t head_at_us() const { return request_->head_at_us; }
  int http_status() const { return http_status_; }
  const char* code() const { return code_; }
  const std::string& error() const { return *error_; }  // kBad only

 private:
  enum class Step : uint8_t { kHead, kContinue, kBody };
  Status ReadHead(std::string_view in, const ReadLimits& limits, size_t* consumed);
  Status ReadBody(std::string_view in, const ReadLimits& limits, size_t* consumed);
  bool Hold(uint64_t arrived, const ReadLimits& limits);
  Status Bad(int status, const char* code, std::string message);

  Step step_ = Step::kHead;
  size_t scanned_ = 0;
  int64_t now_us_ = 0;  // of this Read()
  std::shared_ptr<Request> request_;
  http::BodyParser body_;
  int http_status_ = 0;
  const char* code_ = "";
  std::unique_ptr<std::string> error_;  // small: an idle connection holds a reader
};

}  // namespace banto

#endif  // BANTO_PROXY_CLIENT_REQUEST_READER_H_
