"""Coded answers that become very much: each costs a slice of work in a turn, holds no more than its reader takes, and what waits is counted."""
import gzip
import socket

import pytest
from cache_asking import sanitized
from fakes.fake_worker import FakeWorker, answer_chat
from harness import Banto, until, worker_toml
from test_workers_words import DONE, ROLE, STOP, WORD, Stream, streamed
from traffic import chat_bytes

CODED = "Content-Type: text/event-stream\r\nContent-Encoding: gzip\r\n"
# 16 MiB in one read.
WORDS = 16 * (1 << 20) // len(WORD)
MUCH = (ROLE + WORD * WORDS + STOP + DONE).encode()
BOMB = gzip.compress(MUCH)


def behind(worker, config="", threads=1):
    return Banto(f"threads = {threads}\n" + worker_toml(worker.url, name="gpu1", kind="vllm") + config)


def ask_and_wait(banto):
    """A client that asks for a stream and reads nothing of it."""
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    s.connect(("127.0.0.1", banto.port))
    s.sendall(chat_bytes("boom", stream=True))
    return s


def rest_of(s):
    s.settimeout(60)
    data = b""
    while not data.endswith(b"0\r\n\r\n") and (part := s.recv(1 << 20)):
        data += part
    return data


def turns(banto, count):
    for _ in range(count):
        assert banto.request("GET", "/v1/models").status == 200


def test_an_event_that_becomes_too_long_ends_with_an_error_that_names_the_limit():
    with FakeWorker() as worker, behind(worker, '[limits]\nevent_bytes_max = "1MiB"\n') as banto:
        worker.answer = streamed(gzip.compress(b"data: " + b"a" * (8 << 20)), head=CODED)
        answer = banto.chat(stream=True)
        assert answer.status == 502 and "limits.event_bytes_max" in answer.json()["error"]["message"]
        assert len(worker.requests) == 1 and banto.worker("gpu1")["health"] == "healthy"


def test_many_events_in_one_read_come_whole():
    with FakeWorker(streamed(BOMB, head=CODED)) as worker, behind(worker, '[limits]\nevent_bytes_max = "1MiB"\n') as banto:
        stream = Stream(banto).read()
        assert stream.ended and stream.payload == MUCH


@pytest.mark.skipif(sanitized(), reason="a sanitizer's build has no meaningful size")
def test_a_client_that_does_not_read_holds_no_more_than_a_slice():
    with FakeWorker(streamed(BOMB, head=CODED)) as worker, behind(worker) as banto:
        turns(banto, 3)
        before = banto.memory_kib()
        clients = [ask_and_wait(banto) for _ in range(4)]
        until(lambda: len(worker.requests) == 4, "all are asked")
        for s in clients:
            assert s.recv(16) == b"HTTP/1.1 200 OK\r"
        turns(banto, 200)
        assert banto.memory_kib() - before < 24 * 1024
        for s in clients:
            s.close()


def test_what_waits_to_be_decoded_counts_among_the_buffered_bytes():
    with FakeWorker(streamed(BOMB, head=CODED)) as worker, behind(worker, '[limits]\nbuffered_bytes_max = "8KiB"\n') as banto:
        data = rest_of(ask_and_wait(banto))
        assert b"limits.buffered_bytes_max" in data and b'"code":"buffers_full"' in data
        worker.answer = answer_chat
        until(lambda: banto.chat("x").status == 200, "room again")
