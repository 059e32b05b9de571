"""Without a network: everything works in a house that has none, and nothing is looked up or called outside."""
import os
import re
import shutil
import socket
import struct
import subprocess
import sys

import pytest
from harness import DEADLINE_S, Banto, binary, until, worker_toml

NET_NAMESPACE = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]


def may(*words):
    return shutil.which(words[0]) is not None and subprocess.run([*words, "true"], capture_output=True, stdin=subprocess.DEVNULL).returncode == 0


def loopback_up():
    """`ip link set lo up`, without iproute2."""
    up, get_flags, set_flags = 1, 0x8913, 0x8914
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        import fcntl
        flags = struct.unpack("16sh", fcntl.ioctl(s, get_flags, struct.pack("16sh", b"lo", 0))[:18])[1]
        fcntl.ioctl(s, set_flags, struct.pack("16sh", b"lo", flags | up))


def inside():
    """What runs in the namespace: a worker, banto in front of it, and every kind of request."""
    from fakes.fake_worker import FakeWorker

    loopback_up()
    names = [line.split(":")[0].strip() for line in open("/proc/net/dev").read().splitlines()[2:]]
    with open("/proc/net/route") as f:
        assert len(f.read().splitlines()) <= 1, "no way out"
    with FakeWorker() as worker, Banto(worker_toml(worker.url, name="numeric", kind="vllm") + worker_toml(worker.url.replace("127.0.0.1", "localhost"), name="named")) as banto:
        banto.until_worker("numeric")
        banto.until_worker("named")
        assert banto.worker("named")["kind"] == "vllm"
        seen = set()
        for i in range(20):
            answer = banto.chat(f"{i}", stream=i % 2 == 0)
            assert answer.status == 200, answer.body
            seen.add(answer.header("x-banto-worker"))
        assert seen == {"numeric", "named"}
        assert banto.chat("0", stream=True).header("x-cache") == "HIT"
        assert banto.get("/v1/models").json()["data"][0]["id"] == "m"
        page = banto.admin("/")
        assert page.status == 200 and not re.search(rb'(src|href)="(https?:)?//', page.body), "the page loads nothing from elsewhere"
        assert banto.admin("/metrics").status == 200 and banto.admin("/readyz").status == 200
    with FakeWorker() as worker, Banto(words=["serve", worker.url, "http://gpu.example.org:8000", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]) as banto:
        assert banto.chat().status == 200, "a name that cannot be resolved here costs nobody anything"
        banto.until_worker("gpu.example.org:8000", "unhealthy")
        assert "cannot resolve" in banto.worker("gpu.example.org:8000")["reason"]
    print("fine without a network; interfaces:", ", ".join(names))


@pytest.mark.skipif(not may(*NET_NAMESPACE), reason="no network namespace may be made here")
def test_everything_works_without_a_network():
    done = subprocess.run([*NET_NAMESPACE, sys.executable, os.path.abspath(__file__)], capture_output=True, text=True, timeout=DEADLINE_S * 4, stdin=subprocess.DEVNULL,
                          env=dict(os.environ, PYTHONPATH=os.pathsep.join(p for p in sys.path if p)))
    assert done.returncode == 0 and done.stdout.strip().endswith("interfaces: lo"), done.stdout + done.stderr


@pytest.mark.skipif(not may("strace", "-f", "-o", "/dev/null"), reason="strace is not installed, or may not trace here")
def test_with_numeric_hosts_nothing_is_looked_up_and_nobody_outside_is_called(monkeypatch, tmp_path):
    from fakes.fake_worker import FakeWorker

    trace, wrapper = tmp_path / "trace", tmp_path / "banto"
    # -D: the traced program keeps the process id that the harness signals.
    wrapper.write_text(f'#!/bin/sh\nexec strace -D -f -s 200 -e trace=network,openat,open -o {trace} {binary()} "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setenv("BANTO_BIN", str(wrapper))
    with FakeWorker() as worker, Banto(worker_toml(worker.url, name="a"), env={"ASAN_OPTIONS": "detect_leaks=0"}) as banto:  # LeakSanitizer cannot be traced
        for i in range(4):
            assert banto.chat(f"{i // 2}", stream=i > 1).status == 200
        until(lambda: banto.metric("banto_worker_health_checks_total", worker="a") >= 1, "it is probed")
        assert banto.get("/v1/models").status == 200
    # The tracer may write its last lines after the program has ended.
    calls = until(lambda: (t := trace.read_text()).count("exited with") and t, "the trace is complete")
    called = set(re.findall(r"(?:connect|sendto|sendmsg|sendmmsg)\([^\n]*?sin6?_port=htons\((\d+)\)[^\n]*?inet_(?:addr|pton)\((?:AF_INET6, )?\"([^\"]+)\"", calls))
    assert called and {address for _, address in called} == {"127.0.0.1"}, called
    assert "53" not in {port for port, _ in called}
    assert not re.search(r"socket\([^\n]*SOCK_DGRAM[^\n]*\) = \d", calls.replace("AF_UNIX", "")), "no datagram socket: nothing asks a name server"
    assert "AF_NETLINK" not in calls and "nscd" not in calls
    opened = set(re.findall(r'open(?:at)?\([^"\n]*"([^"]+)"', calls))
    assert not opened & {"/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf"}, opened


if __name__ == "__main__":
    sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.dirname(os.path.dirname(os.path.abspath(__file__)))]
    inside()
