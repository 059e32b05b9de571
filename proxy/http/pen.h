// Appends many small pieces to a string: room for them is made once, and each piece is then a plain
// copy, cheaper than std::string::append (measured: perf/README.md).
#ifndef BANTO_PROXY_HTTP_PEN_H_
#define BANTO_PROXY_HTTP_PEN_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "proxy/http/line_scan.h"

namespace banto::http {

// Lives for one call. When it is destroyed, `out` ends after the last piece.
class Pen {
 public:
  // `bytes`: of all pieces together, as far as that is known; more than that costs a larger memory.
  Pen(size_t bytes, std::string* out) : out_(out) {
    const size_t size = out->size();
    out->resize(size + bytes);
    p_ = out->data() + size;
    end_ = p_ + bytes;
  }
  Pen(const Pen&) = delete;
  Pen& operator=(const Pen&) = delete;
  ~Pen() { out_->resize(static_cast<size_t>(p_ - out_->data())); }

  void Put(std::string_view text) {
    Need(text.size());
    Copy(text);
  }
  // Drops bytes that would end a line (RFC 9110 §5.5).
  void PutClean(std::string_view text) {
    if (HasNoControl(text)) return Put(text);
    PutCleaned(text);
  }
  // A field line; `start` is its name followed by ": ".
  void PutField(std::string_view start, std::string_view value) {
    if (!HasNoControl(value)) return PutCleanedField(start, value);
    Need(start.size() + value.size() + 2);
    Copy(start);
    Copy(value);
    Copy("\r\n");
  }
  // A whole field line.
  void PutLine(std::string_view name, std::string_view value) {
    Put(name);
    PutField(": ", value);
  }
  void PutNumber(uint64_t value, int base = 10);  // base: at least 10
  static constexpr size_t kNumberMax = 20;

 private:
  void Need(size_t size) {
    if (size > static_cast<size_t>(end_ - p_)) [[unlikely]]
      Grow(size);
  }
  [[gnu::cold]] void Grow(size_t size);
  void Copy(std::string_view text) {
    std::memcpy(p_, text.data(), text.size());
    p_ += text.size();
  }
  void PutCleaned(std::string_view text);
  void PutCleanedField(std::string_view start, std::string_view value);

  std::string* out_;
  char* p_;
  char* end_;
};

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_PEN_H_
