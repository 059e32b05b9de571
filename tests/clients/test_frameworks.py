"""What applications are built with, in front of a scripted engine that does not speak the API which the framework uses: LangChain, LlamaIndex, LiteLLM's
SDK and the Vercel AI SDK each stream a text and do a turn with a tool.
"""
import contextlib
import functools
import json
import os
import subprocess

import pytest
from conftest import CLIENT_TIMEOUT_S, ROOT, node
from fakes.tool_calling_worker import DONE_TEXT, PLAIN_TEXT, USAGE, ToolCallingWorker
from fakes.tool_calling_ollama import HEALTH, ToolCallingOllama
from harness import Banto, worker_toml

PYTHON = ROOT / ".cache" / "frameworks" / "bin" / "python"
SCRIPT = {"get_weather": {"city": "Berlin"}}
FINAL = DONE_TEXT + "sunny in Berlin"
CHAT_ONLY, OLLAMA_ONLY = "openai", "ollama"
# Whose API the framework speaks, and what the engine speaks instead.
THREE = [("openai", OLLAMA_ONLY), ("anthropic", CHAT_ONLY), ("ollama", CHAT_ONLY)]
AI_SDK = [("openai", OLLAMA_ONLY), ("responses", CHAT_ONLY), ("responses", OLLAMA_ONLY), ("anthropic", CHAT_ONLY), ("anthropic", OLLAMA_ONLY)]
LANGCHAIN = [*AI_SDK, ("ollama", CHAT_ONLY)]
MODELS = ["m", "claude-sonnet-4-0"]  # LlamaIndex takes only names that it knows


class Place:
    """A scripted engine, the program in front of it, and what the framework saw there."""

    def __init__(self, stack, api, target):
        self.api, self.target, self.said = api, target, None
        self.worker = stack.enter_context((ToolCallingWorker if target == CHAT_ONLY else ToolCallingOllama)(SCRIPT, models=MODELS))
        kind = {"kind": "vllm"} if target == CHAT_ONLY else {"kind": "ollama", "models": MODELS}
        self.banto = stack.enter_context(Banto(("" if target == CHAT_ONLY else HEALTH) + worker_toml(self.worker.url, name="gpu", translate="always", **kind)))
        self.banto.until_worker("gpu")
        self.base = f"http://127.0.0.1:{self.banto.port}"


def python(script, places):
    """Runs tests/clients/frameworks/SCRIPT in the frameworks' own environment."""
    env = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LITELLM_LOCAL_MODEL_COST_MAP": "True", "HTTPS_PROXY": "http://127.0.0.1:9",
           "NO_PROXY": "127.0.0.1"}
    done = subprocess.run([PYTHON, ROOT / "tests" / "clients" / "frameworks" / script, json.dumps(places)], env=env, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=CLIENT_TIMEOUT_S)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def places(call, pairs):
    with contextlib.ExitStack() as stack:
        made = {pair: Place(stack, *pair) for pair in pairs}
        for place, said in zip(made.values(), call([[place.api, place.base] for place in made.values()])):
            place.said = said
        yield made


@pytest.fixture(scope="module")
def langchain():
    yield from places(functools.partial(python, "langchain_calls.py"), LANGCHAIN)


@pytest.fixture(scope="module")
def llama_index():
    yield from places(functools.partial(python, "llama_index_calls.py"), THREE)


@pytest.fixture(scope="module")
def litellm():
    yield from places(functools.partial(python, "litellm_calls.py"), THREE)


@pytest.fixture(scope="module")
def ai_sdk():
    yield from places(lambda places: [node("ai_sdk_calls.cjs", api, base) for api, base in places], AI_SDK)


def holds_a_turn(place):
    """What the engine saw: the tool as it was offered, its own call and the tool's answer to that call. Returns what the framework saw."""
    said = place.said
    assert "error" not in said, said
    assert said["calls"] == [["get_weather", {"city": "Berlin"}]] and said["final"].strip() == FINAL, said
    assert said["text"].strip() == PLAIN_TEXT and said["pieces"] >= 3, said
    asked = place.worker.asked()
    assert len(asked) == 3 and all(body["stream"] is True for body in asked)
    offer = asked[1]["tools"][0]["function"]
    assert offer["name"] == "get_weather" and offer["parameters"]["properties"]["city"]["type"] == "string" and offer["parameters"]["required"] == ["city"]
    asks, result = asked[2]["messages"][-2:]
    arguments = asks["tool_calls"][0]["function"]["arguments"]
    assert asks["role"] == "assistant" and (json.loads(arguments) if place.target == CHAT_ONLY else arguments) == {"city": "Berlin"}
    assert result["role"] == "tool" and "sunny in Berlin" in json.dumps(result["content"])
    assert place.target == OLLAMA_ONLY or result["tool_call_id"] == asks["tool_calls"][0]["id"]
    lines = [line for line in place.banto.access() if "translated" in line]
    assert [line["translated"] for line in lines] == [f"{place.api}>{place.target}"] * 3
    assert all(line["status"] == 200 for line in place.banto.access())
    return said


def holds_usage(said, input_tokens="input_tokens", output_tokens="output_tokens"):
    assert said["usage"][input_tokens] == USAGE["prompt_tokens"] and said["usage"][output_tokens] == USAGE["completion_tokens"], said


@pytest.mark.parametrize("pair", LANGCHAIN)
def test_langchain(langchain, pair):
    said = holds_a_turn(langchain[pair])
    holds_usage(said)
    ends = {"openai": ("finish_reason", "stop"), "responses": ("status", "completed"), "anthropic": ("stop_reason", "end_turn"), "ollama": ("done_reason", "stop")}
    key, value = ends[pair[0]]
    assert said["finish"][key] == value


@pytest.mark.parametrize("pair", THREE)
def test_llama_index(llama_index, pair):
    holds_a_turn(llama_index[pair])


@pytest.mark.parametrize("pair", THREE)
def test_litellm(litellm, pair):
    said = holds_a_turn(litellm[pair])
    holds_usage(said)
    assert said["finish"] == "stop" and said["tool_finish"] == "tool_calls"


@pytest.mark.parametrize("pair", AI_SDK)
def test_the_vercel_ai_sdk(ai_sdk, pair):
    said = holds_a_turn(ai_sdk[pair])
    holds_usage(said, "inputTokens", "outputTokens")
    assert said["finish"] == "stop" and said["steps"] == ["tool-calls", "stop"]
