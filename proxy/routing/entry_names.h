// The names of [[models]] entries beside those of models, in listings. Internal to the snapshot's
// builder.
#ifndef BANTO_PROXY_ROUTING_ENTRY_NAMES_H_
#define BANTO_PROXY_ROUTING_ENTRY_NAMES_H_

#include <vector>

#include "proxy/routing/snapshot.h"

namespace banto {

// Lists the names that clients may ask for, like the models that they stand for.
void AddNames(const std::vector<ModelRoute>& rules, api::Catalog* catalog);

}  // namespace banto

#endif  // BANTO_PROXY_ROUTING_ENTRY_NAMES_H_
