#include "proxy/question/coded_body.h"

#include <string>
#include <utility>

#include "proxy/http/content_coding.h"
#include "proxy/http/short_text.h"

namespace banto {

Refusal DecodeBody(const conf::Limits& limits, BufferedBytes::Budget* budget, Request* request) {
  const auto coding = request->head.Find(http::FieldName::kContentEncoding);
  if (!coding || http::EqualsNoCase(*coding, "identity")) return {};
  std::string decoded;
  switch (http::DecodeBody(*coding, request->body, limits.body_bytes_max, &decoded)) {
    case http::DecodeStatus::kOk:
      break;
    case http::DecodeStatus::kUnsupported:
      return {415,
              "unsupported_content_encoding",
              "Content-Encoding '" + http::Shortened(*coding) +
                  "' is not supported; use gzip, deflate, br, zstd or none.",
              {},
              0};
    case http::DecodeStatus::kCorrupt:
      return {400,
              "bad_content_encoding",
              "The body is not valid " + http::Shortened(*coding) + ".",
              {},
              0};
    case http::DecodeStatus::kTooLarge:
      return {413,
              "request_too_large",
              "The decoded body has more than body_bytes_max = " +
                  std::to_string(limits.body_bytes_max) + " bytes.",
              {},
              0};
  }
  if (!request->buffered.Take(budget, decoded.size())) {
    return {
        503, "buffers_full", "Too many request bytes are being held (buffered_bytes_max).", {}, 1};
  }
  request->body = std::move(decoded);
  request->body_decoded = true;
  return {};
}

}  // namespace banto
