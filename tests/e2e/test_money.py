"""What answers cost by the prices of [[models]], and what local workers and the cache avoid: in the log and in the metrics."""
import hashlib
import json

import pytest
from fakes.fake_worker import FakeWorker, chat_chunk, chat_whole
from harness import Banto, until, worker_toml
from traffic import NO_CACHE, rule

PRICE = "{ input = 0.80, output = 4.00, cached = 0.08 }"


def answering(prompt, completion, cached=None):
    usage = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    if cached is not None:
        usage["prompt_tokens_details"] = {"cached_tokens": cached}

    def answer(connection, seen):
        body = seen.json()
        if not body.get("stream"):
            return connection.reply(200, {**chat_whole("four words, as ever"), "usage": usage})
        connection.start_stream()
        connection.chunk(chat_chunk(role="assistant", content="a"))
        connection.chunk(chat_chunk(finish="stop"))
        if body.get("stream_options", {}).get("include_usage"):
            connection.chunk("data: " + json.dumps({"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [], "usage": usage}) + "\n\n")
        connection.chunk("data: [DONE]\n\n")
        connection.end_stream()

    return answer


def priced(worker, rules, cache=NO_CACHE, more=""):
    return Banto("threads = 1\n" + worker_toml(worker.url, name="w", kind="vllm") + rules + more + cache)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("cache", [NO_CACHE, ""])
def test_an_answer_costs_its_tokens_by_its_models_price(stream, cache):
    with FakeWorker(answering(1_000_000, 500_000, cached=250_000)) as worker, priced(worker, rule("m", price=PRICE), cache) as banto:
        answer = banto.chat("hi", stream=stream)
        assert answer.status == 200
        assert not stream or b'"usage"' not in answer.body  # asked for by us, not by this client
        line = banto.access_line(status=200)
        assert line["cost"] == pytest.approx(0.75 * 0.80 + 0.25 * 0.08 + 0.5 * 4.00) and "avoided" not in line
        assert line["cached_tokens"] == 250_000
        assert banto.metric("banto_cost_total", model="m", worker="w") == pytest.approx(2.62)


def test_a_local_model_avoids_its_reference_price_and_the_cache_avoids_it_again():
    with FakeWorker(answering(1000, 2000)) as worker, priced(worker, rule("m", reference_price="{ input = 1, output = 5 }"), "") as banto:
        assert [banto.chat("hi").header("x-cache") for _ in range(3)] == ["MISS", "HIT", "HIT"]
        avoided = 1000 * 1e-6 + 2000 * 5e-6
        until(lambda: len(banto.access()) == 3, "three lines")
        assert all(line["avoided"] == pytest.approx(avoided) and "cost" not in line for line in banto.access())
        assert banto.metric("banto_cost_avoided_total", by="local") == pytest.approx(avoided)
        assert banto.metric("banto_cost_avoided_total", by="cache") == pytest.approx(2 * avoided)
        assert banto.metric("banto_cost_total") in (None, 0)


def test_the_article_s_break_even_is_what_the_counter_says():
    """200 a month is what 40 M answer tokens cost at Haiku's 5 a million."""
    with FakeWorker(answering(0, 4_000_000)) as worker, priced(worker, rule("m", reference_price="{ input = 1, output = 5 }")) as banto:
        for i in range(10):
            assert banto.chat(f"{i}").status == 200
        until(lambda: banto.metric("banto_cost_avoided_total") == pytest.approx(200.0), "40 M tokens are worth 200")


def test_the_price_is_that_of_the_model_that_answered():
    with FakeWorker(lambda c, s: c.reply(503, {"error": {"message": "no"}}), models=["a"]) as first, FakeWorker(answering(1000, 1000), models=["b"]) as second:
        rules = rule("x", target='"a"', fallback='["b"]', price="{ input = 100, output = 100 }") + rule("b", price="{ input = 1, output = 1 }")
        text = worker_toml(first.url, name="first", kind="vllm", models=["a"]) + worker_toml(second.url, name="second", kind="vllm", models=["b"])
        with Banto("threads = 1\n" + text + rules + NO_CACHE) as banto:
            assert banto.chat("hi", model="x").status == 200
            assert banto.access_line(status=200)["cost"] == pytest.approx(0.002)
            assert banto.metric("banto_cost_total", model="b", worker="second") == pytest.approx(0.002)


def test_an_alias_has_the_price_of_its_target_unless_that_has_one():
    with FakeWorker(answering(1_000_000, 0)) as worker, priced(worker, rule("x", target='"m"', price="{ input = 2 }") + rule("y", target='"m"')) as banto:
        assert banto.chat("hi", model="x").status == 200 and banto.chat("hi", model="y").status == 200
        until(lambda: len(banto.access()) == 2, "two lines")
        assert {line["alias"]: line.get("cost") for line in banto.access()} == {"x": 2, "y": None}


@pytest.mark.parametrize("usage", [{"prompt_tokens": 10**30, "completion_tokens": 1}, {"prompt_tokens": -5, "completion_tokens": -1}, {"prompt_tokens": 2**62, "completion_tokens": 2**62}, "none", None])
def test_absurd_counts_cost_no_absurd_sum(usage):
    with FakeWorker(lambda c, s: c.reply(200, {**chat_whole("x"), "usage": usage})) as worker, priced(worker, rule("m", price=PRICE)) as banto:
        assert banto.chat("hi").status == 200
        line = banto.access_line(status=200)
        assert 0 <= line.get("cost", 0) <= 1e9
        assert 0 <= (banto.metric("banto_cost_total") or 0) <= 1e9


def test_keys_pay_for_what_they_ask():
    with FakeWorker(answering(1_000_000, 0)) as worker:
        keys = "".join(f'[[keys]]\nname = "{name}"\nhash = "sha256:{hashlib.sha256(secret.encode()).hexdigest()}"\n' for name, secret in [("a", "secret-of-team-a-0"), ("b", "secret-of-team-b-0")])
        with priced(worker, rule("m", price="{ input = 3 }") + keys) as banto:
            for secret, times in [("secret-of-team-a-0", 2), ("secret-of-team-b-0", 1)]:
                for _ in range(times):
                    assert banto.chat("hi", headers={"Authorization": f"Bearer {secret}"}).status == 200
            until(lambda: banto.metric("banto_cost_total", key="b") == pytest.approx(3), "b has paid")
            assert banto.metric("banto_cost_total", key="a") == pytest.approx(6)
