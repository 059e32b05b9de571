// Reads HTTP/1.1 messages (requests or answers) one after the other as they arrive. Lenient where
// that cannot hide a truncation: an incomplete body is never "done". Pure.
#ifndef BANTO_PERF_COMMON_HTTP_READER_H_
#define BANTO_PERF_COMMON_HTTP_READER_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace banto::perf {

class HttpReader {
 public:
  enum class Kind : uint8_t {
    kRequest,   // without a length there is no body
    kResponse,  // without a length the body ends with the connection
  };
  enum class State : uint8_t {
    kHead,    // the head is incomplete
    kBody,    // the body is incomplete
    kDone,    // the message is complete; Reset() before the next
    kBroken,  // not HTTP
  };

  explicit HttpReader(Kind kind) : kind_(kind) {}

  void Reset();
  // Consumes the bytes of this message from the front of `bytes` and returns their number. Appends
  // body bytes, de-chunked, to *body.
  size_t Feed(std::string_view bytes, std::string* body);
  // The connection ended: true if that is a valid end of the message.
  bool FinishAtClose();

  State state() const { return state_; }
  std::string_view start_line() const;
  std::string_view Header(std::string_view lower_case_name) const;  // empty if absent
  int status() const { return status_; }                            // 0 if there is none
  bool keeps_connection() const { return keeps_connection_ && framing_ != Framing::kUntilClose; }
  bool started() const { return !head_.empty(); }

 private:
  enum class Framing : uint8_t { kLength, kChunked, kUntilClose };
  enum class Chunk : uint8_t { kSize, kData, kDataEnd, kTrailer };

  size_t FeedHead(std::string_view bytes);
  void OnHead();
  bool ReadFields();  // false: the framing is invalid
  bool ReadField(std::string_view line);
  static int StatusOf(std::string_view line);
  size_t FeedChunked(std::string_view bytes, std::string* body);
  size_t TakeLine(std::string_view bytes, bool* whole);  // into line_

  const Kind kind_;
  State state_ = State::kHead;
  Framing framing_ = Framing::kLength;
  Chunk chunk_ = Chunk::kSize;
  int status_ = 0;
  bool has_length_ = false;
  bool keeps_connection_ = true;
  uint64_t left_ = 0;  // of the body or chunk
  std::string head_, line_;
};

}  // namespace banto::perf

#endif  // BANTO_PERF_COMMON_HTTP_READER_H_
