// Sets of field names to which a proxy must give special treatment. Pure.
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

// Fields that Connection must never nominate: dropping them would change the meaning of the message
// or its apparent sender.
inline constexpr FieldSet kCriticalFields =
    kForwardedFields |
    FieldSet{FieldName::kAuthorization, FieldName::kCacheControl, FieldName::kContentEncoding,
             FieldName::kContentLength, FieldName::kContentType,  FieldName::kCookie,
             FieldName::kForwarded,     FieldName::kHost,         FieldName::kVia,
             FieldName::kXRealIp,       FieldName::kXRequestId};

inline bool IsCriticalName(std::string_view name) {
  return kCriticalFields.Has(ClassifyFieldName(name));
}

// Whether `name`, read with '-' for '_', is a framing or forwarding field to servers that map both
// to one variable (CGI, WSGI): Transfer_Encoding, Content_Length, X_Forwarded_For …
bool IsUnderscoreTwin(std::string_view name);

// Whether `name` begins with `prefix`, ignoring case.
bool StartsWithNoCase(std::string_view name, std::string_view prefix);

// Whether `name` is one of `names`, where "name*" matches every name that begins with it. Ignores
// case.
bool MatchesName(std::string_view name, std::span<const std::string> names);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_FIELD_NAMES_H_
