"""What the official Python client of Anthropic builds of a hit in the other packaging is what it builds of the engine's own answer, and the turn after a call is the same question."""
import json

import anthropic
import pytest
from conftest import CLIENT_TIMEOUT_S
from crossed import Crossed, nameless
from fakes.packed_messages import BLOCKS, CITED, PackedMessages
from harness import Banto, worker_toml

SAID = {**BLOCKS, **CITED}
WEATHER = {"name": "weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}
QUESTION = {"role": "user", "content": "hello"}


@pytest.fixture(params=SAID, ids=SAID)
def crossed(request):
    with PackedMessages(SAID[request.param]) as engine, Banto(worker_toml(engine.url, name="gpu1", kind="vllm")) as banto:
        banto.until_worker("gpu1")
        yield Crossed(banto, engine)


def messages(url):
    return anthropic.Anthropic(base_url=url, api_key="k", timeout=CLIENT_TIMEOUT_S, max_retries=0).messages


def whole(url, turns):
    return messages(url).create(model="m", max_tokens=99, tools=[WEATHER], messages=turns)


def streamed(url, turns):
    with messages(url).stream(model="m", max_tokens=99, tools=[WEATHER], messages=turns) as stream:
        return stream.get_final_message()


def gathered(url, turns):
    """As an application adds up the events by itself."""
    snapshot = None
    for event in messages(url).create(model="m", max_tokens=99, tools=[WEATHER], messages=turns, stream=True):
        if event.type == "message_start":
            snapshot = event.message.model_copy(deep=True)
        elif event.type == "content_block_start":
            snapshot.content.append(event.content_block.model_dump())
        elif event.type == "content_block_delta":
            add(snapshot.content[event.index], event.delta.model_dump())
        elif event.type == "message_delta":
            snapshot.stop_reason, snapshot.usage.output_tokens = event.delta.stop_reason, event.usage.output_tokens
    return snapshot


def add(block, delta):
    kind = delta.pop("type")
    if kind == "citations_delta":
        block["citations"] = [*(block["citations"] or []), delta["citation"]]
    elif kind == "input_json_delta":
        block["partial_json"] = block.get("partial_json", "") + delta["partial_json"]
    else:
        block.update({key: block.get(key, "") + value for key, value in delta.items()})


def turns_of(ask):
    """Answers what is called, until the answer is words."""

    def run(url):
        turns, built = [QUESTION], []
        while True:
            message = ask(url, turns)
            built.append(nameless(message.model_dump(warnings=False)))
            uses = [block for block in message.content if block.type == "tool_use"]
            if not uses:
                return built
            results = [{"type": "tool_result", "tool_use_id": use.id, "content": "sunny"} for use in uses]
            turns = [*turns, {"role": "assistant", "content": message.content}, {"role": "user", "content": results}]

    return run


def test_a_whole_of_a_recorded_stream_is_the_engines_own(crossed):
    crossed.must_agree(turns_of(whole))


def test_a_stream_of_a_recorded_whole_is_the_engines_own(crossed):
    crossed.must_agree(turns_of(streamed))


def test_the_events_of_a_recorded_whole_add_up_to_the_engines_own(crossed):
    def one_turn(url):
        message = gathered(url, [QUESTION])
        for block in message.content:
            if "partial_json" in block:
                block["partial_json"] = json.loads(block["partial_json"])
        return [nameless(message.model_dump(warnings=False))]

    crossed.must_agree(one_turn)
