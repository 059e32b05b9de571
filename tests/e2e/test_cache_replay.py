"""What a hit looks like on the wire (traps R2, R3, R4, R6)."""
import json
import re
import socket
import threading
import time

import pytest
from cache_asking import ask, is_hit
from fakes.fake_worker import CHAT_ID, FakeWorker, answer_chat, chat_chunk, chat_whole
from harness import Banto, until, worker_toml
from one_worker import banto, behind, question, worker  # noqa: F401 (fixtures)
from wire import Reader, chunks, request_bytes


# --- R2: the head ---

TOLD = ["X-Request-Id: of-the-first", "Server: uvicorn", "Keep-Alive: timeout=5", "Connection: keep-alive", "Date: Mon, 01 Jan 2001 00:00:00 GMT", "openai-processing-ms: 900", "x-ratelimit-remaining-requests: 9",
        "Access-Control-Allow-Origin: https://first.example", "Age: 77", "X-Cache: Miss from elsewhere", "X-Model-Revision: 7"]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_a_hit_has_the_head_of_an_answer_and_nothing_of_the_first_caller(stream):
    """R2"""

    def answer(connection, seen):
        if not stream:
            return connection.reply(200, chat_whole("x"), "application/json; charset=utf-8", TOLD)
        connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n" + "\r\n".join(TOLD) + "\r\n\r\n")
        connection.chunk(chat_chunk(content="x", finish="stop") + "data: [DONE]\n\n")
        connection.end_stream()

    with FakeWorker(answer) as worker, behind(worker) as banto:
        body = question(stream)
        ask(banto, body, headers={"X-Request-Id": "first-caller-1"})
        reader = Reader(banto.raw(request_bytes(body, headers="X-Request-Id: second-caller-2\r\n")))
        status, headers, _ = reader.answer()
        names = [n for n, _ in headers]
        have = dict(headers)
        assert status == 200 and have["x-cache"] == "HIT" and sorted(set(names)) == sorted(names), headers
        assert have["content-type"] == ("text/event-stream; charset=utf-8" if stream else "application/json; charset=utf-8")
        assert ("transfer-encoding" in have) == stream and ("content-length" in have) != stream
        assert have["x-request-id"] == "second-caller-2" and have["x-model-revision"] == "7" and have["x-banto-worker"] == "gpu1"
        assert not {"set-cookie", "keep-alive", "server", "openai-processing-ms", "x-ratelimit-remaining-requests", "content-encoding"} & set(names), headers
        assert "2001" not in have["date"] and int(have["age"]) < 60


def test_a_browser_may_read_a_hit_whoever_asked_first():
    """R2: a page is told what the worker said to it, not to the first caller; pages of two origins share nothing, because a worker may answer them differently."""

    def answer(connection, seen):
        connection.reply(200, chat_whole("x"), headers=["Access-Control-Allow-Origin: *"] if "origin" in seen.headers else [])

    with FakeWorker(answer) as worker, behind(worker) as banto:
        body = question()
        ask(banto, body)
        assert is_hit(ask(banto, body)) and ask(banto, body).header("access-control-allow-origin") is None
        assert not is_hit(ask(banto, body, headers={"Origin": "https://b.example"}))
        second = ask(banto, body, headers={"Origin": "https://b.example"})
        assert is_hit(second) and second.header("access-control-allow-origin") == "*"


# --- R4: identity ---


def test_every_replay_has_its_own_id_and_time_and_keeps_the_rest(banto):
    """R2, R4: clients merge chunks by id; two replays with one id would become one message."""
    body = question()
    answers = [ask(banto, body).json() for _ in range(4)]
    now = time.time()
    assert len({a["id"] for a in answers}) == 4
    for a in answers[1:]:
        assert re.fullmatch(r"chatcmpl-[0-9a-zA-Z]+", a["id"]) and len(a["id"]) == len(CHAT_ID) and abs(a["created"] - now) < 300
        assert {k: v for k, v in a.items() if k not in ("id", "created")} == {k: v for k, v in answers[0].items() if k not in ("id", "created")}


def test_all_frames_of_one_replay_have_one_id_and_one_time(banto):
    """R2, R4"""
    body = question(stream=True)
    first, *replays = [chunks(ask(banto, body).body) for _ in range(4)]
    assert {c["id"] for c in first} == {CHAT_ID}
    seen = {CHAT_ID}
    for replay in replays:
        ids = {c["id"] for c in replay}
        assert len(replay) == len(first) and len(ids) == 1 and len({c["created"] for c in replay}) == 1 and not ids & seen
        seen |= ids
        assert [c["choices"] for c in replay] == [c["choices"] for c in first]


