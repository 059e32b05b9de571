// What a question will ask of a worker (upstream/demand.h), read from the parts of its body that
// hold its prompt. Pure, but for what its model's group has learned; any thread.
#ifndef BANTO_PROXY_QUESTION_DEMAND_OF_H_
#define BANTO_PROXY_QUESTION_DEMAND_OF_H_

#include "proxy/api/operation.h"
#include "proxy/json/json_scan.h"
#include "proxy/question/question.h"
#include "proxy/upstream/demand.h"

namespace banto {

// The members of a body that make its prompt, in the order in which templates put them: what is
// long enough to matter (tools, a system prompt, documents), then the messages.
// Whether it is answered with text that a model makes of a prompt, which it reads from its
// beginning on, so that a beginning can be reused.
inline bool Generates(const api::OperationInfo& operation) {
  return operation.operation == api::Operation::kChat ||
         operation.operation == api::Operation::kCompletions;
}

PromptParts PromptPartsOf(const json::JsonScan& scan, std::string_view body);

// Notes in `question` where its prompt stands, and the name of its conversation: where there is a
// choice of workers, or somebody wants to know.
void FindPrompt(const json::JsonScan& scan, Question* question);

upstream::DemandPtr DemandOf(const Question& question, const upstream::WorkerGroup& group);

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_DEMAND_OF_H_
