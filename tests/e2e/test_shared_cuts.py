"""A worker that breaks off at any byte, in front of one reader or of several of whom one leaves: each is told honestly, and nothing that is not whole is kept."""
import json
import os
import threading

import pytest
from cache_asking import ask, chat, is_hit
from fakes.fake_worker import FakeWorker, chat_chunk, chat_whole
from harness import Banto, until, worker_toml
from streaming import Listening

SAID = "every word of it"
FRAMES = [chat_chunk(role="assistant", content=""), *(chat_chunk(content=word) for word in ("every ", "word ", "of ", "it")), chat_chunk(finish="stop"), "data: [DONE]\n\n"]
BODY = json.dumps(chat_whole(SAID)).encode()
HEAD = "HTTP/1.1 200 OK\r\nContent-Type: %s\r\n"
WHOLE = (HEAD % "application/json").encode() + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
STREAM = (HEAD % "text/event-stream").encode() + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(b"%x\r\n%s\r\n" % (len(f), f.encode()) for f in FRAMES) + b"0\r\n\r\n"
STEP = int(os.environ.get("BANTO_CUT_STEP", "7"))  # 1: every byte


class CutAt:
    """Sends the answer as far as told, once the test says so."""

    def __init__(self):
        self.wire, self.size, self.go = b"", 0, threading.Event()

    def __call__(self, connection, seen):
        assert self.go.wait(60)
        connection.send(self.wire[:self.size])
        if self.size < len(self.wire):
            connection.sock.close()


def text_of(reader):
    """What a reader takes for the whole answer; None where it was told that it is not."""
    payload = reader.rest()
    if reader.head is None or reader.status != 200 or not reader.ended or b'"error"' in payload:
        return None
    if b"event-stream" not in reader.head:
        return json.loads(payload)["choices"][0]["message"]["content"]
    events = [e.removeprefix("data: ") for e in payload.decode().split("\n\n") if e]
    assert events[-1] == "[DONE]", payload
    return "".join(json.loads(e)["choices"][0]["delta"].get("content") or "" for e in events[:-1])


@pytest.mark.parametrize("readers, leaves", [(1, False), (3, False), (3, True)])
@pytest.mark.parametrize("stream", [True, False])
def test_an_answer_cut_at_any_byte_is_whole_to_nobody(stream, readers, leaves):
    cut = CutAt()
    cut.wire = STREAM if stream else WHOLE
    with FakeWorker(cut) as worker, Banto("threads = 2\n" + worker_toml(worker.url, name="gpu", kind="vllm") + "[balance]\nretries = 0\n") as banto:
        for size in [*range(0, len(cut.wire), STEP), *range(len(cut.wire) - 8, len(cut.wire) + 1)]:
            body, cut.size = chat(stream=stream), size
            cut.go.clear()
            asked = len(worker.requests)
            clients = [Listening(banto, body) for _ in range(readers)]
            until(lambda: banto.metric("banto_requests_in_flight") == readers, f"{readers} ask")
            if leaves:
                clients.pop(0).sock.close()
                until(lambda: banto.metric("banto_requests_in_flight") == readers - 1, "one has left")
            cut.go.set()
            for client in clients:
                said = text_of(client)
                assert said in (SAID, None), (size, said)
                # Once the API's own end was said, only the transport's is missing.
                assert said is None or size > len(cut.wire) - 8, size
            assert len(worker.requests) - asked <= 1, size
            cut.size = len(cut.wire)
            again = ask(banto, body)
            assert is_hit(again) == (size == len(cut.wire)), (size, again.headers)
