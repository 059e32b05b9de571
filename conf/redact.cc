#include "conf/redact.h"

#include <algorithm>
#include <cctype>

#include "conf/schema.h"

namespace banto::conf {
namespace {

// TOML's own punctuation, so that a redacted line keeps its shape.
constexpr std::string_view kKept = " \t\"'[]{},=";

bool IsAlnum(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// "16", "5m", "0.5", "true": too short and too plain to be a secret.
bool IsHarmlessScalar(std::string_view value) {
  while (value.ends_with(' ') || value.ends_with('\t')) value.remove_suffix(1);
  if (value == "true" || value == "false") return true;
  if (value.empty() || !IsDigit(value[0]) || value.size() > 12) return false;
  const size_t digits = value.find_first_not_of("0123456789._");
  const std::string_view unit = value.substr(std::min(digits, value.size()));
  return unit.size() <= 3 && std::all_of(unit.begin(), unit.end(), IsAlnum);
}

// "scheme://host:port/path" without anything that could be a password.
bool IsHarmlessUrl(std::string_view text) {
  const size_t scheme = text.find("://");
  if (scheme == std::string_view::npos || text.find('@') != std::string_view::npos) return false;
  std::string_view rest = text.substr(scheme + 3);
  const size_t colon = rest.find(':');
  if (colon == std::string_view::npos) return true;
  rest.remove_prefix(colon + 1);
  const size_t digits = rest.find_first_not_of("0123456789");
  return digits != 0 && (digits == std::string_view::npos || !IsAlnum(rest[digits]));
}

bool IsUrlKey(std::string_view name) {
  const auto rules = KeyRules();
  return std::any_of(rules.begin(), rules.end(), [name](const KeyRule& rule) {
    return rule.name == name && rule.secrecy == Secrecy::kUrl;
  });
}

// The name that ends right before the '=' at `equals`. Quotes are kept, so a quoted name never
// matches a known one.
std::string_view NameBefore(std::string_view text, size_t equals) {
  size_t end = equals;
  while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\t')) --end;
  size_t begin = end;
  while (begin > 0 && (IsAlnum(text[begin - 1]) || text[begin - 1] == '_' ||
                       text[begin - 1] == '-' || text[begin - 1] == '"')) {
    --begin;
  }
  return text.substr(begin, end - begin);
}

// Types whose values are choices, numbers or addresses: no secret, even if such a key stands in the
// wrong section.
bool IsClosed(KeyType type) {
  return type != KeyType::kText && type != KeyType::kTexts && type != KeyType::kUrl &&
         type != KeyType::kFile && type != KeyType::kTextTable && type != KeyType::kModel &&
         type != KeyType::kModels && type != KeyType::kJsonTable;
}

// `key` is harmless in [routes.cache], but under [[workers]] it is somebody's API key. An unknown
// section does not count against a name.
bool IsPlainThere(std::string_view section, std::string_view name) {
  if (!IsPlainKey(name)) return false;
  if (!section.empty() && FindSection(section) == nullptr) return true;
  if (FindRule(section, name) != nullptr || FindSection(name) != nullptr) return true;
  const KeyRule* elsewhere = FindElsewhere(section, name);
  return elsewhere == nullptr || IsClosed(elsewhere->type);
}

// The '=' belongs to a query or fragment: "?key=", "&key=", "#key=".
bool IsInsideText(std::string_view text, std::string_view name) {
  const auto begin = static_cast<size_t>(name.data() - text.data());
  constexpr std::string_view kBeforeKeys = " \t\r\n{,[.";
  return begin > 0 && kBeforeKeys.find(text[begin - 1]) == std::string_view::npos;
}

// The start of the value in a statement's first line, after the key's '='; npos if there is none.
size_t ValueStart(std::string_view line) {
  size_t at = 0;
  std::vector<KeySpan> parts;
  const bool has_key = ScanKey(line, &at, &parts);
  return has_key && at < line.size() && line[at] == '=' ? at + 1 : std::string_view::npos;
}

// The end of the line's first word if that is a known key; otherwise 0: it may be the rest of a
// broken string.
size_t KnownWordEnd(std::string_view line) {
  size_t at = 0;
  std::vector<KeySpan> parts;
  if (!ScanKey(line, &at, &parts)) return 0;
  const std::string_view word = line.substr(parts[0].offset, parts[0].size);
  return FindElsewhere("-", word) != nullptr ? parts[0].offset + parts[0].size : 0;
}

}  // namespace

bool MayShow(const SourceText& source, const Statement& statement, std::string_view meant) {
  const std::string_view text = source.Text(statement);
  if (statement.is_header && text.find('=') == std::string::npos) return true;
  const size_t start = ValueStart(source.Line(statement.first_line));
  if (statement.in_headers || start == std::string::npos) return false;
  const size_t first = start - 1;
  const std::string_view value = text.substr(start);
  const size_t begin = value.find_first_not_of(" \t");
  if (begin != std::string_view::npos && statement.first_line == statement.last_line &&
      IsHarmlessScalar(value.substr(begin, value.find_first_of("#\n", begin) - begin))) {
    return true;
  }
  if (text.find_first_of("@?", first) != std::string::npos) return false;
  // Every '=' counts, even inside a string: a missing quote must not expose what follows it.
  int slips_left = IsPlainKey(meant) ? 1 : 0;
  for (size_t at = first; at != std::string::npos; at = text.find('=', at + 1)) {
    const std::string_view name = NameBefore(text, at);
    const bool dotted = name.data() > text.data() && name.data()[-1] == '.';
    const bool plain =
        at == first && !dotted ? IsPlainThere(statement.section, name) : IsPlainKey(name);
    if (!plain && --slips_left < 0) return false;
    if (at != first && IsInsideText(text, name)) return false;
    if (IsUrlKey(name) && !IsHarmlessUrl(text.substr(at + 1))) return false;
  }
  return true;
}

std::string RedactedLine(const SourceText& source, const Statement& statement, int line,
                         std::string_view meant) {
  std::string text(source.Line(line));
  if (MayShow(source, statement, meant)) return text;
  size_t from = 0;
  if (line == statement.first_line) {
    from = ValueStart(text);
    if (from == std::string::npos) from = KnownWordEnd(text);
  }
  std::replace_if(
      text.begin() + static_cast<std::ptrdiff_t>(from), text.end(),
      [](char c) { return kKept.find(c) == std::string_view::npos; }, '*');
  return text;
}

}  // namespace banto::conf
