// How an API asks for vectors and gives them: what of a request are its items, and what of the
// answer their rows. A value.
#ifndef BANTO_PROXY_API_VECTOR_FORM_H_
#define BANTO_PROXY_API_VECTOR_FORM_H_

#include <cstdint>
#include <string_view>

namespace banto::api {

struct VectorForm {
  enum class Rows : uint8_t {
    kObjects,  // {"data":[{"index":0,"embedding":[…]}]}
    kVectors,  // {"embeddings":[[…]]}
    kBare,     // [[…]]
  };
  std::string_view input;  // the member with the items
  Rows rows;
  bool by_encoding = false;  // floats or base64, as encoding_format says
};

}  // namespace banto::api

#endif  // BANTO_PROXY_API_VECTOR_FORM_H_
