// A request's body below its Content-Encoding: taken off, because the body is read here.
#ifndef BANTO_PROXY_QUESTION_CODED_BODY_H_
#define BANTO_PROXY_QUESTION_CODED_BODY_H_

#include "conf/config.h"
#include "proxy/question/request.h"
#include "proxy/routing/target.h"

namespace banto {

// Whether there is a coding to take off.
inline bool IsCoded(const Request& request) {
  return request.head.Has(http::FieldName::kContentEncoding);
}

// Decodes request->body in place, within body_bytes_max and 200 times its size, and counts it
// against `budget`: before for what it may become, after for what it is. A status other than 0:
// refused, and the body is as it was.
Refusal DecodeBody(const conf::Limits& limits, BufferedBytes::Budget* budget, Request* request);

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_CODED_BODY_H_