def test_an_id_in_the_text_is_text():
    """R4: only the answer's own id is renewed, wherever else its letters stand."""
    text = f'"id": "{CHAT_ID}", "created": 1700000000'
    tool = {"id": CHAT_ID, "type": "function", "function": {"name": "f", "arguments": json.dumps({"id": CHAT_ID, "created": 1700000000})}}
    body = chat_whole(text)
    body["choices"][0]["message"]["tool_calls"] = [tool]
    with FakeWorker(lambda c, s: c.reply(200, {"choices": body["choices"], **body})) as worker, behind(worker) as banto:
        q = question()
        ask(banto, q)
        again = ask(banto, q)
        assert is_hit(again) and again.json()["choices"] == body["choices"] and again.json()["id"] != CHAT_ID


# --- Age and Cache-Status ---

TOKEN = r"[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*"
ITEM = rf'(?:-?\d+(?:\.\d+)?|"(?:[^"\\]|\\["\\])*"|{TOKEN}|\?[01])'
KEY = r"[a-z*][a-z0-9_.*-]*"
FORWARDED = {"bypass", "method", "uri-miss", "vary-miss", "miss", "request", "stale", "partial"}


def cache_status(answer):
    """The parameters of our member of Cache-Status, by RFC 8941 and RFC 9211."""
    value = answer.header("cache-status")
    assert re.fullmatch(rf"{TOKEN}(?:; *{KEY}(?:={ITEM})?)*", value), value
    name, *parameters = [p.strip() for p in value.split(";")]
    assert name == "banto"
    pairs = dict((p.split("=", 1) + [True])[:2] for p in parameters)
    assert set(pairs) <= {"hit", "fwd", "fwd-status", "ttl", "stored", "collapsed", "key", "detail"} and len(pairs) == len(parameters), value
    assert ("hit" in pairs) != ("fwd" in pairs), value
    assert pairs.get("fwd", "miss") in FORWARDED and pairs.get("hit", True) is True and pairs.get("stored", True) is True
    for number in ("ttl", "fwd-status"):
        assert number not in pairs or re.fullmatch(r"-?\d+", pairs[number]), value
    return pairs


def test_cache_status_speaks_rfc_9211_on_every_way(banto):
    """R2"""
    body = question()
    miss = cache_status(ask(banto, body))
    assert miss["fwd"] == "miss" and miss["stored"] and miss["fwd-status"] == "200" and miss["detail"] == "key_not_found"
    hit = cache_status(ask(banto, body))
    assert hit["hit"] and 0 < int(hit["ttl"]) <= 600 and "detail" not in hit
    bypass = cache_status(ask(banto, body, headers={"Cache-Control": "no-store"}))
    assert bypass["fwd"] in ("bypass", "request") and bypass["detail"] == "request_no_store" and "stored" not in bypass
    assert cache_status(ask(banto, dict(body, store=True)))["detail"] == "store"
    fresh = cache_status(ask(banto, body, headers={"Cache-Control": "no-cache"}))
    assert fresh["fwd"] in ("bypass", "request") and fresh["stored"]
    unkept = cache_status(ask(banto, question(), headers={"Cache-Control": "only-if-cached"}))
    assert "stored" not in unkept


def test_age_grows(banto):
    """R2"""
    body = question()
    assert ask(banto, body).header("age") is None
    first = int(ask(banto, body).header("age"))
    until(lambda: int(ask(banto, body).header("age")) > first, "the age grows")


# --- R3: whoever asks, however ---


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_an_http_1_0_client_gets_a_hit_without_chunks(banto, stream):
    """R3"""
    body = question(stream)
    first = ask(banto, body)
    reader = Reader(banto.raw(request_bytes(body, "1.0")))
    status, headers, payload = reader.answer()
    have = dict(headers)
    assert status == 200 and have["x-cache"] == "HIT" and "transfer-encoding" not in have and have["connection"] == "close"
    if stream:
        assert [c["choices"] for c in chunks(payload)] == [c["choices"] for c in chunks(first.body)] and payload.endswith(b"data: [DONE]\n\n")
    else:
        assert json.loads(payload)["choices"] == first.json()["choices"]
    assert reader.closed()


def test_an_http_1_0_client_may_keep_its_connection_after_a_whole_hit(banto):
    """R3"""
    body = question()
    ask(banto, body)
    s = banto.raw(request_bytes(body, "1.0", "Connection: keep-alive\r\n"))
    reader = Reader(s)
    for _ in range(3):
        _, headers, payload = reader.answer()
        assert dict(headers)["x-cache"] == "HIT" and json.loads(payload)["choices"]
        s.sendall(request_bytes(body, "1.0", "Connection: keep-alive\r\n"))


