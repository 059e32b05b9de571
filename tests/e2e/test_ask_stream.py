"""A whole answer that the worker is asked for as a stream, so that it notices when the client leaves (`ask`): the client gets its whole."""
import json

import pytest
from cache_asking import ask, chat, is_hit, nonce
from fakes.fake_worker import FakeWorker, answer_chat, chat_chunk, chat_whole
from fakes.packed_responses import OUTPUTS, events, response, send
from harness import Banto, until, worker_toml
from streaming import Listening

ROLE, STOP = chat_chunk(role="assistant", content=""), chat_chunk(finish="stop")
USAGE = 'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7},"timings":{"cache_n":1}}\n\n'
NO_CACHE = "[cache]\nenabled = false\n"


def says(*frames, end=True):
    def answer(connection, seen):
        body = seen.json()
        if not body.get("stream"):
            return connection.reply(200, chat_whole("whole"))
        connection.start_stream()
        for frame in frames:
            connection.chunk(frame)
        connection.end_stream() if end else connection.sock.close()

    return answer


GOOD = says(ROLE, chat_chunk(content="two "), chat_chunk(content="words"), STOP, USAGE, "data: [DONE]\n\n")


def behind(worker, kind="llamacpp", more="", **settings):
    return Banto(worker_toml(worker.url, name="gpu", kind=kind, **settings) + "[balance]\nretries = 0\n" + more)


@pytest.mark.parametrize("more", ["", NO_CACHE])
def test_a_llama_cpp_is_asked_for_a_stream_and_the_client_gets_its_whole(more):
    with FakeWorker(GOOD) as worker, behind(worker, more=more) as banto:
        body = chat()
        answer = ask(banto, body)
        assert answer.status == 200 and answer.header("content-type").startswith("application/json")
        assert int(answer.header("content-length")) == len(answer.body) and answer.header("transfer-encoding") is None
        told = answer.json()
        assert told["object"] == "chat.completion" and told["choices"][0]["finish_reason"] == "stop"
        assert told["choices"][0]["message"] == {"role": "assistant", "content": "two words"}
        assert told["usage"]["total_tokens"] == 7 and told["timings"] == {"cache_n": 1}
        seen = worker.requests[0].json()
        assert seen.pop("stream") is True and seen.pop("stream_options") == {"include_usage": True} and seen == body
        line = banto.access_line(path="/v1/chat/completions")
        assert line["output_tokens"] == 2 and not line["stream"]
        if not more:
            assert is_hit(ask(banto, body)) and is_hit(ask(banto, {**body, "stream": True}))


@pytest.mark.parametrize("kind, ask_as, asks", [("llamacpp", "auto", True), ("llamacpp", "whole", False), ("vllm", "auto", False), ("vllm", "stream", True)])
def test_the_setting_decides_and_auto_follows_the_kind(kind, ask_as, asks):
    with FakeWorker(GOOD) as worker, behind(worker, kind=kind, ask=ask_as) as banto:
        assert ask(banto, chat()).json()["choices"][0]["message"]["content"] == ("two words" if asks else "whole")


@pytest.mark.parametrize("fields", [{"best_of": 2}, {"prompt_logprobs": 1}, {"stream_options": {"include_usage": True}}, {"logprobs": True, "tools": []}, {"modalities": ["audio"]}, {"stream": 0}])
def test_what_may_not_stream_is_asked_as_it_came(fields):
    with FakeWorker(GOOD) as worker, behind(worker) as banto:
        body = chat(**fields)
        assert ask(banto, body).json()["choices"][0]["message"]["content"] == "whole"
        assert worker.requests[0].json() == body


@pytest.mark.parametrize("stream", ["absent", False, None])
def test_however_it_says_that_it_wants_a_whole(stream):
    with FakeWorker(GOOD) as worker, behind(worker) as banto:
        body = chat() if stream == "absent" else chat(stream=stream)
        assert ask(banto, body).json()["choices"][0]["message"]["content"] == "two words"


