"""Who gets the next request: the policies, their ties, weights and backups, and counts that always come back to zero."""
import collections
import contextlib
import random
import threading
import time

import pytest
from fakes.fake_worker import FakeWorker, answer_chat, chat_chunk
from harness import Banto, until, worker_toml
from traffic import NO_CACHE, Client, Engine, Gate, answer_ollama, chat_bytes, in_parallel, ollama_pages, peer_left, start_parallel, text_of


@contextlib.contextmanager
def fleet(answers, policy="least_loaded", more="", **settings):
    """Workers a, b, c … with these answer functions; settings are lists with a value a worker."""
    with contextlib.ExitStack() as stack:
        workers = [stack.enter_context(FakeWorker(answer)) for answer in answers]
        config = "".join(worker_toml(w.url, name="abcdefgh"[i], kind="vllm", models=["m"], **{k: v[i] for k, v in settings.items()}) for i, w in enumerate(workers))
        banto = stack.enter_context(Banto(f"threads = 2\n{config}[balance]\npolicy = \"{policy}\"\n{more}" + ("" if "[cache]" in more else NO_CACHE)))
        yield banto, workers


def ask_in_turn(banto, count):
    with Client(banto) as one, Client(banto) as two:  # two connections: likely two ProxyThreads
        return [(one if i % 2 else two).chat(f"turn {i}").header("x-banto-worker") for i in range(count)]


@pytest.mark.parametrize("policy", ["least_loaded", "least_requests", "random"])
def test_equal_idle_workers_get_equal_shares_and_not_the_first_of_the_list(policy):
    """B2: with fewer clients than workers every pick is a tie."""
    with fleet([answer_chat] * 4, policy) as (banto, workers):
        names = ask_in_turn(banto, 200)
        shares = collections.Counter(names)
        assert set(shares) == set("abcd") and all(20 <= n <= 80 for n in shares.values()), shares  # 50 ± 5 standard deviations
        assert [len(w.requests) for w in workers] == [shares[n] for n in "abcd"]
        cyclic = sum(names[i] == names[i - 4] for i in range(4, 200))
        assert cyclic < 110, "ties are broken in turn, not at random"  # 49 ± 6 when at random


def test_a_fresh_process_does_not_begin_with_the_first_worker():
    """B2: a restarted or reloaded proxy must not send its first requests to the same worker; several processes stand for several replicas."""
    with contextlib.ExitStack() as stack:
        workers = [stack.enter_context(FakeWorker()) for _ in range(4)]
        config = "threads = 1\n" + "".join(worker_toml(w.url, name="abcd"[i], kind="vllm", models=["m"]) for i, w in enumerate(workers)) + NO_CACHE
        first = []
        for _ in range(12):
            with Banto(config) as banto:
                first.append(banto.chat().header("x-banto-worker"))
            if len(set(first)) > 1:
                return
        assert False, f"always the same worker first: {first}"  # by chance once in four millions


def test_least_loaded_keeps_small_prompts_away_from_a_big_one():
    gates = {name: Gate() for name in "ab"}
    with fleet([gates["a"], gates["b"]]) as (banto, _):
        threads, errors = start_parallel(lambda i: banto.chat("x" * 300_000), 1)
        big = until(lambda: next((g for g in gates.values() if g.arrived), None), "the big prompt has arrived")
        other = next(g for g in gates.values() if g is not big)
        more, more_errors = start_parallel(lambda i: banto.chat(f"small {i}"), 6)
        until(lambda: len(other.arrived) == 6, f"six small ones beside the big one; it has {len(big.arrived)}")
        assert len(big.arrived) == 1
        [g.let(10) for g in gates.values()]
        [t.join() for t in threads + more]
        assert not errors + more_errors


def test_a_prompt_counts_until_its_first_token_and_not_longer():
    """A big prompt that is being answered is in the way of nobody's first token any more."""
    go = threading.Event()

    def long_stream(connection, seen):
        connection.start_stream()
        connection.chunk(chat_chunk(role="assistant", content=""))
        connection.chunk(chat_chunk(content="first"))
        go.wait(30)
        connection.chunk(chat_chunk(finish="stop"))
        connection.chunk("data: [DONE]\n\n")
        connection.end_stream()

    def answer(connection, seen):
        (long_stream if text_of(seen).startswith("big") else answer_chat)(connection, seen)

    with fleet([answer, answer]) as (banto, workers):
        big = banto.raw(chat_bytes("big " + "x" * 300_000, stream=True))
        out = b""
        while b"first" not in out:
            out += big.recv(65536)
        # One request runs on one worker, none on the other, no prompt anywhere: the fewer requests decide.
        loaded = next(w for w in workers if w.requests)
        names = ask_in_turn(banto, 10)
        assert len(set(names)) == 1 and len(loaded.requests) == 1
        go.set()
        while not out.endswith(b"0\r\n\r\n"):
            out += big.recv(65536)


