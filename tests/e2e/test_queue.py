"""More requests than slots: who waits, in which order, for how long, and what those are told who cannot."""
import random
import threading
import time

import pytest
from fakes.fake_worker import FakeWorker, answer_chat, chat_chunk
from harness import Banto, until, worker_toml
from traffic import NO_CACHE, Client, Gate, chat_bytes, in_parallel, peer_left, read_answer, start_parallel, text_of


def one(worker, more="", **settings):
    """One worker "a" that takes one request at a time, unless settings say otherwise."""
    return Banto("threads = 2\n" + worker_toml(worker.url, name="a", kind="vllm", **{"max_in_flight": 1, **settings}) + more + ("" if "[cache]" in more else NO_CACHE))


def until_queued(banto, count):
    until(lambda: banto.metric("banto_queue_depth") == count, f"{count} are waiting; {banto.metric('banto_queue_depth')}")


class OneAtATime:
    """Answers after a moment; notes when it is asked while somebody who has not left is still being served."""

    def __init__(self):
        self.lock, self.open, self.most = threading.Lock(), set(), 0

    def __call__(self, connection, seen):
        with self.lock:
            others = set(self.open)
            self.open.add(connection.sock)
        # Whoever left may be seen to leave a moment after the next has come: their sockets are two.
        end = time.monotonic() + 2
        while time.monotonic() < end:
            with self.lock:
                now = {s for s in others if s in self.open and not peer_left(s)}
            if not now:
                break
            time.sleep(0.001)  # between two looks
        self.most = max(self.most, 1 + len(now) if others else 1)
        try:
            for _ in range(4):
                if peer_left(connection.sock):
                    return connection.sock.close()
                time.sleep(0.0005)  # a worker that takes its time
            with self.lock:
                self.open.discard(connection.sock)  # before the answer's last byte: then the next may come
            answer_chat(connection, seen)
        finally:
            with self.lock:
                self.open.discard(connection.sock)


def test_one_slot_two_threads_200_requests_50_of_them_leaving():
    """B1 and the queue's promise: the worker never sees two, everybody who stays is answered with their own answer, and the count ends at zero."""
    serial = OneAtATime()
    with FakeWorker(serial) as worker, one(worker) as banto:
        over = []
        done = threading.Event()

        def watch():
            while not done.is_set():
                over.append(banto.worker("a")["in_flight"])

        watcher = threading.Thread(target=watch)
        watcher.start()

        def client(k):
            dice = random.Random(k)
            for i in range(10):
                s = banto.raw(chat_bytes(f"<{k} {i}>", stream=i % 2 == 0))
                if i % 4 == 1 or (i == 2 and k < 0):  # i = 1, 5, 9 …
                    time.sleep(dice.random() * 0.1)  # the moment of leaving is the test's subject
                    s.close()
                    continue
                status, body = read_answer(s)
                s.close()
                assert status == 200, body
                if i % 2:
                    assert f"echo: <{k} {i}>".encode() in body
                else:
                    assert f"<{k}".encode() in body and f"{i}>".encode() in body and b"[DONE]" in body

        in_parallel(client, 20)
        until(lambda: banto.worker("a")["in_flight"] == 0, "the slot is free")
        done.set()
        watcher.join()
        assert serial.most == 1 and max(over) <= 1 and min(over) >= 0
        until_queued(banto, 0)
        until(lambda: len(banto.access()) == 200, "200 access lines")
        left = [l for l in banto.access() if l.get("left")]
        assert len(left) <= 60 and any(l["left"] == "queued" for l in left)
        assert all(l["status"] == 200 for l in banto.access() if not l.get("left"))
        assert banto.chat("after").status == 200


def test_first_come_first_served():
    gate = Gate()
    with FakeWorker(gate) as worker, one(worker) as banto:
        threads = []
        for i in range(8):
            threads += start_parallel(lambda _, i=i: banto.chat(f"{i}"), 1)[0]
            until(lambda: gate.arrived, "the first has arrived")
            until_queued(banto, i)
        gate.let(8)
        [t.join() for t in threads]
        assert gate.arrived == [str(i) for i in range(8)]
        line = banto.access_line(worker_reason="queue")
        assert line["queue_ms"] > 0


def test_whoever_leaves_the_queue_passes_the_place_on():
    gate = Gate()
    with FakeWorker(gate) as worker, one(worker) as banto:
        first = banto.raw(chat_bytes("first"))
        until(lambda: gate.arrived, "the first has arrived")
        second = banto.raw(chat_bytes("second"))
        until_queued(banto, 1)
        third = banto.raw(chat_bytes("third"))
        until_queued(banto, 2)
        second.close()
        until_queued(banto, 1)
        gate.let(2)
        assert read_answer(first)[0] == 200 and read_answer(third)[0] == 200
        assert gate.arrived == ["first", "third"]


