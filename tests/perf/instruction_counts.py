#!/usr/bin/env python3
"""User-space instructions per request (for streams per token) of the release build, counted by callgrind.

    python3 tests/perf/instruction_counts.py                     measures all scenarios beside what is recorded
    python3 tests/perf/instruction_counts.py pass stream         some of them
    python3 tests/perf/instruction_counts.py --record            and writes tests/perf/instructions.json
    python3 tests/perf/instruction_counts.py --keep DIR hit      leaves the profile there, for callgrind_annotate

The input is fixed: one connection, one thread, a given number of requests, the same prompts each time. So a count is the
same within a percent however busy the machine is, which no measured time is. System calls and what they cost are not in it.
"""
import argparse
import dataclasses
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "perf"), str(ROOT / "perf")]
from e2e.harness import free_port, until  # noqa: E402
from lock_step import LockStep  # noqa: E402
from side_by_side import own_ports  # noqa: E402

RECORDED = pathlib.Path(__file__).with_name("instructions.json")
DEADLINE_S = 120  # under valgrind, on a busy machine
TOOLS = ("valgrind", "vgdb", "redis-server")

# The variant of memcpy or SHA-256, and thus the count, would depend on the CPU: use the one that every x86-64 has.
ENVIRONMENT = {
    "PATH": os.environ.get("PATH", ""),
    "LC_ALL": "C",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX,-AVX2,-AVX512F,-AVX512VL,-AVX512BW,-BMI1,-BMI2,-LZCNT,-MOVBE,-RTM,-ERMS,-FSRM,-SSE4_1,-SSE4_2",
    "OPENSSL_ia32cap": "~0x1000080000000000:0",  # neither AVX nor XOP, nor anything newer
}


@dataclasses.dataclass
class Scenario:
    config: str
    load: dict
    cache: str  # the X-Cache required of every answer; empty: none
    requests: int = 400  # or tokens of the single stream
    warm: int = 100
    per: str = "request"
    redis: bool = False
    path: str = "/v1/chat/completions"
    more: str = ""  # added to the config
    engine: str = "vllm"  # the kind of all workers
    recorded: dict = dataclasses.field(default_factory=dict)  # how the answers were asked for when they were stored, where that differs


# What openai-python sends under a tracer, besides what the load client writes itself (Host, Content-Type, Authorization, Content-Length): twenty lines.
SDK_HEADERS = [
    "Accept: application/json",
    "Accept-Encoding: gzip, deflate, br, zstd",
    "Connection: keep-alive",
    "User-Agent: AsyncOpenAI/Python 2.8.1",
    "X-Stainless-Lang: python",
    "X-Stainless-Package-Version: 2.8.1",
    "X-Stainless-OS: Linux",
    "X-Stainless-Arch: x64",
    "X-Stainless-Runtime: CPython",
    "X-Stainless-Runtime-Version: 3.13.9",
    "X-Stainless-Async: async:asyncio",
    "X-Stainless-Retry-Count: 0",
    "X-Stainless-Read-Timeout: 600",
    "Idempotency-Key: stainless-python-retry-8d3f4c1e-63f1-4a44-9d0a-5bd5b7c2f0a1",
    "TraceParent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "TraceState: congo=t61rcWkgMzE",
]


def whole(distinct, prompt_bytes):
    return {"distinct": distinct, "prompt-bytes": prompt_bytes, "tokens": 64}


def packagings(api, engine, before=""):
    """The first hit in the other packaging than was stored."""
    load = {"distinct": 100, "prompt-bytes": 1024, "tokens": 200, "api": api}
    return {
        f"{before}whole_of_stream": Scenario("hit", load, "HIT", requests=100, engine=engine, recorded={"stream": 1}),
        f"{before}stream_of_whole": Scenario("hit", {**load, "stream": 1}, "HIT", requests=100, engine=engine, recorded={"stream": 0}),
    }


# Of the load client's "Authorization: Bearer perf-key-of-16-b", beside nine that are not asked for.
KEYS = "".join(f'\n[[keys]]\nname = "{secret}"\nhash = "sha256:{hashlib.sha256(secret.encode()).hexdigest()}"\n'
               for secret in [*(f"other-{i}" for i in range(9)), "perf-key-of-16-b"])

