#include "conf/syntax_diagnosis.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "conf/redact.h"
#include "conf/schema.h"
#include "conf/utf8.h"
#include "conf/value_parser.h"

namespace banto::conf {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view TrimEnd(std::string_view text) {
  const size_t last = text.find_last_not_of(kBlanks);
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

std::string Quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

bool IsDuration(std::string_view word) {
  int64_t ms = 0;
  return ParseDurationMs(word, &ms) == ParseProblem::kNone;
}

bool IsSize(std::string_view word) {
  uint64_t bytes = 0;
  return ParseSizeBytes(word, &bytes) == ParseProblem::kNone;
}

bool IsNumberLike(std::string_view word) {
  return !word.empty() && word.find_first_not_of("+-.0123456789_eExX") == std::string_view::npos;
}

class Diagnosis {
 public:
  Diagnosis(const SourceText& source, const Statement& statement)
      : source_(source), statement_(statement), line_(source.Line(statement.first_line)) {}

  SyntaxDiagnosis Run(const Place& trouble) {
    const size_t begin = line_.find_first_not_of(kBlanks);
    const size_t end = CommentStart(line_, begin);
    const std::string_view shown = TrimEnd(line_.substr(begin, end - begin));
    if (statement_.is_too_deep) return At(begin, shown.size(), "nested too deeply", "");
    if (const Place place = BadByte(); place.line > 0) return {place, "not UTF-8", ""};
    if (statement_.is_header) return Header(begin, shown);
    size_t at = begin;
    std::vector<KeySpan> parts;
    const bool has_key = ScanKey(line_, &at, &parts);
    if (!has_key || at >= line_.size() || line_[at] != '=') return NoEquals(begin, at, has_key);
    if (parts.size() > 1 + kSchemaDepth)
      return At(begin, shown.size(), "the key has too many dots", "");
    key_ = line_.substr(begin, parts.back().offset + parts.back().size - begin);
    return Value(at, trouble);
  }

 private:
  static constexpr size_t kSchemaDepth = 8;

  SyntaxDiagnosis At(size_t offset, size_t size, std::string message, std::string hint) const {
    const Place place{statement_.first_line, static_cast<int>(offset) + 1, static_cast<int>(size)};
    return {place, std::move(message), std::move(hint)};
  }

  Place BadByte() const {
    for (int line = statement_.first_line; line <= statement_.last_line; ++line) {
      const size_t at = FindInvalidUtf8(source_.Line(line));
      if (at != std::string_view::npos) return {line, static_cast<int>(at) + 1, 1};
    }
    return {};
  }

  SyntaxDiagnosis Header(size_t begin, std::string_view shown) const {
    const bool is_list = shown.starts_with("[[");
    const std::string open = is_list ? "[[" : "[", close = is_list ? "]]" : "]";
    size_t at = begin + open.size();
    std::vector<KeySpan> parts;
    if (!ScanKey(line_, &at, &parts)) {
      return At(begin, shown.size(), "this is no section's name", "write [cache] or [[workers]]");
    }
    const size_t name = parts.front().offset;
    const size_t name_end = parts.back().offset + parts.back().size;
    std::string hint = "write " + open + std::string(line_.substr(name, name_end - name)) + close;
    if (!line_.substr(at).starts_with(close)) {
      return At(begin, shown.size(), "a section's name ends with \"" + close + "\"", hint);
    }
    at = std::min(line_.find_first_not_of(kBlanks, at + close.size()), line_.size());
    if (at >= begin + shown.size()) return At(begin, shown.size(), "this is no section's name", "");
    return At(at, shown.size() + begin - at, "nothing may follow a section's name in its line",
              "put it in the next line");
  }

  SyntaxDiagnosis NoEquals(size_t begin, size_t at, bool has_key) const {
    if (!has_key) return At(begin, 1, "a line begins with a key", "write key = value");
    if (at < line_.size() && line_[at] == ':') {
      return At(at, 1, "a key and its value stand on either side of \"=\"",
                "write \"=\" for \":\"");
    }
    return At(begin, at > begin ? TrimEnd(line_.substr(begin, at - begin)).size() : 1,
              "a key needs \"=\" and a value", "write key = value");
  }

