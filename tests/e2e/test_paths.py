"""Paths that lead elsewhere, that nobody serves, or that take another method: refused before a worker hears of them, in the API's words."""
import pytest
from fakes.fake_worker import FakeWorker
from harness import Banto, worker_toml
from traffic import NO_CACHE


@pytest.fixture(scope="module")
def app():
    with FakeWorker(lambda connection, seen: connection.reply(200, "app", "text/plain")) as worker:
        yield worker


@pytest.fixture(scope="module")
def house(app):
    routes = '\n[[routes]]\npath = "/pub/*"\nworkers = ["app"]\n[[routes]]\npath = "/predict"\nmethods = ["GET"]\nworkers = ["app"]\n'
    with FakeWorker(models=("llama-3.1-8b", "org/name", "qwen")) as engine:
        with Banto(worker_toml(engine.url, name="engine", kind="vllm") + worker_toml(app.url, name="app", kind="http") + routes + NO_CACHE) as banto:
            banto.until_worker("engine")
            yield banto


@pytest.mark.parametrize("target", [
    "/pub/../admin", "/pub/%2e%2e/admin", "/pub/..%2fadmin", "/pub/..;/admin", "/pub/..%5cadmin", "/pub/..\\admin", "/pub/.%2E;x=1/admin",
    "/pub/./x", "/pub/..", "//pub/../admin", "/pub//../admin", "http://a/pub/../admin", "http://a/pub/%2e%2e", "/pub/..?x=1", "/pub/..%00/x"])
def test_a_path_that_leaves_its_route_is_refused_before_any_worker_hears_of_it(house, app, target):
    before = len(app.requests)
    answer = house.get(target)
    assert answer.status == 400 and b"segment" in answer.body, (answer.status, answer.body)
    assert answer.header("content-type").startswith("text/plain")
    assert len(app.requests) == before
    assert house.access_line(error="dot_segment", status=400)


def test_a_refused_path_is_answered_in_its_apis_shape_and_the_connection_stays(house):
    sock = house.raw(b"POST /v1/../admin HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}GET /api/%2e%2e/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    both = b""
    while part := sock.recv(65536):
        both += part
    assert both.count(b"HTTP/1.1 400 ") == 2 and b'"code":"dot_segment"' in both and b'{"error":"The path' in both, both


def test_an_escaped_slash_alone_is_a_byte_like_others(house, app):
    assert house.get("/v1/models/org%2Fname").json()["id"] == "org/name"
    assert house.get("/pub/a%2Fb/%252e%252e/.well-known/x..y?q=/../z").body == b"app"
    assert app.requests[-1].path == "/pub/a%2Fb/%252e%252e/.well-known/x..y?q=/../z"


HANDSHAKE = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}


def test_a_websocket_is_refused_at_once_with_a_word_why(house, app):
    before = len(app.requests)
    answer = house.get("/pub/queue", headers=HANDSHAKE)
    assert answer.status == 501 and b"WebSocket tunnels are not built yet" in answer.body
    answer = house.get("/v1/realtime?model=m", headers=HANDSHAKE)
    assert answer.status == 501 and answer.json()["error"]["code"] == "websocket_not_supported"
    assert len(app.requests) == before


def test_other_offers_of_an_upgrade_are_ignored(house, app):
    offer = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAEAAEAAAAIAAAAB"}
    assert house.get("/pub/x", headers=offer).body == b"app"
    assert not {"upgrade", "http2-settings"} & set(app.requests[-1].headers)


def test_nothing_there_is_said_in_the_apis_shape(house):
    answer = house.get("/v1/nothing")
    assert answer.status == 404 and answer.json()["error"]["code"] == "not_found" and "/v1/nothing" in answer.json()["error"]["message"]
    answer = house.get("/v1/messages/batches")
    assert answer.status == 404 and answer.json()["type"] == "error" and answer.json()["error"]["type"] == "not_found_error"
    answer = house.get("/v1/files", headers={"anthropic-version": "2023-06-01"})
    assert answer.status == 404 and answer.json()["type"] == "error"
    answer = house.post("/api/pull", {"model": "m"})
    assert answer.status == 404 and "/api/pull" in answer.json()["error"]
    answer = house.get("/elsewhere")
    assert answer.status == 404 and answer.header("content-type").startswith("text/plain")


@pytest.mark.parametrize("method,path,allow", [
    ("GET", "/v1/chat/completions", "POST"), ("PUT", "/v1/models", "GET, HEAD"), ("DELETE", "/v1/models/qwen", "GET, HEAD"), ("GET", "/api/chat", "POST"),
    ("GET", "/v1/messages", "POST"), ("POST", "/predict", "GET")])
def test_a_known_path_with_the_wrong_method_is_405_and_says_which_are_right(house, method, path, allow):
    answer = house.request(method, path)
    assert answer.status == 405 and answer.header("allow") == allow, (answer.headers, answer.body)
    assert (answer.header("content-type") == "application/json") == (path != "/predict")


def test_a_model_that_nobody_serves_is_answered_with_the_nearest(house):
    answer = house.chat(model="lama-3.1-8b")
    assert answer.status == 404 and answer.json()["error"]["message"].startswith("The model 'lama-3.1-8b' does not exist. Nearest known: 'llama-3.1-8b', ")
    assert "Nearest known: 'qwen', " in house.get("/v1/models/qwem").json()["error"]["message"]
    answer = house.post("/api/show", {"model": "qwem"})
    assert answer.status == 404 and answer.json()["error"] == "model 'qwem' not found.", "no Ollama is here that could serve another"
