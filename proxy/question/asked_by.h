// What the facts of an API request's body say that it asks. Pure.
#ifndef BANTO_PROXY_QUESTION_ASKED_BY_H_
#define BANTO_PROXY_QUESTION_ASKED_BY_H_

#include <string_view>

#include "proxy/api/request_facts.h"
#include "proxy/json/json_scan.h"
#include "proxy/question/question.h"

namespace banto {

Asked AskedBy(const api::RequestFacts& facts, std::string_view body);

// Finds the parts of the prompt and the name of the conversation in the body of a routed question:
// where there is a choice of workers, or somebody wants to know.
void FindPrompt(const json::JsonScan& scan, Question* question);

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_ASKED_BY_H_
