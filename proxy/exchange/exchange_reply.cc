// How an Exchange replies with what is there in full: an entry, or an answer of our own.
#include <utility>

#include "proxy/exchange/exchange.h"
#include "proxy/exchange/packaging.h"
#include "proxy/net/spare_string.h"

namespace banto {

Exchange::Next Exchange::Found(cache::EntryPtr entry) {
  record_.lookup_us = context_->loop->CallbackUs() - lookup_at_us_;
  const int64_t now_ms = context_->loop->WallMs();
  const bool fresh =
      cache::FreshEnough(question_->cache.directives, (now_ms - entry->stored_at_ms) / 1000);
  if (!fresh) return NotGiven(cache::MissReason::kExpired);
  if (!MayGive(*entry)) return NotGiven(cache::MissReason::kOriginRefused);
  entry = Packaged(std::move(entry), *question_, context_->cache);
  if (!entry || (early_ && !entry->stream)) return NotGiven(cache::MissReason::kPackaging);
  record_.cache = ops::CacheOutcome::kHit;
  record_.cache_reason = "";
  record_.fetch.worker = entry->worker;
  record_.fetch.input_tokens = entry->input_tokens;
  record_.fetch.output_tokens = entry->output_tokens;
  record_.saved_worker_us = entry->worker_ms * 1000;
  HeadFacts facts(record_, *entry, now_ms, CorsHere());
  AnswerHead head;
  head.status = entry->status;
  head.fields = http::FieldList::In(net::TakeSpareString());
  AppendAnswerFields(facts, &head.fields);
  // A stream is replayed as one; HTTP/1.1 chunks it.
  head.length =
      entry->stream ? AnswerHead::kUnknownLength : static_cast<int64_t>(entry->body.size());
  const cache::BodySpan left_out = LeftOut(*entry, question_->asked);
  const bool keeps_pace = question_->config().cache.keep_pace && !entry->pace.empty();
  reply_.Set(std::move(entry), left_out, now_ms / 1000, context_->random());
  if (keeps_pace) {  // silent where its worker was, and kept alive like that
    reply_.KeepPace(context_->loop, [this] { SendMore(); });
    if (const int64_t ms = question_->timeouts().keep_alive_ms) silence_timer_.Set(ms);
  }
  BeginReply(std::move(head));
  return Next::kWait;
}

// What was found is not for this client.
Exchange::Next Exchange::NotGiven(cache::MissReason reason) {
  record_.cache_reason = cache::MissReasonName(reason);
  step_ = Step::kAttach;
  return Next::kContinue;
}

void Exchange::ReplyWith(AnswerHead head, std::string body) {
  reply_.Set(std::move(body));
  BeginReply(std::move(head));
}

void Exchange::BeginReply(AnswerHead head) {
  step_ = Step::kReply;
  record_.status = head.status;
  head.no_payload = question_->head().method() == "HEAD" || head.status == 204;
  if (head.no_payload) reply_.DropPayload();
  if (!early_) client_->Start(head);
  head_sent_ = true;
  net::LeaveSpareString(head.fields.TakeMemory());
  SendMore();
}

void Exchange::SendMore() {
  bool end = false;
  while (!end && step_ == Step::kReply && client_->writable() && reply_.IsDue()) {
    const std::string_view slice = reply_.Next(&context_->slice);
    end = reply_.over();
    written_at_ms_ = context_->loop->NowMs();
    if (!slice.empty() || end) client_->Write({&slice, 1}, end);
  }
  if (end && step_ == Step::kReply) {
    record_.bytes_out = reply_.size();
    Finish();
  }
}

}  // namespace banto
