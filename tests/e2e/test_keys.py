"""[[keys]]: who may ask, what for, and that no secret of a key gets past the program: not to a worker, not into a log."""
import hashlib
import json
import socket
import urllib.parse

import pytest
from fakes.embedding_engine import EmbeddingEngine
from fakes.fake_worker import FakeWorker
from harness import Banto, until, worker_toml
from traffic import FAST_HEALTH, NO_CACHE, Client, Engine, bearer, key_toml, read_answer

A, B, LIMITED, INDOORS = "team-a/secret+of=2026", "team-b-secret-of-2026", "limited-secret-of-2026", "indoors-secret-of-2026"
BEARER = {"Authorization": f"Bearer {A}"}
QUOTED = urllib.parse.quote(A, safe="")
CHAT = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}


KEYS = key_toml("a", A) + key_toml("b", B)


def bytes_of(seen):
    return f"{seen.method} {seen.path} {seen.headers} ".encode() + seen.body


def assert_clean(*workers):
    """No worker has seen a byte of a secret, in whichever spelling."""
    for worker in workers:
        for seen in worker.all_requests:
            for secret in (A, B, LIMITED, INDOORS):
                for spelling in (secret, urllib.parse.quote(secret, safe=""), secret[2:-2]):
                    assert spelling.encode() not in bytes_of(seen), bytes_of(seen)


@pytest.fixture(scope="module")
def worker():
    with FakeWorker(models=("m", "small", "hidden")) as worker:
        yield worker
        assert_clean(worker)


@pytest.fixture(scope="module")
def banto(worker):
    limited = key_toml("limited", LIMITED, models=["small", "tiny-*"])
    with Banto(worker_toml(worker.url, name="w", kind="vllm") + KEYS + limited + FAST_HEALTH) as banto:
        banto.until_worker("w")
        yield banto
        assert not [line for line in banto.access() if any(secret in json.dumps(line) for secret in (A, B, LIMITED))]


WAYS = {
    "bearer": (BEARER, ""),
    "lower_case": ({"authorization": f"bearer {A}"}, ""),
    "tabs": ({"Authorization": f"BEARER\t  {A} "}, ""),
    "bare": ({"Authorization": A}, ""),
    "x-api-key": ({"X-API-Key": A}, ""),
    "api-key": ({"api-key": A}, ""),
    "x-goog-api-key": ({"x-goog-api-key": A}, ""),
    "argument": ({}, f"?key={QUOTED}"),
    "argument_unescaped_plus": ({}, f"?key={A}"),
    "argument_escaped_name": ({}, f"?x=1&k%65y={QUOTED}"),
    "two_places": ({**BEARER, "x-api-key": A}, f"?key={QUOTED}"),
    "two_keys": ({**BEARER, "x-api-key": B}, ""),
    "wrong_beside": ({"Authorization": "Bearer sk-of-somebody-else", "x-api-key": A}, ""),
    "quoted_by_a_proxy": ({"X-Original-URI": f"/v1/chat/completions?key={QUOTED}"}, f"?key={QUOTED}"),
    "in_a_cookie_too": ({**BEARER, "Cookie": f"token={A}", "X-Token": A}, ""),
}


@pytest.mark.parametrize("way", WAYS)
def test_each_place_of_a_key_opens_and_ends_here(banto, worker, way):
    headers, query = WAYS[way]
    before = len(worker.requests)
    answer = banto.post("/v1/chat/completions" + query, {**CHAT, "messages": [{"role": "user", "content": way}]}, headers=headers)
    assert answer.status == 200, answer.body
    assert_clean(worker)
    [seen] = worker.requests[before:]
    assert seen.path in ("/v1/chat/completions", "/v1/chat/completions?x=1")
    other = headers["Authorization"] if way == "wrong_beside" else None
    assert seen.headers.get("authorization") == other, "what is no key of ours passes as without keys"
    assert not {"x-api-key", "api-key", "x-goog-api-key", "cookie", "x-token", "x-original-uri"} & set(seen.headers)


