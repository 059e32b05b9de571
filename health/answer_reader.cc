#include "health/answer_reader.h"

#include <cstring>
#include <utility>

#include "proxy/http/parser.h"

namespace banto::health {

bool AnswerReader::Take(std::string_view in) {
  if (body_) return TakeBody(in);
  head_bytes_ += in;
  return TakeHead();
}

bool AnswerReader::TakeHead() {
  while (!body_) {
    http::ResponseHead head;
    const http::ParseResult parsed =
        http::ParseResponseHead(head_bytes_, scanned_bytes_, http::HeadLimits{}, "GET", &head);
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
    if (head.status() < 200) continue;  // RFC 9110 §15.2: the real one follows
    result_.status = head.status();
    result_.content_type = head.Find("content-type").value_or("");
    result_.server = head.Find("server").value_or("");
    result_.ngrok_error = head.Find("ngrok-error-code").value_or("");
    body_.emplace(head.framing());
  }
  const std::string rest = std::move(head_bytes_);
  return TakeBody(rest);
}

bool AnswerReader::TakeBody(std::string_view in) {
  while (body_->state() == http::BodyParser::State::kReading && !in.empty()) {
    const http::BodyParser::Piece piece = body_->Next(in);
    in.remove_prefix(piece.consumed);
    const size_t room = body_bytes_max_ - result_.body.size();
    result_.body += piece.payload.substr(0, room);
    if (piece.payload.size() > room) return false;  // as much as was wanted; `whole` stays false
    if (piece.consumed == 0) break;
  }
  if (body_->state() == http::BodyParser::State::kReading) return true;
  result_.whole = body_->done();
  if (!result_.whole) result_.error = "broken body";
  return false;
}

void AnswerReader::Closed(int error) {
  if (!body_) {
    result_.error =
        error != 0 ? std::string("no answer: ") + std::strerror(error) : "closed without an answer";
    return;
  }
  result_.whole = error == 0 && body_->Close() == http::BodyParser::State::kDone;
  if (!result_.whole) result_.error = "closed in the middle of the body";
}

}  // namespace banto::health
