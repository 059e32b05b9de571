"""keep_pace: a stored stream is sent again at the pace at which it came. Comments, which come only while a stream is silent, show that it waits and where."""
import contextlib
import signal
import time

import pytest
from cache_asking import ask, is_hit
from fakes.fake_worker import FakeWorker, chat_chunk, chat_whole
from harness import until
from one_worker import behind, question
from redis_asking import behind as behind_redis
from redis_asking import redis, until_stored  # noqa: F401 (a fixture)
from streaming import COMMENT, Listening, Parts
from wire import chunks

OFTEN = '[timeouts]\nkeep_alive = "20ms"\n'
KEEP = "[cache]\nkeep_pace = true\n"
SILENT_S = 0.5  # of which comments and a replay know only that it was many times 20 ms
ONE = chat_chunk(role="assistant", content="") + chat_chunk(content="one ")
USAGE = chat_chunk(content="").replace('"choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": null}]', '"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}')
END = chat_chunk(finish="stop") + USAGE + "data: [DONE]\n\n"


def said(word):
    return lambda payload: word in payload


def record(banto, parts, body):
    """The worker says one, nothing for a while, and then two. Returns how long it was silent at least."""
    parts.go()
    client = Listening(banto, body).until(said(b"one "))
    begun = time.monotonic()
    time.sleep(SILENT_S)  # the silence that is recorded
    silent_s = time.monotonic() - begun
    parts.go()
    client.rest()
    return silent_s


def hits(banto):
    return until(lambda: [line for line in banto.access() if line["cache"] == "hit"], "a hit's access line")


@contextlib.contextmanager
def recorded(config=KEEP + OFTEN, two="two "):
    """The program with such a stream in its cache, and the question that it answers."""
    parts = Parts(ONE, chat_chunk(content=two) + END)
    with FakeWorker(parts) as worker, behind(worker, config) as banto:
        body = question(stream=True)
        silent_s = record(banto, parts, body)
        yield banto, body, silent_s
        assert len(worker.requests) == 1, "hits"


def test_a_replay_is_silent_where_the_worker_was():
    with recorded() as (banto, body, silent_s):
        asked = time.monotonic()
        with Listening(banto, body).until(said(b"one ")) as client:
            client.comments(3)
            assert b"two " not in client.payload and b"X-Cache: HIT" in client.head
            client.until(said(b"two "))
            assert time.monotonic() - asked > silent_s - 0.01
            payload = client.rest()
        told = chunks(payload.replace(COMMENT, b""))
        assert [c["choices"][0]["delta"].get("content") for c in told] == ["", "one ", "two ", None] and len({c["id"] for c in told}) == 1
        assert payload.endswith(b"data: [DONE]\n\n")


def test_what_the_client_does_not_get_leaves_the_pace_as_it_was():
    with recorded() as (banto, body, _):
        with Listening(banto, {**body, "stream_options": {"include_usage": True}}).until(said(b"one ")) as client:
            client.comments(3)
            told = chunks(client.rest().replace(COMMENT, b""))
        assert [len(c["choices"]) for c in told] == [1, 1, 1, 1, 0]


@pytest.mark.parametrize("config", ["", "[cache]\nkeep_pace = false\n"], ids=["default", "off"])
def test_a_replay_is_sent_at_once_without_the_key(config):
    with recorded(config + OFTEN) as (banto, body, _):
        with Listening(banto, body) as client:
            assert COMMENT not in client.rest() and b"X-Cache: HIT" in client.head


def test_the_other_packaging_is_sent_at_once():
    with recorded() as (banto, body, _):
        whole = ask(banto, {**body, "stream": False})
        assert is_hit(whole) and whole.json()["choices"][0]["message"]["content"] == "one two "


def test_a_stream_of_a_recorded_whole_is_sent_at_once():
    def answer(connection, _):
        time.sleep(SILENT_S)  # a worker that takes its time
        connection.reply(200, chat_whole("one two "))

    with FakeWorker(answer) as worker, behind(worker, KEEP + OFTEN) as banto:
        body = question()
        ask(banto, body)
        with Listening(banto, {**body, "stream": True}) as client:
            assert COMMENT not in client.rest() and b"X-Cache: HIT" in client.head


def test_a_client_that_leaves_a_replay_is_noticed():
    with recorded() as (banto, body, _):
        with Listening(banto, body).until(said(b"one ")):
            pass
        assert hits(banto)[0]["left"] == "streaming"
        assert Listening(banto, body).rest().endswith(b"data: [DONE]\n\n")


def test_a_client_that_reads_late_gets_all_of_it():
    words = "word " * 400_000
    with recorded(two=words) as (banto, body, _):
        with Listening(banto, body).until(said(b"one ")) as client:
            time.sleep(2 * SILENT_S)  # what is due waits for it
            payload = client.rest().replace(COMMENT, b"")
        assert chunks(payload)[2]["choices"][0]["delta"]["content"] == words and payload.endswith(b"data: [DONE]\n\n")


def test_the_wait_is_not_called_our_own_share():
    with recorded() as (banto, body, _):
        Listening(banto, body).rest()
        assert "overhead_ms" not in hits(banto)[0]


def test_a_stop_does_not_wait_for_a_pace_and_cuts_nothing():
    with recorded(KEEP + OFTEN + 'shutdown = "50ms"\n') as (banto, body, _):
        with Listening(banto, body).until(said(b"one ")) as client:
            banto.process.send_signal(signal.SIGTERM)
            assert client.rest().endswith(b"data: [DONE]\n\n")
        assert banto.process.wait(30) == 0


def test_a_pace_is_kept_in_redis_and_an_entry_without_one_is_sent_at_once(redis):  # noqa: F811
    paced, plain = (Parts(ONE, chat_chunk(content="two ") + END) for _ in range(2))
    with FakeWorker(lambda connection, seen: (paced if b"paced" in seen.body else plain)(connection, seen)) as worker:
        kept, unkept = question(stream=True, user="paced"), question(stream=True)
        for body, parts, more in ((kept, paced, "keep_pace = true\n"), (unkept, plain, "")):
            with behind_redis(worker, redis, more=more + OFTEN) as banto:
                record(banto, parts, body)
                until_stored(redis, 1 if body is kept else 2)
        with behind_redis(worker, redis, more="keep_pace = true\n" + OFTEN) as banto:
            with Listening(banto, kept).until(said(b"one ")) as client:
                client.comments(3)
                assert b"two " not in client.payload and client.rest().endswith(b"data: [DONE]\n\n")
            with Listening(banto, unkept) as client:
                assert COMMENT not in client.rest() and b"X-Cache: HIT" in client.head
        assert len(worker.requests) == 2
