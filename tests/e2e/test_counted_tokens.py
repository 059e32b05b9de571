"""Tokens are counted, and paid for, once: whatever the cache does, and however an answer ends."""
import http.client
import json

import pytest
from fakes.fake_anthropic_api import FakeAnthropicApi
from fakes.fake_openai_api import FakeOpenAiApi
from fakes.fake_worker import FakeWorker, chat_chunk, chat_whole
from harness import Banto, until, worker_toml
from test_managed_apis import ask_claude, claude_toml, openai_toml
from traffic import NO_CACHE, rule

PRICE = "{ input = 1, output = 10 }"
LONG = "[cache]\nentry_bytes_max = \"1KiB\"\n"
COST = (7 * 1 + 5 * 10) / 1e6


def answering(text="x", fields=(), usage=(7, 5)):
    """A whole with this usage at its end."""
    prompt, completion = usage
    answer = {**chat_whole(text), "usage": {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}}
    return lambda connection, seen: connection.reply(200, answer, headers=list(fields))


def priced(worker, cache="", name="m", **more):
    return Banto("threads = 1\n" + worker_toml(worker.url, name="w", kind="vllm") + rule(name, price=PRICE, **more) + cache)


def assert_counted_once(banto, cost=COST):
    line = banto.access_line(status=200)
    assert (line["input_tokens"], line["output_tokens"]) == (7, 5) and line["cost"] == pytest.approx(cost)
    until(lambda: banto.metric("banto_cost_total") == pytest.approx(cost), "the counter has it once")
    assert banto.metric("banto_tokens_total", type="input") == 7 and banto.metric("banto_tokens_total", type="output") == 5
    return line


@pytest.mark.parametrize("fields,store", [
    (["Set-Cookie: a=b"], "set_cookie"), (["Cache-Control: no-store"], "response_no_store"), (["Vary: User-Agent"], "vary"), ([], "stored")])
def test_what_is_not_kept_is_counted(fields, store):
    with FakeWorker(answering(fields=fields)) as worker, priced(worker) as banto:
        assert banto.chat().status == 200
        assert assert_counted_once(banto)["store"] == store


