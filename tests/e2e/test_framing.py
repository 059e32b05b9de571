"""HTTP/1.1 on the client's side: framing, keep-alive, pipelining, limits, and what reaches the worker."""
import json
import select
import socket
import threading

import pytest
from fakes.fake_worker import FakeWorker, answer_chat, chat_chunk, chat_whole
from harness import Banto, until, worker_toml
from wire import Reader


@pytest.fixture(scope="module")
def echo():
    """A plain worker that tells what it got, behind a banto with small limits."""

    def answer(connection, seen):
        connection.reply(200, {"method": seen.method, "path": seen.path, "headers": seen.headers, "body": seen.body.decode("latin-1")})

    config = """
[limits]
header_bytes_max = "4KiB"
headers_max = 20
body_bytes_max = "64KiB"
[timeouts]
client_header = "1s"
client_body = "1s"
client_idle = "1s"
"""
    with FakeWorker(answer) as worker, Banto(worker_toml(worker.url, name="app", kind="http") + config) as banto:
        yield banto


def exchange(banto, data):
    """Sends bytes, reads until the other side closes."""
    s = banto.raw(data)
    out = b""
    while True:
        part = s.recv(65536)
        if not part:
            return out
        out += part


def status_of(answer):
    return int(answer.split(b" ", 2)[1])


def test_hop_by_hop_fields_and_what_connection_names_do_not_reach_the_worker(echo):
    answer = exchange(echo, b"GET /x HTTP/1.1\r\nHost: a\r\nConnection: close, X-Secret\r\nX-Secret: 1\r\nTE: trailers\r\nKeep-Alive: 5\r\nProxy-Connection: x\r\nX-Keep: 2\r\n\r\n")
    headers = json.loads(answer.split(b"\r\n\r\n", 1)[1])["headers"]
    assert headers["x-keep"] == "2"
    assert not {"x-secret", "te", "keep-alive", "proxy-connection"} & set(headers)


def test_the_worker_is_told_who_asks(echo):
    seen = echo.get("/x", headers={"X-Forwarded-For": "9.9.9.9", "Host": "public.example"}).json()["headers"]
    assert seen["x-forwarded-for"] == "9.9.9.9, 127.0.0.1"
    assert seen["x-real-ip"] == "9.9.9.9" and seen["x-forwarded-proto"] == "http"
    assert seen["x-forwarded-host"] == "public.example"
    assert "banto" in seen["via"] and seen["x-request-id"]
    assert seen["host"].startswith("127.0.0.1:")


def test_a_sane_request_id_is_kept_and_a_strange_one_replaced(echo):
    assert echo.get("/x", headers={"X-Request-Id": "abc-1"}).json()["headers"]["x-request-id"] == "abc-1"
    strange = echo.get("/x", headers={"X-Request-Id": "a b<c>"}).json()["headers"]["x-request-id"]
    assert strange != "a b<c>" and len(strange) == 16