@pytest.mark.parametrize("policy", ["least_loaded", "least_requests"])
def test_requests_that_run_are_shared_by_weight(policy):
    gates = [Gate(), Gate()]
    with fleet(gates, policy, weight=[3, 1]) as (banto, _):
        arrived = lambda: len(gates[0].arrived) + len(gates[1].arrived)
        threads, errors = [], []
        for i in range(8):  # one after the other: how many are in flight is exact at each pick
            more, more_errors = start_parallel(lambda _: banto.chat("same size"), 1)
            threads += more
            errors.append(more_errors)
            until(lambda: arrived() == i + 1, "the next has arrived")
        assert [len(g.arrived) for g in gates] == [6, 2]
        [g.let(10) for g in gates]
        [t.join() for t in threads]
        assert not any(errors)


@pytest.mark.parametrize("policy", ["least_loaded", "least_requests", "random"])
def test_ties_are_drawn_by_weight(policy):
    with fleet([answer_chat] * 2, policy, weight=[3, 1]) as (banto, _):
        share = collections.Counter(ask_in_turn(banto, 200))["a"]
        assert 115 <= share <= 185, share  # 150 ± 6 · 5.7


def test_round_robin_goes_in_turn():
    with fleet([answer_chat] * 3, "round_robin") as (banto, _):
        names = ask_in_turn(banto, 30)
        assert all(names[i] == names[i - 3] for i in range(3, 30)) and set(names[:3]) == set("abc"), names


def test_round_robin_by_weight_is_smooth():
    with fleet([answer_chat] * 3, "round_robin", weight=[2, 1, 1]) as (banto, _):
        names = ask_in_turn(banto, 40)
        assert collections.Counter(names) == {"a": 20, "b": 10, "c": 10}
        assert "aaa" not in "".join(names)


def test_least_requests_goes_where_fewest_run():
    gates = [Gate() for _ in range(3)]
    with fleet(gates, "least_requests") as (banto, _):
        threads, errors = [], []
        for i in range(9):
            more, more_errors = start_parallel(lambda i: banto.chat("x" * (1 + 50_000 * (i % 2))), 1)
            threads += more
            errors.append(more_errors)
            until(lambda: sum(len(g.arrived) for g in gates) == i + 1, "the next has arrived")
        assert [len(g.arrived) for g in gates] == [3, 3, 3]
        [g.let(10) for g in gates]
        [t.join() for t in threads]
        assert not any(errors)


@pytest.mark.parametrize("policy", ["least_loaded", "round_robin"])
def test_a_worker_that_fails_fast_attracts_no_traffic(policy):
    """It always has the fewest requests in flight: without ejection it would get nearly all of them."""

    def fails(connection, seen):
        connection.reply(500, {"error": {"message": "CUDA error", "type": "InternalServerError", "code": 500}})

    def slow(connection, seen):
        time.sleep(0.01)  # a worker that takes its time
        answer_chat(connection, seen)

    with fleet([fails, slow], policy) as (banto, (bad, good)):
        statuses = []

        def client(k):
            with Client(banto) as c:
                statuses.extend(c.chat(f"{k} {i}").status for i in range(25))

        in_parallel(client, 4)
        assert statuses == [200] * 100
        assert len(bad.requests) <= 5 + 4, "five faults in a row eject it; four may have been under way"
        assert banto.worker("a")["ejected"] and banto.metric("banto_worker_circuit_open", worker="a") == 1
        assert banto.worker("a")["health"] == "healthy"  # its probes are fine: two facts, kept apart
        until(lambda: "a ejected" in banto.events(), "the ejection is logged")
        assert banto.events().count("a ejected") == 1


def test_a_backup_serves_only_while_nobody_else_can():
    config = '[health]\ninterval = "100ms"\nrise = 1\n' + NO_CACHE
    with FakeWorker() as a, FakeWorker() as b:
        with Banto(worker_toml(a.url, name="a", kind="vllm", models=["m"]) + worker_toml(b.url, name="b", kind="vllm", models=["m"], backup=True) + config) as banto:
            assert set(ask_in_turn(banto, 20)) == {"a"} and b.requests == []
            a.stop()
            assert set(ask_in_turn(banto, 10)) == {"b"}
            banto.until_worker("a", "unhealthy")
            with FakeWorker(port=a.port):
                banto.until_worker("a", "healthy")
                until(lambda: set(ask_in_turn(banto, 5)) == {"a"}, "the worker itself serves again")


def test_a_full_worker_overflows_to_the_backup_and_not_into_the_queue():
    gate = Gate()
    with fleet([gate, answer_chat], max_in_flight=[1, 0], backup=[False, True]) as (banto, (_, b)):
        threads, errors = start_parallel(lambda i: banto.chat("first"), 1)
        until(lambda: gate.arrived, "the first has arrived")
        assert banto.chat("second").header("x-banto-worker") == "b"
        gate.let(5)
        [t.join() for t in threads]
        assert not errors


