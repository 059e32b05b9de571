"""Traffic for the end-to-end tests: clients that keep their connection, many at once, and workers that answer when they are told to."""
import hashlib
import http.client
import json
import signal
import socket
import threading

from fakes.fake_worker import FakeWorker, answer_chat
from harness import DEADLINE_S, Answer, until

NO_CACHE = "[cache]\nenabled = false\n"
FAST_HEALTH = '[health]\ninterval = "100ms"\ntimeout = "500ms"\n'


class Client:
    """A client with one kept connection; it reconnects when that was closed."""

    def __init__(self, banto):
        self.connection = http.client.HTTPConnection("127.0.0.1", banto.port, timeout=DEADLINE_S)

    def request(self, method, path, body=None, headers=None):
        data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
        self.connection.request(method, path, data, {"Content-Type": "application/json", **(headers or {})})
        reply = self.connection.getresponse()
        return Answer(reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read())

    def chat(self, text="hello", model="m", headers=None, **fields):
        return self.request("POST", "/v1/chat/completions", {"model": model, "messages": [{"role": "user", "content": text}], **fields}, headers)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()


def in_parallel(work, count):
    """work(0) … work(count - 1), each on a thread; the first exception is raised here."""
    threads, errors = start_parallel(work, count)
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def start_parallel(work, count):
    errors = []

    def run(i):
        try:
            work(i)
        except BaseException as error:  # an assertion of a thread must not be lost
            errors.append(error)

    threads = [threading.Thread(target=run, args=(i,), daemon=True) for i in range(count)]
    for thread in threads:
        thread.start()
    return threads, errors


def chat_bytes(text, model="m", stream=False, path="/v1/chat/completions", fields=""):
    body = json.dumps({"model": model, "stream": stream, "messages": [{"role": "user", "content": text}]}).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{fields}\r\n"
    return head.encode() + body


def read_answer(sock):
    """Status and the bytes after the head, up to the close or the end of the framing."""
    sock.settimeout(DEADLINE_S)
    out = b""
    while b"\r\n\r\n" not in out:
        part = sock.recv(65536)
        assert part, f"closed before an answer: {out!r}"
        out += part
    head, rest = out.split(b"\r\n\r\n", 1)
    chunked = b"chunked" in head.lower()
    length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), None)
    while not (rest.endswith(b"0\r\n\r\n") if chunked else length is not None and len(rest) >= length):
        part = sock.recv(65536)
        if not part:
            break
        rest += part
    return int(head.split()[1]), rest


def rule(name, **keys):
    """A [[models]] entry; values are TOML."""
    return f'[[models]]\nname = "{name}"\n' + "".join(f"{key} = {value}\n" for key, value in keys.items())


def key_toml(name, secret, **more):
    """A [[keys]] entry; values are Python's."""
    lines = ["", "[[keys]]", f'name = "{name}"', f'hash = "sha256:{hashlib.sha256(secret.encode()).hexdigest()}"']
    return "\n".join(lines + [f"{key} = {json.dumps(value)}" for key, value in more.items()]) + "\n"


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


def reload(banto, config, word="reloaded"):
    before = banto.events().count(word)
    banto.write_config(config)
    banto.signal(signal.SIGHUP)
    until(lambda: banto.events().count(word) > before, f"the log says {word}: {banto.events()[-800:]}")


def text_of(seen):
    return str(seen.json()["messages"][-1]["content"])


class Gate:
    """Holds each request until it is let through; knows who has come, in order."""

    def __init__(self, answer=answer_chat):
        self.answer, self.arrived = answer, []
        self.lock, self.permits = threading.Lock(), threading.Semaphore(0)

    def __call__(self, connection, seen):
        with self.lock:
            self.arrived.append(text_of(seen))
        if not self.permits.acquire(timeout=4 * DEADLINE_S):  # the test has failed long before
            return connection.reset()
        self.answer(connection, seen)

    def let(self, count=1):
        for _ in range(count):
            self.permits.release()


class Engine(FakeWorker):
    """A worker with pages of its own beside what FakeWorker answers: path -> (status, body) or a function of (connection, seen)."""

    def __init__(self, answer=answer_chat, pages=None, **more):
        self.pages, self.answer_rest = dict(pages or {}), answer
        super().__init__(answer=self._answer, **more)

    def _page(self, connection, seen):
        page = self.pages[seen.path]
        if callable(page):
            return page(connection, seen)
        status, body = page
        connection.reply(status, body)

    def _answer(self, connection, seen):
        if seen.method == "GET" and seen.path in self.pages:
            return self._page(connection, seen)
        self.answer_rest(connection, seen)

    def _housekeeping(self, connection, seen):
        if seen.path in self.pages:
            return self._page(connection, seen)
        super()._housekeeping(connection, seen)

    @property
    def asked(self):
        """What came from clients."""
        return [r for r in self.requests if not (r.method == "GET" and r.path in self.pages)]


OLLAMA_PAGES = {
    "/api/version": (200, {"version": "0.12.0"}),
    "/api/ps": (200, {"models": []}),
}


def ollama_pages(*models):
    tags = [{"name": m, "model": m, "modified_at": "2025-01-01T00:00:00Z", "size": 1, "digest": "d" * 64, "details": {"family": "llama"}} for m in models]
    return {**OLLAMA_PAGES, "/api/tags": (200, {"models": tags})}


def answer_ollama(connection, seen):
    body = seen.json()
    last = {"model": body.get("model"), "created_at": "2025-01-01T00:00:00Z", "message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop",
            "prompt_eval_count": 3, "eval_count": 2}
    word = {"model": body.get("model"), "created_at": "2025-01-01T00:00:00Z", "message": {"role": "assistant", "content": "word"}, "done": False}
    if body.get("stream") is False:
        return connection.reply(200, {**last, "message": {"role": "assistant", "content": "word"}})
    connection.start_stream("application/x-ndjson")
    connection.chunk(json.dumps(word) + "\n")
    connection.chunk(json.dumps(last) + "\n")
    connection.end_stream()


def peer_left(sock):
    """Whether the other side has closed this socket, without reading from it."""
    try:
        return sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
