"""What the official Python clients build from an answer out of the cache, and from the one that it repeats: the same objects but for id and time. The workers are scripted."""
import itertools
import time

import anthropic
import ollama
import openai
import pytest
from conftest import CLIENT_TIMEOUT_S
from dialect_answers import CASES
from harness import Banto, until, worker_toml
from traffic import Engine, ollama_pages

_numbers = itertools.count(1)
OWN = ("id", "created_at", "completed_at")  # of each answer; an item's id is an item's


def give(connection, seen):
    case = next(c for c in CASES.values() if c.path == seen.path)
    if seen.json().get("stream", case.kind == "ollama") is False or not case.stream:
        return connection.reply(200, case.whole)
    connection.start_stream(case.type)
    for frame in case.stream:
        connection.chunk(frame)
    connection.end_stream()


@pytest.fixture(scope="module")
def scripted():
    with Engine(give) as vllm, Engine(give, pages=ollama_pages("m")) as old:
        workers = worker_toml(vllm.url, name="vllm", kind="vllm", models=["m"]) + worker_toml(old.url, name="ollama", kind="ollama", models=["o"], translate="never")
        with Banto(workers) as banto:
            banto.until_worker("vllm")
            banto.until_worker("ollama")
            yield banto


def address(banto):
    return {"base_url": f"http://127.0.0.1:{banto.port}", "api_key": "sk-test", "max_retries": 0, "timeout": CLIENT_TIMEOUT_S}


def claude(banto):
    return anthropic.Anthropic(**address(banto)).messages


def responses(banto):
    return openai.OpenAI(**{**address(banto), "base_url": f"http://127.0.0.1:{banto.port}/v1"}).responses


def llama(banto):
    return ollama.Client(host=f"http://127.0.0.1:{banto.port}", timeout=CLIENT_TIMEOUT_S)


def talk(text):
    return [{"role": "user", "content": text}]


def streamed_message(banto, text):
    with claude(banto).stream(model="m", max_tokens=9, messages=talk(text)) as stream:
        return [*stream, stream.get_final_message()]


def streamed_response(banto, text):
    with responses(banto).stream(model="m", input=text) as stream:
        return [*stream, stream.get_final_response()]


CALLS = {
    "message": lambda banto, text: [claude(banto).create(model="m", max_tokens=9, messages=talk(text))],
    "message_streamed": streamed_message,
    "count": lambda banto, text: [claude(banto).count_tokens(model="m", messages=talk(text))],
    "response": lambda banto, text: [responses(banto).create(model="m", input=text)],
    "response_streamed": streamed_response,
    "chat": lambda banto, text: [llama(banto).chat(model="o", messages=talk(text))],
    "chat_streamed": lambda banto, text: list(llama(banto).chat(model="o", messages=talk(text), stream=True)),
    "generate": lambda banto, text: [llama(banto).generate(model="o", prompt=text)],
    "generate_streamed": lambda banto, text: list(llama(banto).generate(model="o", prompt=text, stream=True)),
    "embed": lambda banto, text: [llama(banto).embed(model="o", input=text)],
}


def said(value, depth=0):
    """Without what is an answer's own: at its top, and where an event carries it."""
    if isinstance(value, list):
        return [said(v, depth) for v in value]
    if not isinstance(value, dict):
        return value
    return {k: said(v, depth + 1) for k, v in value.items() if not (k in OWN and (depth == 0 or str(value.get("id")).startswith("resp_") or value.get("type") == "message" and "stop_reason" in value))}


@pytest.mark.parametrize("name", CALLS)
def test_a_client_cannot_tell_a_replay_from_the_original(scripted, name):
    text = f"question {next(_numbers)}"
    known = len(scripted.access())
    first, again = ([o.model_dump() for o in CALLS[name](scripted, text)] for _ in range(2))
    assert said(again) == said(first)
    lines = until(lambda: len(scripted.access()) >= known + 2 and scripted.access()[known:], "two access lines")
    assert [line["cache"] for line in lines] == ["miss", "hit"]
    times = [o["created_at"] for o in again if isinstance(o.get("created_at"), (int, float))]
    assert all(abs(t - time.time()) < 100 for t in times), times
