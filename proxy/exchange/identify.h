// The first step of an Exchange: derives from head, body and snapshot what a request asks. Makes it
// a Question, or says why it is not one, or that we answer it ourselves. Loop thread only: it uses
// its thread's scanner, memo and cache.
#ifndef BANTO_PROXY_EXCHANGE_IDENTIFY_H_
#define BANTO_PROXY_EXCHANGE_IDENTIFY_H_

#include <variant>

#include "proxy/api/listing.h"
#include "proxy/fetch/thread_context.h"
#include "proxy/question/question.h"
#include "proxy/routing/target.h"

namespace banto {

struct Asks {};            // it is a Question: for the cache, then for workers
struct AsksBeforehand {};  // a browser's preflight that we answer
using Identified = std::variant<Asks, Refusal, AsksBeforehand, api::ListingAnswer>;

// Fills in `question`, which has its request and snapshot; what was found before a refusal stays in
// it. `request` is that same request, not shared yet: a coded body is decoded in place.
Identified Identify(ThreadContext* context, Request* request, Question* question);

// The same for the fall-back whose turn it is after `last`, of a question that has the request, the
// snapshot and the operation of the one before. A refusal: there is none.
Identified IdentifyNext(ThreadContext* context, Request* request, const Target& last,
                        Question* question);

// The same for a copy of `original` for the mirror of its [[models]] entry. A refusal: it must not,
// or cannot, be copied.
Identified IdentifyCopy(ThreadContext* context, Request* request, const Question& original,
                        Question* question);

// Whether a cache tier exists and is wanted; otherwise nothing is hashed for it.
bool CachesFor(const ThreadContext& context, const Question& question);

// The current epoch of the request's path.
uint64_t PathEpochOf(const ThreadContext& context, const Question& question);

}  // namespace banto

#endif  // BANTO_PROXY_EXCHANGE_IDENTIFY_H_
