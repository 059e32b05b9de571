"""One entry of the Responses API answers as events and as a whole."""
import json

import pytest
from cache_asking import ask, is_hit, nonce, try_ask
from fakes.fake_worker import FakeWorker
from fakes.packed_engine import MESSAGES, PackedEngine
from fakes.packed_responses import OUTPUTS, RESPONSE_ID, PackedResponses, events, message, response, send, text_part
from fakes.recordings import RECORDINGS, ReplayWorker
from harness import Banto, worker_toml
from one_worker import behind

HOW = {"path": "/v1/responses"}
OWN = ("id", "created_at", "completed_at")


def question(stream=False, **fields):
    return {"model": "m", "stream": stream, "input": nonce(), **fields}


def events_of(answer):
    blocks = [block.removeprefix("event: ").split("\ndata: ") for block in answer.body.decode().split("\n\n")[:-1]]
    told = [json.loads(data) for _, data in blocks]
    assert [event["type"] for event in told] == [name for name, _ in blocks]
    return told


def told(answer):
    """The events, which are numbered; consecutive deltas of one text are one."""
    joined = []
    for number, event in enumerate(events_of(answer)):
        assert event.pop("sequence_number") == number
        last = joined[-1] if joined else {}
        if event["type"].endswith(".delta") and last.get("type") == event["type"]:
            last["delta"] += event["delta"]
            last.get("logprobs", []).extend(event.get("logprobs", []))
        else:
            joined.append(event)
    return joined


def nameless(whole):
    return {k: v for k, v in whole.items() if k not in OWN}


def nameless_events(all_events):
    return [{**e, "response": nameless(e["response"])} if "response" in e else e for e in all_events]


def ids(all_events):
    return {e["response"]["id"] for e in all_events if "response" in e}


@pytest.mark.parametrize("output", OUTPUTS.values(), ids=OUTPUTS)
@pytest.mark.parametrize("first", [True, False], ids=["stream-first", "whole-first"])
def test_events_and_a_whole_answer_for_each_other(output, first):
    with PackedResponses(output) as worker, behind(worker) as banto:
        banto.until_worker("gpu1")
        direct = told(ask(banto, question(stream=True), **HOW))
        body = question()
        assert ask(banto, {**body, "stream": first}, **HOW).header("x-cache") == "MISS"
        for _ in range(2):  # converted, then as it is kept
            whole, streamed = ask(banto, body, **HOW), ask(banto, {**body, "stream": True}, **HOW)
            assert is_hit(whole) and is_hit(streamed) and len(worker.requests) == 2
            assert whole.header("content-type").startswith("application/json") and int(whole.header("content-length")) == len(whole.body)
            assert streamed.header("content-type").startswith("text/event-stream")
            assert nameless(whole.json()) == nameless(response(output))
            assert nameless_events(told(streamed)) == nameless_events(direct)
            assert whole.json()["id"] != RESPONSE_ID and len(ids(told(streamed))) == 1 and RESPONSE_ID not in ids(told(streamed))


@pytest.mark.parametrize("first", [True, False], ids=["stream-first", "whole-first"])
def test_an_answer_that_was_translated_is_told_both_ways(first):
    with PackedEngine([MESSAGES["calls"]]) as engine, Banto(worker_toml(engine.url, name="gpu1", kind="vllm", models=["m"], translate="always")) as banto:
        banto.until_worker("gpu1")
        body = question()
        one, other = ask(banto, {**body, "stream": first}, **HOW), ask(banto, {**body, "stream": not first}, **HOW)
        assert one.status == 200 and is_hit(other) and len(engine.requests) == 1, other.headers
        whole, streamed = (other, one) if first else (one, other)
        assert nameless(told(streamed)[-1]["response"]) == nameless(whole.json())
        assert [item["call_id"] for item in whole.json()["output"]] == ["call_1", "call_2"]


def test_the_turn_after_a_call_sends_what_the_other_packaging_told():
    with PackedResponses(OUTPUTS["calls"]) as worker, behind(worker) as banto:
        banto.until_worker("gpu1")
        body = question()
        ask(banto, {**body, "stream": True}, **HOW)
        output = ask(banto, body, **HOW).json()["output"]
        turn = [{"role": "user", "content": body["input"]}, *output, {"type": "function_call_output", "call_id": output[-1]["call_id"], "output": "sunny"}]
        for stream in (False, True):
            answer = ask(banto, {**body, "input": turn, "stream": stream}, **HOW)
            assert answer.status == 200 and is_hit(answer) == stream
        assert worker.requests[-1].json()["input"] == turn and len(worker.requests) == 2


# --- recorded engines ---

RECORDED = [r for r in RECORDINGS if r.path == "/v1/responses" and r.status == 200 and r.engine == "llama"]  # vLLM's were cut by a limit


def joined(all_events):
    return "".join(e["delta"] for e in all_events if e["type"] == "response.output_text.delta")


