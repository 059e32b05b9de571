"""The pace of a shared Fetch is that of its fastest reader, and nobody is cut for another's: not for one who was slow alone, nor for bytes that it does not want."""
import json
import socket
import threading

import pytest
from cache_asking import chat, is_hit, nonce
from fakes.fake_worker import FakeWorker, chat_chunk, chat_whole
from harness import Banto, until, worker_toml
from streaming import Listening
from traffic import start_parallel
from wire import request_bytes

ROLE, STOP, DONE = chat_chunk(role="assistant", content=""), chat_chunk(finish="stop"), "data: [DONE]\n\n"
WORD = chat_chunk(content="x" * 8000)


def behind(worker, threads=1, cache=""):
    return Banto(f"threads = {threads}\n" + worker_toml(worker.url, name="gpu", kind="vllm") + "[cache]\n" + cache)


def until_asking(banto, count):
    until(lambda: banto.metric("banto_requests_in_flight") == count, f"{count} requests are under way")


def slow_client(banto, body):
    """It asks, and reads nothing."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(60)
    client.connect(("127.0.0.1", banto.port))
    client.sendall(request_bytes(body))
    return client


class Flood:
    """A worker that says a lot at once, and knows when it is not read any more."""

    def __init__(self, count):
        self.count, self.sent = count, 0

    def __call__(self, connection, seen):
        connection.start_stream()
        connection.chunk(ROLE)
        for _ in range(self.count):
            connection.chunk(WORD)
            self.sent += 1
        connection.chunk(STOP + DONE)
        connection.end_stream()

    def is_stuck(self):
        """Since the last look it could send nothing."""
        before, self.seen = getattr(self, "seen", -1), self.sent
        return 0 < before == self.sent < self.count


def test_whoever_joins_a_client_that_stands_still_does_not_stand_still():
    flood = Flood(2000)
    with FakeWorker(flood) as worker, behind(worker, cache='entry_bytes_max = "64MiB"\nmemory = "1GiB"\n') as banto:
        body = chat(stream=True)
        slow = slow_client(banto, body)
        until(lambda: flood.is_stuck() and banto.worker("gpu")["in_flight"] == 1, "the worker waits for the slow client")
        with Listening(banto, body) as fast:
            assert b"[DONE]" in fast.rest() and fast.payload.count(b"xxx\"") == flood.count
        rest = b""
        while not rest.endswith(b"0\r\n\r\n"):
            part = slow.recv(1 << 20)
            assert part, "the slow one has all of it too"
            rest = (rest + part)[-64:]
        slow.close()
        assert len(worker.requests) == 1
