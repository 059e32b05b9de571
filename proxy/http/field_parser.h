// Parses field lines into Fields, and collects what they say about their message. Used by both head
// parsers. Pure.
#ifndef BANTO_PROXY_HTTP_FIELD_PARSER_H_
#define BANTO_PROXY_HTTP_FIELD_PARSER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "proxy/http/line_reader.h"
#include "proxy/http/message.h"
#include "proxy/http/parser.h"

namespace banto::http {

// A field that may occur once: how often it occurred, and its (last) value.
struct SingleField {
  std::string_view value;
  uint32_t count = 0;
};

// Facts about framing and the connection, collected while parsing; not judged yet.
struct FieldFacts {
  SingleField host;
  SingleField content_length;
  SingleField transfer_encoding;
  SingleField expect;
  SingleField authorization;
  bool says_close = false;
  bool says_keep_alive = false;
  bool nominates = false;           // Connection names anything besides these two
  bool nominates_critical = false;  // Connection names a field that must stay (CVE-2022-45059)
};

// The sender of the fields. Requests are held to stricter rules, since they may attack the next
// hop.
enum class Sender : uint8_t {
  kClient,  // underscore twins of framing and forwarding fields are refused
  kWorker,  // they are the worker's own business
};

// Reads lines from `lines` up to the empty one that ends the head. `base` is the head's first byte.
// On kDone the caller sets `consumed`.
ParseResult ReadFields(Sender sender, size_t headers_max, const char* base, LineReader* lines,
                       Fields* fields, FieldFacts* facts);

inline ParseResult Refuse(int http_status, const char* error) {
  return {ParseStatus::kBad, 0, http_status, error};
}

// Whether the bytes after `scanned` can change the previous result (kMore): heads are judged line
// by line, so only a control character can. The caller checks limits.
bool HasNews(std::string_view in, size_t scanned);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_FIELD_PARSER_H_
