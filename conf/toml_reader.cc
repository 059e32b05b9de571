#include "conf/toml_reader.h"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <sstream>
#include <string>
#include <toml.hpp>
#include <tuple>
#include <utility>
#include <vector>

#include "conf/syntax_diagnosis.h"
#include "proxy/json/utf8.h"

namespace banto::conf {
namespace {

// Converts toml11's tree into ours. Places are computed from offsets: toml::value::location()
// counts lines from the start of the file for each value, which takes half a minute for ten
// thousand workers.
class Converter {
 public:
  explicit Converter(const SourceText& source) : source_(source) {}

  // `level`: how many names lead here from the root; `dots`: how many of them precede this one in
  // the same dotted key.
  TomlEntry Entry(const std::string& name, const toml::value& from, size_t level,
                  size_t dots) const {
    TomlEntry entry{name, {}, Value(from, level, dots)};
    entry.key_place = entry.value.place;
    if (!IsName(from)) entry.key_place = KeyBefore(source_, entry.value.place);
    return entry;
  }

  TomlValue Root(const toml::value& from) const {
    TomlValue root;
    AddEntries(from, 0, 0, &root);
    return root;
  }

 private:
  static const toml::detail::region* RegionOf(const toml::value& value) {
    return dynamic_cast<const toml::detail::region*>(toml::detail::get_region(value));
  }

  Place PlaceOf(const toml::value& value) const {
    const toml::detail::region* region = RegionOf(value);
    if (region == nullptr) return {};
    Place place = source_.PlaceAt(static_cast<size_t>(region->first() - region->begin()));
    place.size = static_cast<int>(region->size());
    return place;
  }

  bool IsInHeader(const Place& place) const {
    const Statement* statement = source_.StatementAt(place.line);
    return statement != nullptr && statement->is_header;
  }

  // Whether toml11 reports the place of the name for this value: a [section], or part of a dotted
  // key.
  bool IsName(const toml::value& value) const {
    if (!value.is_table() && !value.is_array()) return false;
    const Place place = PlaceOf(value);
    if (IsInHeader(place)) return true;
    return value.is_table() && !source_.Line(place.line).substr(Index(place)).starts_with('{');
  }

  static size_t Index(const Place& place) { return static_cast<size_t>(place.column - 1); }

  // One part of the header or dotted key that begins at `whole`.
  Place PartOf(const Place& whole, size_t part) const {
    const std::string_view line = source_.Line(whole.line);
    size_t at = line.find_first_not_of(" \t[", Index(whole));
    std::vector<KeySpan> parts;
    if (at == std::string_view::npos || !ScanKey(line, &at, &parts)) return whole;
    const KeySpan& span = parts[std::min(part, parts.size() - 1)];
    return {whole.line, static_cast<int>(span.offset) + 1, static_cast<int>(span.size)};
  }

  TomlValue Value(const toml::value& from, size_t level, size_t dots) const {
    TomlValue to;
    to.place = PlaceOf(from);
    if (from.is_table() || from.is_array()) {
      const bool is_name = IsName(from);
      to.is_section = is_name && IsInHeader(to.place);
      if (is_name) to.place = PartOf(to.place, to.is_section ? level - 1 : dots);
      dots = is_name && !to.is_section ? dots + 1 : 0;
    }
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
        to.number = from.as_floating();
        break;
      case toml::value_t::string:
        to.type = TomlValue::Type::kString;
        to.text = from.as_string().str;
        break;
      case toml::value_t::array:
        to.type = TomlValue::Type::kArray;
        for (const toml::value& item : from.as_array()) to.items.push_back(Value(item, level, 0));
        break;
      case toml::value_t::table:
        AddEntries(from, level, dots, &to);
        break;
      default:
        to.type = TomlValue::Type::kTime;
    }
    return to;
  }

  // In file order, which toml11 does not preserve.
  void AddEntries(const toml::value& from, size_t level, size_t dots, TomlValue* to) const {
    for (const auto& [name, value] : from.as_table()) {
      to->entries.push_back(Entry(name, value, level + 1, dots));
    }
    std::sort(to->entries.begin(), to->entries.end(), [](const TomlEntry& a, const TomlEntry& b) {
      return std::tie(a.key_place.line, a.key_place.column) <
             std::tie(b.key_place.line, b.key_place.column);
    });
  }

  const SourceText& source_;
};

// False after an error: such text must not reach toml11.
bool IsFitToParse(const SourceText& source, ErrorList* errors) {
  const size_t bad_byte = json::ValidUtf8Prefix(source.text());
  // toml11 3.7.1 reads beyond its buffer if a '...' string contains anything else.
  if (bad_byte < source.text().size()) {
    errors->Add(source.PlaceAt(bad_byte), "not UTF-8");
    return false;
  }
  for (const Statement& statement : source.statements()) {
    if (!statement.is_too_deep) continue;
    errors->Add({statement.first_line, 1, 1}, "nested too deeply");
    return false;
  }
  return true;
}

// "value already exists" and similar messages show the first of the two: "
//  12 | weight = 1".
int LineOfFirst(const std::string& what) {
  const size_t bar = what.find(" |\n");
  if (bar == std::string::npos) return 0;
  return std::atoi(what.c_str() + bar + 3);
}

}  // namespace

std::optional<TomlValue> ReadToml(const SourceText& source, ErrorList* errors) {
  if (!IsFitToParse(source, errors)) return std::nullopt;
  SyntaxTrouble trouble;
  try {
    std::istringstream stream{std::string(source.text())};
    return Converter(source).Root(toml::parse(stream, ""));
  } catch (const toml::exception& exception) {
    const std::string what = exception.what();
    trouble.line = static_cast<int>(exception.location().line());
    trouble.column = static_cast<int>(exception.location().column());
    if (what.find("::insert_value") != std::string::npos) trouble.first_line = LineOfFirst(what);
  } catch (const std::exception&) {
    trouble.line = 0;
  }
  SyntaxDiagnosis diagnosis = DiagnoseSyntax(source, trouble);
  errors->Add(diagnosis.place, std::move(diagnosis.message), std::move(diagnosis.hint));
  return std::nullopt;
}

}  // namespace banto::conf