@pytest.mark.parametrize("recording", RECORDED, ids=lambda r: r.name)
def test_what_a_real_engine_said_is_told_both_ways(recording):
    with ReplayWorker(recording.engine) as worker, Banto(worker_toml(worker.url, name="w", kind="vllm", models=["*"])) as banto:
        banto.until_worker("w")
        body, sent = json.loads(recording.question()), {"X-Replay": recording.name}
        first = ask(banto, body, headers=sent, **HOW)
        other = ask(banto, {**body, "stream": not recording.streamed}, headers=sent, **HOW)
        assert is_hit(other), (first.headers, other.headers)
        whole, streamed = (other.json(), events_of(first)) if recording.streamed else (first.json(), events_of(other))
        assert nameless(streamed[-1]["response"]) == nameless(whole)
        assert joined(streamed) == whole["output"][0]["content"][0]["text"] != ""


# --- what must not be told ---

HELLO = OUTPUTS["text"]


def but(event_type, **changes):
    """The events of HELLO, one of them changed."""
    return [{**e, **changes} if e["type"] == f"response.{event_type}" else e for e in events(HELLO)]


def unlike(text):
    return message(text_part(text))


CONTRADICTIONS = {
    "delta": but("output_text.delta", delta="Bye"),
    "end of the text": but("output_text.done", text="Bye"),
    "end of the item": but("output_item.done", item=unlike("Bye")),
    "end of all": but("completed", response=response([unlike("Hello ther")])),
    "one more item": but("completed", response=response([*HELLO, message(text_part("!"), item_id="msg_2")])),
    "another item": but("completed", response=response(OUTPUTS["custom"])),
    "another response": but("created", response=response([], id="resp_fedcba9876543210", status="in_progress", usage=None)),
}


@pytest.mark.parametrize("wrong", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_a_stream_that_contradicts_itself_is_no_whole(wrong):
    def answer(connection, seen):
        if seen.json().get("stream"):
            return send(connection, wrong)
        connection.reply(200, response([unlike("asked anew")]))

    with FakeWorker(answer) as worker, behind(worker) as banto:
        banto.until_worker("gpu1")
        body = question()
        ask(banto, {**body, "stream": True}, **HOW)
        whole = ask(banto, body, **HOW)
        assert not is_hit(whole) and whole.json()["output"] == [unlike("asked anew")]
        assert is_hit(ask(banto, body, **HOW))
        streamed = ask(banto, {**body, "stream": True}, **HOW)
        assert is_hit(streamed) and told(streamed)[-1]["response"]["output"] == [unlike("asked anew")]


UNENDED = {
    "cut": list(events(HELLO))[:-1],
    "cut in the middle": list(events(HELLO))[:5],
    "failed": [*list(events(HELLO))[:-1], {"type": "response.failed", "response": response([], status="failed", error={"code": "server_error", "message": "no memory"})}],
    "error": [*list(events(HELLO))[:-1], {"type": "error", "code": "x", "message": "no memory", "param": None}],
    "error before the end": [*list(events(HELLO))[:-1], {"type": "error", "code": "x", "message": "no memory", "param": None}, list(events(HELLO))[-1]],
    "incomplete": [*list(events(HELLO))[:-1], {"type": "response.incomplete", "response": response(HELLO, status="incomplete", incomplete_details={"reason": "max_output_tokens"})}],
    "completed but incomplete": but("completed", response=response(HELLO, status="incomplete", incomplete_details={"reason": "content_filter"})),
    "completed but failed": but("completed", response=response(HELLO, status="failed")),
    "completed with an error": but("completed", response=response(HELLO, error={"code": "server_error", "message": "no memory"})),
    "without output": but("completed", response=response(None)),
    "something follows": [*events(HELLO), {"type": "response.output_text.delta", "delta": "more"}],
}


@pytest.mark.parametrize("end", [True, False], ids=["clean", "reset"])
@pytest.mark.parametrize("broken", UNENDED.values(), ids=UNENDED)
def test_what_did_not_end_well_answers_nobody_else(broken, end):
    with FakeWorker() as worker, behind(worker) as banto:
        banto.until_worker("gpu1")
        body = question()
        worker.answer = lambda connection, seen: send(connection, broken, end)
        try_ask(banto, {**body, "stream": True}, **HOW)
        worker.answer = lambda connection, seen: connection.reply(200, response([unlike("asked anew")]))
        whole = ask(banto, body, **HOW)
        assert whole.header("x-cache") == "MISS" and whole.json()["output"] == [unlike("asked anew")]


@pytest.mark.parametrize("status", ["incomplete", "failed", "in_progress", "queued", "cancelled"])
def test_a_whole_that_is_not_completed_is_told_to_nobody_else(status):
    with FakeWorker(lambda connection, seen: connection.reply(200, response(HELLO, status=status))) as worker, behind(worker) as banto:
        banto.until_worker("gpu1")
        body = question()
        ask(banto, body, **HOW)
        worker.answer = lambda connection, seen: send(connection, events(HELLO))
        assert not is_hit(ask(banto, {**body, "stream": True}, **HOW))


def test_a_whole_that_no_stream_can_tell_is_asked_of_the_worker():
    """Clients of a stream know an item by its id: two that share one they refuse."""
    twins = [unlike("a"), unlike("b")]

    def answer(connection, seen):
        connection.reply(400 if seen.json().get("stream") else 200, response(twins))

    with FakeWorker(answer) as worker, behind(worker) as banto:
        banto.until_worker("gpu1")
        body = question()
        ask(banto, body, **HOW)
        assert is_hit(ask(banto, body, **HOW)) and ask(banto, {**body, "stream": True}, **HOW).status == 400
