"""Answers in every shape, and whether they are kept."""
import json

from cache_asking import nonce, stored_is
from fakes.fake_worker import FakeWorker, chat_chunk, chat_whole
from harness import Banto, worker_toml

DONE = "data: [DONE]\n\n"
ROLE, WORD, STOP = chat_chunk(role="assistant", content=""), chat_chunk(content="word "), chat_chunk(finish="stop")
BODY = json.dumps(chat_whole("x"))
HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CONFIG = "[balance]\nretries = 0\n"


def behind(worker, config=""):
    return Banto(worker_toml(worker.url, name="gpu1", kind="vllm") + CONFIG + config)


def question(stream=False, **fields):
    return {"model": "m", "stream": stream, "messages": [{"role": "user", "content": nonce()}], **fields}


def pieces(*parts, end=True, headers=""):
    """A stream written part by part, so that each is likely to be one read of its own."""

    def answer(connection, seen):
        connection.send(f"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n{headers}\r\n")
        for part in parts:
            connection.chunk(part)
        if end:
            connection.end_stream()
        else:
            connection.sock.close()

    return answer


def whole(body, status=200, headers=(), content_type="application/json"):
    return lambda connection, seen: connection.reply(status, body, content_type, headers)


def raw(data, close=True):
    def answer(connection, seen):
        connection.send(data)
        if close:
            connection.sock.close()

    return answer


def check(answer, store, stream=False, config="", **fields):
    with FakeWorker(answer) as worker, behind(worker, config) as banto:
        return stored_is(banto, worker, question(stream, **fields), store)
