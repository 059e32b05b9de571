// What a stream reader remembers of the frame before: that it was a token of this template. The
// templates themselves are the thread's, shared by all its streams, because a thousand streams of
// one engine differ in nothing that a template holds, and a copy for each would be five cache lines
// a token. Owned by a stream reader; loop thread only.
#ifndef BANTO_PROXY_API_LAST_TOKEN_H_
#define BANTO_PROXY_API_LAST_TOKEN_H_

#include <cstdint>
#include <string_view>

#include "proxy/api/chunk_template.h"

namespace banto::api {

class LastToken {
 public:
  // The frame was parsed by this very reader, and noted; see ChunkTemplate::Learn.
  void Learn(std::string_view frame, const FrameVerdict& verdict, std::string_view text,
             std::string_view time);
  void Forget() { serial_ = 0; }
  // Whether `frame` is a token like the one before; *verdict is then its verdict, and there is
  // nothing to note that was not noted then.
  bool Matches(std::string_view frame, FrameVerdict* verdict) const;

 private:
  uint32_t slot_ = 0;
  uint32_t serial_ = 0;  // 0: the frame before was none
};

}  // namespace banto::api

#endif  // BANTO_PROXY_API_LAST_TOKEN_H_
