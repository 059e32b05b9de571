"""The command line of perf/ttft: plays each scenario through each target, and holds their first tokens against each other."""
import argparse
import csv
import json
import os
import random
import statistics
import sys
import tempfile
import threading
import time
import urllib.request

from alone.rig import Rig, until
from first_tokens import scenarios, targets
from side_by_side.machine import described
from side_by_side.processes import OTHER_CORE, PROXY_CORE

PERF = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
WARM_SHARE = 0.15  # of the time, whose requests meet empty memories and are not counted
LATE_MS = 20       # a load that is later than this is itself too slow
READY_S, SETTLE_S, LOAD_S = 60, 5, 240


def post(port, path, body, timeout=10):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        return answer.read()


def stats(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/stats", timeout=10) as answer:
        return json.load(answer)


def until_ready(port, engines):
    """Routers learn of their engines one by one: asks until each has answered something, or for a while. (Some send to one engine what is asked one by one.)"""
    begun, number, answered_at = time.monotonic(), 0, None
    while not all(stats(engine)["finished"] for engine in engines):
        now = time.monotonic()
        if answered_at and now > answered_at + SETTLE_S:
            return
        if now > begun + READY_S:
            raise RuntimeError("does not answer")
        number += 1
        try:
            text = random.Random(number).randbytes(300).hex()
            post(port, "/v1/chat/completions", {"model": "sim-model", "max_tokens": 1, "messages": [{"role": "user", "content": text}]})
            answered_at = answered_at or now
        except OSError:
            time.sleep(0.2)


class Turn:
    """One target in one scenario, with engines of its own."""

    def __init__(self, options, scenario, target, trace):
        self.options, self.scenario, self.target, self.trace = options, scenario, target, trace

    def engines(self, rig):
        words = ["--gpu", self.options.gpu, "--kv-tokens", self.scenario.kv_tokens, "--factor", 1 / self.options.speed]
        process = rig._start([os.path.join(self.options.tools, "sim_worker"), "--port", 0, "--count", scenarios.ENGINES, "--idle-close-ms", 0, *words], OTHER_CORE)
        ports = [int(port) for port in rig._told(process, r"on port (\d+)\n")]
        for slow in self.scenario.slow:
            post(ports[slow], "/ctl", {"factor": 2 / self.options.speed})
        return process, ports

    def crash(self, engines):
        if not self.scenario.crash:
            return None
        engine, second, down = self.scenario.crash
        timer = threading.Timer(second / self.options.speed, post, (engines[engine], "/ctl", {"crash_ms": int(1000 * down / self.options.speed)}))
        timer.start()
        return timer

    def play(self, rig):
        port = targets.free_port()
        engine_process, engines = self.engines(rig)
        proxy = rig._start(self.target.command(port, engines, rig.folder), PROXY_CORE)
        until_ready(port, engines)
        before = [stats(engine) for engine in engines]
        cpu = proxy.cpu_seconds(), engine_process.cpu_seconds()
        rows = os.path.join(rig.folder, "rows.csv")
        crash = self.crash(engines)
        load = rig._start([os.path.join(self.options.tools, "load"), "--port", port, "--trace", self.trace, "--rows", rows, "--speed", self.options.speed, "--timeout", 90], OTHER_CORE)
        until(lambda: load.poll() is not None, "the load's end", LOAD_S)
        if crash:
            crash.join()
        if not load.said().startswith("{"):
            raise RuntimeError(f"load: {load.last_words()}")
        told = json.loads(load.said())
        cpu = proxy.cpu_seconds() - cpu[0], engine_process.cpu_seconds() - cpu[1]
        after = [stats(engine) for engine in engines]
        with open(rows) as f:
            return self.figures(told, list(csv.DictReader(f)), before, after, cpu)

    def figures(self, told, rows, before, after, cpu):
        speed = self.options.speed  # times are told in the engines' time
        last_due = max(float(row["due_ms"]) for row in rows)
        counted = [row for row in rows if float(row["due_ms"]) >= WARM_SHARE * last_due]
        firsts = sorted(float(row["first_token_ms"]) * speed for row in counted if row["ok"] == "1")
        late = sorted(float(row["late_ms"]) for row in rows)
        gained = {key: sum(max(0, b[key] - (a[key] if b[key] >= a[key] else 0)) for a, b in zip(before, after)) for key in ("prompt_tokens", "cached_tokens")}
        busy = [b["busy_ms"] - (a["busy_ms"] if b["busy_ms"] >= a["busy_ms"] else 0) for a, b in zip(before, after)]
        errors = {**told["errors"], **{key: told[key] for key in ("wrong", "truncated") if told[key]}}
        return {"firsts": firsts, "gap_p99": told["between_tokens_ms"]["p99"] * speed, "errors": errors, "requests": told["requests"], "elapsed_s": told["elapsed_s"],
                "hit": gained["cached_tokens"] / max(1, sum(gained.values())), "busy": max(busy) / max(1e-9, statistics.mean(busy)),
                "proxy_cpu": cpu[0] / told["elapsed_s"], "engines_cpu": cpu[1] / told["elapsed_s"], "late_p99": late[int(0.99 * (len(late) - 1))]}


def quantile(values, share):
    return values[max(0, -(-int(share * 1000 * len(values)) // 1000) - 1)] if values else float("nan")


def summed_up(rounds):
    """Of several rounds together."""
    firsts = sorted(value for one in rounds for value in one["firsts"])
    errors = {}
    for one in rounds:
        for key, count in one["errors"].items():
            errors[key] = errors.get(key, 0) + count
    mean = {key: statistics.mean(one[key] for one in rounds) for key in ("gap_p99", "hit", "busy", "proxy_cpu", "engines_cpu")}
    return {**mean, "mean": statistics.mean(firsts) if firsts else float("nan"), "p50": quantile(firsts, 0.5), "p99": quantile(firsts, 0.99),
            "errors": errors, "requests": sum(one["requests"] for one in rounds), "late_p99": max(one["late_p99"] for one in rounds),
            "elapsed_s": max(one["elapsed_s"] for one in rounds), "means": [statistics.mean(one["firsts"]) for one in rounds if one["firsts"]]}


def best_rival(found):
    others = {name: row["mean"] for name, row in found.items() if name not in targets.OURS}
    return min(others, key=others.get) if others else None


def table(scenario, found, speed):
    rival = best_rival(found)
    lines = [f"{scenario.name}: {scenario.about}", f"  {'first token, ms':>14} {'mean':>8} {'p50':>8} {'p99':>8} {'of ' + rival if rival else '':>17} {'gap p99':>8} {'cached':>7} {'busy':>5} {'CPU: proxy':>11} {'engines':>8}  errors"]
    for name, row in found.items():
        ratio = f"{row['mean'] / found[rival]['mean']:.2f}" if rival else ""
        errors = ", ".join(f"{count} {kind}" for kind, count in row["errors"].items()) or "none"
        late = f"  THE LOAD WAS LATE: {row['late_p99']:.0f} ms" if row["late_p99"] > LATE_MS else ""
        lines.append(f"  {name:14} {row['mean']:8.0f} {row['p50']:8.0f} {row['p99']:8.0f} {ratio:>17} {row['gap_p99']:8.0f} {100 * row['hit']:6.1f}% {row['busy']:5.2f} {100 * row['proxy_cpu']:10.1f}% {100 * row['engines_cpu']:7.1f}%  {errors}{late}")
    return "\n".join(lines)


def verdicts(scenario, found):
    """[(what, ratio, bound)] of banto."""
    if "banto" not in found:
        return []
    judged, rival, banto = [], best_rival(found), found["banto"]
    if "rivals" in scenario.bounds and rival:
        judged.append((f"first token, of {rival}", banto["mean"] / found[rival]["mean"], scenario.bounds["rivals"]))
    if "round_robin" in scenario.bounds and "banto-rr" in found:
        judged.append(("first token, of round robin", banto["mean"] / found["banto-rr"]["mean"], scenario.bounds["round_robin"]))
    if scenario.gap_bound and "banto-rr" in found:
        judged.append(("token gap p99, of round robin", banto["gap_p99"] / found["banto-rr"]["gap_p99"], scenario.gap_bound))
    return judged


def parse(description):
    known = targets.all_targets("")
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help=f"scenarios ({', '.join(scenarios.SCENARIOS)}) and targets ({', '.join(known)})")
    parser.add_argument("--rounds", type=int, default=1, help="each with other requests")
    parser.add_argument("--seed", type=int, default=1, help="of the first round")
    parser.add_argument("--speed", type=float, default=1, help="2: engines twice as fast and half the gaps; times are told as they would be at 1")
    parser.add_argument("--gpu", default="h100-8b", help="see sim_worker --help")
    parser.add_argument("--traces", default=os.environ.get("BANTO_TRACES", "traces"), help="a folder with Mooncake's and Azure's public traces (perf/README.md)")
    parser.add_argument("--banto", default=os.environ.get("BANTO_BIN", os.path.join(PERF, "..", "build", "banto")))
    parser.add_argument("--tools", default=None, help="where sim_worker and load are (default: perf/ beside banto)")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    unknown = set(options.names) - set(scenarios.SCENARIOS) - set(known)
    if unknown:
        parser.error(f"neither a scenario nor a target: {', '.join(sorted(unknown))}")
    options.banto = os.path.realpath(options.banto)
    options.tools = os.path.abspath(options.tools or os.path.join(os.path.dirname(options.banto), "perf"))
    for path in (options.banto, *(os.path.join(options.tools, tool) for tool in ("load", "sim_worker"))):
        if not os.path.exists(path):
            parser.error(f"{path} does not exist: build first (scripts/build release)")
    return options


def measure(options, scenario, wanted):
    """{target: its rounds}, in turn within each round."""
    rounds = {}
    with tempfile.TemporaryDirectory(prefix="banto-ttft-") as folder:
        for number in range(options.rounds):
            trace = os.path.join(folder, f"{scenario.name}-{number}.jsonl")
            scenarios.write(scenario, options.traces, options.seed + number, trace)
            for target in wanted:
                try:
                    with Rig(options.banto, options.tools) as rig:
                        rounds.setdefault(target.name, []).append(Turn(options, scenario, target, trace).play(rig))
                except RuntimeError as why:
                    print(f"  {target.name}: {why}", file=sys.stderr)
    return {name: found for name, found in rounds.items() if found}


def main(description):
    options = parse(description)
    print(described(), flush=True)
    chosen = [scenarios.SCENARIOS[name] for name in options.names if name in scenarios.SCENARIOS] or list(scenarios.SCENARIOS.values())
    known = targets.all_targets(options.banto)
    wanted = [known[name] for name in options.names if name in known] or list(known.values())
    for target in wanted:
        if target.lacks:
            print(f"{target.name}: {target.lacks}", file=sys.stderr)
    wanted = [target for target in wanted if not target.lacks]
    bad, everything = [], {}
    for scenario in chosen:
        if scenario.lacks(options.traces):
            print(f"\n{scenario.name}: left out, {scenario.lacks(options.traces)}", flush=True)
            continue
        found = {name: summed_up(rounds) for name, rounds in measure(options, scenario, wanted).items()}
        everything[scenario.name] = found
        print("\n" + table(scenario, found, options.speed))
        for what, ratio, bound in verdicts(scenario, found):
            passed = ratio <= bound
            print(f"  banto: {what}: {ratio:.2f} (at most {bound:g}) {'PASS' if passed else 'FAIL'}")
            bad += [] if passed else [scenario.name]
        sys.stdout.flush()
    if options.json:
        with open(options.json, "w") as f:
            json.dump({"machine": described(), "time": time.time(), "scenarios": everything}, f, indent=1)
    return 1 if bad else 0
