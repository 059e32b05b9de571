// Rewrites locations sent by a worker (Location, Content-Location): the worker's own address
// becomes the client's view of it, like nginx's `proxy_redirect default`; others stay. Pure.
#ifndef BANTO_PROXY_FETCH_LOCATION_H_
#define BANTO_PROXY_FETCH_LOCATION_H_

#include <optional>
#include <string>
#include <string_view>

#include "proxy/http/field_list.h"
#include "proxy/http/message.h"
#include "proxy/net/url.h"

namespace banto {

// How a worker may refer to itself.
struct WorkerAddress {
  const net::Url& url;
  std::string_view host;     // the Host that it received
  std::string_view prefix;   // prefix of all its paths, unknown to clients ("/llm"); empty: none
  std::string_view instead;  // what clients use in its place ("/v1"), if anything
};

// The address that the client uses.
struct ClientView {
  std::string_view scheme;  // "http" or "https"
  std::string_view host;    // its Host; empty: unknown, so a bare path has to do
};

// From the client's Host, or from X-Forwarded-* of a trusted terminator in front of us.
ClientView ClientViewOf(const http::RequestHead& head, bool peer_trusted);

// nullopt: unchanged.
std::optional<std::string> LocationForClient(std::string_view location, const WorkerAddress& worker,
                                             const ClientView& client);

// Does so with both fields of an answer.
void RewriteLocations(const WorkerAddress& worker, const ClientView& client,
                      http::FieldList* fields);

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_LOCATION_H_
