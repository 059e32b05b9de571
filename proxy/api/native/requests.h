// What the engines' own operations ask for, as far as it tells when their answer is complete. Each
// is a Dialect's read_request.
#ifndef BANTO_PROXY_API_NATIVE_REQUESTS_H_
#define BANTO_PROXY_API_NATIVE_REQUESTS_H_

#include "proxy/api/operation.h"
#include "proxy/api/request_facts.h"
#include "proxy/json/json_scan.h"

namespace banto::api::native {

// One result for each text.
void ReadTexts(const OperationInfo& operation, const json::JsonScan& scan, RequestFacts* facts);
// One for each document, or the best of them.
void ReadRanking(const OperationInfo& operation, const json::JsonScan& scan, RequestFacts* facts);
// One for each pair.
void ReadPairs(const OperationInfo& operation, const json::JsonScan& scan, RequestFacts* facts);

// llama.cpp's /completion and /infill.
void ReadLlamaPrompt(const OperationInfo& operation, const json::JsonScan& scan,
                     RequestFacts* facts);
// TGI's and SGLang's /generate: `parameters` or `sampling_params`.
void ReadPrompt(const OperationInfo& operation, const json::JsonScan& scan, RequestFacts* facts);

}  // namespace banto::api::native

#endif  // BANTO_PROXY_API_NATIVE_REQUESTS_H_