def test_head_of_what_is_kept_has_no_body_and_the_connection_goes_on():
    """R3"""
    route = '[[routes]]\npath = "/predict"\nworkers = ["app"]\ncache = { ttl = "60s", key = ["query.q"] }\n'

    def answer(connection, seen):
        if seen.method == "HEAD":
            return connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\n")
        connection.reply(200, "hello", "text/plain")

    with FakeWorker(answer) as worker, Banto(worker_toml(worker.url, name="app", kind="http") + route) as banto:
        s = banto.raw(request_bytes(None, path="/predict?q=1", method="GET"))
        reader = Reader(s)
        assert reader.answer()[2] == b"hello"
        for method in ("HEAD", "GET", "HEAD", "GET"):
            s.sendall(request_bytes(None, path="/predict?q=1", method=method))
            status, headers, payload = reader.answer(head_only=method == "HEAD")
            assert status == 200 and dict(headers)["content-length"] == "5"
            assert payload == (b"" if method == "HEAD" else b"hello")
            if method == "GET":
                assert dict(headers)["x-cache"] == "HIT"
        assert [r.method for r in worker.requests].count("GET") == 1


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_requests_sent_together_are_answered_in_order_after_a_hit(banto, worker, stream):
    """R3: hit, hit, miss, hit in one write; none loses a byte of another."""
    known, fresh = question(stream), question(stream)
    ask(banto, known)
    before = len(worker.requests)
    s = banto.raw(request_bytes(known) + request_bytes(known) + request_bytes(fresh) + request_bytes(known))
    reader = Reader(s)
    answers = [reader.answer() for _ in range(4)]
    assert [dict(h)["x-cache"] for _, h, _ in answers] == ["HIT", "HIT", "MISS", "HIT"]
    texts = ["".join(c["choices"][0]["delta"].get("content", "") for c in chunks(p)) if stream else json.loads(p)["choices"][0]["message"]["content"] for _, _, p in answers]
    assert [t.strip() for t in texts] == ["echo: " + b["messages"][0]["content"] for b in (known, known, fresh, known)]
    assert len(worker.requests) == before + 1
    s.sendall(request_bytes(known, headers="Connection: close\r\n"))
    assert dict(reader.answer()[1])["connection"] == "close" and reader.closed()


def test_many_hits_on_one_connection(banto):
    """R3"""
    body = question(stream=True)
    ask(banto, body)
    s = banto.raw(request_bytes(body) * 100)
    reader = Reader(s)
    ids = set()
    for _ in range(100):
        status, headers, payload = reader.answer()
        assert status == 200 and dict(headers)["x-cache"] == "HIT" and payload.endswith(b"data: [DONE]\n\n")
        ids |= {c["id"] for c in chunks(payload)}
    assert len(ids) == 100


def test_a_hit_waits_for_the_whole_request_body(banto):
    """R3: an entry is given for a question, not for the beginning of one (CVE-2025-4366)."""
    body = question()
    ask(banto, body)
    data = request_bytes(body)
    s = banto.raw(data[:-5])
    s.settimeout(0.2)
    with pytest.raises(socket.timeout):
        s.recv(1)
    s.settimeout(30)
    s.sendall(data[-5:])
    assert dict(Reader(s).answer()[1])["x-cache"] == "HIT"


# --- R6: a hit is not the worker's ---


def test_a_hit_does_not_need_the_worker(worker):
    """R6: it is given while the worker's only slot is taken, and after the worker is gone."""
    go, started = threading.Event(), threading.Event()

    def slow(connection, seen):
        if "busy" not in seen.json()["messages"][0]["content"]:
            return answer_chat(connection, seen)
        started.set()
        go.wait(60)
        answer_chat(connection, seen)

    with FakeWorker(slow) as one, behind(one, max_in_flight=1) as banto:
        body = question()
        ask(banto, body)
        busy = threading.Thread(target=lambda: banto.chat("busy"))
        busy.start()
        assert started.wait(30)
        for _ in range(5):
            assert is_hit(ask(banto, body))
        assert banto.worker("gpu1")["in_flight"] == 1
        go.set()
        busy.join()
        one.stop()
        assert is_hit(ask(banto, body))


def test_a_hit_is_not_counted_as_an_attempt(banto):
    """R6"""
    body = question()
    ask(banto, body)
    for _ in range(3):
        answer = ask(banto, body)
        line = banto.access_line(request_id=answer.header("x-request-id"))
        assert line["cache"] == "hit" and not line.get("attempts") and "store" not in line
    until(lambda: banto.worker("gpu1")["in_flight"] == 0, "nothing in flight")
