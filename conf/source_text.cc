#include "conf/source_text.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace banto::conf {
namespace {

// The schema needs 3 levels. toml11 recurses per level and per dot, on a stack that a file must not
// exhaust.
constexpr int kDepthMax = 32;
constexpr int kDotsMax = 64;

bool IsBlank(char c) { return c == ' ' || c == '\t'; }
bool IsBareKey(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

size_t SkipBlanks(std::string_view line, size_t at) {
  while (at < line.size() && IsBlank(line[at])) ++at;
  return at;
}

// The offset behind the string's closing quote; npos when the line ends first.
size_t EndOfQuoted(std::string_view line, size_t at) {
  const char quote = line[at];
  for (++at; at < line.size(); ++at) {
    if (line[at] == '\\' && quote == '"') {
      ++at;
    } else if (line[at] == quote) {
      return at + 1;
    }
  }
  return std::string_view::npos;
}

// Knows just enough of TOML to tell where a value ends: strings, comments and brackets.
class ValueScanner {
 public:
  void Line(std::string_view line) {
    size_t at = 0;
    while (at < line.size()) at = long_quote_ != 0 ? Inside(line, at) : Outside(line, at);
  }
  bool Done() const { return long_quote_ == 0 && depth_ <= 0; }
  bool InLongString() const { return long_quote_ != 0; }
  bool TooDeep() const { return depth_max_ > kDepthMax || dots_ > kDotsMax; }

 private:
  size_t Inside(std::string_view line, size_t at) {
    if (line[at] == '\\' && long_quote_ == '"') return at + 2;
    if (line.substr(at, 3) != std::string(3, long_quote_)) return at + 1;
    long_quote_ = 0;
    return at + 3;
  }
  size_t Outside(std::string_view line, size_t at) {
    const char c = line[at];
    if (c == '#') return line.size();
    if (c == '"' || c == '\'') {
      if (line.substr(at, 3) == std::string(3, c)) {
        long_quote_ = c;
        return at + 3;
      }
      return std::min(EndOfQuoted(line, at), line.size());
    }
    if (c == '[' || c == '{') depth_max_ = std::max(depth_max_, ++depth_);
    if (c == ']' || c == '}') --depth_;
    if (c == '.') ++dots_;
    return at + 1;
  }

  char long_quote_ = 0;
  int depth_ = 0, depth_max_ = 0, dots_ = 0;
};

// "[name]" or "key =": what surely begins something new, wherever it stands.
bool LooksLikeStart(std::string_view line) {
  size_t at = SkipBlanks(line, 0);
  const bool header = at < line.size() && line[at] == '[';
  while (at < line.size() && line[at] == '[') ++at;
  std::vector<KeySpan> parts;
  if (!ScanKey(line, &at, &parts) || at >= line.size()) return false;
  // A quoted first word is more likely an element of the list that was not closed.
  return header ? line[at] == ']' && line[parts[0].offset] != '"' : line[at] == '=';
}

// "[[ routes ]]" is "routes", "[routes.cache]" "routes.cache"; quotes stay.
std::string SectionOf(std::string_view header) {
  std::string name;
  size_t at = header.find_first_not_of(" \t[");
  std::vector<KeySpan> parts;
  if (at == std::string_view::npos || !ScanKey(header, &at, &parts)) return name;
  for (const KeySpan& part : parts) {
    name.append(name.empty() ? "" : ".").append(header.substr(part.offset, part.size));
  }
  return name;
}

}  // namespace

bool ScanKey(std::string_view line, size_t* offset, std::vector<KeySpan>* parts) {
  size_t at = *offset;
  while (true) {
    at = SkipBlanks(line, at);
    const size_t begin = at;
    if (at < line.size() && (line[at] == '"' || line[at] == '\'')) {
      at = EndOfQuoted(line, at);
      if (at == std::string_view::npos) return false;
    } else {
      while (at < line.size() && IsBareKey(line[at])) ++at;
    }
    if (at == begin) return false;
    parts->push_back({begin, at - begin});
    at = SkipBlanks(line, at);
    if (at >= line.size() || line[at] != '.') break;
    ++at;
  }
  *offset = at;
  return true;
}

size_t CommentStart(std::string_view line, size_t at) {
  char quote = '\0';
  for (; at < line.size(); ++at) {
    const char c = line[at];
    if (quote == '"' && c == '\\') {
      ++at;
    } else if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '#') {
      return at;
    }
  }
  return line.size();
}

SourceText::SourceText(std::string_view text, std::string file_name)
    : text_(text), file_name_(std::move(file_name)) {
  // A byte order mark is legal TOML and would only move the columns of line 1.
  if (text_.starts_with("\xEF\xBB\xBF")) text_.erase(0, 3);
  SplitLines();
  SplitStatements();
}

void SourceText::SplitLines() {
  const std::string_view text = text_;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines_.push_back(line);
    begin = end + 1;
  }
}

void SourceText::SplitStatements() {
  std::string section;
  for (int line = 1; line <= line_count(); ++line) {
    const std::string_view text = Line(line);
    const size_t begin = SkipBlanks(text, 0);
    if (begin == text.size() || text[begin] == '#') continue;
    Statement statement;
    statement.first_line = line;
    statement.is_header = text[begin] == '[';
    if (statement.is_header) section = SectionOf(text);
    statement.section = section;
    statement.in_headers = section.find("headers") != std::string::npos;
    line = EndOfStatement(line, &statement);
    statement.last_line = line;
    statements_.push_back(std::move(statement));
  }
}

int SourceText::EndOfStatement(int line, Statement* statement) const {
  const int first = line;
  ValueScanner scanner;
  scanner.Line(Line(line));
  while (!statement->is_header && !scanner.Done() && line < line_count()) {
    // TOML 1.0 allows neither inside a list or a { } table.
    if (!scanner.InLongString() && LooksLikeStart(Line(line + 1))) break;
    scanner.Line(Line(++line));
  }
  statement->is_too_deep = scanner.TooDeep();
  if (statement->is_header || scanner.Done()) return line;
  statement->is_closed = false;
  return EndOfUnclosed(first);
}

int SourceText::EndOfUnclosed(int line) const {
  while (line < line_count() && !LooksLikeStart(Line(line + 1))) ++line;
  return line;
}

std::string_view SourceText::Line(int line) const {
  if (line < 1 || line > line_count()) return {};
  return lines_[static_cast<size_t>(line - 1)];
}

std::string SourceText::Text(const Statement& statement) const {
  std::string text;
  for (int line = statement.first_line; line <= statement.last_line; ++line) {
    text.append(Line(line)).push_back('\n');
  }
  return text;
}

const Statement* SourceText::StatementAt(int line) const {
  auto after = std::upper_bound(statements_.begin(), statements_.end(), line,
                                [](int l, const Statement& s) { return l < s.first_line; });
  if (after == statements_.begin()) return nullptr;
  const Statement& statement = *std::prev(after);
  return line <= statement.last_line ? &statement : nullptr;
}

}  // namespace banto::conf
