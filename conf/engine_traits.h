// What is known of each kind of worker before it says anything: one row a kind. Pure.
#ifndef BANTO_CONF_ENGINE_TRAITS_H_
#define BANTO_CONF_ENGINE_TRAITS_H_

#include <cstdint>
#include <string_view>

#include "conf/worker_kind.h"

namespace banto::conf {

// Which pages of a browser an engine lets read its answers when nobody configured it otherwise.
// Later ones are stricter.
enum class OriginRule : uint8_t {
  kAny,     // Access-Control-Allow-Origin: *
  kOllama,  // local pages and desktop shells; 403 to everybody else
  kSilent,  // says nothing, or is not known to say anything
};

struct EngineTraits {
  WorkerKind kind;
  OriginRule origins;
};
const EngineTraits& TraitsOf(WorkerKind kind);

inline OriginRule StricterOf(OriginRule a, OriginRule b) { return a < b ? b : a; }

// Whether the engine says that a page of `origin` may read its answers.
bool AllowsOrigin(OriginRule rule, std::string_view origin);

}  // namespace banto::conf

#endif  // BANTO_CONF_ENGINE_TRAITS_H_
