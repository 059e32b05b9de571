#include "health/json_page.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "proxy/json/utf8.h"

namespace banto::health {
namespace {

constexpr int kDepthMax = 32;
constexpr size_t kUnitBytes = 6;   // \uXXXX
constexpr int kMembersMax = 1024;  // of one object; SGLang reports about three hundred settings

// Deep JSON takes nlohmann quadratic time, and its copies and dumps recurse; objects with many
// members are quadratic too, because it keeps their order in a list.
bool TooLarge(std::string_view json) {
  std::array<int, kDepthMax + 1> members{};
  size_t depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (quoted && c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == '{' || c == '[')) {
      if (++depth > kDepthMax) return true;
      members[depth] = 0;
    } else if (!quoted && (c == '}' || c == ']')) {
      if (depth > 0) --depth;
    } else if (!quoted && c == ':' && ++members[depth] > kMembersMax) {
      return true;
    }
  }
  return false;
}

// The code unit of the \uXXXX at the front of `text`, or -1 if there is none.
int EscapedUnit(std::string_view text) {
  if (text.size() < kUnitBytes || text[0] != '\\' || text[1] != 'u') return -1;
  int unit = 0;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + kUnitBytes, unit, 16);
  return error == std::errc() && end == text.data() + kUnitBytes ? unit : -1;
}

bool IsHighSurrogate(int unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool IsLowSurrogate(int unit) { return unit >= 0xDC00 && unit < 0xE000; }

// The length of the escape at the front of `text`; 0: half a surrogate pair (RFC 8259 §8.2).
size_t EscapeBytes(std::string_view text) {
  const int unit = EscapedUnit(text);
  if (IsLowSurrogate(unit)) return 0;
  if (!IsHighSurrogate(unit)) return std::min<size_t>(2, text.size());
  return IsLowSurrogate(EscapedUnit(text.substr(kUnitBytes))) ? 2 * kUnitBytes : 0;
}

// `text` with kUnreadableMark for each byte that is not part of a character.
void AppendReadable(std::string_view text, std::string* out) {
  while (true) {
    const size_t good = json::ValidUtf8Prefix(text);
    *out += text.substr(0, good);
    if (good == text.size()) return;
    *out += kUnreadableMark;
    text.remove_prefix(good + 1);
  }
}

// The same, also replacing halves of escaped surrogate pairs.
std::string Readable(std::string_view body) {
  std::string text;
  while (true) {
    const size_t plain = std::min(body.find('\\'), body.size());
    AppendReadable(body.substr(0, plain), &text);
    body.remove_prefix(plain);
    if (body.empty()) return text;
    const size_t escape = EscapeBytes(body);
    if (escape == 0) text += kUnreadableMark;
    text += body.substr(0, escape);
    body.remove_prefix(escape > 0 ? escape : kUnitBytes);
  }
}

Json Parsed(std::string_view body) {
  return Json::parse(body.begin(), body.end(), nullptr, /*allow_exceptions=*/false);
}

}  // namespace

Json ParsePage(std::string_view body) {
  if (TooLarge(body)) return nullptr;
  Json json = Parsed(body);
  if (json.is_discarded()) json = Parsed(Readable(body));
  if (!json.is_object() && !json.is_array()) json = nullptr;
  return json;
}

const Json* Member(const Json& object, const char* name) {
  const auto it = object.is_object() ? object.find(name) : object.end();
  return object.is_object() && it != object.end() ? &*it : nullptr;
}

std::string Text(const Json& object, const char* name) {
  const Json* value = Member(object, name);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

int64_t Number(const Json& object, const char* name) {
  const Json* value = Member(object, name);
  return value != nullptr && value->is_number_integer() ? value->get<int64_t>() : 0;
}

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace banto::health
