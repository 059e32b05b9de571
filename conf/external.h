// Workers that are somebody else's servers: which they are, and which models may be asked of them.
// They cost money and get to know what is asked, so they serve only what the configuration names;
// that they list a model does not name it. Pure.
#ifndef BANTO_CONF_EXTERNAL_H_
#define BANTO_CONF_EXTERNAL_H_

#include <string_view>

#include "conf/config.h"

namespace banto::conf {

// `kind`: as found out.
bool IsExternal(const Worker& worker, api::WorkerKind kind);
inline bool IsExternal(const Worker& worker) { return IsExternal(worker, worker.kind); }

// Whether the configuration names `model` for this worker, for whoever asks for it: in its
// `models`, or in a [[models]] target, fallback or split that leaves the worker open. { worker = …,
// model = … } names it for its own entry only: else a fallback to an external worker would share
// the load of the workers at home.
bool NamesForAll(const Config& config, const Worker& worker, std::string_view model);

// Whether it names any, as far as that can be told before the worker lists its models.
bool MayNameAny(const Config& config, const Worker& worker);

// … for all who ask.
bool MayNameAnyForAll(const Config& config, const Worker& worker);

}  // namespace banto::conf

#endif  // BANTO_CONF_EXTERNAL_H_
