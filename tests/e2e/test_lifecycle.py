"""The process itself: starting, stopping in order, reloading under load, and what the operator's probes say meanwhile."""
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import threading

import pytest
from fakes.fake_worker import FakeWorker, answer_chat, chat_chunk
from harness import DEADLINE_S, Banto, binary, free_port, until, worker_toml
from traffic import FAST_HEALTH, NO_CACHE, Client, Engine, Gate, chat_bytes, in_parallel, read_answer, start_parallel, text_of


class Steps:
    """A worker whose stream goes on a word at a time, when it is told to."""

    def __init__(self):
        self.begun, self.next = threading.Semaphore(0), threading.Semaphore(0)
        self.words = 3

    def __call__(self, connection, seen):
        if not seen.json().get("stream"):
            return answer_chat(connection, seen)
        connection.start_stream()
        connection.chunk(chat_chunk(role="assistant", content="begun "))
        self.begun.release()
        for _ in range(self.words):
            self.next.acquire(timeout=DEADLINE_S)
            connection.chunk(chat_chunk(content="word "))
        connection.chunk(chat_chunk(finish="stop"))
        connection.chunk("data: [DONE]\n\n")
        connection.end_stream()


def begin_stream(banto, text="x"):
    s = banto.raw(chat_bytes(text, stream=True))
    out = b""
    while b"begun" not in out:
        out += s.recv(65536)
    return s, out


def rest_of(s, out=b""):
    """What comes until the other side closes."""
    s.settimeout(DEADLINE_S)
    try:
        while True:
            part = s.recv(65536)
            if not part:
                return out
            out += part
    except ConnectionResetError:
        return out


def refuses_connections(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=DEADLINE_S).close()
        return False
    except ConnectionResetError:
        return False  # it came in the moment of closing
    except ConnectionRefusedError:
        return True


def ended(banto):
    return banto.process.wait(DEADLINE_S)


def test_sigterm_finishes_what_runs_and_refuses_what_comes():
    steps = Steps()
    with FakeWorker(steps) as worker, Banto(worker_toml(worker.url, name="a", kind="vllm")) as banto:
        stream, out = begin_stream(banto)
        idle = socket.create_connection(("127.0.0.1", banto.port), timeout=DEADLINE_S)
        kept = Client(banto)
        assert kept.chat("before").status == 200
        banto.signal(signal.SIGTERM)
        until(lambda: refuses_connections(banto.port), "new connections are refused")
        assert idle.recv(1) == b"", "a connection without a request is closed"
        ready = banto.admin("/readyz")
        assert ready.status == 503 and b"draining" in ready.body
        assert banto.admin("/livez").status == 200
        until(lambda: banto.metric("banto_requests_in_flight") == 1, "one runs")
        steps.next.release(3)
        out = rest_of(stream, out)
        assert out.count(b"word") == 3 and b"[DONE]" in out and out.endswith(b"0\r\n\r\n")
        assert ended(banto) == 0
        assert "stopping" in banto.events() and "stopped" in banto.events()
        assert banto.access()[-1]["status"] == 200, "the last access line is written"


def test_sigterm_without_traffic_ends_at_once_and_cleanly():
    with FakeWorker() as worker, Banto(worker_toml(worker.url, kind="vllm")) as banto:
        with Client(banto) as kept:
            assert kept.chat().status == 200
            banto.signal(signal.SIGINT)
            assert ended(banto) == 0


def test_a_request_that_is_queued_or_half_sent_at_sigterm_is_answered():
    gate = Gate()
    with FakeWorker(gate) as worker, Banto(worker_toml(worker.url, name="a", kind="vllm", max_in_flight=1) + NO_CACHE) as banto:
        first = banto.raw(chat_bytes("first"))
        until(lambda: gate.arrived, "the first runs")
        queued = banto.raw(chat_bytes("queued"))
        until(lambda: banto.metric("banto_queue_depth") == 1, "the second waits")
        whole = chat_bytes("half")
        half = banto.raw(whole[:-10])
        until(lambda: banto.metric("banto_connections_active", side="client") == 3, "three connections")
        banto.signal(signal.SIGTERM)
        until(lambda: refuses_connections(banto.port), "draining")
        half.sendall(whole[-10:])
        gate.let(3)
        assert [read_answer(s)[0] for s in (first, queued, half)] == [200, 200, 200]
        assert ended(banto) == 0


