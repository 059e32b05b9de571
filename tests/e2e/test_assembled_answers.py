"""What becomes of a stream that a client wants as a whole (`ask`) when it ends other than it should: in its transport, in its form, or at its first worker."""
import json

import pytest
from cache_asking import ask, chat, is_hit
from fakes.fake_worker import FakeWorker, answer_chat, chat_chunk, chat_whole
from harness import Banto, worker_toml
from test_ask_stream import ROLE, STOP, USAGE, behind, says


def call_events(begun, pieces):
    """The events of a message that calls a tool, whose block begins like that."""
    def event(name, **more):
        return f"event: {name}\ndata: {json.dumps({'type': name, **more})}\n\n"

    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [], "stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": 5, "output_tokens": 0}}
    return [event("message_start", message=message), event("content_block_start", index=0, content_block={"type": "tool_use", "id": "t1", "name": "weather", **begun}),
            *(event("content_block_delta", index=0, delta={"type": "input_json_delta", "partial_json": piece}) for piece in pieces),
            event("content_block_stop", index=0), event("message_delta", delta={"stop_reason": "tool_use", "stop_sequence": None}, usage={"output_tokens": 2}), event("message_stop")]


@pytest.mark.parametrize("begun", [{}, {"input": {}}], ids=["as llama.cpp begins it", "as Anthropic begins it"])
@pytest.mark.parametrize("pieces, given", [(['{"city":', '"Oslo"}'], {"city": "Oslo"}), ([], {}), (["{}"], {})])
def test_a_called_tool_has_its_input_however_its_block_began(begun, pieces, given):
    with FakeWorker(says(*call_events(begun, pieces))) as worker, behind(worker) as banto:
        body = {**chat(), "max_tokens": 50, "tools": [{"name": "weather", "input_schema": {"type": "object"}}]}
        told = ask(banto, body, path="/v1/messages")
        assert told.status == 200 and told.json()["content"] == [{"type": "tool_use", "id": "t1", "name": "weather", "input": given}], told.body
        said_its_input = bool(pieces) or "input" in begun
        assert is_hit(ask(banto, body, path="/v1/messages")) == said_its_input


def test_what_was_said_in_full_is_given_although_its_connection_broke():
    cut = says(ROLE, chat_chunk(content="two words"), STOP, USAGE, "data: [DONE]\n\n", end=False)
    with FakeWorker(cut) as first, FakeWorker(answer_chat, owned_by="vllm") as second:
        with Banto(worker_toml(first.url, name="a", kind="llamacpp") + worker_toml(second.url, name="b", kind="vllm", backup=True)) as banto:
            body = chat()
            told = ask(banto, body)
            assert told.status == 200 and told.json()["choices"][0]["message"]["content"] == "two words", told.body
            assert int(told.header("content-length")) == len(told.body)
            assert len(first.requests) == 1 and not second.requests, "nothing is computed again"
            assert not is_hit(ask(banto, body)), "good enough to read, not to keep"


def test_a_second_worker_has_nothing_of_the_firsts_stream():
    """Neither its times, nor its end."""
    first_says = says(ROLE, chat_chunk(content="of the first"), end=False)
    with FakeWorker(first_says) as first, FakeWorker(says(ROLE, chat_chunk(content="of the second"), STOP, "data: [DONE]\n\n")) as second:
        with Banto(worker_toml(first.url, name="a", kind="llamacpp") + worker_toml(second.url, name="b", kind="llamacpp", backup=True)) as banto:
            told = ask(banto, chat())
            assert told.json()["choices"][0]["message"]["content"] == "of the second"
            assert len(first.requests) == len(second.requests) == 1
            assert banto.metric("banto_inter_chunk_latency_seconds_count") == 0, "each said one token"


def test_what_cannot_be_put_together_is_asked_once_more_as_it_came():
    """A byte that is no UTF-8: the whole would have been passed on. Nobody is blamed, and no other worker asked."""
    def broken(connection, seen):
        if not seen.json().get("stream"):
            return connection.reply(200, chat_whole("whole"))
        connection.start_stream()
        for frame in (ROLE.encode(), chat_chunk(content="a?").encode().replace(b"?", b"\xff"), STOP.encode(), b"data: [DONE]\n\n"):
            connection.chunk(frame)
        connection.end_stream()

    with FakeWorker(broken) as first, FakeWorker(broken) as second:
        with Banto(worker_toml(first.url, name="a", kind="llamacpp") + worker_toml(second.url, name="b", kind="llamacpp", backup=True) + "[balance]\nretries = 0\n") as banto:
            told = ask(banto, chat())
            assert told.status == 200 and told.json()["choices"][0]["message"]["content"] == "whole", told.body
            assert [r.json().get("stream") for r in first.requests] == [True, None] and not second.requests
            results = [a["result"] for a in banto.access_line(path="/v1/chat/completions")["attempts"]]
            assert results == ["not_assembled", "ok"]


@pytest.mark.parametrize("frames, stored", [((ROLE, STOP), "empty_answer"), ((ROLE, chat_chunk(content="cut"), chat_chunk(finish="length")), "length_limit"),
                                            ((ROLE, chat_chunk(content="bad"), chat_chunk(finish="content_filter")), "finish_reason_error")])
def test_the_log_says_why_a_whole_that_was_put_together_is_not_kept(frames, stored):
    with FakeWorker(says(*frames, USAGE, "data: [DONE]\n\n")) as worker, behind(worker) as banto:
        body = chat()
        assert ask(banto, body).status == 200 and not is_hit(ask(banto, body))
        assert banto.access_line(path="/v1/chat/completions")["store"] == stored


@pytest.mark.parametrize("answer, stored", [({"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"}, "empty_answer"),
                                            ({"message": {"role": "assistant", "content": "x"}, "done": True, "done_reason": "length"}, "length_limit")])
def test_the_log_says_why_a_translated_whole_is_not_kept(answer, stored):
    with FakeWorker(lambda connection, seen: connection.reply(200, {"model": "m", "created_at": "2026-01-01T00:00:00Z", **answer})) as worker:
        with behind(worker, kind="ollama", models=["m"], translate="always", more='[health]\npath = "/health"\n') as banto:
            body = chat()
            assert ask(banto, body).status == 200 and not is_hit(ask(banto, body))
            assert banto.access_line(path="/v1/chat/completions")["store"] == stored
