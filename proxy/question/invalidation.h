// Which stored answers of routes a request that writes invalidates (RFC 9111 §4.4). Pure.
#ifndef BANTO_PROXY_QUESTION_INVALIDATION_H_
#define BANTO_PROXY_QUESTION_INVALIDATION_H_

#include <string>
#include <string_view>
#include <vector>

#include "proxy/http/field_list.h"
#include "proxy/http/message.h"
#include "proxy/routing/router.h"
#include "proxy/routing/snapshot.h"

namespace banto {

// Which stored answers for its path a request may invalidate.
enum class Effect : uint8_t {
  kNone,
  kOnGet,  // a POST whose answer is stored although nothing declares that it only asks
  kOnAll,
};

// None if no route caches answers. Methods not known to be safe write, except a POST whose own
// route (may be nullptr) declares that it asks, by its `methods` or by "body" in its key.
Effect EffectOf(const Snapshot& snapshot, const PlainRoute* route, const http::RequestHead& head);

// The paths written to, judging by the worker's successful answer: the request's own, and those of
// its Location and Content-Location on the same authority.
std::vector<std::string> PathsWritten(const http::RequestHead& head, const http::FieldList& answer);

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_INVALIDATION_H_
