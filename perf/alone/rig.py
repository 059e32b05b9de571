"""The program with its workers and the load, each on its own cores and on free ports. Terminates everything that it started."""
import http.server
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time

from side_by_side import own_ports
from side_by_side.processes import OTHER_CORE, PROXY_CORE, Process

DEADLINE_S = 30


def until(condition, what, seconds=DEADLINE_S):
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise RuntimeError(f"not in time: {what}")
        time.sleep(0.02)


class HeldConnections:
    """Connections that have each sent one request and stay open until close()."""

    def __init__(self, popen):
        self.popen = popen
        self.told = json.loads(popen.stdout.readline())

    def close(self):
        self.popen.communicate(timeout=DEADLINE_S)


class Rig:
    def __init__(self, banto, tools):
        self.banto_bin, self.tools = banto, tools
        self.folder = tempfile.mkdtemp(prefix="banto-limits-")
        self.started = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for thing in reversed(self.started):
            thing.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self, command, core):
        log = os.path.join(self.folder, f"{len(self.started)}-{os.path.basename(command[0])}.log")
        process = Process([str(word) for word in command], core, log)
        self.started.append(process)
        return process

    def _told(self, process, pattern):
        def find():
            if process.poll() is not None:
                raise RuntimeError(f"ended with {process.poll()}: {process.last_words()}")
            return re.findall(pattern, process.said())

        return until(find, f"{pattern} in {process.log}")

    def engines(self, count=1, step_ms=0):
        """Their ports."""
        process = self._start([os.path.join(self.tools, "sim_worker"), "--port", 0, "--count", count, "--slots", 100000, "--idle-close-ms", 0, "--step-ms", step_ms], OTHER_CORE)
        return [int(port) for port in self._told(process, r"on port (\d+)\n")]

    def https_engine(self):
        """A worker that only answers health checks, with a self-signed certificate."""
        files = [os.path.join(self.folder, name) for name in ("key.pem", "cert.pem")]
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=127.0.0.1", "-keyout", files[0], "-out", files[1]],
                       check=True, capture_output=True)
        server = HttpsEngine(files[1], files[0])
        self.started.append(server)
        return server.server_address[1]

    def redis(self):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        self._told(self._start(["redis-server", "--port", port, "--save", "", "--appendonly", "no", "--dir", self.folder], OTHER_CORE), "Ready to accept connections")
        return port

    def banto(self, config, core=PROXY_CORE):
        path = os.path.join(self.folder, f"banto-{len(self.started)}.toml")
        with open(path, "w") as f:
            f.write(config)
        process = self._start([self.banto_bin, "run", "-c", path], core)
        process.port = int(self._told(process, r"serving on port (\d+)")[0])
        return process

    def behind(self, config_name, engine_ports, redis_port=None, core=PROXY_CORE, threads=1, more=""):
        """A published config with `threads`, and `more` of it."""
        config = own_ports.moved(own_ports.published(config_name), engine_ports, redis_port)
        return self.banto(config.replace("threads = 1\n", f"threads = {threads}\n") + more, core)

    def _load_command(self, port, words):
        pinned = ["taskset", "-c", OTHER_CORE] if shutil.which("taskset") else []
        return [*pinned, os.path.join(self.tools, "load"), "--port", str(port), *(str(word) for key, value in words.items() for word in (f"--{key.replace('_', '-')}", value))]

    def load(self, port, **words):
        """The report of perf/load. Fails if an answer is wrong, truncated or missing."""
        done = subprocess.run(self._load_command(port, words), capture_output=True, text=True, timeout=180, check=False)
        if not done.stdout:
            raise RuntimeError(f"load: {done.stderr}")
        told = json.loads(done.stdout)
        if told["ok"] != told["requests"]:
            raise RuntimeError(f"load: {done.stdout.strip()}")
        return told

    def hold(self, port, **words):
        words = {**words, "hold": 1}
        return HeldConnections(subprocess.Popen(self._load_command(port, words), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))


class HttpsEngine(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, certificate, key):
        super().__init__(("127.0.0.1", 0), HttpsEngine.Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def stop(self):
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        pass  # a client that leaves

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            models = {"object": "list", "data": [{"id": "sim-model", "object": "model", "created": 1, "owned_by": "vllm"}]}
            body = json.dumps(models).encode() if self.path == "/v1/models" else b"{}"
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass
