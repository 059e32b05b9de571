// Reads logs of any size line by line: plain ones and, known by their first bytes, those that were
// compressed with gzip or zstd.
#ifndef BANTO_PROXY_OPS_LOG_READER_H_
#define BANTO_PROXY_OPS_LOG_READER_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace banto::ops {

class LineSink {
 public:
  virtual void OnLine(std::string_view line) = 0;  // without its newline; not empty
  virtual void OnLongLine() = 0;                   // one of more than kLineBytesMax, left out

 protected:
  ~LineSink() = default;
};

// Cuts a text that comes in pieces into lines. Pure.
class LineCutter {
 public:
  static constexpr size_t kLineBytesMax = size_t{1} << 20;
  explicit LineCutter(LineSink* sink) : sink_(sink) {}
  void Add(std::string_view piece);
  void End();  // the last line may lack its newline

 private:
  void Keep(std::string_view part);
  void Give(std::string_view line);

  LineSink* const sink_;
  std::string begun_;
  bool too_long_ = false;  // the line under way
};

// Returns what went wrong; empty: the log was read to its end.
std::string ReadLog(int fd, LineSink* sink);

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_LOG_READER_H_
