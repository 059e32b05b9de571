// What is said of a path that FindOperation does not know, or not with this method: in whose shape,
// and which methods there are. Pure.
#ifndef BANTO_PROXY_API_UNKNOWN_PATH_H_
#define BANTO_PROXY_API_UNKNOWN_PATH_H_

#include <string_view>

#include "proxy/api/dialect.h"
#include "proxy/api/operation.h"
#include "proxy/http/message.h"

namespace banto::api {

// The API whose clients send a field that this request has, by `has_field(name)`; nullptr: none.
template <typename HasField>
const Dialect* ClientsDialect(HasField has_field) {
  for (const Dialect* dialect : AllDialects()) {
    if (!dialect->client_field.empty() && has_field(dialect->client_field)) return dialect;
  }
  return nullptr;
}

// Whose errors the sender of a request reads: by its path, and by what it calls itself (`clients`,
// of ClientsDialect) where APIs share a root.
const Dialect& ErrorDialect(std::string_view path, const Dialect* clients);
const Dialect& ErrorDialect(const http::RequestHead& head);

// The methods of a path that we know, as Allow lists them (RFC 9110 §10.2.1); empty for others.
std::string_view KnownMethods(std::string_view path);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_UNKNOWN_PATH_H_
