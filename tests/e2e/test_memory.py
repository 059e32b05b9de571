"""Memory, labels and files stay bounded, whatever is asked (traps M1, M5)."""
import concurrent.futures
import json
import re

import pytest
from cache_asking import ask, is_hit, nonce, sanitized, try_ask
from fakes.fake_worker import FakeWorker, chat_chunk, chat_whole
from harness import Banto, until, worker_toml

ENTRY_BYTES = 64 << 10
MEMORY_BYTES = 8 << 20


def behind(worker, config="", **more):
    return Banto(worker_toml(worker.url, name="gpu1", kind="vllm", **more) + config)


def question(**fields):
    return {"model": "m", "messages": [{"role": "user", "content": nonce()}], **fields}


def long_answer(connection, seen):
    if not seen.json().get("stream"):
        return connection.reply(200, chat_whole("x" * ENTRY_BYTES))
    connection.start_stream()
    for _ in range(8):
        connection.chunk(chat_chunk(content="x" * (ENTRY_BYTES // 8)))
    connection.chunk(chat_chunk(finish="stop") + "data: [DONE]\n\n")
    connection.end_stream()


def kept(banto):
    return banto.status()["cache"]


def test_the_memory_tier_keeps_to_its_bound_and_the_newest_stay():
    """M1: five times as much as fits, whole and streamed."""
    with FakeWorker(long_answer) as worker, behind(worker, '[cache]\nmemory = "8MiB"\n') as banto:
        asked = []
        for i in range(5 * MEMORY_BYTES // ENTRY_BYTES):
            asked.append(question(stream=i % 2 == 0))
            assert ask(banto, asked[-1]).status == 200
            if i % 64 == 0:
                assert kept(banto)["bytes"] <= MEMORY_BYTES
        cache = kept(banto)
        assert MEMORY_BYTES // 2 < cache["bytes"] <= MEMORY_BYTES and cache["evictions"] > 400, cache
        assert sum(is_hit(ask(banto, body, headers={"Cache-Control": "only-if-cached"})) for body in asked[-32:]) >= 24
        assert not is_hit(ask(banto, asked[0], headers={"Cache-Control": "only-if-cached"}))


@pytest.mark.skipif(sanitized(), reason="a sanitizer's build has no meaningful size")
def test_the_process_does_not_grow_with_what_passes_through_the_memory_tier():
    """M1, M5: PSS after ten times the bound is what it was after twice."""
    with FakeWorker(long_answer) as worker, behind(worker, '[cache]\nmemory = "8MiB"\n') as banto:
        idle = banto.memory_kib()

        def churn(mebibytes):
            for _ in range(mebibytes * (1 << 20) // ENTRY_BYTES):
                ask(banto, question())
            return banto.memory_kib()

        after = churn(16)
        assert after - idle < 3 * MEMORY_BYTES >> 10, (idle, after)
        later = churn(64)
        assert later <= after * 1.25, (idle, after, later)


def test_expired_entries_are_given_back_without_being_asked_for():
    """M1: nobody asks again, and still they go."""
    with FakeWorker() as worker, behind(worker, '[cache]\nttl = "1s"\n') as banto:
        for _ in range(200):
            ask(banto, question())
        assert kept(banto)["entries"] > 0
        until(lambda: kept(banto)["entries"] == 0, "the sweep has taken all")
        assert kept(banto)["bytes"] == 0 and kept(banto)["expirations"] >= 1


def test_streams_that_break_off_leave_nothing_in_the_memory_tier():
    """M2: what was recorded of them is freed."""

    def cut(connection, seen):
        connection.start_stream()
        connection.chunk(chat_chunk(content="x" * 100_000))
        connection.sock.close()

    with FakeWorker(cut) as worker, behind(worker, "[balance]\nretries = 0\n") as banto:
        for _ in range(50):
            try_ask(banto, question(stream=True))
        assert kept(banto)["entries"] == 0 and kept(banto)["bytes"] == 0


# --- M5: labels ---


def series(banto):
    return [line for line in banto.admin("/metrics").body.decode().splitlines() if line and not line.startswith("#")]


def labels(lines, name):
    return {value for line in lines for value in re.findall(rf'[{{,]{name}="((?:[^"\\]|\\.)*)"', line)}


def invent(banto, count):
    """Requests for models that nobody has, each another one; returns the metrics after the last is counted."""
    before = banto.metric("banto_requests_total")
    for _ in range(count):
        ask(banto, question(model="invented " + nonce()))
    until(lambda: banto.metric("banto_requests_total") >= before + count, "all are counted")
    return series(banto)


def test_model_names_that_nobody_serves_do_not_become_labels():
    """M5: a client that invents names cannot fill the metrics."""
    with FakeWorker() as worker, behind(worker) as banto:
        assert ask(banto, question()).status == 200
        until(lambda: "m" in labels(series(banto), "model"), "the known model")
        first, second = invent(banto, 100), invent(banto, 100)
        assert not any("invented" in line for line in second)
        assert len(labels(second, "model")) <= 4 and len(first) == len(second)


def test_where_a_worker_takes_every_name_the_first_200_become_labels_and_the_rest_is_other():
    """M5: the metrics stop to grow."""
    with FakeWorker() as worker, behind(worker, models=["*"]) as banto:
        first, second = invent(banto, 300), invent(banto, 300)
        assert len(labels(second, "model") - {"", "other", "_other"}) == 200
        assert len(second) <= len(first) + 5


def test_strange_paths_methods_and_statuses_do_not_become_labels():
    """M5"""
    with FakeWorker(lambda c, s: c.reply(200 + int(s.headers.get("x-status", 0)), "x")) as worker, Banto(worker_toml(worker.url, name="app", kind="http")) as banto:
        for i in range(60):
            banto.request(f"METHOD{i}", f"/path/{i}?q={i}", headers={"X-Status": str(i % 10)})
        until(lambda: banto.metric("banto_requests_total") >= 60, "all are counted")
        after = series(banto)
        assert not any("METHOD" in line or "/path" in line for line in after)
        assert len(labels(after, "endpoint")) <= 5 and len(labels(after, "code")) <= 12


# --- M5: files ---


def test_open_files_come_back_to_what_they_were():
    """M5: after hits, misses, refusals, clients that leave and workers that break."""

    def answer(connection, seen):
        text = seen.json()["messages"][0]["content"]
        if "break" in text:
            return connection.reset()
        if "hold" in text:
            connection.start_stream()
            connection.chunk(chat_chunk(content="a"))
            return connection.left()
        connection.reply(200, chat_whole("x"), headers=["Connection: close"])

    with FakeWorker(answer) as worker, behind(worker, "[balance]\nretries = 0\n") as banto:
        ask(banto, question())
        files = banto.open_files()
        known = question()

        def one(i):
            if i % 5 == 0:
                return ask(banto, question())
            if i % 5 == 1:
                return ask(banto, known)
            if i % 5 == 2:
                return ask(banto, b"rubbish")
            if i % 5 == 3:
                return try_ask(banto, question(messages=[{"role": "user", "content": f"break {nonce()}"}]))
            data = json.dumps(question(stream=True, messages=[{"role": "user", "content": f"hold {nonce()}"}])).encode()
            client = banto.raw(b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(data) + data)
            client.recv(100)
            client.close()

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(one, range(200)))
        # Two spare: an idle connection to the worker that a health check may hold at the moment of looking.
        until(lambda: banto.open_files() <= files + 2, f"the files are closed; had {files}, have {banto.open_files()}")
        until(lambda: banto.worker("gpu1")["in_flight"] == 0, "nothing is in flight")


def test_idle_connections_cost_little_and_are_given_back():
    """M5: an idle connection holds no buffer."""
    with FakeWorker() as worker, behind(worker) as banto:
        body = json.dumps(question()).encode()
        request = b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        ask(banto, json.loads(body))
        before = banto.memory_kib()
        clients = []
        for _ in range(400):
            s = banto.raw(request)
            seen = b""
            while b'"choices"' not in seen:
                seen += s.recv(65536)
            clients.append(s)
        at_most = banto.open_files()
        assert at_most > 400
        if not sanitized():
            assert banto.memory_kib() - before < 400 * 4, "KiB for 400 idle connections"
        for s in clients:
            s.close()
        until(lambda: banto.open_files() <= at_most - 400, "the files are closed")
