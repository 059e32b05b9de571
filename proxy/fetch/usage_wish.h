// Asks for the usage of a stream that is stored although its client did not: with it the entry can
// be told as a whole, and to clients who ask for usage. This client does not get the frame. Owned
// by its Fetch; loop thread only.
#ifndef BANTO_PROXY_FETCH_USAGE_WISH_H_
#define BANTO_PROXY_FETCH_USAGE_WISH_H_

#include <string>

#include "proxy/fetch/upstream_call.h"
#include "proxy/question/question.h"
#include "proxy/upstream/worker.h"

namespace banto {

class UsageWish {
 public:
  // Adds it to the client's request as it came, if this worker understands it.
  void AddTo(UpstreamCall* call, const Question& question, const upstream::Worker& worker,
             BufferedBytes::Budget* budget);

 private:
  std::string body_;  // with the wish; empty: not needed yet
  BufferedBytes buffered_;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_USAGE_WISH_H_
