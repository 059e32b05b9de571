// Builds a Snapshot from the config and the workers' facts. Pure; control plane.
#ifndef BANTO_PROXY_ROUTING_SNAPSHOT_BUILDER_H_
#define BANTO_PROXY_ROUTING_SNAPSHOT_BUILDER_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "conf/config.h"
#include "health/worker_watch.h"
#include "proxy/routing/snapshot.h"
#include "proxy/upstream/worker.h"

namespace banto {

// A configured worker and what is known about it; without facts: it has not answered yet.
struct KnownWorker {
  conf::Worker settings;
  std::shared_ptr<upstream::WorkerState> state;
  net::TlsContext* tls = nullptr;
  const health::EngineFacts* facts = nullptr;
  std::vector<std::string> learned;  // models for which it has answered, if it shows no list
};

// `number` grows with every snapshot: queues follow the newest. `balancer` is passed from snapshot
// to snapshot, because a policy may hold a cursor. What its groups have learned is taken over from
// `previous`; nullptr: there is none.
SnapshotPtr BuildSnapshot(std::shared_ptr<const conf::Config> config,
                          const std::vector<KnownWorker>& workers,
                          const std::shared_ptr<upstream::Balancer>& balancer, uint64_t number,
                          const Snapshot* previous = nullptr);

}  // namespace banto

#endif  // BANTO_PROXY_ROUTING_SNAPSHOT_BUILDER_H_
