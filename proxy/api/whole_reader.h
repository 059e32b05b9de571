// The rules of wire-compatibility.md §4.6 for answers that come whole, one function an API. All
// take a body that came with status 200 and a JSON type. Pure.
#ifndef BANTO_PROXY_API_WHOLE_READER_H_
#define BANTO_PROXY_API_WHOLE_READER_H_

#include <string_view>

#include "proxy/api/answer_reader.h"

namespace banto::api {

// Chat and completions. *spans gets the places of id and created.
Completeness CheckOpenAiWhole(const RequestExpectations& expectations, std::string_view body,
                              FrameVerdict* spans, Usage* usage);

// /v1/embeddings: as many rows as inputs, each index once, equal widths, floats or base64.
Completeness CheckEmbeddings(int inputs, std::string_view body, Usage* usage);

// /api/embed (`embeddings`) and the older /api/embeddings (`embedding`).
Completeness CheckOllamaEmbeddings(int inputs, std::string_view body, Usage* usage);

// /api/chat and /api/generate with "stream": false.
Completeness CheckOllamaWhole(bool limit_set, std::string_view body, Usage* usage);

// What is only passed through: its usage, and whether it is an error in disguise.
Completeness CheckOtherWhole(std::string_view body, Usage* usage);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_WHOLE_READER_H_
