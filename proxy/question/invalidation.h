// What a request that writes makes old among the stored answers of routes (RFC 9111 §4.4). Pure.
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

// Which stored answers for its path a request may make old.
enum class Effect : uint8_t {
  kNone,
  kOnGet,  // a POST whose answer is kept although nobody said that it only asks
  kOnAll,
};

// None where no route keeps any. Methods that are not known to be safe write, but for a POST of
// which its own route (may be nullptr) says that it asks, by its `methods` or by "body" in its key.
Effect EffectOf(const Snapshot& snapshot, const PlainRoute* route, const http::RequestHead& head);

// The paths that were written to, as the worker's success tells: the request's own, and those of
// its Location and Content-Location where they are the same authority's.
std::vector<std::string> PathsWritten(const http::RequestHead& head, const http::FieldList& answer);

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_INVALIDATION_H_