def test_after_shutdown_time_a_stream_is_cut_and_never_cleanly():
    steps = Steps()
    config = '[timeouts]\nshutdown = "300ms"\n'
    with FakeWorker(steps) as worker, Banto(worker_toml(worker.url, name="a", kind="vllm") + config) as banto:
        stream, out = begin_stream(banto)
        banto.signal(signal.SIGTERM)
        out = rest_of(stream, out)
        assert not out.endswith(b"0\r\n\r\n") and b"[DONE]" not in out
        assert b'"error"' in out and b"shutting_down" in out, "the client is told, in its API's shape"
        assert ended(banto) == 0
        steps.next.release(3)
        assert banto.access()[-1]["error"] == "shutting_down"


def test_a_second_signal_stops_at_once():
    steps = Steps()
    with FakeWorker(steps) as worker, Banto(worker_toml(worker.url, name="a", kind="vllm")) as banto:
        stream, out = begin_stream(banto)
        banto.signal(signal.SIGTERM)
        until(lambda: refuses_connections(banto.port), "draining")
        assert banto.process.poll() is None
        banto.signal(signal.SIGTERM)
        assert ended(banto) == 0  # the default shutdown is 30 s
        assert "second signal" in banto.events()
        assert not rest_of(stream, out).endswith(b"0\r\n\r\n")
        steps.next.release(3)


def config_of(*workers, more=NO_CACHE):
    return "threads = 2\n" + "".join(worker_toml(w.url if hasattr(w, "url") else w, name=n, kind="vllm") for w, n in workers) + more


def reload(banto, config, word="reloaded"):
    before = banto.events().count(word)
    banto.write_config(config)
    banto.signal(signal.SIGHUP)
    until(lambda: banto.events().count(word) > before, f"the log says {word}: {banto.events()[-800:]}")


def test_sighup_adds_a_worker_and_a_removed_one_finishes_its_stream():
    """Identity survives every reload that keeps the worker, with whatever settings; after its removal what runs is finished."""
    steps = Steps()
    with FakeWorker(steps) as a, FakeWorker(models=("m", "n")) as b:
        with Banto(config_of((a, "a"))) as banto:
            stream, out = begin_stream(banto)
            assert banto.worker("a")["in_flight"] == 1
            reload(banto, config_of((b, "b"), more=worker_toml(a.url, name="a", kind="vllm", weight=5, headers='{ "x-new" = "1" }') + FAST_HEALTH + NO_CACHE))
            assert banto.worker("a")["in_flight"] == 1 and banto.worker("a")["weight"] == 5
            until(lambda: banto.chat(model="n").status == 200, "the new worker serves")
            reload(banto, config_of((b, "b")))
            assert [w["name"] for w in banto.status()["workers"]] == ["b"]
            assert banto.chat().header("x-banto-worker") == "b"
            until(lambda: banto.metric("banto_requests_in_flight") == 1, "one runs")
            steps.next.release(3)
            while not out.endswith(b"0\r\n\r\n"):
                part = stream.recv(65536)
                assert part, out
                out += part
            assert out.count(b"word") == 3 and b"[DONE]" in out
            reload(banto, config_of((a, "a"), (b, "b")))
            until(lambda: banto.worker("a")["health"] == "healthy", "it may come back")
            assert banto.worker("a")["in_flight"] == 0


def test_max_in_flight_of_a_reload_counts_what_already_runs():
    gate = Gate()
    with FakeWorker(gate) as a:
        plain = worker_toml(a.url, name="a", kind="vllm") + NO_CACHE
        limited = worker_toml(a.url, name="a", kind="vllm", max_in_flight=1) + NO_CACHE
        with Banto(plain) as banto:
            first = banto.raw(chat_bytes("first"))
            second = banto.raw(chat_bytes("second"))
            until(lambda: len(gate.arrived) == 2, "both run")
            reload(banto, limited)
            third = banto.raw(chat_bytes("third"))
            until(lambda: banto.metric("banto_queue_depth") == 1, "the third waits for the new limit")
            gate.let(1)
            until(lambda: banto.worker("a")["in_flight"] == 1, "one of two is done")
            assert banto.metric("banto_queue_depth") == 1 and len(gate.arrived) == 2
            gate.let(2)
            assert [read_answer(s)[0] for s in (first, second, third)] == [200] * 3


