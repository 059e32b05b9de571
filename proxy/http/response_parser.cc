#include "proxy/base/ascii.h"
#include "proxy/http/field_parser.h"
#include "proxy/http/framing.h"
#include "proxy/http/head_builder.h"
#include "proxy/http/parser.h"

namespace banto::http {
namespace {

constexpr size_t kStatusAt = 9;   // after "HTTP/1.1 "
constexpr size_t kReasonAt = 13;  // after "HTTP/1.1 200 "

const char* ReadStatusLine(std::string_view line, ResponseParts* parts) {
  if (line.size() < kStatusAt + 3 || line.substr(0, 7) != "HTTP/1." || !base::IsDigit(line[7]) ||
      line[8] != ' ') {
    return "malformed status line";
  }
  parts->minor_version = line[7] == '0' ? 0 : 1;
  for (const char c : line.substr(kStatusAt, 3)) {
    if (!base::IsDigit(c)) return "malformed status";
    parts->status = parts->status * 10 + (c - '0');
  }
  // RFC 9110 §15: values outside the range are invalid.
  if (parts->status < 100 || parts->status > 599) return "status outside 100 to 599";
  // The space before an absent reason is required, yet some servers omit it.
  if (line.size() == kStatusAt + 3) return nullptr;
  if (line[kStatusAt + 3] != ' ') return "malformed status line";
  parts->reason = {kReasonAt, line.size() - kReasonAt};
  return nullptr;
}

ParseResult ParseRegion(std::string_view region, size_t headers_max, bool to_head,
                        ResponseHead* head) {
  LineReader lines(region);
  LineReader::Bounds line{};
  switch (lines.Next(&line)) {
    case LineReader::Line::kMore:
      return {};
    case LineReader::Line::kControl:
      return Refuse(502, "control character or bare line end in the status line");
    case LineReader::Line::kLine:
      break;
  }
  ResponseParts parts;
  if (const char* error = ReadStatusLine(line.text(), &parts)) return Refuse(502, error);
  FieldFacts facts;
  ParseResult result = ReadFields(Sender::kWorker, headers_max, region.data(), &lines,
                                  HeadBuilder::StartFields(head), &facts);
  if (result.status != ParseStatus::kDone) return result;
  bool must_close = false;
  result =
      FrameResponse(facts, parts.status, parts.minor_version, to_head, &parts.framing, &must_close);
  if (result.status != ParseStatus::kDone) return result;
  const bool wishes = !facts.says_close && (parts.minor_version != 0 || facts.says_keep_alive);
  parts.keep_alive = wishes && !must_close;
  parts.nominates_fields = facts.nominates;
  HeadBuilder::Bytes(head)->assign(region.substr(0, lines.at()));
  HeadBuilder::Finish(parts, head);
  result.consumed = lines.at();
  return result;
}

}  // namespace

ParseResult ParseResponseHead(std::string_view in, size_t scanned, const HeadLimits& limits,
                              std::string_view request_method, ResponseHead* head) {
  const size_t bytes_max = limits.header_bytes_max;
  if (!HasNews(in, scanned) && in.size() < bytes_max) return {};
  const std::string_view region = in.substr(0, bytes_max);
  ParseResult result = ParseRegion(region, limits.headers_max, request_method == "HEAD", head);
  if (result.status == ParseStatus::kMore && region.size() == bytes_max) {
    result = Refuse(431, "header too large");
  }
  // Errors in an answer are the worker's fault, except exceeding our limits.
  if (result.status == ParseStatus::kBad && result.http_status != 431) result.http_status = 502;
  return result;
}

}  // namespace banto::http
