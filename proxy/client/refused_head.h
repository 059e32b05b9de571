// Who reads the refusal of a request: what decides its shape and which page of a browser may read
// it. Of a head as it was parsed; of bytes that are no head, as far as they can be read without
// doubt, so that a page whose Cookie is too long or whose line is malformed reads why. Pure.
#ifndef BANTO_PROXY_CLIENT_REFUSED_HEAD_H_
#define BANTO_PROXY_CLIENT_REFUSED_HEAD_H_

#include <string>
#include <string_view>

#include "proxy/api/operation.h"
#include "proxy/http/message.h"

namespace banto {

struct RefusedHead {
  std::string_view method;
  std::string_view path;  // empty: not known, and perhaps this is no HTTP at all
  std::string_view host;
  std::string origin;                     // empty: none, or in doubt
  const api::Dialect* clients = nullptr;  // the API whose clients it comes from, if it says so
};

// Views of `head` and of `bytes`.
RefusedHead FromHead(const http::RequestHead& head);
RefusedHead FromBytes(std::string_view bytes);

}  // namespace banto

#endif  // BANTO_PROXY_CLIENT_REFUSED_HEAD_H_
