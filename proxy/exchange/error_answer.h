// An error of our own as an answer: its body in the shape of the API that was asked, and its head.
// Pure.
#ifndef BANTO_PROXY_EXCHANGE_ERROR_ANSWER_H_
#define BANTO_PROXY_EXCHANGE_ERROR_ANSWER_H_

#include <string>

#include "proxy/api/dialect.h"
#include "proxy/exchange/answer_head.h"
#include "proxy/exchange/client_stream.h"
#include "proxy/routing/target.h"

namespace banto {

struct ErrorAnswer {
  AnswerHead head;
  std::string body;
};

// `dialect`: of the API that was asked; `facts`: of kError, and what is known beside the refusal.
ErrorAnswer MakeErrorAnswer(const api::Dialect& dialect, const Refusal& refusal, HeadFacts facts);

}  // namespace banto

#endif  // BANTO_PROXY_EXCHANGE_ERROR_ANSWER_H_
