#include "proxy/base/ascii.h"
#include "proxy/http/char_class.h"
#include "proxy/http/dot_segment.h"
#include "proxy/http/field_parser.h"
#include "proxy/http/framing.h"
#include "proxy/http/head_builder.h"
#include "proxy/http/parser.h"
#include "proxy/http/request_target.h"

namespace banto::http {
namespace {

constexpr size_t kMethodBytesMax = 32;
constexpr size_t kVersionSize = 8;  // "HTTP/1.1"
constexpr std::string_view kUsualVersion = " HTTP/1.1";
constexpr size_t kEmptyLinesMax = 2;
constexpr ParseResult kFine = {ParseStatus::kDone, 0, 0, nullptr};

// Parses one head. Lives for one call.
class RequestParser {
 public:
  RequestParser(std::string_view in, const HeadLimits& limits, RequestHead* head)
      : in_(in), limits_(limits), head_(head) {}

  ParseResult Parse() {
    ParseResult result = SkipEmptyLines();
    if (result.status != ParseStatus::kDone) return result;
    const size_t bytes_max = limits_.header_bytes_max;
    region_ = in_.substr(start_, bytes_max);
    LineReader lines(region_);
    result = ReadStartLine(&lines);
    if (result.status == ParseStatus::kDone) result = ReadFields(&lines);
    if (result.status == ParseStatus::kMore && region_.size() == bytes_max) {
      return Refuse(431, "header too large");
    }
    if (result.status != ParseStatus::kDone) return result;
    result = Judge();
    if (result.status != ParseStatus::kDone) return result;
    Hand(region_.substr(0, lines.at()));
    result.consumed = start_ + lines.at();
    return result;
  }

 private:
  // RFC 9112 §2.2: a client may send an empty line after the previous request's body.
  ParseResult SkipEmptyLines() {
    for (size_t i = 0; i < kEmptyLinesMax; ++i) {
      const std::string_view rest = in_.substr(start_, 2);
      if (rest.empty() || rest[0] != '\r') break;
      if (rest.size() < 2) return {};
      if (rest[1] != '\n') return Refuse(400, "bare CR before the request line");
      start_ += 2;
    }
    return kFine;
  }

  ParseResult ReadStartLine(LineReader* lines) {
    LineReader::Bounds bounds{};
    const LineReader::Line outcome = lines->Next(&bounds);
    const std::string_view line = bounds.text();
    if (line.size() > limits_.header_bytes_max / 2) return Refuse(414, "request line too long");
    if (outcome == LineReader::Line::kMore) return {};
    if (outcome == LineReader::Line::kControl) {
      return Refuse(400, "control character or bare line end in the request line");
    }
    return ReadRequestLine(line);
  }

  ParseResult ReadRequestLine(std::string_view line) {
    const size_t first = line.find(' ');
    // It contains no space, so the space before it is the last.
    const bool usual_version = line.ends_with(kUsualVersion);
    const size_t last = usual_version ? line.size() - kUsualVersion.size() : line.rfind(' ');
    if (first == std::string_view::npos || first == last) {
      return Refuse(400, "malformed request line");
    }
    method_ = line.substr(0, first);
    const bool usual_method = method_ == "POST" || method_ == "GET";
    if (!usual_method && (method_.empty() || !AllAre(method_, kMethodChar))) {
      return Refuse(400, "malformed method");
    }
    if (method_.size() > kMethodBytesMax) return Refuse(501, "method too long");
    if (!usual_version) {
      const ParseResult version = ReadVersion(line.substr(last + 1));
      if (version.status != ParseStatus::kDone) return version;
    }
    // Tunnels are not offered, and TRACE would echo credentials (RFC 9110 §9.3.6, §9.3.8).
    if (method_ == "CONNECT" || method_ == "TRACE") return Refuse(405, "method not allowed");
    const std::string_view target = line.substr(first + 1, last - first - 1);
    const char* error = ReadTarget(method_, target, first + 1, &target_);
    return error == nullptr ? kFine : Refuse(400, error);
  }

