#include "proxy/api/neutral_answer.h"

#include <algorithm>
#include <utility>

namespace banto::api {
namespace {

using Kind = AnswerEvent::Kind;

Part::Kind PartKindOf(Kind kind) {
  switch (kind) {
    case Kind::kReasoning:
    case Kind::kSignature:
      return Part::Kind::kReasoning;
    case Kind::kSealedReasoning:
      return Part::Kind::kSealedReasoning;
    case Kind::kRefusal:
      return Part::Kind::kRefusal;
    case Kind::kToolCall:
    case Kind::kArguments:
      return Part::Kind::kToolCall;
    default:
      return Part::Kind::kText;
  }
}

void ReplayPart(int choice, int* calls, const Part& part, AnswerSink* sink) {
  AnswerEvent event;
  event.choice = choice;
  event.text = part.text;
  switch (part.kind) {
    case Part::Kind::kText:
      break;
    case Part::Kind::kReasoning:
      event.kind = Kind::kReasoning;
      if (!part.text.empty()) sink->On(event);
      if (part.signature.empty()) return;
      event.kind = Kind::kSignature;
      event.text = part.signature;
      break;
    case Part::Kind::kSealedReasoning:
      event.kind = Kind::kSealedReasoning;
      event.text = part.data;
      break;
    case Part::Kind::kRefusal:
      event.kind = Kind::kRefusal;
      break;
    case Part::Kind::kToolCall:
      event.kind = Kind::kToolCall;
      event.call = (*calls)++;
      event.id = part.id;
      event.name = part.name;
      event.text = {};
      sink->On(event);
      event.kind = Kind::kArguments;
      event.text = part.arguments;
      break;
    case Part::Kind::kImage:
    case Part::Kind::kToolResult:
      return;
  }
  sink->On(event);
}

}  // namespace

void Update(const TokenCounts& newer, TokenCounts* counts) {
  for (const auto member : {&TokenCounts::input, &TokenCounts::output, &TokenCounts::cached,
                            &TokenCounts::cache_written, &TokenCounts::reasoning}) {
    if (newer.*member >= 0) counts->*member = newer.*member;
  }
}

// The part that the event continues, or a new one. A call's pieces find their call wherever it is;
// any other kind continues only the last part, and none that was signed.
AnswerBuilder::OpenPart* AnswerBuilder::PartFor(const AnswerEvent& event) {
  const auto at = static_cast<size_t>(event.choice);
  std::vector<OpenPart>& open = open_[at].parts;
  std::vector<Part>& parts = answer_->choices[at].parts;
  const Part::Kind kind = PartKindOf(event.kind);
  if (event.kind == Kind::kArguments) {
    const auto call = std::find_if(open.rbegin(), open.rend(), [&](const OpenPart& part) {
      return part.kind == Kind::kToolCall && part.call == event.call;
    });
    if (call != open.rend()) return &*call;
  } else if (!open.empty() && event.kind != Kind::kToolCall &&
             event.kind != Kind::kSealedReasoning && parts[open.back().part].kind == kind &&
             (event.kind != Kind::kReasoning || parts[open.back().part].signature.empty())) {
    return &open.back();
  }
  OpenPart& part = open.emplace_back();
  part.kind = event.kind == Kind::kArguments ? Kind::kToolCall : event.kind;
  part.call = event.call;
  part.part = parts.size();
  parts.emplace_back().kind = kind;
  return &part;
}

void AnswerBuilder::On(const AnswerEvent& event) {
  if (event.kind == Kind::kUsage) return Update(event.usage, &answer_->usage);
  const auto at = static_cast<size_t>(event.choice);
  if (event.kind == Kind::kEmbedding) {
    if (answer_->embeddings.size() <= at) answer_->embeddings.resize(at + 1);
    answer_->embeddings[at] = answer_->store.Keep(std::string(event.text));
    return;
  }
  if (answer_->choices.size() <= at) answer_->choices.resize(at + 1);
  if (open_.size() <= at) open_.resize(at + 1);
  NeutralChoice& choice = answer_->choices[at];
  if (event.kind == Kind::kFinish) {
    choice.reason = event.reason;
    if (!event.text.empty()) choice.stop_sequence = answer_->store.Keep(std::string(event.text));
    return;
  }
  OpenPart* const open = PartFor(event);
  Part& part = choice.parts[open->part];
  if (event.kind == Kind::kToolCall) {
    part.id = answer_->store.Keep(std::string(event.id));
    part.name = answer_->store.Keep(std::string(event.name));
    return;
  }
  if (event.kind == Kind::kSignature) {
    part.signature = answer_->store.Keep(std::string(event.text));
    return;
  }
  open->text.append(event.text);
  if (event.logprobs.empty()) return;
  if (!choice.logprobs.empty()) choice.logprobs += ',';
  choice.logprobs.append(event.logprobs);
}

void AnswerBuilder::Finish() {
  for (size_t at = 0; at < open_.size(); ++at) {
    for (OpenPart& open : open_[at].parts) {
      Part& part = answer_->choices[at].parts[open.part];
      const std::string_view text = answer_->store.Keep(std::move(open.text));
      switch (part.kind) {
        case Part::Kind::kToolCall:
          part.arguments = text;
          break;
        case Part::Kind::kSealedReasoning:
          part.data = text;
          break;
        default:
          part.text = text;
      }
    }
  }
  open_.clear();
}

void Replay(const NeutralAnswer& answer, AnswerSink* sink) {
  AnswerEvent event;
  for (size_t row = 0; row < answer.embeddings.size(); ++row) {
    event.kind = Kind::kEmbedding;
    event.choice = static_cast<int>(row);
    event.text = answer.embeddings[row];
    sink->On(event);
  }
  for (size_t at = 0; at < answer.choices.size(); ++at) {
    const NeutralChoice& choice = answer.choices[at];
    int calls = 0;
    bool logprobs_given = choice.logprobs.empty();
    for (const Part& part : choice.parts) {
      if (part.kind == Part::Kind::kText && !logprobs_given) {
        logprobs_given = true;
        event = {};
        event.choice = static_cast<int>(at);
        event.text = part.text;
        event.logprobs = choice.logprobs;
        sink->On(event);
        continue;
      }
      ReplayPart(static_cast<int>(at), &calls, part, sink);
    }
    event = {};
    event.kind = Kind::kFinish;
    event.choice = static_cast<int>(at);
    event.reason = choice.reason;
    event.text = choice.stop_sequence;
    sink->On(event);
  }
  event = {};
  event.kind = Kind::kUsage;
  event.usage = answer.usage;
  sink->On(event);
}

}  // namespace banto::api