@pytest.mark.parametrize("headers,query,why", [
    ({}, "", "You didn't provide an API key."),
    ({"Authorization": "Bearer "}, "", "You didn't provide an API key."),
    (bearer(A[:-1]), "", "Incorrect API key provided."),
    (bearer(A + "x"), "", "Incorrect API key provided."),
    (bearer(A.upper()), "", "Incorrect API key provided."),
    ({"Authorization": "Basic " + A}, "", "You didn't provide an API key."),
    ({"Cookie": f"key={A}"}, "", "You didn't provide an API key."),
    ({}, f"?Key={QUOTED}", "You didn't provide an API key."),
    ({}, "?key=wrong", "Incorrect API key provided."),
])
def test_without_a_good_key_nothing_is_told(banto, worker, headers, query, why):
    asked = len(worker.requests)
    for method, path, body in (("POST", "/v1/chat/completions", CHAT), ("GET", "/v1/models", None), ("GET", "/v1/models/m", None),
                               ("POST", "/v1/embeddings", {"model": "m", "input": "x"}), ("GET", "/nowhere", None), ("POST", "/v1/chat/completions", b"{")):
        answer = banto.request(method, path + query, body=body, headers=headers)
        assert answer.status == 401 and answer.header("www-authenticate") == "Bearer" and answer.header("x-should-retry") == "false"
        assert A[:-1].encode() not in answer.body
        if path != "/nowhere":
            error = answer.json()["error"]
            assert error["message"].startswith(why) and (error["type"], error["code"]) == ("invalid_request_error", "invalid_api_key"), error
    assert banto.request("HEAD", "/").status == 401
    assert len(worker.requests) == asked, "no worker was asked"


def test_each_api_says_it_in_its_shape(banto):
    assert banto.post("/v1/messages", {"model": "m"}, headers={"anthropic-version": "2023-06-01"}).json()["error"]["type"] == "authentication_error"
    assert set(banto.post("/api/chat", {"model": "m"}).json()) >= {"error"}
    assert isinstance(banto.post("/api/chat", {"model": "m"}).json()["error"], str)
    assert banto.get("/api/tags").status == 401


def test_many_secrets_are_not_all_tried(banto):
    lines = "".join(f"x-api-key: wrong-{i}\r\n" for i in range(50))
    status, body = read_answer(banto.raw(f"GET /v1/models HTTP/1.1\r\nHost: h\r\n{lines}x-goog-api-key: {A}\r\n\r\n".encode()))
    assert status == 401 and b"More API keys" in body


def test_two_authorizations_are_two_callers(banto):
    status, body = read_answer(banto.raw(f"GET /v1/models HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {A}\r\nAuthorization: Bearer {B}\r\n\r\n".encode()))
    assert status == 400 and b"repeated_authorization" in body


def test_a_key_does_not_outlast_its_request_on_a_connection(banto):
    with socket.create_connection(("127.0.0.1", banto.port), timeout=30) as s:
        good, bare = f"GET /v1/models HTTP/1.1\r\nHost: h\r\nx-api-key: {A}\r\n\r\n", "GET /v1/models HTTP/1.1\r\nHost: h\r\n\r\n"
        s.sendall((good + bare + good + bare).encode())
        until(lambda: s.recv(65536, socket.MSG_PEEK).count(b"HTTP/1.1 ") == 4, "four answers")
        said = s.recv(65536)
    assert [part[:3] for part in said.split(b"HTTP/1.1 ")[1:]] == [b"200", b"401", b"200", b"401"]
    with Client(banto) as client:
        for i in range(4):
            assert client.chat(f"kept {i % 2}", headers=BEARER).status == 200
            assert client.chat(f"kept {i % 2}").status == 401


def test_what_proxies_say_of_the_client_is_kept(banto, worker):
    before = len(worker.requests)
    assert banto.chat("forwarded", headers={**BEARER, "X-Forwarded-For": "203.0.113.9", "X-Request-Id": "forwarded-1"}).status == 200
    assert banto.access_line(request_id="forwarded-1")["client"] == "203.0.113.9"
    [seen] = worker.requests[before:]
    assert seen.headers["x-real-ip"] == "203.0.113.9" and seen.headers["x-forwarded-for"] == "203.0.113.9, 127.0.0.1"


def test_a_web_socket_is_refused_to_strangers_first(banto):
    upgrade = {"Connection": "upgrade", "Upgrade": "websocket"}
    assert banto.get("/v1/realtime", headers=upgrade).status == 401
    assert banto.get("/v1/realtime", headers={**upgrade, **BEARER}).status == 501


