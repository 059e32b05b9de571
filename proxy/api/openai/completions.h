// The parts of the codec of completions that write answers. Pure.
#ifndef BANTO_PROXY_API_OPENAI_COMPLETIONS_H_
#define BANTO_PROXY_API_OPENAI_COMPLETIONS_H_

#include <memory>
#include <string>

#include "proxy/api/codec.h"

namespace banto::api::openai {

// Text is all that a completion can say: reasoning and calls are left out.
std::unique_ptr<AnswerWriter> WriteCompletionStream(const AnswerContext& context, FrameOutput* out);
std::string WriteCompletionWhole(const AnswerContext& context, const NeutralAnswer& answer);

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_COMPLETIONS_H_
