#include "proxy/client/request_reader.h"

#include <algorithm>

#include "proxy/http/same_head.h"
#include "proxy/question/coded_body.h"

namespace banto {

RequestReader::Status RequestReader::Read(std::string_view in, const ReadLimits& limits,
                                          int64_t now_us, size_t* consumed) {
  *consumed = 0;
  now_us_ = now_us;
  if (step_ == Step::kHead) {
    const Status status = ReadHead(in, limits, consumed);
    if (status != Status::kDone) return status;
    in.remove_prefix(*consumed);
  }
  step_ = Step::kBody;
  return ReadBody(in, limits, consumed);
}

// kDone here means: the head is complete, continue with the body.
RequestReader::Status RequestReader::ReadHead(std::string_view in, const ReadLimits& limits,
                                              size_t* consumed) {
  if (!request_) request_ = NewRequest();
  const http::ParseResult result = http::ReadHead(in, scanned_, limits.head, &request_->head);
  if (result.status == http::ParseStatus::kMore) {
    scanned_ = in.size();
    return Status::kMore;
  }
  if (result.status == http::ParseStatus::kBad)
    return Bad({result.http_status, "bad_request", result.error, {}, 0});
  *consumed = result.consumed;
  scanned_ = 0;
  request_->head_at_us = now_us_;
  const http::BodyFraming framing = request_->head.framing();
  body_ = http::BodyParser(framing);
  step_ = Step::kBody;
  if (framing.kind == http::BodyKind::kLength) {
    if (framing.length > limits.body_bytes_max) {
      return Bad({413,
                  "request_too_large",
                  "The request body has " + std::to_string(framing.length) +
                      " bytes; body_bytes_max is " + std::to_string(limits.body_bytes_max) + ".",
                  {},
                  0});
    }
    // It would be refused later anyway. Nothing is taken yet, because an announced body does not
    // occupy memory.
    if (limits.budget->held.load(std::memory_order_relaxed) + framing.length >
        limits.budget->bytes_max) {
      return Bad(BuffersFull());
    }
  }
  if (request_->head.expects_continue() && framing.kind != http::BodyKind::kNone &&
      in.size() == *consumed) {
    step_ = Step::kContinue;
    return Status::kNeedContinue;
  }
  return Status::kDone;
}

RequestReader::Status RequestReader::ReadBody(std::string_view in, const ReadLimits& limits,
                                              size_t* consumed) {
  std::string& body = request_->body;
  while (body_.state() == http::BodyParser::State::kReading) {
    const http::BodyParser::Piece piece = body_.Next(in);
    in.remove_prefix(piece.consumed);
    *consumed += piece.consumed;
    if (!piece.payload.empty()) {
      if (body_.kind() == http::BodyKind::kChunked) {
        if (body.size() + piece.payload.size() > limits.body_bytes_max) {
          return Bad({413,
                      "request_too_large",
                      "The request body has more than body_bytes_max = " +
                          std::to_string(limits.body_bytes_max) + " bytes.",
                      {},
                      0});
        }
        if (!request_->buffered.Take(limits.budget, piece.payload.size()))
          return Bad(BuffersFull());
      } else if (!Hold(body.size() + piece.payload.size(), limits)) {
        return Bad(BuffersFull());
      } else if (body.empty()) {
        // Memory grows with what has really arrived: announcing a length costs a client nothing.
        body.reserve(piece.payload.size() + std::min<uint64_t>(body_.remaining(), 256 * 1024));
      }
      body.append(piece.payload);
    }
    if (piece.consumed == 0) break;
  }
  if (body_.state() == http::BodyParser::State::kBad)
    return Bad({400, "bad_request", body_.error(), {}, 0});
  if (!body_.done()) return Status::kMore;
  request_->whole_at_us = now_us_;
  return Status::kDone;
}

// Counts the arrived part of a body of known length. Doubles like its memory, to touch the shared
// counter rarely, and only once if the body arrives with its head.
bool RequestReader::Hold(uint64_t arrived, const ReadLimits& limits) {
  BufferedBytes& buffered = request_->buffered;
  if (arrived <= buffered.held()) return true;
  const uint64_t whole = arrived + body_.remaining();
  const uint64_t doubled = std::clamp(2 * buffered.held(), arrived, whole);
  return buffered.Resize(limits.budget, doubled) || buffered.Resize(limits.budget, arrived);
}

int64_t RequestReader::BodyLimitMs(const conf::Timeouts& timeouts, int64_t now_ms) const {
  const int64_t since_ms = now_ms - request_->head_at_us / 1000;
  return std::clamp<int64_t>(timeouts.client_body_total_ms - since_ms, 0, timeouts.client_body_ms);
}

Refusal RequestReader::TooLate(const conf::Timeouts& timeouts, int64_t now_ms) const {
  std::string limit = "client_header";
  if (head_done()) limit = BodyLimitMs(timeouts, now_ms) > 0 ? "client_body" : "client_body_total";
  return {
      408, "request_timeout", "The request did not arrive within timeouts." + limit + ".", {}, 0};
}

RequestReader::Status RequestReader::Bad(Refusal refusal) {
  // The connection may linger; its data does not.
  std::string().swap(request_->body);
  request_->buffered = BufferedBytes();
  refusal_ = std::make_unique<Refusal>(std::move(refusal));
  return Status::kBad;
}

std::shared_ptr<Request> RequestReader::Take() {
  step_ = Step::kHead;
  scanned_ = 0;
  return std::move(request_);
}

}  // namespace banto
