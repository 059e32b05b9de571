#include "health/page_reader.h"

#include <cstring>
#include <utility>

#include "proxy/http/content_coding.h"
#include "proxy/http/parser.h"

namespace banto::health {
namespace {

// More lenient than towards clients: the number of fields that a gateway adds says nothing about
// health.
constexpr http::HeadLimits kHeadLimits{.header_bytes_max = 256u << 10, .headers_max = 1000};

}  // namespace

bool PageReader::Take(std::string_view in) {
  if (body_) return TakeBody(in);
  head_bytes_ += in;
  return TakeHead();
}

bool PageReader::TakeHead() {
  while (!body_) {
    http::ResponseHead head;
    const http::ParseResult parsed =
        http::ParseResponseHead(head_bytes_, scanned_bytes_, kHeadLimits, "GET", &head);
    if (parsed.status == http::ParseStatus::kMore) {
      scanned_bytes_ = head_bytes_.size();
      return true;
    }
    if (parsed.status == http::ParseStatus::kBad) {
      result_.error =
          std::string("bad answer: ") + (parsed.error != nullptr ? parsed.error : "not HTTP");
      return false;
    }
    head_bytes_.erase(0, parsed.consumed);
    scanned_bytes_ = 0;
    if (head.status() < 200) continue;  // RFC 9110 §15.2: the final one follows
    result_.status = head.status();
    result_.content_type = head.Find("content-type").value_or("");
    result_.server = head.Find("server").value_or("");
    result_.ngrok_error = head.Find("ngrok-error-code").value_or("");
    coding_ = head.Find("content-encoding").value_or("");
    body_.emplace(head.framing());
  }
  const std::string rest = std::move(head_bytes_);
  return TakeBody(rest);
}

bool PageReader::TakeBody(std::string_view in) {
  while (body_->state() == http::BodyParser::State::kReading && !in.empty()) {
    const http::BodyParser::Piece piece = body_->Next(in);
    in.remove_prefix(piece.consumed);
    const size_t room = body_bytes_max_ - result_.body.size();
    result_.body += piece.payload.substr(0, room);
    if (piece.payload.size() > room) return false;  // as much as requested; `whole` stays false
    if (piece.consumed == 0) break;
  }
  if (body_->state() == http::BodyParser::State::kReading) return true;
  End(body_->done(), "broken body");
  return false;
}

void PageReader::Closed(int error) {
  if (!body_) {
    result_.error =
        error != 0 ? std::string("no answer: ") + std::strerror(error) : "closed without an answer";
    return;
  }
  End(error == 0 && body_->Close() == http::BodyParser::State::kDone,
      "closed in the middle of the body");
}

// A gateway may compress although identity was requested, or only claim to; what cannot be decoded
// is left unchanged.
void PageReader::End(bool whole, const char* otherwise) {
  result_.whole = whole;
  if (!whole) {
    result_.error = otherwise;
    return;
  }
  if (coding_.empty()) return;
  std::string decoded;
  switch (
      http::DecodeBody(http::ContentCodingOf(coding_), result_.body, body_bytes_max_, &decoded)) {
    case http::DecodeStatus::kOk:
      result_.body = std::move(decoded);
      break;
    case http::DecodeStatus::kTooLarge:
      result_.whole = false;
      break;
    case http::DecodeStatus::kUnsupported:
    case http::DecodeStatus::kCorrupt:
      break;
  }
}

}  // namespace banto::health
