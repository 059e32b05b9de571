// The text of a configuration cut into lines and statements (a [header], or key = value over one or
// more lines). Statements are parsed one by one, so one broken line never hides the errors of the
// others. Main thread.
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
  bool is_closed = true;              // false: a list, table or long string never ends
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

// The offset of a comment's '#' from `at` on, strings left out; the line's size when there is none.
// It does not know strings over several lines.
size_t CommentStart(std::string_view line, size_t at);

class SourceText {
 public:
  SourceText(std::string_view text, std::string file_name);
  SourceText(const SourceText&) = delete;
  SourceText& operator=(const SourceText&) = delete;

  const std::string& file_name() const { return file_name_; }
  const std::vector<Statement>& statements() const { return statements_; }
  int line_count() const { return static_cast<int>(lines_.size()); }
  std::string_view Line(int line) const;               // without its end; "" outside the file
  std::string Text(const Statement& statement) const;  // whole lines, each with '\n'
  const Statement* StatementAt(int line) const;        // nullptr between statements

 private:
  void SplitLines();
  void SplitStatements();
  int EndOfStatement(int line, Statement* statement) const;
  int EndOfUnclosed(int line) const;

  std::string text_;
  std::string file_name_;
  std::vector<std::string_view> lines_;
  std::vector<Statement> statements_;
};

}  // namespace banto::conf

#endif  // BANTO_CONF_SOURCE_TEXT_H_