def test_browsers_may_ask_beforehand_without_a_key(banto):
    beforehand = {"Origin": "https://ui.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    assert banto.request("OPTIONS", "/v1/chat/completions", headers=beforehand).status != 401
    assert banto.request("OPTIONS", "/v1/chat/completions").status == 401
    assert banto.chat(headers={**beforehand}).status == 401
    assert banto.request("OPTIONS", "/v1/chat/completions", b"payload", headers=beforehand).status == 401, "a browser's has no body"


def test_a_key_asks_for_its_models_only(banto, worker):
    limited = bearer(LIMITED)
    assert banto.chat("mine", model="small", headers=limited).status == 200
    asked = len(worker.requests)
    refused = banto.chat(model="hidden", headers=limited)
    assert refused.status == 403 and refused.json()["error"]["code"] == "model_not_allowed"
    assert refused.json()["error"]["message"] == 'The key "limited" may not ask for the model "hidden".'
    assert banto.chat(model="none-such", headers=limited).status == 403
    missing = banto.chat(model="tiny-1", headers=limited)
    assert missing.status == 404 and b"hidden" not in missing.body and b"small" not in missing.body
    unnamed = banto.post("/v1/chat/completions", {"messages": CHAT["messages"]}, headers=limited)
    assert unnamed.status in (400, 403) and b"hidden" not in unnamed.body
    for body in (b'{"model": "small", "model": "hidden", "messages": []}', b'{"model": "small", "Model": "hidden", "messages": []}', b"[1", b'\xff{"model": "hidden"}'):
        assert banto.post("/v1/chat/completions", body, headers=limited).status in (400, 403), body
    assert len(worker.requests) == asked


def test_listings_show_what_the_key_may_ask_for(banto):
    limited = bearer(LIMITED)
    assert [m["id"] for m in banto.get("/v1/models", headers=limited).json()["data"]] == ["small"]
    assert banto.get("/v1/models/small", headers=limited).status == 200
    hidden = banto.get("/v1/models/hidden", headers=limited)
    assert hidden.status == 404 and hidden.json()["error"]["code"] == "model_not_found" and b"'m'" not in hidden.body
    for path in ("/api/tags", "/api/ps"):
        assert [m["model"] for m in banto.get(path, headers=limited).json()["models"]] == ["small"]
    assert banto.post("/api/show", {"model": "small"}, headers=limited).status == 200
    for body in ({"model": "hidden"}, {"name": "hidden"}, {}):
        assert banto.post("/api/show", body, headers=limited).status in (400, 404), body
    assert banto.post("/api/show", {"model": "hidden"}, headers=BEARER).status == 200


def test_the_memo_of_one_key_opens_nothing_for_another(banto, worker):
    for _ in range(3):
        assert banto.chat("remembered", model="hidden", headers=BEARER).status == 200
        assert banto.chat("remembered", model="hidden", headers=bearer(LIMITED)).status == 403


def test_the_caller_of_the_cache_is_the_key(banto, worker):
    def cache(headers, query=""):
        answer = banto.post("/v1/chat/completions" + query, {**CHAT, "messages": [{"role": "user", "content": "tenant"}]}, headers=headers)
        assert answer.status == 200
        return answer.header("x-cache")

    assert cache(BEARER) == "MISS"
    assert cache(BEARER) == "HIT"
    assert cache({"x-api-key": A}) == "HIT", "the same key in another place"
    assert cache({}, f"?key={QUOTED}") == "HIT"
    assert cache(bearer(B)) == "MISS"
    assert cache({**BEARER, "X-Tenant": "t"}) == "MISS", "other headers separate as ever"


def test_log_metrics_and_status_name_the_key(banto):
    assert banto.chat("counted", headers=bearer(B)).status == 200
    line = banto.access_line(key="b", status=200)
    assert line["model"] == "m"
    assert banto.metric("banto_key_requests_total", key="b", code="200") >= 1
    assert banto.metric("banto_key_tokens_total", key="b", type="output") >= 3
    assert banto.metric("banto_key_tokens_total", key="b", type="input") >= 5
    assert banto.get("/v1/models?key=wrong-key-of-nobody").status == 401
    refused = banto.access_line(status=401, path="/v1/models", error="invalid_api_key")
    assert "key" not in refused
    assert banto.status()["keys"] == 3
    with open(banto.access_path) as log:
        text = log.read() + banto.events()
    assert "wrong-key-of-nobody" not in text and A not in text and QUOTED not in text


# --- every way to a worker -------------------------------------------------------------------------------------------

def test_streams_retries_and_translations_are_clean(banto, worker):
    """The first worker refuses; the second is asked in its own words."""

    def refuse(connection, seen):
        connection.reply(503, {"error": "busy"})

    with Engine(refuse) as first, FakeWorker() as second, FakeWorker() as translated:
        workers = worker_toml(first.url, name="first", kind="vllm") + worker_toml(second.url, name="second", kind="vllm", backup=True)
        with Banto(workers + KEYS + NO_CACHE + FAST_HEALTH) as retrying:
            retrying.until_worker("second")
            for secret in ({"x-api-key": A}, BEARER, {**bearer("sk-theirs"), "x-api-key": B}):
                assert retrying.chat(headers=secret, stream=True).status == 200
            assert [seen.headers.get("authorization") for seen in second.requests] == [None, None, "Bearer sk-theirs"]
            assert first.requests
        with Banto(worker_toml(translated.url, name="t", kind="openai", translate="always") + KEYS + NO_CACHE + FAST_HEALTH) as translating:
            translating.until_worker("t")
            for stream in (False, True):
                for headers in ({"x-api-key": A, "anthropic-version": "2023-06-01"}, BEARER, {"x-api-key": "theirs", "api-key": A}):
                    body = {"model": "m", "max_tokens": 9, "messages": CHAT["messages"], "stream": stream}
                    assert translating.post(f"/v1/messages?key={QUOTED}", body, headers=headers).status == 200
                assert translating.post("/api/chat", {**CHAT, "stream": stream}, headers=BEARER).status == 200
            assert {seen.path for seen in translated.requests} == {"/v1/chat/completions"}
            assert [seen.headers.get("authorization") for seen in translated.requests] == 2 * [None, None, "Bearer theirs", None]
        assert_clean(first, second, translated)


def test_embeddings_and_their_parts_are_clean():
    with EmbeddingEngine() as engine, Banto(worker_toml(engine.url, name="e", kind="vllm") + KEYS + FAST_HEALTH) as banto:
        banto.until_worker("e")
        for texts in (["one", "two"], ["two", "three"], ["one", "two", "three", "four"]):
            assert banto.post(f"/v1/embeddings?key={QUOTED}", {"model": "m", "input": texts}, headers=BEARER).status == 200
        assert engine.items == ["one", "two", "three", "four"]
        assert_clean(engine)


def test_a_workers_own_key_takes_the_place_of_the_clients():
    with FakeWorker() as worker, Banto(worker_toml(worker.url, name="w", kind="vllm", api_key="sk-worker") + KEYS + FAST_HEALTH) as banto:
        banto.until_worker("w")
        assert banto.chat(headers=BEARER).status == 200
        assert worker.requests[0].headers["authorization"] == "Bearer sk-worker"
        assert_clean(worker)


def test_an_apps_routes_need_a_key_and_no_more():
    def app(connection, seen):
        connection.reply(200, {"path": seen.path})

    routes = '[[routes]]\npath = "/predict"\ncache = { ttl = "60s" }\n'
    with Engine(app) as worker, Banto(worker_toml(worker.url, name="w", kind="http") + routes + KEYS + key_toml("none", LIMITED, models=["nothing"]) + FAST_HEALTH) as banto:
        banto.until_worker("w")
        assert banto.get("/predict?input_text=a").status == 401
        first = banto.get(f"/predict?input_text=a&key={QUOTED}&b=1")
        assert first.status == 200 and first.json() == {"path": "/predict?input_text=a&b=1"}
        assert banto.get("/predict?input_text=a&b=1", headers=BEARER).header("x-cache") == "HIT"
        assert banto.get("/predict?input_text=a&b=1", headers=bearer(LIMITED)).header("x-cache") == "MISS"
        assert_clean(worker)


# --- external --------------------------------------------------------------------------------------------------------

def test_shared_answers_stay_among_keys_that_may_do_the_same():
    limited = key_toml("limited", LIMITED, models=["m"]) + key_toml("alike", INDOORS, models=["m"])
    with FakeWorker() as worker, Banto(worker_toml(worker.url, name="w", kind="vllm") + KEYS + limited + '[cache]\nscope = "shared"\n' + FAST_HEALTH) as banto:
        banto.until_worker("w")
        assert [banto.chat(headers=bearer(secret)).header("x-cache") for secret in (A, B, A)] == ["MISS", "HIT", "HIT"]
        assert [banto.chat(headers=bearer(secret)).header("x-cache") for secret in (LIMITED, INDOORS)] == ["MISS", "HIT"]


# --- reload ----------------------------------------------------------------------------------------------------------

def test_a_reload_takes_keys_in_and_out_at_once():
    with FakeWorker() as worker:
        base = worker_toml(worker.url, name="w", kind="vllm") + FAST_HEALTH
        with Banto(base + key_toml("a", A)) as banto:
            banto.until_worker("w")
            with Client(banto) as kept:
                assert kept.chat(headers=BEARER).status == 200
                banto.write_config(base + key_toml("a", B))
                banto.signal(1)
                until(lambda: banto.chat(headers=bearer(B)).status == 200, "the new secret opens")
                assert kept.chat(headers=BEARER).status == 401, "on a connection that it had opened, too"
                assert banto.chat(headers=bearer(B)).header("x-cache") == "HIT", "the key's answers are found with its new secret"


def test_a_stranger_s_body_is_not_waited_for():
    keys = f'[[keys]]\nname = "a"\nhash = "sha256:{hashlib.sha256(b"secret-of-team-a-0").hexdigest()}"\n'
    with FakeWorker() as worker, Banto(worker_toml(worker.url, name="w", kind="vllm") + keys) as banto:
        for extra in ("", "Expect: 100-continue\r\n", "Authorization: Bearer wrong-wrong-wrong-0\r\n"):
            sock = banto.raw(f"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 30000000\r\n{extra}\r\n".encode())
            sock.settimeout(20)
            said = sock.recv(4096)
            assert said.startswith(b"HTTP/1.1 401 "), said
            sock.close()
        sock = banto.raw(b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\nAuthorization: Bearer secret-of-team-a-0\r\n\r\n")
        sock.settimeout(20)
        assert sock.recv(4096).startswith(b"HTTP/1.1 100 ")
        sock.close()


def test_a_preflight_without_a_key_goes_to_no_external_app():
    beforehand = {"Origin": "https://ui.example", "Access-Control-Request-Method": "POST"}
    with FakeWorker() as app, Banto(worker_toml(app.url, name="app", kind="http", external=True) + '[[routes]]\npath = "/app/*"\nworkers = ["app"]\n' + KEYS + NO_CACHE) as banto:
        assert banto.request("OPTIONS", "/app/x", headers=beforehand).status == 401
        assert all(seen.method != "OPTIONS" for seen in app.all_requests)


def test_a_key_that_keeps_to_the_house_is_shown_what_it_may_ask():
    with FakeWorker(models=["home"]) as home, FakeWorker(models=["far"]) as far:
        text = worker_toml(home.url, name="home", kind="vllm", models=["home"]) + worker_toml(far.url, name="far", kind="vllm", models=["far"], external=True)
        names = '[[models]]\nname = "either"\ntarget = "far"\nfallback = ["home"]\n[[models]]\nname = "away"\ntarget = "far"\n'
        with Banto(text + names + key_toml("in", INDOORS, external=False) + key_toml("a", A) + NO_CACHE) as banto:
            listed = lambda secret: {model["id"] for model in banto.get("/v1/models", headers=bearer(secret)).json()["data"]}
            assert listed(A) == {"home", "far", "either", "away"}
            assert listed(INDOORS) == {"home", "either"}
            assert banto.chat(model="either", headers=bearer(INDOORS)).status == 200 and banto.chat(model="away", headers=bearer(INDOORS)).status == 403


def test_a_short_secret_is_nobodys():
    """Else every field that contains it would be taken out of the head."""
    with FakeWorker() as worker, Banto(worker_toml(worker.url, name="w", kind="vllm") + key_toml("short", "a") + NO_CACHE) as banto:
        assert banto.chat(headers={"x-api-key": "a"}).status == 401
