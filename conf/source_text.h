// The text of a configuration by lines and statements (a [header], or key = value over one or more
// lines): enough to show a line without its secrets and to know how deep values nest. Main thread.
#ifndef BANTO_CONF_SOURCE_TEXT_H_
#define BANTO_CONF_SOURCE_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

#include "conf/toml_value.h"

namespace banto::conf {

struct Statement {
  int first_line = 0, last_line = 0;  // 1-based, both included
  bool is_header = false;             // begins with '['
  bool is_closed = true;              // false: a list, table or long string never ends; then this
                                      // is its first line, and all others are one statement more
  bool is_too_deep = false;           // nested beyond what a recursive parser's stack should meet
  bool in_headers = false;            // stands under [….headers]: its values may be secrets
  std::string section;                // of the header above it: "", "workers", "routes.cache"
};

// One part of a dotted key, quotes included.
struct KeySpan {
  size_t offset = 0, size = 0;
};

// Reads `a."b c".d` from `*offset` on, past blanks before and after; false when there is no such
// key.
bool ScanKey(std::string_view line, size_t* offset, std::vector<KeySpan>* parts);

// The offset behind the closing quote of the string at `at`; npos when the line ends first.
size_t EndOfQuoted(std::string_view line, size_t at);

// The offset of a comment's '#' from `at` on, strings left out; the line's size when there is none.
// It does not know strings over several lines.
size_t CommentStart(std::string_view line, size_t at);

class SourceText {
 public:
  SourceText(std::string_view text, std::string file_name);
  SourceText(const SourceText&) = delete;
  SourceText& operator=(const SourceText&) = delete;

  const std::string& file_name() const { return file_name_; }
  // Without a byte order mark; every line ends in '\n'.
  const std::string& text() const { return text_; }
  const std::vector<Statement>& statements() const { return statements_; }
  int line_count() const { return static_cast<int>(line_starts_.size()); }
  std::string_view Line(int line) const;                    // without its end; "" outside the file
  std::string_view Text(const Statement& statement) const;  // whole lines, each with '\n'
  const Statement* StatementAt(int line) const;             // nullptr between statements
  Place PlaceAt(size_t offset) const;                       // of a byte of text()

 private:
  void SplitStatements();

  std::string text_;
  std::string file_name_;
  std::vector<size_t> line_starts_;  // offsets into text_
  std::vector<Statement> statements_;
};

// The key left of a value's '=', as far as its last dot.
Place KeyBefore(const SourceText& source, const Place& value);

}  // namespace banto::conf

#endif  // BANTO_CONF_SOURCE_TEXT_H_
