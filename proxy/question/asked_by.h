// What the facts of an API request's body say that it asks. Pure.
#ifndef BANTO_PROXY_QUESTION_ASKED_BY_H_
#define BANTO_PROXY_QUESTION_ASKED_BY_H_

#include <string_view>

#include "proxy/api/request_facts.h"
#include "proxy/question/question.h"

namespace banto {

Asked AskedBy(const api::RequestFacts& facts, std::string_view body);

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_ASKED_BY_H_
