// Anthropic's paths, as it and the engines have them.
#ifndef BANTO_PROXY_API_ANTHROPIC_OPERATIONS_H_
#define BANTO_PROXY_API_ANTHROPIC_OPERATIONS_H_

#include "proxy/api/anthropic/anthropic.h"
#include "proxy/api/anthropic/codecs.h"
#include "proxy/api/anthropic/packaging.h"
#include "proxy/api/operation_row.h"

namespace banto::api::anthropic {

namespace paths {
using namespace rows;  // NOLINT: a vocabulary

constexpr OperationInfo kMessages = Packaged(
    Translated(Cacheable(Inference(&kDialect, Operation::kChat, "other", StreamFraming::kSse)),
               &kMessagesCodec),
    &kPackager);
constexpr OperationInfo kCountTokens = Translated(
    Cacheable(Inference(&kDialect, Operation::kCountTokens, "other", StreamFraming::kNone)),
    &kCountTokensCodec);

constexpr OperationRow kRows[] = {
    Post("/v1/messages", kMessages, V | S | L | O | X | A),
    Post("/v1/messages/count_tokens", kCountTokens, V | S | L | O | X | A),
};
}  // namespace paths

using paths::kRows;

}  // namespace banto::api::anthropic

#endif  // BANTO_PROXY_API_ANTHROPIC_OPERATIONS_H_