SCENARIOS = {
    "pass": Scenario("pass", whole(100, 1024), ""),
    "big": Scenario("pass", whole(20, 65536), "", requests=200, warm=40),
    "miss": Scenario("miss", whole(0, 1024), "MISS", redis=True),
    "hit": Scenario("hit", {**whole(100, 1024), "header": SDK_HEADERS}, "HIT"),
    "pass_key": Scenario("pass", whole(100, 1024), "", more=KEYS),
    "hit_key": Scenario("hit", {**whole(100, 1024), "header": SDK_HEADERS}, "HIT", more=KEYS),
    "hit_entry": Scenario("hit", {**whole(100, 1024), "header": SDK_HEADERS}, "HIT", more='\n[[models]]\nname = "*"\nset = { user = "somebody" }\n'),
    "hitbig": Scenario("hit", whole(20, 65536), "HIT", requests=100, warm=20),
    "redis": Scenario("redis", whole(100, 1024), "HIT", redis=True),
    "replay": Scenario("hit", {"distinct": 20, "prompt-bytes": 1024, "tokens": 200, "stream": 1}, "HIT", requests=100, warm=20),
    **packagings("chat", "vllm"),
    **packagings("messages", "vllm", "messages_"),
    **packagings("ollama", "ollama", "ollama_"),
    "stream": Scenario("stream", {}, "", requests=1000, warm=50, per="token"),
    "to_ollama": Scenario("translated", {}, "", requests=1000, warm=50, per="token", path="/api/chat"),
    "to_anthropic": Scenario("translated", {}, "", requests=1000, warm=50, per="token", path="/v1/messages"),
    "kept": Scenario("stream-kept", {}, "MISS", requests=1000, warm=50, per="token"),
}


def binary():
    path = pathlib.Path(os.environ.get("BANTO_BIN", ROOT / "build" / "release" / "banto")).resolve()
    assert path.exists(), f"{path} does not exist: build first (scripts/build release) or set BANTO_BIN"
    return path


