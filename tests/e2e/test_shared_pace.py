"""The pace of a shared Fetch is that of its fastest reader, and nobody is cut for another's: not for one who was slow alone, nor for bytes that it does not want."""
import json
import socket
import threading

from cache_asking import chat, nonce
from fakes.fake_worker import FakeWorker, chat_chunk, chat_whole
from harness import Banto, until, worker_toml
from sharing import until_asking
from streaming import Listening
from traffic import start_parallel
from wire import request_bytes

ROLE, STOP, DONE = chat_chunk(role="assistant", content=""), chat_chunk(finish="stop"), "data: [DONE]\n\n"
WORD = chat_chunk(content="x" * 8000)


def behind(worker, threads=1, cache=""):
    return Banto(f"threads = {threads}\n" + worker_toml(worker.url, name="gpu", kind="vllm") + "[cache]\n" + cache)


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


def test_a_batch_of_vectors_longer_than_one_entry_is_whole_to_all_who_ask_it():
    """It is kept item by item, so each has the bounds of an entry; readers are on several threads."""
    rows, go = 100, threading.Event()
    vector = [round(0.0123456 + i * 1e-5, 7) for i in range(1024)]
    whole = json.dumps({"object": "list", "model": "m", "data": [{"object": "embedding", "index": i, "embedding": vector} for i in range(rows)],
                        "usage": {"prompt_tokens": rows, "total_tokens": rows}}).encode()

    def answer(connection, seen):
        assert go.wait(60)
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(whole))
        for at in range(0, len(whole), 1 << 16):
            connection.send(whole[at:at + (1 << 16)])

    with FakeWorker(answer) as worker, behind(worker, threads=4, cache='entry_bytes_max = "64KiB"\nmemory = "256MiB"\n') as banto:
        for _ in range(3):
            go.clear()
            before, told = len(worker.requests), []
            body = {"model": "m", "input": [f"{nonce()} {i}" for i in range(rows)]}
            asking, errors = start_parallel(lambda _: told.append(banto.post("/v1/embeddings", body)), 6)
            until_asking(banto, 6)
            go.set()
            for thread in asking:
                thread.join()
            assert not errors, errors[0]
            assert {(a.status, len(a.body)) for a in told} == {(200, len(whole))} and len(worker.requests) == before + 1


def test_whoever_waits_for_another_packaging_of_what_is_too_long_to_be_kept_asks_for_itself():
    """The bytes of the one that it does not want are nothing that it could read too slowly."""
    go = threading.Event()

    def answer(connection, seen):
        assert go.wait(60)
        if not seen.json().get("stream"):
            return connection.reply(200, chat_whole("whole"))
        Flood(1500)(connection, seen)

    with FakeWorker(answer) as worker, behind(worker, threads=4, cache='entry_bytes_max = "256KiB"\n') as banto:
        for _ in range(3):
            go.clear()
            before, told, body = len(worker.requests), [], chat()
            with Listening(banto, {**body, "stream": True}) as first:
                until(lambda: len(worker.requests) == before + 1, "the first asks")
                asking, errors = start_parallel(lambda _: told.append(banto.post("/v1/chat/completions", body)), 4)
                until_asking(banto, 5)
                go.set()
                assert b"[DONE]" in first.rest()
            for thread in asking:
                thread.join()
            assert not errors, errors[0]
            assert [(a.status, a.json()["choices"][0]["message"]["content"]) for a in told] == [(200, "whole")] * 4
