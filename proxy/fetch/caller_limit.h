// Recognises a 429 of a managed API that concerns only the caller: such APIs count requests by
// credential (RFC 6585 §4, "the user"), and if that was the client's own it says nothing about the
// capacity left for others. Self-hosted engines rarely check the keys that every SDK sends: their
// 429 means load.
#ifndef BANTO_PROXY_FETCH_CALLER_LIMIT_H_
#define BANTO_PROXY_FETCH_CALLER_LIMIT_H_

#include "proxy/http/message.h"
#include "proxy/upstream/worker.h"

namespace banto {

// Whether an answer with this status concerns only the client and the API: it is passed on and
// causes no cool-down.
bool IsCallersLimit(const upstream::Worker& worker, const http::RequestHead& head, int status);

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_CALLER_LIMIT_H_
