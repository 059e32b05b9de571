"""What a shared Fetch cost is counted once, whoever of its readers is left to be told; and nobody's wait for others counts as our own share."""
import threading

import pytest
from cache_asking import chat, nonce
from fakes.fake_worker import FakeWorker, chat_whole
from harness import Banto, until, worker_toml
from sharing import Held, leaves, two_ask

GIVEN_S = 1.0


def behind(worker, kind="vllm"):
    return Banto("threads = 1\n" + worker_toml(worker.url, name="gpu", kind=kind))


def test_what_only_those_hear_who_wait_for_another_packaging_is_counted_too():
    held = Held()
    with FakeWorker(held) as worker, behind(worker) as banto:
        with two_ask(banto, worker, chat(stream=True), stream=False) as (first, second):
            leaves(banto, first, 1)
            held.opened.set()
            second.rest()
            assert second.status == 200
        asked = len(worker.requests)
        until(lambda: banto.metric("banto_worker_requests_total") == asked, "each request to the worker is counted")
        assert banto.metric("banto_cache_stores_total", result="stored") >= 1


def test_what_is_not_for_sharing_after_its_first_asker_has_left_is_counted():
    held = Held(lambda connection, seen: connection.reply(200, chat_whole("ok"), headers=["Set-Cookie: a=b"]))
    with FakeWorker(held) as worker, behind(worker) as banto:
        with two_ask(banto, worker, chat()) as (first, second):
            leaves(banto, first, 1)
            held.opened.set()
            second.rest()
        assert len(worker.requests) == 2
        until(lambda: banto.metric("banto_worker_requests_total") == 2, "both requests to the worker are counted")


@pytest.mark.parametrize("goes", [False, True], ids=["for another packaging", "and leaves what it began"])
def test_the_wait_for_others_is_no_overhead(goes):
    """The worker takes until the test lets it; that shows in nobody's share of ours."""
    held = Held()
    with FakeWorker(held) as worker, behind(worker) as banto:
        with two_ask(banto, worker, chat(), stream=not goes) as (first, second):
            threading.Event().wait(GIVEN_S)  # time itself is the subject
            if goes:
                leaves(banto, first, 1)
            held.opened.set()
            for each in (second,) if goes else (second, first):
                each.rest()
        lines = until(lambda: len(banto.access()) == 2 and banto.access(), "both have ended")
        assert all(line.get("overhead_ms", 0) < GIVEN_S * 1000 / 2 for line in lines), lines


def test_the_tokens_and_attempts_of_every_part_of_a_batch_are_counted():
    def answer(connection, seen):
        count = len(seen.json()["input"])
        connection.reply(200, {"object": "list", "model": "m", "data": [{"object": "embedding", "index": i, "embedding": [0.5, 0.25]} for i in range(count)],
                               "usage": {"prompt_tokens": 10 * count, "total_tokens": 10 * count}})

    with FakeWorker(answer) as worker, behind(worker, kind="tei") as banto:
        told = banto.post("/v1/embeddings", {"model": "m", "input": [f"{nonce()} {i}" for i in range(70)]})
        assert told.status == 200 and told.json()["usage"]["prompt_tokens"] == 700 and len(worker.requests) == 3
        line = banto.access_line(path="/v1/embeddings")
        assert line["input_tokens"] == 700 and len(line["attempts"]) == 3
        assert banto.metric("banto_tokens_total", type="input") == 700
