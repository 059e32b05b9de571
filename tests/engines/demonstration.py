"""What scripts/quickstart shows: workers, banto in front of them, three prompts, and where to go from here. Uses nothing but the standard library."""
import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from engines.engines import LlamaServer, ask, die_with_parent, free_port  # noqa: E402

BINARY = os.environ.get("BANTO_BIN", str(ROOT / "build" / "release" / "banto"))
SIMULATOR = ROOT / "build" / "release" / "perf" / "sim_worker"
PROXY_PORT, ADMIN_PORT = 8080, 9901
START_S = 120
ANSWER_S = 600


class Trouble(Exception):
    """Something that a person must be told in one sentence."""


def bold(text):
    return f"\033[1m{text}\033[0m" if sys.stdout.isatty() else text


def say(text=""):
    print(text, flush=True)


def milliseconds(seconds):
    return f"{seconds * 1000:.1f} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms" if seconds < 10 else f"{seconds:.1f} s"


def port_or_free(wanted, what):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", wanted))
            return wanted
        except OSError:
            other = free_port()
            say(f"  port {wanted} is in use, so {what} is on {other}")
            return other


class Paragraph:
    """Text on the screen as it comes, broken at spaces and indented."""

    INDENT, WIDTH = "   ", 100

    def __init__(self):
        self.column = 0

    def add(self, text):
        for piece in re.findall(r"\n+|[^\S\n]?\S+|[^\S\n]", text):
            if piece[0] == "\n" or self.column + len(piece) > self.WIDTH:
                self.column = 0
                print()
                piece = piece.lstrip()
            if piece:
                print(piece if self.column else self.INDENT + piece.lstrip(), end="", flush=True)
                self.column += len(piece)


class Program:
    """A child that ends with us, its output in a file."""

    def __init__(self, words, log_path):
        self.words, self.log_path = words, log_path
        with open(log_path, "wb") as log:
            self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=die_with_parent, start_new_session=True)

    def log(self):
        with open(self.log_path, errors="replace") as f:
            return f.read()

    def until(self, condition, what):
        end = time.monotonic() + START_S
        while not condition():
            if self.process.poll() is not None:
                raise Trouble(f"{self.words[0]} ended with {self.process.returncode}:\n{self.log()[-2000:]}")
            if time.monotonic() > end:
                raise Trouble(f"not in time: {what}\n{self.log()[-2000:]}")
            time.sleep(0.05)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


@contextlib.contextmanager
def real_engines():
    """Two llama.cpp servers."""
    say("starting two llama.cpp servers with SmolLM2-135M, a real small model")
    with LlamaServer(wait=False) as one, LlamaServer(wait=False) as two:
        yield [server.until_ready(START_S).url for server in (one, two)]


@contextlib.contextmanager
def simulated_engines(folder):
    if not SIMULATOR.exists():
        raise Trouble(f"{SIMULATOR.relative_to(ROOT)} is missing: scripts/build release sim_worker")
    say("starting two SIMULATED engines: what they answer is no model's answer, and their speed says nothing about a real one")
    with contextlib.ExitStack() as stack:
        ports = [free_port(), free_port()]
        for port in ports:
            words = [str(SIMULATOR), "--port", str(port), "--step-ms", "20"]
            engine = stack.enter_context(Program(words, os.path.join(folder, f"sim-{port}.log")))
            engine.until(lambda port=port: ask(port, "/v1/models")[0] == 200, "the simulated engine listens")
        yield [f"http://127.0.0.1:{port}" for port in ports]


class Proxy:
    """banto, as a client sees it."""

    def __init__(self, port, admin_port):
        self.port, self.admin_port = port, admin_port

    def model(self):
        while any(worker["health"] == "loading" for worker in self.workers()):
            time.sleep(0.2)
        status, listing = ask(self.port, "/v1/models")
        names = [model["id"] for model in listing["data"]] if status == 200 else []
        generating = [name for name in names if "embed" not in name.lower()]
        if not generating:
            raise Trouble("no worker is healthy and lists a model")
        return generating[0]

    def workers(self):
        return ask(self.admin_port, "/api/v1/status")[1]["workers"]

    def chat(self, model, text, stream):
        """Asks and yields ("head", headers), ("text", piece)..., ("end", reason), each with the seconds since the request went out."""
        body = {"model": model, "messages": [{"role": "user", "content": text}], "max_tokens": 64, "temperature": 0, "seed": 1, "stream": stream}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_S)
        try:
            begun = time.monotonic()
            connection.request("POST", "/v1/chat/completions", json.dumps(body), {"Content-Type": "application/json"})
            reply = connection.getresponse()
            yield "head", reply.headers, time.monotonic() - begun
            if reply.status != 200:
                raise Trouble(f"the answer was {reply.status}: {reply.read().decode(errors='replace')[:400]}")
            if not stream:
                answer = json.loads(reply.read())
                yield "text", answer["choices"][0]["message"]["content"] or "", time.monotonic() - begun
                yield "end", answer["choices"][0]["finish_reason"], time.monotonic() - begun
                return
            for line in reply:
                if line.startswith(b"data: {"):
                    event = json.loads(line[6:])
                    if "error" in event:
                        raise Trouble(f"the stream broke: {event['error']}")
                    piece = "".join(choice["delta"].get("content") or "" for choice in event["choices"])
                    if piece:
                        yield "text", piece, time.monotonic() - begun
                    for choice in event["choices"]:
                        if choice.get("finish_reason"):
                            yield "end", choice["finish_reason"], time.monotonic() - begun
        finally:
            connection.close()


