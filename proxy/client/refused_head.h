// What the refusal of a request depends on: the format of the error, and which web page may read
// it. Taken from a parsed head or, as far as it is unambiguous, from bytes that do not parse, so
// that a page whose Cookie is too long or whose line is malformed can read the reason. Pure.
#ifndef BANTO_PROXY_CLIENT_REFUSED_HEAD_H_
#define BANTO_PROXY_CLIENT_REFUSED_HEAD_H_

#include <string>
#include <string_view>

#include "proxy/api/operation.h"
#include "proxy/http/message.h"

namespace banto {

struct RefusedHead {
  std::string_view method;
  std::string_view path;  // empty: unknown, and possibly not HTTP at all
  std::string_view host;
  std::string origin;  // empty: none, or ambiguous
  // The API whose clients say what this one says; nullptr: it says nothing of the kind.
  const api::Dialect* senders_dialect = nullptr;
};

// Views into `head` or `bytes`.
RefusedHead FromHead(const http::RequestHead& head);
RefusedHead FromBytes(std::string_view bytes);

}  // namespace banto

#endif  // BANTO_PROXY_CLIENT_REFUSED_HEAD_H_
