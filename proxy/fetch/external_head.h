// The head that goes to somebody else's server (upstream::Worker::external): what it needs to
// answer, and nothing that tells who asks. Pure.
#ifndef BANTO_PROXY_FETCH_EXTERNAL_HEAD_H_
#define BANTO_PROXY_FETCH_EXTERNAL_HEAD_H_

#include <string>

#include "proxy/fetch/upstream_call.h"
#include "proxy/upstream/worker.h"

namespace banto {

void AppendExternalHead(const UpstreamCall& call, const upstream::Worker& worker, std::string* out);

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_EXTERNAL_HEAD_H_
