"""One entry answers as a stream and as a whole: what it says is the same, whoever asked first."""
import contextlib
import json

import pytest
from cache_asking import ask, is_hit
from fakes.fake_worker import CHAT_ID, FakeWorker
from fakes.packed_engine import MESSAGES, USAGE, PackedEngine
from fakes.recordings import KINDS, RECORDINGS, ReplayWorker
from harness import Banto, until, worker_toml
from one_worker import behind, question
from redis_asking import behind as behind_redis
from redis_asking import redis, until_stored  # noqa: F401 (a fixture)
from told import joined, same, usages
from wire import Reader, chunks, request_bytes


@contextlib.contextmanager
def asked(messages, config="", **more):
    with PackedEngine(messages, **more) as engine, behind(engine, config) as banto:
        banto.until_worker("gpu1")
        yield engine, banto


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_a_stream_answers_for_a_whole(message):
    with asked([message]) as (engine, banto):
        body = question()
        direct = ask(banto, question()).json()
        streamed = ask(banto, {**body, "stream": True})
        assert streamed.header("x-cache") == "MISS"
        for _ in range(2):  # converted, then as it is kept
            whole = ask(banto, body)
            assert is_hit(whole) and whole.header("content-type").startswith("application/json")
            assert int(whole.header("content-length")) == len(whole.body)
            assert same(whole.json()) == same(direct) and whole.json()["id"] != CHAT_ID
        assert len(engine.requests) == 2


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_a_whole_answers_for_a_stream(message):
    with asked([message]) as (engine, banto):
        body = question(stream=True)
        direct = chunks(ask(banto, question(stream=True)).body)
        whole = ask(banto, {**body, "stream": False})
        assert whole.header("x-cache") == "MISS"
        for _ in range(2):
            streamed = ask(banto, body)
            assert is_hit(streamed) and streamed.header("content-type").startswith("text/event-stream")
            assert streamed.body.endswith(b"data: [DONE]\n\n")
            told = chunks(streamed.body)
            assert joined(told) == joined(direct) and len({c["id"] for c in told}) == 1 and told[0]["id"] != CHAT_ID
            assert len({c["created"] for c in told}) == 1 and all(c["choices"] for c in told)
        assert len(engine.requests) == 2


@pytest.mark.parametrize("first", [False, True], ids=["whole-first", "stream-first"])
def test_several_choices_and_their_logprobs_are_told_both_ways(first):
    logprobs = [{"token": "He", "logprob": -0.10, "bytes": [72, 101], "top_logprobs": []}, {"token": "llo", "logprob": -1e-05, "bytes": None, "top_logprobs": []}]
    with asked([MESSAGES["text"], MESSAGES["reasoning"]], logprobs=logprobs) as (engine, banto):
        apart = question(n=2, logprobs=True)
        body = question(n=2, logprobs=True)
        ask(banto, {**body, "stream": first})
        other = ask(banto, {**body, "stream": not first})
        assert is_hit(other)
        direct = ask(banto, {**apart, "stream": not first})
        if first:
            assert same(other.json()) == same(direct.json())
        else:
            assert joined(chunks(other.body)) == joined(chunks(direct.body))


# --- usage ---


def test_a_recorded_stream_is_asked_for_usage_which_only_those_get_who_asked():
    with asked([MESSAGES["text"]]) as (engine, banto):
        body = question(stream=True)
        with_usage = {**body, "stream_options": {"include_usage": True}}
        first = ask(banto, body)
        assert usages(first) == [] and all(c["choices"] for c in chunks(first.body)) and first.body.endswith(b"data: [DONE]\n\n")
        assert engine.requests[-1].json() == with_usage
        for wanted, asking in [(1, with_usage), (0, body), (1, with_usage), (0, {**body, "stream_options": None}), (0, {**body, "stream_options": {"include_usage": False}})]:
            answer = ask(banto, asking)
            assert is_hit(answer) and usages(answer) == [USAGE] * wanted, answer.body
            assert all(c["choices"] for c in chunks(answer.body)[:-1]) and answer.body.endswith(b"data: [DONE]\n\n")
        assert ask(banto, {**body, "stream": False}).json()["usage"] == USAGE and len(engine.requests) == 1


