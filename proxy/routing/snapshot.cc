#include "proxy/routing/snapshot.h"

namespace banto {

upstream::WorkerGroupPtr FindGroup(const Snapshot& snapshot, const std::string& queue_key) {
  upstream::WorkerGroupPtr found;
  ForEachGroup(snapshot, [&](const upstream::WorkerGroupPtr& group) {
    if (!found && group->queue_key == queue_key) found = group;
  });
  return found;
}

GroupsByModel::const_iterator FindModel(const GroupsByModel& models, std::string_view name,
                                        bool latest_is_default) {
  constexpr std::string_view kLatest = ":latest";
  const auto found = models.find(name);
  if (found != models.end() || !latest_is_default || !name.ends_with(kLatest)) return found;
  return models.find(name.substr(0, name.size() - kLatest.size()));
}

}  // namespace banto
