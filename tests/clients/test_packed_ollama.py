"""What the official Python client of Ollama builds of a hit in the other packaging is what it builds of the engine's own answer, and the turn after a call is the same question."""
import ollama
import pytest
from conftest import CLIENT_TIMEOUT_S
from crossed import Crossed, nameless
from fakes.packed_ollama import MESSAGES, says
from harness import Banto, worker_toml
from traffic import Engine, ollama_pages

WEATHER = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}


@pytest.fixture(params=MESSAGES, ids=MESSAGES)
def crossed(request):
    with Engine(says(MESSAGES[request.param]), pages=ollama_pages("m")) as engine, Banto(worker_toml(engine.url, name="old", kind="ollama")) as banto:
        banto.until_worker("old")
        yield Crossed(banto, engine)


def client(url):
    return ollama.Client(host=url, timeout=CLIENT_TIMEOUT_S)


def whole(url, turns):
    return client(url).chat(model="m", messages=turns, tools=[WEATHER], think=True)


def streamed(url, turns):
    """As the client's own examples add the parts up."""
    parts = list(client(url).chat(model="m", messages=turns, tools=[WEATHER], think=True, stream=True))
    assert [part.done for part in parts] == [False] * (len(parts) - 1) + [True] and {part.message.role for part in parts} == {"assistant"}
    said = parts[-1].message
    said.content = "".join(part.message.content or "" for part in parts)
    said.thinking = "".join(part.message.thinking or "" for part in parts) or None
    said.tool_calls = [call for part in parts for call in part.message.tool_calls or ()] or None
    return parts[-1]


def turns_of(ask):
    """Answers what is called, until the answer is words."""

    def run(url):
        turns, built = [{"role": "user", "content": "hello"}], []
        while True:
            answer = ask(url, turns)
            built.append(nameless(answer.model_dump()))
            calls = answer.message.tool_calls
            if not calls:
                return built
            turns = [*turns, answer.message, *({"role": "tool", "tool_name": call.function.name, "content": "sunny"} for call in calls)]

    return run


def generated(url):
    return [nameless(client(url).generate(model="m", prompt="hello", think=True).model_dump())]


def generated_in_parts(url):
    parts = list(client(url).generate(model="m", prompt="hello", think=True, stream=True))
    assert [part.done for part in parts] == [False] * (len(parts) - 1) + [True]
    end = parts[-1]
    end.response = "".join(part.response for part in parts)
    end.thinking = "".join(part.thinking or "" for part in parts) or None
    return [nameless(end.model_dump())]


@pytest.mark.parametrize("call", [turns_of(whole), generated], ids=["chat", "generate"])
def test_a_whole_of_recorded_lines_is_the_engines_own(crossed, call):
    crossed.must_agree(call)


@pytest.mark.parametrize("call", [turns_of(streamed), generated_in_parts], ids=["chat", "generate"])
def test_lines_of_a_recorded_whole_are_the_engines_own(crossed, call):
    crossed.must_agree(call)
