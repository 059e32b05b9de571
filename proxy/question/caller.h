// Who asks, as far as a request tells. Pure.
#ifndef BANTO_PROXY_QUESTION_CALLER_H_
#define BANTO_PROXY_QUESTION_CALLER_H_

#include <cstdint>

#include "proxy/question/question.h"

namespace banto {

// A hash of the credentials. The same in every process; never shown to anyone.
uint64_t HashCaller(const Question& question, uint64_t seed);

// The same for all requests of one caller, who is known by his address if he has no credentials.
uint64_t DrawOf(const Question& question);

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_CALLER_H_
