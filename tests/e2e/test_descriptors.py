"""File descriptors: room for every client's, and what is said when the system does not allow so many."""
import contextlib
import itertools
import os
import resource
import signal
import threading
import time

from fakes.fake_worker import FakeWorker, chat_whole
from harness import Banto, until, worker_toml
from traffic import FAST_HEALTH, NO_CACHE, Client, chat_bytes, in_parallel
from wire import Reader


def status_of(banto, field):
    with open(f"/proc/{banto.process.pid}/status") as f:
        return next(line.split()[1] for line in f if line.startswith(field + ":"))


def soft_limit_of(banto):
    return resource.prlimit(banto.process.pid, resource.RLIMIT_NOFILE)[0]


def test_room_for_every_clients_descriptors_is_made_at_the_start():
    """A table that grows while threads share it makes a loop stand still for 10 to 16 ms each time."""
    with FakeWorker() as a:
        config = worker_toml(a.url, name="a", kind="vllm") + "\n[limits]\nconnections_max = 2000\n"
        with Banto(config, under=["prlimit", "--nofile=300:"]) as banto:
            assert soft_limit_of(banto) >= 5000
            assert int(status_of(banto, "FDSize")) >= 5000
            assert "open files" not in banto.events()
            banto.write_config(config.replace("2000", "4000"))
            banto.signal(signal.SIGHUP)
            until(lambda: "reloaded" in banto.events(), "the reload")
            assert int(status_of(banto, "FDSize")) >= 9000


def test_a_limit_of_open_files_that_is_too_low_is_said_at_the_start():
    with FakeWorker() as a, Banto(worker_toml(a.url, name="a", kind="vllm"), under=["prlimit", "--nofile=1500:1500"]) as banto:
        assert "at most 1500 open files: not enough for the 20000 clients" in banto.events()
        assert Client(banto).chat("hello").status == 200


def lowest_free(banto):
    """The number that the next descriptor would get."""
    taken = {int(name) for name in os.listdir(f"/proc/{banto.process.pid}/fd")}
    return next(n for n in itertools.count() if n not in taken)


@contextlib.contextmanager
def without_descriptors(banto):
    """For a while the program gets no descriptor more. Nothing is just being closed when it begins."""
    counts = []
    until(lambda: counts.append(banto.open_files()) or len(counts) > 50 and len(set(counts[-50:])) == 1, "a quiet moment")
    soft, hard = resource.prlimit(banto.process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(banto.process.pid, resource.RLIMIT_NOFILE, (lowest_free(banto), hard))
    yield
    resource.prlimit(banto.process.pid, resource.RLIMIT_NOFILE, (soft, hard))


def answer_and_close(connection, seen):
    connection.reply(200, chat_whole("hi"), headers=["Connection: close"])
    connection.sock.close()


SELDOM = '[health]\ninterval = "1h"\n' + NO_CACHE


def test_running_out_of_descriptors_is_no_workers_fault():
    """The client is told to come again, no worker is ejected, nobody is tried in its place, and with descriptors all goes on."""
    with FakeWorker(answer_and_close) as a, FakeWorker(answer_and_close) as b:
        config = "threads = 1\n" + worker_toml(a.url, name="a", kind="vllm") + worker_toml(b.url, name="b", kind="vllm") + SELDOM
        with Banto(config) as banto:
            banto.until_worker("a"), banto.until_worker("b")
            with contextlib.ExitStack() as stack:
                clients = [stack.enter_context(Client(banto)) for _ in range(20)]
                assert all(client.chat().status == 200 for client in clients)
                with without_descriptors(banto):
                    for client in clients:
                        answer = client.chat()
                        assert (answer.status, answer.json()["error"]["code"], answer.header("retry-after")) == (503, "no_descriptors", "1"), answer.body
                    late = banto.raw(chat_bytes("late"))  # is not accepted yet
                assert all(client.chat().status == 200 for client in clients)
                assert Reader(late).answer()[0] == 200
                late.close()
            line = banto.access_line(error="no_descriptors")
            assert [attempt["result"] for attempt in line["attempts"]] == ["no_descriptors"], line
            assert "ejected" not in banto.events()
            assert banto.metric("banto_retries_total") == 0


def test_a_probe_that_gets_no_descriptor_says_nothing_of_its_worker():
    """For three intervals and more nobody can be asked how he is."""
    with FakeWorker() as a:
        with Banto("threads = 1\n" + worker_toml(a.url, name="a", kind="vllm") + FAST_HEALTH + "fall = 1\n") as banto:
            banto.until_worker("a")
            asked = len(a.all_requests)
            until(lambda: len(a.all_requests) > asked, "a probe")
            with without_descriptors(banto):
                # Perhaps one was just under way; from then on there are none.
                quiet = time.monotonic() + 1
                until(lambda: time.monotonic() > quiet, "ten intervals")
            asked = len(a.all_requests)
            until(lambda: len(a.all_requests) > asked, "probes go on")
            assert banto.worker("a")["health"] == "healthy"
            assert "unhealthy" not in banto.events(), banto.events()


def test_more_clients_than_descriptors_allow_wait_and_nobody_is_refused():
    """Each client that is let in can have a worker's connection too; the others stay in the backlog until somebody leaves."""
    at_once, lock = [], threading.Lock()

    def answer(connection, seen):
        with lock:
            at_once.append(worker.open_now)
        answer_and_close(connection, seen)

    with FakeWorker(answer) as worker:
        config = "threads = 2\n" + worker_toml(worker.url, name="a", kind="vllm") + SELDOM
        with Banto(config, under=["prlimit", "--nofile=128:128"]) as banto:
            banto.until_worker("a")

            def ask(i):
                answer = banto.chat(f"client {i}", headers={"Connection": "close"})
                assert answer.status == 200, answer.body

            in_parallel(ask, 300)
            assert "ejected" not in banto.events()
            assert banto.metric("banto_worker_errors_total") == 0
