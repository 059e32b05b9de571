// What passes between a FetchLog, its home and its readers (fetch_log.h). Values.
#ifndef BANTO_PROXY_FETCH_LOG_NEWS_H_
#define BANTO_PROXY_FETCH_LOG_NEWS_H_

#include <cstdint>

#include "proxy/fetch/failure.h"
#include "proxy/fetch/fetch_reader.h"

namespace banto {

// The home of a log, told on its thread.
class LogHome {
 public:
  virtual void OnJoined() = 0;       // somebody waits to be let in
  virtual void OnNobodyReads() = 0;  // the last reader has left
  virtual void OnReadersTake() = 0;  // the fastest reader has caught up

 protected:
  ~LogHome() = default;
};

// Where a reader is.
struct LogPlace {
  uint64_t at = 0;  // bytes that it was given
  bool has_head = false;
  bool is_first = false;  // it began the Fetch: its head and its attempts are the worker's own
  // It asks for another packaging: it is told of an error, or asks anew once the answer is whole.
  bool waits = false;
};

// What comes next for a reader.
struct LogNews {
  enum class Kind : uint8_t {
    kNothing,  // wait
    kHead,
    kData,    // appended to the reader's room
    kBroken,  // with a failure
    kBehind,  // it fell out of the window
    kClosed,  // it asks for itself
  };
  Kind kind = Kind::kNothing;
  bool end = false;      // kData: the answer is complete
  bool may_join = true;  // kClosed: its key may be shared by others
  FetchHead head;
  Failure failure;
};

// The head of the answer: for who began the Fetch, and for those who joined.
struct LogHeads {
  FetchHead first, others;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_LOG_NEWS_H_