def test_pipelined_requests_are_answered_in_order(echo):
    one = b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
    answer = exchange(echo, one + one.replace(b" /1", b" /2") + b"GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    found = [answer.find(b'"path": "/%d"' % i) for i in (1, 2, 3)]
    assert -1 not in found and found == sorted(found)
    assert answer.count(b"HTTP/1.1 200") == 3


@pytest.mark.parametrize("last", ["close", "keep-alive"])
def test_a_client_that_pipelines_and_reads_late_gets_every_answer_whole_and_in_order(last):
    """The answers are small, so each is taken for sent until the socket is full: what it did not take must come before all that follows."""
    count, padding = 4000, "p" * 2000

    def answer(connection, seen):
        connection.reply(200, {"path": seen.path, "padding": padding})

    with FakeWorker(answer) as worker, Banto(worker_toml(worker.url, name="app", kind="http")) as banto:
        requests = b"".join(b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % i for i in range(count))
        s = banto.raw(b"")
        sender = threading.Thread(target=s.sendall, args=(requests + b"GET /last HTTP/1.1\r\nHost: a\r\nConnection: %s\r\n\r\n" % last.encode(),))
        sender.start()
        asked = []

        def worker_rests():
            asked.append(len(worker.requests))
            return len(asked) > 50 and asked[-1] == asked[-50] > 0

        until(worker_rests, "the socket is full")
        assert asked[-1] < count
        answers = s.makefile("rb")
        for path in [str(i) for i in range(count)] + ["last"]:
            assert answers.readline() == b"HTTP/1.1 200 OK\r\n"
            fields = dict(line.split(b": ", 1) for line in iter(lambda: answers.readline().rstrip(b"\r\n"), b""))
            assert json.loads(answers.read(int(fields[b"Content-Length"]))) == {"path": f"/{path}", "padding": padding}
        sender.join()
        if last == "close":
            assert answers.read() == b""
        else:
            s.sendall(b"GET /again HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            assert b'"path": "/again"' in answers.read()


def test_requests_whose_heads_differ_in_little_do_not_get_each_others(echo):
    """A head that comes again is not read again: another length, path or caller must be seen all the same."""
    asked = [(f"/x{n % 3}", f"caller-{n % 2}", "a" * size) for n, size in enumerate([10, 99, 10, 0, 5, 55, 100, 999, 1000, 0, 11, 11])] * 3

    def request(path, caller, body):
        return f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\nAuthorization: {caller}\r\n\r\n{body}".encode()

    with echo.raw(b"") as s:
        for path, caller, body in asked:
            s.sendall(request(path, caller, body))
            status, _, told = Reader(s).answer()
            told = json.loads(told)
            assert status == 200 and (told["path"], told["headers"]["authorization"], told["body"]) == (path, caller, body)


def test_answers_whose_heads_differ_in_little_keep_their_own(echo):
    """And so is an answer's: another status, length or way of framing."""
    answers = []
    for n in range(40):
        size = [10, 55, 99, 100, 1][n % 5]
        framing = f"Content-Length: {size}\r\n\r\n{'b' * size}" if n % 3 else f"Transfer-Encoding: chunked\r\n\r\n{size:x}\r\n{'b' * size}\r\n0\r\n\r\n"
        answers.append((200 + n % 2, size, f"HTTP/1.1 {200 + n % 2} OK\r\nX-Same: 1\r\n{framing}"))
    rest = iter(answers)
    with FakeWorker(lambda connection, seen: connection.send(next(rest)[2])) as worker, Banto(worker_toml(worker.url, name="app", kind="http")) as banto:
        with banto.raw(b"") as s:
            for status, size, _ in answers:
                s.sendall(b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
                got, _, body = Reader(s).answer()
                assert (got, body) == (status, b"b" * size)


def test_a_chunked_request_arrives_with_its_length(echo):
    answer = exchange(echo, b"POST /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nTrailer: x\r\n\r\n")
    seen = json.loads(answer.split(b"\r\n\r\n", 1)[1])
    assert seen["body"] == "hello world" and seen["headers"]["content-length"] == "11"
    assert "transfer-encoding" not in seen["headers"] and "trailer" not in seen["headers"]


def test_expect_100_is_answered_before_the_body_comes(echo):
    s = echo.raw(b"POST /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    assert s.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    s.sendall(b"ok")
    assert b'"body": "ok"' in s.makefile("rb").read()


def test_head_has_no_body_and_the_connection_goes_on(echo):
    answer = exchange(echo, b"HEAD /x HTTP/1.1\r\nHost: a\r\n\r\nGET /y HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    head, rest = answer.split(b"\r\n\r\n", 1)
    assert b"200" in head and rest.startswith(b"HTTP/1.1 200") and b'"path": "/y"' in rest


@pytest.mark.parametrize("request_bytes,status", [
    (b"GET / HTTP/1.1\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    (b"GET / HTTP/1.1\nHost: a\n\n", 400),
    (b"GET / HTTP/1.1\r\nHost: a\r\nX : 1\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx", 400),
    (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
    (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
    (b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 405),
    (b"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405),
    (b"GET / HTTP/1.1\r\nHost: a\r\nExpect: magic\r\n\r\n", 417),
    (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"A: b\r\n" * 30 + b"\r\n", 431),
    (b"GET / HTTP/1.1\r\nHost: a\r\nA: " + b"b" * 5000 + b"\r\n\r\n", 431),
    (b"GET /" + b"x" * 5000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n", 413),
    (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + (b"8000\r\n" + b"x" * 0x8000 + b"\r\n") * 3, 413),
    (b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Content-Length\r\n\r\n", 400),
])
def test_what_two_parsers_could_read_in_two_ways_is_refused_and_closed(echo, request_bytes, status):
    answer = exchange(echo, request_bytes)
    assert status_of(answer) == status, answer
    assert b"Connection: close" in answer and answer.count(b"HTTP/1.1 ") == 1
    assert (b"\r\nAllow: GET, HEAD, " in answer) == (status == 405)


def test_a_head_that_does_not_come_is_408(echo):
    assert status_of(exchange(echo, b"GET / HTTP/1.1\r\nHost:")) == 408


def test_a_body_that_stops_is_408(echo):
    assert status_of(exchange(echo, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")) == 408


def test_an_idle_connection_is_closed_without_a_word(echo):
    s = echo.raw(b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
    data = b""
    while b"}" not in data[-3:]:
        data += s.recv(65536)
    assert s.recv(100) == b""


def test_http_1_0_gets_a_length_or_a_close(echo):
    answer = exchange(echo, b"GET /x HTTP/1.0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200") and b"chunked" not in answer and b"Connection: close" in answer


def test_an_http_1_0_client_gets_a_stream_that_ends_with_the_close():
    with FakeWorker() as worker, Banto(worker_toml(worker.url, kind="vllm")) as banto:
        body = json.dumps({"model": "m", "stream": True, "messages": [{"role": "user", "content": "x"}]}).encode()
        answer = exchange(banto, b"POST /v1/chat/completions HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        assert b"chunked" not in answer and answer.endswith(b"data: [DONE]\n\n")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd-unknown"])
def test_a_compressed_request_body_is_read_or_refused(coding):
    import gzip
    import zlib

    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": "packed"}]}).encode()
    packed = {"gzip": gzip.compress, "deflate": zlib.compress}.get(coding, lambda b: b)(body)
    with FakeWorker() as worker, Banto(worker_toml(worker.url, kind="vllm")) as banto:
        answer = banto.post("/v1/chat/completions", packed, headers={"Content-Encoding": coding})
        if coding == "zstd-unknown":
            assert answer.status == 415 and worker.requests == []
        else:
            assert answer.status == 200 and "packed" in answer.json()["choices"][0]["message"]["content"]
            assert "content-encoding" not in worker.requests[0].headers


def test_codings_in_several_lines_are_one_list():
    import gzip

    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": "packed"}]}).encode()
    with FakeWorker() as worker, Banto(worker_toml(worker.url, kind="vllm")) as banto:
        def status(lines, payload):
            head = "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n"
            head += "".join(f"Content-Encoding: {line}\r\n" for line in lines) + f"Content-Length: {len(payload)}\r\n\r\n"
            return int(exchange(banto, head.encode() + payload).split()[1])

        assert status(["identity", "gzip"], body) == 400, "a plain body is no gzip, however the coding is written"
        assert status(["gzip", "br"], gzip.compress(body)) == 415 and worker.requests == []
        assert status(["identity", "gzip"], gzip.compress(body)) == 200 and status(["identity"], body) == 200
        assert all("content-encoding" not in seen.headers for seen in worker.requests)


def test_a_worker_answer_without_length_or_chunks_ends_with_its_close():
    def answer(connection, seen):
        connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil close")
        connection.sock.shutdown(socket.SHUT_WR)

    with FakeWorker(answer) as worker, Banto(worker_toml(worker.url, kind="http")) as banto:
        assert banto.get("/x").body == b"until close"


@pytest.mark.parametrize("status", [204, 304])
def test_answers_without_a_body_stay_without(status):
    def answer(connection, seen):
        connection.send(f"HTTP/1.1 {status} X\r\nETag: \"a\"\r\n\r\n")

    with FakeWorker(answer) as worker, Banto(worker_toml(worker.url, kind="http")) as banto:
        answer_ = exchange(banto, b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert answer_.count(b"HTTP/1.1 %d" % status) == 2 and answer_.count(b"ETag") == 2


def test_too_many_buffered_bytes_are_503_and_the_rest_goes_on():
    config = '[limits]\nbuffered_bytes_max = "64KiB"\n'
    with FakeWorker() as worker, Banto(worker_toml(worker.url, kind="vllm") + config) as banto:
        assert banto.chat("x" * 100_000).status == 503
        assert banto.chat("small").status == 200


def test_what_is_only_announced_holds_nothing_and_what_has_come_does():
    """Two of the four announce all that may be held; nobody else is refused before their bytes are there."""
    config = '[limits]\nbody_bytes_max = "512KiB"\nbuffered_bytes_max = "1MiB"\n'
    head = b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % (512 * 1024)
    with FakeWorker() as worker, Banto("threads = 1\n" + worker_toml(worker.url, name="gpu1", kind="vllm") + config) as banto:
        banto.until_worker("gpu1")
        announcing = [banto.raw(head + b"{") for _ in range(4)]
        for text in ("one", "two", "three"):
            assert banto.chat(text).status == 200
        for s in announcing[:3]:
            s.sendall(b" " * (511 * 1024))
        refused = until(lambda: select.select(announcing, [], [], 0)[0], "three are more than may be held")
        assert [s.recv(12) for s in refused] == [b"HTTP/1.1 503"]
        for s in announcing:
            s.close()
        until(lambda: banto.chat("x" * 4000).status == 200, "and given back")


@pytest.mark.parametrize("method,status,length", [("GET", 304, None), ("GET", 304, 1234), ("HEAD", 304, 1234), ("HEAD", 200, None), ("HEAD", 200, 7), ("HEAD", 404, None)])
def test_an_answer_without_a_body_has_the_workers_length_or_none(method, status, length):
    """RFC 9110 §8.6: it is that of another answer; a zero would say that this one is empty."""
    def answer(connection, seen):
        field = f"Content-Length: {length}\r\n" if length else ""
        connection.send(f"HTTP/1.1 {status} X\r\nETag: \"a\"\r\n{field}\r\n")

    with FakeWorker(answer) as worker, Banto(worker_toml(worker.url, kind="http")) as banto:
        with banto.raw(f"{method} /1 HTTP/1.1\r\nHost: a\r\n\r\n{method} /2 HTTP/1.1\r\nHost: a\r\n\r\n".encode()) as s:
            reader = Reader(s)
            for _ in range(2):
                got, headers, _ = reader.answer(head_only=True)
                assert got == status and dict(headers).get("content-length") == (str(length) if length else None)
