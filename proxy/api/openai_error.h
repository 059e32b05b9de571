// OpenAI's error object, which is also that of all APIs of the engines that have none of their own.
// The parts of an ErrorShape (error_shape.h). Pure.
#ifndef BANTO_PROXY_API_OPENAI_ERROR_H_
#define BANTO_PROXY_API_OPENAI_ERROR_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/api/error_shape.h"

namespace banto::api {

std::string OpenAiErrorBody(const ApiError& error);
std::string OpenAiErrorEvent(const ApiError& error, int64_t sequence);
bool IsOpenAiError(std::string_view body);
// With the worker's own type, param and code, where it named them.
std::string OpenAiErrorOfWorker(int status, const WorkerWords& words);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_OPENAI_ERROR_H_
