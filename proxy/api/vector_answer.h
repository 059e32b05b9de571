// An answer of vectors taken apart into its rows, and one put together from rows of several. What
// is in it besides the vectors stays as it was spelt. Pure.
#ifndef BANTO_PROXY_API_VECTOR_ANSWER_H_
#define BANTO_PROXY_API_VECTOR_ANSWER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/api/vector_form.h"

namespace banto::api {

struct VectorRow {
  std::string shell;   // its object without the vector; empty: it is nothing but a vector
  std::string floats;  // 4 bytes each, the lowest first
};

struct VectorAnswer {
  std::string shell;  // without the rows
  std::vector<VectorRow> rows;
};

// nullopt: it does not have `count` rows of equal width, each index once, all floats finite.
std::optional<VectorAnswer> TakeApart(VectorForm::Rows form, std::string_view body, size_t count);

struct VectorView {
  std::string_view shell, floats;
};

// `tokens`: of all rows; -1: unknown, and the shell's are left as they are.
std::string PutTogether(VectorForm::Rows form, std::string_view shell,
                        std::span<const VectorView> rows, bool base64, int64_t tokens);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_VECTOR_ANSWER_H_
