// The request fields that do not distinguish callers. Header names are an open set, so this lists
// what may be ignored, not what counts: a missing name separates callers and costs at most a hit
// (separating_fields.h); a wrong name would give one caller another's answer. Hence no field that
// can identify a user, team, account or resource is listed, nor one that influences the worker's
// answer (Surrogate-Capability). docs/config.md shows the same table.
#ifndef BANTO_PROXY_HTTP_HARMLESS_FIELDS_H_
#define BANTO_PROXY_HTTP_HARMLESS_FIELDS_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace banto::http {

enum class HarmlessTo : uint8_t {
  kAll,
  kApi,  // a model's answer depends on the body only; an app may well look at these
};

struct HarmlessGroup {
  HarmlessTo to;
  std::string_view why;
  std::string_view names;  // separated by single blanks; a trailing '*' matches any suffix
};

inline constexpr auto kHarmlessFields = std::to_array<HarmlessGroup>({
    {HarmlessTo::kAll, "belongs to this connection (RFC 9110 §7.6.1) or frames the body",
     "Connection Content-Length Expect Keep-Alive Proxy-Authenticate Proxy-Connection TE Trailer "
     "Transfer-Encoding Upgrade"},
    {HarmlessTo::kAll, "has a rule of its own, below", "Host"},
    {HarmlessTo::kAll, "is replaced: workers are asked for uncoded answers", "Accept-Encoding"},
    {HarmlessTo::kAll, "identifies the client program",
     "User-Agent X-Stainless-* Referer DNT Sec-GPC Priority Sec-Fetch-* Sec-CH-* "
     "X-Goog-Api-Client X-Amz-User-Agent X-MS-UserAgent"},
    {HarmlessTo::kAll, "controls caches, and is obeyed; a full answer is always valid",
     "Cache-Control Pragma If-Modified-Since If-None-Match"},
    {HarmlessTo::kAll, "identifies or dates a single request",
     "Idempotency-Key X-Idempotency-Key X-Request-Id Request-Id X-Client-Request-Id "
     "X-MS-Client-Request-Id X-Correlation-Id Correlation-Id X-Unique-Id Unique-Id "
     "X-Transaction-Id Amz-Sdk-Invocation-Id Amz-Sdk-Request Date Early-Data X-Request-Start "
     "X-Queue-Start"},
    {HarmlessTo::kAll, "continues a trace: W3C, B3 and Zipkin, Jaeger, Datadog, Sentry and others",
     "TraceParent TraceState Trace-Id X-Trace-Id X-Span-Id B3 X-B3-TraceId X-B3-SpanId "
     "X-B3-ParentSpanId X-B3-Sampled X-B3-Flags Uber-Trace-Id Jaeger-Debug-Id X-Datadog-* "
     "Sentry-Trace X-Cloud-Trace-Context Grpc-Trace-Bin X-Ot-Span-Context Ot-Tracer-TraceId "
     "Ot-Tracer-SpanId Ot-Tracer-Sampled NewRelic Elastic-Apm-TraceParent X-Instana-T X-Instana-S "
     "X-Instana-L X-Honeycomb-Trace X-Dynatrace SW8 Langsmith-Trace"},
    {HarmlessTo::kAll, "describes the path of the request through proxies",
     "Via Forwarded X-Forwarded-For X-Forwarded-Server X-Original-Forwarded-For X-Real-IP "
     "X-Client-IP Client-IP True-Client-IP X-Cluster-Client-IP CDN-Loop"},
    {HarmlessTo::kAll, "is added to each request by Cloudflare",
     "CF-Ray CF-Connecting-IP CF-Connecting-IPv6 CF-Pseudo-IPv4 CF-Request-Id CF-Warp-Tag-Id"},
    {HarmlessTo::kAll, "is added to each request by AWS load balancers and CloudFront",
     "X-Amzn-Trace-Id X-Amzn-RequestId X-Amzn-Tls-Version X-Amzn-Tls-Cipher-Suite X-Amz-Cf-Id "
     "CloudFront-Viewer-Address CloudFront-Viewer-Tls CloudFront-Viewer-Http-Version"},
    {HarmlessTo::kAll,
     "is added to each request by Envoy and Istio, except those that name a caller or a server",
     "X-Envoy-*"},
    {HarmlessTo::kAll, "is added to each request by Azure's front doors and gateways",
     "X-Azure-Ref X-Azure-ClientIP X-Azure-SocketIP X-Azure-RequestChain X-Arr-Log-Id "
     "X-Appgw-Trace-Id"},
    {HarmlessTo::kAll, "is added to each request by Fastly, Varnish or Akamai",
     "Fastly-Client Fastly-Client-IP Fastly-Orig-Accept-Encoding X-Timer X-Varnish "
     "Akamai-Origin-Hop Akamai-GRN X-Akamai-Request-Id X-Akamai-Config-Log-Detail"},
    {HarmlessTo::kAll, "is added to each request by a hosting platform or a gateway",
     "Fly-Client-IP Fly-Request-Id X-Vercel-Id X-Vercel-Forwarded-For X-Vercel-Proxy-Signature "
     "X-Vercel-Proxy-Signature-Ts X-Railway-Request-Id Rndr-Id DO-Connecting-IP X-NF-Request-Id "
     "X-NF-Client-Connection-IP Connect-Time Total-Route-Time X-Kong-Request-Id"},
    {HarmlessTo::kAll, "never reaches a worker", "X-Conversation-Id X-Data-Parallel-Rank"},
    {HarmlessTo::kApi, "requests a format or language, which model APIs ignore",
     "Accept Accept-Language"},
    {HarmlessTo::kApi, "is removed when we decode the body", "Content-Encoding"},
    {HarmlessTo::kApi, "is the address that the client used, from which an app may build its links",
     "X-Forwarded-Host X-Forwarded-Port X-Forwarded-Proto X-Forwarded-Scheme X-Scheme CF-Visitor "
     "CloudFront-Forwarded-Proto Fastly-SSL"},
    {HarmlessTo::kApi,
     "tells a cache behind us that another one of its kind will complete the page", "Fastly-FF"},
    {HarmlessTo::kApi, "gives the client's country, by which an app may choose its page",
     "CF-IPCountry X-Akamai-Edgescape"},
});

