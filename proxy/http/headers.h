// How a proxy changes fields (RFC 9110 §7.6): which are hop-by-hop, and what is added towards a
// worker. Pure.
#ifndef BANTO_PROXY_HTTP_HEADERS_H_
#define BANTO_PROXY_HTTP_HEADERS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/http/field_list.h"
#include "proxy/http/message.h"

namespace banto::http {

// Whether the Connection field nominates `name`, which then belongs to this hop only, like
// kHopByHopFields (field_names.h; RFC 9110 §7.6.1).
inline bool IsNominated(const Head& head, std::string_view name) {
  return head.nominates_fields() && head.HasToken(FieldName::kConnection, name);
}

// What a worker receives besides the client's own fields. Views must outlive the call.
struct ForwardingFields {
  std::string_view prefix;                     // prepended to the client's target
  bool prefix_is_v1 = false;                   // … replacing its "/v1"
  std::string_view query;                      // appended to the target's
  std::string_view host;                       // the Host to send
  std::string_view client_ip;                  // X-Real-IP
  std::string_view peer_ip;                    // the sender of the request, last in X-Forwarded-For
  bool peer_trusted = false;                   // extend its X-Forwarded-* rather than replace them
  std::string_view client_host;                // X-Forwarded-Host
  std::string_view request_id;                 // X-Request-Id
  std::string_view authorization;              // if not empty, replaces the client's Authorization
  std::string_view needed_name, needed_value;  // sent unless the client sends it; empty: none
  bool own_key = false;            // drop the client's Authorization: `extra` has a key of ours
  bool identity_encoding = false;  // send Accept-Encoding: identity (the answer is parsed or
                                   // stored)
  bool origin_settled = false;     // [cors] has already allowed it: do not forward Origin
  bool body_decoded = false;       // we decoded the body: drop Content-Encoding
  const std::vector<std::pair<std::string, std::string>>* extra =
      nullptr;  // they replace fields of the same name
};

// Renders the head for a worker: method and target of `head`, end-to-end fields, what `forwarding`
// adds, Via, and `Content-Length: body_size` (absent for 0 bytes on a GET/HEAD/DELETE without a
// body).
void AppendUpstreamRequest(const RequestHead& head, const ForwardingFields& forwarding,
                           uint64_t body_size, std::string* out);

// Appends a worker's end-to-end fields except those that we write ourselves (X-Request-Id, Via,
// Cache-Status, X-Cache, X-Banto-*). X-Banto-Dropped and X-Banto-Estimated of another banto stay.
void AppendEndToEndFields(const ResponseHead& head, FieldList* out);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_HEADERS_H_
