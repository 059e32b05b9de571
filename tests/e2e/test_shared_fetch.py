"""Equal questions at the same time are one request to a worker (design: the shared fetch): who reads it, at whose pace, how it ends for each."""
import json
import threading

import pytest
from cache_asking import ask, chat, is_hit, nonce, sanitized
from fakes.fake_worker import FakeWorker, answer_chat, chat_chunk, chat_whole
from harness import Banto, until, worker_toml
from redis_asking import redis  # noqa: F401 (a fixture)
from sharing import Held, until_asking
from streaming import Listening, Parts
from traffic import in_parallel, start_parallel

ROLE, STOP, DONE = chat_chunk(role="assistant", content=""), chat_chunk(finish="stop"), "data: [DONE]\n\n"
THREADS = "threads = 4\n"


def behind(*workers, config="", more=""):
    tables = "".join(worker_toml(w.url, name=f"gpu{i}", kind="vllm") for i, w in enumerate(workers))
    return Banto(THREADS + config + tables + more)


def words(count):
    return [chat_chunk(content=f"word{i} ") for i in range(count)]


def ask_at_once(banto, held, bodies, headers=None):
    """All are under way before the worker answers; their answers in order."""
    answers = [None] * len(bodies)

    def one(i):
        answers[i] = banto.post("/v1/chat/completions", bodies[i], headers=headers[i] if headers else None)

    threads, errors = start_parallel(one, len(bodies))
    until_asking(banto, len(bodies))
    held.opened.set()
    for thread in threads:
        thread.join()
    assert not errors, errors[0]
    return answers


@pytest.mark.parametrize("stream", [False, True])
def test_equal_prompts_at_once_are_one_request_and_equal_answers(stream):
    """Trap F1, over four threads."""
    held = Held()
    with FakeWorker(held) as worker, behind(worker) as banto:
        body = chat(stream=stream)
        answers = ask_at_once(banto, held, [body] * 50)
        assert len(worker.requests) == 1
        assert {a.status for a in answers} == {200} and len({a.body for a in answers}) == 1
        assert sorted(a.header("x-cache") for a in answers) == ["MISS"] + ["SHARED"] * 49
        joined = next(a for a in answers if a.header("x-cache") == "SHARED")
        assert joined.header("cache-status").startswith("banto; fwd=miss; collapsed"), joined.headers
        assert joined.header("x-banto-worker") == "gpu0"
        assert len({(a.header("content-type"), a.header("content-length"), a.header("transfer-encoding")) for a in answers}) == 1
        assert banto.chat(body["messages"][0]["content"], temperature=0, stream=stream).header("x-cache") == "HIT"
        assert banto.metric("banto_worker_requests_total") == 1
        assert banto.metric("banto_cache_requests_total", result="shared") == 49
        assert banto.metric("banto_cache_stores_total", result="stored") == 1


def test_who_joins_late_has_what_was_said_and_then_the_rest_as_it_comes():
    said = words(900)
    parts = Parts(ROLE, *said, "".join(words(1)), STOP + DONE)
    with FakeWorker(parts) as worker, behind(worker) as banto:
        body = chat(stream=True)
        with Listening(banto, body) as first:
            parts.go(901)
            first.until(lambda p: b"word899" in p)
            with Listening(banto, body) as late, Listening(banto, body) as later:
                late.until(lambda p: b"word899" in p)
                later.until(lambda p: b"word899" in p)
                parts.go()
                for each in (first, late, later):
                    each.until(lambda p: p.count(b"word0 ") == 2)
                parts.go()
                assert first.rest() == late.rest() == later.rest()
                assert b"[DONE]" in first.payload and len(worker.requests) == 1


def test_the_first_may_leave_and_the_others_have_all():
    """Trap F2."""
    parts = Parts(ROLE, *words(3), STOP + DONE)
    with FakeWorker(parts) as worker, behind(worker) as banto:
        body = chat(stream=True)
        with Listening(banto, body) as first, Listening(banto, body) as second:
            parts.go(2)
            second.until(lambda p: b"word0" in p)
            first.until(lambda p: b"word0" in p)
            first.sock.close()
            until_asking(banto, 1)
            parts.go(3)
            assert b"[DONE]" in second.rest() and b"word2" in second.payload
        assert len(worker.requests) == 1
        assert banto.post("/v1/chat/completions", body).header("x-cache") == "HIT"
        assert banto.metric("banto_worker_requests_total") == 1


