// What engines offer in a language of their own: passed through, and read only to know when it
// fails. Errors are OpenAI's, as the engines have them.
#ifndef BANTO_PROXY_API_NATIVE_NATIVE_H_
#define BANTO_PROXY_API_NATIVE_NATIVE_H_

#include "proxy/api/dialect.h"

namespace banto::api::native {

extern const Dialect kDialect;

}  // namespace banto::api::native

#endif  // BANTO_PROXY_API_NATIVE_NATIVE_H_
