"""Figures besides the table of ratios: the load, what is measured, and its bound."""
import concurrent.futures
import dataclasses
import os
import shutil
import statistics
import time

from side_by_side.processes import PROXY_CORE

# Each connection may need a second descriptor, to a worker: this many fit into 20,000 open files.
MANY_CONNECTIONS, MANY_STREAMS = 9_000, 5_000
SMALL = {"connections": 64, "distinct": 100, "prompt_bytes": 1024, "tokens": 64}
QUIET_MS = 3  # p99 of the engine alone: beyond this, outside noise hides what the program adds
LONG_IDLE = '\n[timeouts]\nclient_idle = "10m"\n'


@dataclasses.dataclass
class Row:
    what: str
    value: float
    unit: str
    bound: float = None  # None: reported, not judged
    note: str = ""

    @property
    def passed(self):
        return self.bound is None or self.value <= self.bound


@dataclasses.dataclass
class Figure:
    name: str
    measure: object  # (make_rig, options) -> [Row]
    open_files: int = 1000
    programs: tuple = ()

    def lacks(self, open_files):
        missing = [p for p in self.programs if not shutil.which(p)]
        if missing:
            return f"not installed: {', '.join(missing)}"
        return f"needs {self.open_files} open files (ulimit -n), has {open_files}" if open_files < self.open_files else ""


def cpu_us(process, ask):
    """CPU of `process` per request made by ask(), and ask()'s report."""
    before = process.cpu_seconds()
    told = ask()
    return (process.cpu_seconds() - before) / told["requests"] * 1e6, told


def saturation(rig, port, **words):
    """Requests/s of a closed loop."""
    rig.load(port, seconds=0.5, **words)
    return rig.load(port, seconds=1.5, **words)["requests_per_s"]


def idle_memory(make_rig, options):
    rows = []
    for about, bound in (("started, no traffic, plain HTTP", 8), ("the same with an https worker", None)):
        with make_rig() as rig:
            if bound:
                banto = rig.behind("hit", rig.engines())
            else:
                banto = rig.banto('listen = "127.0.0.1:0"\nthreads = 1\n[[workers]]\nkind = "vllm"\ntls_verify = false\n'
                                  f'url = "https://127.0.0.1:{rig.https_engine()}"\n[admin]\nlisten = "127.0.0.1:0"\n[log]\naccess = "off"\n')
            time.sleep(3)  # too short for a second round of health checks: nothing should happen
            rows.append(Row(about, banto.memory_mib(), "MiB", bound))
    return rows


def idle_connections(make_rig, options):
    with make_rig() as rig:
        banto = rig.behind("pass", rig.engines(), more=LONG_IDLE)
        rig.load(banto.port, seconds=1, **SMALL)
        time.sleep(1)
        before = banto.memory_mib()
        held = rig.hold(banto.port, connections=MANY_CONNECTIONS, requests=MANY_CONNECTIONS, rate=2500, seconds=60, distinct=100, prompt_bytes=1024, tokens=64)
        try:
            time.sleep(2)
            files = len(os.listdir(f"/proc/{banto.popen.pid}/fd"))
            after = banto.memory_mib()
        finally:
            held.close()
        if held.told["ok"] != MANY_CONNECTIONS or files < MANY_CONNECTIONS:
            raise RuntimeError(f"{files} files are open in the program, and {held.told}")
        return [Row(f"each of {MANY_CONNECTIONS:,} kept connections that have asked once", (after - before) * 1024 / MANY_CONNECTIONS, "KiB", 1, f"{before:.1f} to {after:.1f} MiB")]


def memory_after_load(make_rig, options):
    with make_rig() as rig:
        banto = rig.behind("stream", rig.engines(4, step_ms=20))
        rig.load(banto.port, seconds=1, connections=4, tokens=5)
        rig.load(banto.port, seconds=1, connections=4, tokens=5, stream=1)
        time.sleep(1)
        before = banto.memory_mib()
        rig.load(banto.port, connections=256, requests=5000, seconds=20, distinct=20, prompt_bytes=65536, tokens=4)
        rig.load(banto.port, connections=1000, requests=1000, seconds=20, prompt_bytes=512, tokens=100, stream=1)
        most = banto.memory_mib()
        time.sleep(10)
        after = banto.memory_mib()
        return [Row("10 s after 64 KB prompts and 1,000 streams, against before", after / before, "x", 1.25, f"{before:.1f} MiB before, {most:.1f} at its end, {after:.1f} after")]


