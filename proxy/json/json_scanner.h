// The scan's state machine: a scanner reads one body into one JsonScan. Iterative: nesting is kept
// in `frames`, never on the call stack. Internal to json_scan.
//
// kText: write the canonical text. Otherwise only keys are copied, because duplicates and known
// names are recognised by their canonical spelling.
#ifndef BANTO_PROXY_JSON_JSON_SCANNER_H_
#define BANTO_PROXY_JSON_JSON_SCANNER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "proxy/json/json_open_members.h"
#include "proxy/json/json_scalar.h"
#include "proxy/json/json_scan.h"
#include "proxy/json/json_stack.h"

namespace banto::json {

// An array or object being read.
struct JsonFrame {
  JsonOpenMembers::Object object;  // objects only
  bool is_object;
};

struct JsonWork {
  // Two buffers of up to a body's length each: the draft, then the values that had to be reordered.
  std::unique_ptr<char[]> text;
  size_t text_bytes = 0;
  JsonStack<JsonFrame> frames;
  JsonOpenMembers members;  // of the objects in `frames`
};

template <bool kText>
class JsonScanner {
 public:
  JsonScanner(std::string_view body, size_t depth_max, JsonScan* scan);

  // Performs the scan.
  void Run();

 private:
  enum class Step : uint8_t {
    kNext,    // the innermost container has another entry
    kWhole,   // what was to be read is complete
    kBroken,  // the body is not JSON
  };

  // Functions that take the place by reference are inlined, so that it stays in registers; the
  // others take and return it by value, with `in` null if the body is malformed.
  bool ReadKey(JsonPlace& at, std::string_view* spelt);
  template <bool kCopy>
  bool ReadString(JsonPlace& at);
  bool ReadScalar(JsonPlace& at, JsonKind kind);
  Step Open(JsonPlace& at, bool is_object);
  Step FinishEntry(JsonPlace& at, bool is_object);
  void Put(JsonPlace& at, char c) {
    if constexpr (kText) *at.out++ = c;
  }
  bool InArray() const { return !work_->frames.empty() && !work_->frames.back().is_object; }
  void SkipSpace(JsonPlace& at) const {
    const char* in = at.in;
    if (in == end_ || static_cast<unsigned char>(*in) > ' ') return;
    while (in < end_ && IsJsonSpace(*in)) ++in;
    at.in = in;
  }

  JsonPlace ReadRoot(JsonPlace at);
  JsonPlace ReadNested(JsonPlace at);
  template <bool kCopy>
  JsonPlace ReadLongString(JsonPlace at);
  JsonPlace SkipDeep(JsonPlace at);
  JsonKeys CloseObject(JsonPlace at);
  bool NoteKeys(JsonKeys keys, const char* in);
  bool Broken(const char* in);
  bool TooMany(const char* in);
  void Note(JsonStatus trouble, const char* in);

  uint32_t Offset(const char* out) const { return static_cast<uint32_t>(out - draft_); }

  const char* const begin_;
  const char* const end_;
  const size_t depth_max_;
  JsonScan* const scan_;
  JsonWork* const work_;
  char* draft_ = nullptr;
};

}  // namespace banto::json

#endif  // BANTO_PROXY_JSON_JSON_SCANNER_H_
