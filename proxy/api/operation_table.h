// Every path that we know: the rows of each API's folder. A new API joins here.
#ifndef BANTO_PROXY_API_OPERATION_TABLE_H_
#define BANTO_PROXY_API_OPERATION_TABLE_H_

#include <algorithm>
#include <array>
#include <cstddef>

#include "proxy/api/anthropic/operations.h"
#include "proxy/api/native/operations.h"
#include "proxy/api/ollama/operations.h"
#include "proxy/api/openai/operations.h"
#include "proxy/api/operation_row.h"

namespace banto::api {

template <size_t... kSizes>
constexpr auto JoinRows(const OperationRow (&... apis)[kSizes]) {
  std::array<OperationRow, (kSizes + ...)> all{};
  auto at = all.begin();
  ((at = std::copy(std::begin(apis), std::end(apis), at)), ...);
  return all;
}

inline constexpr auto kOperationRows =
    JoinRows(openai::kRows, anthropic::kRows, ollama::kRows, native::kRows);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_OPERATION_TABLE_H_
