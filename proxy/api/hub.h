// Through which of its own APIs an engine is asked when it does not speak the client's. Pure.
#ifndef BANTO_PROXY_API_HUB_H_
#define BANTO_PROXY_API_HUB_H_

#include <string_view>

#include "proxy/api/neutral_request.h"
#include "proxy/api/operation.h"

namespace banto::api {

struct HubTarget {
  const OperationInfo* operation = nullptr;  // nullptr: there is none
  std::string_view path;

  explicit operator bool() const { return operation != nullptr; }
};

// Where engines of these kinds are asked what `meaning` says.
HubTarget FindHubTarget(Operation meaning, Engines engines);

// What a request of this operation means once it is read: Ollama's generate is a conversation
// unless it is raw.
Operation MeaningOf(const OperationInfo& operation, const NeutralRequest& request);

// Whether an engine of these kinds can be asked for the operation at all: as it came, or
// translated.
bool CanBeAsked(const OperationInfo& operation, Engines engines);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_HUB_H_
