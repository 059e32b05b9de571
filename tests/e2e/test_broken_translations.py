"""Requests and answers that are not what their API promises, through a translation: what is broken is refused or mended, never written on into another API."""
import http.client
import json

import pytest
from fakes.fake_worker import FakeWorker, answer_chat, chat_chunk, chat_whole
from harness import Banto, worker_toml

ANTHROPIC = {"anthropic-version": "2023-06-01"}
MESSAGES = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]}


def behind(worker, translate="always"):
    return Banto(worker_toml(worker.url, name="gpu1", kind="vllm", translate=translate))


def streams(*frames):
    def answer(connection, seen):
        connection.start_stream()
        for frame in frames:
            connection.chunk(frame)
        connection.end_stream()

    return answer


def asked(content=b'"hi"', more=b""):
    return b'{"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": ' + content + b"}]" + more + b"}"


@pytest.mark.parametrize("body, why", [
    (asked(more=b', "max_tokens": 7'), "same name"),
    (asked(content=b'"hi", "content": "ho"'), "same name"),
    (asked(content=b'"h\xffi"'), "UTF-8"),
    (asked(content=b'"h\\ud800i"'), "surrogate"),
    (asked(more=b', "\xff": 1'), "UTF-8"),
])
def test_a_request_that_servers_read_differently_is_not_translated(body, why):
    with FakeWorker() as worker, behind(worker) as banto:
        answer = banto.post("/v1/messages", body, headers=ANTHROPIC)
        assert answer.status == 400 and why in answer.json()["error"]["message"] and worker.requests == []
    with FakeWorker(lambda connection, seen: connection.reply(200, {"type": "message"})) as worker, behind(worker, "never") as banto:
        banto.post("/v1/messages", body, headers=ANTHROPIC)
        assert worker.requests[-1].body == body


BAD = chat_chunk(content="a?b").encode().replace(b"?", b"\xff")
GOOD_END = (chat_chunk(finish="stop"), "data: [DONE]\n\n")


@pytest.mark.parametrize("path, body", [("/v1/messages", MESSAGES), ("/v1/responses", {"model": "m", "input": "hi"}),
                                        ("/api/chat", {"model": "m", "messages": [{"role": "user", "content": "hi"}]})])
@pytest.mark.parametrize("stream", [True, False])
def test_what_is_no_utf_8_in_an_answer_is_mended(path, body, stream):
    with FakeWorker(streams(BAD, *GOOD_END)) as worker, behind(worker) as banto:
        said = banto.post(path, {**body, "stream": stream}, headers=ANTHROPIC if path == "/v1/messages" else None).body.decode()
        assert "a\ufffdb" in said
    whole = json.dumps(chat_whole("a?b")).encode().replace(b"?", b"\xff")
    with FakeWorker(lambda connection, seen: connection.reply(200, whole)) as worker, behind(worker) as banto:
        said = banto.post(path, {**body, "stream": stream}, headers=ANTHROPIC if path == "/v1/messages" else None).body.decode()
        assert "a\ufffdb" in said


@pytest.mark.parametrize("path, body", [("/v1/messages", MESSAGES), ("/v1/responses", {"model": "m", "input": "hi"}),
                                        ("/api/chat", {"model": "m", "messages": [{"role": "user", "content": "hi"}]})])
@pytest.mark.parametrize("stream", [True, False])
def test_nothing_is_said_behind_the_end_of_a_choice_but_usage(path, body, stream):
    late = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [], "usage": {"prompt_tokens": 41, "completion_tokens": 1, "total_tokens": 42}}
    call = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m",
            "choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "id": "c", "function": {"name": "LATE", "arguments": "{}"}}]}, "finish_reason": "tool_calls"}]}
    frames = (chat_chunk(content="fine"), chat_chunk(finish="stop"), chat_chunk(content="LATE"), f"data: {json.dumps(call)}\n\n", f"data: {json.dumps(late)}\n\n", "data: [DONE]\n\n")
    with FakeWorker(streams(*frames)) as worker, behind(worker) as banto:
        said = banto.post(path, {**body, "stream": stream}, headers=ANTHROPIC if path == "/v1/messages" else None).body.decode()
        assert "fine" in said and "LATE" not in said and "41" in said and "tool_use" not in said


def test_an_ollama_that_goes_on_behind_its_end_is_not_heard_by_chat_clients():
    def line(content, **more):
        return json.dumps({"model": "m", "created_at": "2026-01-01T00:00:00Z", "message": {"role": "assistant", "content": content}, "done": False, **more}) + "\n"

    def ollama(connection, seen):
        if seen.path != "/api/chat":
            return connection.reply(404, "404 page not found", "text/plain")
        connection.start_stream("application/x-ndjson")
        connection.chunk(line("fine") + line("", done=True, done_reason="stop") + line("LATE"))
        connection.end_stream()

    with FakeWorker(ollama) as worker, Banto(worker_toml(worker.url, name="gpu1", kind="ollama", models=["m"], translate="always") + '[health]\npath = "/health"\n') as banto:
        try:
            said = banto.chat(stream=True).body
        except http.client.IncompleteRead as cut:
            said = cut.partial
        assert b"fine" in said and b"LATE" not in said


@pytest.mark.parametrize("row", [["a", "b"], [1, None], [], None, 5, [[1]], [1, "NaN"], "####", "QQ==", "AACAPwAAwH8="])
@pytest.mark.parametrize("path", ["/api/embed", "/api/embeddings"])
def test_a_row_that_is_no_vector_is_no_answer(row, path):
    said = {"object": "list", "model": "m", "data": [{"object": "embedding", "index": 0, "embedding": row}], "usage": {"prompt_tokens": 1, "total_tokens": 1}}
    with FakeWorker(lambda connection, seen: connection.reply(200, said)) as worker, behind(worker) as banto:
        assert banto.post(path, {"model": "m", "input": "hi", "prompt": "hi"}).status == 502
