#include "conf/syntax_diagnosis.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "conf/redact.h"
#include "conf/schema.h"
#include "conf/type_advice.h"
#include "conf/value_parser.h"

namespace banto::conf {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view TrimEnd(std::string_view text) {
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

std::string Quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

// What an unquoted word was probably meant to be.
std::string MissingQuotes(std::string_view word) {
  int64_t ms = 0;
  uint64_t bytes = 0;
  if (ParseSizeBytes(word, &bytes) == ParseProblem::kNone) return "a size is a string";
  if (ParseDurationMs(word, &ms) == ParseProblem::kNone) return "a duration is a string";
  return "a string needs quotes";
}

// Quotes of word processors in place of " or '. Each has three bytes in UTF-8.
constexpr size_t kCurlyBytes = 3;
bool IsCurlyQuote(std::string_view text) {
  return text.size() >= kCurlyBytes && text.starts_with("\xE2\x80") &&
         (static_cast<unsigned char>(text[2]) & 0xF8) == 0x98;  // U+2018 to U+201F
}

// The text between them, or the text itself if it is not in such quotes.
std::string_view WithoutCurlyQuotes(std::string_view text) {
  if (IsCurlyQuote(text)) text.remove_prefix(kCurlyBytes);
  if (text.size() >= kCurlyBytes && IsCurlyQuote(text.substr(text.size() - kCurlyBytes)))
    text.remove_suffix(kCurlyBytes);
  return text;
}

// Examines the statement in which the parser stopped.
class Diagnosis {
 public:
  Diagnosis(const SourceText& source, const Statement& statement, const SyntaxTrouble& trouble)
      : source_(source),
        statement_(statement),
        trouble_(trouble),
        line_(source.Line(statement.first_line)),
        begin_(line_.find_first_not_of(kBlanks)),
        end_(TrimEnd(line_.substr(0, CommentStart(line_, begin_))).size()) {}

  SyntaxDiagnosis Run() {
    if (statement_.is_header) return Header();
    size_t at = begin_;
    std::vector<KeySpan> parts;
    if (!ScanKey(line_, &at, &parts)) return Here("a line begins with a key", "write key = value");
    key_ = TrimEnd(line_.substr(begin_, at - begin_));
    if (line_.substr(at).starts_with(':')) {
      return At(at, 1, "a key and its value are separated by \"=\"", "write \"=\" for \":\"");
    }
    if (!line_.substr(at).starts_with('=')) {
      return At(begin_, key_.size(), "a key needs \"=\" and a value", "write key = value");
    }
    if (trouble_.first_line > 0) return Twice();
    const size_t begin = std::min(line_.find_first_not_of(kBlanks, at + 1), end_);
    const std::string_view value = line_.substr(begin, end_ - begin);
    if (value.empty()) return At(at, 1, std::string(key_) + " has no value", "");
    if (value[0] == '[' || value[0] == '{') return Brackets(begin, value);
    if (IsBehindAValue()) return Follows();
    if (value[0] == '"' || value[0] == '\'') return QuotedText(begin, value);
    return Bare(begin, value);
  }

 private:
  SyntaxDiagnosis At(size_t offset, size_t size, std::string message, std::string hint) const {
    const Place place{statement_.first_line, static_cast<int>(offset) + 1, static_cast<int>(size)};
    return {place, std::move(message), std::move(hint)};
  }
  SyntaxDiagnosis Here(std::string message, std::string hint) const {
    return At(begin_, statement_.is_header ? end_ - begin_ : 1, std::move(message),
              std::move(hint));
  }

  SyntaxDiagnosis Header() const {
    const bool is_list = line_.substr(begin_).starts_with("[[");
    const std::string open = is_list ? "[[" : "[", close = is_list ? "]]" : "]";
    size_t at = begin_ + open.size();
    std::vector<KeySpan> parts;
    if (!ScanKey(line_, &at, &parts)) {
      return Here("not a valid section name", "write [cache] or [[workers]]");
    }
    const size_t begin = parts.front().offset;
    const size_t size = parts.back().offset + parts.back().size - begin;
    const std::string name(line_.substr(begin, size));
    if (!line_.substr(at).starts_with(close)) {
      return Here("a section's name ends with \"" + close + "\"", "write " + open + name + close);
    }
    if (trouble_.first_line > 0) {
      const SectionRule* rule = FindSection(name);
      const bool wants_list = rule != nullptr && rule->is_list && !is_list;
      return At(begin, size, open + name + close + " stands here twice",
                wants_list ? "write [[" + name + "]] for each" : FirstLine());
    }
    at = std::min(line_.find_first_not_of(kBlanks, at + close.size()), end_);
    return At(at, end_ - at, "nothing may follow a section's name on its line",
              "put it on the next line");
  }

