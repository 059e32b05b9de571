// The columns of engine_traits: what is known of a kind of worker. Each has its reader. A value.
#ifndef BANTO_PROXY_API_ENGINE_COLUMNS_H_
#define BANTO_PROXY_API_ENGINE_COLUMNS_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "proxy/api/operation.h"
#include "proxy/api/origin_rule.h"
#include "proxy/api/worker_kind.h"

namespace banto::api {

struct FieldLine {
  const char* name = "";  // "": none
  const char* value = "";
};

struct EngineTraits {
  WorkerKind kind;
  const char* name;  // in the configuration, the log and the status

  // What it speaks.
  bool is_application = false;  // any program that speaks HTTP: nothing is known of its paths
  bool is_managed = false;      // may be somebody else's API: paid for, its /v1 anywhere in its url
  bool is_external = false;  // is somebody else's API wherever it stands (conf::Worker::external)
  bool has_ollama_api = false;  // /api/chat in Ollama's way, where "m" means "m:latest"
  Engines engines = 0;          // whose operations it serves
  OriginRule origins = OriginRule::kSilent;

  // What its requests carry.
  const char* key_field = "Authorization";  // … its key; there after "Bearer "
  FieldLine needed_field = {};              // sent where the client has none

  // How it is recognised: words that no other kind says. "": it has none.
  const char* owner = "";   // `owned_by` in its list of models
  const char* server = "";  // its Server field

  // How it is probed.
  const char* health_path = "/";
  bool has_health_route = false;  // only 2xx means healthy; elsewhere any answer below 500 does
  bool starts_with_503 = false;   // its 503 means "starting" until it was ready once
  bool cut_by_requests = false;   // any request cuts the stream that runs: nothing is asked then
  int64_t probe_timeout_ms = 5'000;
  const char* hint_on_403 = "";                // what its operator can do about it
  std::array<const char*, 4> fact_pages = {};  // what it serves, in the order of asking
  const char* load_page = nullptr;             // its load figures
  int64_t kv_tokens = 400'000;                 // that its KV cache holds, if it does not tell

  // How it answers.
  bool computes_on = false;           // a whole answer whose client has left, but not a stream
  bool tells_usage_if_asked = false;  // in a stream, by stream_options
  int failed_status = 0;              // below 500, and yet a failure of its own; 0: none
  bool own_stream_errors = false;  // an error event may be its own trouble whatever status it names
  bool closes_after_stream = false;  // whatever its Keep-Alive says
  bool knows_base64 = false;         // gives vectors in base64
  size_t vectors_max = 0;            // that it makes for one request; 0: of any number
};

}  // namespace banto::api

#endif  // BANTO_PROXY_API_ENGINE_COLUMNS_H_
