// A JSON object that passes by in pieces, with its long values left empty: what a short member
// says can be read however long the others are. Checks nothing: what is no JSON gives no JSON.
// Bounded; one thread.
#ifndef BANTO_PROXY_JSON_JSON_OUTLINE_H_
#define BANTO_PROXY_JSON_JSON_OUTLINE_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace banto::json {

class JsonOutline {
 public:
  static constexpr size_t kValueMax = 4096, kTextMax = size_t{64} * 1024;

  void Take(std::string_view bytes);
  std::string_view text() const { return text_; }

 private:
  static constexpr size_t kNone = std::string::npos;

  void TakeByte(char c);
  void Follow(char c);
  void EmptyValue();

  std::string text_;
  size_t value_at_ = kNone;  // in text_, where the present member's value begins
  size_t depth_ = 0;         // of open objects and lists
  bool in_string_ = false, escaped_ = false;
  bool emptied_ = false;  // the present value is too long
};

}  // namespace banto::json

#endif  // BANTO_PROXY_JSON_JSON_OUTLINE_H_
