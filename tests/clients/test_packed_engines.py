"""With real engines: what the official Python clients build of hits in the other packaging, and in the first, is what they built of the answer that was recorded."""
import anthropic
import ollama
import pytest
from conftest import CLIENT_TIMEOUT_S, make_openai
from crossed import nameless
from engines.engines import MODEL
from harness import until

CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
FUNCTION = {"type": "function", "function": {"name": "weather", "description": "Today's weather in a city.", "parameters": CITY}}
CLAUDE_WEATHER = {"name": "weather", "description": "Today's weather in a city.", "input_schema": CITY}
PARIS = "Use weather for Paris"
ORDERS = [("whole", "streamed"), ("streamed", "whole")]


@pytest.fixture(params=ORDERS, ids="-then-".join)
def order(request):
    return request.param


def must_agree(program, asks, order):
    """The first way is recorded; it and the other are hits from then on."""
    known = len(program.access())
    ways = [order[0], order[1], order[1], order[0]]
    original, *hits = [asks[way]() for way in ways]
    lines = until(lambda: len(program.access()) >= known + len(ways) and program.access()[known:], "the access lines")
    assert [line["cache"] for line in lines] == ["miss", "hit", "hit", "hit"]
    for hit in hits:
        assert hit == original
    return original


def openai_asks(program, text, order, **more):
    """Each order asks with a seed of its own, and the same text: the helper wants an answer that comes to its end."""
    request = {"model": MODEL, "messages": [{"role": "user", "content": text}], "temperature": 0, "seed": 20 + ORDERS.index(order), "max_tokens": 120, **more}

    def told(answer):
        """Without what the helper makes of any stream: it takes nothing from the last chunk that it does not know, keeps the place of a call, and adds a role up that Ollama repeats."""
        built = {k: v for k, v in nameless(answer.model_dump(exclude_none=True)).items() if k != "timings"}
        for choice in built["choices"]:
            choice["message"].pop("role")
            for call in choice["message"].get("tool_calls", ()):
                call.pop("index", None)
        return built

    def streamed():
        with make_openai(program).chat.completions.stream(**request, stream_options={"include_usage": True}) as stream:
            return told(stream.get_final_completion())

    return {"whole": lambda: told(make_openai(program).chat.completions.create(**request)), "streamed": streamed}


def claude_asks(program, text, **more):
    messages = anthropic.Anthropic(base_url=f"http://127.0.0.1:{program.port}", api_key="sk-test", max_retries=0, timeout=CLIENT_TIMEOUT_S).messages
    request = {"model": MODEL, "messages": [{"role": "user", "content": text}], "max_tokens": 16, "extra_body": {"temperature": 0}, **more}

    def streamed():
        with messages.stream(**request) as stream:
            return nameless(stream.get_final_message().model_dump())

    return {"whole": lambda: nameless(messages.create(**request).model_dump()), "streamed": streamed}


def ollama_asks(program, text, tokens=12, **more):
    client = ollama.Client(host=f"http://127.0.0.1:{program.port}", timeout=CLIENT_TIMEOUT_S)
    request = {"model": MODEL, "messages": [{"role": "user", "content": text}], "options": {"temperature": 0, "seed": 7, "num_predict": tokens}, **more}

    def streamed():
        parts = list(client.chat(**request, stream=True))
        parts[-1].message.content = "".join(part.message.content or "" for part in parts)
        parts[-1].message.tool_calls = [call for part in parts for call in part.message.tool_calls or ()] or None
        return nameless(parts[-1].model_dump())

    return {"whole": lambda: nameless(client.chat(**request).model_dump()), "streamed": streamed}


def test_openai_on_llama_cpp(banto, order):
    said = must_agree(banto, openai_asks(banto, "Say hello.", order, logprobs=True, top_logprobs=2), order)
    assert said["choices"][0]["message"]["content"] and said["usage"]["completion_tokens"] > 0


def test_openai_a_call_on_llama_cpp(only_chat, order):
    said = must_agree(only_chat, openai_asks(only_chat, PARIS, order, tools=[FUNCTION], tool_choice="required"), order)
    assert said["choices"][0]["message"]["tool_calls"][0]["function"]["name"] == "weather"


def test_openai_on_ollama(banto_ollama, order):
    must_agree(banto_ollama, openai_asks(banto_ollama, "Say hello.", order), order)


def test_openai_translated_for_ollama(only_ollama, order):
    must_agree(only_ollama, openai_asks(only_ollama, "Say hello.", order), order)


@pytest.mark.parametrize("program", ["banto", "only_chat"])
def test_claude_on_llama_cpp(request, program, order):
    program = request.getfixturevalue(program)
    said = must_agree(program, claude_asks(program, f"Name a tree, {order[0]}."), order)
    assert said["content"][0]["text"] and said["usage"]["output_tokens"] > 0


def test_claude_a_tool_s_use_on_llama_cpp(only_chat, order):
    asks = claude_asks(only_chat, f"{PARIS}, {order[0]}", max_tokens=80, tools=[CLAUDE_WEATHER], tool_choice={"type": "any"})
    said = must_agree(only_chat, asks, order)
    assert said["stop_reason"] == "tool_use" and [block["name"] for block in said["content"] if block["type"] == "tool_use"] == ["weather"]


def test_ollama_on_ollama(banto_ollama, order):
    said = must_agree(banto_ollama, ollama_asks(banto_ollama, f"Name a ship, {order[0]}."), order)
    assert said["message"]["content"] and said["eval_count"] > 0


def test_ollama_translated_for_llama_cpp(only_chat, order):
    must_agree(only_chat, ollama_asks(only_chat, f"Name a ship, {order[0]}."), order)


def test_ollama_a_call_on_llama_cpp(only_chat, order):
    said = must_agree(only_chat, ollama_asks(only_chat, f"{PARIS}, {order[0]}", tokens=80, tools=[FUNCTION]), order)
    assert said["message"]["tool_calls"][0]["function"]["name"] == "weather"


def test_ollama_generates_on_ollama(banto_ollama, order):
    client = ollama.Client(host=f"http://127.0.0.1:{banto_ollama.port}", timeout=CLIENT_TIMEOUT_S)
    request = {"model": MODEL, "prompt": f"Once upon a {order[0]} time", "options": {"temperature": 0, "seed": 7, "num_predict": 12}}

    def streamed():
        parts = list(client.generate(**request, stream=True))
        parts[-1].response = "".join(part.response for part in parts)
        return nameless(parts[-1].model_dump())

    must_agree(banto_ollama, {"whole": lambda: nameless(client.generate(**request).model_dump()), "streamed": streamed}, order)
