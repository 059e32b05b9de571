"""A scripted HTTP/1.1 worker on a free port: each request is handed to a function that writes the answer's bytes itself, so that a test says exactly what
the worker does wrong. One thread a connection; it records all it saw.
"""
import json
import socket
import struct
import threading

CHAT_ID = "chatcmpl-0123456789abcdef"


class Seen:
    """One request as the worker saw it."""

    def __init__(self, method, path, headers, body, connection):
        self.method, self.path, self.headers, self.body, self.connection = method, path, headers, body, connection

    def json(self):
        return json.loads(self.body)


class Connection:
    """The worker's end of one socket."""

    def __init__(self, sock, number):
        self.sock, self.number, self.buffer = sock, number, b""

    def send(self, data):
        self.sock.sendall(data if isinstance(data, bytes) else data.encode())

    def reply(self, status, body=b"", content_type="application/json", headers=()):
        body = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
        lines = [f"HTTP/1.1 {status} X", f"Content-Type: {content_type}", f"Content-Length: {len(body)}", *headers]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def start_stream(self, content_type="text/event-stream"):
        self.send(f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nTransfer-Encoding: chunked\r\n\r\n")

    def chunk(self, data):
        data = data if isinstance(data, bytes) else data.encode()
        self.send(b"%x\r\n%s\r\n" % (len(data), data))

    def end_stream(self):
        self.send(b"0\r\n\r\n")

    def reset(self):
        """Closes with RST."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def left(self, timeout=30):
        """Waits until the other side closes; True when it did."""
        self.sock.settimeout(timeout)
        try:
            while True:
                if not self.sock.recv(65536):
                    return True
        except socket.timeout:
            return False
        except OSError:
            return True

    def read_request(self):
        while b"\r\n\r\n" not in self.buffer:
            data = self.sock.recv(65536)
            if not data:
                return None
            self.buffer += data
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        method, path, _ = lines[0].split(" ")
        headers = {}
        for line in lines[1:]:
            name, value = line.split(":", 1)
            headers.setdefault(name.lower(), value.strip())
        length = int(headers.get("content-length", 0))
        while len(self.buffer) < length:
            data = self.sock.recv(1 << 20)
            if not data:
                return None
            self.buffer += data
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return Seen(method, path, headers, body, self.number)


def chat_chunk(content=None, role=None, finish=None, **more):
    delta = {}
    if role:
        delta["role"] = role
    if content is not None:
        delta["content"] = content
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    body = {"id": CHAT_ID, "object": "chat.completion.chunk", "created": 1700000000, "model": "m", "choices": [choice], **more}
    return "data: " + json.dumps(body) + "\n\n"


def chat_whole(content, finish="stop", **more):
    return {"id": CHAT_ID, "object": "chat.completion", "created": 1700000000, "model": "m",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": finish}],
            "usage": {"prompt_tokens": 5, "completion_tokens": 3, "total_tokens": 8}, **more}


def answer_chat(connection, seen):
    """A well-behaved engine: streams or answers whole, echoing the last message."""
    body = seen.json()
    text = "echo: " + str(body["messages"][-1]["content"])
    if not body.get("stream"):
        return connection.reply(200, chat_whole(text))
    connection.start_stream()
    connection.chunk(chat_chunk(role="assistant", content=""))
    for word in text.split(" "):
        connection.chunk(chat_chunk(content=word + " "))
    connection.chunk(chat_chunk(finish="stop"))
    connection.chunk("data: [DONE]\n\n")
    connection.end_stream()


class FakeWorker:
    """`answer(connection, seen)` writes what it likes; health and model listing are answered unless `quiet` is false for them."""

    def __init__(self, answer=answer_chat, models=("m",), port=0, health=200, owned_by="vllm"):
        self.answer, self.models, self.health, self.owned_by = answer, list(models), health, owned_by
        self.requests, self.all_requests, self.connections = [], [], 0
        self.open_now = self.open_most = 0
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.alive = set()
        self.stopping = False
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.lock:
                self.connections += 1
                connection = Connection(sock, self.connections)
                self.alive.add(sock)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            while True:
                seen = connection.read_request()
                if seen is None:
                    break
                with self.lock:
                    self.all_requests.append(seen)
                if seen.method == "GET" and seen.path in ("/health", "/v1/models", "/version", "/metrics", "/api/version", "/info", "/get_model_info", "/props", "/load") or seen.path == "/" and seen.method == "GET" and "x-request-id" not in seen.headers:
                    self._housekeeping(connection, seen)
                    continue
                with self.lock:
                    self.requests.append(seen)
                    self.open_now += 1
                    self.open_most = max(self.open_most, self.open_now)
                try:
                    self.answer(connection, seen)
                finally:
                    with self.lock:
                        self.open_now -= 1
        except OSError:
            pass
        finally:
            with self.lock:
                self.alive.discard(connection.sock)
            connection.sock.close()

    def _housekeeping(self, connection, seen):
        if seen.path == "/health":
            return connection.reply(self.health, "" if self.health == 200 else {"error": "unwell"})
        if seen.path == "/v1/models":
            return connection.reply(200, {"object": "list", "data": [{"id": m, "object": "model", "created": 1700000000, "owned_by": self.owned_by} for m in self.models]})
        if seen.path == "/version" and self.owned_by == "vllm":
            return connection.reply(200, {"version": "0.32.0"})
        connection.reply(404, {"detail": "Not Found"})

    def stop(self):
        """Closes the listener and every connection, as a killed process would."""
        self.stopping = True
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()
        with self.lock:
            for sock in list(self.alive):
                try:
                    sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
