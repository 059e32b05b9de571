// The sets of field names that a proxy must know by heart. Pure.
#ifndef BANTO_PROXY_HTTP_FIELD_NAMES_H_
#define BANTO_PROXY_HTTP_FIELD_NAMES_H_

#include <span>
#include <string>
#include <string_view>

#include "proxy/http/field_name.h"

namespace banto::http {

// The fixed hop-by-hop set of RFC 9110 §7.6.1.
inline constexpr FieldSet kHopByHopFields = {FieldName::kConnection,
                                             FieldName::kKeepAlive,
                                             FieldName::kProxyAuthenticate,
                                             FieldName::kProxyAuthorization,
                                             FieldName::kProxyConnection,
                                             FieldName::kTe,
                                             FieldName::kTrailer,
                                             FieldName::kTransferEncoding,
                                             FieldName::kUpgrade};

inline constexpr FieldSet kForwardedFields = {
    FieldName::kXForwardedFor,   FieldName::kXForwardedHost,   FieldName::kXForwardedPort,
    FieldName::kXForwardedProto, FieldName::kXForwardedScheme, FieldName::kXForwardedServer,
    FieldName::kXForwardedOther};

// What must never be nominated by Connection: dropping it would change what the message means or
// who is thought to have sent it.
inline constexpr FieldSet kCriticalFields =
    kForwardedFields |
    FieldSet{FieldName::kAuthorization, FieldName::kCacheControl, FieldName::kContentEncoding,
             FieldName::kContentLength, FieldName::kContentType,  FieldName::kCookie,
             FieldName::kForwarded,     FieldName::kHost,         FieldName::kVia,
             FieldName::kXRealIp,       FieldName::kXRequestId};

inline bool IsCriticalName(std::string_view name) {
  return kCriticalFields.Has(ClassifyFieldName(name));
}

// Whether `name`, with '_' for '-', would be read as a framing or forwarding field by a server that
// maps both to one variable (CGI, WSGI): Transfer_Encoding, Content_Length, X_Forwarded_For …
bool IsUnderscoreTwin(std::string_view name);

// Whether `name` begins with `prefix`, without case.
bool StartsWithNoCase(std::string_view name, std::string_view prefix);

// Whether a name is one of `names`, of which "name*" stands for all that begin so. Without case.
bool MatchesName(std::string_view name, std::span<const std::string> names);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_FIELD_NAMES_H_