def show(proxy, model, title, text, stream):
    """One prompt on the screen, its text as it comes; returns the cache's word and the seconds it took."""
    say(f"\n{bold(title)}  {text}")
    first, last, headers, paragraph = None, 0.0, {}, Paragraph()
    for kind, value, seconds in proxy.chat(model, text, stream):
        if kind == "head":
            headers = value
        elif kind == "text":
            first, last = first if first is not None else seconds, seconds
            paragraph.add(value)
        elif value == "length":
            paragraph.add(" …")
    cache = headers.get("X-Cache", "?")
    worker = headers.get("X-Banto-Worker", "?")
    source = f"from memory (first answered by {worker})" if cache == "HIT" else f"from {worker}"
    took = f"first token after {milliseconds(first or 0)}, whole after {milliseconds(last)}" if stream else f"whole after {milliseconds(last)}"
    say(f"\n   {bold(cache)}  {source}; {took}")
    return cache, last


def introduce(proxy):
    say("banto fronts")
    for worker in proxy.workers():
        models = ", ".join(worker["models"][:4]) + (", …" if len(worker["models"]) > 4 else "")
        about = f"models: {models}" if worker["health"] == "healthy" else worker["reason"]
        say(f"   {worker['name']:<24} {worker['kind']:<10} {worker['health']:<10} {about}")


def demonstrate(proxy, model):
    plain = "Why is the sky blue?"
    show(proxy, model, "1. a prompt          ", plain, False)
    show(proxy, model, "2. a streamed prompt ", "What is gravity?", True)
    cache, _ = show(proxy, model, "3. the first again   ", plain, False)
    if cache != "HIT":
        raise Trouble(f"the repeated prompt was no hit but {cache}")


def point_the_way(proxy, own):
    base, admin = f"http://127.0.0.1:{proxy.port}", f"http://127.0.0.1:{proxy.admin_port}"
    say(f"\n{bold('Proxy')}      {base}      (OpenAI clients: {base}/v1, Ollama clients: OLLAMA_HOST={base})")
    say(f"{bold('Status')}     {admin}/")
    say(f"{bold('Metrics')}    {admin}/metrics")
    if own:
        say(f"{bold('Next')}       without this demonstration, for everybody on your network: banto serve {' '.join(own)}")
        say("           a config file with every key and its default: conf/example.toml")
    else:
        say(f"{bold('Next')}       your own workers: ./scripts/quickstart http://gpu1:8000 http://gpu2:11434")


@contextlib.contextmanager
def banto(urls, folder):
    if not os.path.exists(BINARY):
        raise Trouble(f"{BINARY} is missing: scripts/build release")
    port, admin_port = port_or_free(PROXY_PORT, "the proxy"), port_or_free(ADMIN_PORT, "the status page")
    words = [BINARY, "serve", *urls, "--listen", f"127.0.0.1:{port}", "--admin", f"127.0.0.1:{admin_port}"]
    with Program(words, os.path.join(folder, "banto.log")) as program:
        program.until(lambda: re.search(r"serving on port \d+", program.log()), "banto serves")
        proxy = Proxy(port, admin_port)
        introduce(proxy)
        yield proxy


def wait_for_the_end(once):
    if once:
        return
    say("\nCtrl-C ends everything that was started here.")
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            signal.pause()


def interrupt(*_):
    raise KeyboardInterrupt


def main(words):
    once, simulated = "--once" in words, "--simulated" in words
    own = [word for word in words if not word.startswith("--")]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # SIGINT too: a shell's background job ignores it
        signal.signal(number, interrupt)
    folder = tempfile.mkdtemp(prefix="banto-quickstart-")
    try:
        with contextlib.ExitStack() as stack:
            engines = contextlib.nullcontext(own) if own else simulated_engines(folder) if simulated else real_engines()
            proxy = stack.enter_context(banto(stack.enter_context(engines), folder))
            demonstrate(proxy, proxy.model())
            point_the_way(proxy, own)
            wait_for_the_end(once)
        return 0
    except Trouble as trouble:
        print(f"\nquickstart: {trouble}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, BrokenPipeError):
        return 130
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
