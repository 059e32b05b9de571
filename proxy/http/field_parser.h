// Field lines -> Fields, and what they say about the message that carries them. Used by both head
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

// A field that may come once: how often it came, and its (last) value.
struct SingleField {
  std::string_view value;
  uint32_t count = 0;
};

// Facts about framing and the connection, noted while the fields go by; nothing is judged yet.
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

// Who sent the fields; a request is held to more rules, because it can be an attack on the next
// hop.
enum class Sender : uint8_t {
  kClient,  // underscore twins of framing and forwarding fields are refused
  kWorker,  // they are the worker's own business
};

// Reads lines from `lines` up to the empty one that ends the head. `base` is the head's first byte.
// kDone leaves `consumed` to the caller.
ParseResult ReadFields(Sender sender, size_t headers_max, const char* base, LineReader* lines,
                       Fields* fields, FieldFacts* facts);

inline ParseResult Refuse(int http_status, const char* error) {
  return {ParseStatus::kBad, 0, http_status, error};
}

// Whether the bytes after `scanned` can change what the call before said (kMore): a head is judged
// line by line, so only a control character can. Limits are the caller's to watch.
bool HasNews(std::string_view in, size_t scanned);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_FIELD_PARSER_H_
