"""What stands in the head of a translated answer, in its errors and in refusals: ours is true of what the client gets, and nothing speaks of what the worker sent."""
import json

import pytest
from fakes.fake_worker import FakeWorker, chat_whole
from harness import Banto, worker_toml

OLLAMA_CHAT = {"model": "m", "messages": [{"role": "user", "content": "hi"}], "stream": False}
MESSAGES = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]}
ANTHROPIC = {"anthropic-version": "2023-06-01"}
OF_THE_BYTES = ("ETag", "Last-Modified", "Content-MD5", "Digest", "Content-Digest", "Repr-Digest", "Content-Range", "Accept-Ranges", "Content-Location")


def behind(worker, translate="always", **more):
    return Banto(worker_toml(worker.url, name="gpu1", kind="vllm", translate=translate, **more))


def says(status, body, *headers, content_type="application/json"):
    return lambda connection, seen: connection.reply(status, body, content_type, headers)


@pytest.mark.parametrize("status, body", [(200, chat_whole("fine")), (206, chat_whole("fine")), (400, {"detail": "no"})])
def test_what_described_the_worker_s_bytes_is_not_said_of_others(status, body):
    headers = [f"{name}: \"1\"" for name in OF_THE_BYTES]
    with FakeWorker(says(status, body, *headers)) as worker, behind(worker) as banto:
        answer = banto.post("/v1/messages", MESSAGES, headers={**ANTHROPIC, "Range": "bytes=0-9"})
        assert answer.status == (400 if status == 400 else 200), answer.body
        assert [name for name in OF_THE_BYTES if answer.header(name)] == []
        assert "range" not in worker.requests[-1].headers


def test_a_worker_s_word_on_what_was_dropped_is_not_taken_for_ours():
    theirs = ["X-Banto-Dropped: nothing", "X-Banto-Estimated: all", "X-Banto-Model: other", "X-Banto-Reason: none"]
    with FakeWorker(says(200, chat_whole("fine"), *theirs)) as worker, behind(worker) as banto:
        answer = banto.post("/v1/messages", {**MESSAGES, "container": "c"}, headers=ANTHROPIC)
        assert (answer.header("x-banto-dropped"), answer.header("x-banto-model")) == ("container", "m")
        assert answer.header("x-banto-estimated") is answer.header("x-banto-reason") is None


def test_what_a_banto_behind_us_has_dropped_is_told():
    with FakeWorker(says(200, chat_whole("fine"))) as worker, behind(worker) as inner:
        with Banto(worker_toml(f"http://127.0.0.1:{inner.port}", name="site", kind="openai", models=["m"])) as outer:
            answer = outer.post("/v1/messages", {**MESSAGES, "container": "c"}, headers=ANTHROPIC)
            assert answer.status == 200 and answer.header("x-banto-dropped") == "container"
            assert answer.header("x-banto-worker") == "site"


def test_a_long_name_of_what_is_dropped_is_shortened_and_never_hides_the_others():
    with FakeWorker(says(200, chat_whole("fine"))) as worker, behind(worker) as banto:
        answer = banto.post("/v1/messages", {**MESSAGES, "x" * 5000: 1, "container": "c"}, headers=ANTHROPIC)
        first, second = answer.header("x-banto-dropped").split(", ")
        assert first.startswith("xxxxxxxx") and len(first) <= 128 + 2 and second == "container"


def test_a_refusal_says_why_the_question_is_translated():
    stored = {"model": "m", "input": "hi", "previous_response_id": "resp_1"}
    with FakeWorker(says(200, chat_whole("fine"))) as worker, behind(worker) as banto:
        said = banto.post("/v1/responses", stored).json()["error"]["message"]
        assert "translate = \"always\"" in said and "speak" not in said and "previous_response_id" in said
    with FakeWorker(says(200, chat_whole("fine"))) as worker, Banto(worker_toml(worker.url, name="gpu1", kind="tgi")) as banto:
        said = banto.post("/v1/responses", stored).json()["error"]["message"]
        assert "gpu1 does not speak this API" in said and "always" not in said


