#!/usr/bin/env python3
"""The house rules that can be checked by numbers and names (README, "The code"): size budgets, direction of includes, line length, classes in one source, patience of tests.

A file may break a budget only with a line `budget: <reason>` in its head comment, and never the hard limit.
"""
import collections
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
HEADER_LINES, SOURCE_LINES, HARD_LINES = 150, 250, 400
FUNCTION_LINES, FUNCTION_HARD_LINES = 40, 70
COLUMNS = 100
# Classes whose members several sources define, by room: each holds more than one idea that has not got its own type yet.
IN_PARTS = {
    ("proxy/exchange", "Exchange"),  # what browsers may read, and what it relays, beside its steps
    ("proxy/fetch", "Fetch"),        # how an Attempt's end is judged, and its answer's head, beside its steps
}
# The enum and its rows; the detector, which tells kinds apart by their pages.
NAMES_KINDS = "proxy/api/engine_traits.h", "proxy/api/worker_kind.h", "health/engine_detector.cc"



def read_rooms():
    """{folder: the rooms it may include}, of scripts/rooms.txt. proxy/main.cc stands above them all."""
    lines = [line.split("|") for line in (ROOT / "scripts/rooms.txt").read_text().splitlines() if line and not line.startswith("#")]
    rooms = {folder.strip(): uses.split() for folder, uses, _ in lines}
    names = list(rooms)
    for i, folder in enumerate(names):
        for used in rooms[folder]:
            if used not in names[i + 1:]:
                sys.exit(f"scripts/rooms.txt: {folder} uses {used}, which does not stand below it")
    return rooms | {"proxy": names}


def tracked(top, *patterns):
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", *patterns], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [p for p in out.split() if p.split("/")[0] in top and (ROOT / p).exists()]


ROOMS = read_rooms()


def room_of(path):
    """A folder inside a room is a part of it."""
    folder = path.rsplit("/", 1)[0]
    outer = folder.rsplit("/", 1)[0]
    return outer if folder not in ROOMS and outer in ROOMS and outer != "proxy" else folder


def part_of(path):
    """Its folder inside its room; empty: it stands in the room itself."""
    return path.rsplit("/", 1)[0].removeprefix(room_of(path)).strip("/")


def functions(lines):
    """(first line, length) of each function body: an opening brace at the end of a line whose closing brace is in the same column."""
    for i, line in enumerate(lines):
        found = re.match(r"^( {0,2})(?![ }#/])(?!.*\b(namespace|class|struct|enum|union)\b).*\) ?(const|noexcept|override|final| )*\{$", line)
        if not found or re.search(r"\[[^\]]*\]\(", line):  # a lambda counts as part of its function
            continue
        close = found[1] + "}"
        for j in range(i + 1, len(lines)):
            if lines[j].startswith(close) and lines[j].rstrip(";, ") == close:
                yield i + 1, j - i + 1
                break


def check(path):
    text = (ROOT / path).read_text()
    lines = text.splitlines()
    excused = any("budget:" in line for line in lines[:15])
    budget = HEADER_LINES if path.endswith(".h") else SOURCE_LINES
    if len(lines) > HARD_LINES or (len(lines) > budget and not excused):
        yield f"{path}: {len(lines)} lines (budget {budget})"
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS and "http" not in line:
            yield f"{path}:{number}: {len(line)} columns"
    for number, length in functions(lines):
        if length > FUNCTION_HARD_LINES or (length > FUNCTION_LINES and not excused):
            yield f"{path}:{number}: a function of {length} lines (budget {FUNCTION_LINES})"
    room = room_of(path)
    if room not in ROOMS:
        yield f"{path}: no room of this name"
        return
    for number, line in enumerate(lines, 1):
        found = re.match(r'#include "([^"]+)"', line)
        if not found:
            continue
        used = room_of(found[1])
        if used != room and used not in ROOMS[room]:
            yield f"{path}:{number}: {room} must not include {found[1]}"
        if used == room and part_of(path) and part_of(found[1]) not in ("", part_of(path)):
            yield f"{path}:{number}: an API knows no other: {found[1]}"


def check_kinds(path):
    """A kind of worker is one row of traits: elsewhere its column is asked, not its name. kAuto is no kind."""
    for number, line in enumerate((ROOT / path).read_text().splitlines(), 1):
        found = re.search(r"\bWorkerKind::k(?!Auto\b)\w+", line)
        if found and path not in NAMES_KINDS:
            yield f"{path}:{number}: {found[0]} outside the rows of {NAMES_KINDS[0]}"


def check_parts(paths):
    """A class's members are defined in one source: what does not fit into one is two ideas, not two parts."""
    sources = collections.defaultdict(set)
    for path in paths:
        for line in (ROOT / path).read_text().splitlines():
            found = re.match(r"(?!template |[ #/])[^=(]*?\b([A-Z]\w*)(?:<\w+>)?::~?\w+\(", line)
            if found:
                sources[room_of(path), found[1]].add(path)
    parted = {place for place, files in sources.items() if len(files) > 1}
    for room, name in sorted(parted - IN_PARTS):
        yield f"{name}: its members are defined in {', '.join(sorted(sources[room, name]))}"
    for room, name in sorted(IN_PARTS - parted):
        yield f"{name} of {room} is one source by now: strike it off IN_PARTS"


def check_length(path):
    """Tests and measuring programs: a long table does not need a second file."""
    lines = len((ROOT / path).read_text().splitlines())
    if lines > HARD_LINES:
        yield f"{path}: {lines} lines (at most {HARD_LINES}: split it by what its tests are about)"


def check_patience(path):
    """Tests wait for conditions. If time itself, or a worker's pace, is the subject, the line says so."""
    for number, line in enumerate((ROOT / path).read_text().splitlines(), 1):
        hurries = re.search(r"\btime\.sleep\(|\.(wait|join)\((\d?\.\d+|[1-9])\)|\bdeadline_s=\d", line)
        if hurries and "#" not in line:
            yield f"{path}:{number}: {hurries[0]}… in place of a condition (a comment says where it is none)"


def main():
    trouble = [line for path in tracked(("proxy", "cache", "health", "conf"), "*.cc", "*.h") for line in (*check(path), *check_kinds(path))]
    trouble += check_parts(tracked(("proxy", "cache", "health", "conf"), "*.cc"))
    trouble += [line for path in tracked(("tests", "perf"), "*.cc", "*.h", "*.py") for line in check_length(path)]
    trouble += [line for path in tracked(("tests",), "tests/e2e/*.py", "tests/clients/*.py", "tests/fakes/*.py") for line in check_patience(path)]
    print("\n".join(trouble) if trouble else "structure: ok")
    return 1 if trouble else 0


if __name__ == "__main__":
    sys.exit(main())
