"""Streams that go on a word at a time, when the test says so."""
import threading

from fakes.fake_worker import answer_chat, chat_chunk
from harness import DEADLINE_S
from traffic import chat_bytes


class Steps:
    """A worker whose stream goes on a word at a time, when it is told to."""

    def __init__(self):
        self.begun, self.next = threading.Semaphore(0), threading.Semaphore(0)
        self.words = 3

    def __call__(self, connection, seen):
        if not seen.json().get("stream"):
            return answer_chat(connection, seen)
        connection.start_stream()
        connection.chunk(chat_chunk(role="assistant", content="begun "))
        self.begun.release()
        for _ in range(self.words):
            self.next.acquire(timeout=DEADLINE_S)
            connection.chunk(chat_chunk(content="word "))
        connection.chunk(chat_chunk(finish="stop"))
        connection.chunk("data: [DONE]\n\n")
        connection.end_stream()


def begin_stream(banto, text="x"):
    s = banto.raw(chat_bytes(text, stream=True))
    out = b""
    while b"begun" not in out:
        out += s.recv(65536)
    return s, out


def rest_of(s, out=b""):
    """What comes until the other side closes."""
    s.settimeout(DEADLINE_S)
    try:
        while True:
            part = s.recv(65536)
            if not part:
                return out
            out += part
    except ConnectionResetError:
        return out
