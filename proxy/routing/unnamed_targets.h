// Which workers a request without a model can mean: the native APIs of TEI, TGI and llama.cpp have
// no models, and a worker under two names is still one. Pure; control plane.
#ifndef BANTO_PROXY_ROUTING_UNNAMED_TARGETS_H_
#define BANTO_PROXY_ROUTING_UNNAMED_TARGETS_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/routing/snapshot.h"

namespace banto {

// A worker with an API: its kind and its models, sorted; none: it has not reported.
struct Speaker {
  upstream::WorkerPtr worker;
  api::Engines engines = 0;
  std::vector<std::string> models;
};

// `task`: of a TEI (EngineFacts).
api::Engines EnginesOf(api::WorkerKind kind, std::string_view task);

using MakeGroup = std::function<upstream::WorkerGroupPtr(
    const std::string& model, const std::vector<upstream::WorkerPtr>& workers)>;

// The target for each set of engines that an operation has.
std::vector<UnnamedTarget> FindUnnamedTargets(const std::vector<Speaker>& speakers,
                                              const MakeGroup& make_group);

}  // namespace banto

#endif  // BANTO_PROXY_ROUTING_UNNAMED_TARGETS_H_