@pytest.mark.parametrize("options", [None, {}, {"include_usage": False}], ids=repr)
def test_the_wish_takes_the_place_of_one_that_asks_for_nothing(options):
    with asked([MESSAGES["text"]]) as (engine, banto):
        body = question(stream=True, stream_options=options)
        assert usages(ask(banto, body)) == []
        assert engine.requests[-1].json() == {**body, "stream_options": {"include_usage": True}}


def test_wishes_that_change_the_frames_are_kept_apart():
    with asked([MESSAGES["text"]]) as (engine, banto):
        body = question(stream=True)
        ask(banto, body)
        for options in ({"include_usage": True, "continuous_usage_stats": True}, {"include_obfuscation": False}):
            odd = {**body, "stream_options": options}
            assert not is_hit(ask(banto, odd)) and is_hit(ask(banto, odd))
            assert engine.requests[-1].json() == odd


def test_what_is_not_stored_is_asked_as_the_client_wrote_it():
    with asked([MESSAGES["text"]]) as (engine, banto):
        body = question(stream=True)
        ask(banto, body, headers={"Cache-Control": "no-store"})
        assert engine.requests[-1].body == json.dumps(body).encode()


def test_a_kind_that_may_refuse_the_wish_is_not_asked_and_its_stream_is_no_whole():
    with PackedEngine([MESSAGES["text"]]) as engine, Banto(worker_toml(engine.url, name="gpu1", kind="openai", models=["m"])) as banto:
        body = question(stream=True)
        ask(banto, body)
        assert engine.requests[-1].json() == body
        assert is_hit(ask(banto, body))
        whole = ask(banto, {**body, "stream": False})
        assert whole.header("x-cache") == "MISS" and "detail=packaging" in whole.header("cache-status")
        # The whole knows its usage: from now on it answers for all.
        for asking in (body, {**body, "stream": False}, {**body, "stream_options": {"include_usage": True}}):
            assert is_hit(ask(banto, asking))
        assert len(engine.requests) == 2


def test_what_no_stream_can_say_is_asked_of_the_worker():
    whole = {"id": CHAT_ID, "object": "chat.completion", "created": 1, "model": "m", "prompt_logprobs": [None],
             "choices": [{"index": 0, "message": {"role": "assistant", "content": "x"}, "finish_reason": "stop"}], "usage": USAGE}

    def answer(connection, seen):
        connection.reply(400 if seen.json().get("stream") else 200, whole)

    with FakeWorker(answer) as worker, behind(worker) as banto:
        body = question(prompt_logprobs=1)
        ask(banto, body)
        assert is_hit(ask(banto, body)) and ask(banto, {**body, "stream": True}).status == 400


# --- the rest of a hit ---


def test_the_turn_after_a_call_sends_what_a_whole_would_have():
    """Ids of calls are those that the first caller got: the next turn refers to them."""
    with asked([MESSAGES["calls"]]) as (engine, banto):
        body = question()
        ask(banto, {**body, "stream": True})
        message = ask(banto, body).json()["choices"][0]["message"]
        turn = {**body, "messages": [*body["messages"], message, {"role": "tool", "tool_call_id": message["tool_calls"][0]["id"], "content": "sunny"}]}
        assert ask(banto, turn).status == 200 and engine.requests[-1].json()["messages"][1] == message
        assert [call["id"] for call in message["tool_calls"]] == ["call_1", "call_2"]


@pytest.mark.parametrize("first", [False, True], ids=["whole-first", "stream-first"])
def test_requests_on_one_connection_get_each_their_packaging(first):
    with asked([MESSAGES["text"]]) as (engine, banto):
        body = question()
        ask(banto, {**body, "stream": first})
        sock = banto.raw(b"".join(request_bytes({**body, "stream": s}) for s in (not first, first, not first)))
        reader = Reader(sock)
        for stream in (not first, first, not first):
            status, headers, payload = reader.answer()
            head = dict(headers)
            assert status == 200 and head["x-cache"] == "HIT"
            assert ("content-length" in head) != stream and ("transfer-encoding" in head) == stream
            assert payload.endswith(b"data: [DONE]\n\n") if stream else json.loads(payload)["usage"] == USAGE


