// All names with an id: those with one of their own, and those listed in harmless_fields.h. Only
// for field_name.cc, which builds its table from them.
#ifndef BANTO_PROXY_HTTP_FIELD_NAME_LIST_H_
#define BANTO_PROXY_HTTP_FIELD_NAME_LIST_H_

#include <array>
#include <string_view>

#include "proxy/base/ascii.h"
#include "proxy/http/field_name.h"
#include "proxy/http/harmless_fields.h"

namespace banto::http {

struct NamedField {
  std::string_view text;
  FieldName id;
};

inline constexpr auto kOwnNames = std::to_array<NamedField>({
    {"Accept", FieldName::kAccept},
    {"Accept-Encoding", FieldName::kAcceptEncoding},
    {"Access-Control-Request-Headers", FieldName::kAccessControlRequestHeaders},
    {"Access-Control-Request-Method", FieldName::kAccessControlRequestMethod},
    {"Age", FieldName::kAge},
    {"Api-Key", FieldName::kApiKey},
    {"Authorization", FieldName::kAuthorization},
    {"Cache-Control", FieldName::kCacheControl},
    {"Cache-Status", FieldName::kCacheStatus},
    {"Connection", FieldName::kConnection},
    {"Content-Encoding", FieldName::kContentEncoding},
    {"Content-Length", FieldName::kContentLength},
    {"Content-Location", FieldName::kContentLocation},
    {"Content-Type", FieldName::kContentType},
    {"Cookie", FieldName::kCookie},
    {"Date", FieldName::kDate},
    {"Expect", FieldName::kExpect},
    {"Forwarded", FieldName::kForwarded},
    {"Host", FieldName::kHost},
    {"Keep-Alive", FieldName::kKeepAlive},
    {"Location", FieldName::kLocation},
    {"Origin", FieldName::kOrigin},
    {"Pragma", FieldName::kPragma},
    {"Proxy-Authenticate", FieldName::kProxyAuthenticate},
    {"Proxy-Authorization", FieldName::kProxyAuthorization},
    {"Proxy-Connection", FieldName::kProxyConnection},
    {"Range", FieldName::kRange},
    {"Retry-After", FieldName::kRetryAfter},
    {"Server", FieldName::kServer},
    {"Set-Cookie", FieldName::kSetCookie},
    {"TE", FieldName::kTe},
    {"Trailer", FieldName::kTrailer},
    {"Transfer-Encoding", FieldName::kTransferEncoding},
    {"Upgrade", FieldName::kUpgrade},
    {"User-Agent", FieldName::kUserAgent},
    {"Vary", FieldName::kVary},
    {"Via", FieldName::kVia},
    {"X-Accel-Buffering", FieldName::kXAccelBuffering},
    {"X-Api-Key", FieldName::kXApiKey},
    {"X-Banto-Model", FieldName::kXBantoModel},
    {"X-Banto-Worker", FieldName::kXBantoWorker},
    {"X-Cache", FieldName::kXCache},
    {"X-Conversation-Id", FieldName::kXConversationId},
    {"X-Data-Parallel-Rank", FieldName::kXDataParallelRank},
    {"X-Forwarded-For", FieldName::kXForwardedFor},
    {"X-Forwarded-Host", FieldName::kXForwardedHost},
    {"X-Forwarded-Port", FieldName::kXForwardedPort},
    {"X-Forwarded-Proto", FieldName::kXForwardedProto},
    {"X-Forwarded-Scheme", FieldName::kXForwardedScheme},
    {"X-Forwarded-Server", FieldName::kXForwardedServer},
    {"X-Real-IP", FieldName::kXRealIp},
    {"X-Request-Id", FieldName::kXRequestId},
    {"Alt-Svc", FieldName::kOfOneExchange},
    {"Anthropic-Organization-Id", FieldName::kOfOneExchange},
    {"NEL", FieldName::kOfOneExchange},
    {"OpenAI-Organization", FieldName::kOfOneExchange},
    {"OpenAI-Processing-Ms", FieldName::kOfOneExchange},
    {"OpenAI-Project", FieldName::kOfOneExchange},
    {"Retry-After-Ms", FieldName::kOfOneExchange},
    {"Report-To", FieldName::kOfOneExchange},
    {"Server-Timing", FieldName::kOfOneExchange},
    {"Set-Cookie2", FieldName::kOfOneExchange},
    {"X-Process-Time", FieldName::kOfOneExchange},
    {"X-Runtime", FieldName::kOfOneExchange},
    {"X-Should-Retry", FieldName::kOfOneExchange},
});

// Prefixes of names.
inline constexpr auto kOwnPrefixes = std::to_array<NamedField>({
    {"X-Forwarded-*", FieldName::kXForwardedOther},
    {"Access-Control-*", FieldName::kAccessControlOther},
    {"Anthropic-RateLimit-*", FieldName::kOfOneExchange},
    {"RateLimit*", FieldName::kOfOneExchange},
    {"X-Banto-*", FieldName::kXBantoOther},
    {"X-RateLimit-*", FieldName::kOfOneExchange},
});

// kOther if it has none.
constexpr FieldName OwnIdOf(std::string_view name) {
  for (const NamedField& own : kOwnNames) {
    bool same = own.text.size() == name.size();
    for (size_t i = 0; same && i < name.size(); ++i) {
      same = base::ToLower(own.text[i]) == base::ToLower(name[i]);
    }
    if (same) return own.id;
  }
  return FieldName::kOther;
}

// Calls f(NamedField) for each name; one that ends in '*' is a prefix.
template <class F>
constexpr void ForEachNamedField(F f) {
  for (const NamedField& own : kOwnNames) f(own);
  const auto listed = [&f](std::string_view names, FieldName id) {
    ForEachName(names, [&f, id](std::string_view name) {
      if (OwnIdOf(name) == FieldName::kOther) f(NamedField{name, id});
    });
  };
  for (const HarmlessGroup& group : kHarmlessFields) {
    listed(group.names,
           group.to == HarmlessTo::kAll ? FieldName::kHarmless : FieldName::kHarmlessToApi);
  }
  listed(kSeparatingAfterAll, FieldName::kOfOneExchange);
  listed(kCredentialFields, FieldName::kCredential);
  for (const NamedField& own : kOwnPrefixes) f(own);
}

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_FIELD_NAME_LIST_H_