def test_the_last_to_leave_leaves_the_worker_which_is_not_blamed():
    left = threading.Event()

    def answer(connection, seen):
        connection.start_stream()
        connection.chunk(ROLE + words(1)[0])
        if connection.left():
            left.set()

    with FakeWorker(answer) as worker, behind(worker) as banto:
        body = chat(stream=True)
        readers = [Listening(banto, body).until(lambda p: b"word0" in p) for _ in range(4)]
        for reader in readers[:-1]:
            reader.sock.close()
        until_asking(banto, 1)
        assert not left.is_set()
        readers[-1].sock.close()
        assert left.wait(30)
        until(lambda: banto.metric("banto_worker_requests_total") == 1, "the attempt is counted")
        assert banto.metric("banto_worker_errors_total") == 0 and banto.worker("gpu0")["in_flight"] == 0


def test_a_failure_before_the_first_byte_is_retried_once_for_all():
    """Trap F3: no stampede."""
    held = Held(lambda connection, seen: connection.reset() if len(worker.requests) == 1 else answer_chat(connection, seen))
    with FakeWorker(held) as worker, behind(worker, worker, config='[balance]\nretries = 2\n') as banto:
        answers = ask_at_once(banto, held, [chat(stream=True)] * 30)
        assert {a.status for a in answers} == {200} and len(worker.requests) == 2


@pytest.mark.parametrize("scope, status, shared", [("credential", 400, True), ("credential", 401, True), ("shared", 500, True), ("shared", 400, False), ("shared", 401, False), ("shared", 429, False)])
def test_a_workers_refusal_is_told_to_all_but_not_to_other_callers(scope, status, shared):
    held = Held(lambda connection, seen: connection.reply(status, {"error": {"message": "the worker's own words", "type": "x", "code": None}}))
    with FakeWorker(held) as worker, behind(worker, config='[balance]\nretries = 0\n', more=f'[cache]\nscope = "{scope}"\n') as banto:
        answers = ask_at_once(banto, held, [chat()] * 12)
        assert {a.status for a in answers} == {status}
        assert all("the worker's own words" in a.body.decode() for a in answers)
        assert len(worker.requests) == (1 if shared else 12)


def test_when_no_worker_answers_each_is_told_so():
    held = Held(lambda connection, seen: connection.reset())
    with FakeWorker(held) as worker, behind(worker, config='[balance]\nretries = 1\n') as banto:
        answers = ask_at_once(banto, held, [chat()] * 10)
        assert {a.status for a in answers} == {502} and len(worker.requests) <= 2
        said = [a.json()["error"]["message"] for a in answers]
        assert len(set(said)) == 1 and "gpu0 (reset)" in said[0], said


@pytest.mark.parametrize("how", ["cut", "error"])
def test_a_stream_that_breaks_is_told_to_every_reader_and_not_kept(how):
    last = 'data: {"error": {"message": "out of memory", "type": "server_error", "code": 500}}\n\n'
    parts = Parts(ROLE, *words(2), *([last] if how == "error" else []), end=how == "error")
    with FakeWorker(parts) as worker, behind(worker) as banto:
        body = chat(stream=True)
        readers = [Listening(banto, body) for _ in range(4)]
        parts.go(2)
        for reader in readers:
            reader.until(lambda p: b"word0" in p)
        parts.go(2)
        for reader in readers:
            told = reader.rest()
            assert b'"error"' in told and b"[DONE]" not in told and not reader.ended, told[-300:]
            assert how == "cut" or b"out of memory" in told
        assert len(worker.requests) == 1
        worker.answer = answer_chat
        assert banto.post("/v1/chat/completions", body).header("x-cache") == "MISS"


def test_an_answer_that_is_not_for_sharing_releases_all_and_is_remembered():
    def cookie(connection, seen):
        connection.reply(200, chat_whole("for you alone " + seen.headers["x-request-id"]), headers=("Set-Cookie: a=b",))

    held = Held(cookie)
    with FakeWorker(held) as worker, behind(worker) as banto:
        body = chat()
        answers = ask_at_once(banto, held, [body] * 20)
        assert len(worker.requests) == 20 and len({a.body for a in answers}) == 20
        assert {a.header("x-cache") for a in answers} == {"MISS"}
        held.opened.clear()
        threads, errors = start_parallel(lambda _: banto.post("/v1/chat/completions", body), 3)
        until(lambda: worker.open_now == 3, "nobody waits for another's")
        held.opened.set()
        for thread in threads:
            thread.join()
        assert not errors


@pytest.mark.parametrize("headers", [{"Cache-Control": "no-cache"}, {"Cache-Control": "no-store"}, {"Authorization": "Bearer sk-bob"}])
def test_who_wants_its_own_or_may_not_share_neither_joins_nor_is_joined(headers):
    """Trap F4."""
    held = Held()
    with FakeWorker(held) as worker, behind(worker) as banto:
        bodies = [chat(stream=True)] * 4
        answers = ask_at_once(banto, held, bodies, headers=[headers, {}, headers, {}])
        own = 1 if "Authorization" in headers else 2
        assert len(worker.requests) == 1 + own
        assert [a.status for a in answers] == [200] * 4


