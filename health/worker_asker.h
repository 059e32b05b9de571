// Sends requests to one worker with its Host, key, fields and paths. One request at a time; within
// a round no path is requested twice. If the url leaves open whether its path stands for /v1, the
// list of models is searched in both places. Owned by the WorkerWatch; control loop only;
// destroying cancels.
#ifndef BANTO_HEALTH_WORKER_ASKER_H_
#define BANTO_HEALTH_WORKER_ASKER_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "conf/config.h"
#include "conf/worker_path.h"
#include "health/http_get.h"

namespace banto::health {

// `path`: as it should appear in the request.
HttpGetRequest WorkerQuestion(const conf::Worker& worker, const std::string& path,
                              int64_t timeout_ms);

// Whether the worker is behind ngrok or similar: free plans count requests and show browsers an
// interstitial page.
bool BehindTunnel(const conf::Worker& worker);

class WorkerAsker {
 public:
  using Done = std::function<void(const HttpGetResult&)>;
  WorkerAsker(net::EventLoop* loop, net::Resolver* resolver, net::TlsContext* tls,
              const conf::Worker& worker)
      : loop_(loop),
        resolver_(resolver),
        tls_(tls),
        worker_(worker),
        path_(conf::PathOf(worker.url, worker.kind)) {}

  // Starts a new round: forgets earlier answers.
  void Forget() { answers_.clear(); }
  // The detected kind: an app's path is taken literally.
  void set_kind(api::WorkerKind kind);
  const conf::WorkerPath& path() const { return path_; }
  // GETs `path`. `done` is called later, or immediately with the answer that the path got in this
  // round.
  void Get(const std::string& path, int64_t timeout_ms, size_t body_bytes_max, Done done);
  // Only connects.
  void Connect(int64_t timeout_ms, Done done);

 private:
  void Ask(const conf::WorkerPath& where, const std::string& path, int64_t timeout_ms,
           size_t body_bytes_max, Done done);
  void AskElsewhere(const HttpGetResult& first, const std::string& path, int64_t timeout_ms,
                    size_t body_bytes_max, Done done);

  net::EventLoop* loop_;
  net::Resolver* resolver_;
  net::TlsContext* tls_;
  const conf::Worker& worker_;  // the owner's
  conf::WorkerPath path_;
  std::optional<bool> prefix_is_v1_;  // as found by querying
  std::unique_ptr<HttpGet> get_;
  std::map<std::string, HttpGetResult> answers_;
};

}  // namespace banto::health

#endif  // BANTO_HEALTH_WORKER_ASKER_H_