def test_a_client_that_leaves_stops_the_worker():
    left = []

    def answer(connection, seen):
        connection.start_stream()
        connection.chunk(ROLE + chat_chunk(content="one "))
        left.append(connection.left())

    with FakeWorker(answer) as worker, behind(worker) as banto:
        with Listening(banto, chat()):
            until(lambda: worker.requests, "it is asked")
        until(lambda: left == [True], "the worker sees that it left")
        assert banto.access_line(left="waiting")["attempts"][0]["result"] == "client_left"


def test_tool_calls_and_reasoning_are_put_together():
    call = [{"index": 0, "id": "call_1", "type": "function", "function": {"name": "look", "arguments": ""}}]
    def chunk(**delta):
        finish = delta.pop("finish", None)
        return "data: " + json.dumps({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}) + "\n\n"

    frames = [chunk(role="assistant"), chunk(reasoning_content="hm "), chunk(tool_calls=call), chunk(tool_calls=[{"index": 0, "function": {"arguments": '{"a"'}}]),
              chunk(tool_calls=[{"index": 0, "function": {"arguments": ":1}"}}]), chunk(finish="tool_calls"), "data: [DONE]\n\n"]
    with FakeWorker(says(*frames)) as worker, behind(worker) as banto:
        told = ask(banto, chat())
        assert told.status == 200, told.body
        message = told.json()["choices"][0]["message"]
        assert message["reasoning_content"] == "hm "
        assert message["tool_calls"] == [{"id": "call_1", "type": "function", "function": {"name": "look", "arguments": '{"a":1}'}}]


@pytest.mark.parametrize("answer, status", [
    (says(ROLE, chat_chunk(content="half"), end=False), 502),
    (says(ROLE, chat_chunk(content="half"), "data: [DONE]\n\n"), 502),
    (says(ROLE, 'data: {"error":{"message":"no more memory","type":"server_error","code":500}}\n\n'), 500),
    (lambda connection, seen: connection.reply(400, {"error": {"message": "too long a prompt", "type": "invalid_request_error", "code": 400}}), 400)])
def test_a_stream_that_breaks_is_an_honest_error_and_not_kept(answer, status):
    with FakeWorker(answer) as worker, behind(worker) as banto:
        body = chat()
        broken = ask(banto, body)
        assert broken.status == status and "error" in broken.json(), broken.body
        worker.answer = GOOD
        assert not is_hit(ask(banto, body))


def test_a_worker_that_answers_whole_after_all_is_passed_on():
    with FakeWorker(lambda connection, seen: connection.reply(200, chat_whole("as I like"))) as worker, behind(worker) as banto:
        body = chat()
        assert ask(banto, body).json()["choices"][0]["message"]["content"] == "as I like"
        assert is_hit(ask(banto, body))


def test_another_worker_is_asked_as_its_own_kind_wants():
    with FakeWorker(lambda connection, seen: connection.reset()) as first, FakeWorker(answer_chat, owned_by="vllm") as second:
        config = worker_toml(first.url, name="a", kind="llamacpp") + worker_toml(second.url, name="b", kind="vllm", backup=True) + "[balance]\nretries = 2\n"
        with Banto(config) as banto:
            body = chat()
            answer = ask(banto, body)
            assert answer.header("x-banto-worker") == "b" and answer.json()["choices"][0]["message"]["content"].startswith("echo")
            assert first.requests[0].json()["stream"] is True and second.requests[0].json() == body


def test_messages_are_asked_as_a_stream_too():
    events = [("message_start", {"type": "message_start", "message": {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [], "stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": 5, "output_tokens": 0}}}),
              ("content_block_start", {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
              ("content_block_delta", {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "two words"}}),
              ("content_block_stop", {"type": "content_block_stop", "index": 0}),
              ("message_delta", {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 2}}),
              ("message_stop", {"type": "message_stop"})]

    def answer(connection, seen):
        assert seen.json()["stream"] is True and "stream_options" not in seen.json()
        connection.start_stream()
        for name, data in events:
            connection.chunk(f"event: {name}\ndata: {json.dumps(data)}\n\n")
        connection.end_stream()

    with FakeWorker(answer) as worker, behind(worker) as banto:
        body = {**chat(), "max_tokens": 50}
        told = ask(banto, body, path="/v1/messages")
        assert told.status == 200 and told.json()["content"] == [{"type": "text", "text": "two words"}] and told.json()["usage"] == {"input_tokens": 5, "output_tokens": 2}, told.body
        assert is_hit(ask(banto, body, path="/v1/messages"))