  std::string FirstLine() const { return "first on line " + std::to_string(trouble_.first_line); }

  SyntaxDiagnosis Twice() const {
    const Place key = KeyBefore(source_, {trouble_.line, trouble_.column, 1});
    std::string_view name = source_.Line(key.line).substr(static_cast<size_t>(key.column - 1));
    name = name.substr(0, static_cast<size_t>(key.size));
    const bool is_quoted = name.starts_with('"') || name.starts_with('\'');
    return {key, (is_quoted ? std::string(name) : Quoted(name)) + " stands here twice",
            FirstLine()};
  }

  SyntaxDiagnosis Brackets(size_t begin, std::string_view value) const {
    const bool is_list = value[0] == '[';
    if (!statement_.is_closed) {
      return At(begin, value.size(), is_list ? "\"]\" is missing" : "\"}\" is missing",
                is_list ? "end the list with ]" : "end the table with } on the same line");
    }
    SyntaxDiagnosis diagnosis =
        is_list ? At(begin, value.size(), "this is no list", "write [\"one\", \"two\"]")
                : At(begin, value.size(), "this is no table", "write { name = \"value\" }");
    const bool inside =
        trouble_.line > statement_.first_line && trouble_.line <= statement_.last_line;
    if (inside) diagnosis.place = {trouble_.line, trouble_.column, 1};
    return diagnosis;
  }

  SyntaxDiagnosis QuotedText(size_t begin, std::string_view value) const {
    const bool ends = EndOfQuoted(value, 0) != std::string_view::npos;
    if (!ends || !statement_.is_closed) {
      return At(begin, value.size(), "the string does not end",
                std::string("end it with ") + value[0]);
    }
    return At(begin, value.size(), "this is no string",
              "a backslash is written \\\\ there, or the string between ' and '");
  }

  // toml11 stops exactly at the first superfluous word.
  bool IsBehindAValue() const {
    const auto at = static_cast<size_t>(trouble_.column - 1);
    return trouble_.line == statement_.first_line && at > begin_ && at < end_ &&
           std::string_view(" \t\"'").find(line_[at - 1]) != std::string_view::npos;
  }

  SyntaxDiagnosis Follows() const {
    const auto at = static_cast<size_t>(trouble_.column - 1);
    return At(at, end_ - at, "nothing may follow a value on its line",
              "a second key goes on the next line");
  }

  SyntaxDiagnosis Bare(size_t begin, std::string_view value) const {
    if (value.find_first_not_of("+-.0123456789_eExX") == std::string_view::npos) {
      return At(begin, value.size(), "this is no number", "digits only, without leading zeros");
    }
    const std::string boolean = MeantBoolean(value);
    if (!boolean.empty())
      return Write(begin, value, "true and false are written in lower case", boolean);
    const std::string_view meant = WithoutCurlyQuotes(value);
    const bool clean = meant.find_first_of("\"'\\") == std::string_view::npos;
    const bool is_curly = meant.size() < value.size();
    return Write(begin, value, is_curly ? "TOML does not know these quotes" : MissingQuotes(value),
                 clean ? Quoted(meant) : "\"…\"");
  }

  SyntaxDiagnosis Write(size_t begin, std::string_view value, std::string message,
                        const std::string& right) const {
    const bool may_show = MayShow(source_, statement_, "");
    return At(begin, value.size(), std::move(message),
              "write " + std::string(key_) + " = " + (may_show ? right : "\"…\""));
  }

  const SourceText& source_;
  const Statement& statement_;
  const SyntaxTrouble trouble_;
  const std::string_view line_;
  const size_t begin_, end_;  // of the line's content, without its comment
  std::string_view key_;
};

}  // namespace

SyntaxDiagnosis DiagnoseSyntax(const SourceText& source, const SyntaxTrouble& trouble) {
  const Statement* statement = nullptr;
  for (const Statement& candidate : source.statements()) {
    if (candidate.first_line <= trouble.line) statement = &candidate;
    if (!candidate.is_closed) break;
  }
  if (statement == nullptr) return {{}, "this is no TOML", ""};
  return Diagnosis(source, *statement, trouble).Run();
}

}  // namespace banto::conf
