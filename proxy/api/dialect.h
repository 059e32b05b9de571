// One API's rules, as a row of functions: how a request, an answer and an error of it are read and
// written. An API is a folder beside this file (openai/, ollama/, anthropic/, …) with its Dialect
// and its paths (operations.h), and a line in operation_table.h; nobody else asks which API it is.
// A folder knows no other. All functions are pure; any thread may call them.
#ifndef BANTO_PROXY_API_DIALECT_H_
#define BANTO_PROXY_API_DIALECT_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/api/answer_reader.h"
#include "proxy/api/error_shape.h"
#include "proxy/api/listing.h"
#include "proxy/api/operation.h"
#include "proxy/api/request_facts.h"
#include "proxy/api/stream_reader.h"
#include "proxy/http/field_list.h"
#include "proxy/json/json_scan.h"

namespace banto::api {

struct Dialect {
  std::string_view name;
  // Paths at and under it are this API's, known or not; empty: it has none of its own. The deepest
  // root counts.
  std::string_view root = {};
  // The field by which its clients say what they are, where another API shares their root.
  std::string_view client_field = {};
  // The field in which its clients look for the id of their request, beside X-Request-Id.
  std::optional<http::FixedName> id_field = {};
  // The only workers that speak it. 0: all but plain applications.
  Engines natives = 0;
  // An application's own language: nothing in it is read.
  bool opaque = false;
  // A request may load or unload a model, so one that cannot be read is sent only once.
  bool may_load_models = false;

  // ---- Requests
  // Adds what the API says in its own members to facts that hold the model and `stream`.
  void (*read_request)(const OperationInfo& operation, const json::JsonScan& scan,
                       RequestFacts* facts) = nullptr;
  // Members that cannot change the answer, or only its packaging: the cache key leaves them out.
  json::JsonFieldSet ignored = {};
  // Why the answer to this request may not be kept: static, lower_case, for a log and a label;
  // nullptr: it may. For what is a reason in every API see cache/key_fields.h. Where the row has
  // nullptr, the API knows no such requests.
  const char* (*bypass_reason)(const json::JsonScan& scan) = nullptr;

  // Workers that keep an answer under its id unless `store` is false: the next turn may name that
  // id, which a hit would have renewed.
  Engines keeps_answers = 0;

  // ---- Answers, behind status 200
  std::unique_ptr<StreamReader> (*read_stream)(const RequestExpectations& expectations) = nullptr;
  // The rules of wire-compatibility.md §4.6 for an answer that came as one body of JSON. *spans
  // (may be nullptr) gets the places of id and created. nullptr: nobody knows what it promises.
  Completeness (*check_whole)(const RequestExpectations& expectations, std::string_view body,
                              FrameVerdict* spans, Usage* usage) = nullptr;

  // ---- Answers of our own
  const ErrorShape* errors;  // never nullptr
  // A whole frame for a stream whose worker is silent (keep_alive.h). Empty: its clients know none.
  std::string_view keep_alive = {};
  // nullptr: it has no listings.
  ListingAnswer (*list)(Operation listing, const ListingFacts& facts) = nullptr;
  // To a request that only loads or unloads a model, of a worker that does neither. nullptr: it has
  // no such requests.
  ListingAnswer (*answer_load)(const OperationInfo& operation, const RequestFacts& facts,
                               int64_t now_s) = nullptr;
};

}  // namespace banto::api

#endif  // BANTO_PROXY_API_DIALECT_H_
