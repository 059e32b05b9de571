#include "conf/toml_statement.h"

#include <exception>
#include <sstream>
#include <toml.hpp>
#include <utility>

#include "conf/utf8.h"

namespace banto::conf {
namespace {

// The schema has keys of 3 parts; toml11 recurses for each.
constexpr size_t kKeyPartsMax = 16;

class StatementParser {
 public:
  StatementParser(const SourceText& source, const Statement& statement)
      : source_(source), statement_(statement) {}

  void Parse(ParsedStatement* out) const {
    const std::string_view line = source_.Line(statement_.first_line);
    size_t at = statement_.is_header ? line.find_first_not_of(" \t[") : 0;
    std::vector<KeySpan> parts;
    if (at == std::string_view::npos || !ScanKey(line, &at, &parts)) return;
    if (parts.size() > kKeyPartsMax || statement_.is_too_deep || !statement_.is_closed) return;
    const std::string text = TextWithoutComment();
    // toml11 3.7.1 reads beyond its buffer when a '...' string holds anything else.
    if (FindInvalidUtf8(text) != std::string::npos) return;
    std::istringstream stream(text);
    const toml::value root = toml::parse(stream, "");
    const toml::value* value = &root;
    for (const KeySpan& part : parts) {
      // [[a]] is a list with one table; only the last part of a header is one.
      if (!value->is_table() || value->as_table().size() != 1) return;
      const auto& [name, inner] = *value->as_table().begin();
      out->path.push_back(name);
      out->path_places.push_back(
          {statement_.first_line, static_cast<int>(part.offset) + 1, static_cast<int>(part.size)});
      value = &inner;
    }
    out->is_list_header = statement_.is_header && value->is_array();
    if (!statement_.is_header) out->value = Convert(*value);
    out->ok = true;
  }

  Place PlaceAt(const toml::source_location& location) const {
    return {statement_.first_line + static_cast<int>(location.line()) - 1,
            static_cast<int>(location.column()), static_cast<int>(location.region())};
  }

 private:
  // toml11 takes longer for a comment than for the rest of its line.
  std::string TextWithoutComment() const {
    std::string text = source_.Text(statement_);
    const bool has_long_string =
        text.find("\"\"\"") != std::string::npos || text.find("'''") != std::string::npos;
    if (statement_.first_line != statement_.last_line || has_long_string) return text;
    return text.substr(0, CommentStart(text, 0)) + "\n";
  }

  TomlValue Convert(const toml::value& from) const {
    TomlValue to;
    to.place = PlaceAt(from.location());
    switch (from.type()) {
      case toml::value_t::boolean:
        to.type = TomlValue::Type::kBoolean;
        to.boolean = from.as_boolean();
        break;
      case toml::value_t::integer:
        to.type = TomlValue::Type::kInteger;
        to.integer = from.as_integer();
        break;
      case toml::value_t::floating:
        to.type = TomlValue::Type::kFloat;
        break;
      case toml::value_t::string:
        to.type = TomlValue::Type::kString;
        to.text = from.as_string().str;
        break;
      case toml::value_t::array:
        to.type = TomlValue::Type::kArray;
        for (const toml::value& item : from.as_array()) to.items.push_back(Convert(item));
        break;
      case toml::value_t::table:
        to.type = TomlValue::Type::kTable;
        for (const auto& [name, inner] : from.as_table()) {
          TomlValue value = Convert(inner);
          const Place key_place = KeyBefore(value.place);
          to.entries.push_back({name, key_place, std::move(value)});
        }
        break;
      default:
        to.type = TomlValue::Type::kTime;
    }
    return to;
  }

  // toml11 gives places to values only; inside { … } the key stands left of its value's '='.
  Place KeyBefore(const Place& value) const {
    const std::string_view line = source_.Line(value.line);
    size_t end = std::min(static_cast<size_t>(value.column - 1), line.size());
    const auto skip_back = [&](std::string_view set) {
      while (end > 0 && set.find(line[end - 1]) != std::string_view::npos) --end;
    };
    skip_back(" \t");
    if (end == 0 || line[end - 1] != '=') return value;
    --end;
    skip_back(" \t");
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

  const SourceText& source_;
  const Statement& statement_;
};

}  // namespace

ParsedStatement ParseStatement(const SourceText& source, const Statement& statement) {
  ParsedStatement parsed;
  const StatementParser parser(source, statement);
  try {
    parser.Parse(&parsed);
  } catch (const toml::exception& exception) {
    parsed.trouble = parser.PlaceAt(exception.location());
  } catch (const std::exception&) {
    // Numbers beyond 64 bits end here; the diagnosis looks at the text itself.
    parsed.ok = false;
  }
  return parsed;
}

}  // namespace banto::conf