def test_those_who_wait_get_a_raised_limit_or_a_new_worker_at_once():
    """Nobody else has to come for it: the queue follows the file."""
    gate, other = Gate(), Gate()
    with FakeWorker(gate) as a, FakeWorker(other) as b:
        limited = worker_toml(a.url, name="a", kind="vllm", max_in_flight=1)
        raised = worker_toml(a.url, name="a", kind="vllm", max_in_flight=2)
        added = worker_toml(b.url, name="b", kind="vllm", max_in_flight=1)
        with Banto(limited + NO_CACHE) as banto:
            socks = []
            for i in range(4):
                socks.append(banto.raw(chat_bytes(f"{i}")))
                until(lambda: gate.arrived, "the first runs")
                until(lambda: banto.metric("banto_queue_depth") == i, "the others wait")
            reload(banto, raised + NO_CACHE)
            until(lambda: gate.arrived == ["0", "1"], "the oldest got the new slot")
            reload(banto, raised + added + NO_CACHE)
            until(lambda: other.arrived == ["2"], "the next got the new worker")
            assert banto.metric("banto_queue_depth") == 1
            gate.let(4)
            other.let(4)
            assert [read_answer(s)[0] for s in socks] == [200] * 4


@pytest.mark.parametrize("broken,where", [
    ("listen = \"127.0.0.1:0\"\n\n[[workers]]\nurl = \"http://x:1\"\nweihgt = 2\n", r"banto\.toml:5:1: .*unknown key.*weihgt"),
    ("[[workers]\nurl = 1\n", r"banto\.toml:1:\d+: "),
    (None, r"banto\.toml"),
])
def test_a_broken_file_keeps_the_running_configuration_and_says_where(broken, where):
    with FakeWorker() as a, Banto(config_of((a, "a"))) as banto:
        if broken is None:
            os.unlink(banto.config_path)
        else:
            with open(banto.config_path, "w") as f:
                f.write(broken)
        banto.signal(signal.SIGHUP)
        until(lambda: "reload failed" in banto.events(), "the failure is logged")
        said = next(json.loads(l)["msg"] for l in banto.events().splitlines() if "reload failed" in l)
        assert re.search(where, said), said
        assert banto.metric("banto_config_last_reload_successful") == 0
        assert banto.chat().status == 200 and banto.worker("a")["health"] == "healthy"
        reload(banto, config_of((a, "a")))
        assert banto.metric("banto_config_last_reload_successful") == 1


def test_a_reload_under_load_loses_no_request():
    """Workers come and go, limits, policy and health settings change: no client is told anything."""
    with FakeWorker() as a, FakeWorker() as b, FakeWorker() as c:
        files = [
            config_of((a, "a"), (b, "b")),
            config_of((a, "a"), (b, "b"), (c, "c"), more='[balance]\npolicy = "round_robin"\n' + NO_CACHE),
            config_of((b, "b"), (c, "c"), more='[health]\ninterval = "200ms"\n' + NO_CACHE),
            worker_toml(b.url, name="b", kind="vllm", max_in_flight=2, headers='{ "x-new" = "1" }') + worker_toml(c.url, name="c", kind="vllm", weight=3) + NO_CACHE,
        ]
        with Banto(files[0]) as banto:
            stop, bad, good = threading.Event(), [], []

            def client(k):
                i = 0
                with Client(banto) as kept:
                    while not stop.is_set():
                        i += 1
                        answer = kept.chat(f"<{k} {i}>", stream=i % 2 == 0)
                        if answer.status != 200 or (i % 2 and f"<{k} {i}>" not in answer.body.decode()):
                            bad.append((answer.status, answer.body))
                        good.append(1)

            threads, errors = start_parallel(client, 4)
            for n in range(12):
                before = len(good)
                reload(banto, files[(n + 1) % len(files)])
                until(lambda: len(good) >= before + 20 or bad or errors, "traffic goes on")
            # The last file stays until its worker has been asked what it serves and gets its share.
            reload(banto, files[3])
            until(lambda: c.requests and any(r.headers.get("x-new") for r in list(b.requests)) or bad or errors, "the last file is in force")
            stop.set()
            [t.join() for t in threads]
            assert not errors and bad == [], (errors, bad[:3])
            until(lambda: all(w["in_flight"] == 0 for w in banto.status()["workers"]), "all slots are free")


def test_sighup_without_a_file_changes_nothing():
    with FakeWorker() as a, Banto(words=["serve", a.url, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]) as banto:
        banto.signal(signal.SIGHUP)
        until(lambda: "nothing to reload" in banto.events(), "it says so")
        assert banto.chat().status == 200


