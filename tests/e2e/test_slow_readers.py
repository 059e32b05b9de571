"""Large hits for slow readers (trap R7): whole, without a copy for each, and freed when the reader leaves."""
import json
import socket

import pytest
from cache_asking import ask, is_hit, sanitized
from fakes.fake_worker import FakeWorker, chat_chunk, chat_whole
from harness import Banto, until, worker_toml
from wire import Reader, chunks, request_bytes

LARGE = 3 << 20


@pytest.fixture(scope="module")
def large():
    text = "x" * LARGE

    def answer(connection, seen):
        if not seen.json().get("stream"):
            return connection.reply(200, chat_whole(text))
        connection.start_stream()
        for at in range(0, LARGE, 1024):
            connection.chunk(chat_chunk(content=text[at:at + 1024]))
        connection.chunk(chat_chunk(finish="stop") + "data: [DONE]\n\n")
        connection.end_stream()

    with FakeWorker(answer) as worker, Banto(worker_toml(worker.url, name="gpu1", kind="vllm")) as banto:
        for stream in (False, True):
            body = {"model": "m", "stream": stream, "messages": [{"role": "user", "content": "large"}]}
            ask(banto, body)
            assert is_hit(ask(banto, body))
        yield banto


def asked_slowly(banto, stream):
    """A connection with little room that has asked for the large hit."""
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    s.settimeout(60)
    s.connect(("127.0.0.1", banto.port))
    s.sendall(request_bytes({"model": "m", "stream": stream, "messages": [{"role": "user", "content": "large"}]}))
    return s


def slow_reader(banto, stream):
    """One that has read nothing but the head."""
    s = asked_slowly(banto, stream)
    assert b"X-Cache: HIT" in s.recv(2048)
    return s


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_a_slow_reader_gets_a_large_hit_whole(large, stream):
    """R7"""
    status, headers, payload = Reader(asked_slowly(large, stream)).answer()
    assert dict(headers)["x-cache"] == "HIT"
    text = "".join(c["choices"][0]["delta"].get("content", "") for c in chunks(payload)) if stream else json.loads(payload)["choices"][0]["message"]["content"]
    assert text == "x" * LARGE


@pytest.mark.skipif(sanitized(), reason="a sanitizer's build has no meaningful size")
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_slow_readers_of_a_large_hit_do_not_each_cost_a_copy_of_it(large, stream):
    """R7: twenty of them share one entry; what each has of its own is bounded."""
    before = large.memory_kib()
    readers = [slow_reader(large, stream) for _ in range(20)]
    try:
        assert large.memory_kib() - before < 20 * 512, "KiB for twenty readers of 3 MiB"
    finally:
        for s in readers:
            s.close()


def test_a_reader_that_leaves_during_a_hit_frees_what_it_had(large):
    """R7: and the entry stays."""
    readers = [slow_reader(large, True) for _ in range(10)]
    at_most = large.open_files()
    for s in readers:
        s.close()
    until(lambda: large.open_files() <= at_most - 10, "their sockets are closed")
    until(lambda: sum(l.get("left") == "streaming" and l["cache"] == "hit" for l in large.access()) >= 10, "ten lines")
    assert is_hit(ask(large, {"model": "m", "stream": True, "messages": [{"role": "user", "content": "large"}]}))
