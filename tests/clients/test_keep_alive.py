"""Official clients in front of a worker that pauses: what keeps their streams alive means nothing to them."""
import json

import anthropic
import httpx
import httpx2
import openai
import pytest
from conftest import CLIENT_TIMEOUT_S, make_openai
from fakes.fake_worker import FakeWorker, chat_chunk
from harness import DEADLINE_S, Banto, worker_toml

OFTEN = '[timeouts]\ncommit_after = "20ms"\nkeep_alive = "20ms"\n[cache]\nenabled = false\n'
MESSAGES = [{"role": "user", "content": "hi"}]


def event(name, **more):
    return f"event: {name}\ndata: {json.dumps({'type': name, **more})}\n\n"


CHAT = (chat_chunk(role="assistant", content=""), chat_chunk(content="one "), chat_chunk(content="two"), chat_chunk(finish="stop") + "data: [DONE]\n\n")
RESPONSE = {"id": "resp_1", "object": "response", "created_at": 1, "status": "in_progress", "model": "m", "output": [], "parallel_tool_calls": True, "tool_choice": "auto", "tools": []}
RESPONSES = (event("response.created", sequence_number=0, response=RESPONSE),
             event("response.output_text.delta", sequence_number=1, item_id="i", output_index=0, content_index=0, delta="one ", logprobs=[]),
             event("response.output_text.delta", sequence_number=2, item_id="i", output_index=0, content_index=0, delta="two", logprobs=[]),
             event("response.completed", sequence_number=3, response={**RESPONSE, "status": "completed"}))
MESSAGE = (event("message_start", message={"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [], "stop_reason": None, "usage": {"input_tokens": 1, "output_tokens": 1}})
           + event("content_block_start", index=0, content_block={"type": "text", "text": ""}),
           event("content_block_delta", index=0, delta={"type": "text_delta", "text": "one "}), event("content_block_delta", index=0, delta={"type": "text_delta", "text": "two"}),
           event("content_block_stop", index=0) + event("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage={"output_tokens": 2}) + event("message_stop"))


@pytest.fixture(scope="module")
def paused():
    """The program in front of a worker that is silent before each part of its answer."""
    parts = {"/v1/chat/completions": CHAT, "/v1/responses": RESPONSES, "/v1/messages": MESSAGE}

    def answer(connection, seen):
        silent = silence_of(connection)
        for i, part in enumerate(parts[seen.path]):
            silent()
            if i == 0:
                connection.start_stream()
            connection.chunk(part)
        connection.end_stream()

    with FakeWorker(answer) as worker, Banto(worker_toml(worker.url, kind="vllm") + OFTEN) as banto:
        yield banto


def silence_of(connection):
    """A worker's pause: some times as long as a client is left without a frame. (Nothing reaches the worker while it waits.)"""
    def silence():
        connection.sock.settimeout(0.1)
        with pytest.raises(TimeoutError):
            connection.sock.recv(1)
        connection.sock.settimeout(None)

    return silence


class Counting:
    """Notes the bytes that a client of `httpx` (or httpx2) was sent, to know that it was kept alive."""

    def __init__(self, httpx):
        self.frames = b""

        class Transport(httpx.HTTPTransport):
            def handle_request(transport, request):
                reply = httpx.HTTPTransport.handle_request(transport, request)
                stream = reply.stream

                class Noting(httpx.SyncByteStream):
                    def __iter__(noting):
                        for part in stream:
                            self.frames += part
                            yield part

                    def close(noting):
                        stream.close()

                reply.stream = Noting()
                return reply

        self.client = httpx.Client(transport=Transport(), timeout=CLIENT_TIMEOUT_S)


@pytest.fixture
def counting():
    return Counting(httpx)


def test_openais_chat_does_not_notice(paused, counting):
    client = make_openai(paused, http_client=counting.client)
    chunks = list(client.chat.completions.create(model="m", messages=MESSAGES, stream=True))
    assert "".join(c.choices[0].delta.content or "" for c in chunks) == "one two" and len(chunks) == 4
    with client.chat.completions.stream(model="m", messages=MESSAGES) as events:
        assert events.get_final_completion().choices[0].message.content == "one two"
    assert counting.frames.startswith(b":\n\n") and counting.frames.count(b":\n\n") >= 8


def test_openais_responses_do_not_notice(paused, counting):
    client = make_openai(paused, http_client=counting.client)
    events = list(client.responses.create(model="m", input="hi", stream=True))
    assert "".join(e.delta for e in events if e.type == "response.output_text.delta") == "one two"
    assert events[-1].type == "response.completed" and counting.frames.count(b":\n\n") >= 4


def test_anthropics_messages_do_not_notice(paused):
    counting = Counting(httpx2)
    client = anthropic.Anthropic(base_url=f"http://127.0.0.1:{paused.port}", api_key="sk-test", max_retries=0, timeout=CLIENT_TIMEOUT_S, http_client=counting.client)
    with client.messages.stream(model="m", max_tokens=9, messages=MESSAGES) as stream:
        assert "".join(stream.text_stream) == "one two"
        message = stream.get_final_message()
        assert message.stop_reason == "end_turn" and stream.response.headers["request-id"]
    assert counting.frames.startswith(b"event: ping\n") and counting.frames.count(b"event: ping\n") >= 4 and b":\n\n" not in counting.frames


def test_sdks_find_the_id_of_an_error_and_do_not_ask_again_in_vain():
    asked = []

    def fails(connection, seen):
        asked.append(seen)
        connection.reply(501, {"type": "error", "error": {"type": "api_error", "message": "not supported here"}})

    with FakeWorker(fails) as worker, Banto(worker_toml(worker.url, kind="vllm")) as banto:
        client = anthropic.Anthropic(base_url=f"http://127.0.0.1:{banto.port}", api_key="sk-test", max_retries=3, timeout=DEADLINE_S)
        with pytest.raises(anthropic.InternalServerError) as raised:
            client.messages.create(model="m", max_tokens=9, messages=MESSAGES)
        assert raised.value.request_id == raised.value.response.headers["x-request-id"] and len(asked) == 1
        with pytest.raises(openai.InternalServerError):
            make_openai(banto).with_options(max_retries=3).chat.completions.create(model="m", messages=MESSAGES)
        assert len(asked) == 2
