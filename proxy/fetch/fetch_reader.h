// The reader of a Fetch: gets the head, the payload as it arrives, and how it ended. Called on the
// Fetch's thread.
#ifndef BANTO_PROXY_FETCH_FETCH_READER_H_
#define BANTO_PROXY_FETCH_FETCH_READER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "proxy/fetch/failure.h"
#include "proxy/http/field_list.h"
#include "proxy/http/message.h"
#include "proxy/upstream/worker.h"

namespace banto {

// The head of the answer for the reader.
struct FetchHead {
  int status = 200;
  http::FieldList fields;  // end-to-end
  int64_t length = -1;     // payload bytes if known
  bool stream = false;     // frames of the dialect follow
  bool live = false;       // a stream that must not be buffered, and the worker does not say so
                           // itself
  bool dated = false;      // the fields include the worker's Date
  bool stored = false;     // already in the cache (an unstreamed answer that came in one piece)
  const upstream::Worker* worker = nullptr;
};

class FetchReader {
 public:
  // A 1xx of the worker, before the head.
  virtual void OnFetchInterim(const http::ResponseHead& head) = 0;
  virtual void OnFetchHead(FetchHead head) = 0;
  virtual void OnFetchData(std::span<const std::string_view> pieces, bool end) = 0;
  // Final. Before OnFetchHead: no worker could answer. Afterwards: the answer is broken.
  virtual void OnFetchFailed(const Failure& failure) = 0;

 protected:
  ~FetchReader() = default;
};

class Fetch;

// One that may read a Fetch together with others.
class SharedReader : public FetchReader {
 public:
  // The answer is not shared after all, and nothing of it was told: it asks anew, `may_join`:
  // together with others who ask the same.
  virtual void OnNotShared(bool may_join) = 0;
  // … and it is the reader's own again, of which OnFetchHead() would tell the head.
  virtual void OnGivenBack(std::unique_ptr<Fetch> fetch, FetchHead head) = 0;

 protected:
  ~SharedReader() = default;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_FETCH_READER_H_
