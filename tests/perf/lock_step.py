"""A stream whose next token is sent only once the client has received the previous one: each is read and written alone, however busy the machine."""
import json
import re
import socket
import threading

from fakes.fake_worker import FakeWorker

MODEL = "sim-model"
EVENT = {"id": "chatcmpl-aa1abc33ca2425e6", "object": "chat.completion.chunk", "created": 1795656579, "model": MODEL}


def event(delta, finish=None):
    """Spelt like vLLM's (tests/captures)."""
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish, "token_ids": None}
    return b"data: " + json.dumps({**EVENT, "choices": [choice]}, separators=(",", ":")).encode() + b"\n\n"


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


class LockStep:
    """`count` engines on `ports`, and a client. One stream at a time."""

    def __init__(self, count):
        self.turn = threading.Semaphore(0)
        self.engines = [FakeWorker(self._answer, models=(MODEL,)) for _ in range(count)]
        self.ports = [engine.port for engine in self.engines]

    def stop(self):
        for engine in self.engines:
            engine.stop()

    def _answer(self, connection, seen):
        tokens = seen.json()["max_tokens"]
        head = b"HTTP/1.1 200 OK\r\nserver: uvicorn\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n"
        connection.send(head + chunk(event({"role": "assistant", "content": ""})))
        for i in range(tokens):
            self.turn.acquire()
            connection.send(chunk(event({"content": f" {i:06}"})))
        self.turn.acquire()
        connection.send(chunk(event({}, "stop")) + chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n")

    def ask(self, port, seed, tokens, deadline_s, path="/v1/chat/completions"):
        """Reads one stream through the program, which translates it where the path is of another API than the engines'; returns its X-Cache as {value: 1}."""
        prompt = (f"{seed} " + "the clerk asks each guest what he would like and writes it down " * 8)[:512]
        body = json.dumps({"model": MODEL, "messages": [{"role": "user", "content": prompt}], "temperature": 0, "max_tokens": tokens, "stream": True,
                           "options": {"num_predict": tokens}})
        with socket.create_connection(("127.0.0.1", port), deadline_s) as s:
            s.sendall(f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
            # What announces no more than a role may be nothing in another API: its head comes with the first token.
            self.turn.release()
            begin = self._until(s, b" 000000")
            for i in range(1, tokens):
                self.turn.release()
                self._until(s, f" {i:06}".encode())
            self.turn.release()
            self._until(s, b"0\r\n\r\n")
        assert begin.startswith(b"HTTP/1.1 200 "), begin
        return dict.fromkeys(re.findall(r"\r\nX-Cache: (\w+)", begin.decode()), 1)

    @staticmethod
    def _until(s, mark):
        seen = b""
        while mark not in seen or not seen.endswith(b"\n"):
            data = s.recv(65536)
            assert data, f"the stream broke off: {seen!r}"
            seen += data
        return seen
