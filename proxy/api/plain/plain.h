// Any application behind [[routes]] or kind = "http".
#ifndef BANTO_PROXY_API_PLAIN_PLAIN_H_
#define BANTO_PROXY_API_PLAIN_PLAIN_H_

#include "proxy/api/dialect.h"

namespace banto::api::plain {

extern const Dialect kDialect;

}  // namespace banto::api::plain

#endif  // BANTO_PROXY_API_PLAIN_PLAIN_H_
