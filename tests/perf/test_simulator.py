"""perf/sim reads the logs that it says it reads, and its table agrees with what can be reckoned by hand."""
import json
import os
import pathlib
import subprocess

from instruction_counts import binary

ROOT = pathlib.Path(__file__).resolve().parents[2]


def simulate(trace, *words):
    """{(policy, workers): its figures} and all that was said."""
    command = [ROOT / "perf" / "sim", "--trace", trace, *words]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60, check=True, env={**os.environ, "BANTO_TOOLS": str(binary().parent / "perf")})
    rows = {}
    for line in done.stdout.splitlines():
        words = line.split()
        if len(words) >= 10 and words[1].isdigit():
            rows[words[0], int(words[1])] = [float(word.rstrip("%")) for word in words[2:10]]
    return rows, done.stdout


def write(path, lines):
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_two_policies_and_one_worker_more(tmp_path):
    """Prompts of 10,000 tokens, two at a time: one worker queues them, two do not."""
    trace = write(tmp_path / "trace.jsonl", [{"timestamp": 2000 * (i // 2) + i % 2, "input_length": 10_000, "output_length": 5, "hash_ids": list(range(20 * i, 20 * i + 20))} for i in range(20)])
    rows, said = simulate(trace, "--workers", 1, "--policy", "round_robin,least_loaded")
    assert set(rows) == {("round_robin", 1), ("least_loaded", 1), ("round_robin", 2)}, said
    assert rows["round_robin", 1] == rows["least_loaded", 1], said
    alone_ms = 2 * 6 + 35e-3 * 10_000 * (1 + 10_000 / 2 / 30_000)  # two steps
    mean, p50, p90, p99 = rows["round_robin", 2][:4]
    assert abs(mean - alone_ms) < 5 and p50 <= p90 <= p99, said
    assert rows["round_robin", 1][0] > 1.3 * alone_ms, said


def test_an_access_log_with_sessions(tmp_path):
    """What a session asks again is found in memory, where one worker has all of it."""
    def line(second, session, tokens):
        return {"ts": f"2026-11-29T10:00:{second:02}.000Z", "status": 200, "worker": "gpu1", "cache": "miss", "bytes_in": 1, "input_tokens": tokens, "output_tokens": 3, "session": session}

    log = write(tmp_path / "access.log", [line(2 * i, "ab"[i % 2], 5120 + 512 * (i // 2)) for i in range(20)] + [{"ts": "2026-11-29T10:00:59.000Z", "cache": "hit", "worker": "gpu1"}])
    rows, said = simulate(log, "--workers", 1, "--more", 0)
    assert "1 reached no worker" in said
    cached = rows["least_loaded", 1][5]
    assert cached > 80, said


def test_what_cannot_be_read_is_named(tmp_path):
    path = tmp_path / "other.txt"
    path.write_text("something else\n")
    done = subprocess.run([binary().parent / "perf" / "sim", "--trace", path], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1 and f"{path}:1" in done.stderr
