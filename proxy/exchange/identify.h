// The first step of an Exchange: what a request asks, told by its head, its body and the snapshot.
// Makes it a Question, or says why it is none, or that the answer is ours to give. Loop thread
// only: it uses its thread's scanner, memo and cache.
#ifndef BANTO_PROXY_EXCHANGE_IDENTIFY_H_
#define BANTO_PROXY_EXCHANGE_IDENTIFY_H_

#include <variant>

#include "proxy/api/listing.h"
#include "proxy/fetch/thread_context.h"
#include "proxy/question/question.h"
#include "proxy/routing/target.h"

namespace banto {

struct Asks {};            // it is a Question: the cache is looked into, then workers are asked
struct AsksBeforehand {};  // a browser's preflight, which is ours to answer
using Identified = std::variant<Asks, Refusal, AsksBeforehand, api::ListingAnswer>;

// Fills in `question`, which has its request and snapshot; what was found out before a refusal
// stays in it. `request` is that request, not shared yet: a coded body is decoded in it.
Identified Identify(ThreadContext* context, Request* request, Question* question);

// Whether there is a tier, and it is wanted: else nothing is hashed for it.
bool CachesFor(const ThreadContext& context, const Question& question);

// Of the request's path, now.
uint64_t PathEpochOf(const ThreadContext& context, const Question& question);

}  // namespace banto

#endif  // BANTO_PROXY_EXCHANGE_IDENTIFY_H_
