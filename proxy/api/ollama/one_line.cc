#include "proxy/api/ollama/one_line.h"

#include "proxy/json/json_cursor.h"
#include "proxy/json/utf8.h"

namespace banto::api::ollama {
namespace {

// What stands in place of the line end that begins `text`, and how long that is; empty: none does.
std::string_view InPlaceOf(std::string_view text, size_t* size) {
  *size = 1;
  if (text[0] == '\n' || text[0] == '\r') return " ";
  *size = 2;
  if (text.starts_with("\xC2\x85")) return "\\u0085";
  *size = 3;
  if (text.starts_with("\xE2\x80\xA8")) return "\\u2028";
  if (text.starts_with("\xE2\x80\xA9")) return "\\u2029";
  return {};
}

bool MayEndLine(char c) { return c == '\n' || c == '\r' || c == '\xC2' || c == '\xE2'; }

}  // namespace

void AppendOneLine(std::string_view json, std::string* out) {
  size_t done = 0;
  for (size_t at = 0; at < json.size(); ++at) {
    if (!MayEndLine(json[at])) continue;
    size_t size = 0;
    const std::string_view instead = InPlaceOf(json.substr(at), &size);
    if (instead.empty()) continue;
    out->append(json, done, at - done).append(instead);
    done = at + size;
    at = done - 1;
  }
  out->append(json, done);
}

void AppendArguments(JsonText arguments, std::string* out) {
  const std::string plain = Plain(arguments);
  const size_t start = plain.find_first_not_of(" \t\r\n");
  if (start == std::string::npos) {
    out->append("{}");
  } else if (plain[start] == '{' && json::IsUtf8(plain) && json::IsJson(plain)) {
    AppendOneLine(plain, out);
  } else {
    out->append(R"({"arguments":")");
    AppendOneLine(arguments, out);
    out->append("\"}");
  }
}

}  // namespace banto::api::ollama
