"""A silent stream is kept alive: by the frame that its client's API has for that, between whole events only, and without a trace anywhere else."""
import json
import signal
import threading

import pytest
from cache_asking import nonce
from fakes.fake_worker import FakeWorker, chat_chunk
from harness import Banto, until, worker_toml
from one_worker import behind, question
from streaming import COMMENT, Listening, Parts
from traffic import Engine, Gate, ollama_pages

OFTEN = '[timeouts]\nkeep_alive = "20ms"\ncommit_after = "20ms"\n'
ROLE = chat_chunk(role="assistant", content="")
STOP = chat_chunk(finish="stop")
DONE = "data: [DONE]\n\n"
PING = b'event: ping\ndata: {"type": "ping"}\n\n'


def word(text):
    return chat_chunk(content=text)


def event(name, **more):
    return f"event: {name}\ndata: {json.dumps({'type': name, **more})}\n\n"


MESSAGE = (event("message_start", message={"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [], "usage": {"input_tokens": 1, "output_tokens": 1}})
           + event("content_block_start", index=0, content_block={"type": "text", "text": ""}))
DELTA = event("content_block_delta", index=0, delta={"type": "text_delta", "text": "hi"})
MESSAGE_END = (event("content_block_stop", index=0) + event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 2}) + event("message_stop"))


class Control:
    """A second stream through the same program, whose comments show that those of the first one were due too."""

    def __init__(self, parts):
        self.parts = parts

    def __call__(self, connection, seen):
        if b"control" in seen.body:
            connection.start_stream()
            connection.chunk(word("c"))
            return connection.left()
        self.parts(connection, seen)

    def ask(self, banto):
        return Listening(banto, {"model": "m", "stream": True, "messages": [{"role": "user", "content": "control " + nonce()}]})


def test_between_tokens_comments_come_and_the_events_stay_as_they_were():
    parts = Parts(ROLE + word("one "), word("two "), STOP + DONE)
    with FakeWorker(parts) as worker, behind(worker, OFTEN) as banto:
        parts.go()
        client = Listening(banto, question(stream=True)).until(lambda payload: b"one " in payload)
        client.comments(3)
        parts.go()
        client.until(lambda payload: b"two " in payload).comments(2)
        parts.go()
        payload = client.rest()
        assert client.ended and payload.count(COMMENT) >= 5
        assert payload.replace(COMMENT, b"") == "".join(parts.parts).encode()
        assert banto.access_line(stream=True)["frames"] == 5, "role, two words, the end and [DONE]"


def test_before_the_first_token_they_come_after_commit_after():
    parts = Parts(ROLE + word("one ") + STOP + DONE)
    with FakeWorker(parts) as worker, behind(worker, OFTEN) as banto:
        client = Listening(banto, question(stream=True)).comments(4)
        assert client.status == 200 and client.payload == client.payload.count(COMMENT) * COMMENT
        parts.go()
        assert client.rest().replace(COMMENT, b"") == parts.parts[0].encode() and client.ended


