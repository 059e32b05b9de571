#include "proxy/routing/snapshot.h"

namespace banto {

upstream::WorkerGroupPtr FindGroup(const Snapshot& snapshot, const std::string& queue_key) {
  upstream::WorkerGroupPtr found;
  ForEachGroup(snapshot, [&](const upstream::WorkerGroupPtr& group) {
    if (!found && group->queue_key == queue_key) found = group;
  });
  return found;
}

}  // namespace banto
