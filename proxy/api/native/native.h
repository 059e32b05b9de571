// What engines offer in a language of their own: passed through, and kept where it is known when an
// answer is complete. Errors are OpenAI's, as the engines have them.
#ifndef BANTO_PROXY_API_NATIVE_NATIVE_H_
#define BANTO_PROXY_API_NATIVE_NATIVE_H_

#include "proxy/api/dialect.h"

namespace banto::api::native {

extern const Dialect kDialect;  // read only to know when it fails

// Each kind of answer has its own rules.
extern const Dialect kRanking, kScores, kClasses, kVectors, kModerations;
extern const Dialect kTokens, kText, kCounts;
extern const Dialect kLlamaGeneration, kGeneration;

}  // namespace banto::api::native

#endif  // BANTO_PROXY_API_NATIVE_NATIVE_H_
