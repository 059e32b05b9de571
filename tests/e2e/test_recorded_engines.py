"""What real engines were recorded to say comes out of the program meaning the same: streams, whole answers and errors."""
import json
import socket

import pytest
from fakes.recordings import KINDS, RECORDINGS, ReplayWorker
from harness import Banto, worker_toml

POSTS = [r for r in RECORDINGS if r.method == "POST" and r.status and r.whole]
STREAMS = [r for r in POSTS if r.streamed]
# Good for whoever asked, but not to be given again: cut at the context's end, fewer choices than asked for, nothing said.
NOT_KEPT = {
    "llama/chat-max-tokens-zero", "llama/completion-no-max-tokens", "vllm/completion-no-max-tokens",
    "ollama/chat-n2", "ollama/chat-stream-n2", "ollama/api-chat-empty-messages", "ollama/api-generate-load",
    "vllm/chat-orca", "vllm/chat-tools-required-stream",
}
CACHEABLE = ("/v1/chat/completions", "/v1/completions", "/api/chat", "/api/generate")
ids = {"ids": lambda r: r.name}


class Engine:
    def __init__(self, name):
        self.worker = ReplayWorker(name)
        self.banto = Banto(worker_toml(self.worker.url, name=name, kind=KINDS[name], models=["*"]))
        self.banto.until_worker(name)

    def ask(self, recording, note="", body=None, **headers):
        """The recorded question; `note` keeps its cached answer apart from other tests'."""
        sent = {"X-Replay": recording.name, "Authorization": f"Bearer {recording.case}{note}"}
        for name in ("content-type", "content-encoding", "expect"):
            if name in recording.request_headers:
                sent[name] = recording.request_headers[name]
        return self.banto.request(recording.method, recording.path, body or recording.question(), {**sent, **headers})

    def stop(self):
        self.banto.stop()
        self.worker.stop()


@pytest.fixture(scope="module")
def engines():
    running = {}

    def engine(recording):
        if recording.engine not in running:
            running[recording.engine] = Engine(recording.engine)
        return running[recording.engine]

    yield engine
    for one in running.values():
        one.stop()


def events(body):
    """The data of an SSE stream's events or an NDJSON stream's lines, each once it is complete."""
    if body.startswith(b"{"):
        return [line for line in body.decode().split("\n")[:-1] if line]
    found = []
    for block in body.decode().replace("\r\n", "\n").split("\n\n")[:-1]:
        data = [line[5:].removeprefix(" ") for line in block.split("\n") if line.startswith("data:")]
        if data:
            found.append("\n".join(data))
    return found


def has_terminal(body):
    """Whether the stream says itself that it is whole."""
    last = (events(body) or [""])[-1]
    if last == "[DONE]":
        return True
    event = json.loads(last) if last else {}
    return event.get("done") is True or event.get("stop") is True or event.get("type") in ("message_stop", "response.completed")


def text_of(part):
    """All that a delta, message or line says, by field."""
    said = {}
    for field in ("content", "text", "response", "reasoning", "reasoning_content", "thinking"):
        if isinstance(part.get(field), str) and part[field]:
            said[field] = part[field]
    for call in part.get("tool_calls") or []:
        function = call.get("function", {})
        said["tool " + str(call.get("index", 0))] = (function.get("name") or "") + (function.get("arguments") or "")
    return said


def meaning(body):
    """Texts, finish reasons and usage of an answer in any of the forms that the program reads itself."""
    texts, finish, usage, errors = {}, {}, None, []
    for data in events(body) if b"\n" in body.rstrip(b"\n") or body.startswith(b"data:") else [body.decode()]:
        if data == "[DONE]":
            continue
        event = json.loads(data)
        if "error" in event:
            errors.append(event["error"])
        parts = event.get("choices")
        if parts is None:
            parts = [{**event, "finish_reason": event.get("done_reason")}]
        for choice in parts:
            index = choice.get("index", 0)
            for field, text in text_of(choice.get("delta") or choice.get("message") or choice).items():
                field = "content" if field in ("text", "response") else field
                texts[index, field] = texts.get((index, field), "") + text
            if choice.get("finish_reason"):
                finish[index] = choice["finish_reason"]
        # Ollama writes zeros on every chunk: the figures are those of the event without choices.
        if event.get("usage") and not (event.get("choices") and usage_is_zero(event["usage"])):
            usage = {k: v for k, v in event["usage"].items() if isinstance(v, int)}
        if event.get("done"):
            usage = {k: event.get(k) for k in ("prompt_eval_count", "eval_count")}
    return {"texts": texts, "finish": finish, "usage": usage, "errors": errors}


def assert_means_the_same(body, recording):
    if recording.path in CACHEABLE:
        assert meaning(body) == meaning(recording.body)
    else:
        assert events(body) == events(recording.body)


def usage_is_zero(usage):
    return not any(v for v in usage.values() if isinstance(v, int))


def said_by_error(body):
    """(message, type, code) of an error in any engine's shape; empty where it says nothing."""
    try:
        parsed = json.loads(body)
    except ValueError:
        return body.decode(errors="replace").strip(), None, None
    error = parsed.get("error", parsed)
    if isinstance(error, str):
        return error, None, None
    if "detail" in error:
        return error["detail"], None, None
    return error.get("message"), error.get("type"), error.get("code")


