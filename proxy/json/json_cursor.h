// A pull reader over one JSON text: members and elements one by one, values as raw views. No DOM,
// no allocation, no recursion; what is skipped is checked on the way (RFC 8259), so a text that was
// read to its Finish() was JSON. Pure; one cursor is used by one thread; the text must outlive the
// views.
//
//   JsonCursor json(text);
//   std::string_view key;
//   if (json.EnterObject())
//     while (json.NextMember(&key)) { if (key == "id") id = json.Skip(); else json.Skip(); }
//   bool good = json.Finish();
//
// After NextMember or NextElement said true, the value there must be taken: by Skip, or by entering
// it and pulling until its own Next… says false. Once broken, everything says false or gives an
// empty view.
#ifndef BANTO_PROXY_JSON_JSON_CURSOR_H_
#define BANTO_PROXY_JSON_JSON_CURSOR_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace banto::json {

class JsonCursor {
 public:
  // How deep a skipped value may be nested: one bit of a word for each level.
  static constexpr int kSkipDepthMax = 64;

  explicit JsonCursor(std::string_view text) : p_(text.data()), end_(text.data() + text.size()) {}

  // The first byte of the value at the cursor; NUL when nothing is left.
  char Peek();

  // The value at the cursor is an object (an array), and the cursor now stands inside. False leaves
  // it in place, to be skipped.
  bool EnterObject();
  bool EnterArray();

  // The next member: its key as spelt between the quotes (escapes unresolved: no engine escapes its
  // keys). False: the object is over, or the text is broken.
  bool NextMember(std::string_view* key);
  bool NextElement();

  // Takes one whole value and gives its bytes, strings with their quotes; empty when it is broken.
  std::string_view Skip();

  // Nothing but white space is left and nothing was wrong.
  bool Finish();
  bool ok() const { return ok_; }
  // Whether all strings so far were UTF-8. Kept apart from ok(): such a text can still be read.
  bool utf8_ok() const { return utf8_ok_; }

 private:
  bool Enter(char bracket);
  bool Break();
  void SkipSpace();
  bool StepTo(char closing);  // past the comma before the next entry, or past the closing bracket
  bool SkipString();          // from its opening quote
  bool SkipKey();             // a string and its colon
  bool SkipWord(std::string_view word);
  bool SkipScalar();
  bool SkipContainer();

  const char* p_;
  const char* end_;
  bool first_ = false;  // the cursor just entered: no comma comes before the first entry
  bool ok_ = true;
  bool utf8_ok_ = true;
};

// Where the string whose contents begin at `p` is closed (its quote); null when it is broken or no
// UTF-8.
const char* FindJsonStringEnd(const char* p, const char* end);

// Whether `text` is one JSON value, nested no deeper than the cursor can follow. What passes is
// safe for a recursive parser.
bool IsJson(std::string_view text);

// The bytes between the quotes of a raw string; the raw value itself when it is none.
std::string_view Unquoted(std::string_view raw);

// A raw value that carries something: not empty, null, "", [], {} or false.
bool HasSubstance(std::string_view raw);

// A raw number as a whole one (fractions cut off); `fallback` when it is none or does not fit.
int64_t IntegerOr(std::string_view raw, int64_t fallback);

}  // namespace banto::json

#endif  // BANTO_PROXY_JSON_JSON_CURSOR_H_
