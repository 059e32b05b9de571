// Who reads a Fetch: an Exchange, with the head, the payload as it comes, and how it ended. Called
// on the Fetch's own thread.
#ifndef BANTO_PROXY_FETCH_FETCH_READER_H_
#define BANTO_PROXY_FETCH_FETCH_READER_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "proxy/fetch/failure.h"
#include "proxy/http/field_list.h"
#include "proxy/http/message.h"
#include "proxy/upstream/worker.h"

namespace banto {

// The head of the answer that the reader is to give.
struct FetchHead {
  int status = 200;
  http::FieldList fields;  // end-to-end
  int64_t length = -1;     // payload bytes where known
  bool stream = false;     // frames of the dialect follow
  bool live = false;       // a stream that nobody may buffer; the worker has not said how itself
  bool dated = false;      // the fields hold the worker's Date
  bool stored = false;     // it is in the cache already (a whole answer that came in one piece)
  const upstream::Worker* worker = nullptr;
};

class FetchReader {
 public:
  // A 1xx of the worker, before the head.
  virtual void OnFetchInterim(const http::ResponseHead& head) = 0;
  virtual void OnFetchHead(FetchHead head) = 0;
  virtual void OnFetchData(std::span<const std::string_view> pieces, bool end) = 0;
  // For good. Before OnFetchHead: nobody could answer. After it: the answer is broken.
  virtual void OnFetchFailed(const Failure& failure) = 0;

 protected:
  ~FetchReader() = default;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_FETCH_READER_H_
