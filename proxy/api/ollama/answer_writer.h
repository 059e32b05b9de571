// Writes what a worker said as Ollama's answer. Pure.
#ifndef BANTO_PROXY_API_OLLAMA_ANSWER_WRITER_H_
#define BANTO_PROXY_API_OLLAMA_ANSWER_WRITER_H_

#include <memory>
#include <string>

#include "proxy/api/ollama/answer_line.h"

namespace banto::api::ollama {

std::unique_ptr<AnswerWriter> WriteStream(const AnswerContext& context, Shape shape,
                                          FrameOutput* out);
std::string WriteWhole(const AnswerContext& context, Shape shape, const NeutralAnswer& answer);

}  // namespace banto::api::ollama

#endif  // BANTO_PROXY_API_OLLAMA_ANSWER_WRITER_H_
