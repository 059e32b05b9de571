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
constexpr double kPromptMsMax = 3'600'000;
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
std::shared_ptr<const ops::PickRecord> Placing::Record(const upstream::InFlight& slot) const {
  const bool logs = logged_ && demand_ != nullptr;
  if (!slot.reason().tells() && !logs) return nullptr;
  auto record = std::make_shared<ops::PickRecord>();
  if (slot.reason().tells()) record->words = slot.reason().Words();
  if (!logs) return record;
  constexpr size_t kBlocksPerWord = 8;
  if (!demand_->session.empty()) record->session = Hex(demand_->session.front());
  for (size_t at = kBlocksPerWord - 1; at < demand_->chain.size(); at += kBlocksPerWord)
    record->prefix.append(record->prefix.empty() ? "" : " ").append(Hex(demand_->chain[at]));
  return record;
}

int64_t Placing::AwaitMs(const Question& question, const upstream::InFlight& slot) {
  if (ShowsFirstToken(question)) return question.timeouts().first_token_ms;
  const upstream::Weighed* const weighed = slot.reason().weighed.get();
  if (weighed == nullptr) return 0;
  const double ms = weighed->cost.ahead_ms + weighed->cost.own_ms;
  return ms < kPromptMsMin ? 0 : static_cast<int64_t>(std::min(ms, kPromptMsMax));
}

void Placing::OnUsage(const Question& question, const api::Usage& usage,
                      const upstream::WorkerState& worker) const {
  const bool counts = demand_ != nullptr && demand_->text_only && usage.input_tokens > 0;
  if (!counts || worker.prefixes() == nullptr) return;
  upstream::CachedTokens tokens = expected_;
  tokens.operation = question.operation;
  tokens.told_prompt = static_cast<double>(usage.input_tokens);
  tokens.told = static_cast<double>(usage.cached_tokens);
  worker.prefixes()->NoteCached(tokens);
}

void Placing::OnAnswer(const Question& question, const upstream::WorkerGroup& group,
                       const api::AnswerReader& answer, const ops::FetchOutcome& outcome,
                       int64_t now_us, upstream::WorkerState* worker) const {
  const api::Usage& usage = answer.usage();
  if (demand_ != nullptr && demand_->text_only && usage.input_tokens > 0)
    group.tokens->Note(demand_->prompt_bytes, static_cast<double>(usage.input_tokens));
  // A frame may have several tokens, but not any number.
  constexpr int64_t kTokensOfFrame = 16;
  const auto frames = static_cast<int64_t>(outcome.frames);
  const int64_t tokens = std::max(frames, std::min(usage.output_tokens, kTokensOfFrame * frames));
  if (!ShowsFirstToken(question) || tokens < kTokensMin || outcome.first_token_at_us == 0) return;
  const double ms = static_cast<double>(now_us - outcome.first_token_at_us) / 1'000;
  worker->speed().NoteTokenGap(ms / static_cast<double>(tokens - 1), worker->in_flight() + 1,
                               static_cast<double>(worker->kv_tokens()));
}

}  // namespace banto
