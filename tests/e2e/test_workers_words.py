"""What a worker says reaches its client: after our early head, behind a 200, in any shape, compressed or not."""
import json
import threading

import pytest
from fakes.fake_worker import FakeWorker, chat_chunk, chat_whole
from harness import DEADLINE_S, Banto, worker_toml
from traffic import Engine, ollama_pages

ROLE, WORD, STOP = chat_chunk(role="assistant", content=""), chat_chunk(content="word "), chat_chunk(finish="stop")
DONE = "data: [DONE]\n\n"
GOOD = ROLE + WORD + STOP + DONE
KEEP_ALIVE = {"/v1/messages": b'event: ping\ndata: {"type": "ping"}\n\n'}  # the other APIs have a comment
EARLY = '[timeouts]\ncommit_after = "50ms"\n'
OVERFLOW = {"error": {"message": "This model's maximum context length is 4096 tokens.", "type": "BadRequestError", "param": "input", "code": "context_length_exceeded"}}
PATHS = {"chat": "/v1/chat/completions", "responses": "/v1/responses", "messages": "/v1/messages"}


class Stream:
    """One streamed answer over a raw socket."""

    def __init__(self, banto, path=PATHS["chat"], headers="", **fields):
        body = json.dumps({"model": "m", "stream": True, "messages": [{"role": "user", "content": "x"}], "input": "x", "max_tokens": 9, **fields}).encode()
        head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
        self.sock, self.buffer = banto.raw(head.encode() + body), b""
        self.payload, self.ended = b"", False
        self.head = self._until(b"\r\n\r\n").decode()
        self.status = int(self.head.split()[1])

    def header(self, name):
        lines = [l.partition(":") for l in self.head.split("\r\n")]
        return next((v.strip() for n, _, v in lines if n.lower() == name), None)

    def _more(self):
        try:
            part = self.sock.recv(1 << 20)
        except ConnectionResetError:
            part = b""
        self.buffer += part
        return bool(part)

    def _until(self, mark):
        while mark not in self.buffer:
            if not self._more():
                return b""
        out, _, self.buffer = self.buffer.partition(mark)
        return out

    def chunk(self):
        """The next chunk; None at the end or where the stream breaks off."""
        size = self._until(b"\r\n")
        if not size:
            return None
        size = int(size, 16)
        if size == 0:
            self.ended = True
            return None
        while len(self.buffer) < size + 2:
            if not self._more():
                return None
        out, self.buffer = self.buffer[:size], self.buffer[size + 2:]
        self.payload += out
        return out

    def read(self):
        if self.header("content-length"):
            while len(self.buffer) < int(self.header("content-length")):
                assert self._more()
            self.payload, self.ended = self.buffer, True
            return self
        while self.chunk() is not None:
            pass
        return self

    def events(self):
        """(name, data) of each event, but for those that keep it alive."""
        out = []
        for block in self.payload.decode().split("\n\n"):
            fields = dict(line.split(": ", 1) for line in block.split("\n") if line and not line.startswith(":"))
            if "data" in fields and fields.get("event") != "ping":
                out.append((fields.get("event"), fields["data"]))
        return out


def late(answer):
    """Answers when the client has our early head and its first comment."""
    gate = threading.Event()

    def wait(connection, seen):
        assert gate.wait(4 * DEADLINE_S)
        answer(connection, seen)

    return wait, gate


def whole(status, body, content_type="application/json", headers=()):
    return lambda connection, seen: connection.reply(status, body, content_type, headers)


def streamed(*parts, head="Content-Type: text/event-stream\r\n", end=True):
    def answer(connection, seen):
        connection.send(f"HTTP/1.1 200 OK\r\n{head}Transfer-Encoding: chunked\r\n\r\n")
        for part in parts:
            connection.chunk(part)
        if end:
            connection.end_stream()

    return answer