// Names that match a prefix above but do say who asks, for what, or of whom: some steer an Envoy in
// front of the worker.
inline constexpr std::string_view kSeparatingAfterAll =
    "X-Envoy-Downstream-Service-Cluster X-Envoy-Downstream-Service-Node X-Envoy-Internal "
    "X-Envoy-IP-Tags X-Envoy-Original-Dst-Host X-Envoy-Original-Host X-Envoy-Original-Path "
    "X-Envoy-Peer-Metadata X-Envoy-Peer-Metadata-Id";

// What [cache] scope = "shared" ignores in addition: keys, tokens and sessions.
inline constexpr std::string_view kCredentialFields =
    "Authorization Proxy-Authorization Cookie Api-Key X-Api-Key ApiKey X-ApiKey X-Goog-Api-Key "
    "Ocp-Apim-Subscription-Key X-Subscription-Token X-Functions-Key X-Auth-Token X-Auth-Key "
    "X-Access-Token X-Session-Token X-Token X-Amz-Security-Token X-Amzn-Oidc-AccessToken "
    "X-Amzn-Oidc-Data CF-Access-Jwt-Assertion CF-Access-Token CF-Access-Client-Id "
    "CF-Access-Client-Secret X-Goog-Iap-Jwt-Assertion X-MS-Token-AAD-Access-Token "
    "X-MS-Token-AAD-Id-Token X-LiteLLM-Key X-LiteLLM-Api-Key X-Portkey-Api-Key Helicone-Auth";

// Calls f(name) for each name of a list.
template <class F>
constexpr void ForEachName(std::string_view names, F f) {
  while (!names.empty()) {
    const size_t end = names.find(' ');
    f(names.substr(0, end));
    names = end == names.npos ? std::string_view() : names.substr(end + 1);
  }
}

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_HARMLESS_FIELDS_H_
