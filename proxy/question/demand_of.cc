#include "proxy/question/demand_of.h"

#include <algorithm>

#include "proxy/api/token_estimate.h"
#include "proxy/base/hash_text.h"
#include "proxy/question/caller.h"
#include "proxy/question/prompt_blocks.h"

namespace banto {
namespace {

using json::JsonField;

// Shorter members are settings.
constexpr size_t kPartBytesMin = 64;

bool IsConversation(JsonField field) {
  return field == JsonField::kMessages || field == JsonField::kPrompt || field == JsonField::kInput;
}

// Names of one conversation, the first that is there (llm-d-router's list, and Claude Code's).
constexpr const char* kSessionFields[] = {"X-Claude-Code-Session-Id", "X-Session-Affinity",
                                          "Session-Id", "Session_Id", "X-Session-Id"};

std::string_view SessionNameOf(const Question& question) {
  for (const char* name : kSessionFields) {
    const auto value = question.head().Find(name);
    if (value && !value->empty()) return *value;
  }
  const BodyPart part = question.asked.session;
  return question.body().substr(part.at, part.size);
}

// Two callers with the same name for a conversation have two conversations.
std::vector<uint64_t> SessionOf(const Question& question, uint64_t model) {
  const std::string_view name = SessionNameOf(question);
  if (name.empty()) return {};
  return {HashCaller(question, base::HashText(name, model))};
}

}  // namespace

PromptParts PromptPartsOf(const json::JsonScan& scan, std::string_view body) {
  PromptParts parts;
  size_t count = 0;
  const auto add = [&](const json::JsonMember& member) {
    if (count < parts.size()) parts[count++] = PartOf(body, member.value);
  };
  for (const bool conversation : {false, true}) {
    for (const json::JsonMember& member : scan.members()) {
      if (IsConversation(member.field) != conversation) continue;
      // One place is left for the conversation.
      if (conversation || member.key == "cache_salt" ||
          (member.value.size() >= kPartBytesMin && count + 1 < parts.size()))
        add(member);
    }
  }
  return parts;
}

void FindPrompt(const json::JsonScan& scan, Question* question) {
  if (question->target.group->workers.size() < 2 && !question->config().log.prefixes) return;
  const std::string_view body = question->body();
  Asked& asked = question->asked;
  asked.prompt = PromptPartsOf(scan, body);
  for (const auto field :
       {JsonField::kPromptCacheKey, JsonField::kConversation, JsonField::kSessionId}) {
    const json::JsonMember* const member = scan.Find(field);
    const bool named = member != nullptr && member->kind >= json::JsonKind::kString &&
                       member->value.size() > 2;  // "" and {} name nothing
    if (named && asked.session.at == 0) asked.session = PartOf(body, member->value);
  }
}

upstream::DemandPtr DemandOf(const Question& question, const upstream::WorkerGroup& group) {
  auto demand = std::make_shared<upstream::Demand>();
  demand->model = base::HashText(group.name, 0);
  demand->session = SessionOf(question, demand->model);
  PromptBlocks blocks(demand->model);
  const std::string_view body = question.body();
  for (const BodyPart part : question.asked.prompt)
    if (part.at != 0) blocks.AddJson(body.substr(part.at, part.size));
  if (question.asked.prompt.front().at == 0 && !question.rewritten.empty()) blocks.AddJson(body);
  const double bytes_per_token = group.tokens->bytes();
  demand->prompt_bytes = static_cast<double>(blocks.text_bytes());
  demand->prompt_tokens = demand->prompt_bytes / bytes_per_token +
                          static_cast<double>(api::kTokensPerImage * blocks.binaries());
  demand->text_only = blocks.binaries() == 0;
  demand->tokens_per_block = PromptBlocks::kBlockBytes / bytes_per_token;
  if (Generates(*question.operation)) demand->chain = blocks.TakeChain();
  return demand;
}

}  // namespace banto
