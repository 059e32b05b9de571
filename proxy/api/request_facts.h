// What the proxy needs to know of a request body, read once from the JsonScan: model, streaming,
// choices, limits. Pure.
#ifndef BANTO_PROXY_API_REQUEST_FACTS_H_
#define BANTO_PROXY_API_REQUEST_FACTS_H_

#include <string>
#include <string_view>

#include "proxy/api/answer_reader.h"
#include "proxy/api/operation.h"
#include "proxy/json/json_scan.h"

namespace banto::api {

// Neither copied nor moved: its views may point into itself. They live as long as it and the body.
// A member for the beginning of the body, or the value of the one that is there.
inline constexpr std::string_view kUsageWish = R"({"include_usage":true})";

class RequestFacts {
 public:
  RequestFacts(const OperationInfo& info, const json::JsonScan& scan);
  RequestFacts(const RequestFacts&) = delete;
  RequestFacts& operator=(const RequestFacts&) = delete;

  std::string_view model;         // as the client spelt it, escapes resolved; empty: absent
  bool model_is_no_name = false;  // it is there, and no text or an empty one: no engine's default
  bool stream = false;            // the client asked for (or, Ollama, did not refuse) a stream
  bool sampled = true;            // temperature is absent or > 0 and no seed is set
  bool load_or_unload = false;    // of a model, instead of an answer; never cached, never retried
  bool unloads = false;           // … it, once answered
  bool asks_nothing = false;      // it has no prompt: it only loads or unloads
  RequestExpectations expectations;
  // What only changes the wrapping, and cannot be told from an answer in another ("stream" where
  // there is no packager, "base64", "" …): a part of the cache key, and "" for a scan without
  // canonical text, of which none is made.
  std::string_view packaging;
  // Of a stream whose usage the client did not ask for: the part of the body in whose place
  // kUsageWish asks for it. No data: there is none.
  std::string_view usage_spot;

  // Takes the model from there, for an API that also names it elsewhere. nullptr: it is absent.
  void ReadModel(const json::JsonMember* member);

 private:
  void ReadPackaging(const json::JsonScan& scan);

  std::string decoded_model_, odd_packaging_;
};

inline RequestFacts ReadRequestFacts(const OperationInfo& info, const json::JsonScan& scan) {
  return RequestFacts(info, scan);
}

}  // namespace banto::api

#endif  // BANTO_PROXY_API_REQUEST_FACTS_H_
