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

#include "proxy/json/json_order.h"
#include "proxy/json/json_scan.h"
#include "proxy/json/json_stack.h"

namespace banto::json {

// An array or object being read.
struct JsonFrame {
  uint32_t begin;       // objects: start of their text in the draft
  uint32_t first_open;  // objects: their first member in JsonWork::open
  uint32_t slot;        // objects: their slot in JsonWork::order
  bool is_object;
};

struct JsonWork {
  // Two buffers of up to a body's length each: the draft, then the values that had to be reordered.
  std::unique_ptr<char[]> text;
  size_t text_bytes = 0;
  JsonStack<JsonFrame> frames;
  JsonStack<JsonRange> open;  // members of the objects in `frames`, innermost last
  JsonOrder order;
};

inline bool IsJsonSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// How far the body is read and the draft written. Passed around instead of being a member, which
// would have to be reloaded after every byte written, because a char may alias anything.
struct JsonPlace {
  const char* in = nullptr;  // nullptr: the body is malformed
  char* out = nullptr;
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
  // others take and return it by value.
  bool ReadKey(JsonPlace& at, std::string_view* spelt);
  template <bool kCopy>
  bool ReadString(JsonPlace& at);
  bool ReadScalar(JsonPlace& at, JsonKind kind);
  Step Open(JsonPlace& at, bool is_object);
  Step FinishEntry(JsonPlace& at, bool is_object);
  void Put(JsonPlace& at, char c) {
    if constexpr (kText) *at.out++ = c;
  }
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
  JsonPlace ReadLiteral(JsonPlace at, std::string_view word);
  JsonPlace ReadNumber(JsonPlace at);
  JsonPlace SkipDeep(JsonPlace at);
  bool CloseObject(const JsonFrame& frame, JsonPlace at);
  void CloseRoot(JsonPlace at);
  void EmitMembers(JsonPlace at);
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
  size_t members_left_ = JsonScan::kMembersMax;  // budget for the objects that are still open
};

}  // namespace banto::json

#endif  // BANTO_PROXY_JSON_JSON_SCANNER_H_
