"""Starting where a port is somebody else's: a clear error, and nothing is served."""
import subprocess

import pytest
from fakes.fake_worker import FakeWorker
from harness import DEADLINE_S, Banto, binary, until, worker_toml


def run(*words):
    return subprocess.run([binary(), *words], capture_output=True, text=True, timeout=DEADLINE_S, stdin=subprocess.DEVNULL)


def test_a_port_that_somebody_has_is_a_clear_error_and_exit_1():
    with FakeWorker() as a, FakeWorker() as b:
        done = run("serve", a.url, "--listen", f"127.0.0.1:{b.port}", "--admin", "127.0.0.1:0")
        assert done.returncode == 1
        assert f"127.0.0.1:{b.port}" in done.stderr and "in use" in done.stderr
        assert "serving" not in done.stderr + done.stdout


def test_a_worker_at_the_address_to_listen_on_is_a_clear_error_and_exit_2():
    """Where the worker is not up yet, banto would take its port and ask itself."""
    with FakeWorker() as a:
        done = run("serve", a.url, "--listen", f"127.0.0.1:{a.port}", "--admin", "127.0.0.1:0")
        assert done.returncode == 2 and done.stdout == ""
        assert f"this worker's address is banto's own: it listens on 127.0.0.1:{a.port}" in done.stderr and "--listen" in done.stderr


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
    with FakeWorker() as a, FakeWorker() as b:
        done = run("serve", a.url, "--listen", "127.0.0.1:0", "--admin", f"127.0.0.1:{b.port}")
        assert done.returncode == 1 and f"127.0.0.1:{b.port}" in done.stderr and "in use" in done.stderr


def test_an_application_is_introduced_without_version_and_models():
    with FakeWorker() as a, Banto(worker_toml(a.url, name="app", kind="http")) as banto:
        until(lambda: 'worker app is http"' in banto.events(), "it is introduced")


@pytest.mark.parametrize("config", [
    'listen = "0.0.0.0:9901"\n',
    '[log]\naccess = "/no/such/folder/access.log"\n',
    'listen = "unix:/no/such/folder/banto.sock"\n',
    '[[workers]]\nurl = "unix:/run/worker.sock"\n',
])
def test_what_cannot_start_is_said_by_check_as_by_run(config, tmp_path):
    path = tmp_path / "banto.toml"
    path.write_text(config + '[[workers]]\nurl = "http://gpu1:8000"\n')
    told, started = run("check", str(path)), run("run", "-c", str(path))
    assert told.returncode == started.returncode == 2 and told.stderr == started.stderr and "1 error." in told.stderr
