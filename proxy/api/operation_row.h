// How an API writes down its paths: the vocabulary of the operations.h of each API's folder.
#ifndef BANTO_PROXY_API_OPERATION_ROW_H_
#define BANTO_PROXY_API_OPERATION_ROW_H_

#include <cstdint>
#include <string_view>

#include "proxy/api/operation.h"

namespace banto::api {

struct OperationRow {
  enum class Method : uint8_t {
    kPost,
    kGet,  // HEAD too: official CLIs greet with it
  };
  Method method;
  std::string_view path;
  OperationInfo info;
};

namespace rows {

using http::StreamFraming;

constexpr OperationInfo Inference(const Dialect* dialect, Operation operation, const char* endpoint,
                                  StreamFraming framing) {
  return {.dialect = dialect,
          .operation = operation,
          .endpoint = endpoint,
          .framing = framing,
          .inference = true,
          .retry_safe = true};
}

constexpr OperationInfo StreamsByDefault(OperationInfo info) {
  info.streams_by_default = true;
  return info;
}

constexpr OperationInfo Cacheable(OperationInfo info) {
  info.cacheable = true;
  return info;
}

constexpr OperationInfo Translated(OperationInfo info, const Codec* codec) {
  info.codec = codec;
  return info;
}

constexpr OperationInfo Packaged(OperationInfo info, const Packager* packager) {
  info.packager = packager;
  return info;
}

constexpr OperationInfo Itemised(OperationInfo info, const VectorForm* vectors) {
  info.vectors = vectors;
  return info;
}

constexpr OperationInfo Listing(const Dialect* dialect, Operation operation) {
  return {.dialect = dialect, .operation = operation, .endpoint = "models", .listing = true};
}

constexpr OperationRow Get(std::string_view path, OperationInfo info) {
  return {OperationRow::Method::kGet, path, info};
}

// `nameless`: those whose API has no `model` here; absent: all of `engines` are equal in that.
constexpr OperationRow Post(std::string_view path, OperationInfo info, Engines engines,
                            Engines nameless = 0) {
  info.engines = engines;
  info.nameless = nameless == 0 ? engines : nameless;
  return {OperationRow::Method::kPost, path, info};
}

// The engines by a letter each, so that a table of paths can be read.
constexpr Engines V = engine::kVllm, S = engine::kSglang, L = engine::kLlamaCpp,
                  P = engine::kLlamaCppPython, O = engine::kOllama, T = engine::kTgi,
                  E = engine::kTeiEmbed, R = engine::kTeiRerank, C = engine::kTeiPredict,
                  X = engine::kUnknown, A = engine::kAnthropic;
using engine::kTei;
constexpr Engines kLlm = V | S | L | P | O | T | X;

}  // namespace rows
}  // namespace banto::api

#endif  // BANTO_PROXY_API_OPERATION_ROW_H_