class Measurement:
    """The program under callgrind with its engines (and Redis), in a separate folder. Terminates what it started."""

    def __init__(self, scenario):
        self.scenario = scenario
        self.banto_bin = binary()
        self.tools = self.banto_bin.parent / "perf"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="banto-instructions-"))
        self.processes = []
        self.lock_step = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.lock_step:
            self.lock_step.stop()
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, name, command, env=None):
        with open(self.folder / f"{name}.log", "wb") as log:
            process = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, env=env)
        self.processes.append(process)
        return process

    def said(self, name, process, pattern):
        """The match in the log of `name`, once it is there."""

        def find():
            text = (self.folder / f"{name}.log").read_text(errors="replace")
            assert process.poll() is None, f"{name} ended with {process.returncode}: {text[-2000:]}"
            return re.findall(pattern, text)

        return until(find, f"{name} says {pattern}", DEADLINE_S)

    def start_engines(self, count):
        if self.scenario.per == "token":
            self.lock_step = LockStep(count)
            return self.lock_step.ports
        engines = self.start("engines", [self.tools / "sim_worker", "--profile", self.scenario.engine, "--port", 0, "--count", count, "--idle-close-ms", 0])
        ports = self.said("engines", engines, r"on port (\d+)\n")  # all are printed at once
        assert len(ports) == count, ports
        return ports

    def start_redis(self):
        port = free_port()
        redis = self.start("redis", ["redis-server", "--port", port, "--save", "", "--appendonly", "no"])
        self.said("redis", redis, "Ready to accept connections")
        return port

    def config(self):
        """The published config with ports of this run. Health checks come at the start only: later ones would fall into some runs and not into others. And no
        limit of time is reached however slow valgrind is."""
        config = own_ports.published(self.scenario.config).replace('kind = "vllm"', f'kind = "{self.scenario.engine}"')
        engines = self.start_engines(own_ports.engine_count(config))
        redis = self.start_redis() if self.scenario.redis else None
        config = own_ports.moved(config, engines, redis).replace('\nredis = ', '\nredis_timeout = "30s"\nredis = ')
        return config + self.scenario.more + '\n[health]\ninterval = "1h"\ntimeout = "60s"\n[timeouts]\nconnect = "60s"\n'

    def start_banto(self):
        self.config_text = self.config()
        (self.folder / "banto.toml").write_text(self.config_text)
        command = ["valgrind", "--tool=callgrind", "--instr-atstart=no", "--separate-threads=yes", f"--callgrind-out-file={self.folder}/profile", f"--vgdb-prefix={self.folder}/vgdb",
                   self.banto_bin, "run", "-c", self.folder / "banto.toml"]
        self.banto = self.start("banto", command, ENVIRONMENT)
        self.port = int(self.said("banto", self.banto, r"serving on port (\d+)")[0])
        self.said("banto", self.banto, r"worker \S+ healthy(?s:.*worker \S+ healthy){%d}" % (own_ports.engine_count(self.config_text) - 1))

    def load(self, seed, requests, **more):
        """Sends the requests; returns how many answers had which X-Cache."""
        if self.scenario.per == "token":
            return self.lock_step.ask(self.port, seed, requests, DEADLINE_S, self.scenario.path)
        words = {**self.scenario.load, **more, "port": self.port, "connections": 1, "requests": requests, "seed": seed, "salt": "fixed-", "seconds": DEADLINE_S}
        command = [self.tools / "load", *(word for key, value in words.items() for each in (value if isinstance(value, list) else [value]) for word in (f"--{key}", each))]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=2 * DEADLINE_S, check=False)
        assert done.returncode == 0, f"load: {done.stdout}{done.stderr}"
        told = json.loads(done.stdout)
        assert told["ok"] == requests and not told["retried"], told
        return told["cache"]

    def instrumentation(self, state):
        done = subprocess.run(["vgdb", f"--vgdb-prefix={self.folder}/vgdb", f"--pid={self.banto.pid}", "instrumentation", state], capture_output=True, text=True, timeout=DEADLINE_S, check=False)
        assert done.returncode == 0, f"vgdb: {done.stdout}{done.stderr}"

    def total(self):
        """Of the threads that carry traffic. The work of the first thread (checks, sweeps) is per second rather than per request."""
        self.banto.terminate()
        self.banto.wait(DEADLINE_S)
        counted = [int(n) for f in self.profiles() for n in re.findall(r"^totals: (\d+)", f.read_text(errors="replace"), re.M)]
        assert counted and sum(counted) > 0, "callgrind has counted nothing"
        return sum(counted)

    def profiles(self):
        return [f for f in self.folder.glob("profile-*") if not f.name.endswith("-01")]

    def run(self):
        """Instructions per request or token."""
        scenario = self.scenario
        self.start_banto()
        # Repeated prompts must be cached before; others use another seed.
        self.load(1 if scenario.load.get("distinct") else 2, scenario.warm, **scenario.recorded)
        self.instrumentation("on")
        cache = self.load(1, scenario.requests)
        self.instrumentation("off")
        assert set(cache) == ({scenario.cache} if scenario.cache else set()), cache
        return self.total() / scenario.requests


def measure(name, keep=None):
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    assert not missing, f"not installed: {', '.join(missing)} (scripts/install-deps --test)"
    with Measurement(SCENARIOS[name]) as measurement:
        each = measurement.run()
        if keep:
            for profile in measurement.profiles():
                shutil.copy(profile, pathlib.Path(keep) / f"{name}.{profile.name}")
        return each


def recorded():
    return json.loads(RECORDED.read_text()) if RECORDED.exists() else {"instructions": {}}


def made_with():
    """What changes all counts at once."""
    def first_line(*command):
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()[0]

    return {"compiler": first_line("c++", "--version"), "valgrind": first_line("valgrind", "--version"), "libc": first_line("ldd", "--version").split(" ", 1)[1]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="SCENARIO", help=", ".join(SCENARIOS))
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--keep", metavar="DIR", help="where the profiles are left")
    options = parser.parse_args()
    unknown = set(options.names) - set(SCENARIOS)
    if unknown:
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    known = recorded()
    for name in options.names or SCENARIOS:
        each, before = measure(name, options.keep), known["instructions"].get(name)
        change = f"{each / before - 1:+8.1%}" if before else "     new"
        print(f"{name:8} {each:10,.0f} a {SCENARIOS[name].per:8} recorded {before or 0:10,} {change}", flush=True)
        if options.record:
            known["instructions"][name] = round(each)
    if options.record:
        RECORDED.write_text(json.dumps({"with": made_with(), "instructions": {n: known["instructions"][n] for n in SCENARIOS if n in known["instructions"]}}, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
