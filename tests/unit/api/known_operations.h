// The operations that tests speak of, by name.
#ifndef BANTO_TESTS_UNIT_API_KNOWN_OPERATIONS_H_
#define BANTO_TESTS_UNIT_API_KNOWN_OPERATIONS_H_

#include "proxy/api/dialect.h"
#include "proxy/api/operation.h"

namespace banto::api::known {

inline const OperationInfo* const kChat = FindOperation("POST", "/v1/chat/completions");
inline const OperationInfo* const kCompletions = FindOperation("POST", "/v1/completions");
inline const OperationInfo* const kEmbeddings = FindOperation("POST", "/v1/embeddings");
inline const OperationInfo* const kResponses = FindOperation("POST", "/v1/responses");
inline const OperationInfo* const kMessages = FindOperation("POST", "/v1/messages");
inline const OperationInfo* const kOllamaChat = FindOperation("POST", "/api/chat");
inline const OperationInfo* const kOllamaGenerate = FindOperation("POST", "/api/generate");
inline const OperationInfo* const kOllamaEmbed = FindOperation("POST", "/api/embed");
inline const OperationInfo* const kNative = FindOperation("POST", "/rerank");
inline const OperationInfo* const kPlain = &kPlainOperation;

}  // namespace banto::api::known

#endif  // BANTO_TESTS_UNIT_API_KNOWN_OPERATIONS_H_
