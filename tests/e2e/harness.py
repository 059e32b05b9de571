"""What the end-to-end tests stand on: the real program on free ports, scripted workers, and waiting for conditions.

Everything is on loopback. Nothing sleeps in place of a condition: `until` polls with a deadline.
"""
import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEADLINE_S = float(os.environ.get("BANTO_TEST_DEADLINE_S", "30"))  # generous: sanitizer builds on busy machines


def binary():
    path = os.environ.get("BANTO_BIN", str(ROOT / "build" / "banto"))
    assert os.path.exists(path), f"{path} does not exist: build first (scripts/test) or set BANTO_BIN"
    return path


def until(condition, what, deadline_s=None):
    """Polls until condition() is true and returns its value; fails with `what` after the deadline."""
    end = time.monotonic() + (deadline_s or DEADLINE_S)
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"not in time: {what}"
        time.sleep(0.005)  # between two looks


RESERVED = []  # sockets that keep their ports from everybody else, until this process ends


def free_port():
    """A port that refuses connections and that no other test is given; a server may listen there (with SO_REUSEADDR, as they all do)."""
    reserved = socket.socket()
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    reserved.bind(("127.0.0.1", 0))
    RESERVED.append(reserved)
    return reserved.getsockname()[1]


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    def header(self, name):
        return self.headers.get(name.lower())


class Banto:
    """The program with a config file (text) or the words of a command line; `under`: a command that starts it."""

    def __init__(self, config=None, words=None, env=None, under=()):
        self.dir = tempfile.TemporaryDirectory(prefix="banto-e2e-")
        self.log_path = os.path.join(self.dir.name, "events.log")
        self.access_path = os.path.join(self.dir.name, "access.log")
        if words is None:
            self.config_path = os.path.join(self.dir.name, "banto.toml")
            self.write_config(config)
            words = ["run", "-c", self.config_path]
        self.log = open(self.log_path, "wb")
        full_env = {**os.environ, "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0", **(env or {})}
        self.process = subprocess.Popen([*under, binary(), *words], stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL, env=full_env)
        try:
            self._await_ports()
        except BaseException:
            self.process.kill()
            self.process.wait()
            raise

    def write_config(self, config):
        lines = config
        if "\nlisten" not in "\n" + config:
            lines = 'listen = "127.0.0.1:0"\n' + lines
        if "[admin]" not in config:
            lines += '\n[admin]\nlisten = "127.0.0.1:0"\n'
        if "[log]" not in config:
            lines += f'\n[log]\naccess = "{self.access_path}"\nformat = "json"\n'
        with open(self.config_path, "w") as f:
            f.write(lines)

    def _await_ports(self):
        def ports():
            assert self.process.poll() is None, f"banto ended with {self.process.returncode}:\n{self.events()}"
            return re.search(r"serving on port (\d+), admin (?:port (\d+)|off)", self.events())

        found = until(ports, "banto serves")
        self.port, self.admin_port = int(found[1]), int(found[2] or 0)

    def events(self):
        with open(self.log_path, errors="replace") as f:
            return f.read()

    def access(self):
        """The access log's lines so far, as objects. The one that is just being written is not one yet."""
        if not os.path.exists(self.access_path):
            return []
        with open(self.access_path) as f:
            whole, _, _ = f.read().rpartition("\n")
        return [json.loads(line) for line in whole.splitlines()]

    def access_line(self, **wanted):
        """The first access line with these values, once it is written."""

        def find():
            return next((l for l in self.access() if all(l.get(k) == v for k, v in wanted.items())), None)

        return until(find, f"an access line with {wanted}; have {self.access()[-3:]}")

    def request(self, method, path, body=None, headers=None, timeout=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout or DEADLINE_S)
        try:
            data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
            all_headers = {"Content-Type": "application/json"} if data is not None else {}
            all_headers.update(headers or {})
            connection.request(method, path, data, all_headers)
            reply = connection.getresponse()
            return Answer(reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read())
        finally:
            connection.close()

    def get(self, path, **kw):
        return self.request("GET", path, **kw)

    def post(self, path, body, **kw):
        return self.request("POST", path, body, **kw)

    def chat(self, text="hello", model="m", headers=None, **fields):
        return self.post("/v1/chat/completions", {"model": model, "messages": [{"role": "user", "content": text}], **fields}, headers=headers)

    def raw(self, data, timeout=None):
        """Sends bytes, returns a connected socket."""
        s = socket.create_connection(("127.0.0.1", self.port), timeout=timeout or DEADLINE_S)
        s.sendall(data)
        return s

    def admin(self, path, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.admin_port, timeout=DEADLINE_S)
        try:
            connection.request("GET", path, headers=headers or {})
            reply = connection.getresponse()
            return Answer(reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read())
        finally:
            connection.close()

    def status(self):
        return self.admin("/api/v1/status").json()

    def worker(self, name):
        return next(w for w in self.status()["workers"] if w["name"] == name)

    def until_worker(self, name, health="healthy"):
        until(lambda: self.worker(name)["health"] == health, f"{name} is {health}; {self.events()[-2000:]}")

    def metric(self, name, **labels):
        """The sum of a metric's series that have these labels."""
        total = 0.0
        for line in self.admin("/metrics").body.decode().splitlines():
            found = re.match(r"([a-zA-Z_:]+)(?:\{(.*)\})? (\S+)$", line)
            if not found or found[1] != name:
                continue
            have = dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', found[2] or ""))
            if all(have.get(k) == v for k, v in labels.items()):
                total += float(found[3])
        return total

    def memory_kib(self):
        with open(f"/proc/{self.process.pid}/smaps_rollup") as f:
            return int(re.search(r"Pss:\s+(\d+)", f.read())[1])

    def open_files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        """SIGTERM, and the program must end by itself and in order (a sanitizer's report is a failure)."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(DEADLINE_S * 2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"banto did not stop:\n{self.events()[-3000:]}")
        finally:
            self.log.close()
        events = self.events()
        self.dir.cleanup()
        assert code == 0, f"banto ended with {code}:\n{events[-6000:]}"
        assert "Sanitizer" not in events, events[-6000:]

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            return self.stop()
        # The test has failed already: show what the program said, do not hide the first error behind a second.
        print(self.events()[-6000:])
        with contextlib.suppress(Exception):
            self.stop()


def worker_toml(url, name=None, kind=None, models=None, **more):
    """One [[workers]] table."""
    lines = ["", "[[workers]]", f'url = "{url}"']
    if name:
        lines.append(f'name = "{name}"')
    if kind:
        lines.append(f'kind = "{kind}"')
    if models:
        lines.append(f"models = {json.dumps(models)}")
    for key, value in more.items():
        lines.append(f"{key} = {value if isinstance(value, str) and value.startswith('{') else json.dumps(value)}")
    return "\n".join(lines) + "\n"
