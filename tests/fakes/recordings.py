"""Recorded answers of real engines (tests/captures) and a worker that gives them again, byte for byte.

A file holds '#' lines, then the request and the response as they went over the wire, each CR shown as the two
characters \\r. Where a part was cut out for length, `whole` is false.
"""
import gzip
import json
import pathlib
import re

from fakes.fake_worker import FakeWorker

CAPTURES = pathlib.Path(__file__).resolve().parents[1] / "captures"


class Recording:
    def __init__(self, path):
        self.engine, self.case = path.parent.name, path.stem
        self.name = f"{self.engine}/{self.case}"
        data = path.read_bytes()
        head, rest = data.split(b"\n===== request\n", 1)
        request, response = rest.split(b"\n===== response\n", 1)
        self.pieces = pieces_of(head.decode())
        self.closed = b"closed the connection: yes" in head
        self.bytes = response.replace(b"\\r\n", b"\r\n")
        total = sum(self.pieces)
        self.whole = 0 < total <= len(self.bytes) <= total + 2
        self.bytes = self.bytes[:total] if self.whole else self.bytes
        self._read_request(request.replace(b"\\r\n", b"\r\n"))
        self._read_response()

    def _read_request(self, wire):
        head, _, body = wire.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.method, self.path, _ = lines[0].split(" ")
        self.request_headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
        length = int(self.request_headers.get("content-length", 0))
        self.request_whole = len(body) >= length and b"[... request cut" not in body
        self.request_body = body[:length]

    def _read_response(self):
        wire = self.bytes
        self.status, self.headers, self.body = 0, {}, b""
        while wire.startswith(b"HTTP/1.") and b"\r\n\r\n" in wire:
            head, _, wire = wire.partition(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            self.status = int(lines[0].split(" ")[1])
            if self.status >= 200:
                break
        else:
            return
        self.headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
        chunked = self.headers.get("transfer-encoding") == "chunked"
        self.body = unchunk(wire) if chunked else wire

    @property
    def streamed(self):
        kind = self.headers.get("content-type", "")
        return self.status == 200 and kind.startswith(("text/event-stream", "application/x-ndjson"))

    def question(self):
        """The recorded request's body; one like it where the file holds only a part of it."""
        if self.request_headers.get("content-encoding") == "gzip":
            return gzip.compress(json.dumps(self._longer()).encode())
        return self.request_body if self.request_whole else json.dumps(self._longer()).encode()

    def _longer(self):
        body = {"model": MODELS[self.engine], "messages": [{"role": "user", "content": "word " * 8000}]}
        if self.case.endswith("-stream") or self.path.startswith("/api/"):
            body["stream"] = self.case.endswith("-stream")
        return body

    def __repr__(self):
        return self.name


def pieces_of(head):
    """The sizes of the reads; of a long list only its first and last stand in the file."""
    total = int(re.search(r"(\d+) bytes in", head)[1])
    sizes = [int(n) for n in re.findall(r"\d+:(\d+)", head.split("ms:bytes", 1)[1].split("\n")[0])]
    if shortened := re.search(r"\((\d+) first", head):
        sizes.insert(int(shortened[1]), total - sum(sizes))
    return sizes


def unchunk(wire):
    body = b""
    while wire:
        size, _, wire = wire.partition(b"\r\n")
        count = int(size, 16)
        if count == 0:
            break
        body, wire = body + wire[:count], wire[count + 2:]
    return body


MODELS = {"vllm": "tiny", "llama": "gemma3-270m", "llama-embeddings": "gemma3-270m", "ollama": "gemma"}
KINDS = {"vllm": "vllm", "llama": "llamacpp", "llama-embeddings": "llamacpp", "ollama": "ollama"}
RECORDINGS = [Recording(path) for path in sorted(CAPTURES.glob("*/*.txt"))]


def named(name):
    return next(r for r in RECORDINGS if r.name == name)


class ReplayWorker(FakeWorker):
    """An engine as recorded: its pages by path, and for each question the recording that `X-Replay` names.

    `cut`: for recordings named there, the number of bytes after which the connection is closed.
    `grain`: sends in pieces of so many bytes instead of those recorded.
    """

    def __init__(self, engine):
        self.engine = engine
        self.cut, self.grain = {}, None
        self.pages = {r.path: r for r in RECORDINGS if r.engine in (engine, engine.split("-")[0]) and r.method == "GET" and r.whole}
        super().__init__(answer=self._answer)

    def _housekeeping(self, connection, seen):
        if "x-replay" in seen.headers:
            return self._answer(connection, seen)
        page = self.pages.get(seen.path)
        if page is None:
            return connection.reply(404, "not recorded", "text/plain")
        self._play(connection, page)

    def _answer(self, connection, seen):
        name = seen.headers.get("x-replay")
        return self._play(connection, named(name)) if name else self._housekeeping(connection, seen)

    def _play(self, connection, recording):
        data = recording.bytes
        limit = self.cut.get(recording.name, len(data))
        at = 0
        for size in [self.grain] * len(data) if self.grain else recording.pieces:
            piece = data[at:min(at + size, limit)]
            if not piece:
                break
            connection.send(piece)
            at += len(piece)
        if recording.closed or limit < len(data):
            connection.sock.shutdown(2)