def test_livez_and_readyz_through_all_phases():
    steps = Steps()
    hold = threading.Event()

    def slow_page(connection, seen):
        hold.wait(DEADLINE_S)
        connection.reply(200, "")

    with Engine(steps, pages={"/health": slow_page}) as worker:
        admin = free_port()
        config = 'listen = "127.0.0.1:0"\n' + worker_toml(worker.url, name="a", kind="vllm", models=["m"]) + FAST_HEALTH + f'[admin]\nlisten = "127.0.0.1:{admin}"\n'

        def probe(path):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", admin, timeout=DEADLINE_S)
                connection.request("GET", path)
                reply = connection.getresponse()
                return reply.status, reply.read().decode()
            except ConnectionError:
                return None

        seen = []

        def watch():
            while not seen or seen[-1][1][0] != 200:
                live, ready = probe("/livez"), probe("/readyz")
                if live and ready:
                    seen.append((live, ready))
                    hold.set()

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        with Banto(config) as banto:
            watcher.join(DEADLINE_S)
            assert all(live[0] == 200 for live, _ in seen)
            assert seen[0][1][0] == 503 and "starting" in seen[0][1][1], seen[0]  # asked before the workers were
            assert seen[-1][1][0] == 200
            worker.pages = {"/health": (500, "")}
            until(lambda: probe("/readyz")[0] == 503, "no worker, not ready")
            assert "a: GET /health: 500" in probe("/readyz")[1] and probe("/livez")[0] == 200
            worker.pages = {}
            until(lambda: probe("/readyz")[0] == 200, "ready again")
            stream, out = begin_stream(banto)
            banto.signal(signal.SIGTERM)
            until(lambda: probe("/readyz") == (503, "draining\n"), "not ready while draining")
            assert probe("/livez")[0] == 200
            steps.next.release(3)
            assert b"[DONE]" in rest_of(stream, out)
            assert ended(banto) == 0


def test_sigusr1_reopens_the_access_log():
    with FakeWorker() as a, Banto(worker_toml(a.url, name="a", kind="vllm")) as banto:
        banto.chat("one")
        first = banto.access_line(status=200)["request_id"]
        old = banto.access_path + ".1"
        os.rename(banto.access_path, old)
        banto.signal(signal.SIGUSR1)

        def in_new_file():
            banto.chat("one more")
            return banto.access()

        until(in_new_file, "a line in the new file")
        with open(old) as f:
            ids = [json.loads(line)["request_id"] for line in f]
        assert first in ids and not {l["request_id"] for l in banto.access()} & set(ids)


def run(*words):
    return subprocess.run([binary(), *words], capture_output=True, text=True, timeout=DEADLINE_S, stdin=subprocess.DEVNULL)


def test_a_port_that_somebody_has_is_a_clear_error_and_exit_1():
    with FakeWorker() as a:
        done = run("serve", a.url, "--listen", f"127.0.0.1:{a.port}", "--admin", "127.0.0.1:0")
        assert done.returncode == 1
        assert f"127.0.0.1:{a.port}" in done.stderr and "in use" in done.stderr
        assert "serving" not in done.stderr + done.stdout


def test_the_port_of_another_banto_is_not_shared_silently():
    """Its listeners share their port between threads (SO_REUSEPORT): a second process must not take half of the clients unnoticed."""
    with FakeWorker() as a, Banto(worker_toml(a.url, name="a", kind="vllm")) as banto:
        second = subprocess.Popen([binary(), "serve", a.url, "--listen", f"127.0.0.1:{banto.port}", "--admin", "127.0.0.1:0"],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        try:
            said = second.stderr.readline()
            while said and "serving on port" not in said and "in use" not in said:
                said = second.stderr.readline()
            assert "in use" in said and f"127.0.0.1:{banto.port}" in said
            assert second.wait(DEADLINE_S) == 1
        finally:
            second.kill()
            second.communicate()


def test_the_admin_port_that_somebody_has_is_a_clear_error_and_exit_1():
    with FakeWorker() as a:
        done = run("serve", a.url, "--listen", "127.0.0.1:0", "--admin", f"127.0.0.1:{a.port}")
        assert done.returncode == 1 and f"127.0.0.1:{a.port}" in done.stderr and "in use" in done.stderr
