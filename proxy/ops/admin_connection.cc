#include "proxy/ops/admin_connection.h"

#include <ctime>
#include <utility>

#include "proxy/http/parser.h"
#include "proxy/http/writer.h"

namespace banto::ops {
namespace {

constexpr int64_t kHeadMs = 10'000;   // for a complete head, including the idle time before it
constexpr int64_t kSendMs = 30'000;   // for an answer
constexpr int64_t kLingerMs = 2'000;  // for the client to close after the last answer
constexpr http::HeadLimits kLimits = {16'384, 64};

}  // namespace

AdminConnection::AdminConnection(net::EventLoop* loop, int fd, const Answerer* answerer,
                                 OnClosed on_closed)
    : answerer_(answerer),
      on_closed_(std::move(on_closed)),
      stream_(net::Stream::Accepted(loop, fd, this)),
      deadline_(loop, [this] { Close(); }) {
  deadline_.Set(kHeadMs);
}

void AdminConnection::OnReadable() {
  while (!closed_ && out_.empty()) {
    std::string_view bytes;
    const net::IoResult result = stream_->Read(kLimits.header_bytes_max, &bytes);
    if (result.status == net::IoStatus::kWouldBlock) return;
    if (result.status != net::IoStatus::kOk) return Close();
    if (!keep_) continue;  // discard input after the last answer, so that close() does not send RST
    in_.append(bytes);
    AnswerAll();
  }
}

// Answers the requests received so far, until one is incomplete or an answer waits for its reader.
void AdminConnection::AnswerAll() {
  while (!closed_ && keep_ && out_.empty() && !in_.empty()) {
    http::RequestHead head;
    const http::ParseResult result = http::ParseRequestHead(in_, scanned_, kLimits, &head);
    if (result.status == http::ParseStatus::kMore) {
      scanned_ = in_.size();
      return;
    }
    scanned_ = 0;
    if (result.status == http::ParseStatus::kBad) {
      AdminAnswer answer;
      answer.status = result.http_status;
      answer.body = std::string(result.error) + "\n";
      return Answer(answer, false, false);
    }
    in_.erase(0, result.consumed);
    // A body would have to be read before the next request, and no handler takes one.
    const bool keep = head.keep_alive() && head.framing().kind == http::BodyKind::kNone;
    Answer((*answerer_)(head), head.method() == "HEAD", keep);
  }
}

void AdminConnection::Answer(const AdminAnswer& answer, bool head_only, bool keep) {
  keep_ = keep;
  http::AppendStatusLine(answer.status, &out_);
  http::AppendField("Date", http::HttpDate(std::time(nullptr)), &out_);
  http::AppendField("Content-Type", answer.content_type, &out_);
  http::AppendField("Content-Length", answer.body.size(), &out_);
  http::AppendField("Cache-Control", "no-store", &out_);
  http::AppendField("X-Content-Type-Options", "nosniff", &out_);
  if (!keep) http::AppendField("Connection", "close", &out_);
  out_.append(answer.fields.lines()).append("\r\n");
  if (!head_only) out_.append(answer.body);
  deadline_.Set(kSendMs);
  // One request at a time: what the client sends meanwhile stays in the socket.
  stream_->SetReading(false);
  Flush();
}

void AdminConnection::OnWritable() {
  Flush();
  AnswerAll();
}

void AdminConnection::Flush() {
  while (sent_ < out_.size()) {
    const iovec piece{out_.data() + sent_, out_.size() - sent_};
    const net::IoResult result = stream_->Write(&piece, 1);
    if (result.status == net::IoStatus::kWouldBlock) return;
    if (result.status != net::IoStatus::kOk) return Close();
    sent_ += result.bytes;
  }
  if (out_.empty()) return;
  out_.clear();
  sent_ = 0;
  if (!keep_) {
    in_.clear();
    stream_->ShutdownWrite();
  }
  deadline_.Set(keep_ ? kHeadMs : kLingerMs);
  stream_->SetReading(true);
}

void AdminConnection::Close() {
  if (closed_) return;
  closed_ = true;
  deadline_.Cancel();
  on_closed_(this);
}

}  // namespace banto::ops
