"""Who may have whose answer (trap K13), and which requests to any HTTP application are one question: what its route says."""
import json

import pytest
from cache_asking import ask, chat, is_hit, must_differ, nonce
from digest_worker import banto, worker  # noqa: F401 (fixtures)
from fakes.fake_worker import FakeWorker
from harness import Banto, worker_toml


# --- K13: who may share ---

ALICE, BOB = {"Authorization": "Bearer sk-alice"}, {"Authorization": "Bearer sk-bob"}


def test_callers_with_other_credentials_do_not_share(banto):
    """K13: and nobody shares with those who have none."""
    body = chat()
    who = [None, ALICE, BOB, {"X-Api-Key": "sk-alice"}, {"Api-Key": "sk-alice"}, {"Authorization": "sk-alice"}, {"Authorization": "bearer sk-alice"}, {"Authorization": ""},
           {"Authorization": "Bearer sk-alice", "X-Api-Key": "sk-bob"}, {"X-Api-Key": "sk-alice", "Api-Key": "sk-bob"}, {"Cookie": "session=1"}, {"Cookie": "session=2"}]
    must_differ(banto, *[body] * len(who), headers=who)


def test_a_credential_cannot_be_forged_from_pieces_of_another(banto):
    """K13: a|b"""
    body = chat()
    who = [{"Authorization": "a|b"}, {"Authorization": "a", "X-Api-Key": "b"}, {"Authorization": "a:b"}, {"Authorization": "a\\nX-Api-Key:1:b"}, {"Authorization": "aX-Api-Key", "X-Api-Key": "b"}]
    must_differ(banto, *[body] * len(who), headers=who)


def test_a_callers_headers_do_not_open_anothers_entries(banto):
    """K13: a header that anybody may write is no credential: what is not known to be harmless sets its caller apart from everybody."""
    body = chat()
    assert not is_hit(ask(banto, body, headers=ALICE))
    for name in ("X-Tenant", "X-User-Id", "X-Banto-Tenant", "X-Cache-Key", "X-Forwarded-User", "X-Real-IP", "X-Request-Id", "User-Agent"):
        assert not is_hit(ask(banto, body, headers={**BOB, name: "sk-alice", "Cache-Control": "only-if-cached"}))
        mine = is_hit(ask(banto, body, headers={**ALICE, name: "sk-bob"}))
        assert mine == (name in ("X-Real-IP", "X-Request-Id", "User-Agent")), name


def test_a_miss_tells_nothing_about_what_others_have_asked(banto):
    """K13: no oracle."""
    body = chat()
    ask(banto, body, headers=ALICE)
    asked, never = ask(banto, body, headers=BOB), ask(banto, chat(), headers=BOB)
    hidden = {"x-request-id", "date", "server-timing", "content-length"}
    assert {k: v for k, v in asked.headers.items() if k not in hidden} == {k: v for k, v in never.headers.items() if k not in hidden}
    assert asked.header("age") is None


def test_scope_shared_lets_everybody_share(worker):
    """K13: only where it is configured."""
    with Banto(worker_toml(worker.url, name="gpu1", kind="vllm") + '[cache]\nscope = "shared"\n') as banto:
        body = chat()
        assert not is_hit(ask(banto, body, headers=ALICE))
        for who in (BOB, None, {"X-Api-Key": "x"}, {"Cookie": "a=1"}):
            assert is_hit(ask(banto, body, headers=who))


# --- routes: any HTTP application ---


@pytest.fixture(scope="module")
def app():
    with FakeWorker(lambda c, seen: c.reply(200, {"asked": f"{seen.method} {seen.path} {seen.body.decode()} {seen.headers.get('x-lang')}"})) as worker:
        route = lambda path, key, methods: f'[[routes]]\npath = "{path}"\nmethods = {json.dumps(methods)}\nworkers = ["app"]\ncache = {{ ttl = "60s", key = {json.dumps(key)} }}\n'
        routes = route("/predict", ["query.input_text"], ["GET"]) + route("/whole", [], []) + route("/body", ["body", "header.X-Lang"], ["POST"])
        with Banto(worker_toml(worker.url, name="app", kind="http") + routes) as banto:
            yield banto


def test_a_routes_key_is_what_its_config_names(app):
    """K7: GET /predict?input_text=…"""
    q = nonce().replace(" ", "+")
    assert app.get(f"/predict?input_text={q}").header("x-cache") == "MISS"
    assert is_hit(app.get(f"/predict?input_text={q}"))
    assert is_hit(app.get(f"/predict?utm=1&input_text={q}&other=2"))
    for other in (f"/predict?input_text={q}x", f"/predict?input_text={q}&input_text=b", f"/predict?input_text=b&input_text={q}", f"/predict?input={q}", "/predict?input_text="):
        assert app.get(other).header("x-cache") == "MISS", other


def test_a_route_without_a_key_takes_the_whole_target_and_body(app):
    """K7"""
    q = nonce().replace(" ", "+")
    for method, path, body in (("GET", f"/whole?a={q}", None), ("GET", f"/whole?a={q}&b=1", None), ("POST", f"/whole?a={q}", b"1"), ("POST", f"/whole?a={q}", b"2"), ("POST", f"/whole?a={q}", b"")):
        assert app.request(method, path, body).header("x-cache") == "MISS", (method, path, body)
        assert is_hit(app.request(method, path, body))


def test_a_route_may_add_a_header_to_its_key(app):
    """K7"""
    body = nonce().encode()
    for lang in ("de", "ja", None):
        headers = {"X-Lang": lang} if lang else {}
        assert app.post("/body", body, headers=headers).header("x-cache") == "MISS"
        again = app.post("/body", body, headers=headers)
        assert is_hit(again) and again.json()["asked"].endswith(str(lang))


def test_a_routes_callers_with_other_credentials_do_not_share(app):
    """K13"""
    q = nonce().replace(" ", "+")
    for who in ({}, ALICE, BOB, {"Cookie": "a=1"}):
        assert app.get(f"/predict?input_text={q}", headers=who).header("x-cache") == "MISS"
        assert is_hit(app.get(f"/predict?input_text={q}", headers=who))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_a_method_that_changes_something_is_not_kept(app, method):
    """K7"""
    for _ in range(2):
        assert app.request(method, "/whole", b"x").header("x-cache") == "BYPASS"
