// What an answer of somebody else's server (upstream::Worker::external) says of our account, or of
// itself to browsers, and no client needs. Pure.
#ifndef BANTO_PROXY_FETCH_EXTERNAL_ANSWER_H_
#define BANTO_PROXY_FETCH_EXTERNAL_ANSWER_H_

#include <string>
#include <string_view>

#include "proxy/http/message.h"

namespace banto {

// Takes out what is for us only, so that neither the client nor the cache sees it. `method`: of the
// request.
void KeepToOurselves(std::string_view method, http::ResponseHead* head);

// The text of an error, in which keys, organisations and projects are not named.
std::string WithoutAccount(std::string text);

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_EXTERNAL_ANSWER_H_
