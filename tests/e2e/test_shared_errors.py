"""What of a failure is told to those who ask the same, and what is the first caller's own."""
import threading

import pytest
from cache_asking import chat
from fakes.fake_worker import FakeWorker, answer_chat, chat_chunk
from harness import Banto, until, worker_toml
from sharing import until_asking
from streaming import Listening, Parts
from traffic import start_parallel

ROLE = chat_chunk(role="assistant", content="")
OOM = 'data: {"error": {"message": "CUDA oom", "type": "server_error", "code": 500}}\n\n'


def behind(worker, more=""):
    return Banto("threads = 1\n" + worker_toml(worker.url, name="gpu", kind="vllm") + "[balance]\nretries = 0\n" + more)


@pytest.mark.parametrize("early", [False, True], ids=["before a head", "after our early head"])
@pytest.mark.parametrize("status", [400, 500])
def test_after_an_error_that_one_was_told_equal_questions_are_still_one(status, early):
    """What failed is asked again by everybody: that is when it must not be asked by each."""
    go = threading.Event()

    def answer(connection, seen):
        if len(worker.requests) == 1:
            told.wait(60)
            return connection.reply(status, {"error": {"message": "not now"}})
        assert go.wait(60)
        answer_chat(connection, seen)

    told = threading.Event()
    with FakeWorker(answer) as worker, behind(worker, '[timeouts]\ncommit_after = "100ms"\nkeep_alive = "100ms"\n') as banto:
        body = chat(stream=True)
        with Listening(banto, body) as first:
            if early:
                first.comments(1)
            told.set()
            assert b"not now" in first.rest()
        answers = []
        asking, errors = start_parallel(lambda _: answers.append(banto.post("/v1/chat/completions", body)), 6)
        until_asking(banto, 6)
        until(lambda: len(worker.requests) > 1, "one asks")
        go.set()
        for thread in asking:
            thread.join()
        assert not errors and {a.status for a in answers} == {200}
        assert len(worker.requests) == 2


def test_of_an_error_others_have_the_text_and_not_the_first_callers_account():
    go = threading.Event()

    def answer(connection, seen):
        assert go.wait(60)
        fields = ["OpenAI-Organization: org-of-" + seen.headers["authorization"], "X-RateLimit-Remaining-Tokens: 7", "Set-Cookie: a=b", "X-Engine: e1", "Retry-After: 7"]
        connection.reply(500, {"error": {"message": "boom"}}, headers=fields)

    with FakeWorker(answer) as worker, behind(worker, '[cache]\nscope = "shared"\n') as banto:
        body = chat()
        with Listening(banto, body, headers="Authorization: Bearer alice\r\n") as alice:
            until(lambda: worker.requests, "alice asks")
            with Listening(banto, body, headers="Authorization: Bearer bob\r\n") as bob:
                until_asking(banto, 2)
                go.set()
                for each, its in ((alice, True), (bob, False)):
                    assert b"boom" in each.rest() and each.status == 500
                    head = each.head.lower()
                    for name in (b"openai-organization:", b"x-ratelimit-remaining-tokens:", b"set-cookie:"):
                        assert (name in head) == its, (name, each.head)
                    assert b"x-engine: e1" in head and b"retry-after: 7" in head and b"content-type: application/json" in head
        assert len(worker.requests) == 1


def test_an_error_event_reaches_whoever_waits_for_another_packaging_beyond_its_early_head():
    parts = Parts(ROLE, chat_chunk(content="a "), OOM)
    with FakeWorker(parts) as worker, behind(worker, '[timeouts]\ncommit_after = "100ms"\nkeep_alive = "100ms"\n') as banto:
        body = chat(stream=True)
        with Listening(banto, body) as first, Listening(banto, {**body, "stream_options": {"include_usage": True}}) as second:
            first.comments(1)
            second.comments(1)
            parts.go(3)
            for each in (first, second):
                told = each.rest()
                assert b'"error"' in told and b"[DONE]" not in told and not each.ended, told[-300:]
            assert b"CUDA oom" in first.payload
        assert len(worker.requests) == 1
