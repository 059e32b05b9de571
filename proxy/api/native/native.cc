#include "proxy/api/native/native.h"

#include "proxy/api/keep_alive.h"
#include "proxy/api/native/generation.h"
#include "proxy/api/native/requests.h"
#include "proxy/api/native/results.h"
#include "proxy/api/native/tokens.h"
#include "proxy/api/openai_error.h"
#include "proxy/api/passed_answer.h"

namespace banto::api::native {
namespace {

using json::JsonField;

// A worker's error event stays as it is.
constexpr ErrorShape kErrors = {
    .body = OpenAiErrorBody,
    .event = OpenAiErrorEvent,
    .readable = IsOpenAiError,
    .of_worker = OpenAiErrorOfWorker,
};

// What tells an engine how to work, not what to answer (wire-compatibility.md §1.9).
constexpr json::JsonFieldSet kIgnored = {
    JsonField::kCachePrompt,      JsonField::kCustomLabels, JsonField::kDataParallelRank,
    JsonField::kExtraKey,         JsonField::kIdSlot,       JsonField::kPriority,
    JsonField::kRequestId,        JsonField::kRid,          JsonField::kRoutedDpRank,
    JsonField::kSafetyIdentifier, JsonField::kStream,       JsonField::kUser,
    JsonField::kEncodingFormat,
};

constexpr Dialect Kept(decltype(Dialect::read_request) read_request,
                       decltype(Dialect::check_whole) check_whole,
                       decltype(Dialect::read_stream) read_stream = ReadPassed) {
  return {.name = "native",
          .read_request = read_request,
          .ignored = kIgnored,
          .read_stream = read_stream,
          .check_whole = check_whole,
          .errors = &kErrors,
          .keep_alive = kCommentFrame};
}

}  // namespace

constinit const Dialect kDialect = {
    .name = "native",
    .read_stream = ReadPassed,
    .check_whole = CheckPassed,
    .errors = &kErrors,
    .keep_alive = kCommentFrame,
};

constinit const Dialect kRanking = Kept(ReadRanking, CheckRanking);
constinit const Dialect kScores = Kept(ReadPairs, CheckScores);
constinit const Dialect kClasses = Kept(ReadTexts, CheckClasses);
constinit const Dialect kVectors = Kept(ReadTexts, CheckVectors);
constinit const Dialect kModerations = Kept(ReadTexts, CheckModerations);
constinit const Dialect kTokens = Kept(ReadTexts, CheckTokens);
constinit const Dialect kText = Kept(ReadTexts, CheckText);
constinit const Dialect kCounts = Kept(ReadTexts, CheckCount);
constinit const Dialect kLlamaGeneration = Kept(ReadLlamaPrompt, CheckGenerations, ReadGenerations);
constinit const Dialect kGeneration = Kept(ReadPrompt, CheckGenerations, ReadGenerations);

}  // namespace banto::api::native
