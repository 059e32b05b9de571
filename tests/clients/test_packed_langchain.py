"""What LangChain builds of hits in the other packaging is what it builds of the engine's own answers, over a turn with a tool."""
import contextlib

import pytest
from crossed import Crossed, nameless
from fakes import packed_engine, packed_messages, packed_ollama
from harness import Banto, worker_toml
from test_frameworks import python
from traffic import Engine, ollama_pages

# Its Ollama model asks for streams alone, whichever way it is called.
WAYS = [("openai", "whole"), ("openai", "streamed"), ("anthropic", "whole"), ("anthropic", "streamed"), ("ollama", "streamed")]
SAYINGS = ["text", "calls", "thinking"]
CASES = [(api, way, saying) for api, way in WAYS for saying in SAYINGS]


def engine_of(api, saying):
    if api == "ollama":
        return Engine(packed_ollama.says(packed_ollama.MESSAGES[saying]), pages=ollama_pages("m"))
    if api == "anthropic":
        return packed_messages.PackedMessages(packed_messages.BLOCKS[saying])
    return packed_engine.PackedEngine([packed_engine.MESSAGES[saying.replace("thinking", "reasoning")]])


def messages(cases, base_of):
    return python("langchain_packed.py", [[api, way, base_of(case)] for case in cases for api, way, _ in [case]])


def timeless(message):
    """Without times and names, among them those that LangChain gives to the calls of an Ollama, which has none for them."""
    if message["response_metadata"].get("model_provider") == "ollama":
        message = {**message, **{key: [nameless(call) for call in message.get(key) or ()] for key in ("tool_calls", "tool_call_chunks")}}
    return {**nameless(message), "response_metadata": nameless(message["response_metadata"])}


@pytest.fixture(scope="module")
def told():
    """For each case: what was built of the engine's own answers, of converted hits and of kept ones."""
    with contextlib.ExitStack() as stack:
        places = {}
        for case in CASES:
            engine = stack.enter_context(engine_of(case[0], case[2]))
            kind = "ollama" if case[0] == "ollama" else "vllm"
            banto = stack.enter_context(Banto(worker_toml(engine.url, name="gpu1", kind=kind)))
            banto.until_worker("gpu1")
            places[case] = Crossed(banto, engine)
        direct = messages(CASES, lambda case: places[case].engine.url)
        for place in places.values():
            place.teach(place.asked())
        known = {case: len(place.asked()) for case, place in places.items()}
        hits = [messages(CASES, lambda case: places[case].through) for _ in range(2)]
        missed = [case for case, place in places.items() if len(place.asked()) != known[case]]
        assert missed == []
        yield {case: [[timeless(m) for m in said] for said in built] for case, *built in zip(CASES, direct, *hits)}


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_langchain_cannot_tell_a_hit_in_the_other_packaging(told, case):
    direct, converted, kept = told[case]
    assert len(direct) == (2 if case[2] == "calls" else 1)
    assert converted == direct and kept == direct
