// What is known of each kind of worker before it says anything: one row a kind. Constant data; any
// thread.
#ifndef BANTO_PROXY_API_ENGINE_TRAITS_H_
#define BANTO_PROXY_API_ENGINE_TRAITS_H_

#include <array>

#include "proxy/api/origin_rule.h"
#include "proxy/api/worker_kind.h"

namespace banto::api {

struct EngineTraits {
  WorkerKind kind;
  const char* name;  // in the configuration, logs and status
  OriginRule origins = OriginRule::kSilent;
};

extern const std::array<EngineTraits, kWorkerKinds> kEngineTraits;

inline const EngineTraits& TraitsOf(WorkerKind kind) {
  return kEngineTraits[static_cast<size_t>(kind)];
}

}  // namespace banto::api

#endif  // BANTO_PROXY_API_ENGINE_TRAITS_H_
