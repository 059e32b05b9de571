// What a proxy does to fields on their way (RFC 9110 §7.6): which are hop-by-hop, what is added
// towards a worker. Pure.
#ifndef BANTO_PROXY_HTTP_HEADERS_H_
#define BANTO_PROXY_HTTP_HEADERS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/http/message.h"

namespace banto::http {

// Whether `name` belongs to this hop only: the fixed set of RFC 9110 §7.6.1 (Connection,
// Keep-Alive, Proxy-Connection, TE, Trailer, Transfer-Encoding, Upgrade, Proxy-Authenticate,
// Proxy-Authorization) or a name that the head's own Connection field nominates.
bool IsHopByHop(const Head& head, std::string_view name);

// A request whose Connection field nominates something that must stay (Content-Length, Host,
// Authorization, Cache-Control, X-Forwarded-*): an attack (CVE-2022-45059). Refuse with 400.
bool NominatesCriticalField(const Head& head);

// Whether the Connection field nominates anything besides "close" and "keep-alive". Where not,
// IsHopByHopName (field_names.h) is the whole test.
inline bool NominatesFields(const Head& head) { return head.nominates_fields(); }

// Whether the Connection field nominates `name`.
inline bool IsNominated(const Head& head, std::string_view name) {
  return head.nominates_fields() && head.HasToken(FieldName::kConnection, name);
}

// What a worker is told besides the client's own fields. Views must outlive the call.
struct ForwardingFields {
  std::string_view host;           // the Host to send
  std::string_view client_ip;      // X-Real-IP, appended to X-Forwarded-For
  std::string_view client_host;    // X-Forwarded-Host
  std::string_view request_id;     // X-Request-Id
  std::string_view authorization;  // when not empty: replaces the client's Authorization
  bool identity_encoding = false;  // send Accept-Encoding: identity (the answer is read or stored)
  bool body_decoded = false;       // we decoded the body: drop Content-Encoding
  const std::vector<std::pair<std::string, std::string>>* extra =
      nullptr;  // replace same-named fields
};

// Renders the head that goes to a worker: method and target of `head`, end-to-end fields, what
// `forwarding` adds, Via, and `Content-Length: body_size` (absent for 0 bytes on a GET/HEAD/DELETE
// without a body).
void AppendUpstreamRequest(const RequestHead& head, const ForwardingFields& forwarding,
                           uint64_t body_size, std::string* out);
std::string RenderUpstreamRequest(const RequestHead& head, const ForwardingFields& forwarding,
                                  uint64_t body_size);

// Appends a worker's end-to-end fields as "Name: value\r\n" lines. Left out: hop-by-hop fields,
// Content-Length, Transfer-Encoding, and those that we write ourselves (X-Request-Id, Via, Age,
// Cache-Status, X-Cache, X-Banto-Worker).
void AppendEndToEndFields(const ResponseHead& head, std::string* out);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_HEADERS_H_