def test_a_purge_in_the_middle_parts_those_before_from_those_after(redis):
    parts, body, other = Parts(ROLE, *words(2), STOP + DONE), chat(stream=True), chat()

    def answer(connection, seen):
        (parts if seen.json()["messages"] == body["messages"] else answer_chat)(connection, seen)

    with FakeWorker(answer) as worker, behind(worker, more=f'[cache]\nredis = "{redis.url}"\nredis_timeout = "5s"\n') as banto:
        ask(banto, other)
        assert is_hit(ask(banto, other))
        before = [Listening(banto, body) for _ in range(2)]
        parts.go(2)
        for each in before:
            each.until(lambda p: b"word0" in p)
        redis.client().incr("banto:epoch")
        until(lambda: not is_hit(ask(banto, other)), "the purge is obeyed")
        parts.asked.clear()
        after = Listening(banto, body)
        assert parts.asked.wait(30), "it asks anew"
        parts.go(6)
        for each in (*before, after):
            assert b"[DONE]" in each.rest()


def test_a_slow_reader_of_a_long_answer_is_cut_and_the_fast_one_has_it_all():
    """Trap F5: longer than what is kept, the log is a window; memory stays bounded."""
    count, word = 1200, chat_chunk(content="x" * 8000)

    def answer(connection, seen):
        connection.start_stream()
        connection.chunk(ROLE)
        assert begin.wait(60)
        for _ in range(count):
            connection.chunk(word)
        connection.chunk(STOP + DONE)
        connection.end_stream()

    begin = threading.Event()
    with FakeWorker(answer) as worker, behind(worker, more='[cache]\nentry_bytes_max = "256KiB"\n') as banto:
        body = chat(stream=True)
        with Listening(banto, body).until(lambda p: b"assistant" in p) as slow, Listening(banto, body) as fast:
            fast.until(lambda p: b"assistant" in p)
            memory = banto.memory_kib()
            begin.set()
            assert fast.rest().count(b"xxx\"") == count and b"[DONE]" in fast.payload
            assert sanitized() or banto.memory_kib() < memory + 16 * 1024
            told = slow.rest()
            assert b"fell_behind" in told and b"[DONE]" not in told and not slow.ended
        assert len(worker.requests) == 1


def test_readers_get_a_sign_of_life_while_the_worker_thinks():
    held = Held()
    with FakeWorker(held) as worker, behind(worker, more='[timeouts]\ncommit_after = "100ms"\nkeep_alive = "100ms"\n') as banto:
        body = chat(stream=True)
        readers = [Listening(banto, body) for _ in range(3)]
        for reader in readers:
            reader.comments(2)
        held.opened.set()
        for reader in readers:
            assert b"[DONE]" in reader.rest()
        assert len(worker.requests) == 1


def test_equal_gets_of_a_route_are_one_request():
    held = Held(lambda connection, seen: connection.reply(200, {"n": len(app.requests)}))
    route = '[[routes]]\npath = "/predict"\nmethods = ["GET"]\nworkers = ["app"]\ncache = { ttl = "60s", key = ["query.input_text"] }\n'
    with FakeWorker(held) as app, Banto(THREADS + worker_toml(app.url, name="app", kind="http") + route) as banto:
        text, answers = nonce().replace(" ", "+"), []
        threads, errors = start_parallel(lambda _: answers.append(banto.get(f"/predict?input_text={text}")), 20)
        until_asking(banto, 20)
        held.opened.set()
        for thread in threads:
            thread.join()
        assert not errors and len(app.requests) == 1
        assert {a.body for a in answers} == {b'{"n": 1}'}


def test_many_bursts_of_equal_prompts_with_leaving_clients_ask_once_each():
    """No answer of another prompt, none that is cut, no count that stays."""
    with FakeWorker() as worker, behind(worker) as banto:
        texts = [nonce() for _ in range(40)]

        def one(i):
            text = texts[i % len(texts)]
            if i % 5 == 0:
                with Listening(banto, {"model": "m", "temperature": 0, "stream": True, "messages": [{"role": "user", "content": text}]}):
                    return  # leaves at once
            answer = banto.chat(text, temperature=0, stream=True)
            said = "".join(json.loads(e[6:])["choices"][0]["delta"].get("content") or "" for e in answer.body.decode().split("\n\n") if e.startswith("data: {"))
            assert said.split() == ("echo: " + text).split(), (text, answer.body)

        in_parallel(one, 400)
        until_asking(banto, 0)
        until(lambda: banto.worker("gpu0")["in_flight"] == 0, "no slot is lost")
