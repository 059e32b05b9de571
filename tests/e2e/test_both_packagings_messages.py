"""One entry of Anthropic's API answers as events and as a whole message."""
import json

import pytest
from cache_asking import ask, is_hit, nonce
from fakes.fake_worker import FakeWorker
from fakes.packed_engine import pieces
from one_worker import behind

BLOCKS = {
    "text": [{"type": "text", "text": "hi there"}],
    "thinking": [{"type": "thinking", "thinking": "six times seven", "signature": "c2ln"}, {"type": "text", "text": "42"}],
    "calls": [{"type": "text", "text": "let me see"}, {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Prague", "days": [1, 2.5]}}],
    "unknown": [{"type": "redacted_thinking", "data": "xyz"}, {"type": "text", "text": "x", "mood": {"rank": 1}}],
}
LATER = {"text": ("text_delta", "text"), "thinking": ("thinking_delta", "thinking"), "signature": ("signature_delta", "signature")}
USAGE = {"input_tokens": 5, "cache_read_input_tokens": 2, "output_tokens": 3}


def message(blocks):
    return {"id": "msg_0123456789abcdef", "type": "message", "role": "assistant", "model": "m", "content": blocks, "stop_reason": "end_turn", "stop_sequence": None, "usage": USAGE}


def events(blocks):
    yield "message_start", {"message": {**message([]), "stop_reason": None, "usage": {**USAGE, "output_tokens": 1}}}
    for i, block in enumerate(blocks):
        yield "content_block_start", {"index": i, "content_block": {k: "" if k in LATER else {} if k == "input" else v for k, v in block.items()}}
        for key, (kind, name) in LATER.items():
            for piece in pieces(block.get(key, "")) if key != "signature" else [block[key]] if key in block else []:
                yield "content_block_delta", {"index": i, "delta": {"type": kind, name: piece}}
        for piece in pieces(json.dumps(block["input"])) if "input" in block else []:
            yield "content_block_delta", {"index": i, "delta": {"type": "input_json_delta", "partial_json": piece}}
        yield "content_block_stop", {"index": i}
    yield "message_delta", {"delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 3}}
    yield "message_stop", {}


def answers(blocks):
    def answer(connection, seen):
        if not seen.json().get("stream"):
            return connection.reply(200, message(blocks))
        connection.start_stream()
        for name, body in events(blocks):
            connection.chunk(f"event: {name}\ndata: {json.dumps({'type': name, **body})}\n\n")
        connection.end_stream()

    return answer


def built(body):
    """What a client builds of the events."""
    whole, inputs = None, {}
    for block in body.decode().split("\n\n")[:-1]:
        event = json.loads(block.split("data: ", 1)[1])
        if event["type"] == "message_start":
            whole = event["message"]
        elif event["type"] == "content_block_start":
            whole["content"].append(event["content_block"])
        elif event["type"] == "content_block_delta":
            delta = dict(event["delta"])
            kind, into = delta.pop("type"), whole["content"][event["index"]]
            if kind == "input_json_delta":
                inputs[event["index"]] = inputs.get(event["index"], "") + delta["partial_json"]
            else:
                into.update({k: into.get(k, "") + v for k, v in delta.items()})
        elif event["type"] == "message_delta":
            whole.update(event["delta"])
            whole["usage"].update(event["usage"])
    for index, text in inputs.items():
        whole["content"][index]["input"] = json.loads(text)
    return whole


def nameless(whole):
    return {k: v for k, v in whole.items() if k != "id"}


@pytest.mark.parametrize("blocks", BLOCKS.values(), ids=BLOCKS)
@pytest.mark.parametrize("first", [True, False], ids=["stream-first", "whole-first"])
def test_events_and_a_whole_answer_for_each_other(blocks, first):
    with FakeWorker(answers(blocks)) as worker, behind(worker) as banto:
        banto.until_worker("gpu1")
        body = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": nonce()}]}
        how = {"path": "/v1/messages", "headers": {"anthropic-version": "2023-06-01"}}
        ask(banto, {**body, "stream": first}, **how)
        for _ in range(2):
            whole, streamed = ask(banto, body, **how), ask(banto, {**body, "stream": True}, **how)
            assert is_hit(whole) and is_hit(streamed) and len(worker.requests) == 1
            assert nameless(whole.json()) == nameless(message(blocks)) == nameless(built(streamed.body))
            assert whole.json()["id"] != message([])["id"] and built(streamed.body)["id"] != message([])["id"]
