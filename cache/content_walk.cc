#include "cache/content_walk.h"

#include <algorithm>

#include "cache/tool_list.h"
#include "proxy/base/ascii.h"
#include "proxy/http/field_names.h"
#include "proxy/json/json_cursor.h"

namespace banto::cache {
namespace {

using json::JsonCursor;

// What a value contains.
struct Found {
  bool content = false;  // something that a model can read
  bool id = false;
};

// Go's decoder (Ollama) ignores the case of keys, and URL schemes are case-insensitive.
bool IsDataUrl(std::string_view text) { return http::StartsWithNoCase(text, "data:"); }

// RFC 3986 §3.1 plus the two slashes: a text may begin "note: …".
bool IsAddress(std::string_view text) {
  constexpr size_t kSchemeMax = 24;
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const size_t colon = text.substr(0, kSchemeMax).find(':');
  if (colon == 0 || colon == text.npos || text.substr(colon, 3) != "://") return false;
  return text.substr(0, colon).find_first_of(" \\") == text.npos;
}

// cat.png, media:7: base64 contains neither character.
bool IsFileName(std::string_view text) {
  constexpr size_t kNameMax = 256;
  return text.substr(0, kNameMax).find_first_of(".:") != text.npos;
}

// {"input":{…},"name":"f","type":"tool_use"}: canonical members are sorted, so the type is still
// ahead.
bool IsToolUse(JsonCursor ahead) {
  std::string_view key;
  ahead.Skip();
  while (ahead.NextMember(&key)) {
    const std::string_view value = ahead.Skip();
    if (key == "type") return value.ends_with("tool_use\"");
  }
  return false;
}

// Recursive: the scan bounds the depth (JsonScan::kDepthMax).
class ContentWalk {
 public:
  explicit ContentWalk(std::string_view value) : json_(value) {}
  bool NamesElsewhere(ContentKey key) {
    Value(key);
    return elsewhere_ || !json_.Finish();
  }

 private:
  Found Value(ContentKey key) {
    switch (json_.Peek()) {
      case '{':
        return {.content = Object()};
      case '[':
        return Array(key);
      case '"':
        return String(key, json::Unquoted(json_.Skip()));
      default:
        return Scalar(key, json_.Skip());
    }
  }

  bool Object() {
    if (!json_.EnterObject()) return false;
    Found all;
    std::string_view name;
    while (!elsewhere_ && json_.NextMember(&name)) {
      const Found found = Member(ContentKeyOf(name));
      all.content = all.content || found.content;
      all.id = all.id || found.id;
    }
    if (all.id && !all.content) elsewhere_ = true;
    return all.content;
  }

  Found Member(ContentKey key) {
    if (key == ContentKey::kInput && json_.Peek() == '{' && IsToolUse(json_))
      key = ContentKey::kCall;
    if (key == ContentKey::kAside) json_.Skip();
    if (key == ContentKey::kTools) elsewhere_ = HasServerTool(json_.Skip());
    if (key == ContentKey::kAside || key == ContentKey::kTools) return {};
    if (key == ContentKey::kCall) return {.content = json_.Skip() != "null"};
    return Value(key);
  }

  // The key in front of the array decides about its strings.
  Found Array(ContentKey key) {
    Found all;
    if (!json_.EnterArray()) return all;
    while (!elsewhere_ && json_.NextElement()) {
      const Found found = Value(key);
      all.content = all.content || found.content;
      all.id = all.id || found.id;
    }
    return all;
  }

  Found String(ContentKey key, std::string_view text) {
    switch (key) {
      case ContentKey::kText:
      case ContentKey::kInput:
        return {.content = true};
      case ContentKey::kId:
        return {.id = !text.empty()};
      case ContentKey::kReference:
        elsewhere_ = !IsDataUrl(text);
        return {.content = true};
      case ContentKey::kMedia:
        elsewhere_ = !IsDataUrl(text) && IsFileName(text);
        return {.content = !text.empty()};
      case ContentKey::kOther:
        elsewhere_ = IsAddress(text);
        return {.content = !text.empty()};
      case ContentKey::kLabel:
      case ContentKey::kAside:
      case ContentKey::kCall:
      case ContentKey::kTools:
        break;
    }
    return {};
  }

  // A number may be an id; true, false and null are nothing.
  Found Scalar(ContentKey key, std::string_view value) {
    const bool is_number = !value.empty() && (value[0] == '-' || base::IsDigit(value[0]));
    if (is_number && key == ContentKey::kReference) elsewhere_ = true;
    return {.id = is_number && key == ContentKey::kId};
  }

  JsonCursor json_;
  bool elsewhere_ = false;
};

}  // namespace

bool NamesElsewhere(ContentKey key, std::string_view value) {
  return ContentWalk(value).NamesElsewhere(key);
}

}  // namespace banto::cache