  ParseResult ReadVersion(std::string_view version) {
    if (version.size() != kVersionSize || version.substr(0, 5) != "HTTP/" || version[6] != '.' ||
        !base::IsDigit(version[5]) || !base::IsDigit(version[7]) || version[5] == '0') {
      return Refuse(400, "malformed HTTP version");
    }
    if (version[5] != '1') return Refuse(505, "HTTP version not supported");
    // RFC 9110 §2.5: a higher minor version is treated as the highest known one.
    parts_.minor_version = version[7] == '0' ? 0 : 1;
    return kFine;
  }

  ParseResult ReadFields(LineReader* lines) {
    return http::ReadFields(Sender::kClient, limits_.headers_max, region_.data(), lines,
                            HeadBuilder::StartFields(head_), &facts_);
  }

  // Checks that need the complete head.
  ParseResult Judge() {
    const bool is_old = parts_.minor_version == 0;
    if (facts_.host.count > 1) return Refuse(400, "repeated Host");
    if (facts_.host.count == 0 && !is_old) return Refuse(400, "missing Host");
    if (facts_.host.count == 1 && !IsAuthority(facts_.host.value)) {
      return Refuse(400, "malformed Host");
    }
    if (facts_.nominates_critical) return Refuse(400, "Connection names a field that must stay");
    const ParseResult framed = FrameRequest(facts_, parts_.minor_version, &parts_.framing);
    if (framed.status != ParseStatus::kDone) return framed;
    if (facts_.expect.count > 0) {
      if (facts_.expect.count > 1 || !EqualsNoCase(facts_.expect.value, "100-continue")) {
        return Refuse(417, "unknown expectation");
      }
      // RFC 9110 §10.1.1: ignored in HTTP/1.0; meaningless where no body follows.
      const BodyFraming& body = parts_.framing;
      const bool has_body = body.kind == BodyKind::kChunked || body.length > 0;
      parts_.expects_continue = !is_old && has_body;
    }
    parts_.nominates_fields = facts_.nominates;
    parts_.repeats_authorization = facts_.authorization.count > 1;
    parts_.keep_alive = !facts_.says_close && (!is_old || facts_.says_keep_alive);
    return kFine;
  }

  void Hand(std::string_view bytes) {
    parts_.method = {0, method_.size()};
    if (facts_.host.count == 1) {
      const auto at = static_cast<size_t>(facts_.host.value.data() - bytes.data());
      parts_.host = {at, facts_.host.value.size()};
    }
    std::string* copy = HeadBuilder::Bytes(head_);
    copy->assign(bytes);
    FillTarget(copy, &target_);
    parts_.target = target_.target;
    if (target_.authority.size > 0) parts_.host = target_.authority;
    parts_.dot_segment =
        HasDotSegment(std::string_view(*copy).substr(target_.target.at, target_.target.size));
    HeadBuilder::Finish(parts_, head_);
  }

  std::string_view in_;
  const HeadLimits& limits_;
  RequestHead* head_;
  size_t start_ = 0;
  std::string_view region_;
  std::string_view method_;
  TargetParts target_;
  FieldFacts facts_;
  RequestParts parts_;
};

}  // namespace

ParseResult ParseRequestHead(std::string_view in, size_t scanned, const HeadLimits& limits,
                             RequestHead* head) {
  // Sizes at which a limit rather than a byte changes the result; up to four bytes of empty lines
  // may come first.
  const size_t line_max = limits.header_bytes_max / 2;
  const bool passes_line_max = scanned <= line_max + 2 * kEmptyLinesMax && in.size() > line_max;
  if (!HasNews(in, scanned) && !passes_line_max && in.size() < limits.header_bytes_max) return {};
  return RequestParser(in, limits, head).Parse();
}

}  // namespace banto::http
