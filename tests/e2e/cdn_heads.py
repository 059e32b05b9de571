"""Two requests of one client through the same proxy, as a server behind it gets them: what the proxy adds anew to each differs. Written by hand
after what their manuals say that they add, not captured; hosts, addresses and tokens are made up."""

CLIENT = """accept: application/json
accept-encoding: gzip, deflate, br, zstd
content-type: application/json
user-agent: AsyncOpenAI/Python 2.8.1
x-stainless-lang: python
x-stainless-package-version: 2.8.1
x-stainless-os: Linux
x-stainless-arch: x64
x-stainless-runtime: CPython
x-stainless-runtime-version: 3.13.9
x-stainless-async: async:asyncio
x-stainless-read-timeout: 600
authorization: Bearer sk-team
"""

# {1|2} is what the first and what the second request had.
HEADS = {
    "nginx-ingress": """X-Request-ID: {9d2c1c2f7f3a2b0c5d6e7f8091a2b3c4|0b8f6e1d2c3b4a5968778695a4b3c2d1}
X-Real-IP: {203.0.113.7|203.0.113.8}
X-Forwarded-For: {203.0.113.7|203.0.113.8}
X-Forwarded-Host: llm.example.com
X-Forwarded-Port: 443
X-Forwarded-Proto: https
X-Forwarded-Scheme: https
X-Scheme: https
X-Original-Forwarded-For: {198.51.100.1|198.51.100.2}
X-Stainless-Retry-Count: {0|1}
""",
    "cloudflare": """CF-RAY: {97c1b2a3d4e5f607-FRA|97c1b2a9e8f70615-AMS}
CF-Connecting-IP: {2001:db8::1|203.0.113.8}
CF-IPCountry: DE
CF-Visitor: {"scheme":"https"}
CDN-Loop: cloudflare; loops={1|2}
X-Forwarded-For: {2001:db8::1|203.0.113.8}
X-Forwarded-Proto: https
CF-Pseudo-IPv4: {240.1.2.3|240.1.2.4}
CF-Warp-Tag-Id: {0f1e|2d3c}
""",
    "aws alb": """X-Forwarded-For: {203.0.113.7|203.0.113.7, 10.0.0.9}
X-Forwarded-Proto: https
X-Forwarded-Port: 443
X-Amzn-Trace-Id: Root=1-{692a0f3c-5b1d2e3f4a5b6c7d8e9f0a1b|692a0f3d-1a2b3c4d5e6f708192a3b4c5}
X-Amzn-Tls-Version: TLSv1.3
X-Amzn-Tls-Cipher-Suite: {TLS_AES_128_GCM_SHA256|TLS_AES_256_GCM_SHA384}
""",
    "cloudfront": """X-Amz-Cf-Id: {a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwXyZ0123456789abcdefgh==|zY9xW8vU7tS6rQ5pO4nM3lK2jI1hG0fEdCbA9876543210zyxwvuts==}
Via: {1.1 0123456789abcdef0123456789abcdef.cloudfront.net (CloudFront)|1.1 fedcba9876543210fedcba9876543210.cloudfront.net (CloudFront)}
X-Forwarded-For: {203.0.113.7|203.0.113.8}
CloudFront-Viewer-Address: 203.0.113.7:{46532|46533}
CloudFront-Viewer-Tls: TLSv1.3:TLS_AES_128_GCM_SHA256:{fullHandshake|sessionResumed}
CloudFront-Forwarded-Proto: https
""",
    "envoy": """x-request-id: {7f3c1d2e-9a8b-4c5d-8e6f-0a1b2c3d4e5f|1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d}
x-envoy-expected-rq-timeout-ms: {15000|14987}
x-envoy-attempt-count: {1|2}
x-envoy-external-address: {203.0.113.7|203.0.113.8}
x-envoy-decorator-operation: {llm.default.svc.cluster.local:8080/*|llm.default.svc.cluster.local:8081/*}
x-forwarded-for: {203.0.113.7|203.0.113.8}
x-forwarded-proto: https
x-b3-traceid: {463ac35c9f6413ad48485a3953bb6124|563ac35c9f6413ad48485a3953bb6125}
x-b3-spanid: {a2fb4a1d1a96d312|b2fb4a1d1a96d313}
x-b3-parentspanid: {0020000000000001|0020000000000002}
x-b3-sampled: {0|1}
x-ot-span-context: {a|b}
x-envoy-internal: true
""",
    "google load balancer": """Via: 1.1 google
X-Cloud-Trace-Context: {105445aa7843bc8bf206b12000100000/1|205445aa7843bc8bf206b12000100001/2};o=1
traceparent: 00-{0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331|1af7651916cd43dd8448eb211c80319d-c7ad6b7169203332}-01
X-Forwarded-For: {203.0.113.7, 34.1.2.3|203.0.113.8, 34.1.2.3}
X-Forwarded-Proto: https
""",
    "azure front door": """X-Azure-Ref: {20261128T201500Z-1a2b3c4d5e6fxyz|20261128T201501Z-9z8y7x6w5v4uabc}
X-Azure-ClientIP: {203.0.113.7|203.0.113.8}
X-Azure-SocketIP: {203.0.113.7|203.0.113.8}
X-Azure-RequestChain: hops={1|2}
X-Azure-FDID: 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0
X-ARR-LOG-ID: {0a1b|2c3d}
X-Forwarded-Host: llm.azurefd.net
X-Forwarded-Proto: https
Via: 2.0 Azure
""",
    "fastly": """Fastly-Client-IP: {203.0.113.7|203.0.113.8}
Fastly-FF: {dGVzdA==!FRA!cache-fra-eddf8230020-FRA|b3RoZXI=!FRA!cache-fra-eddf8230021-FRA}
Fastly-SSL: 1
X-Timer: S17643{60000.123456|60001.654321},VS0
X-Varnish: {1234567890|1234567891, 42}
CDN-Loop: Fastly
X-Forwarded-Server: {cache-fra-eddf8230020-FRA|cache-fra-eddf8230021-FRA}
""",
    "akamai": """True-Client-IP: {203.0.113.7|203.0.113.8}
Akamai-Origin-Hop: {1|2}
X-Akamai-CONFIG-LOG-DETAIL: {true|false}
X-Akamai-Edgescape: {georegion=75,country_code=DE|georegion=76,country_code=FR}
Via: {1.1 v1-akamaitech.net(ghost) (AkamaiGHost)|1.1 akamai.net(ghost) (AkamaiGHost)}
""",
    "traefik": """X-Forwarded-Server: {traefik-7d9f8b6c5-abcde|traefik-7d9f8b6c5-fghij}
X-Forwarded-Host: llm.example.com
X-Forwarded-Port: 443
X-Forwarded-Proto: https
X-Real-Ip: {10.42.0.1|10.42.0.2}
uber-trace-id: {3e8d1f2a:1b2c:0:1|4f9e2a3b:2c3d:0:0}
x-datadog-trace-id: {1111|2222}
x-datadog-parent-id: {3333|4444}
x-datadog-sampling-priority: {1|0}
x-datadog-tags: _dd.p.tid={692a0f3c00000000|692a0f3d00000000}
sentry-trace: {771a43a4192642f0b136d5159a501700-1|881a43a4192642f0b136d5159a501701-0}
""",
}


def headers_of(name, which):
    """The headers of one of the two (0, 1), as pairs."""
    pairs = []
    for line in (CLIENT + HEADS[name]).splitlines():
        key, value = line.split(": ", 1)
        pairs.append((key, _choose(value, which)))
    return pairs


def _choose(value, which):
    """{a|b} becomes a or b; other braces stay."""
    begin, bar, end = value.find("{"), value.find("|"), value.find("}")
    if not 0 <= begin < bar < end:
        return value
    return value[:begin] + value[begin + 1:end].split("|")[which] + _choose(value[end + 1:], which)
