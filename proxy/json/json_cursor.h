// A pull reader over one JSON text: visits members and elements in order and returns values as raw
// views. No DOM, no allocation, no recursion. Skipped values are validated too (RFC 8259), so a
// text read up to a successful Finish() was JSON. Pure; not thread-safe; the text must outlive the
// views.
//
//   JsonCursor json(text);
//   std::string_view key;
//   if (json.EnterObject())
//     while (json.NextMember(&key)) { if (key == "id") id = json.Skip(); else json.Skip(); }
//   bool good = json.Finish();
//
// After NextMember() or NextElement() returned true, consume the value: with Skip(), or by entering
// it and pulling until its own Next… returns false. After an error every call returns false or an
// empty view.
#ifndef BANTO_PROXY_JSON_JSON_CURSOR_H_
#define BANTO_PROXY_JSON_JSON_CURSOR_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace banto::json {

class JsonCursor {
 public:
  // How deep a skipped value may be nested: one bit of a word per level.
  static constexpr int kSkipDepthMax = 64;

  explicit JsonCursor(std::string_view text) : p_(text.data()), end_(text.data() + text.size()) {}

  // The first byte of the value at the cursor; NUL at the end of the text.
  char Peek();

  // Steps into the object (array) at the cursor. If the value is of another type, returns false and
  // leaves it to be skipped.
  bool EnterObject();
  bool EnterArray();

  // Advances to the next member and returns its key as written between the quotes (escapes
  // unresolved: no engine escapes its keys). False: the object has ended or the text is malformed.
  bool NextMember(std::string_view* key);
  bool NextElement();

  // Consumes one value and returns its bytes (a string's with its quotes), or an empty view if it
  // is malformed.
  std::string_view Skip();

  // True if only white space is left and there was no error.
  bool Finish();
  bool ok() const { return ok_; }
  // Whether all strings so far were UTF-8. Separate from ok(): a text with invalid UTF-8 can still
  // be read.
  bool utf8_ok() const { return utf8_ok_; }

 private:
  bool Enter(char bracket);
  bool Break();
  void SkipSpace();
  bool StepTo(char closing);  // past the comma before the next entry, or past the closing bracket
  bool SkipString();          // from its opening quote
  bool SkipKey();             // a string and the colon after it
  bool SkipWord(std::string_view word);
  bool SkipScalar();
  bool SkipContainer();

  const char* p_;
  const char* end_;
  bool first_ = false;  // the cursor just entered a container: no comma precedes its first entry
  bool ok_ = true;
  bool utf8_ok_ = true;
};

// The closing quote of the string whose contents begin at `p`; null if it is malformed or not
// UTF-8.
const char* FindJsonStringEnd(const char* p, const char* end);

// Whether `text` is one JSON value, nested no deeper than the cursor can follow, and thus safe for
// a recursive parser.
bool IsJson(std::string_view text);

// The bytes between the quotes of a raw string; any other raw value is returned as is.
std::string_view Unquoted(std::string_view raw);

// Whether a raw value carries something: it is not empty, null, "", [], {} or false.
bool HasSubstance(std::string_view raw);

// A raw number truncated to an integer; `fallback` if it is not a number or does not fit.
int64_t IntegerOr(std::string_view raw, int64_t fallback);

}  // namespace banto::json

#endif  // BANTO_PROXY_JSON_JSON_CURSOR_H_
