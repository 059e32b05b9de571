#include "proxy/api/native/native.h"

#include "proxy/api/keep_alive.h"
#include "proxy/api/openai_error.h"
#include "proxy/api/passed_answer.h"

namespace banto::api::native {
namespace {

// A worker's error event stays as it is.
constexpr ErrorShape kErrors = {
    .body = OpenAiErrorBody,
    .event = OpenAiErrorEvent,
    .readable = IsOpenAiError,
    .of_worker = OpenAiErrorOfWorker,
};

}  // namespace

constinit const Dialect kDialect = {
    .name = "native",
    .read_stream = ReadPassed,
    .check_whole = CheckPassed,
    .errors = &kErrors,
    .keep_alive = kCommentFrame,
};

}  // namespace banto::api::native
