// The scan's state machine: one scanner reads one body into one JsonScan. Iterative: what is nested
// lies on `frames`, never on the machine's stack. Internal to json_scan.
#ifndef BANTO_PROXY_HTTP_JSON_SCANNER_H_
#define BANTO_PROXY_HTTP_JSON_SCANNER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "proxy/http/json_order.h"
#include "proxy/http/json_run.h"
#include "proxy/http/json_scan.h"

namespace banto::http {

// An array or object that is being read.
struct JsonFrame {
  uint32_t begin = 0;       // objects: of the text in the draft
  uint32_t first_open = 0;  // objects: its first member in JsonWork::open
  uint32_t slot = 0;        // objects: in JsonWork::order
  bool is_object = false;
  bool ascending = true;  // every key so far is greater than the one before
};

struct JsonWork {
  // Two texts of at most a body's length each: the draft, and behind it the values that had to be
  // reordered.
  std::unique_ptr<char[]> text;
  size_t text_bytes = 0;
  std::vector<JsonFrame> frames;
  std::vector<JsonRange> open;  // the members of the objects in `frames`, innermost last
  JsonOrder order;
};

inline bool IsJsonSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

class JsonScanner {
 public:
  JsonScanner(std::string_view body, size_t depth_max, JsonScan* scan);

  // Fills the scan.
  void Run();

 private:
  // What became of a value that was begun.
  enum class Step : uint8_t {
    kWhole,   // it has been read
    kOpened,  // it is a container, and its first value is next
    kBroken,  // the body is no JSON
  };

  bool ReadDocument();
  Step ReadValue();
  Step OpenArray();
  Step OpenObject();
  Step SkipDeep();
  // From after the opening quote to after the closing one.
  bool ReadString() {
    const char* const in = in_;
    char* const out = out_;
    if (end_ - in < 16) return ReadLongString();
    // Most are plain and short: then the first vector has copied the closing quote too.
    const JsonRun run = CopyFirstJsonRun(in, out);
    if (run.size == 16 || !run.ascii || in[run.size] != '"') return ReadLongString();
    in_ = in + run.size + 1;
    out_ = out + run.size + 1;
    return true;
  }
  bool ReadLongString();
  bool ReadLiteral(std::string_view word);
  bool ReadNumber();
  bool ReadKey();
  void AddMember(const char* key, size_t size);
  bool FinishValue();
  void FinishMember();
  void CloseObject(const JsonFrame& frame);
  void CloseRoot(const JsonFrame& frame);
  void EmitMembers(const JsonFrame& frame);
  void SkipSpace() {
    const char* in = in_;
    if (in == end_ || static_cast<unsigned char>(*in) > ' ') return;
    while (in < end_ && IsJsonSpace(*in)) ++in;
    in_ = in;
  }
  bool Broken();
  void Note(JsonStatus trouble);

  uint32_t Offset() const { return static_cast<uint32_t>(out_ - draft_); }

  const char* const begin_;
  const char* const end_;
  const char* in_;
  const size_t depth_max_;
  JsonScan* const scan_;
  JsonWork* const work_;
  char* draft_ = nullptr;
  char* out_ = nullptr;
  const char* value_at_ = nullptr;  // where the top-level member's value begins
};

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_JSON_SCANNER_H_
