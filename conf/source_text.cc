#include "conf/source_text.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace banto::conf {
namespace {

// The schema needs 3 levels. toml11 recurses per level and per dot, and a file must not exhaust the
// stack.
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

// Knows just enough TOML to find the end of a value: strings, comments and brackets.
class ValueScanner {
 public:
  void Line(std::string_view line) {
    size_t at = 0;
    while (at < line.size()) at = long_quote_ != 0 ? Inside(line, at) : Outside(line, at);
  }
  bool Done() const { return long_quote_ == 0 && depth_ <= 0; }
  bool TooDeep() const { return depth_max_ > kDepthMax || dots_ > kDotsMax; }

 private:
  size_t Inside(std::string_view line, size_t at) {
    if (line[at] == '\\' && long_quote_ == '"') return at + 2;
    if (line.substr(at, 3) != std::string(3, long_quote_)) return at + 1;
    // One or two quotes may precede the closing three.
    const size_t end = line.find_first_not_of(std::exchange(long_quote_, '\0'), at);
    return std::min({end, at + 5, line.size()});
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

// "[[ routes ]]" -> "routes", "[routes.cache]" -> "routes.cache"; quotes are kept.
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
  while (at < line.size() && line[at] != '#') {
    const bool opens = line[at] == '"' || line[at] == '\'';
    at = opens ? EndOfQuoted(line, at) : at + 1;
  }
  return std::min(at, line.size());
}

SourceText::SourceText(std::string_view text, std::string file_name)
    : file_name_(std::move(file_name)) {
  // A byte order mark is legal TOML, but would shift the columns of line 1.
  while (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    line_starts_.push_back(text_.size());
    text_.append(line).push_back('\n');
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  SplitStatements();
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
    ValueScanner scanner;
    scanner.Line(text);
    while (!statement.is_header && !scanner.Done() && line < line_count()) {
      scanner.Line(Line(++line));
    }
    statement.is_closed = statement.is_header || scanner.Done();
    statement.last_line = statement.is_closed ? line : statement.first_line;
    statement.is_too_deep = scanner.TooDeep();
    statements_.push_back(std::move(statement));
  }
  if (statements_.empty() || statements_.back().is_closed) return;
  // What the rest belongs to is unknown.
  Statement rest = statements_.back();
  rest.first_line = rest.last_line + 1;
  rest.last_line = line_count();
  rest.in_headers = true;
  if (rest.first_line <= rest.last_line) statements_.push_back(std::move(rest));
}

std::string_view SourceText::Line(int line) const {
  if (line < 1 || line > line_count()) return {};
  const size_t begin = line_starts_[static_cast<size_t>(line - 1)];
  return std::string_view(text_).substr(begin, text_.find('\n', begin) - begin);
}

std::string_view SourceText::Text(const Statement& statement) const {
  const size_t begin = line_starts_[static_cast<size_t>(statement.first_line - 1)];
  const bool is_last = statement.last_line == line_count();
  const size_t end =
      is_last ? text_.size() : line_starts_[static_cast<size_t>(statement.last_line)];
  return std::string_view(text_).substr(begin, end - begin);
}

Place SourceText::PlaceAt(size_t offset) const {
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  if (after == line_starts_.begin()) return {1, 1, 1};
  return {static_cast<int>(after - line_starts_.begin()),
          static_cast<int>(offset - *std::prev(after)) + 1, 1};
}

const Statement* SourceText::StatementAt(int line) const {
  auto after = std::upper_bound(statements_.begin(), statements_.end(), line,
                                [](int l, const Statement& s) { return l < s.first_line; });
  if (after == statements_.begin()) return nullptr;
  const Statement& statement = *std::prev(after);
  return line <= statement.last_line ? &statement : nullptr;
}

Place KeyBefore(const SourceText& source, const Place& value) {
  const std::string_view line = source.Line(value.line);
  size_t end = std::min(static_cast<size_t>(value.column - 1), line.size());
  while (end > 0 && (IsBlank(line[end - 1]) || line[end - 1] == '=')) --end;
  if (end == 0) return value;
  size_t begin = end - 1;
  const char quote = line[begin] == '"' || line[begin] == '\'' ? line[begin] : '\0';
  const auto goes_on = [&](char c) {
    return quote != '\0' ? c != quote : std::string_view(" \t,{=.").find(c) == std::string::npos;
  };
  while (begin > 0 && goes_on(line[begin - 1])) --begin;
  if (quote != '\0' && begin > 0) --begin;
  return {value.line, static_cast<int>(begin) + 1, static_cast<int>(end - begin)};
}

}  // namespace banto::conf
