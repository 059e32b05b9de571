// The head that goes to a worker: a call's, as this worker is to see it. Pure.
#ifndef BANTO_PROXY_FETCH_OUTGOING_HEAD_H_
#define BANTO_PROXY_FETCH_OUTGOING_HEAD_H_

#include <string>

#include "conf/config.h"
#include "proxy/fetch/upstream_call.h"
#include "proxy/upstream/worker.h"

namespace banto {

// `number`: 1 for the first try; marks the request id of later ones, because engines refuse a
// second request with a known id.
void AppendOutgoingHead(const UpstreamCall& call, const upstream::Worker& worker,
                        const conf::Cors& cors, int number, std::string* out);

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_OUTGOING_HEAD_H_
