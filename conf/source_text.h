// A configuration's text as lines and statements (a [header], or key = value over one or more
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
                                      // is its first line, and the rest of the file is one more
                                      // statement
  bool is_too_deep = false;           // nested too deep for a recursive parser's stack
  bool in_headers = false;            // under [….headers]: its values may be secrets
  std::string section;                // of the preceding header: "", "workers", "routes.cache"
};

// One part of a dotted key, including quotes.
struct KeySpan {
  size_t offset = 0, size = 0;
};

// Parses `a."b c".d` at `*offset`, skipping surrounding blanks; false if there is no such key.
bool ScanKey(std::string_view line, size_t* offset, std::vector<KeySpan>* parts);

// The offset after the closing quote of the string at `at`; npos if the line ends first.
size_t EndOfQuoted(std::string_view line, size_t at);

// The offset of a comment's '#' from `at` on, outside strings; the line's size if there is none.
// Does not handle multi-line strings.
size_t CommentStart(std::string_view line, size_t at);

class SourceText {
 public:
  SourceText(std::string_view text, std::string file_name);
  SourceText(const SourceText&) = delete;
  SourceText& operator=(const SourceText&) = delete;

  const std::string& file_name() const { return file_name_; }
  // Without a byte order mark; every line ends in '
  // '.
  const std::string& text() const { return text_; }
  const std::vector<Statement>& statements() const { return statements_; }
  int line_count() const { return static_cast<int>(line_starts_.size()); }
  std::string_view Line(int line) const;                    // without line end; "" outside the file
  std::string_view Text(const Statement& statement) const;  // complete lines, each with '\n'
  const Statement* StatementAt(int line) const;             // nullptr between statements
  Place PlaceAt(size_t offset) const;                       // of a byte of text()

 private:
  void SplitStatements();

  std::string text_;
  std::string file_name_;
  std::vector<size_t> line_starts_;  // offsets into text_
  std::vector<Statement> statements_;
};

// The last part of the key that belongs to a value.
Place KeyBefore(const SourceText& source, const Place& value);

}  // namespace banto::conf

#endif  // BANTO_CONF_SOURCE_TEXT_H_
