// When the parts of a recorded stream came, for a replay at the same pace: pairs of numbers, each
// "after so many more bytes of the body, so many milliseconds passed". What came within one
// millisecond is one part. Pure.
#ifndef BANTO_CACHE_PACE_H_
#define BANTO_CACHE_PACE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace banto::cache {

// Notes it while the stream is recorded.
class PaceWriter {
 public:
  // What longer streams say later comes at once: thousands of tokens fit.
  static constexpr size_t kBytesMax = size_t{64} * 1024;

  // A part of the body begins at `at`, and came at `now_ms` of a clock that is never set back.
  void Note(size_t at, int64_t now_ms, std::string* pace);

 private:
  static constexpr int64_t kNever = -1;
  size_t noted_at_ = 0;
  int64_t noted_ms_ = kNever;
};

// Whether it can be the pace of a body of this size.
bool IsPace(std::string_view pace, size_t body_size);

// Reads it beside a clock that begins at 0 with the replay. Each part is due when it came after the
// first, however late those before it were sent: a replay takes no longer than the recording, but
// for a client that takes longer to read it.
class PaceReader {
 public:
  // `pace` must outlive it.
  explicit PaceReader(std::string_view pace) : rest_(pace) { Read(); }

  // How much of the body may be sent by then; SIZE_MAX: all.
  size_t DueBy(int64_t passed_ms);
  // When more of it is due; only if not all is.
  int64_t next_ms() const { return next_ms_; }

 private:
  void Read();

  std::string_view rest_;
  size_t due_ = 0;
  int64_t next_ms_ = 0;
};

}  // namespace banto::cache

#endif  // BANTO_CACHE_PACE_H_
