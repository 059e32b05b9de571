// The meaning of the path in a worker's url: a prefix of everything requested there, and where the
// API's /v1 is. Pure.
#ifndef BANTO_CONF_WORKER_PATH_H_
#define BANTO_CONF_WORKER_PATH_H_

#include <string>
#include <string_view>

#include "conf/config.h"
#include "conf/worker_rules.h"

namespace banto::conf {

struct WorkerPath {
  std::string prefix;         // prepended to every path: "" or "/openai"; no trailing slash
  bool prefix_is_v1 = false;  // it replaces "/v1": /api/paas/v4, /v1beta/openai
  std::string query;          // appended to every query: Azure's "api-version=…"
  std::string list;           // asked for "/v1/models", if that is elsewhere (with its query)
  bool sure = true;           // false: prefix_is_v1 is a guess until the worker has answered

  // The path (or target) to request for `path` of a client or probe.
  std::string Of(std::string_view path) const;
  bool operator==(const WorkerPath&) const = default;
};

// Whether `target` belongs to the versioned API: "/v1", "/v1/…", "/v1?…".
bool BeginsWithV1(std::string_view target);

// Derived from the url alone. A client-style base URL ending in /v1 means the part before it; an
// app (kind http) gets its path unchanged.
WorkerPath PathOf(const net::Url& url, api::WorkerKind kind);

// The name of a worker that has none configured: two paths of one server are two workers.
std::string DefaultWorkerName(const net::Url& url, api::WorkerKind kind);

// Whether it is one model of Azure's, whatever a request calls it.
bool IsAzureDeployment(const net::Url& url);

// Checks the path of a worker's url.
Complaint CheckWorkerPath(const net::Url& url, api::WorkerKind kind);

// A description of the url at which a worker with a path is reached; empty without a path.
std::string WorkerPathNote(const Worker& worker);

}  // namespace banto::conf

#endif  // BANTO_CONF_WORKER_PATH_H_
