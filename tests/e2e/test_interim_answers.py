"""Interim answers of a worker (103 Early Hints and others) reach a client of HTTP/1.1 before the final one, and nobody else."""
import contextlib
import socket
import threading

from fakes.fake_worker import FakeWorker, chat_chunk
from harness import Banto, worker_toml
from traffic import chat_bytes
from wire import Reader

HINTS = "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\nConnection: X-Hop\r\nX-Hop: 1\r\nX-Banto-Worker: forged\r\n\r\n"
GET = b"GET /page HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST /page HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"  # is not asked again


@contextlib.contextmanager
def app(*interim, route=""):
    """An app that sends these before each answer."""

    def answer(connection, seen):
        connection.send("".join(interim))
        connection.reply(200, "page", content_type="text/plain")

    routes = '[[routes]]\npath = "/*"\nworkers = ["app"]\n' + route
    with FakeWorker(answer) as worker, Banto(worker_toml(worker.url, name="app", kind="http") + routes) as banto:
        yield banto, worker


def heads(banto, request, count):
    """So many answers to one request, in order, as (status, fields as a dict)."""
    with banto.raw(request) as s:
        reader = Reader(s)
        out = []
        for _ in range(count):
            status, fields, body = reader.answer(head_only=False) if len(out) == count - 1 else interim_of(reader)
            out.append((status, dict(fields)))
        assert body == b"page"
        return out


def interim_of(reader):
    lines = reader._until(b"\r\n\r\n").decode().split("\r\n")
    fields = [(n.lower(), v.strip()) for n, v in (line.split(":", 1) for line in lines[1:])]
    return int(lines[0].split(" ")[1]), fields, None


def test_early_hints_reach_the_client_before_the_answer():
    with app(HINTS) as (banto, _):
        (hint, fields), (status, final) = heads(banto, GET, 2)
        assert (hint, status) == (103, 200)
        assert fields == {"link": "</style.css>; rel=preload"}, "end-to-end fields and no others"
        assert "link" not in final and final["x-banto-worker"] == "app"


def test_several_interim_answers_come_in_their_order():
    with app("HTTP/1.1 102 Processing\r\n\r\n", HINTS, "HTTP/1.1 199 Odd\r\nX-N: 3\r\n\r\n") as (banto, _):
        assert [status for status, _ in heads(banto, GET, 4)] == [102, 103, 199, 200]


def test_the_hints_come_while_the_worker_still_thinks():
    def answer(connection, seen):
        connection.send(HINTS)
        assert thinking.recv(1) == b"!"
        connection.reply(200, "page", content_type="text/plain")

    thinking, client_has_them = socket.socketpair()
    with FakeWorker(answer) as worker, Banto(worker_toml(worker.url, name="app", kind="http")) as banto:
        with banto.raw(GET) as s:
            reader = Reader(s)
            assert interim_of(reader)[0] == 103
            client_has_them.send(b"!")
            assert reader.answer()[0] == 200


def test_a_client_of_http_1_0_gets_none():
    with app(HINTS) as (banto, _):
        with banto.raw(b"GET /page HTTP/1.0\r\n\r\n") as s:
            data = b"".join(iter(lambda: s.recv(65536), b""))
        assert data.startswith(b"HTTP/1.1 200 ") and b"103" not in data.split(b"\r\n")[0] and b"style.css" not in data


def test_a_100_of_the_worker_stays_with_us():
    """The client's expectation was met before the worker was asked."""
    with app("HTTP/1.1 100 Continue\r\n\r\n") as (banto, _):
        assert heads(banto, GET, 1)[0][0] == 200


def test_hints_are_not_stored():
    with app(HINTS, route='cache = { ttl = "60s" }\n') as (banto, worker):
        assert [status for status, _ in heads(banto, GET, 2)] == [103, 200]
        (status, fields), = heads(banto, GET, 1)
        assert status == 200 and fields["x-cache"] == "HIT" and "link" not in fields
        assert len(worker.requests) == 1


def test_a_worker_may_say_often_that_it_works():
    with app("HTTP/1.1 102 Processing\r\n\r\n" * 200) as (banto, _):
        assert [status for status, _ in heads(banto, GET, 201)] == [102] * 200 + [200]


def test_each_interim_answer_is_a_sign_of_life():
    """Each comes well within first_byte; all of them together take longer."""
    def answer(connection, seen):
        for _ in range(6):
            connection.send("HTTP/1.1 102 Processing\r\n\r\n")
            pause.wait(0.4)  # the pace of a gateway: time itself is what is tested
        connection.reply(200, "page", content_type="text/plain")

    pause = threading.Event()
    with FakeWorker(answer) as worker, Banto(worker_toml(worker.url, name="app", kind="http") + '[timeouts]\nfirst_byte = "1500ms"\n') as banto:
        assert [status for status, _ in heads(banto, GET, 7)] == [102] * 6 + [200]


def test_a_worker_that_hints_without_end_is_given_up_but_not_blamed():
    with app(HINTS * 400, route="[limits]\nheader_bytes_max = \"1KiB\"\n") as (banto, _):
        for _ in range(6):
            with banto.raw(POST) as s:
                reader = Reader(s)
                while (line := reader._until(b"\r\n\r\n")).startswith(b"HTTP/1.1 103"):
                    pass
                assert line.startswith(b"HTTP/1.1 502")
                while b"header_bytes_max" not in reader.buffer:
                    assert reader._more()
        assert not banto.worker("app")["ejected"]


def test_after_an_early_head_hints_are_dropped():
    def answer(connection, seen):
        assert early.wait(30)
        connection.send(HINTS)
        connection.start_stream()
        connection.chunk(chat_chunk(content="late"))
        connection.chunk(chat_chunk(finish="stop") + "data: [DONE]\n\n")
        connection.end_stream()

    early = threading.Event()
    with FakeWorker(answer) as worker, Banto(worker_toml(worker.url, name="gpu1", kind="vllm") + '[timeouts]\ncommit_after = "50ms"\n') as banto:
        banto.until_worker("gpu1")
        with banto.raw(chat_bytes("hello", stream=True)) as s:
            data = s.recv(65536)
            assert data.startswith(b"HTTP/1.1 200 ")
            early.set()
            while b"[DONE]" not in data:
                part = s.recv(65536)
                assert part
                data += part
        assert b"103" not in data and b"style.css" not in data and b"late" in data


def test_a_switch_of_protocols_that_nobody_asked_for_is_an_error():
    with app("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n") as (banto, _):
        with banto.raw(POST) as s:
            assert Reader(s).answer()[0] == 502
