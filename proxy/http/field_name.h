// Field names as small integers: a name is classified once, when its line is parsed; afterwards "is
// it Host", "is it hop-by-hop" and "is it present" are bit tests. Pure.
#ifndef BANTO_PROXY_HTTP_FIELD_NAME_H_
#define BANTO_PROXY_HTTP_FIELD_NAME_H_

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace banto::http {

enum class FieldName : uint8_t {
  // Families: many names share the id, so only the text distinguishes them.
  kOther,               // not a known name
  kXForwardedOther,     // X-Forwarded-* without an id of its own
  kAccessControlOther,  // Access-Control-* of answers (CORS)
  kXBantoOther,         // X-Banto-* without an id of its own
  kOfOneExchange,       // describes one exchange only, and is never looked up (recorder.cc)
  kHarmless,            // in a request it does not separate callers; in an answer it describes one
                        // exchange
  kHarmlessToApi,       // in a request to an API it does not separate callers (harmless_fields.h)
  kCredential,          // left out of the key if all callers share the cache
  // Single names.
  kAccept,
  kAcceptEncoding,
  kAccessControlRequestHeaders,
  kAccessControlRequestMethod,
  kAge,
  kApiKey,
  kAuthorization,
  kCacheControl,
  kCacheStatus,
  kConnection,
  kContentEncoding,
  kContentLength,
  kContentLocation,
  kContentType,
  kCookie,
  kDate,
  kExpect,
  kForwarded,
  kHost,
  kKeepAlive,
  kLocation,
  kOrigin,
  kPragma,
  kProxyAuthenticate,
  kProxyAuthorization,
  kProxyConnection,
  kRange,
  kRetryAfter,
  kServer,
  kSetCookie,
  kTe,
  kTrailer,
  kTransferEncoding,
  kUpgrade,
  kUserAgent,
  kVary,
  kVia,
  kXAccelBuffering,
  kXApiKey,
  kXBantoModel,
  kXBantoWorker,
  kXCache,
  kXConversationId,
  kXDataParallelRank,
  kXForwardedFor,
  kXForwardedHost,
  kXForwardedPort,
  kXForwardedProto,
  kXForwardedScheme,
  kXForwardedServer,
  kXRealIp,
  kXRequestId,
};

constexpr bool IsFamily(FieldName id) { return id < FieldName::kAccept; }

// The id of `name`, ignoring case. Returns a single name's id exactly where EqualsNoCase would
// match.
FieldName ClassifyFieldName(std::string_view name);

// A set of ids. For a family it covers all of its names.
class FieldSet {
 public:
  constexpr FieldSet() = default;
  constexpr FieldSet(std::initializer_list<FieldName> ids) {
    for (const FieldName id : ids) Add(id);
  }
  constexpr void Add(FieldName id) { bits_ |= Bit(id); }
  constexpr bool Has(FieldName id) const { return (bits_ & Bit(id)) != 0; }
  constexpr bool HasAny(FieldSet other) const { return (bits_ & other.bits_) != 0; }
  constexpr FieldSet operator|(FieldSet other) const { return FieldSet(bits_ | other.bits_); }

 private:
  explicit constexpr FieldSet(uint64_t bits) : bits_(bits) {}
  static constexpr uint64_t Bit(FieldName id) { return uint64_t{1} << static_cast<unsigned>(id); }
  uint64_t bits_ = 0;
};
static_assert(static_cast<unsigned>(FieldName::kXRequestId) < 64);

// The names in the table of harmless_fields.h.
FieldSet HarmlessToAll();
FieldSet HarmlessToApi();  // all that are harmless to an API, including HarmlessToAll()
FieldSet Credentials();

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_FIELD_NAME_H_
