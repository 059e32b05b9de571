#include "proxy/exchange/exchange.h"

#include <algorithm>
#include <cassert>

#include "proxy/exchange/mirror.h"
#include "proxy/fetch/cost.h"

namespace banto {
Exchange::Exchange(ThreadContext* context, ClientStream* client, std::shared_ptr<Request> request)
    : context_(context),
      client_(client),
      request_(request.get()),
      question_(NewQuestion(std::move(request), context->snapshot)),
      silence_timer_(context->loop, [this] { OnSilence(); }) {
  record_.started_unix_us = context->loop->WallUs(request_->head_at_us);
  record_.request_id = request_->id;
  record_.client = request_->client_ip;
  record_.method = request_->head.method();
  record_.path = request_->head.path();
  record_.bytes_in = request_->body.size();
}

Exchange::~Exchange() {
  if (step_ != Step::kFinish) OnClientGone();
}

void Exchange::Run() {
  Next next = Next::kContinue;
  while (next == Next::kContinue) {
    switch (step_) {
      case Step::kIdentify:
        next = Identify();
        break;
      case Step::kLookUp:
        next = LookUp();
        break;
      case Step::kAttach:
        next = Attach();
        break;
      default:  // another party continues, or it has finished
        next = Next::kWait;
        break;
    }
  }
}

Exchange::Next Exchange::LookUp() {
  if (!question_->cache.look_up || context_->cache == nullptr) {
    step_ = Step::kAttach;
    record_.cache = ops::CacheOutcome::kBypass;
    record_.cache_reason = question_->cache.detail != nullptr
                               ? question_->cache.detail
                               : cache::BypassReasonName(question_->cache.bypass);
    return Next::kContinue;
  }
  lookup_at_us_ = context_->loop->CallbackUs();
  record_.cache = ops::CacheOutcome::kMiss;
  record_.cache_key = question_->cache.key->ShortHex();
  if (question_->cache.items) return LookUpItems();
  cache::MissReason reason = cache::MissReason::kKeyNotFound;
  if (cache::EntryPtr entry = context_->cache->FindInMemory(*question_->cache.key, &reason))
    return Found(std::move(entry));
  record_.cache_reason = cache::MissReasonName(reason);  // the client may leave in the meantime
  cache::LookupResult now;
  now.reason = reason;
  lookup_ = context_->cache->FindInRedis(
      *question_->cache.key, [this](const cache::LookupResult& result) { OnLookedUp(result); },
      &now);
  if (lookup_) return Next::kWait;
  if (now.entry) return Found(std::move(now.entry));
  record_.cache_reason = cache::MissReasonName(context_->cache->has_redis() ? now.reason : reason);
  record_.lookup_us = context_->loop->CallbackUs() - lookup_at_us_;
  step_ = Step::kAttach;
  return Next::kContinue;
}

void Exchange::OnLookedUp(const cache::LookupResult& result) {
  if (step_ != Step::kLookUp) return;
  lookup_.reset();
  if (result.entry && !WasWritten()) {
    Found(result.entry);
  } else {
    record_.cache_reason = cache::MissReasonName(result.reason);
    record_.lookup_us = context_->loop->CallbackUs() - lookup_at_us_;
    step_ = Step::kAttach;
  }
  Run();
}

Exchange::Next Exchange::Attach() {
  NoteSeparation();
  if (question_->cache.directives.only_if_cached) {
    return Refuse({504,
                   "not_cached",
                   "The answer is not in the cache and the request said only-if-cached.",
                   {},
                   Refusal::kNotAgain});
  }
  if (client_ended_) {
    OnClientEnded();
    return Next::kWait;
  }
  step_ = Step::kRelay;
  SetTimers();
  if (question_->cache.items) return AskForItems();
  if (MayShare(*question_)) {
    if (Joins(*question_)) return Next::kWait;
    if (cache::EntryPtr entry = StoredMeanwhile()) return Found(std::move(entry));
  }
  const QuestionPtr asked = question_;
  BeginFetch(asked);
  // The copy takes what slot is left.
  if (step_ == Step::kRelay && question_ == asked && record_.mirror.empty())
    record_.mirror = Mirror::MayBegin(context_, request_, *asked);
  return Next::kWait;
}

// An Exchange that asks anew already has its times, but for those that passed while it looked into
// the cache again.
void Exchange::SetTimers() {
  const conf::Timeouts& timeouts = question_->timeouts();
  const bool streams =
      question_->asked.stream && question_->operation->framing == http::StreamFraming::kSse;
  if (streams && !silence_timer_.armed())
    silence_timer_.Set(early_ ? timeouts.keep_alive_ms : timeouts.commit_after_ms);
  if (timeouts.total_ms == 0) return;
  if (!total_timer_) total_timer_.emplace(context_->loop, [this] { OnTotalTimeout(); });
  if (total_timer_->armed()) return;
  const int64_t passed_ms = (context_->loop->CallbackUs() - request_->head_at_us) / 1000;
  total_timer_->Set(std::max<int64_t>(0, timeouts.total_ms - passed_ms));
}

// A reader's times count from its own request.
void Exchange::NoteFirstByte(const ops::FetchOutcome& fetch) {
  if (fetch.first_byte_at_us > 0)
    record_.first_byte_us = fetch.first_byte_at_us - request_->whole_at_us;
}

void Exchange::TakeOutcome() {
  if (record_.cache == ops::CacheOutcome::kShared) record_.saved_worker_us = reading_->worker_us();
  NoteCost(*question_, source()->outcome(), &record_);
  record_.fetch.Add(source()->TakeOutcome());
  const ops::FetchOutcome& fetch = record_.fetch;
  NoteFirstByte(fetch);
  if (fetch.first_token_at_us > 0)
    record_.first_token_us = fetch.first_token_at_us - request_->head_at_us;
}

void Exchange::DropSource() {
  if (!source()) return;
  source()->Leave();
  TakeOutcome();
  // It leaves what it began to others, and what that took.
  record_.joined = record_.joined || (reading_ && record_.fetch.attempts.empty());
  lease_.reset();
  if (reading_) context_->loop->DestroyLater(std::move(reading_));
  if (fetch_) context_->loop->DestroyLater(std::move(fetch_));
}

// The only exit.
void Exchange::Finish() {
  assert(step_ != Step::kFinish);
  step_ = Step::kFinish;
  silence_timer_.Cancel();
  if (total_timer_) total_timer_->Cancel();
  lookup_.reset();
  if (source() && effect_ != Effect::kNone) ForgetWritten({});  // the write's result is unknown
  DropSource();
  const int64_t now_us = net::EventLoop::NowUs();
  record_.duration_us = now_us - request_->head_at_us;
  // A recorded pace is no work of ours.
  if (!record_.joined && !reply_.paced())
    record_.overhead_us = record_.OverheadOf(now_us - request_->whole_at_us);
  if (record_.cache == ops::CacheOutcome::kHit) NoteHit(*question_, &record_);
  context_->observer->OnExchange(record_);
  // Written by this thread only, so a plain addition is enough.
  context_->finished.store(context_->finished.load(std::memory_order_relaxed) + 1,
                           std::memory_order_relaxed);
  if (client_ != nullptr) client_->Release();
}

}  // namespace banto
