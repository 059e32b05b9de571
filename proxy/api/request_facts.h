// What the proxy needs to know of a request body, read once from the JsonScan: model, streaming,
// choices, limits. Pure.
#ifndef BANTO_PROXY_API_REQUEST_FACTS_H_
#define BANTO_PROXY_API_REQUEST_FACTS_H_

#include <string>
#include <string_view>

#include "proxy/api/answer_reader.h"
#include "proxy/api/operation.h"
#include "proxy/http/json_scan.h"

namespace banto::api {

struct RequestFacts {
  std::string model;            // as the client spelt it, escapes resolved; empty: absent
  bool stream = false;          // the client asked for (or, Ollama, did not refuse) a stream
  bool sampled = true;          // temperature is absent or > 0 and no seed is set
  bool load_or_unload = false;  // Ollama: empty prompt or keep_alive 0; never cached, never retried
  RequestExpectations expectations;
  std::string packaging;  // what only changes the wrapping ("stream", "stream+usage", "base64", ""
                          // …): a part of the first release's cache key
};

RequestFacts ReadRequestFacts(const OperationInfo& info, const http::JsonScan& scan);

// Which fields the cache key leaves out for this operation are in cache/key_fields.h.

}  // namespace banto::api

#endif  // BANTO_PROXY_API_REQUEST_FACTS_H_
