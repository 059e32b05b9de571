"""What is refused before it is a request (400, 408, 414, 417, 431, 501, 505) is answered like every other refusal: in the shape of its path's API, with the same fields, readable by the pages that may read."""
import json

import pytest
from fakes.fake_worker import FakeWorker
from harness import Banto, worker_toml
from wire import Reader

UI, EVIL = "https://ui.example", "https://evil.example"
ALLOW = "access-control-allow-origin"
PATH = "/v1/chat/completions"
LIMITS = '[limits]\nheader_bytes_max = "4KiB"\n[timeouts]\nclient_header = "300ms"\n'

# What comes before and behind the lines of the head, and the status.
BAD = {
    "a malformed line": (f"POST {PATH} HTTP/1.1\r\nHost: a\r\n", "Bad Name: 1\r\n\r\n", 400),
    "two lengths": (f"POST {PATH} HTTP/1.1\r\nHost: a\r\n", "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
    "no host": (f"POST {PATH} HTTP/1.1\r\n", "\r\n", 400),
    "a version": (f"POST {PATH} HTTP/2.0\r\nHost: a\r\n", "\r\n", 505),
    "an expectation": (f"POST {PATH} HTTP/1.1\r\nHost: a\r\n", "Expect: miracles\r\n\r\n", 417),
    "a transfer coding": (f"POST {PATH} HTTP/1.1\r\nHost: a\r\n", "Transfer-Encoding: gzip, chunked\r\n\r\n", 501),
    "a long cookie": (f"POST {PATH} HTTP/1.1\r\nHost: a\r\n", f"Cookie: {'x' * 5000}\r\n\r\n", 431),
    "a head that stops": (f"POST {PATH} HTTP/1.1\r\nHost: a\r\n", "Coo", 408),
    "a trace": (f"TRACE {PATH} HTTP/1.1\r\nHost: a\r\n", "\r\n", 405),
}


@pytest.fixture(scope="module", params=["", f'[cors]\norigins = ["{UI}"]\n', '[cors]\norigins = ["*"]\n'], ids=["engine", "list", "everybody"])
def house(request):
    with FakeWorker() as worker, Banto(worker_toml(worker.url, name="a", kind="vllm") + LIMITS + request.param) as banto:
        yield banto, {"": "engine", '[cors]\norigins = ["*"]\n': "everybody"}.get(request.param, "list")


def refusal(banto, data, head_only=False):
    with banto.raw(data if isinstance(data, bytes) else data.encode()) as sock:
        status, headers, body = Reader(sock).answer(head_only)
    assert sorted(n for n, _ in headers) == sorted({n for n, _ in headers}), headers
    return status, dict(headers), body


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("origin", [None, UI, EVIL])
def test_it_has_the_shape_and_the_fields_of_every_refusal(house, what, origin):
    banto, rule = house
    before, behind, expected = BAD[what]
    status, have, body = refusal(banto, before + (f"Origin: {origin}\r\n" if origin else "") + behind)
    assert status == expected, body
    error = json.loads(body)["error"]
    assert have["content-type"] == "application/json" and error["message"] and error["type"] == ("invalid_request_error" if status < 500 else error["type"])
    assert have["x-request-id"] and have["x-banto-reason"] == error["code"] and have["cache-control"] == "no-store" and have["connection"] == "close" and have["date"]
    told = {"engine": "*" if origin else None, "everybody": "*", "list": UI if origin == UI else None}[rule]
    assert have.get(ALLOW) == told
    assert ("vary" in have) == (rule != "engine") and ("access-control-expose-headers" in have) == (rule != "engine" and told is not None)


@pytest.mark.parametrize("path, shape", [("/v1/messages", lambda e: e["type"] == "error"), ("/api/chat", lambda e: isinstance(e["error"], str)), ("/v1/models?" + "x" * 5000, lambda e: e["error"]["code"])])
def test_it_is_told_as_the_paths_api_tells_errors(house, path, shape):
    status, have, body = refusal(house[0], f"GET {path} HTTP/1.1\r\nHost: a b\r\n\r\n")
    assert status in (400, 414) and have["content-type"] == "application/json" and shape(json.loads(body))


def test_what_is_no_http_is_told_in_plain_text_and_no_page_is_meant(house):
    banto, rule = house
    for data in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"{} /v1/models\r\nOrigin: " + UI.encode() + b"\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"):
        status, have, body = refusal(banto, data)
        assert status in (400, 505) and have["content-type"].startswith("text/plain") and body and have["x-request-id"] and have["x-banto-reason"]
        assert have.get(ALLOW) == ("*" if rule == "everybody" else None)


def test_an_origin_in_doubt_is_not_answered(house):
    banto, rule = house
    for lines in (f"Origin: {UI}\r\nOrigin: {EVIL}\r\n", f"X: 1\nOrigin: {UI}\r\n", f"Origin: {UI}\x01\r\n"):
        status, have, _ = refusal(banto, f"GET {PATH} HTTP/1.1\r\nHost: a\r\n{lines}Bad Name: 1\r\n\r\n")
        assert status == 400 and have.get(ALLOW) == ("*" if rule == "everybody" else None), lines


def test_a_head_request_gets_no_body(house):
    banto, _ = house
    with banto.raw(b"HEAD /v1/models HTTP/1.1\r\nHost: a b\r\n\r\n") as sock:
        data = b""
        while part := sock.recv(65536):
            data += part
    assert data.startswith(b"HTTP/1.1 400 ") and data.endswith(b"\r\n\r\n")