def memory_under_load(make_rig, options):
    """Hits without a pause, so that the thread is never idle: what a turn of its loop leaves must be freed meanwhile."""
    with make_rig() as rig:
        banto = rig.behind("hit", rig.engines(1))
        rig.load(banto.port, requests=2000, seconds=20, **SMALL)
        before, most = banto.memory_mib(), 0
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            load = pool.submit(rig.load, banto.port, requests=500_000, seconds=120, **SMALL)
            while not load.done():
                most = max(most, banto.memory_mib())
                concurrent.futures.wait([load], timeout=0.05)
            told = load.result()
        return [Row("more than before, during 500,000 hits by 64 connections", most - before, "MiB", 4, f"{before:.1f} MiB before, {told['requests_per_s']:,.0f} requests/s")]


def two_threads(make_rig, options):
    """At half the rate that saturates the rig with one. A thread sharing a core with the load would pay for it too: with two CPUs both threads share core 0."""
    cores = f"{PROXY_CORE},2" if os.cpu_count() > 2 else PROXY_CORE
    rows = []
    for config in ("pass", "hit"):
        ratios, costs = [], []
        with make_rig() as rig:
            engines = rig.engines()
            both = [rig.behind(config, engines, core=cores, threads=threads) for threads in (1, 2)]
            rate = saturation(rig, both[0].port, **SMALL) / 2
            rig.load(both[1].port, seconds=0.5, **SMALL)
            for seed in range(options.rounds):
                one, two = (cpu_us(banto, lambda banto=banto: rig.load(banto.port, rate=rate, seconds=options.seconds, seed=seed, **SMALL))[0] for banto in both)
                ratios.append(two / one)
                costs.append((one, two))
        middle = [statistics.median(cost) for cost in zip(*costs)]
        rows.append(Row(f"CPU of two threads to one, {config}, at {rate:,.0f}/s", statistics.median(ratios), "x", 1.10, f"{min(ratios):.2f}–{max(ratios):.2f}; {middle[0]:.1f} and {middle[1]:.1f} us a request"))
    return rows


def many_streams(make_rig, options):
    words = {"connections": MANY_STREAMS, "requests": MANY_STREAMS, "rate": 2000, "seconds": 60, "prompt_bytes": 512, "tokens": 100, "stream": 1}
    with make_rig() as rig:
        engines = rig.engines(4, step_ms=143)
        banto = rig.behind("stream", engines)
        used, told = cpu_us(banto, lambda: rig.load(banto.port, **words))
        memory = banto.memory_mib()
        lost = MANY_STREAMS * words["tokens"] - told["tokens"] + told["wrong"] + told["truncated"]
        between = told["between_tokens_ms"]
        return [Row(f"tokens lost or wrong, {MANY_STREAMS:,} streams at 7 tokens/s", lost, "", 0, f"{told['tokens']:,} tokens, {used / words['tokens']:.1f} us CPU each, {memory:.0f} MiB"),
                Row("time between tokens there, p99", between["p99"], "ms", None, f"p50 {between['p50']:.0f}, step 143")]


def first_token(make_rig, options):
    words = {"connections": 64, "prompt_bytes": 1024, "tokens": 16, "stream": 1}
    pairs = []
    with make_rig() as rig:
        engines = rig.engines()
        banto = rig.behind("pass", engines)
        rate = saturation(rig, banto.port, **words) / 2
        for seed in range(options.rounds):
            pairs.append([rig.load(port, rate=rate, seconds=options.seconds, seed=seed, **words)["first_token_ms"] for port in (engines[0], banto.port)])
    alone = statistics.median(direct["p99"] for direct, _ in pairs)
    if alone > QUIET_MS:
        raise RuntimeError(f"the machine is too busy: without the program, p99 is {alone:.1f} ms already")
    added = {key: statistics.median(through[key] - direct[key] for direct, through in pairs) for key in ("p50", "p99")}
    note = "p50 {:.2f} direct, {:.2f} through; p99 {:.2f} and {:.2f}".format(*(statistics.median(pair[i][key] for pair in pairs) for key in ("p50", "p99") for i in (0, 1)))
    return [Row(f"first token, added, p99 at half load ({rate:,.0f}/s)", added["p99"], "ms", 1, note), Row("the same, p50", added["p50"], "ms")]


