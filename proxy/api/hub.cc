#include "proxy/api/hub.h"

namespace banto::api {
namespace {

using namespace engine;  // NOLINT: a vocabulary

constexpr Engines kAsOpenAi = kVllm | kSglang | kLlamaCpp | kLlamaCppPython | kTgi | kUnknown;

// The API in which a kind of engine can say the most: for Ollama its own, whose options OpenAI's
// API lacks; for all others OpenAI's.
struct Row {
  Operation meaning;
  Engines engines;
  std::string_view path;
};
constexpr Row kRows[] = {
    {Operation::kChat, kOllama, "/api/chat"},
    {Operation::kChat, kAnthropic, "/v1/messages"},
    {Operation::kChat, kAsOpenAi, "/v1/chat/completions"},
    {Operation::kCompletions, kOllama, "/api/generate"},
    {Operation::kCompletions, kAsOpenAi, "/v1/completions"},
    {Operation::kEmbeddings, kOllama, "/api/embed"},
    {Operation::kEmbeddings, kVllm | kSglang | kLlamaCpp | kLlamaCppPython | kTeiEmbed | kUnknown,
     "/v1/embeddings"},
    {Operation::kCountTokens, kVllm | kLlamaCpp, "/tokenize"},
};

}  // namespace

HubTarget FindHubTarget(Operation meaning, Engines engines) {
  for (const Row& row : kRows) {
    if (row.meaning == meaning && (row.engines & engines) != 0)
      return {FindOperation("POST", row.path), row.path};
  }
  return {};
}

Operation MeaningOf(const OperationInfo& operation, const NeutralRequest& request) {
  const bool talks = operation.operation == Operation::kCompletions && !request.messages.empty();
  return talks ? Operation::kChat : operation.operation;
}

bool CanBeAsked(const OperationInfo& operation, Engines engines) {
  if (operation.codec == nullptr || (operation.engines & engines) != 0) return true;
  return static_cast<bool>(FindHubTarget(operation.operation, engines));
}

}  // namespace banto::api
