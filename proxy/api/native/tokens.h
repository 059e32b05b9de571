// Whole answers of tokenizers and templates. Each is a Dialect's check_whole.
#ifndef BANTO_PROXY_API_NATIVE_TOKENS_H_
#define BANTO_PROXY_API_NATIVE_TOKENS_H_

#include <string_view>

#include "proxy/api/answer_reader.h"

namespace banto::api::native {

// A list of tokens: of numbers or of descriptions, perhaps one list for each text.
Completeness CheckTokens(const RequestExpectations& expectations, std::string_view body,
                         FrameVerdict* spans, Usage* usage);
// What tokens or messages are as text.
Completeness CheckText(const RequestExpectations& expectations, std::string_view body,
                       FrameVerdict* spans, Usage* usage);
// How many tokens there are.
Completeness CheckCount(const RequestExpectations& expectations, std::string_view body,
                        FrameVerdict* spans, Usage* usage);

}  // namespace banto::api::native

#endif  // BANTO_PROXY_API_NATIVE_TOKENS_H_
