// Puts many fields behind those of a list: room is made once, and each is then a plain copy
// (pen.h).
#ifndef BANTO_PROXY_HTTP_FIELD_WRITER_H_
#define BANTO_PROXY_HTTP_FIELD_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "proxy/http/field_list.h"
#include "proxy/http/line_scan.h"
#include "proxy/http/pen.h"

namespace banto::http {

// Words of a value that stand in the source: they are checked when that is compiled, so that they
// need not be when they are put.
class FixedWords {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): they are written as a string.
  consteval FixedWords(const char* words) : text_(words) {
    if (!AllAre(text_, kValueChar)) std::abort();  // not constant: does not compile
  }
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

// Lives for one call, in which nobody else touches `list`.
class FieldWriter {
 public:
  // A value put together of parts. Its line ends with it.
  class Value {
   public:
    Value(const Value&) = delete;
    Value& operator=(const Value&) = delete;
    ~Value() { pen_->Put("\r\n"); }

    void Put(FixedWords words) { pen_->Put(words.text()); }
    void PutText(std::string_view text) { pen_->PutClean(text); }
    void PutNumber(uint64_t number) { pen_->PutNumber(number); }
    // 1234 is "12.34".
    void PutHundredths(uint64_t number) {
      pen_->PutNumber(number / 100);
      const char rest[] = {'.', static_cast<char>('0' + number / 10 % 10),
                           static_cast<char>('0' + number % 10)};
      pen_->Put({rest, sizeof rest});
    }

   private:
    friend class FieldWriter;
    explicit Value(Pen* pen) : pen_(pen) {}
    Pen* pen_;
  };

  static constexpr size_t kMarksSize = 4;  // of a field, besides its name and its value

  // `bytes`: of all that will be put, as far as that is known (pen.h).
  FieldWriter(size_t bytes, FieldList* list) : pen_(bytes, &list->lines_) {}

  void Add(FixedName name, std::string_view value) { pen_.PutLine(name.text(), value); }
  void AddFixed(FixedName name, FixedWords words) { Begin(name).Put(words); }
  void AddNumber(FixedName name, uint64_t number) { Begin(name).PutNumber(number); }
  void AddAll(const FieldList& other) { pen_.Put(other.lines_); }
  Value Begin(FixedName name) {
    pen_.Put(name.text());
    pen_.Put(": ");
    return Value(&pen_);
  }

 private:
  Pen pen_;
};

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_FIELD_WRITER_H_