@pytest.mark.parametrize("size", [2_000, 300_000, 3_000_000])
@pytest.mark.parametrize("cache", [NO_CACHE, LONG, ""])
def test_a_long_answer_is_counted_however_long_it_is(size, cache):
    with FakeWorker(answering('a"b\\c' * (size // 5))) as worker, priced(worker, cache) as banto:
        answer = banto.chat()
        assert answer.status == 200 and answer.json()["choices"][0]["message"]["content"].startswith('a"b\\c')
        assert_counted_once(banto)


def test_a_text_that_speaks_of_usage_is_no_usage():
    text = json.dumps({"usage": {"prompt_tokens": 99, "completion_tokens": 99}})
    with FakeWorker(answering(text * 30_000)) as worker, priced(worker, NO_CACHE) as banto:
        assert banto.chat().status == 200
        assert_counted_once(banto)


def test_long_vectors_are_counted():
    rows = [{"object": "embedding", "index": i, "embedding": [0.123456789] * 1024} for i in range(150)]
    answer = {"object": "list", "model": "m", "data": rows, "usage": {"prompt_tokens": 7, "total_tokens": 7}}
    with FakeWorker(lambda c, s: c.reply(200, answer)) as worker, priced(worker, NO_CACHE) as banto:
        assert banto.post("/v1/embeddings", {"model": "m", "input": ["x"] * 150}).status == 200
        assert banto.access_line(status=200)["input_tokens"] == 7


def test_a_whole_that_becomes_a_stream_is_counted():
    """An Anthropic client wants a stream of a worker that does not stream."""
    with FakeWorker(answering()) as worker, priced(worker, NO_CACHE) as banto:
        assert ask_claude(banto, stream=True).status == 200
        assert_counted_once(banto)


def leave_after(banto, what, path, body):
    data = json.dumps(body).encode()
    client = banto.raw(b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nanthropic-version: 2023-06-01\r\nContent-Length: %d\r\n\r\n" % (path, len(data)) + data)
    told = b""
    while what not in told:
        told += client.recv(65536)
    client.close()


MESSAGE = {"model": "m", "max_tokens": 9, "stream": True, "messages": [{"role": "user", "content": "s"}]}


@pytest.mark.parametrize("cache", [NO_CACHE, ""])
def test_what_was_told_before_the_client_left_is_paid_for(cache):
    with FakeAnthropicApi() as api, Banto("threads = 1\n" + claude_toml(api) + rule("m", price=PRICE) + cache) as banto:
        api.halts = lambda connection: connection.left()
        leave_after(banto, b"message_start", b"/v1/messages", MESSAGE)
        line = banto.access_line(left="streaming")
        assert (line["input_tokens"], line["output_tokens"]) == (1_000_000, 1) and line["cost"] == pytest.approx(1.00001)
        until(lambda: banto.metric("banto_cost_total", model="m", worker="claude") == pytest.approx(1.00001), "it is counted once")


@pytest.mark.parametrize("cache", [NO_CACHE, ""])
def test_what_was_told_before_the_worker_broke_is_paid_for(cache):
    with FakeAnthropicApi() as api, Banto("threads = 1\n" + claude_toml(api) + rule("m", price=PRICE) + cache) as banto:
        api.halts = lambda connection: connection.reset()
        with pytest.raises(http.client.IncompleteRead):
            ask_claude(banto, stream=True)
        line = banto.access_line(path="/v1/messages")
        assert line["input_tokens"] == 1_000_000 and line["cost"] == pytest.approx(1.00001), line


def test_a_model_that_broke_is_paid_for_at_its_own_price():
    with FakeAnthropicApi() as api, FakeWorker(answering(), models=["home"]) as home:
        api.halts = lambda connection: connection.reset()
        rules = rule("x", target='{ worker = "claude", model = "m" }', fallback='["home"]', price=PRICE, timeouts='{ first_token = "30s" }') + rule("home", price="{ input = 1000 }")
        text = claude_toml(api, external=False) + worker_toml(home.url, name="home", kind="vllm", models=["home"])
        with Banto("threads = 1\n" + text + rules + NO_CACHE) as banto:
            banto.until_worker("home")
            assert banto.post("/v1/messages", {**MESSAGE, "model": "x"}).status == 200
            line = banto.access_line(path="/v1/messages")
            assert line["fallback"] == "m (reset)" and line["cost"] == pytest.approx(1.00001 + 0.007), line


def test_continuous_usage_is_counted_as_far_as_it_came():
    def begin(connection, seen):
        connection.start_stream()
        for n in range(3):
            connection.chunk(chat_chunk(content="a", usage={"prompt_tokens": 7, "completion_tokens": n + 3, "total_tokens": n + 10}))
        connection.left()

    with FakeWorker(begin) as worker, priced(worker, NO_CACHE) as banto:
        body = {"model": "m", "stream": True, "stream_options": {"include_usage": True, "continuous_usage_stats": True}, "messages": [{"role": "user", "content": "s"}]}
        leave_after(banto, b'"completion_tokens": 5', b"/v1/chat/completions", body)
        line = banto.access_line(left="streaming")
        assert (line["input_tokens"], line["output_tokens"]) == (7, 5) and line["cost"] == pytest.approx(COST)


@pytest.mark.parametrize("more", ["", rule("m", price=PRICE)])
@pytest.mark.parametrize("path,body", [("/v1/chat/completions", {"messages": [{"role": "user", "content": "hello"}]})])
def test_a_stream_of_a_managed_api_is_asked_for_its_usage(more, path, body):
    with FakeOpenAiApi() as api, Banto("threads = 1\n" + openai_toml(api) + more + NO_CACHE) as banto:
        answer = banto.post(path, {"model": "m", "stream": True, **body})
        assert answer.status == 200 and b'"prompt_tokens"' not in answer.body, "its client did not ask"
        assert api.posts[-1].json()["stream_options"] == {"include_usage": True}
        line = banto.access_line(status=200)
        assert (line["input_tokens"], line["output_tokens"]) == (7, 5) and line.get("cost") == (pytest.approx(COST) if more else None)
        asked = banto.post(path, {"model": "m", "stream": True, "stream_options": {"include_usage": True}, **body})
        assert b'"prompt_tokens": 7' in asked.body


def test_an_openai_compatible_worker_in_the_house_is_asked_where_somebody_counts():
    with FakeOpenAiApi() as api:
        for more, wish in [("", None), (rule("m", price=PRICE), {"include_usage": True})]:
            with Banto("threads = 1\n" + openai_toml(api, external=False) + more) as banto:
                assert banto.chat(stream=True).status == 200
                assert api.posts[-1].json().get("stream_options") == wish


def test_who_refuses_to_be_asked_for_usage_is_asked_without_and_not_so_again():
    with FakeOpenAiApi(unknown="stream_options") as api, Banto("threads = 1\n" + openai_toml(api) + NO_CACHE) as banto:
        for text in ["one", "two"]:
            answer = banto.chat(text, stream=True)
            assert answer.status == 200 and b"echo:" in answer.body, answer.body
        assert [("stream_options" in seen.json()) for seen in api.posts] == [True, False, False]
        assert not banto.worker("groq")["cooling_down"]


def test_the_clients_own_mistake_does_not_end_the_counting():
    with FakeOpenAiApi() as api, Banto("threads = 1\n" + openai_toml(api) + NO_CACHE) as banto:
        assert banto.chat(stream=True, my_stream_options=1).status == 400
        assert banto.chat(stream=True).status == 200
        assert api.posts[-1].json()["stream_options"] == {"include_usage": True}


def test_a_copy_avoids_nothing_and_costs_what_it_costs():
    with FakeWorker(answering(), models=["a"]) as original, FakeWorker(answering(usage=(2, 3)), models=["b"]) as other:
        workers = worker_toml(original.url, name="original", kind="vllm", models=["a"]) + worker_toml(other.url, name="other", kind="vllm", models=["b"])
        rules = rule("a", mirror='{ model = "b" }', reference_price=PRICE) + rule("b", reference_price=PRICE, price="{ input = 100 }")
        with Banto("threads = 1\n" + workers + rules + NO_CACHE) as banto:
            banto.until_worker("other")
            assert banto.chat(model="a").status == 200
            until(lambda: banto.metric("banto_cost_total", model="b") == pytest.approx(2e-4), "the copy costs")
            until(lambda: banto.metric("banto_cost_avoided_total", by="local", model="a") == pytest.approx(COST), "the original is not bought outside")
            assert not banto.metric("banto_cost_avoided_total", by="local", model="b"), "nobody would have bought the copy"
