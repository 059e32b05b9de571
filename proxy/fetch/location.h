// Where a worker says that something is (Location, Content-Location): an address of its own becomes
// the client's view of it, as nginx's `proxy_redirect default` does; any other stays. Pure.
#ifndef BANTO_PROXY_FETCH_LOCATION_H_
#define BANTO_PROXY_FETCH_LOCATION_H_

#include <optional>
#include <string>
#include <string_view>

#include "proxy/http/field_list.h"
#include "proxy/http/message.h"
#include "proxy/net/url.h"

namespace banto {

// A worker as it may call itself.
struct WorkerAddress {
  const net::Url& url;
  std::string_view host;     // the Host that it was sent
  std::string_view prefix;   // of all its paths, which no client sees ("/llm"); empty: none
  std::string_view instead;  // what clients write in its place ("/v1"), if anything
};

// Where the client thinks it is.
struct ClientView {
  std::string_view scheme;  // "http" or "https"
  std::string_view host;    // its Host; empty: unknown, and a path must do
};

// By the client's Host; a trusted terminator in front of us knows better (X-Forwarded-*).
ClientView ClientViewOf(const http::RequestHead& head, bool peer_trusted);

// nullopt: it stays.
std::optional<std::string> LocationForClient(std::string_view location, const WorkerAddress& worker,
                                             const ClientView& client);

// Does so with both fields of an answer.
void RewriteLocations(const WorkerAddress& worker, const ClientView& client,
                      http::FieldList* fields);

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_LOCATION_H_
