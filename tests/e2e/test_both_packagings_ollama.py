"""One entry of Ollama's own API answers as lines and as a whole."""
import json

import pytest
from cache_asking import ask, is_hit, nonce
from dialect_answers import CASES
from fakes.packed_ollama import AT, DONE, MESSAGES, answers
from harness import Banto, worker_toml
from traffic import Engine, ollama_pages


def behind(engine):
    return Banto(worker_toml(engine.url, name="old", kind="ollama"))


def joined(body):
    """The lines of a stream, as a client adds them up."""
    whole = {"message": {"content": ""}}
    for line in map(json.loads, body.decode().splitlines()):
        for key, value in line.pop("message").items():
            add = isinstance(value, list) or key in ("content", "thinking")
            whole["message"][key] = whole["message"][key] + value if add and key in whole["message"] else value
        whole.update(line)
    return whole


def timeless(answer):
    return {k: v for k, v in answer.items() if k != "created_at"}


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
@pytest.mark.parametrize("first", [None, False], ids=["stream-first", "whole-first"])
def test_lines_and_a_whole_answer_for_each_other(message, first):
    with Engine(answers(message), pages=ollama_pages("m")) as engine, behind(engine) as banto:
        banto.until_worker("old")
        body = {"model": "m", "messages": [{"role": "user", "content": nonce()}]}
        ask(banto, {**body, "stream": False} if first is False else body, path="/api/chat")
        count = len(engine.requests)
        expected = timeless({**AT, "message": {"role": "assistant", **message}, **DONE})
        for _ in range(2):
            whole, lines = ask(banto, {**body, "stream": False}, path="/api/chat"), ask(banto, body, path="/api/chat")
            assert is_hit(whole) and is_hit(lines) and len(engine.requests) == count
            assert lines.header("content-type").startswith("application/x-ndjson") and whole.header("content-type").startswith("application/json")
            assert timeless(whole.json()) == timeless(joined(lines.body)) == expected


@pytest.mark.parametrize("first", [True, False], ids=["stream-first", "whole-first"])
def test_generate_answers_both_ways(first):
    case = CASES["ollama_generate"]

    def answer(connection, seen):
        if seen.json().get("stream") is False:
            return connection.reply(200, case.whole)
        connection.start_stream(case.type)
        for frame in case.stream:
            connection.chunk(frame)
        connection.end_stream()

    with Engine(answer, pages=ollama_pages("m")) as engine, behind(engine) as banto:
        banto.until_worker("old")
        body = {"model": "m", "prompt": nonce()}
        ask(banto, {**body, "stream": first}, path=case.path)
        whole, lines = ask(banto, {**body, "stream": False}, path=case.path), ask(banto, body, path=case.path)
        assert is_hit(whole) and is_hit(lines) and timeless(whole.json()) == timeless(case.whole)
        told = [json.loads(line) for line in lines.body.splitlines()]
        assert "".join(t["response"] for t in told) == case.whole["response"] and told[-1]["context"] == [1, 2] and told[-1]["done"] is True
