"""Equal questions at once are one question to the worker, whatever packaging each asks for."""
import threading

import pytest
from cache_asking import ask
from fakes.fake_worker import FakeWorker
from fakes.packed_engine import MESSAGES, USAGE, PackedEngine
from harness import Banto, until, worker_toml
from one_worker import behind, question
from told import joined, usages
from wire import Reader, chunks, request_bytes


class Held(PackedEngine):
    """Answers once it is let."""

    def __init__(self, messages):
        self.gate = threading.Event()
        super().__init__(messages)

    def _answer(self, connection, seen):
        self.gate.wait(60)
        super()._answer(connection, seen)


class AtOnce:
    """Asks in threads; the first is with its worker before the others ask."""

    def __init__(self, banto, worker, bodies):
        self.answers = {}
        self.asking = [threading.Thread(target=self._ask, args=(banto, i, body)) for i, body in enumerate(bodies)]
        self.asking[0].start()
        until(lambda: len(worker.requests) == 1, "the first asks")
        for thread in self.asking[1:]:
            thread.start()
        until(lambda: banto.metric("banto_requests_in_flight") == len(bodies), "all ask")

    def _ask(self, banto, i, body):
        self.answers[i] = ask(banto, body)

    def all(self):
        for thread in self.asking:
            thread.join()
        return [self.answers[i] for i in range(len(self.asking))]


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("first", [False, True], ids=["whole-first", "stream-first"])
def test_equal_questions_at_once_are_one_whatever_their_packaging(first, threads):
    with Held([MESSAGES["reasoning"]]) as engine, Banto(f"threads = {threads}\n" + worker_toml(engine.url, name="gpu1", kind="vllm")) as banto:
        banto.until_worker("gpu1")
        body = question()
        wishes = [{"stream": first}] + 4 * [{"stream": not first}, {"stream": first}, {"stream": True, "stream_options": {"include_usage": True}}]
        asked = AtOnce(banto, engine, [{**body, **wish} for wish in wishes])
        engine.gate.set()
        for wish, answer in zip(wishes, asked.all()):
            assert answer.status == 200
            said = joined(chunks(answer.body))[0]["message"] if wish["stream"] else answer.json()["choices"][0]["message"]
            assert said == MESSAGES["reasoning"]
            if wish["stream"]:
                assert usages(answer) == ([USAGE] if "stream_options" in wish else [])
        assert len(engine.requests) == 1


def test_whoever_waits_for_another_packaging_is_told_of_its_failure():
    gate = threading.Event()

    def refuse(connection, seen):
        gate.wait(60)
        connection.reply(400, {"error": {"message": "too long", "type": "invalid_request_error"}})

    with FakeWorker(refuse) as worker, behind(worker) as banto:
        body = question()
        asked = AtOnce(banto, worker, [{**body, "stream": s} for s in (True, False, True)])
        gate.set()
        for answer in asked.all():
            assert answer.status == 400 and "too long" in answer.json()["error"]["message"]
        assert len(worker.requests) == 1


def test_whoever_waited_for_what_is_not_kept_asks_for_itself():
    gate = threading.Event()

    def answer(connection, seen):
        gate.wait(60)
        body = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "m", "usage": USAGE,
                "choices": [{"index": 0, "message": {"role": "assistant", "content": "x"}, "finish_reason": "content_filter"}]}
        connection.reply(400 if seen.json()["stream"] else 200, body)

    with FakeWorker(answer) as worker, behind(worker) as banto:
        body = question()
        asked = AtOnce(banto, worker, [{**body, "stream": s} for s in (False, True, True, False)])
        gate.set()
        assert [answer.status for answer in asked.all()] == [200, 400, 400, 200]
        assert len(worker.requests) <= 3


def test_a_stream_waits_for_a_whole_beyond_its_early_head():
    with Held([MESSAGES["text"]]) as engine, behind(engine, '[timeouts]\ncommit_after = "100ms"\nkeep_alive = "100ms"\n') as banto:
        banto.until_worker("gpu1")
        body = question()
        asked = AtOnce(banto, engine, [body])
        reader = Reader(banto.raw(request_bytes({**body, "stream": True})))
        while b"\r\n\r\n" not in reader.buffer or b":\n\n" not in reader.buffer:
            assert reader._more()
        engine.gate.set()
        status, headers, payload = reader.answer()
        assert status == 200 and payload.endswith(b"data: [DONE]\n\n")
        assert joined(chunks(payload))[0]["message"] == MESSAGES["text"] and len(engine.requests) == 1
        assert asked.all()[0].json()["choices"][0]["message"] == MESSAGES["text"]
