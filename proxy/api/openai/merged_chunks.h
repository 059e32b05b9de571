// The chunks of one stream, added up. Pure.
#ifndef BANTO_PROXY_API_OPENAI_MERGED_CHUNKS_H_
#define BANTO_PROXY_API_OPENAI_MERGED_CHUNKS_H_

#include <optional>
#include <string>
#include <string_view>

#include "proxy/api/json_text.h"
#include "proxy/api/merged_json.h"

namespace banto::api::openai {

// `store` keeps what `frames` do not hold as it is. nullopt: they are no answer.
std::optional<MergedJson> MergeChunks(std::string_view frames, TextStore* store);

// Writes one choice of a whole.
using AppendChoice = void (*)(const MergedJson& choice, std::string* out);
// The whole; `object` is its type.
void AppendWhole(const MergedJson& chunks, std::string_view object, AppendChoice append_choice,
                 std::string* out);

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_MERGED_CHUNKS_H_