def is_in_shape(path, body):
    """Whether an error is what clients of this path's API parse."""
    error = json.loads(body)["error"]
    if path.startswith("/api/"):
        return isinstance(error, str) and error
    if path.startswith("/v1/messages") and json.loads(body).get("type") != "error":
        return False
    return isinstance(error, dict) and error["message"] and error["type"]


@pytest.mark.parametrize("recording", STREAMS, **ids)
def test_a_recorded_stream_comes_out_meaning_the_same(engines, recording):
    answer = engines(recording).ask(recording)
    assert answer.status == 200
    assert answer.header("content-type").split(";")[0] == recording.headers["content-type"].split(";")[0]
    assert has_terminal(answer.body) == has_terminal(recording.body), answer.body[-600:]
    assert_means_the_same(answer.body, recording)


@pytest.mark.parametrize("recording", [r for r in POSTS if r.status == 200 and not r.streamed], **ids)
def test_a_recorded_whole_answer_comes_out_as_it_was(engines, recording):
    answer = engines(recording).ask(recording)
    assert answer.status == 200
    assert answer.header("content-type").split(";")[0] == recording.headers["content-type"].split(";")[0]
    assert json.loads(answer.body) == json.loads(recording.body)


@pytest.mark.parametrize("recording", [r for r in POSTS if r.status >= 400], **ids)
def test_a_recorded_error_keeps_its_status_and_words(engines, recording):
    answer = engines(recording).ask(recording)
    assert answer.status == recording.status, answer.body
    assert is_in_shape(recording.path, answer.body), answer.body
    message, kind, code = said_by_error(recording.body)
    got_message, got_kind, got_code = said_by_error(answer.body)
    if isinstance(message, str) and message:
        assert got_message == message
    elif message:
        assert all(one["msg"] in got_message for one in message)  # FastAPI's list
    assert kind is None or recording.path.startswith("/api/") or got_kind == kind
    assert code is None or recording.path.startswith("/api/") or got_code == code


@pytest.mark.parametrize("recording", [r for r in POSTS if r.status == 200 and r.path in CACHEABLE], **ids)
def test_what_is_given_again_from_the_cache_means_the_same(engines, recording):
    engine = engines(recording)
    engine.ask(recording, note=" again")
    again = engine.ask(recording, note=" again")
    kept = recording.name not in NOT_KEPT
    if kept and recording.path.startswith("/v1/"):
        assert again.header("x-cache") == "HIT", again.headers
    assert kept or again.header("x-cache") != "HIT"
    assert_means_the_same(again.body, recording)
    assert again.body.endswith(b"\n") == recording.body.endswith(b"\n")
    assert has_terminal(again.body) == has_terminal(recording.body) or not recording.streamed


@pytest.mark.parametrize("recording", [r for r in STREAMS if has_terminal(r.body)], **ids)
@pytest.mark.parametrize("share", [0.4, 0.8, "last event"])
def test_a_recorded_stream_that_is_cut_is_not_passed_off_as_whole(engines, recording, share):
    engine = engines(recording)
    head = recording.bytes.index(b"\r\n\r\n") + 4
    body = len(recording.bytes) - head
    last_event = events(recording.body)[-1].encode()
    at = recording.bytes.rindex(last_event) if share == "last event" else head + int(body * share)
    engine.worker.cut[recording.name] = at
    try:
        first = ask_until_end(engine, recording, note=f" cut {share}")
        assert not has_terminal_anywhere(first), first[-600:]
    finally:
        del engine.worker.cut[recording.name]
    again = engine.ask(recording, note=f" cut {share}")
    assert again.header("x-cache") != "HIT"
    assert_means_the_same(again.body, recording)


def ask_until_end(engine, recording, note):
    """The raw answer up to the end of its message or of its connection."""
    body = recording.question()
    head = [f"{recording.method} {recording.path} HTTP/1.1", "Host: banto", "Content-Type: application/json", f"Content-Length: {len(body)}",
            f"X-Replay: {recording.name}", f"Authorization: Bearer {recording.case}{note}", "Connection: close"]
    raw = b""
    with engine.banto.raw("\r\n".join(head).encode() + b"\r\n\r\n" + body) as connection:
        try:
            while piece := connection.recv(65536):
                raw += piece
        except (ConnectionResetError, socket.timeout):
            pass
    return raw


def has_terminal_anywhere(raw):
    ends = (b"data: [DONE]", b'"done":true', b'"stop":true', b'"type":"message_stop"', b'"type":"response.completed"')
    return any(end in raw for end in ends)


@pytest.mark.parametrize("recording", STREAMS, **ids)
def test_a_recorded_stream_may_come_in_pieces_of_any_size(engines, recording):
    engine = engines(recording)
    engine.worker.grain = 3
    try:
        answer = engine.ask(recording, note=" in pieces")
    finally:
        engine.worker.grain = None
    assert answer.status == 200
    assert events(answer.body) == events(engine.ask(recording, note=" at once").body)


def test_every_recorded_answer_to_a_question_is_among_these():
    left_out = {r.name for r in RECORDINGS if r.method == "POST"} - {r.name for r in POSTS}
    # Recorded while the engine had not answered yet.
    assert all(not r.status for r in RECORDINGS if r.name in left_out), left_out
    assert len(POSTS) > 110
