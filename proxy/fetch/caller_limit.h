// A 429 of a managed API that concerns whoever asked: it counts requests by their credential (RFC
// 6585 §4, "the user"), and where that was the client's own it says nothing of the API's room for
// others. Engines of one's own rarely look at keys, which every SDK sends: their 429 is their load.
#ifndef BANTO_PROXY_FETCH_CALLER_LIMIT_H_
#define BANTO_PROXY_FETCH_CALLER_LIMIT_H_

#include "proxy/http/message.h"
#include "proxy/upstream/worker.h"

namespace banto {

// Whether an answer with this status is between the client and the API: passed on, nobody waits.
bool IsCallersLimit(const upstream::Worker& worker, const http::RequestHead& head, int status);

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_CALLER_LIMIT_H_
