"""What becomes of an answer after failed attempts and readers that left, and how long it is kept (traps S7–S9)."""
import json

import pytest
from cache_asking import ask, is_hit, said, try_ask
from fakes.fake_worker import FakeWorker, answer_chat
from harness import Banto, until, worker_toml
from storing import BODY, HEAD, ROLE, WORD, behind, pieces, question


# --- S7: other attempts ---


def test_a_second_attempt_that_completes_is_kept_and_the_first_leaves_nothing():
    """S7"""

    def dies(connection, seen):
        connection.start_stream()
        connection.chunk(": nothing yet\n\n")
        connection.reset()

    with FakeWorker(dies) as a, FakeWorker() as b:
        with Banto(worker_toml(a.url, name="a", kind="vllm") + worker_toml(b.url, name="b", kind="vllm", backup=True)) as banto:
            body = question(stream=True)
            first = ask(banto, body)
            assert first.status == 200 and first.header("x-banto-worker") == "b"
            second = ask(banto, body)
            assert is_hit(second) and said(second) == said(first) and second.header("x-banto-worker") == "b"
            assert len(b.requests) == 1


def test_an_attempt_that_dies_midway_leaves_nothing_for_the_next_request():
    """S7"""
    answers = [pieces(ROLE, WORD, end=False), answer_chat]
    with FakeWorker(lambda c, s: answers.pop(0)(c, s)) as worker, behind(worker) as banto:
        body = question(stream=True)
        assert try_ask(banto, body) is None
        second = ask(banto, body)
        assert not is_hit(second) and said(second).startswith("echo: ")
        assert said(ask(banto, body)) == said(second)


# --- S8: the client leaves ---


@pytest.mark.parametrize("stream", [True, False], ids=["stream", "whole"])
def test_an_answer_whose_reader_left_is_not_kept(stream):
    """S8: although the worker finishes it."""
    written = []

    def slow(connection, seen):
        if stream:
            connection.start_stream()
            connection.chunk(ROLE + WORD)
        else:
            connection.send(HEAD + f"Content-Length: {len(BODY)}\r\n\r\n" + BODY[:20])
        connection.left()
        written.append(True)

    answers = [slow, answer_chat]
    with FakeWorker(lambda c, s: answers.pop(0)(c, s)) as worker, behind(worker) as banto:
        body = question(stream)
        data = json.dumps(body).encode()
        client = banto.raw(b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(data) + data)
        seen = b""
        while b"\r\n\r\n" not in seen or (stream and b"word" not in seen):
            seen += client.recv(65536)
        client.close()
        assert banto.access_line(left="streaming")["store"] == "client_left"
        until(lambda: written, "the worker sees the leave")
        again = ask(banto, body)
        assert again.header("x-cache") == "MISS" and said(again).startswith("echo: ")
        assert is_hit(ask(banto, body))


# --- S9: for how long ---


def test_a_hit_does_not_make_an_entry_live_longer():
    """S9: asked all the time, it still ends."""
    with FakeWorker() as worker, behind(worker, '[cache]\nttl = "2s"\n') as banto:

        def ends_after_hits():
            """Whether an entry was hit before it ended: a busy machine may let all of its time pass between two requests."""
            body = question()
            assert not is_hit(ask(banto, body))
            hits = 0
            while is_hit(ask(banto, body)):
                hits += 1
            return hits > 0

        until(ends_after_hits, "the entry ends while it is being asked for")
        assert banto.access_line(cache_reason="expired")


def test_a_hit_says_how_long_the_entry_has_left():
    """S9"""
    with FakeWorker() as worker, behind(worker, '[cache]\nttl = "100s"\n') as banto:
        body = question()
        ask(banto, body)
        left = lambda: int(ask(banto, body).header("cache-status").split("ttl=")[1].split(";")[0])
        assert 0 < left() <= 100
        until(lambda: left() < 100, "the time goes down")
