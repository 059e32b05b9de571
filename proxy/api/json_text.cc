#include "proxy/api/json_text.h"

#include "proxy/json/json_scan.h"

namespace banto::api {

std::optional<JsonText> TextOf(RawJson value) {
  if (value.size() < 2 || value.front() != '"') return std::nullopt;
  return value.substr(1, value.size() - 2);
}

std::string Plain(JsonText text) {
  if (text.find('\\') == text.npos) return std::string(text);
  std::string quoted, plain;
  AppendQuoted(text, &quoted);
  json::DecodeJsonString(quoted, &plain);
  return plain;
}

void AppendEscaped(std::string_view plain, std::string* out) {
  std::string quoted;
  json::AppendJsonString(plain, &quoted);
  out->append(quoted, 1, quoted.size() - 2);
}

void AppendQuoted(JsonText text, std::string* out) { out->append("\"").append(text).append("\""); }

JsonText TextStore::KeepEscaped(std::string_view plain) {
  std::string text;
  AppendEscaped(plain, &text);
  return Keep(std::move(text));
}

}  // namespace banto::api
