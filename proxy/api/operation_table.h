// Every path that we know: the rows of each API's folder. A new API joins here.
#ifndef BANTO_PROXY_API_OPERATION_TABLE_H_
#define BANTO_PROXY_API_OPERATION_TABLE_H_

#include "proxy/api/anthropic/operations.h"
#include "proxy/api/native/operations.h"
#include "proxy/api/ollama/operations.h"
#include "proxy/api/openai/operations.h"
#include "proxy/api/operation_row.h"
#include "proxy/base/join.h"

namespace banto::api {

inline constexpr auto kOperationRows =
    base::Join(openai::kRows, anthropic::kRows, ollama::kRows, native::kRows);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_OPERATION_TABLE_H_
