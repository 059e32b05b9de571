"""One entry of Anthropic's API answers as events and as a whole message."""
import json

import pytest
from cache_asking import ask, is_hit, nonce
from fakes.packed_messages import BLOCKS, PackedMessages, message
from one_worker import behind


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
    with PackedMessages(blocks) as worker, behind(worker) as banto:
        banto.until_worker("gpu1")
        body = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": nonce()}]}
        how = {"path": "/v1/messages", "headers": {"anthropic-version": "2023-06-01"}}
        ask(banto, {**body, "stream": first}, **how)
        for _ in range(2):
            whole, streamed = ask(banto, body, **how), ask(banto, {**body, "stream": True}, **how)
            assert is_hit(whole) and is_hit(streamed) and len(worker.requests) == 1
            assert nameless(whole.json()) == nameless(message(blocks)) == nameless(built(streamed.body))
            assert whole.json()["id"] != message([])["id"] and built(streamed.body)["id"] != message([])["id"]
