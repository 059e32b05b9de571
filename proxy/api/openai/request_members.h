// What the members of a request to OpenAI's API mean to the cache (wire-compatibility.md §1.9).
// Pure.
#ifndef BANTO_PROXY_API_OPENAI_REQUEST_MEMBERS_H_
#define BANTO_PROXY_API_OPENAI_REQUEST_MEMBERS_H_

#include "proxy/json/json_scan.h"

namespace banto::api::openai {

// `store` is listed because only store: true has an effect, and that bypasses. keep_alive,
// cache_prompt, rid and the like tell an engine how to work, not what to answer.
inline constexpr json::JsonFieldSet kIgnored = {
    json::JsonField::kCachePrompt,
    json::JsonField::kCustomLabels,
    json::JsonField::kDataParallelRank,
    json::JsonField::kEncodingFormat,
    json::JsonField::kExtraKey,
    json::JsonField::kIdSlot,
    json::JsonField::kKeepAlive,
    json::JsonField::kMetadata,
    json::JsonField::kPriority,
    json::JsonField::kPromptCacheKey,
    json::JsonField::kPromptCacheOptions,
    json::JsonField::kPromptCacheRetention,
    json::JsonField::kRequestId,
    json::JsonField::kRid,
    json::JsonField::kRoutedDpRank,
    json::JsonField::kSafetyIdentifier,
    json::JsonField::kServiceTier,
    json::JsonField::kStore,
    json::JsonField::kStream,
    json::JsonField::kStreamOptions,
    json::JsonField::kUser,
};

// A Dialect's bypass_reason.
const char* BypassReason(const json::JsonScan& scan);

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_REQUEST_MEMBERS_H_
