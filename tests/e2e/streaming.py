"""A stream that is read bit by bit, and a worker that says its parts when it is told to."""
import threading

from harness import DEADLINE_S
from wire import request_bytes

COMMENT = b":\n\n"


class Listening:
    """A client in the middle of a stream: `payload` is what it has got so far, without the framing of HTTP/1.1."""

    def __init__(self, banto, body, path="/v1/chat/completions", headers=""):
        self.sock = banto.raw(request_bytes(body, path=path, headers=headers))
        self.head, self.raw, self.payload, self.ended = None, b"", b"", False

    def _more(self):
        part = self.sock.recv(1 << 16)
        self.raw += part
        if self.head is None and b"\r\n\r\n" in self.raw:
            self.head, self.raw = self.raw.split(b"\r\n\r\n", 1)
        if self.head is not None and b"chunked" not in self.head:
            self.payload, self.raw = self.payload + self.raw, b""
            self.ended = b"Content-Length: %d\r\n" % len(self.payload) in self.head + b"\r\n"
        while self.head is not None and not self.ended and b"\r\n" in self.raw:
            size, rest = self.raw.split(b"\r\n", 1)
            n = int(size, 16)
            if len(rest) < n + 2:
                break
            self.payload, self.raw, self.ended = self.payload + rest[:n], rest[n + 2:], n == 0
        return bool(part)

    @property
    def status(self):
        return int(self.head.split(b" ")[1])

    def until(self, condition):
        """Reads until condition(payload)."""
        while not condition(self.payload):
            assert self._more(), f"the stream is over: {self.payload[-300:]}"
        return self

    def comments(self, count):
        """Reads until that many comments have come since now."""
        have = self.payload.count(COMMENT)
        return self.until(lambda payload: payload.count(COMMENT) >= have + count)

    def rest(self):
        """All of it, to the end of the stream or of the connection."""
        while not self.ended and self._more():
            pass
        self.sock.close()
        return self.payload

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def until_head(self):
        while self.head is None:
            assert self._more(), "closed without a head"
        return self


class Parts:
    """A worker's answer, part by part: each waits until the test says go()."""

    def __init__(self, *parts, content_type="text/event-stream", end=True):
        self.parts, self.content_type, self.end = parts, content_type, end
        self.steps = threading.Semaphore(0)
        self.asked = threading.Event()

    def go(self, count=1):
        for _ in range(count):
            self.steps.release()

    def __call__(self, connection, seen):
        self.asked.set()
        for i, part in enumerate(self.parts):
            if not self.steps.acquire(timeout=4 * DEADLINE_S):  # the test has failed long before
                return connection.reset()
            if i == 0:
                connection.start_stream(self.content_type)
            connection.chunk(part)
        connection.end_stream() if self.end else connection.sock.close()
