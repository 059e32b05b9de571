#include "proxy/api/json_text.h"

#include <algorithm>

#include "proxy/json/json_cursor.h"
#include "proxy/json/json_scan.h"
#include "proxy/json/utf8.h"

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

std::string ObjectOf(JsonText arguments) {
  std::string plain = Plain(arguments);
  const size_t at = plain.find_first_not_of(" \t\r\n");
  if (at == plain.npos) return "{}";
  // Between tokens only; frames are lines.
  std::replace(plain.begin(), plain.end(), '\n', ' ');
  std::replace(plain.begin(), plain.end(), '\r', ' ');
  if (plain[at] == '{' && json::IsJson(plain) && json::IsUtf8(plain)) return plain;
  return R"({"arguments":")" + std::string(arguments) + R"("})";
}

std::string JsonString(std::string_view plain) {
  std::string quoted;
  json::AppendJsonString(plain, &quoted);
  return quoted;
}

void AppendEscaped(std::string_view plain, std::string* out) {
  const std::string quoted = JsonString(plain);
  out->append(quoted, 1, quoted.size() - 2);
}

void AppendOneLine(RawJson value, std::string* out) {
  const size_t begin = out->size();
  out->append(value);
  for (const char line_end : {'\n', '\r'}) {
    for (size_t at = out->find(line_end, begin); at != std::string::npos;
         at = out->find(line_end, at + 1))
      (*out)[at] = ' ';
  }
}

void AppendQuoted(JsonText text, std::string* out) { out->append("\"").append(text).append("\""); }

JsonText TextStore::KeepEscaped(std::string_view plain) {
  std::string text;
  AppendEscaped(plain, &text);
  return Keep(std::move(text));
}

}  // namespace banto::api
