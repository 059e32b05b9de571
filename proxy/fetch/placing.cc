#include "proxy/fetch/placing.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "proxy/question/demand_of.h"
#include "proxy/upstream/balancer.h"

namespace banto {
namespace {

// Shorter prompts are read before it is worth looking at the clock.
constexpr double kPromptMsMin = 20;
// The pace of fewer tokens is chance.
constexpr int64_t kTokensMin = 8;

std::string Hex(uint64_t hash) {
  char digits[16];
  return {digits, std::to_chars(digits, digits + sizeof digits, hash, 16).ptr};
}

}  // namespace

bool ShowsFirstToken(const Question& question) {
  return question.asked.stream && question.operation->framing != http::StreamFraming::kNone;
}

const upstream::DemandPtr& Placing::DemandOf(const Question& question,
                                             const upstream::WorkerGroup& group) {
  if (demand_ != nullptr || !question.is_api()) return demand_;
  const bool weighs = group.workers.size() > 1 && group.balancer->reads_prompts();
  logged_ = question.config().log.prefixes;
  if (weighs || logged_) demand_ = banto::DemandOf(question, group);
  return demand_;
}

// A hash for every 512 tokens or so is what a replay needs.
void Placing::Tell(const upstream::InFlight& slot, ops::FetchOutcome* outcome) const {
  outcome->pick = slot.reason().weighed() ? slot.reason().Words() : std::string();
  if (!logged_ || demand_ == nullptr) return;
  constexpr size_t kBlocksPerWord = 8;
  outcome->session = demand_->session.empty() ? std::string() : Hex(demand_->session.front());
  outcome->prefix.clear();
  for (size_t at = kBlocksPerWord - 1; at < demand_->chain.size(); at += kBlocksPerWord)
    outcome->prefix.append(outcome->prefix.empty() ? "" : " ").append(Hex(demand_->chain[at]));
}

int64_t Placing::AwaitMs(const Question& question, const upstream::InFlight& slot) {
  if (ShowsFirstToken(question)) return question.config().timeouts.first_token_ms;
  const double ms = slot.reason().cost.ahead_ms + slot.reason().cost.own_ms;
  return ms < kPromptMsMin ? 0 : static_cast<int64_t>(ms);
}

void Placing::OnFirstToken(const Question& question, int64_t now_ms, Attempt* attempt) {
  if (ShowsFirstToken(question)) {
    attempt->slot().FirstToken(attempt->AgeUs(), now_ms);
  } else {
    attempt->slot().ReleasePrompt();
  }
}

void Placing::OnAnswer(const Question& question, const upstream::WorkerGroup& group,
                       const api::AnswerReader& answer, const ops::FetchOutcome& outcome,
                       int64_t now_us, upstream::WorkerState* worker) const {
  const api::Usage& usage = answer.usage();
  if (demand_ != nullptr && usage.input_tokens > 0)
    group.tokens->Note(demand_->prompt_bytes, static_cast<double>(usage.input_tokens));
  const int64_t tokens = std::max(static_cast<int64_t>(outcome.frames), usage.output_tokens);
  if (!ShowsFirstToken(question) || tokens < kTokensMin || outcome.first_token_at_us == 0) return;
  const double ms = static_cast<double>(now_us - outcome.first_token_at_us) / 1'000;
  worker->speed().NoteTokenGap(ms / static_cast<double>(tokens - 1), worker->in_flight() + 1,
                               static_cast<double>(worker->kv_tokens()));
}

}  // namespace banto
