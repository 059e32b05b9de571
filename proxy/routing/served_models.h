// A worker as a snapshot has it, and the models that it may be asked for. Pure; control plane.
#ifndef BANTO_PROXY_ROUTING_SERVED_MODELS_H_
#define BANTO_PROXY_ROUTING_SERVED_MODELS_H_

#include <memory>
#include <string>
#include <vector>

#include "proxy/routing/snapshot_builder.h"

namespace banto {

std::shared_ptr<upstream::Worker> MakeWorker(const KnownWorker& known);

// The configured ones, otherwise those that it lists; of an external worker only what the
// configuration names (conf/external.h).
std::vector<std::string> ModelsOf(const conf::Config& config, const KnownWorker& known,
                                  bool external);

}  // namespace banto

#endif  // BANTO_PROXY_ROUTING_SERVED_MODELS_H_
