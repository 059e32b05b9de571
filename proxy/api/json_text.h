// Text on its way from one API to another: the inside of a JSON string as its sender wrote it,
// escapes unresolved, without its quotes. Every API here is JSON, so text is neither decoded nor
// encoded between them. Pure.
#ifndef BANTO_PROXY_API_JSON_TEXT_H_
#define BANTO_PROXY_API_JSON_TEXT_H_

#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace banto::api {

using JsonText = std::string_view;
// A JSON value as its sender wrote it.
using RawJson = std::string_view;

// The inside of a raw value if that is a string, else nothing.
std::optional<JsonText> TextOf(RawJson value);
// The same, and an empty text for other values.
inline JsonText TextIn(RawJson value) { return TextOf(value).value_or(JsonText()); }

// The characters of a text (for JSON that is carried inside a string: a tool's arguments).
std::string Plain(JsonText text);

// The JSON object that a tool call's arguments say. Models write them, so what is no object is put
// into one: {"arguments": "…"}; nothing is {}. On one line.
std::string ObjectOf(JsonText arguments);

// Characters as a JSON string, with its quotes.
std::string JsonString(std::string_view plain);
// Appends characters as a text.
void AppendEscaped(std::string_view plain, std::string* out);
// Appends a value on one line: a worker's may be pretty, a frame may not.
void AppendOneLine(RawJson value, std::string* out);
// Appends a text with its quotes.
void AppendQuoted(JsonText text, std::string* out);

// Keeps what no sender wrote, for views that others hold. Its texts do not move.
class TextStore {
 public:
  std::string_view Keep(std::string text) { return texts_.emplace_back(std::move(text)); }
  JsonText KeepEscaped(std::string_view plain);

 private:
  std::deque<std::string> texts_;
};

}  // namespace banto::api

#endif  // BANTO_PROXY_API_JSON_TEXT_H_
