// A [[workers]] entry as plain data: one model server or application, and how it is asked.
#ifndef BANTO_CONF_WORKER_H_
#define BANTO_CONF_WORKER_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/api/worker_kind.h"
#include "proxy/net/url.h"

namespace banto::conf {

// Which requests reach a worker in another API than the client's.
enum class Translate : uint8_t {
  kAuto,    // those in an API that it does not speak
  kAlways,  // all that can be: it is only asked in the API of its kind (OpenAI's or Ollama's)
  kNever,
};

// How a worker is asked for a whole answer; kAuto: as its kind is best asked.
enum class Ask : uint8_t { kAuto, kStream, kWhole };

struct Worker {
  int weight = 1;
  int max_in_flight = 0;  // 0: no limit
  bool backup = false;    // only if no other worker is available
  // Whether it is somebody else's server, which gets only what it needs, and requests only for
  // models that the configuration names; unset: by its kind.
  std::optional<bool> external;
  std::string name;  // default: the url's authority
  net::Url url;
  api::WorkerKind kind = api::WorkerKind::kAuto;
  std::vector<std::string> models;  // empty: the models that the worker lists; "*": all
  Translate translate = Translate::kAuto;
  Ask ask = Ask::kAuto;
  std::string host_header;  // empty: the url's authority; "client": the one that the client sent
  std::string api_key;      // replaces the client's Authorization
  std::vector<std::pair<std::string, std::string>> headers;
  bool tls_verify = true;
  std::string tls_ca_file;

  // As far as the file says: what a worker without `models` serves, it tells when it is asked.
  bool MayServe(std::string_view model) const {
    return models.empty() ||
           std::any_of(models.begin(), models.end(),
                       [model](const std::string& own) { return own == "*" || own == model; });
  }
};

}  // namespace banto::conf

#endif  // BANTO_CONF_WORKER_H_
