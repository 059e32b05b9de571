// Writes log lines to stdout or a file: a bounded ring per producing thread, one writer thread for
// all. What does not fit is dropped and counted; no loop ever writes to a descriptor that may
// block.
#ifndef BANTO_PROXY_OPS_LOG_WRITER_H_
#define BANTO_PROXY_OPS_LOG_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace banto::ops {

// The producer's end of a ring. Push() is for one thread.
class LogRing {
 public:
  virtual ~LogRing() = default;
  // Adds one line, given without its newline. False: the ring is full; the line is dropped and
  // counted.
  virtual bool Push(std::string_view line) = 0;
};

class LogWriter {
 public:
  static constexpr size_t kRingBytes = 1u << 20;
  // `target`: "stdout", "off" or a path (opened for appending). Returns nullptr with `error` set if
  // the file cannot be opened.
  static std::unique_ptr<LogWriter> Create(const std::string& target, std::string* error);
  virtual ~LogWriter() = default;  // writes what is left and joins the thread
  // Adds a producer; any thread, before it logs. The ring lives as long as the writer.
  virtual LogRing* AddRing() = 0;
  // After logrotate (SIGUSR1): reopens the file before the next line. Any thread.
  virtual void Reopen() = 0;
  virtual uint64_t dropped() const = 0;
};

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_LOG_WRITER_H_
