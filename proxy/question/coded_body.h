// Decodes a request's body from its Content-Encoding, because it is parsed here.
#ifndef BANTO_PROXY_QUESTION_CODED_BODY_H_
#define BANTO_PROXY_QUESTION_CODED_BODY_H_

#include "conf/config.h"
#include "proxy/question/request.h"
#include "proxy/routing/target.h"

namespace banto {

// Whether there is a coding to remove.
inline bool IsCoded(const Request& request) {
  return request.head.Has(http::FieldName::kContentEncoding);
}

// The process holds as many bytes of requests as it may.
inline Refusal BuffersFull() {
  return {
      503, "buffers_full", "Too many request bytes are being held (buffered_bytes_max).", {}, 1};
}

// Decodes request->body in place, to at most body_bytes_max and 200 times its size, counted against
// `budget`: before for the size it may reach, afterwards for its real size. If the status is not 0
// it is refused, and the body unchanged.
Refusal DecodeBody(const conf::Limits& limits, BufferedBytes::Budget* budget, Request* request);

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_CODED_BODY_H_
