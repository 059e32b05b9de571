#include "proxy/routing/model_group.h"

#include <algorithm>

#include "proxy/api/engine_traits.h"

namespace banto {
namespace {

const health::ListedModel* FindAt(const std::string& model, const upstream::WorkerPtr& worker,
                                  const ListedByWorker& listed) {
  const auto its = listed.find(worker->name());
  return its == listed.end() ? nullptr : its->second.FindTagged(model);
}

}  // namespace

std::string RevisionOf(const std::string& model, const std::vector<upstream::WorkerPtr>& workers,
                       const ListedByWorker& listed) {
  std::vector<std::string> revisions;
  for (const upstream::WorkerPtr& worker : workers) {
    const health::ListedModel* const there = FindAt(model, worker, listed);
    if (there != nullptr) revisions.push_back(there->revision);
  }
  std::sort(revisions.begin(), revisions.end());
  revisions.erase(std::unique(revisions.begin(), revisions.end()), revisions.end());
  std::string all;
  for (const std::string& revision : revisions) all += (all.empty() ? "" : "+") + revision;
  return all;
}

std::vector<const upstream::WorkerState*> ColdOf(const std::string& model,
                                                 const std::vector<upstream::WorkerPtr>& workers,
                                                 const ListedByWorker& listed) {
  std::vector<const upstream::WorkerState*> cold;
  for (const upstream::WorkerPtr& worker : workers) {
    if (!api::TraitsOf(worker->kind).has_ollama_api) continue;
    const health::ListedModel* const there = FindAt(model, worker, listed);
    if (there != nullptr && there->ollama_ps.empty()) cold.push_back(worker->state.get());
  }
  return cold;
}

}  // namespace banto