  SyntaxDiagnosis Value(size_t equals, const Place& trouble) const {
    const size_t begin = std::min(line_.find_first_not_of(kBlanks, equals + 1), line_.size());
    const size_t end = CommentStart(line_, begin);
    const std::string_view value = TrimEnd(line_.substr(begin, end - begin));
    if (value.empty()) return At(equals, 1, std::string(key_) + " has no value", "");
    if (value[0] == '[' || value[0] == '{') return Brackets(begin, value, trouble);
    if (value[0] == '"' || value[0] == '\'') return String(begin, value);
    return Bare(begin, value);
  }

  SyntaxDiagnosis Brackets(size_t begin, std::string_view value, const Place& trouble) const {
    const bool is_list = value[0] == '[';
    const std::string close = is_list ? "]" : "}";
    if (!statement_.is_closed) {
      return At(begin, value.size(), "\"" + close + "\" is missing",
                is_list ? "end the list with ]" : "end the table with } in the same line");
    }
    SyntaxDiagnosis diagnosis =
        is_list ? At(begin, value.size(), "this is no list", "write [\"one\", \"two\"]")
                : At(begin, value.size(), "this is no table", "write { name = \"value\" }");
    const bool inside =
        trouble.line > statement_.first_line && trouble.line <= statement_.last_line;
    if (inside) diagnosis.place = trouble;
    return diagnosis;
  }

  SyntaxDiagnosis String(size_t begin, std::string_view value) const {
    const char quote = value[0];
    size_t end = 1;
    while (end < value.size() && value[end] != quote)
      end += quote == '"' && value[end] == '\\' ? 2 : 1;
    if (end >= value.size() || !statement_.is_closed) {
      return At(begin, value.size(), "the string does not end",
                std::string("end it with ") + quote);
    }
    const std::string_view rest = value.substr(end + 1);
    if (!rest.empty() && rest[0] != quote) {
      const size_t at = begin + end + 1 + rest.find_first_not_of(kBlanks);
      return At(at, begin + value.size() - at, "nothing may follow a value in its line",
                "a second key goes into the next line");
    }
    return At(begin, value.size(), "this is no string",
              "a backslash is written \\\\ there, or the string between ' and '");
  }

  SyntaxDiagnosis Bare(size_t begin, std::string_view value) const {
    const std::string_view word = value.substr(0, value.find_first_of(kBlanks));
    const bool single = word.size() == value.size();
    if (single && IsSize(word)) return Write(begin, value, "a size is a string", Quoted(word));
    if (single && IsDuration(word))
      return Write(begin, value, "a duration is a string", Quoted(word));
    for (const auto& [wrong, right] : kBooleans) {
      if (single && value == wrong)
        return Write(begin, value, "true and false are written small", right);
    }
    if (single && IsNumberLike(word)) {
      return At(begin, value.size(), "this is no number", "digits only, without leading zeros");
    }
    if (word == "true" || word == "false" || IsNumberLike(word)) {
      const size_t at = begin + word.size() + value.substr(word.size()).find_first_not_of(kBlanks);
      return At(at, begin + value.size() - at, "nothing may follow a value in its line",
                "a second key goes into the next line");
    }
    const bool clean = value.find_first_of("\"'\\") == std::string_view::npos;
    return Write(begin, value, "a string needs quotes", clean ? Quoted(value) : "\"…\"");
  }

  SyntaxDiagnosis Write(size_t begin, std::string_view value, std::string message,
                        std::string_view right) const {
    const std::string_view shown = MayShow(source_, statement_, "") ? right : "\"…\"";
    return At(begin, value.size(), std::move(message),
              "write " + std::string(key_) + " = " + std::string(shown));
  }

  static constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kBooleans = {{
      {"True", "true"},
      {"TRUE", "true"},
      {"yes", "true"},
      {"Yes", "true"},
      {"on", "true"},
      {"On", "true"},
      {"False", "false"},
      {"FALSE", "false"},
      {"no", "false"},
      {"No", "false"},
      {"off", "false"},
      {"Off", "false"},
  }};

  const SourceText& source_;
  const Statement& statement_;
  std::string_view line_;
  std::string_view key_;
};

}  // namespace

SyntaxDiagnosis DiagnoseSyntax(const SourceText& source, const Statement& statement,
                               const Place& trouble) {
  return Diagnosis(source, statement).Run(trouble);
}

}  // namespace banto::conf