def test_a_full_queue_is_429_with_retry_after():
    gate = Gate()
    with FakeWorker(gate) as worker, one(worker, "[balance]\nqueue_length_max = 2\n") as banto:
        threads, errors = start_parallel(lambda i: banto.chat(f"{i}"), 3)
        until(lambda: gate.arrived, "one runs")
        until_queued(banto, 2)
        answer = banto.chat("too many")
        error = answer.json()["error"]
        assert answer.status == 429 and error["code"] == "queue_full" and error["type"] == "rate_limit_error"
        assert 0 < int(answer.header("retry-after")) <= 60
        until(lambda: banto.metric("banto_requests_rejected_total", reason="queue_full") == 1, "it is counted")
        gate.let(3)
        [t.join() for t in threads]
        assert not errors and sorted(gate.arrived) == ["0", "1", "2"]


def test_a_queue_of_length_zero_refuses_at_once():
    gate = Gate()
    with FakeWorker(gate) as worker, one(worker, "[balance]\nqueue_length_max = 0\n") as banto:
        threads, errors = start_parallel(lambda i: banto.chat("one"), 1)
        until(lambda: gate.arrived, "one runs")
        assert banto.chat("two").json()["error"]["code"] == "queue_full"
        gate.let(2)
        [t.join() for t in threads]
        assert not errors and banto.chat("three").status == 200


def test_queue_timeout_is_503_and_the_worker_never_hears_of_it():
    gate = Gate()
    with FakeWorker(gate) as worker, one(worker, '[balance]\nqueue_timeout = "200ms"\n') as banto:
        threads, errors = start_parallel(lambda i: banto.chat("first"), 1)
        until(lambda: gate.arrived, "one runs")
        before = time.monotonic()
        answer = banto.chat("second")
        waited_ms = (time.monotonic() - before) * 1000
        assert answer.status == 503 and answer.json()["error"]["code"] == "queue_timeout"
        assert 0 < int(answer.header("retry-after")) <= 60
        # The timeout counts from the beginning of the loop's turn, queue_ms from the queue.
        assert waited_ms >= 200 and 100 <= banto.access_line(status=503)["queue_ms"] <= waited_ms
        gate.let(2)
        [t.join() for t in threads]
        assert not errors and gate.arrived == ["first"]
        until_queued(banto, 0)


def test_a_failed_attempt_does_not_wait_in_a_queue_that_nobody_can_serve_it_from():
    """A retry with no worker left gets the worker's own error at once, although others wait for that worker."""
    gate = Gate(lambda connection, seen: connection.reply(500, {"error": {"message": "said 500", "code": 500}}))
    with FakeWorker(gate) as worker, one(worker) as banto:
        first = banto.raw(chat_bytes("first"))
        until(lambda: gate.arrived, "the first has arrived")
        second = banto.raw(chat_bytes("second"))
        until_queued(banto, 1)
        third = banto.raw(chat_bytes("third"))
        until_queued(banto, 2)
        gate.let(1)
        first.settimeout(10)
        status, body = read_answer(first)
        assert status == 500 and b"said 500" in body
        gate.let(2)
        assert read_answer(second)[0] == 500 and read_answer(third)[0] == 500
        until(lambda: banto.worker("a")["in_flight"] == 0, "the slot is free")


def test_a_retry_elsewhere_may_queue_for_the_other_worker():
    gate = Gate()
    fails = lambda connection, seen: connection.reply(500, {"error": {"message": "no", "code": 500}})
    with FakeWorker(fails) as a, FakeWorker(gate) as b:
        config = worker_toml(a.url, name="a", kind="vllm") + worker_toml(b.url, name="b", kind="vllm", max_in_flight=1, backup=True) + NO_CACHE
        with Banto(config) as banto:
            first = banto.raw(chat_bytes("first"))
            until(lambda: gate.arrived, "the first runs at b")
            second = banto.raw(chat_bytes("second"))
            until_queued(banto, 1)
            gate.let(2)
            assert read_answer(first)[0] == 200 and read_answer(second)[0] == 200


def test_groups_that_share_a_worker_take_turns_by_age():
    gate = Gate()
    with FakeWorker(gate, models=("m1", "m2")) as worker, one(worker) as banto:
        socks = []
        for i, model in enumerate(("m1", "m2", "m1", "m2")):
            socks.append(banto.raw(chat_bytes(f"{i} {model}", model=model)))
            until(lambda: gate.arrived, "the first has arrived")
            until_queued(banto, i)
        assert banto.metric("banto_queue_depth", model="m1") == 1 and banto.metric("banto_queue_depth", model="m2") == 2
        gate.let(4)
        assert all(read_answer(s)[0] == 200 for s in socks)
        assert gate.arrived == ["0 m1", "1 m2", "2 m1", "3 m2"]


