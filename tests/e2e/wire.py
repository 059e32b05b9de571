"""Requests as bytes, and answers read from a socket by their framing."""
import json


def request_bytes(body, version="1.1", headers="", path="/v1/chat/completions", method="POST"):
    data = json.dumps(body).encode() if body is not None else b""
    return f"{method} {path} HTTP/{version}\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n{headers}\r\n".encode() + data


class Reader:
    """Reads one answer after another from a socket, by their framing."""

    def __init__(self, sock):
        self.sock, self.buffer = sock, b""

    def _more(self):
        part = self.sock.recv(1 << 20)
        self.buffer += part
        return part

    def _until(self, mark):
        while mark not in self.buffer:
            assert self._more(), f"closed before {mark}: {self.buffer[-200:]}"
        head, self.buffer = self.buffer.split(mark, 1)
        return head

    def _take(self, n):
        while len(self.buffer) < n:
            assert self._more(), "closed inside a body"
        data, self.buffer = self.buffer[:n], self.buffer[n:]
        return data

    def answer(self, head_only=False):
        """Status, header lines (in order, lower-case names), body."""
        lines = self._until(b"\r\n\r\n").decode().split("\r\n")
        headers = [(n.lower(), v.strip()) for n, v in (line.split(":", 1) for line in lines[1:])]
        have = dict(headers)
        if head_only or lines[0].split(" ")[1] in ("204", "304"):
            return int(lines[0].split(" ")[1]), headers, b""
        if have.get("transfer-encoding") == "chunked":
            assert "content-length" not in have
            body = b""
            while size := int(self._until(b"\r\n"), 16):
                body += self._take(size)
                assert self._take(2) == b"\r\n"
            assert self._take(2) == b"\r\n"
        elif "content-length" in have:
            body = self._take(int(have["content-length"]))
        else:
            while self._more():
                pass
            body, self.buffer = self.buffer, b""
        return int(lines[0].split(" ")[1]), headers, body

    def closed(self):
        return not self.buffer and not self._more()


def chunks(body):
    return [json.loads(e[6:]) for e in body.decode().split("\n\n") if e.startswith("data: ") and e != "data: [DONE]"]
