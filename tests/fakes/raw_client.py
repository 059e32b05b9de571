"""A small, fast HTTP/1.1 client for many requests: one kept connection, asyncio, and a reader that knows exactly whether an answer came to its framing's end."""
import asyncio
import json


class Broken(Exception):
    """The connection ended before the answer's framing did; `answer` is what had come."""

    def __init__(self, answer):
        super().__init__(f"broken off after {len(answer.body) if answer else 0} bytes of a body")
        self.answer = answer


class RawAnswer:
    def __init__(self, head):
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split(" ", 2)[1])
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            self.headers[name.lower()] = value.strip()
        self.body = bytearray()

    def header(self, name):
        return self.headers.get(name.lower())

    def json(self):
        return json.loads(self.body)


class RawClient(asyncio.Protocol):
    """One connection, one request at a time; it connects again when the last answer closed it."""

    def __init__(self, port):
        self.port = port
        self.transport = self.waiting = None
        self._reset()

    def _reset(self):
        self.buffer, self.answer, self.length, self.leave_after = bytearray(), None, None, None

    async def ask(self, request, leave_after=None):
        """The whole answer. With `leave_after` it leaves as soon as that many bytes of a body came, and returns None (unless the answer was shorter)."""
        if self.transport is None:
            await self._connect()
        self._reset()
        self.leave_after = leave_after
        self.waiting = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self.waiting

    async def send_and_leave(self, data):
        """Leaves right behind these bytes, answer or not."""
        if self.transport is None:
            await self._connect()
        self.transport.write(data)
        self.close()

    async def _connect(self):
        await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", self.port)

    def close(self):
        transport, self.transport = self.transport, None
        if transport is not None:
            transport.abort()

    # asyncio.Protocol

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, error):
        if self.waiting is None:  # we closed it ourselves, or between two answers; another connection may have taken its place
            return
        self.transport = None
        if self.answer is not None and self.length is None:  # its end is the close
            return self._finish(self.answer)
        self._fail(Broken(self.answer))

    def data_received(self, data):
        if self.waiting is None:
            return
        self.buffer += data
        if self.answer is None and not self._take_head():
            return
        if self.length == "chunked":
            done = self._take_chunks()
        else:
            self.answer.body += self.buffer
            self.buffer.clear()
            done = self.length is not None and len(self.answer.body) >= self.length
        if done:
            self._finish(self.answer)
        elif self.leave_after is not None and len(self.answer.body) >= self.leave_after:
            self.close()
            self._finish(None)

    def _take_head(self):
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        self.answer = RawAnswer(bytes(self.buffer[:end]))
        del self.buffer[: end + 4]
        if (self.answer.header("transfer-encoding") or "").lower() == "chunked":
            self.length = "chunked"
        elif self.answer.header("content-length") is not None:
            self.length = int(self.answer.header("content-length"))
        return True

    def _take_chunks(self):
        """True behind the last chunk."""
        at, buffer = 0, self.buffer
        while True:
            line = buffer.find(b"\r\n", at)
            size = int(buffer[at:line].split(b";")[0], 16) if line >= 0 else 0
            if line < 0 or len(buffer) < line + 2 + size + 2:
                del buffer[:at]
                return False
            self.answer.body += buffer[line + 2 : line + 2 + size]
            at = line + 2 + size + 2
            if size == 0:
                assert at == len(buffer), f"bytes behind the answer: {bytes(buffer[at:])!r}"
                return True

    def _finish(self, answer):
        waiting, self.waiting = self.waiting, None
        if answer is not None and (self.length is None or answer.header("connection") == "close"):
            self.close()
        if not waiting.done():
            waiting.set_result(answer)

    def _fail(self, error):
        waiting, self.waiting = self.waiting, None
        if not waiting.done():
            waiting.set_exception(error)
