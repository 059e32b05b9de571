"""File descriptors: room for every client's, and what is said when the system does not allow so many."""
import resource
import signal

from fakes.fake_worker import FakeWorker
from harness import Banto, until, worker_toml
from traffic import Client


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
