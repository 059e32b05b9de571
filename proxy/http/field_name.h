// Field names as small numbers: a name is compared with the known ones once, when its line is
// parsed, and afterwards "is it Host", "is it hop-by-hop" and "is there any" are a bit each. Pure.
#ifndef BANTO_PROXY_HTTP_FIELD_NAME_H_
#define BANTO_PROXY_HTTP_FIELD_NAME_H_

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace banto::http {

enum class FieldName : uint8_t {
  // Families: many names share the id, so it takes the text to tell them apart.
  kOther,               // none that we know
  kXForwardedOther,     // X-Forwarded-* without an id of its own
  kAccessControlOther,  // Access-Control-* of answers (CORS)
  kOfOneExchange,  // tells of one exchange and of no other, and is never looked up (recorder.cc)
  kHarmless,       // in a request it separates nobody, in an answer it tells of one exchange
  kHarmlessToApi,  // in a request to an API it separates nobody (harmless_fields.h)
  kCredential,     // left out where all callers share
  // Names that stand alone.
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

// The id of `name`, without case: a single name's exactly where EqualsNoCase would hold.
FieldName ClassifyFieldName(std::string_view name);

// A set of ids. What it says of a family holds for all of its names.
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

// What the table of harmless_fields.h comes to.
FieldSet HarmlessToAll();
FieldSet HarmlessToApi();  // all that does no harm to an API, the former included
FieldSet Credentials();

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_FIELD_NAME_H_
