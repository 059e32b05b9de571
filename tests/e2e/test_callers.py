"""Callers are kept apart by every header line but those that are known to be harmless, and what a proxy in front adds to each request costs no hit."""
import json

import pytest
from cache_asking import chat, is_hit, nonce
from cdn_heads import HEADS, headers_of
from digest_worker import banto, worker  # noqa: F401 (fixtures)
from fakes.fake_worker import FakeWorker
from harness import Banto, worker_toml
from wire import Reader


@pytest.fixture(scope="module")
def app():
    with FakeWorker(lambda c, seen: c.reply(200, {"path": seen.path, "host": seen.headers.get("x-forwarded-host")})) as worker:
        routes = '[[routes]]\npath = "/app/*"\nworkers = ["app"]\ncache = {}\n[[routes]]\npath = "/predict"\nworkers = ["app"]\ncache = { key = ["query.input_text", "header.X-Lang"] }\n'
        with Banto(worker_toml(worker.url, name="app", kind="http") + routes) as banto:
            yield banto


def lines(pairs):
    return "".join(f"{name}: {value}\r\n" for name, value in pairs)


def asked(banto, pairs=(), body=None, path="/v1/chat/completions", method="POST", host="a"):
    """The answer's status and its X-Cache, of a request with these very lines."""
    data = json.dumps(body).encode() if isinstance(body, dict) else body or b""
    length = f"Content-Length: {len(data)}\r\n" if data or method == "POST" else ""
    with banto.raw(f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{length}{lines(pairs)}\r\n".encode() + data) as sock:
        status, headers, answer = Reader(sock).answer()
    return status, dict(headers).get("x-cache"), answer


def outcome(*args, **kw):
    status, cache, _ = asked(*args, **kw)
    assert status == 200
    return cache


JSON = ("Content-Type", "application/json")


def test_any_header_that_may_carry_an_identity_separates(banto):
    for name in ("X-Litellm-Key", "X-Goog-Api-Key", "Ocp-Apim-Subscription-Key", "OpenAI-Organization", "OpenAI-Project", "X-Auth-Token", "Cf-Access-Jwt-Assertion", "Remote-User",
                 "X-Forwarded-User", "X-Forwarded-Email", "X-Forwarded-Access-Token", "X-Forwarded-Client-Cert", "anthropic-version", "anthropic-beta", "X-Made-Up-Yesterday", "Origin"):
        body = chat()
        for value in ("a", "b"):
            assert outcome(banto, [JSON, (name, value)], body) == "MISS", name
            assert outcome(banto, [JSON, (name, value)], body) == "HIT", name
        assert outcome(banto, [JSON], body) == "MISS", name


def test_every_line_of_a_header_counts_in_its_order(banto):
    body = chat()
    for who in (["theme=dark", "session=alice"], ["theme=dark", "session=bob"], ["session=bob", "theme=dark"], ["theme=dark"], ["theme=dark, session=bob"]):
        assert outcome(banto, [JSON, *(("Cookie", value) for value in who)], body) == "MISS", who
        assert outcome(banto, [JSON, *(("cookie", value) for value in who)], body) == "HIT", who


def test_the_order_of_unlike_headers_does_not_matter(banto):
    body = chat()
    pairs = [JSON, ("Authorization", "Bearer k"), ("X-B", "2"), ("X-A", "1")]
    assert outcome(banto, pairs, body) == "MISS"
    assert outcome(banto, pairs[::-1], body) == "HIT"


def test_a_header_that_connection_names_goes_no_further_and_does_not_separate(banto):
    body = chat()
    assert outcome(banto, [JSON], body) == "MISS"
    assert outcome(banto, [JSON, ("Connection", "x-hop"), ("X-Hop", "1")], body) == "HIT"


@pytest.mark.parametrize("name", HEADS)
def test_two_requests_through_the_same_proxy_share(banto, name):
    body = chat()
    assert outcome(banto, headers_of(name, 0), body) == "MISS"
    assert outcome(banto, headers_of(name, 1), body) == "HIT"


def test_what_a_peer_that_is_not_trusted_forwards_opens_nobodys_entry(worker):
    body = chat()
    alice = [JSON, ("X-Forwarded-User", "alice")]
    with Banto("trusted_proxies = []\n" + worker_toml(worker.url, name="gpu1", kind="vllm")) as banto:
        assert outcome(banto, alice, body) == "MISS"
        assert outcome(banto, [JSON], body) == "HIT", "the worker saw no such header: it is the answer for those who have none"


def test_what_a_client_says_of_itself_and_of_one_request_does_not_separate(banto):
    body = chat()
    assert outcome(banto, [JSON], body) == "MISS"
    for name in ("User-Agent", "Accept", "Accept-Language", "Accept-Encoding", "X-Stainless-Retry-Count", "Idempotency-Key", "Referer", "DNT", "Priority", "Sec-Fetch-Mode", "Sec-CH-UA-Platform",
                 "TraceParent", "X-Request-Id", "X-Forwarded-Host", "X-Forwarded-Port", "Pragma", "X-Envoy-Whatever", "B3", "Date"):
        assert outcome(banto, [JSON, (name, "identity" if name == "Accept-Encoding" else "1")], body) == "HIT", name


def test_what_steers_a_worker_or_a_proxy_before_it_separates(banto):
    body = chat()
    assert outcome(banto, [JSON], body) == "MISS"
    for name in ("X-Envoy-Original-Dst-Host", "Surrogate-Capability"):
        assert [outcome(banto, [JSON, (name, "x")], body) for _ in range(2)] == ["MISS", "HIT"], name


def test_a_body_of_another_type_is_another_request(banto):
    body = chat()
    assert outcome(banto, [JSON], body) == "MISS"
    assert outcome(banto, [("Content-Type", "application/json; charset=utf-8")], body) == "HIT"
    assert outcome(banto, [("Content-Type", "text/plain")], body) == "MISS"


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/models", "/api/tags"])
def test_two_authorizations_are_refused(banto, path):
    twice = [JSON, ("Authorization", "Bearer a"), ("authorization", "Bearer a")]
    status, _, body = asked(banto, twice, chat() if path.startswith("/v1/chat") else None, path, "POST" if path.startswith("/v1/chat") else "GET")
    assert status == 400 and "Authorization" in json.dumps(json.loads(body))


def test_two_authorizations_are_refused_on_a_route_too(app):
    assert asked(app, [("Authorization", "a"), ("Authorization", "b")], path="/app/x", method="GET")[0] == 400


def test_the_whole_query_of_an_api_request_counts(banto):
    body = chat()
    for query in ("", "?key=a", "?key=b", "?api-version=2024-10-21", "?api-version=2025-01-01", "?key=a&x=1"):
        assert outcome(banto, [JSON], body, "/v1/chat/completions" + query) == "MISS", query
        assert outcome(banto, [JSON], body, "/v1/chat/completions" + query) == "HIT", query


def test_the_host_counts_where_the_worker_is_told_it(banto, worker):
    body = chat()
    assert [outcome(banto, [JSON], body, host=host) for host in ("a.example", "b.example")] == ["MISS", "HIT"]
    with Banto(worker_toml(worker.url, name="gpu1", kind="vllm", host_header="client")) as telling:
        assert [outcome(telling, [JSON], body, host=host) for host in ("a.example", "b.example", "a.example", "b.example")] == ["MISS", "MISS", "HIT", "HIT"]


def test_a_route_is_told_the_host_and_what_the_client_accepts(app):
    path = f"/app/{nonce().replace(' ', '-')}"
    assert [outcome(app, path=path, method="GET", host=host) for host in ("a.example", "b.example", "a.example")] == ["MISS", "MISS", "HIT"]
    for name in ("Accept", "Accept-Language", "X-Forwarded-Proto", "Origin", "Surrogate-Capability", "Fastly-SSL"):
        assert [outcome(app, [(name, value)], path=path, method="GET") for value in ("x", "y", "x")] == ["MISS", "MISS", "HIT"], name
        path += "x"
    assert [outcome(app, [("User-Agent", value)], path=path, method="GET") for value in ("x", "y")] == ["MISS", "HIT"]


def test_the_type_and_coding_of_a_body_count_on_a_route(app):
    path = f"/app/{nonce().replace(' ', '-')}"
    for pairs in ([("Content-Type", "text/plain")], [("Content-Type", "text/html")], [("Content-Type", "text/plain"), ("Content-Encoding", "br")]):
        assert [outcome(app, pairs, b"x", path) for _ in range(2)] == ["MISS", "HIT"], pairs


def test_an_argument_cannot_be_hidden_behind_another_spelling_of_its_name(app):
    q = nonce().replace(" ", "-")
    assert outcome(app, path=f"/predict?input_text={q}", method="GET") == "MISS"
    for evil in ("%69nput_text=EVIL", "INPUT_TEXT=EVIL", "input_text[]=EVIL", "input%5Ftext=EVIL2", "input.text=EVIL", "a=1;input_text=EVIL", "%2569nput_text=EVIL", "input_text"):
        for query in (f"input_text={q}&{evil}", f"{evil}&input_text={q}"):
            assert outcome(app, path=f"/predict?{query}", method="GET") == "MISS", query
    assert outcome(app, path=f"/predict?utm_source=x&input_text={q}&page=2", method="GET") == "HIT"
    assert outcome(app, [("Content-Type", "application/x-www-form-urlencoded")], b"input_text=EVIL", f"/predict?input_text={q}", "GET") == "MISS"


def test_a_header_of_a_routes_key_counts_with_all_its_lines(app):
    path = f"/predict?input_text={nonce().replace(' ', '-')}"
    for values in (["de"], ["de", "en"], ["en", "de"], ["de, en"], []):
        assert [outcome(app, [("X-Lang", value) for value in values], path=path, method="GET") for _ in range(2)] == ["MISS", "HIT"], values


def test_one_may_name_more_harmless_headers_and_share_across_credentials(worker):
    config = '[cache]\nscope = "shared"\nharmless_headers = ["baggage", "x-internal-*"]\n'
    with Banto(worker_toml(worker.url, name="gpu1", kind="vllm") + config) as banto:
        body = chat()
        assert outcome(banto, [JSON, ("Baggage", "a"), ("Authorization", "Bearer a")], body) == "MISS"
        for pairs in ([("Baggage", "b")], [("X-Internal-Node", "7")], [("X-Goog-Api-Key", "k")], [("Cookie", "a"), ("Cookie", "b")]):
            assert outcome(banto, [JSON, *pairs], body) == "HIT", pairs
        for pairs in ([("anthropic-beta", "x")], [("anthropic-version", "1")], [("OpenAI-Organization", "o")], [("X-Unknown", "1")]):
            assert outcome(banto, [JSON, *pairs], body) == "MISS", pairs


def test_the_log_names_the_header_that_separated_a_caller_and_not_its_value(banto):
    body = chat()
    asking = [[], [("X-Litellm-Key", "secret-a")], [("X-Litellm-Key", "secret-b")], [("X-Litellm-Key", "secret-b"), ("Authorization", "Bearer secret-c")]]
    ids = [f"log-{i}" for i in range(len(asking))]
    for request_id, pairs in zip(ids, asking):
        assert outcome(banto, [JSON, ("X-Request-Id", request_id), *pairs], body) == "MISS"
    told = [banto.access_line(request_id=request_id) for request_id in ids]
    assert [line.get("separated_by") for line in told] == [None, "x-litellm-key", "x-litellm-key", "authorization"]
    assert "secret" not in json.dumps(told)
    assert outcome(banto, [JSON, ("X-Request-Id", "log-new")], chat()) == "MISS"
    assert "separated_by" not in banto.access_line(request_id="log-new")


def test_a_hit_on_the_very_same_bytes_still_asks_who_asks(banto):
    """The memo of repeated requests follows the same rule as the key."""
    body = chat()
    for _ in range(3):
        assert outcome(banto, [JSON, ("X-Tenant", "a")], body) in ("MISS", "HIT")
    assert outcome(banto, [JSON, ("X-Tenant", "b")], body) == "MISS"
    assert outcome(banto, [JSON, ("X-Tenant", "a"), ("X-Tenant", "b")], body) == "MISS"


def test_live_content_bypasses_and_one_may_name_more_of_it(worker):
    with Banto(worker_toml(worker.url, name="gpu1", kind="vllm", models=["*"]) + '[cache]\nbypass_fields = ["acme_lookup"]\n') as banto:
        for more in ({"search_parameters": {"mode": "on"}}, {"enable_search": True}, {"plugins": [{"id": "web"}]}, {"acme_lookup": 1}, {"tools": [{"type": "builtin_function", "function": {"name": "$web_search"}}]},
                     {"model": "openai/gpt-4o:online"}):
            body = chat(**more)
            assert [outcome(banto, [JSON], body) for _ in range(2)] == ["BYPASS", "BYPASS"], more
        for more in ({"search_parameters": {"mode": "off"}}, {"enable_search": False}, {"plugins": []}, {"acme_lookup": None}):
            body = chat(**more)
            assert [outcome(banto, [JSON], body) for _ in range(2)] == ["MISS", "HIT"], more
