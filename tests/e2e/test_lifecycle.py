"""The process itself: stopping in order, and what the operator's probes say meanwhile."""
import http.client
import json
import os
import signal
import socket
import threading

from fakes.fake_worker import FakeWorker
from harness import DEADLINE_S, Banto, free_port, until, worker_toml
from traffic import NO_CACHE, Client, Engine, Gate, chat_bytes, read_answer
from word_steps import Steps, begin_stream, rest_of


# A worker that is held is not called unwell before anybody has looked.
PATIENT_HEALTH = '[health]\ninterval = "100ms"\ntimeout = "20s"\n'


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


def test_livez_and_readyz_through_all_phases():
    steps = Steps()
    hold = threading.Event()

    def slow_page(connection, seen):
        hold.wait(DEADLINE_S)
        connection.reply(200, "")

    with Engine(steps, pages={"/health": slow_page}) as worker:
        admin = free_port()
        config = 'listen = "127.0.0.1:0"\n' + worker_toml(worker.url, name="a", kind="vllm", models=["m"]) + PATIENT_HEALTH + f'[admin]\nlisten = "127.0.0.1:{admin}"\n'

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
