// The scan's state machine: one scanner reads one body into one JsonScan. Iterative: what is nested
// lies on `frames`, never on the machine's stack. Internal to json_scan.
//
// kText: the canonical text is written. Without it only the keys are copied, because duplicates and
// known names are told by their canonical spelling.
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

// An array or object that is being read.
struct JsonFrame {
  uint32_t begin;       // objects: of the text in the draft
  uint32_t first_open;  // objects: its first member in JsonWork::open
  uint32_t slot;        // objects: in JsonWork::order
  bool is_object;
};

struct JsonWork {
  // Two texts of at most a body's length each: the draft, and behind it the values that had to be
  // reordered.
  std::unique_ptr<char[]> text;
  size_t text_bytes = 0;
  JsonStack<JsonFrame> frames;
  JsonStack<JsonRange> open;  // the members of the objects in `frames`, innermost last
  JsonOrder order;
};

inline bool IsJsonSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// How far the body is read and the draft written. No member of the scanner: those would have to be
// stored and loaded again around every byte that is written, because a char may alias anything.
struct JsonPlace {
  const char* in = nullptr;  // nullptr: the body is broken
  char* out = nullptr;
};

template <bool kText>
class JsonScanner {
 public:
  JsonScanner(std::string_view body, size_t depth_max, JsonScan* scan);

  // Fills the scan.
  void Run();

 private:
  enum class Step : uint8_t {
    kNext,    // the next entry of the innermost container follows
    kWhole,   // what was to be read has been read
    kBroken,  // the body is no JSON
  };

  // What takes its place by reference is inlined, so that the place stays in registers; what is out
  // of line takes and returns it by value.
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
  size_t members_left_ = JsonScan::kMembersMax;  // for the objects that are not closed yet
};

}  // namespace banto::json

#endif  // BANTO_PROXY_JSON_JSON_SCANNER_H_
