// Whose key a request has, and what that keeps from its caller. Pure, but TakeKey writes the head.
#ifndef BANTO_PROXY_EXCHANGE_CALLER_KEY_H_
#define BANTO_PROXY_EXCHANGE_CALLER_KEY_H_

#include <string_view>

#include "proxy/api/listing.h"
#include "proxy/question/question.h"
#include "proxy/routing/target.h"

namespace banto {

// The refusal (401) of a head without any of our keys; status 0: it has one, or needs none.
Refusal RefuseUnkeyed(const Snapshot& snapshot, const http::RequestHead& head);

// Notes whose key the request has, and takes the secret out of its head. A refusal (401) if there
// are keys and it has none of them; a browser's preflight needs none, because it cannot have one.
Refusal TakeKey(Request* request, Question* question);

// Whether the caller may ask for every model, or for this one.
bool MayAskAnything(const Question& question);
bool MayAskFor(const Question& question, std::string_view model);

// A refusal (403) if the caller may not ask what it asks: `named` is the model that it names, which
// may be empty. Keeps a permitted question in the house, as below.
Refusal Permit(Question* question, std::string_view named);

// A refusal of the router without the names of models that the caller may not ask for.
Refusal AsToldTo(const Question& question, std::string_view model, Refusal refusal);

// The models of a listing that the caller may ask for. `filtered`: memory for them.
const api::Catalog& AsShownTo(const Question& question, const api::Catalog& all,
                              api::Catalog* filtered);

// Narrows the question's group to workers to which nothing leaves the house, if its key demands it;
// a refusal (403) if there are none.
Refusal KeepInHouse(Question* question);

}  // namespace banto

#endif  // BANTO_PROXY_EXCHANGE_CALLER_KEY_H_
