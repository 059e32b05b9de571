"""What was stored while somebody still looked for it in Redis: whoever asked it is no longer there to be joined, and yet it is asked once."""
import json
import threading

import pytest
from cache_asking import ask, chat, is_hit
from fakes.embedding_engine import EmbeddingEngine, unpack
from fakes.fake_worker import FakeWorker, answer_chat
from harness import until
from redis_asking import behind, redis  # noqa: F401 (a fixture)


def ask_across(banto, redis, asks, go, asked):
    """Both answers: the first is asked and answered while the second, who asks the same, waits for Redis."""
    answers = []
    askers = [threading.Thread(target=lambda: answers.append(asks())) for _ in range(2)]
    askers[0].start()
    until(asked, "the first asks its worker")
    redis.pause()
    askers[1].start()
    until(lambda: banto.metric("banto_requests_in_flight") == 2, "the second looks for it")
    go.set()
    askers[0].join()
    assert len(answers) == 1, "the second waits"
    redis.resume()
    askers[1].join()
    assert [answer.status for answer in answers] == [200, 200]
    return answers


def test_a_chat_that_was_stored_during_a_look_up_is_not_asked_again(redis):
    go = threading.Event()

    def answer(connection, seen):
        assert go.wait(60)
        answer_chat(connection, seen)

    with FakeWorker(answer) as worker, behind(worker, redis, memory="64MiB") as banto:
        body = chat()
        first, second = ask_across(banto, redis, lambda: ask(banto, body), go, lambda: worker.requests)
        assert len(worker.requests) == 1 and not is_hit(first) and is_hit(second)


def vectors(answer):
    return {row["index"]: unpack(row["embedding"]) for row in answer.json()["data"]}


@pytest.mark.parametrize("known", [[], ["a"]], ids=["all of a batch", "the rest of a batch"])
def test_vectors_that_were_stored_during_a_look_up_are_not_asked_again(redis, known):
    def embed(items):
        return banto.request("POST", "/v1/embeddings", json.dumps({"model": "m", "input": items}))

    with EmbeddingEngine() as engine, behind(engine, redis, memory="64MiB") as banto:
        if known:
            assert embed(known).status == 200
        engine.batches.clear()
        engine.gate.clear()
        first, second = ask_across(banto, redis, lambda: embed(["a", "b"]), engine.gate, lambda: engine.batches)
        assert engine.batches == [[item for item in ("a", "b") if item not in known]]
        assert not is_hit(first) and is_hit(second) and vectors(first) == vectors(second)