# --- the Responses API, whose last event has the whole ---

RESPONSES = {"path": "/v1/responses"}


def respond(**fields):
    return {"model": "m", "input": nonce(), **fields}


@pytest.mark.parametrize("output", OUTPUTS.values(), ids=OUTPUTS)
def test_a_response_is_asked_as_a_stream_too(output):
    with FakeWorker(lambda connection, seen: send(connection, events(output))) as worker, behind(worker) as banto:
        body = respond()
        told = ask(banto, body, **RESPONSES)
        assert told.status == 200 and told.json() == response(output), told.body
        assert told.header("content-type").startswith("application/json") and int(told.header("content-length")) == len(told.body)
        assert worker.requests[0].json() == {**body, "stream": True}
        assert is_hit(ask(banto, body, **RESPONSES)) and is_hit(ask(banto, {**body, "stream": True}, **RESPONSES))
        assert banto.access_line(path="/v1/responses")["output_tokens"] == 3


@pytest.mark.parametrize("name", ["response.completed", "response.incomplete"])
def test_what_a_limit_cut_is_given_and_not_kept(name):
    """vLLM completes it; OpenAI has another event."""
    cut = response(OUTPUTS["text"], status="incomplete", incomplete_details={"reason": "max_output_tokens"})
    told = [*list(events(OUTPUTS["text"]))[:-1], {"type": name, "response": cut}]
    with FakeWorker(lambda connection, seen: send(connection, told)) as worker, behind(worker) as banto:
        body = respond()
        assert ask(banto, body, **RESPONSES).json() == cut
        assert not is_hit(ask(banto, body, **RESPONSES)) and len(worker.requests) == 2


OTHER = [{**e, "response": response([])} if e["type"] == "response.completed" else e for e in events(OUTPUTS["text"])]
FAILED = [*list(events(OUTPUTS["text"]))[:-1], {"type": "response.failed", "response": response([], status="failed", error={"code": "server_error", "message": "no memory"})}]


@pytest.mark.parametrize("told, end, status", [(FAILED, True, 500), (list(events(OUTPUTS["text"]))[:-1], True, 502), (list(events(OUTPUTS["text"]))[:-1], False, 502)], ids=["failed", "unended", "cut"])
def test_a_response_that_breaks_is_an_honest_error_and_not_kept(told, end, status):
    with FakeWorker(lambda connection, seen: send(connection, told, end)) as worker, behind(worker) as banto:
        body = respond()
        broken = ask(banto, body, **RESPONSES)
        assert broken.status == status and "error" in broken.json(), broken.body
        worker.answer = lambda connection, seen: send(connection, events(OUTPUTS["text"]))
        assert not is_hit(ask(banto, body, **RESPONSES))


def test_a_response_whose_end_contradicts_its_events_is_asked_once_more_as_it_came():
    def answer(connection, seen):
        send(connection, OTHER) if seen.json().get("stream") else connection.reply(200, response(OUTPUTS["text"]))

    with FakeWorker(answer) as worker, behind(worker) as banto:
        assert ask(banto, respond(), **RESPONSES).json() == response(OUTPUTS["text"])
        assert [r.json().get("stream") for r in worker.requests] == [True, None]


def test_what_is_computed_in_the_background_is_asked_as_it_came():
    queued = response([], status="queued", usage=None, background=True)
    with FakeWorker(lambda connection, seen: connection.reply(200, queued)) as worker, behind(worker) as banto:
        body = respond(background=True)
        assert ask(banto, body, **RESPONSES).json() == queued and worker.requests[0].json() == body