def overloaded_once(status, *headers):
    """Refuses the first request with this status, then serves; notes when it was asked."""
    times = []

    def answer(connection, seen):
        times.append(time.monotonic())
        if len(times) == 1:
            return connection.reply(status, {"error": {"message": "said busy", "type": "x", "code": status}}, headers=headers)
        answer_chat(connection, seen)

    return answer, times


@pytest.mark.parametrize("status", [429, 503])
def test_back_pressure_is_honoured_and_somebody_else_serves_meanwhile(status):
    answer, times = overloaded_once(status, "Retry-After: 2")
    with FakeWorker(answer) as a, FakeWorker() as b:
        config = worker_toml(a.url, name="a", kind="vllm") + worker_toml(b.url, name="b", kind="vllm", backup=True) + NO_CACHE
        with Banto(config) as banto, Client(banto) as client:
            begin = time.monotonic()
            while len(times) < 2:
                assert client.chat().status == 200
                assert time.monotonic() < begin + 30, "the worker is never asked again"
            assert times[1] - times[0] >= 2.0 - 0.05  # the cool-down is counted from our clock's last look
            assert not banto.worker("a")["ejected"], "back-pressure is no fault"


def test_the_only_worker_is_waited_for_after_a_429():
    answer, times = overloaded_once(429, "Retry-After: 1")
    with FakeWorker(answer) as worker, one(worker, max_in_flight=0) as banto:
        first = banto.chat("first")
        # Either it was tried again in time, or the client is told when to come back.
        assert first.status == 200 or first.status == 429 and int(first.header("retry-after")) == 1
        second = banto.chat("second")
        assert second.status == 200, second.body
        assert times[1] - times[0] >= 1.0 - 0.05
        assert banto.access_line(status=200)["worker"] == "a"


def test_an_absurd_retry_after_is_a_minute_for_the_client():
    answer, times = overloaded_once(429, "Retry-After: 99999999999999999999")
    with FakeWorker(answer) as worker, one(worker, '[balance]\nqueue_timeout = "200ms"\n', max_in_flight=0) as banto:
        first = banto.chat("first")
        assert first.status == 429 and int(first.header("retry-after")) == 60
        assert banto.chat("second").json()["error"]["code"] == "queue_timeout"


@pytest.mark.parametrize("words", ["Wed, 21 Oct 2015 07:28:00 GMT", "soon", "-5", ""])
def test_a_retry_after_that_is_no_number_is_a_default_wait(words):
    """RFC 9110 §10.2.3 allows a date; a worker that is busy is not asked again at once, whatever it writes."""
    answer, times = overloaded_once(503, f"Retry-After: {words}")
    with FakeWorker(answer) as worker, one(worker, max_in_flight=0) as banto:
        first = banto.chat("first")
        assert first.status == 503 and 0 < int(first.header("retry-after")) <= 60
        assert banto.chat("second").status == 200
        assert times[1] - times[0] >= 0.9


def test_total_bounds_a_request_wherever_it_is():
    """timeouts.total: while it is queued, while the worker thinks, and in the middle of its stream; the worker is not blamed."""

    def endless(connection, seen):
        connection.start_stream()
        connection.chunk(chat_chunk(role="assistant", content="begun"))
        while not peer_left(connection.sock):
            connection.chunk(chat_chunk(content=" on"))
            time.sleep(0.02)  # between two tokens

    def silent(connection, seen):
        until(lambda: peer_left(connection.sock), "the proxy leaves")

    def answer(connection, seen):
        (endless if "endless" in text_of(seen) else silent)(connection, seen)

    with FakeWorker(answer) as worker, one(worker, '[timeouts]\ntotal = "500ms"\n') as banto:
        thinking = banto.raw(chat_bytes("silent"))
        until(lambda: worker.requests, "it has arrived")
        queued = banto.raw(chat_bytes("queued"))
        for s in (thinking, queued):
            status, body = read_answer(s)
            assert status == 504 and b"timeouts.total" in body
        until(lambda: banto.worker("a")["in_flight"] == 0, "the slot is free")
        status, body = read_answer(banto.raw(chat_bytes("endless", stream=True)))
        assert status == 200 and b"begun" in body and not body.endswith(b"0\r\n\r\n")
        assert b'"error"' in body and b"timeouts.total" in body
        assert not banto.worker("a")["ejected"] and banto.metric("banto_worker_errors_total") == 0