@pytest.mark.parametrize("memory", ["0", "1MiB"], ids=["redis-alone", "with-memory"])
@pytest.mark.parametrize("first", [False, True], ids=["whole-first", "stream-first"])
def test_an_entry_from_redis_is_told_both_ways(redis, memory, first):  # noqa: F811
    with PackedEngine([MESSAGES["reasoning"]]) as engine:
        body = question()
        with behind_redis(engine, redis, memory=memory) as banto:
            banto.until_worker("gpu1")
            ask(banto, {**body, "stream": first})
            until_stored(redis)
        with behind_redis(engine, redis, memory=memory) as banto:
            for stream in (not first, first, not first):
                answer = ask(banto, {**body, "stream": stream})
                assert is_hit(answer)
                said = joined(chunks(answer.body))[0]["message"] if stream else answer.json()["choices"][0]["message"]
                assert said == MESSAGES["reasoning"]
        assert len(engine.requests) == 1 and len(redis.entries()) == 1


def test_a_purge_takes_both_forms(redis):  # noqa: F811
    with PackedEngine([MESSAGES["text"]]) as engine, behind_redis(engine, redis, memory="1MiB") as banto:
        banto.until_worker("gpu1")
        body = question()
        ask(banto, {**body, "stream": True})
        assert is_hit(ask(banto, body)) and is_hit(ask(banto, body))
        redis.client().incr("banto:epoch")
        until(lambda: not is_hit(ask(banto, body)), "the purge is obeyed")


def test_a_new_answer_takes_the_place_of_both_forms():
    with asked([MESSAGES["text"]]) as (engine, banto):
        body = question()
        ask(banto, {**body, "stream": True})
        ask(banto, body)
        engine.messages = [{"role": "assistant", "content": "Other"}]
        fresh = ask(banto, {**body, "stream": True}, headers={"Cache-Control": "no-cache"})
        assert fresh.header("x-cache") == "BYPASS"
        assert ask(banto, body).json()["choices"][0]["message"]["content"] == "Other"


def test_both_forms_count_as_memory():
    with asked([{"role": "assistant", "content": "word " * 4000}]) as (engine, banto):
        held = lambda: banto.metric("banto_cache_memory_bytes")  # noqa: E731
        body = question()
        ask(banto, body)
        alone = until(held, "its bytes")
        ask(banto, {**body, "stream": True})
        until(lambda: held() > 1.7 * alone, "the other form's bytes")


# --- recorded engines ---

TOLD = [r for r in RECORDINGS if r.method == "POST" and r.path in ("/v1/chat/completions", "/v1/completions") and r.status == 200 and r.whole and r.request_whole]
EITHER = [r for r in TOLD if not r.streamed or b"include_usage" in r.request_body]
NOT_KEPT = {"llama/chat-max-tokens-zero", "llama/completion-no-max-tokens", "vllm/completion-no-max-tokens", "ollama/chat-n2", "vllm/chat-orca",
            "llama/chat-stream-options-without-stream", "llama/chat-stream-continuous-usage", "vllm/chat-stream-continuous-usage", "ollama/chat-stream-continuous-usage",
            "ollama/chat-stream-options-without-stream"}


@pytest.mark.parametrize("recording", [r for r in EITHER if r.name not in NOT_KEPT], ids=lambda r: r.name)
def test_what_real_engines_said_is_told_both_ways(recording):
    with ReplayWorker(recording.engine) as worker, Banto(worker_toml(worker.url, name="w", kind=KINDS[recording.engine], models=["*"])) as banto:
        banto.until_worker("w")
        body = json.loads(recording.question())
        sent = {"X-Replay": recording.name}
        first = banto.post(recording.path, json.dumps(body), headers=sent)
        body.pop("stream_options", None)
        other = banto.post(recording.path, json.dumps({**body, "stream": not recording.streamed}), headers=sent)
        assert is_hit(other), (first.headers, other.headers)
        whole, frames = (other.json(), chunks(first.body)) if recording.streamed else (first.json(), chunks(other.body))
        key = "delta" if "chat" in recording.path else "text"
        for choice in whole["choices"]:
            parts = [p for c in frames for p in c["choices"] if p["index"] == choice["index"]]
            told = "".join((p[key] if key == "text" else p[key].get("content")) or "" for p in parts)
            assert told == ((choice["text"] if key == "text" else choice["message"]["content"]) or "")
            assert [p["finish_reason"] for p in parts if p["finish_reason"]] == [choice["finish_reason"]]
