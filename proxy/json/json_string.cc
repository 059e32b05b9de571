// DecodeJsonString and AppendJsonString of json_scan.h.
#include "proxy/json/json_scan.h"
#include "proxy/json/json_token.h"
#include "proxy/json/utf8.h"

namespace banto::json {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

void AppendEscaped(std::string_view valid, std::string* out) {
  char escape[8];
  size_t done = 0;
  for (size_t at = 0; at < valid.size(); ++at) {
    const unsigned char c = static_cast<unsigned char>(valid[at]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out->append(valid, done, at - done);
    out->append(escape, static_cast<size_t>(PutJsonChar(c, escape) - escape));
    done = at + 1;
  }
  out->append(valid, done);
}

}  // namespace

bool DecodeJsonString(std::string_view quoted, std::string* out) {
  out->clear();
  if (quoted.size() < 2 || quoted.front() != '"' || quoted.back() != '"') return false;
  const std::string_view text = quoted.substr(1, quoted.size() - 2);
  const char* in = text.data();
  const char* const end = in + text.size();
  while (in < end) {
    const char c = *in;
    if (static_cast<unsigned char>(c) < 0x20 || c == '"') return false;
    if (c != '\\') {
      out->push_back(c);
      ++in;
      continue;
    }
    const JsonEscape escape = ReadJsonEscape(in, end);
    if (escape.size == 0) return false;
    // A lone surrogate becomes the three-byte form that UTF-8 forbids, so that the check below
    // rejects it.
    char utf8[4];
    out->append(utf8, static_cast<size_t>(PutUtf8(escape.code, utf8) - utf8));
    in += escape.size;
  }
  return IsUtf8(*out);
}

void AppendJsonString(std::string_view text, std::string* out) {
  out->push_back('"');
  while (!text.empty()) {
    const size_t valid = ValidUtf8Prefix(text);
    AppendEscaped(text.substr(0, valid), out);
    text.remove_prefix(valid);
    if (text.empty()) break;
    out->append(kReplacement);
    text.remove_prefix(1);
    // The continuation bytes of a broken character belong to the same U+FFFD.
    while (!text.empty() && (text.front() & 0xC0) == 0x80) text.remove_prefix(1);
  }
  out->push_back('"');
}

}  // namespace banto::json