def long_prompt(make_rig, options):
    rows = []
    words = {"connections": 2, "prompt_bytes": 400 << 10, "tokens": 64, "seconds": options.seconds}
    for config, distinct, expected in (("miss", 0, "MISS"), ("hit", 4, "HIT")):
        with make_rig() as rig:
            banto = rig.behind(config, rig.engines(), rig.redis() if config == "miss" else None)
            rig.load(banto.port, **{**words, "seconds": 0.5}, distinct=distinct)
            used, told = cpu_us(banto, lambda: rig.load(banto.port, **words, distinct=distinct))
            if set(told["cache"]) != {expected}:
                raise RuntimeError(f"not {expected}: {told['cache']}")
            rows.append(Row(f"400 KB prompt, {expected.lower()}, CPU", used / 1e3, "ms", 2))
    return rows


def halts_at_once():
    """Whether this is a virtual machine whose idle CPUs halt immediately (Linux's own default waits 200 us for the next wake-up): each wake-up costs about 20 us more."""
    try:
        with open("/sys/module/haltpoll/parameters/guest_halt_poll_ns") as file:
            return int(file.read()) == 0
    except OSError:
        return False


def miss_latency(make_rig, options):
    """A miss wakes a sleeping CPU six times (client, Redis and worker, there and back), a forwarded request four times: the difference shows what that costs here."""
    words = {"connections": 1, "prompt_bytes": 1024, "tokens": 64, "seconds": options.seconds}
    rounds = []
    with make_rig() as rig:
        engines = rig.engines()
        ports = [engines[0], rig.behind("pass", engines).port, rig.behind("miss", engines, rig.redis()).port]
        for port in ports[1:]:
            rig.load(port, connections=4, seconds=0.5)
        for seed in range(options.rounds):
            told = [rig.load(port, seed=seed, **words) for port in ports]
            if set(told[-1]["cache"]) != {"MISS"}:
                raise RuntimeError(f"not MISS: {told[-1]['cache']}")
            rounds.append([one["whole_ms"] for one in told])
    late = statistics.median(direct["p99"] for direct, *_ in rounds)
    if late > QUIET_MS:
        raise RuntimeError(f"the machine is too busy: without the program, p99 is {late:.1f} ms already")
    direct, passed, missed = ([one["p50"] * 1e3 for one in side] for side in zip(*rounds))
    halting = "; idle CPUs are halted at once here: guest_halt_poll_ns is 0" if halts_at_once() else ""

    def row(what, through, bound, remark=""):
        added = [one - alone for one, alone in zip(through, direct)]
        return Row(what, statistics.median(added), "us", bound, f"{min(added):.0f}–{max(added):.0f}; {statistics.median(direct):.0f} direct, {statistics.median(through):.0f} through{remark}")

    return [row("a miss with both tiers, added, p50", missed, 150, halting), row("the same where it is only passed on", passed, None)]


FIGURES = {f.name: f for f in [
    Figure("idle-memory", idle_memory, programs=("openssl",)),
    Figure("idle-connections", idle_connections, MANY_CONNECTIONS + 500),
    Figure("memory-after-load", memory_after_load, 3000),
    Figure("memory-under-load", memory_under_load),
    Figure("two-threads", two_threads),
    Figure("many-streams", many_streams, 2 * MANY_STREAMS + 500),
    Figure("first-token", first_token),
    Figure("long-prompt", long_prompt, programs=("redis-server",)),
    Figure("miss-latency", miss_latency, programs=("redis-server",)),
]}
