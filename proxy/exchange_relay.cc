// The second half of an Exchange: what the Fetch brings goes to the client, at the client's pace.
#include <utility>

#include "proxy/answer_fields.h"
#include "proxy/api/error_shape.h"
#include "proxy/exchange.h"
#include "proxy/http/headers.h"
#include "proxy/net/spare_string.h"

namespace banto {
namespace {

// Below the idle limits of the load balancers on the way (30–60 s).
constexpr int64_t kCommentEveryMs = 15'000;
// The form of a comment that every SDK takes.
constexpr std::string_view kComment = ":\n\n";

}  // namespace

void Exchange::OnFetchInterim(const http::ResponseHead& head) {
  if (step_ != Step::kRelay || head_sent_) return;
  std::string fields;
  http::AppendEndToEndFields(head, &fields);
  client_->Inform(head.status(), fields);
}

void Exchange::OnFetchHead(FetchHead head) {
  if (step_ != Step::kRelay) return;
  commit_timer_.Cancel();
  if (effect_ != Effect::kNone) ForgetWritten(head);
  if (early_) {
    // The client has our 200 already. A stream goes on as if nothing had been; anything else
    // becomes the API's error event.
    if (head.stream) return;
    Failure failure;
    failure.kind = FailureKind::kServerError;
    failure.status = head.status;
    failure.message = "The worker answered " + std::to_string(head.status) + ".";
    return OnFetchFailed(failure);
  }
  CacheFacts facts;
  facts.asked = Caches();
  facts.stored = head.stored;
  facts.forward_status = head.status;
  AnswerHead answer;
  answer.status = head.status;
  answer.fields = std::move(head.fields);
  AppendAnswerFields(record_, facts, &answer.fields);
  answer.length = head.length;
  answer.dated = head.dated;
  answer.no_payload = HeadOnly() || head.status == 204 || head.status == 304;
  record_.status = head.status;
  head_sent_ = true;
  client_->Start(answer);
  net::LeaveSpareString(std::move(answer.fields));
}

// Before the client hears of its success: who reads what it wrote must not meet an older answer.
void Exchange::ForgetWritten(const FetchHead& head) {
  const Effect effect = std::exchange(effect_, Effect::kNone);
  if (head.status >= 400) return;
  for (const std::string& path : PathsWritten(request_->head, head.fields)) {
    context_->cache->ForgetPath("GET", path);
    if (effect == Effect::kOnAll) context_->cache->ForgetPath("POST", path);
  }
}

void Exchange::OnFetchData(std::span<const std::string_view> pieces, bool end) {
  if (step_ != Step::kRelay) return;
  for (std::string_view piece : pieces) record_.bytes_out += piece.size();
  client_->Write(pieces, end);
  if (step_ != Step::kRelay) return;  // the write found the client gone
  if (end) return Finish();
  if (!client_->writable() && !paused_) {
    paused_ = true;
    fetch_->Pause();
  }
}

void Exchange::AddWarmLines(net::WarmLines* lines) const {
  lines->Add(this);
  if (client_ != nullptr) client_->AddWarmLines(lines);
}

void Exchange::OnClientWritable() {
  if (step_ == Step::kReply) return SendMore();
  if (step_ != Step::kRelay || !paused_) return;
  paused_ = false;
  fetch_->Resume();
}

void Exchange::OnFetchFailed(const Failure& failure) {
  if (step_ != Step::kRelay) return;
  commit_timer_.Cancel();
  record_.error = AnswerFor(failure).code;
  if (head_sent_) return TellBroken(failure);
  const FailureAnswer answer = AnswerFor(failure);
  Refuse(answer.status, answer.code, failure.message, answer.retry_after_s);
}

void Exchange::OnTotalTimeout() {
  Failure failure;
  failure.kind = FailureKind::kTotalTimeout;
  failure.message = "The request took longer than timeouts.total.";
  OnFetchFailed(failure);
}

void Exchange::OnShutDown() {
  Failure failure;
  failure.kind = FailureKind::kShuttingDown;
  failure.message = "The proxy is stopping.";
  OnFetchFailed(failure);
}

// After the head, a broken answer ends with the API's error event and never with a clean end.
void Exchange::TellBroken(const Failure& failure) {
  const bool framed = stream_ && operation_->framing != http::StreamFraming::kNone;
  if (framed && !failure.told) {
    const FailureAnswer answer = AnswerFor(failure);
    const std::string frame =
        api::ErrorFrame(operation_->family, operation_->framing,
                        {answer.status, answer.code, failure.message, request_->id});
    const std::string_view piece = frame;
    client_->Write({&piece, 1}, false);
  }
  if (step_ != Step::kRelay) return;
  client_->Abort();
  Finish();
}

// commit_after has passed without a word from the workers: the load balancers between us and the
// client must see bytes.
void Exchange::CommitEarly() {
  if (step_ != Step::kRelay) return;
  if (!early_) {
    early_ = head_sent_ = true;
    AnswerHead answer;
    answer.fields =
        "Content-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache, "
        "no-transform\r\nX-Accel-Buffering: no\r\n";
    CacheFacts facts;
    facts.asked = Caches();
    AppendAnswerFields(record_, facts, &answer.fields);
    record_.status = 200;
    client_->Start(answer);
  }
  client_->Write({&kComment, 1}, false);
  if (step_ == Step::kRelay) commit_timer_.Set(kCommentEveryMs);
}

}  // namespace banto
