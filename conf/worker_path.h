// What a worker url's path means: the prefix of all that is asked there, and where the API's /v1
// is. Pure.
#ifndef BANTO_CONF_WORKER_PATH_H_
#define BANTO_CONF_WORKER_PATH_H_

#include <string>
#include <string_view>

#include "conf/config.h"
#include "conf/worker_rules.h"

namespace banto::conf {

struct WorkerPath {
  std::string prefix;         // before every path: "" or "/openai"; no slash at its end
  bool prefix_is_v1 = false;  // it takes the place of "/v1": /api/paas/v4, /v1beta/openai
  bool sure = true;           // false: prefix_is_v1 is a guess until the worker was asked

  // The path (or target) to ask for where a client, or a probe, says `path`.
  std::string Of(std::string_view path) const;
  bool operator==(const WorkerPath&) const = default;
};

// Whether `target` is of the versioned API: "/v1", "/v1/…", "/v1?…".
bool BeginsWithV1(std::string_view target);

// By the url alone. A base URL as clients have it, with the /v1 at its end, means what is before
// it; an app (kind http) gets its path as it stands.
WorkerPath PathOf(const net::Url& url, api::WorkerKind kind);

// The name of a worker that was given none: two paths of one server are two workers.
std::string DefaultWorkerName(const net::Url& url, api::WorkerKind kind);

// What is wrong with the path of a worker's url.
Complaint CheckWorkerPath(const net::Url& url, api::WorkerKind kind);

// Where a worker whose url has a path is asked, in words; empty without one.
std::string WorkerPathNote(const Worker& worker);

}  // namespace banto::conf

#endif  // BANTO_CONF_WORKER_PATH_H_
