// The answer to a request that became no Exchange, because its head or body could not be taken.
// Pure.
#ifndef BANTO_PROXY_CLIENT_REFUSED_ANSWER_H_
#define BANTO_PROXY_CLIENT_REFUSED_ANSWER_H_

#include <string>

#include "proxy/client/refused_head.h"
#include "proxy/exchange/error_answer.h"
#include "proxy/routing/snapshot.h"
#include "proxy/routing/target.h"

namespace banto {

// `request_id`: ours; the client's own may be what could not be read.
ErrorAnswer AnswerRefused(const RefusedHead& told, Refusal refusal, const std::string& request_id,
                          const Snapshot& snapshot);

}  // namespace banto

#endif  // BANTO_PROXY_CLIENT_REFUSED_ANSWER_H_
