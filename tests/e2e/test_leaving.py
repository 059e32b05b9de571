"""A client that leaves frees what it used: the worker's socket closes, its slot is free, nobody is blamed. B4."""
import json
import threading

import pytest
from cache_asking import sanitized
from fakes.fake_worker import FakeWorker, chat_chunk
from harness import DEADLINE_S, Banto, until, worker_toml


class Holding:
    """A worker that holds a request at a point of the answer until the other side leaves."""

    def __init__(self, where):
        self.where = where
        self.reached = threading.Event()
        self.left = False

    def __call__(self, connection, seen):
        if self.where in ("head", "token"):
            connection.start_stream()
        if self.where == "token":
            connection.chunk(chat_chunk(role="assistant", content="a"))
        self.reached.set()
        self.left = connection.left(DEADLINE_S)


def ask(banto, stream, text="x"):
    body = json.dumps({"model": "m", "stream": stream, "messages": [{"role": "user", "content": text}]}).encode()
    return banto.raw(b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


@pytest.mark.parametrize("where,stream,phase", [
    ("prefill", True, "waiting"), ("prefill", False, "waiting"), ("head", True, "waiting"), ("token", True, "streaming")])
def test_client_leaves_the_upstream_socket_closes_and_the_worker_is_not_blamed(where, stream, phase):
    hold = Holding(where)
    with FakeWorker(hold) as worker, Banto(worker_toml(worker.url, name="gpu1", kind="vllm", max_in_flight=1)) as banto:
        client = ask(banto, stream)
        assert hold.reached.wait(DEADLINE_S)
        if where == "token":
            while b'"a"' not in client.recv(65536):
                pass
        client.close()
        until(lambda: hold.left, "the worker sees the leave")
        line = banto.access_line(left=phase)
        assert line["attempts"][0]["result"] == "client_left"
        until(lambda: banto.worker("gpu1")["in_flight"] == 0, "the slot is free")
        assert not banto.worker("gpu1")["ejected"]
        assert line.get("store") in (None, "client_left")


def test_client_leaves_while_queued_and_the_worker_never_hears_of_it():
    hold = Holding("prefill")
    with FakeWorker(hold) as worker, Banto(worker_toml(worker.url, name="gpu1", kind="vllm", max_in_flight=1)) as banto:
        first = ask(banto, True)
        assert hold.reached.wait(DEADLINE_S)
        second = ask(banto, True, text="y")
        until(lambda: banto.metric("banto_queue_depth") == 1, "the second waits")
        second.close()
        banto.access_line(left="queued")
        until(lambda: banto.metric("banto_queue_depth") == 0, "its place is free")
        first.close()
        until(lambda: banto.worker("gpu1")["in_flight"] == 0, "the slot is free")
        assert len(worker.requests) == 1


def test_an_upstream_connection_is_not_used_again_after_an_abort():
    hold = Holding("token")
    with FakeWorker(hold) as worker, Banto(worker_toml(worker.url, name="gpu1", kind="vllm")) as banto:
        client = ask(banto, True)
        assert hold.reached.wait(DEADLINE_S)
        client.close()
        until(lambda: hold.left, "the worker sees the leave")
        hold.where = "token"
        hold.reached.clear()
        again = ask(banto, True)
        assert hold.reached.wait(DEADLINE_S)
        again.close()
        assert worker.requests[0].connection != worker.requests[1].connection


@pytest.mark.skipif(sanitized(), reason="a sanitizer's build has no meaningful size")
def test_a_reader_that_stops_costs_a_bounded_amount_of_memory():
    gone = threading.Event()

    def endless(connection, seen):
        if seen.path == "/small":
            return connection.reply(200, "small")
        connection.start_stream("application/octet-stream")
        try:
            for _ in range(1024):  # a GiB, if somebody takes it
                connection.chunk(b"x" * (1 << 20))
        except OSError:
            pass
        gone.set()

    with FakeWorker(endless) as worker, Banto(worker_toml(worker.url, kind="http")) as banto:
        banto.get("/small")  # the code that every answer takes is in memory then, and not this reader's
        before = banto.memory_kib()
        client = banto.raw(b"GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        client.recv(1000)
        # The flow stops when every buffer on the way is full: then the worker's socket takes no more.
        last = [0]

        def still():
            now = banto.memory_kib()
            same, last[0] = now == last[0], now
            return same

        until(still, "the flow stops")
        assert banto.memory_kib() - before <= 1024
        client.close()
        assert gone.wait(DEADLINE_S)
