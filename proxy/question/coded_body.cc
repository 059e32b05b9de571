#include "proxy/question/coded_body.h"

#include <algorithm>
#include <string>
#include <utility>

#include "proxy/http/content_coding.h"
#include "proxy/http/short_text.h"

namespace banto {
namespace {

// Text rarely compresses to a twentieth. A higher ratio costs us work and its sender none; Apache's
// mod_deflate has the same limit (DeflateInflateRatioLimit).
constexpr uint64_t kUnfoldRatioMax = 200;
constexpr uint64_t kUnfoldFreeBytes = uint64_t{1} << 20;

// The size that a body may decode to, and the limit that applies.
struct Unfolding {
  enum class By : uint8_t { kBody, kRatio, kBuffers };
  uint64_t bytes_max;
  By by;
};

Unfolding UnfoldingOf(const conf::Limits& limits, const BufferedBytes::Budget& budget,
                      const Request& request) {
  using enum Unfolding::By;
  Unfolding most = {limits.body_bytes_max, kBody};
  const uint64_t by_ratio =
      std::max<uint64_t>(kUnfoldFreeBytes, kUnfoldRatioMax * request.body.size());
  if (by_ratio < most.bytes_max) most = {by_ratio, kRatio};
  const uint64_t held = std::min<uint64_t>(request.buffered.held(), budget.bytes_max);
  // More would never be granted, and less may be enough.
  if (budget.bytes_max - held < most.bytes_max) most = {budget.bytes_max - held, kBuffers};
  return most;
}

// All lines of the field, which form one list (RFC 9110 §5.3).
std::string CodingWords(const http::RequestHead& head) {
  std::string words;
  for (const http::FieldEntry& entry : head.entries()) {
    if (entry.id != http::FieldName::kContentEncoding) continue;
    if (!words.empty()) words += ", ";
    words += head.FieldOf(entry).value;
  }
  return http::Shortened(words);
}

Refusal TooLarge(const conf::Limits& limits, Unfolding::By by) {
  if (by == Unfolding::By::kBuffers) return BuffersFull();
  std::string message =
      "The decoded body has more than body_bytes_max = " + std::to_string(limits.body_bytes_max) +
      " bytes.";
  if (by == Unfolding::By::kRatio) {
    message = "The body unfolds to more than 1 MiB and more than " +
              std::to_string(kUnfoldRatioMax) +
              " times its coded size; send it without Content-Encoding.";
  }
  return {413, "request_too_large", std::move(message), {}, 0};
}

Refusal RefusalOf(http::DecodeStatus status, const conf::Limits& limits, Unfolding::By by,
                  const http::RequestHead& head) {
  switch (status) {
    case http::DecodeStatus::kOk:
      break;
    case http::DecodeStatus::kUnsupported:
      return {415,
              "unsupported_content_encoding",
              "Content-Encoding '" + CodingWords(head) +
                  "' is not supported; use one of gzip, deflate, br, zstd, or none.",
              {},
              0};
    case http::DecodeStatus::kCorrupt:
      return {
          400, "bad_content_encoding", "The body is not valid " + CodingWords(head) + ".", {}, 0};
    case http::DecodeStatus::kTooLarge:
      return TooLarge(limits, by);
  }
  return {};
}

}  // namespace

Refusal DecodeBody(const conf::Limits& limits, BufferedBytes::Budget* budget, Request* request) {
  const http::ContentCoding coding = http::ReadContentCoding(request->head);
  if (coding == http::ContentCoding::kIdentity) {
    request->body_decoded = true;
    return {};
  }
  const Unfolding most = UnfoldingOf(limits, *budget, *request);
  BufferedBytes counted;
  if (!counted.Take(budget, most.bytes_max)) return BuffersFull();
  std::string decoded;
  const http::DecodeStatus status =
      http::DecodeBody(coding, request->body, most.bytes_max, &decoded);
  if (status != http::DecodeStatus::kOk) return RefusalOf(status, limits, most.by, request->head);
  request->body = std::move(decoded);
  request->body_decoded = true;
  counted.Resize(budget, request->body.size());
  request->buffered = std::move(counted);
  return {};
}

}  // namespace banto