def mixed(connection, seen):
    """Does what the request's text says."""
    body = seen.body.decode("latin-1")
    if "DO-500" in body:
        return connection.reply(500, {"error": {"message": "no", "code": 500}})
    if "DO-429" in body:
        return connection.reply(429, {"error": {"message": "slow down", "code": 429}}, headers=["Retry-After: 0"])
    if "DO-400" in body:
        return connection.reply(400, {"error": {"message": "bad", "code": 400}})
    if "DO-reset" in body:
        return connection.reset()
    if "DO-silence" in body:
        until(lambda: peer_left(connection.sock), "the proxy gives up")
        return connection.sock.close()
    if "DO-cut" in body:
        connection.start_stream()
        connection.chunk(chat_chunk(role="assistant", content="a"))
        return connection.reset()
    if seen.path == "/api/chat":
        return answer_ollama(connection, seen)
    if seen.path == "/v1/embeddings":
        return connection.reply(200, {"object": "list", "data": [{"object": "embedding", "index": 0, "embedding": [0.5]}], "model": "m", "usage": {"prompt_tokens": 1, "total_tokens": 1}})
    if seen.path == "/v1/completions":
        return connection.reply(200, {"id": "cmpl-1", "object": "text_completion", "created": 1, "model": "m",
                                      "choices": [{"index": 0, "text": "x", "finish_reason": "stop", "logprobs": None}], "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}})
    if seen.path == "/app":
        return connection.reply(200, {"ok": True})
    answer_chat(connection, seen)


def test_in_flight_returns_to_zero_after_any_mix():
    """B1, R6: success, error, abort, hit, timeout, retry, on all endpoints; never negative, not counted for hits."""
    deeds = ["", "", "same", "DO-500", "DO-429", "DO-400", "DO-reset", "DO-silence", "DO-cut", "abort", "abort"]
    config = '[timeouts]\nfirst_byte = "300ms"\n[[routes]]\npath = "/app"\nworkers = ["d"]\n'
    with Engine(mixed) as a, Engine(mixed) as b, Engine(mixed, pages=ollama_pages("m")) as c, Engine(mixed) as d:
        workers = worker_toml(a.url, name="a", kind="vllm", max_in_flight=3) + worker_toml(b.url, name="b", kind="vllm") + worker_toml(c.url, name="c", kind="ollama") + worker_toml(d.url, name="d", kind="http")
        with Banto("threads = 2\n" + workers + config) as banto:

            def body_of(path, text, stream):
                if path == "/v1/embeddings":
                    return {"model": "m", "input": text}
                if path == "/v1/completions":
                    return {"model": "m", "prompt": text}
                return {"model": "m", "stream": stream, "messages": [{"role": "user", "content": text}]}

            def client(k):
                dice = random.Random(k)
                for i in range(30):
                    deed = dice.choice(deeds)
                    path = dice.choice(["/v1/chat/completions", "/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/api/chat", "/app"])
                    stream = dice.random() < 0.5
                    text = "same" if deed == "same" else f"{deed} {k} {i}"
                    if deed == "abort":
                        s = banto.raw(chat_bytes(dice.choice(["", "DO-silence "]) + text, stream=stream))
                        time.sleep(dice.random() * 0.01)  # anywhere in its life: the moment is the test's subject, not a wait
                        s.close()
                        continue
                    with contextlib.suppress(ConnectionError, Exception):
                        banto.request("POST", path, body_of(path, text, stream))

            low, stop = [], threading.Event()

            def watch():
                while not stop.is_set():
                    low.extend(w["in_flight"] for w in banto.status()["workers"])

            watcher = threading.Thread(target=watch)
            watcher.start()
            in_parallel(client, 8)
            until(lambda: all(w["in_flight"] == 0 for w in banto.status()["workers"]), f"all slots are free: {banto.status()['workers']}")
            stop.set()
            watcher.join()
            assert min(low) == 0 and max(low) >= 1
            until(lambda: banto.metric("banto_requests_in_flight") == 0, "no request is open")
            assert banto.metric("banto_queue_depth") == 0
            until(lambda: len(banto.access()) == 8 * 30, "each request has one access line")
            # The mix was one: each kind of end has occurred.
            lines = banto.access()
            assert {l.get("cache") for l in lines} >= {"hit", "miss", "bypass"}
            assert {a["result"] for l in lines for a in l.get("attempts", [])} >= {"ok", "http_5xx", "overloaded", "reset", "first_byte_timeout", "client_left"}
            # A hit asks nobody: no attempt, no worker's count.
            hits = [l for l in lines if l.get("cache") == "hit"]
            assert hits and not any(l.get("attempts") for l in hits)
            attempts = collections.Counter(a["worker"] for l in lines for a in l.get("attempts", []))
            for worker, name in ((a, "a"), (b, "b"), (c, "c"), (d, "d")):
                assert banto.metric("banto_worker_requests_total", worker=name) == attempts[name]
                assert len(worker.asked) <= attempts[name]
            assert banto.chat("the end").status == 200
