"""A fast engine in a process of its own, whose every answer names its question: what it must say is known from the prompt alone, to the last byte.

A prompt is "NONCE KIND": `fast` streams in one write, `slow` pauses in the middle, `long` for longer than it takes to notice that the client
left, `cut` breaks off there. Asked for as a process by EchoEngine.
"""
import asyncio
import json
import os
import subprocess
import sys
import threading
import urllib.request
import zlib

PAUSE_S, LONG_PAUSE_S = 0.004, 0.5


def pieces_of(prompt):
    """The tokens of the only right answer: each carries the nonce, and the last says that it is the last."""
    nonce = prompt.split(" ")[0]
    return [f"{nonce}.{i} " for i in range(3 + zlib.crc32(nonce.encode()) % 12)] + [f"end of {nonce}"]


def answer_of(prompt):
    return "".join(pieces_of(prompt))


def head(status, body, kind="application/json"):
    return b"HTTP/1.1 %d X\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (status, kind.encode(), len(body), body)


def frame(delta, finish=None):
    event = b"data: " + json.dumps({"id": "chatcmpl-0123456789abcdef", "object": "chat.completion.chunk", "created": 1700000000, "model": "m",
                                    "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}).encode() + b"\n\n"
    return b"%x\r\n%s\r\n" % (len(event), event)


class Engine(asyncio.Protocol):
    """One connection."""

    counts = {"asked": 0, "answered": 0, "left": 0, "open": 0}

    def connection_made(self, transport):
        self.transport, self.buffer, self.busy = transport, b"", False

    def connection_lost(self, error):
        if self.busy:
            self._done("left")

    def data_received(self, data):
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        lines = self.buffer[:end].decode("latin-1").lower().split("\r\n")
        length = next((int(line[15:]) for line in lines if line.startswith("content-length:")), 0)
        if len(self.buffer) < end + 4 + length:
            return
        method, path, _ = self.buffer[: self.buffer.find(b"\r\n")].decode().split(" ")
        body, self.buffer = self.buffer[end + 4 : end + 4 + length], self.buffer[end + 4 + length :]
        if method == "GET":
            return self.transport.write(self._page(path))
        self.busy = True
        self.counts["asked"] += 1
        self.counts["open"] += 1
        self._answer(json.loads(body))

    def _page(self, path):
        pages = {"/health": {}, "/version": {"version": "0.32.0"}, "/counts": self.counts,
                 "/v1/models": {"object": "list", "data": [{"id": "m", "object": "model", "created": 1700000000, "owned_by": "vllm"}]}}
        return head(200, json.dumps(pages[path]).encode()) if path in pages else head(404, b"{}")

    def _done(self, how):
        self.busy = False
        self.counts[how] += 1
        self.counts["open"] -= 1

    def _answer(self, body):
        prompt = body["messages"][-1]["content"]
        pause = 0 if prompt.endswith("fast") else LONG_PAUSE_S if prompt.endswith("long") else PAUSE_S
        if body.get("stream"):
            frames = [frame({"role": "assistant", "content": ""}), *(frame({"content": piece}) for piece in pieces_of(prompt)), frame({}, "stop"),
                      b"e\r\ndata: [DONE]\n\n\r\n", b"0\r\n\r\n"]
            data = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" + b"".join(frames)
        else:
            answer = {"id": "chatcmpl-0123456789abcdef", "object": "chat.completion", "created": 1700000000, "model": "m",
                      "choices": [{"index": 0, "message": {"role": "assistant", "content": answer_of(prompt)}, "finish_reason": "stop"}],
                      "usage": {"prompt_tokens": 5, "completion_tokens": 3, "total_tokens": 8}}
            data = head(200, json.dumps(answer).encode())
        if not pause:
            return self._say(data)
        middle = len(data) * 2 // 3
        self.transport.write(data[:middle])
        asyncio.get_running_loop().call_later(pause, self._say, b"" if prompt.endswith("cut") else data[middle:])

    def _say(self, rest):
        """What is left of an answer; nothing is left of one that breaks off."""
        if self.transport.is_closing():
            return
        if rest:
            self.transport.write(rest)
        self._done("answered")
        if not rest:
            self.transport.close()


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Engine, "127.0.0.1", 0, backlog=1024)

    def end_with_the_parent():
        while os.read(0, 4096):
            pass
        os._exit(0)

    threading.Thread(target=end_with_the_parent, daemon=True).start()
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


class EchoEngine:
    """The process, for a `with`."""

    def __init__(self):
        self.process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline())
        self.url = f"http://127.0.0.1:{self.port}"

    def counts(self):
        """How many it was asked, has answered, was left by, and has in hand."""
        with urllib.request.urlopen(f"{self.url}/counts") as reply:
            return json.load(reply)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


if __name__ == "__main__":
    asyncio.run(main())