@pytest.mark.parametrize("size", [8, 700_000], ids=["short", "longer than a read"])
def test_an_event_that_comes_in_parts_is_never_broken_by_one(size):
    whole = word("x" * size)
    parts = Parts(ROLE + word("one ") + whole[:40], whole[40:size // 2], whole[size // 2:-1], whole[-1] + STOP + DONE)
    if size < 100:
        parts.parts = (ROLE + word("one ") + whole[:40], whole[40:-1], whole[-1] + STOP + DONE)
    with FakeWorker(parts) as worker, behind(worker, OFTEN) as banto:
        client = Listening(banto, question(stream=True))
        for _ in parts.parts[:-1]:
            parts.go()
            client.until(lambda payload: b"one " in payload).comments(2)
        parts.go()
        payload = client.rest()
        assert client.ended and payload.replace(COMMENT, b"") == "".join(parts.parts).encode()
        assert whole.encode() in payload


def test_what_is_stored_knows_nothing_of_the_silence():
    parts = Parts(ROLE + word("one "), word("two ") + STOP + DONE)
    body = question(stream=True)
    with FakeWorker(parts) as worker, behind(worker, OFTEN) as banto:
        parts.go()
        client = Listening(banto, body).until(lambda payload: b"one " in payload).comments(2)
        parts.go()
        client.rest()
        hit = banto.post("/v1/chat/completions", body)
        assert hit.header("x-cache") == "HIT" and COMMENT not in hit.body
        assert hit.body.count(b"data: ") == 5 and len(worker.requests) == 1


def test_the_workers_own_time_to_be_silent_still_ends():
    with FakeWorker(Parts(ROLE + word("one "), DONE)) as worker, behind(worker, '[timeouts]\nkeep_alive = "20ms"\nidle = "400ms"\n[balance]\nretries = 0\n') as banto:
        worker.answer.go()
        client = Listening(banto, question(stream=True))
        payload = client.rest()
        assert COMMENT in payload and b'"error"' in payload and not client.ended
        assert banto.access_line(stream=True)["attempts"][0]["result"] == "idle_timeout"


def test_anthropics_clients_get_pings():
    parts = Parts(MESSAGE + DELTA, DELTA, MESSAGE_END)
    with FakeWorker(parts) as worker, behind(worker, OFTEN) as banto:
        client = Listening(banto, {**question(stream=True), "max_tokens": 9}, path="/v1/messages", headers="anthropic-version: 2023-06-01\r\n")
        client.until(lambda payload: payload == PING * 2)
        parts.go()
        client.until(lambda payload: DELTA.encode() + PING * 2 in payload)
        parts.go(2)
        payload = client.rest()
        assert client.ended and COMMENT not in payload.replace(PING, b"")
        assert payload.replace(PING, b"") == "".join(parts.parts).encode()


def test_ollamas_clients_get_nothing():
    line = {"model": "m", "created_at": "2025-01-01T00:00:00Z", "message": {"role": "assistant", "content": "word"}, "done": False}
    end = {**line, "message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"}
    parts = Parts(json.dumps(line) + "\n", json.dumps(end) + "\n", content_type="application/x-ndjson")
    control = Control(parts)
    with Engine(parts, ollama_pages("m")) as ollama, FakeWorker(control, models=["m2"]) as other:
        with Banto(worker_toml(ollama.url, kind="ollama") + worker_toml(other.url, kind="vllm", models=["m2"]) + OFTEN) as banto:
            client = Listening(banto, question(stream=True), path="/api/chat")
            with Listening(banto, {**question(stream=True, model="m2"), "messages": [{"role": "user", "content": "control"}]}) as beside:
                beside.comments(4)
                parts.go()
                client.until(lambda payload: b"word" in payload)
                beside.comments(4)
            parts.go()
            assert client.rest() == "".join(parts.parts).encode()


@pytest.mark.parametrize("headers", ["User-Agent: OpenAI/Go 3.8.1\r\n", "User-Agent: my-app/2 google-genai-sdk/1.52.0 gl-python/3.12\r\n",
                                     "User-Agent: my-app\r\nX-Stainless-Lang: go\r\n"], ids=["openai-go", "google-genai", "openai-go with a name of its own"])
def test_clients_that_stumble_over_comments_get_none_and_the_real_status(headers):
    parts = Parts(word("one "), STOP + DONE)
    control = Control(parts)
    with FakeWorker(control) as worker, behind(worker, OFTEN) as banto:
        client = Listening(banto, question(stream=True), headers=headers)
        with control.ask(banto) as beside:
            beside.comments(4)
            parts.go()
            client.until(lambda payload: b"one " in payload)
            beside.comments(4)
        parts.go()
        assert client.rest() == "".join(parts.parts).encode() and client.ended


@pytest.mark.parametrize("agent, status", [("OpenAI/Go 3.8.1", 400), ("curl/8", 200)])
def test_who_is_not_kept_alive_is_not_answered_before_the_worker(agent, status):
    refuses = Gate(lambda connection, seen: connection.reply(400, {"error": {"message": "no", "type": "invalid_request_error"}}))
    control = Control(refuses)
    with FakeWorker(control) as worker, behind(worker, OFTEN) as banto:
        client = Listening(banto, question(stream=True), headers=f"User-Agent: {agent}\r\n")
        with control.ask(banto) as beside:
            beside.comments(4)
        refuses.let()
        assert client.until_head().status == status
        assert b'"no"' in client.rest()


def test_nobody_gets_any_where_it_is_switched_off():
    parts = Parts(word("one "), STOP + DONE)
    with FakeWorker(parts) as worker, behind(worker, OFTEN.replace('keep_alive = "20ms"', 'keep_alive = "0"')) as quiet:
        control = Control(None)
        with FakeWorker(control) as other, behind(other, OFTEN) as banto:
            client = Listening(quiet, question(stream=True))
            with control.ask(banto) as beside:
                beside.comments(4)
                parts.go()
                client.until(lambda payload: b"one " in payload)
                beside.comments(4)
            parts.go()
            assert client.rest() == "".join(parts.parts).encode() and client.ended


def test_a_reload_changes_it_for_the_next_stream():
    parts = Parts(word("one "), STOP + DONE)
    with FakeWorker(parts) as worker, behind(worker, OFTEN.replace('keep_alive = "20ms"', 'keep_alive = "1h"')) as banto:
        banto.write_config(worker_toml(worker.url, name="gpu1", kind="vllm") + OFTEN)
        banto.signal(signal.SIGHUP)
        until(lambda: "reloaded" in banto.events(), "it is reloaded")
        parts.go()
        client = Listening(banto, question(stream=True)).comments(3)
        parts.go()
        client.rest()
        assert client.ended


def test_a_client_that_does_not_read_is_not_sent_more_of_them():
    sent = "".join(word("x" * 1000) for _ in range(4000))
    parts = Parts(word("one "), sent, STOP + DONE)
    control = Control(parts)
    with FakeWorker(control) as worker, behind(worker, OFTEN.replace("20ms", "100ms")) as banto:
        parts.go()
        client = Listening(banto, question(stream=True)).until(lambda payload: b"one " in payload)
        parts.go(2)  # more than the sockets hold
        with control.ask(banto) as beside:
            beside.comments(10)
        payload = client.rest()
        assert client.ended and payload.replace(COMMENT, b"") == "".join(parts.parts).encode()
        assert COMMENT * 5 not in payload


def test_a_workers_own_comments_are_passed_on_and_are_no_silence():
    enough = threading.Event()

    def chatty(connection, seen):
        connection.start_stream()
        connection.chunk(word("one "))
        while not enough.wait(0.01):  # the worker's pace
            connection.chunk(": own\n\n")
        connection.chunk(STOP + DONE)
        connection.end_stream()

    control = Control(chatty)
    with FakeWorker(control) as worker, behind(worker, OFTEN.replace("20ms", "500ms")) as banto:
        try:
            client = Listening(banto, question(stream=True)).until(lambda payload: b": own\n\n" in payload)
            with control.ask(banto) as beside:
                beside.comments(2)
        finally:
            enough.set()
        payload = client.rest()
        assert client.ended and COMMENT not in payload