@pytest.mark.parametrize("body, content_type", [
    (json.dumps({"trace": "x" * 3_000_000, "error": {"message": "late"}}), "application/json"),
    ("<html>" + "x" * 3_000_000, "text/html"),
])
@pytest.mark.parametrize("path, asked", [("/v1/messages", MESSAGES), ("/api/chat", OLLAMA_CHAT)])
def test_an_error_of_any_length_is_told_in_the_client_s_shape(body, content_type, path, asked):
    with FakeWorker(says(413, body, content_type=content_type)) as worker, behind(worker) as banto:
        answer = banto.post(path, asked, headers=ANTHROPIC if path == "/v1/messages" else None)
        assert answer.status == 413 and answer.header("content-type") == "application/json"
        said = answer.json()["error"]
        assert "413" in (said if path == "/api/chat" else said["message"]) and len(answer.body) < 8192


def test_an_error_in_a_coding_that_cannot_be_read_is_told_in_the_client_s_shape():
    with FakeWorker(says(400, b"\x28\xb5\x2f\xfd\x00\x01", "Content-Encoding: zstd-of-its-own")) as worker, behind(worker) as banto:
        answer = banto.post("/v1/messages", MESSAGES, headers=ANTHROPIC)
        assert answer.status == 400 and answer.json()["type"] == "error" and answer.header("content-encoding") is None


@pytest.mark.parametrize("path, body, headers, named", [
    ("/v1/messages", MESSAGES, {"anthropic-beta": "context-1m-2025-08-07"}, "anthropic-beta"),
    ("/v1/messages", {**MESSAGES, "stream": "true"}, {}, "stream"),
    ("/v1/messages", {**MESSAGES, "messages": [*MESSAGES["messages"], {"role": "assistant", "content": [{"type": "thinking", "thinking": "hm", "signature": "c2ln"}]}, *MESSAGES["messages"]]}, {},
     "messages[].content[thinking].signature"),
    ("/v1/responses", {"model": "m", "input": "hi", "include": ["reasoning.encrypted_content"]}, {}, "include[reasoning.encrypted_content]"),
    ("/v1/responses", {"model": "m", "input": "hi", "reasoning": {"effort": "low", "summary": "auto"}}, {}, "reasoning.summary"),
    ("/api/chat", {**OLLAMA_CHAT, "options": {"num_predict": -1}}, {}, "options.num_predict"),
])
def test_what_a_client_asks_beyond_the_worker_s_api_is_named(path, body, headers, named):
    with FakeWorker(says(200, chat_whole("fine"))) as worker, behind(worker) as banto:
        answer = banto.post(path, body, headers={**(ANTHROPIC if path == "/v1/messages" else {}), **headers})
        assert answer.status == 200 and answer.header("x-banto-dropped") == named, answer.body
        assert banto.access_line(request_id=answer.header("x-request-id"))["dropped"] == named


def test_a_hit_says_what_was_dropped_and_nothing_of_the_worker_s_bytes():
    said = {"model": "m", "created_at": "2026-01-01T00:00:00Z", "message": {"role": "assistant", "content": "fine"}, "done": True, "done_reason": "stop", "prompt_eval_count": 4, "eval_count": 2}
    headers = [*(f"{name}: \"1\"" for name in OF_THE_BYTES), "X-Kept: 1"]
    config = '[health]\npath = "/health"\n'
    with FakeWorker(says(200, said, *headers)) as worker, Banto(worker_toml(worker.url, name="gpu1", kind="ollama", models=["m"], translate="always") + config) as banto:
        body = {"model": "m", "messages": [{"role": "user", "content": "hi"}], "logit_bias": {"1": 2}}
        miss, hit = (banto.post("/v1/chat/completions", body) for _ in range(2))
        assert (miss.header("x-cache"), hit.header("x-cache")) == ("MISS", "HIT"), miss.header("cache-status")
        assert hit.header("x-banto-dropped") == miss.header("x-banto-dropped") == "logit_bias" and hit.header("x-kept") == "1"
        assert [name for name in OF_THE_BYTES if hit.header(name)] == []