def ask_late(answer, path=PATHS["chat"], config="", **fields):
    wait, gate = late(answer)
    with FakeWorker(wait) as worker, Banto(worker_toml(worker.url, name="gpu1", kind="vllm") + EARLY + config) as banto:
        stream = Stream(banto, path, **fields)
        assert stream.status == 200 and stream.chunk() == KEEP_ALIVE.get(path, b":\n\n")
        gate.set()
        stream.read()
        return stream, banto.access_line(path=path)


SHAPES = {
    "nested": (OVERFLOW, "application/json"),
    "pretty": (json.dumps(OVERFLOW, indent=2), "application/json"),
    "flat": ({"object": "error", **OVERFLOW["error"]}, "application/json"),
    "detail": ({"detail": OVERFLOW["error"]["message"]}, "application/json"),
    "text_member": ({"error": OVERFLOW["error"]["message"], "error_type": "context_length_exceeded"}, "application/json"),
    "plain_text": (OVERFLOW["error"]["message"], "text/plain"),
    "json_called_html": (json.dumps(OVERFLOW), "text/html"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_after_the_early_head_an_error_is_told_in_the_workers_words(name):
    body, content_type = SHAPES[name]
    stream, line = ask_late(whole(400, body, content_type))
    (event, data), = stream.events()
    error = json.loads(data)["error"]
    assert event is None and error["message"] == OVERFLOW["error"]["message"] and not stream.ended
    if name not in ("detail", "plain_text"):
        assert error["code"] == "context_length_exceeded"
    if name in ("nested", "pretty", "flat"):
        assert error == OVERFLOW["error"]
    assert line["error"] == "upstream_error" and [a["status"] for a in line["attempts"]] == [400]


def test_after_the_early_head_responses_and_anthropic_get_their_own_events():
    stream, _ = ask_late(whole(400, OVERFLOW), PATHS["responses"])
    (event, data), = stream.events()
    assert event == "error" and not stream.ended
    assert json.loads(data) == {"type": "error", "code": "context_length_exceeded", "message": OVERFLOW["error"]["message"], "param": "input", "sequence_number": 0}
    stream, _ = ask_late(whole(400, OVERFLOW), PATHS["messages"])
    (event, data), = stream.events()
    assert event == "error" and not stream.ended
    assert json.loads(data) == {"type": "error", "error": {"type": "invalid_request_error", "message": OVERFLOW["error"]["message"]}}


def test_a_long_error_is_heard_as_far_as_it_goes():
    """FastAPI quotes the prompt behind its message."""
    long = json.dumps({"detail": [{"loc": ["body", "n"], "msg": "too large", "input": "x" * (3 << 20)}]})
    stream, _ = ask_late(whole(422, long))
    (_, data), = stream.events()
    assert json.loads(data)["error"]["message"] == "body.n: too large"
    with FakeWorker(whole(422, long)) as worker, Banto(worker_toml(worker.url, kind="vllm")) as banto:
        answer = banto.chat()
        assert answer.status == 422 and answer.body == long.encode()


def test_an_error_that_breaks_off_is_heard_as_far_as_it_goes():
    def cut(connection, seen):
        connection.send("HTTP/1.1 400 X\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n" + json.dumps(OVERFLOW)[:-2])
        connection.sock.close()

    with FakeWorker(cut) as worker, Banto(worker_toml(worker.url, kind="vllm")) as banto:
        answer = banto.chat()
        assert answer.status == 400 and answer.json() == OVERFLOW
    stream, _ = ask_late(cut)
    (_, data), = stream.events()
    assert json.loads(data) == OVERFLOW and not stream.ended


def test_the_last_workers_error_is_told_when_the_retries_are_used_up():
    wait, gate = late(whole(503, {"error": {"message": "queue of gpu2 is full", "type": "x", "code": 503}}))
    with FakeWorker(whole(500, {"error": "first"})) as first, FakeWorker(wait) as second:
        config = worker_toml(first.url, name="gpu1", kind="vllm") + worker_toml(second.url, name="gpu2", kind="vllm", backup=True) + EARLY
        with Banto(config) as banto:
            stream = Stream(banto)
            assert stream.chunk() == b":\n\n"
            gate.set()
            (_, data), = stream.read().events()
            assert json.loads(data)["error"]["message"] == "queue of gpu2 is full"


def test_an_answer_that_ignored_stream_is_told_when_it_comes_late():
    stream, _ = ask_late(whole(200, chat_whole("forty two")))
    (_, data), = stream.events()
    error = json.loads(data)["error"]
    assert error["code"] == "stream_not_given" and "application/json" in error["message"] and "forty two" in error["message"] and not stream.ended


ERRORS_BEHIND_200 = {
    "json": streamed(json.dumps(OVERFLOW), head="Content-Type: application/json\r\n"),
    "json_called_a_stream": streamed(json.dumps(OVERFLOW)),
    "error_field": streamed("error: " + json.dumps(OVERFLOW["error"]) + "\n\n"),
    "forgotten_data": streamed(": hi\n\n", json.dumps(OVERFLOW, indent=1) + "\n"),
}


@pytest.mark.parametrize("name", ERRORS_BEHIND_200)
def test_an_error_behind_a_200_becomes_a_status_or_an_event(name):
    with FakeWorker(ERRORS_BEHIND_200[name]) as worker, Banto(worker_toml(worker.url, kind="vllm")) as banto:
        answer = banto.chat(stream=True)
        assert answer.status == 400 and answer.json()["error"] == OVERFLOW["error"]
    stream, _ = ask_late(ERRORS_BEHIND_200[name])
    (_, data), = stream.events()
    assert json.loads(data)["error"] == OVERFLOW["error"] and not stream.ended


SAID_IN_STREAMS = {
    "tgi": (PATHS["chat"], 'data: {"error":"out of memory","error_type":"generation"}\n\n', None, lambda d: d["error"]["message"]),
    "text": (PATHS["chat"], "data: out of memory\n\n", None, lambda d: d["error"]["message"]),
    "responses_nested": (PATHS["responses"], 'data: {"error":{"message":"out of memory"}}\n\n', "error", lambda d: d["message"]),
    "responses_failed": (PATHS["responses"], 'event: response.failed\ndata: {"type":"response.failed","response":{"error":{"code":"x","message":"out of memory"}}}\n\n',
                         "response.failed", lambda d: d["response"]["error"]["message"]),
    "sglang_in_responses": (PATHS["responses"], 'data: {"object":"error","message":"out of memory","type":"InternalServerError","param":null,"code":500}\n\n', "error", lambda d: d["message"]),
    "sglang_in_messages": (PATHS["messages"], 'data: {"object":"error","message":"out of memory","type":"InternalServerError","param":null,"code":500}\n\n', "error", lambda d: d["error"]["message"]),
    "detail_in_messages": (PATHS["messages"], 'data: {"detail":"out of memory"}\n\n', "error", lambda d: d["error"]["message"]),
    "anthropic_nested": (PATHS["messages"], 'data: {"error":{"message":"out of memory"}}\n\n', "error", lambda d: d["error"]["message"]),
}
BEGUN = {
    PATHS["chat"]: ROLE + WORD,
    PATHS["responses"]: 'event: response.created\ndata: {"type":"response.created","response":{},"sequence_number":0}\n\n'
                        'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","delta":"w","sequence_number":1}\n\n',
    PATHS["messages"]: 'event: message_start\ndata: {"type":"message_start","message":{}}\n\n',
}


@pytest.mark.parametrize("name", SAID_IN_STREAMS)
def test_an_error_in_mid_stream_is_told_as_its_clients_read_it(name):
    path, error, event, message = SAID_IN_STREAMS[name]
    with FakeWorker(streamed(BEGUN[path], error, DONE)) as worker, Banto(worker_toml(worker.url, kind="vllm")) as banto:
        stream = Stream(banto, path).read()
        # Responses names its failure as one of its ends; where an API does not, a clean end would look like success.
        assert stream.status == 200 and stream.ended == (path == PATHS["responses"]) and DONE.encode() not in stream.payload
        last_event, data = stream.events()[-1]
        assert last_event == event and message(json.loads(data)) == "out of memory"


def test_words_that_come_first_in_a_stream_are_told():
    with FakeWorker(streamed("data: out of memory\n\n")) as worker, Banto(worker_toml(worker.url, kind="vllm")) as banto:
        stream = Stream(banto).read()
        assert stream.status == 502 and json.loads(stream.payload)["error"]["message"] == "out of memory"
    pretty = streamed(json.dumps({"error": "out of memory"}, indent=2), head="Content-Type: application/json\r\n")
    with Engine(pretty, ollama_pages("m")) as worker, Banto(worker_toml(worker.url, kind="ollama")) as banto:
        stream = Stream(banto, "/api/chat").read()
        assert stream.status == 500 and json.loads(stream.payload)["error"] == "out of memory"


def test_where_all_were_tried_the_last_failure_is_told():
    page = whole(200, "<html><title>tunnel</title></html>", "text/html")
    with FakeWorker(page) as worker, Banto(worker_toml(worker.url, name="gpu1", kind="vllm")) as banto:
        answer = banto.chat()
        assert answer.status == 502 and answer.json()["error"]["message"].startswith("gpu1: answered with an HTML page")
    stream, _ = ask_late(page)
    assert "gpu1: answered with an HTML page" in json.loads(stream.events()[-1][1])["error"]["message"] and not stream.ended


def event(name, **data):
    return f"event: {name}\ndata: {json.dumps({'type': name, **data})}\n\n"


@pytest.mark.parametrize("path,last", [(PATHS["messages"], event("message_stop")), (PATHS["responses"], event("response.completed", sequence_number=2, response={}))])
def test_an_end_that_is_said_twice_reaches_the_client_in_its_order(path, last):
    """vLLM ends its messages with message_stop and its [DONE]."""
    with FakeWorker(streamed(BEGUN[path], last, DONE, DONE)) as worker, Banto(worker_toml(worker.url, kind="vllm")) as banto:
        stream = Stream(banto, path).read()
        assert stream.payload == (BEGUN[path] + last + DONE).encode() and stream.ended


def test_our_own_error_in_a_responses_stream_has_the_next_number():
    def cut(connection, seen):
        streamed(BEGUN[PATHS["responses"]], end=False)(connection, seen)
        connection.sock.close()

    with FakeWorker(cut) as worker, Banto(worker_toml(worker.url, kind="vllm")) as banto:
        stream = Stream(banto, PATHS["responses"]).read()
        event, data = stream.events()[-1]
        assert event == "error" and not stream.ended
        assert json.loads(data)["sequence_number"] == 2 and json.loads(data)["code"] == "upstream_disconnected"


def test_an_apps_error_is_its_own():
    page = "<h1>app is busy</h1>" + "x" * (2 << 20)
    with FakeWorker(whole(503, page, "text/html")) as worker, Banto(worker_toml(worker.url, kind="http") + '[[routes]]\npath = "/app"\n') as banto:
        answer = banto.get("/app")
        assert answer.status == 503 and answer.body == page.encode() and answer.header("retry-after") is None
        head = banto.request("HEAD", "/app")
        assert head.status == 503 and head.header("content-length") == str(len(page))


def test_the_message_ends_before_it_is_told_who_was_tried():
    for answer in (lambda connection, seen: connection.reset(), lambda connection, seen: connection.send("HTTP/1.1 200 OK\r\nBad Field: x\r\n\r\n")):
        with FakeWorker(answer) as worker, Banto(worker_toml(worker.url, name="gpu1", kind="vllm")) as banto:
            message = banto.chat().json()["error"]["message"]
            assert message.count(". Tried: gpu1 (") == 1 and ".." not in message, message


def test_an_error_that_is_an_event_behind_an_error_status_is_told_in_its_words():
    error = f"event:error\ndata:{json.dumps(OVERFLOW)}\n\n"
    with FakeWorker(whole(400, error, "text/event-stream")) as worker, Banto(worker_toml(worker.url, name="gpu1", kind="vllm")) as banto:
        answer = banto.chat()
        assert answer.status == 400 and answer.json()["error"] == OVERFLOW["error"]
        assert answer.header("content-type").startswith("application/json")
