"""The command line of perf/limits and perf/cache: measures figures and holds each against its bound."""
import argparse
import functools
import json
import os
import resource
import time

from alone.rig import Rig
from side_by_side.machine import described

PERF = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")


def raise_open_files():
    """Raises the limit for the programs started here; returns it."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def shown(value, unit):
    digits = 0 if unit in ("us", "") else 2
    return f"{value:,.{digits}f} {unit}".strip()


def parse(figures, description):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="FIGURE", help=", ".join(figures))
    parser.add_argument("--rounds", type=int, default=3, help="where two things are held against each other")
    parser.add_argument("--seconds", type=float, default=3, help="of load, each time")
    parser.add_argument("--requests", type=int, default=1_000_000, help="where answers are checked one by one")
    parser.add_argument("--banto", default=os.environ.get("BANTO_BIN", os.path.join(PERF, "..", "build", "banto")))
    parser.add_argument("--tools", default=None, help="where sim_worker and load are (default: perf/ beside banto)")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    unknown = set(options.names) - set(figures)
    if unknown:
        parser.error(f"no such figure: {', '.join(sorted(unknown))}")
    options.banto = os.path.realpath(options.banto)
    options.tools = os.path.abspath(options.tools or os.path.join(os.path.dirname(options.banto), "perf"))
    for path in (options.banto, *(os.path.join(options.tools, tool) for tool in ("load", "sim_worker"))):
        if not os.path.exists(path):
            parser.error(f"{path} does not exist: build first (scripts/build release)")
    return options


def main(figures, description):
    options = parse(figures, description)
    open_files = raise_open_files()
    begun, rows, bad = time.monotonic(), {}, []
    print(described() + "\n")
    print(f"{'':58} {'measured':>12} {'at most':>10}")
    for name in options.names or figures:
        figure = figures[name]
        why = figure.lacks(open_files)
        if why:
            print(f"{name}: not measured, {why}")
            bad.append(name)
            continue
        try:
            rows[name] = figure.measure(functools.partial(Rig, options.banto, options.tools), options)
        except RuntimeError as error:
            print(f"{name}: {error}")
            bad.append(name)
            continue
        for row in rows[name]:
            verdict = "" if row.bound is None else "PASS" if row.passed else "FAIL"
            bound = "" if row.bound is None else shown(row.bound, row.unit)
            print(f"{row.what:58} {shown(row.value, row.unit):>12} {bound:>10} {verdict:4}  {row.note}", flush=True)
            if not row.passed:
                bad.append(name)
    print(f"\n{time.monotonic() - begun:.0f} s; " + (f"not reached: {', '.join(dict.fromkeys(bad))}" if bad else "all reached"))
    if options.json:
        with open(options.json, "w") as f:
            json.dump({"machine": described(), "time": time.time(), "figures": {n: [vars(r) for r in found] for n, found in rows.items()}}, f, indent=1)
    return 1 if bad else 0
