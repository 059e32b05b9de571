"""Whoever waited for others and then asks for itself has its times still: they do not end while it looks into the cache again."""
import threading

import pytest
from cache_asking import ask, chat
from fakes.fake_worker import FakeWorker, chat_whole
from harness import until
from redis_asking import behind, redis  # noqa: F401 (a fixture)
from streaming import Listening

TIMES = '[timeouts]\ncommit_after = "100ms"\nkeep_alive = "100ms"\n'
TOTAL_S = 3


@pytest.mark.parametrize("total", [False, True], ids=["signs of life", "the total time"])
def test_who_asks_anew_has_its_times_still(redis, total):
    go = threading.Event()

    def answer(connection, seen):
        assert go.wait(60)
        if seen.json().get("stream"):  # … and is silent
            return connection.left()
        connection.reply(200, {**chat_whole("x"), "choices": [{"index": 0, "message": {"role": "assistant", "content": "x"}, "finish_reason": "content_filter"}]})

    with FakeWorker(answer) as worker, behind(worker, redis, more=TIMES + (f'total = "{TOTAL_S}s"\n' if total else "")) as banto:
        body = chat()
        first = threading.Thread(target=ask, args=(banto, body))
        first.start()
        until(lambda: worker.requests, "the first asks")
        with Listening(banto, {**body, "stream": True}) as second:
            second.comments(1)  # it waits for the first's whole, which will not be kept
            redis.pause()
            go.set()
            first.join()
            threading.Event().wait(TOTAL_S + 0.5 if total else 0.5)  # its times pass: time itself is the subject
            redis.resume()
            until(lambda: len(worker.requests) == 2, "it asks for itself")
            if total:
                assert b"upstream_timeout" in second.rest() and not second.ended
            else:
                second.comments(2)
