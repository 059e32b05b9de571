"""What the official Python client of OpenAI builds of a response out of the cache in the other packaging is what it builds of the engine's own."""
import functools

import pytest
from beside import beside
from conftest import make_openai
from engines import tool_templates
from engines.engines import MODEL, LlamaServer
from fakes.packed_responses import OUTPUTS, PackedResponses
from harness import Banto, until, worker_toml

TOOL = {"type": "function", "name": "weather", "description": "The weather of a city.", "strict": None,
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}
ASKED = {"model": "m", "input": "hello"}
OWN = {"id", "created_at", "completed_at"}


def without_identity(response):
    return response.model_dump(exclude=OWN)


def whole(client, **asked):
    return client.responses.create(**asked)


def streamed(client, **asked):
    with client.responses.stream(**asked) as stream:
        return stream.get_final_response()


def iterated(client, **asked):
    """Without the helper: the last event has it."""
    return list(client.responses.create(**asked, stream=True))[-1].response


def snapshots(client, **asked):
    """What the helper says while it listens: how each text stood at its end."""
    with client.responses.stream(**asked) as stream:
        told = list(stream)
    last = {(e.output_index, getattr(e, "content_index", None)): e.snapshot for e in told if getattr(e, "snapshot", None) is not None}
    return last, [e.type for i, e in enumerate(told) if e.type != told[i - 1].type], len({e.response.id for e in told if hasattr(e, "response")})


@pytest.fixture(params=OUTPUTS, ids=OUTPUTS)
def both(request):
    with beside(PackedResponses(OUTPUTS[request.param])) as both:
        yield both


def asked(how):
    return functools.partial(how, **ASKED)


@pytest.mark.parametrize("first", [streamed, iterated])
def test_a_whole_of_a_recorded_stream_is_the_engines_own(both, first):
    both.record(asked(first))
    both.must_agree(asked(whole), OWN)


@pytest.mark.parametrize("again", [streamed, iterated])
def test_a_stream_of_a_recorded_whole_is_the_engines_own(both, again):
    both.record(asked(whole))
    both.must_agree(asked(again), OWN)


def test_what_the_helper_tells_on_its_way_is_the_same(both):
    both.record(asked(whole))
    assert snapshots(both.through, **ASKED) == snapshots(both.direct, **ASKED)


@pytest.mark.parametrize("both", ["calls"], indirect=True)
@pytest.mark.parametrize("first, then", [(whole, streamed), (streamed, whole)])
def test_the_turn_after_a_call_and_its_reasoning_is_the_one_that_the_original_asks(both, first, then):
    through, engine = both.through, both.engine
    original, replayed = first(through, **ASKED), then(through, **ASKED)

    def next_turn(response):
        calls = [item for item in response.output if item.type == "function_call"]
        results = [{"type": "function_call_output", "call_id": call.call_id, "output": "sunny"} for call in calls]
        return [{"role": "user", "content": ASKED["input"]}, *response.output, *results]

    for ask, response in ((then, original), (first, replayed)):
        ask(through, model="m", input=next_turn(response))
    assert len(engine.requests) == 2, "one question, whichever of both is built on"
    for turn in (next_turn(original), next_turn(replayed)):
        ask_direct = whole(both.direct, model="m", input=turn)
        assert ask_direct.status == "completed" and engine.requests[-1].json()["input"] == engine.requests[1].json()["input"]


# --- a real llama.cpp: it is asked for streams, whatever its clients want ---


@pytest.fixture(scope="module")
def llama():
    """Its model calls tools."""
    with LlamaServer(template=tool_templates.JINJA) as server, Banto(worker_toml(server.url, name="llama", kind="llamacpp")) as program:
        program.until_worker("llama")
        yield make_openai(program), program


CALLING = {"model": MODEL, "temperature": 0, "max_output_tokens": 60, "tools": [TOOL], "input": "Use weather for Paris"}
TALKING = {"model": MODEL, "temperature": 0, "max_output_tokens": 12, "input": "Name a lake."}


def without_parsed(value):
    """Without what only the helper adds."""
    if isinstance(value, list):
        return [without_parsed(v) for v in value]
    return {k: without_parsed(v) for k, v in value.items() if k not in ("parsed", "parsed_arguments")} if isinstance(value, dict) else value


def became(program, known, count):
    """Of the questions since there were `known`."""
    lines = until(lambda: len(program.access()) >= known + count and program.access()[known:], "their access lines")
    return [line["cache"] for line in lines]


@pytest.mark.parametrize("asked", [TALKING, CALLING], ids=["text", "call"])
def test_what_a_real_llama_cpp_says_whole_is_told_as_a_stream(llama, asked):
    client, program = llama
    known = len(program.access())
    original = whole(client, **asked)
    assert original.status == "completed" and original.usage.output_tokens > 0
    for again in (streamed, iterated, whole):
        assert without_parsed(without_identity(again(client, **asked))) == without_identity(original)
    assert became(program, known, 4) == ["miss", "hit", "hit", "hit"]


def test_what_a_real_llama_cpp_streams_is_told_whole(llama):
    """Its own events lack their indices, so the helper cannot read them."""
    client, program = llama
    known = len(program.access())
    asked = {**CALLING, "input": "Use weather for Lima"}
    original = iterated(client, **asked)
    assert without_identity(whole(client, **asked)) == without_identity(original)
    assert became(program, known, 2) == ["miss", "hit"]
    call = original.output[-1]
    assert (call.type, call.name) == ("function_call", "weather")
    turn = [{"role": "user", "content": asked["input"]}, *original.output, {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}]
    assert whole(client, **{**asked, "input": turn}).status == "completed"
