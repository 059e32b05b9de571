"""A client that sends no more (FIN) may still read: what it asked is answered, but no worker is kept busy for it. One that has reset is gone. RFC 9112 §9.3.2, §9.6."""
import socket
import struct
import threading

import pytest
from fakes.fake_worker import FakeWorker, answer_chat
from harness import DEADLINE_S, Banto, until, worker_toml
from traffic import Client, chat_bytes

LARGE = "large " * 100_000
HIT = chat_bytes("hello")
LISTING = b"GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n"
SLOW = chat_bytes("slow")


class Engine:
    """Answers at once, but what is slow not before its client has left."""

    def __init__(self):
        self.asked = threading.Event()
        self.left = 0

    def __call__(self, connection, seen):
        if b"slow" in seen.body:
            self.asked.set()
            self.left += bool(connection.left(DEADLINE_S))
        elif b"large" in seen.body:
            connection.reply(200, {"id": "chatcmpl-1", "object": "chat.completion", "created": 1700000000, "model": "m",
                                   "choices": [{"index": 0, "message": {"role": "assistant", "content": LARGE}, "finish_reason": "stop"}]})
        else:
            answer_chat(connection, seen)


@pytest.fixture()
def engine():
    return Engine()


@pytest.fixture()
def banto(engine):
    with FakeWorker(engine) as worker, Banto("threads = 1\n" + worker_toml(worker.url, name="gpu1", kind="vllm", max_in_flight=1)) as banto:
        banto.until_worker("gpu1")
        assert Client(banto).chat("hello", stream=False).status == 200
        yield banto


def all_of(s):
    data = b""
    while part := s.recv(1 << 20):
        data += part
    return data


def half_closed(banto, data):
    s = banto.raw(b"")
    s.sendall(data)
    s.shutdown(socket.SHUT_WR)
    return s


@pytest.mark.parametrize("requests", [HIT, HIT * 33, HIT * 300, LISTING * 50, LISTING + HIT * 40 + LISTING], ids=["one", "33", "300", "own", "mixed"])
def test_requests_that_came_whole_before_the_end_are_all_answered(banto, requests):
    for _ in range(5):
        with half_closed(banto, requests) as s:
            assert all_of(s).count(b"HTTP/1.1 200 ") == requests.count(b" HTTP/1.1\r\n")


def test_a_large_stored_answer_is_whole_for_a_client_that_sends_no_more_and_reads_late(banto):
    assert Client(banto).chat("large", stream=False).status == 200
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        s.settimeout(DEADLINE_S)
        s.connect(("127.0.0.1", banto.port))
        s.sendall(chat_bytes("large") * 2 + HIT)
        s.shutdown(socket.SHUT_WR)
        answer = all_of(s)
    assert answer.count(LARGE.encode()) == 2 and answer.count(b"X-Cache: HIT") == 3


def test_no_worker_is_kept_busy_for_a_client_that_has_ended_and_what_was_before_goes_out(banto, engine):
    with half_closed(banto, HIT * 3 + SLOW) as s:
        assert all_of(s).count(b"HTTP/1.1 200 ") == 3
        banto.access_line(left="waiting")
        until(lambda: banto.worker("gpu1")["in_flight"] == 0, "the slot is free")
    assert not banto.worker("gpu1")["ejected"]


def test_half_a_request_before_the_end_is_not_waited_for(banto):
    for data, answers in ((LISTING[:-2], 0), (HIT[:-1], 0), (HIT * 40 + LISTING[:-2], 40)):
        with half_closed(banto, data) as s:
            assert all_of(s).count(b"HTTP/1.1 ") == answers


@pytest.mark.parametrize("reset", [False, True], ids=["fin", "reset"])
@pytest.mark.parametrize("ahead", [1, 800], ids=["little", "more_than_is_read"])
def test_a_client_that_leaves_with_much_unread_frees_its_worker(banto, engine, ahead, reset):
    with banto.raw(b"") as s:
        s.sendall(SLOW + (LISTING + b"\r\n" * 60) * ahead)
        assert engine.asked.wait(DEADLINE_S)
        if reset:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    until(lambda: engine.left == 1, "the worker sees the leave")
    banto.access_line(left="waiting")
    until(lambda: banto.worker("gpu1")["in_flight"] == 0, "the slot is free")


def test_bytes_and_a_reset_that_come_as_one_free_the_worker(banto, engine):
    with banto.raw(b"") as s:
        s.sendall(SLOW)
        assert engine.asked.wait(DEADLINE_S)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.sendall(LISTING)
    until(lambda: engine.left == 1, "the worker sees the leave")
    banto.access_line(left="waiting")
    until(lambda: banto.worker("gpu1")["in_flight"] == 0, "the slot is free")
