"""`banto report`: what access logs add up to, on a terminal and as JSON."""
import gzip
import json
import os
import re
import subprocess
import sys
import time

import pytest
from fakes.fake_worker import FakeWorker
from harness import DEADLINE_S, Banto, binary, until, worker_toml

DAY_S = 86400
HAIKU = {"input": 1, "output": 5}  # a million tokens of prompts, of answers


def report(*words, stdin=None, **more):
    return subprocess.run([binary(), "report", *map(str, words)], capture_output=True, timeout=DEADLINE_S,
                          **({"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}), **more)


def facts(*words, **more):
    done = report("--json", *words, **more)
    assert done.returncode == 0 and done.stderr == b"", done.stderr
    return json.loads(done.stdout)


def stamp(unix_s):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(unix_s)) + f".{int(unix_s * 1000) % 1000:03}Z"


def line(unix_s, **members):
    return json.dumps({"ts": stamp(unix_s), "status": 200, "cache": "miss", "model": "m", "worker": "gpu1", **members}) + "\n"


def at_haiku(unix_s, prompt, answer, **members):
    avoided = (prompt * HAIKU["input"] + answer * HAIKU["output"]) / 1e6
    return line(unix_s, input_tokens=prompt, output_tokens=answer, avoided=avoided, **members)


@pytest.fixture
def log(tmp_path):
    return tmp_path / "access.log"


def test_the_articles_break_even(log):
    """200 a month is what 40 million tokens of Claude Haiku 4.5's answers cost; of prompts and answers it takes more."""
    now = time.time()
    for prompt, answer, words in [(0, 4_000_000, "40.0 M"), (3_000_000, 1_000_000, "100.0 M"), (4_000_000, 0, "200.0 M")]:
        log.write_text(at_haiku(now - 40 * DAY_S, 7, 7) + at_haiku(now - 5, prompt, answer))
        text = report("--since", "30d", "--fixed-cost", "200", "--log", log).stdout.decode()
        assert f"break-even: {words} tokens a month at this mix (" in text and "; this period is at 4.0 M a month: " in text, text
        even = facts("--since", "30d", "--fixed-cost", "200", "--log", log)["break_even"]
        assert even["fixed_cost_period"] == 200 and even["reached"] == pytest.approx(4_000_000 / even["tokens_month"])


def test_a_real_run(tmp_path):
    """The log of a real run, from the configuration that names it."""
    access = tmp_path / "real.log"
    with FakeWorker() as worker:
        config = worker_toml(worker.url, name="gpu1", kind="vllm", models=["m"])
        config += f'[log]\naccess = "{access}"\n'
        with Banto(config) as banto:
            for text in ("one", "one", "two"):
                assert banto.chat(text).status == 200
            assert banto.get("/v1/models").status == 200
        told = tmp_path / "told.toml"
        told.write_text(f'{config.split("[log]")[0]}[log]\naccess = "{access}"\n')
        all_of_it = facts("-c", told)
    lines = [json.loads(l) for l in access.read_text().splitlines()]
    assert all_of_it == facts(access) == facts("-", stdin=access.read_bytes())
    assert all_of_it["sum"]["requests"] == len(lines) == 4 and all_of_it["other_lines"] == 0
    by_worker = {row["name"]: row for row in all_of_it["workers"]}
    assert by_worker["gpu1"]["requests"] == 2 and by_worker["(cache)"]["from_cache"] == by_worker["(cache)"]["requests"] == 1
    by_model = {row["name"]: row for row in all_of_it["models"]}
    for name in ("input_tokens", "output_tokens"):
        assert by_model["m"][name] == sum(l[name] for l in lines if l.get("model") == "m") > 0
    assert all_of_it["keys"] == []
    text = report(access, "--fixed-cost=200").stdout.decode()
    assert re.search(r"(?m)^m +3 +1 \(33 %\) ", text) and re.search(r"(?m)^sum +4 +1 \(25 %\) ", text), text
    assert "break-even: none: no line says what its tokens would have cost outside; give [[models]] a reference_price" in text


def test_a_real_run_with_prices(tmp_path):
    """A local worker and one outside, with a model each: what the report says is what the counters say."""
    access = tmp_path / "priced.log"
    prices = {"home": "reference_price = { input = 1, output = 5 }", "away": "price = { input = 3, output = 15 }"}
    with FakeWorker(models=["home"]) as home, FakeWorker(models=["away"]) as away:
        config = worker_toml(home.url, name="home", kind="vllm", models=["home"]) + worker_toml(away.url, name="away", kind="vllm", models=["away"])
        config += "".join(f'[[models]]\nname = "{name}"\n{price}\n' for name, price in prices.items())
        with Banto(config + f'[log]\naccess = "{access}"\n') as banto:
            for model, text in [("home", "one"), ("home", "one"), ("home", "two"), ("away", "one"), ("away", "one")]:
                assert banto.chat(text, model=model).status == 200
            until(lambda: banto.metric("banto_requests_total") == 5, "all are counted")
            cost, local, cached = banto.metric("banto_cost_total"), *(banto.metric("banto_cost_avoided_total", by=by) for by in ("local", "cache"))
            tokens = banto.metric("banto_cost_avoided_tokens_total")
    told = facts("--fixed-cost", "200", "--since", "1d", access)
    assert min(cost, local, cached) > 0 and told["sum"]["cost"] == pytest.approx(cost)
    assert told["sum"]["avoided"] == pytest.approx(local + cached) and told["break_even"]["cache_avoided"] == pytest.approx(cached)
    by_worker = {row["name"]: row for row in told["workers"]}
    assert by_worker["home"]["avoided"] == pytest.approx(local) and by_worker["(cache)"]["avoided"] == pytest.approx(cached)
    assert by_worker["away"]["cost"] == pytest.approx(cost) and "avoided" not in by_worker["away"] and "cost" not in by_worker["home"]
    even = told["break_even"]
    assert even["tokens_month"] * even["per_million_tokens"] == pytest.approx(200e6) and even["own_cost"] == 0
    assert even["per_million_tokens"] == pytest.approx((local + cached) / tokens * 1e6), "as the dashboard has it"


def test_rotated_logs_are_read_together_whatever_they_are_compressed_with(tmp_path):
    plain, older, oldest = tmp_path / "access.log", tmp_path / "access.log.1", tmp_path / "access.log.2.gz"
    plain.write_text(at_haiku(3 * DAY_S, 1, 1))
    older.write_text(at_haiku(2 * DAY_S, 10, 10))
    with gzip.open(oldest, "wt") as file:
        file.write(at_haiku(DAY_S, 100, 100))
    with gzip.open(oldest, "at") as file:  # a second member
        file.write(at_haiku(DAY_S, 1000, 1000))
    told = facts("--log", plain, "--log", older, "--log", oldest)
    assert told["sum"]["input_tokens"] == told["sum"]["output_tokens"] == 1111
    assert (told["from"], told["to"]) == ("1970-01-02T00:00:00.000Z", "1970-01-04T00:00:00.000Z")
    assert facts("--log", oldest, plain, older) == told
    oldest.write_bytes(oldest.read_bytes()[:-4])
    done = report(oldest, plain)
    assert done.returncode == 1 and done.stdout == b"" and done.stderr.decode() == f"banto: cannot read {oldest}: its compressed data end too early\n"


def test_since_is_a_duration_or_a_time(log):
    now = time.time()
    log.write_text("".join(line(now - days * DAY_S, output_tokens=1) for days in range(100, 0, -1)))
    for since, days in [("30d12h", 30), ("2d1h", 2), (stamp(now - 9.5 * DAY_S), 9), (stamp(now - 9.5 * DAY_S)[:16], 9)]:
        told = facts("--since", since, log)
        assert told["sum"]["output_tokens"] == days and told["earlier_lines"] == 100 - days and "log_begins" not in told
    told = facts("--since", "200d", log)
    assert told["sum"]["requests"] == 100 and told["log_begins"] == told["from"] == stamp(now - 100 * DAY_S)
    assert f"the log begins at {stamp(now - 100 * DAY_S)[:16].replace('T', ' ')} UTC" in report("--since", "200d", log).stdout.decode()
    assert facts("--since", "2099-01-01", log)["sum"]["requests"] == 0


def test_lines_of_other_kinds_are_counted_and_passed_over(log):
    log.write_text('{"ts":"2026-11-01T00:00:00.000Z","level":"info","msg":"worker gpu1 is healthy"}\nTraceback\n' + line(0, output_tokens=7) + '{"ts":"2026-11-01T00')
    text = report(log).stdout.decode()
    assert text.endswith("\n3 lines were no access lines\n") and re.search(r"(?m)^sum +1 ", text), text


def test_a_log_in_the_text_format_is_recognised(tmp_path):
    access = tmp_path / "text.log"
    with FakeWorker() as worker:
        config = worker_toml(worker.url, name="gpu1", kind="vllm", models=["m"]) + f'[log]\nformat = "text"\naccess = "{access}"\n'
        with Banto(config) as banto:
            assert banto.chat().status == 200
    text = report(access).stdout.decode()
    assert "no requests" in text and '1 line is in the text format, which has no prompt tokens and no money: log.format = "json"' in text


def test_hostile_lines(log):
    """Numbers that nobody can have, names that are made for terminals, and a line of 100 MB."""
    hostile = [line(0, model="\x1b[2J\x07\x9b\u202eevil", key="k\r\n", worker="w" * 10_000)]
    for value in ("1e308", "-1", "-1e308", '"NaN"', "NaN", "Infinity", "1e999", "null", "[[[]]]", "9" * 500):
        for name in ("input_tokens", "output_tokens", "cached_tokens", "cost", "avoided"):
            hostile.append(line(0)[:-2] + f',"{name}":{value}}}\n')
    hostile += ["[" * 200_000 + "\n", "{" * 200_000 + "\n", '{"a":' * 5000 + "\n", "\x00\x01\n"]
    with open(log, "w") as file:
        file.writelines(hostile)
        file.write('{"ts":"')
        for _ in range(100):
            file.write("x" * 1_000_000)
        file.write('"}\n' + line(0, input_tokens=1, output_tokens=1, cost=0.5, avoided=1.5))
    done = report("--fixed-cost", "200", log)
    text = done.stdout.decode("ascii")
    assert done.returncode == 0 and re.fullmatch(r"[ -~\n]*", text) and "\\x1b[2J" in text, text
    assert re.search(r"(?m)^sum .* 1 +0 +1 +0\.50 +1\.50$", text) and "1 line was too long to be one" in text, text
    assert "nan" not in text.lower().replace("evil", "") and "inf" not in text
    raw = report("--json", log).stdout.decode("ascii")
    assert re.fullmatch(r"[ -~]*\n", raw)
    told = json.loads(raw)
    assert "\x1b[2J\x07\x9b\u202eevil" in [row["name"] for row in told["models"]] and told["sum"]["input_tokens"] == 1
    assert told["refused_values"] == 5 * 8 and told["long_lines"] == 1  # NaN and Infinity are no JSON: no lines at all


def peak_kib(log):
    """The most memory that a report of the log held; freed memory is not kept for a sanitizer's sake."""
    script = "import resource,subprocess,sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    env = {**os.environ, "ASAN_OPTIONS": "quarantine_size_mb=1:thread_local_quarantine_size_kb=64"}
    return int(subprocess.run([sys.executable, "-c", script, binary(), "report", log], capture_output=True, check=True, timeout=DEADLINE_S, env=env).stdout)


def test_memory_does_not_grow_with_the_log(log):
    def write(lines):
        with open(log, "w") as file:
            for i in range(lines):
                file.write(line(i, model=f"model-{i}-" + "x" * 300, key=f"key-{i}"))
        return peak_kib(log)

    few, many = write(10_000), write(100_000)
    told = facts(log)
    assert len(told["models"]) == len(told["keys"]) == 1001 and told["models"][-1] | {"requests": 0} == told["models"][-1] | {"name": "(other)", "requests": 0}
    assert told["models"][-1]["requests"] == 99_000
    assert many < 1.5 * few, f"{few} KiB for 10,000 lines, {many} for 100,000"


def test_where_no_log_is_named_the_configuration_names_one(tmp_path):
    config = tmp_path / "banto.toml"
    for access, said in [("stdout", "journalctl -u banto -o cat | banto report --log -"), ("off", 'log.access is "off"')]:
        config.write_text(worker_toml("http://a:1") + f'[log]\naccess = "{access}"\n')
        done = report("-c", config)
        assert done.returncode == 2 and said in done.stderr.decode() and done.stdout == b""
    done = report("-c", tmp_path / "none.toml")
    assert done.returncode == 2 and b"none.toml" in done.stderr and b"with --log FILE no configuration is read" in done.stderr
    done = report("--log", tmp_path / "none.log")
    assert done.returncode == 1 and done.stderr.decode() == f"banto: cannot read {tmp_path}/none.log: No such file or directory\n"
    assert report(tmp_path).stderr.decode() == f"banto: cannot read {tmp_path}: Is a directory\n"


@pytest.mark.parametrize("words,said", [
    (["--since", "soon"], "--since needs a duration such as 30d, or a date"),
    (["--since", "0"], "--since needs a duration"),
    (["--since", "30"], "--since needs a duration"),
    (["--since", "2026-13-01"], "--since needs a duration"),
    (["--fixed-cost", "$200"], "--fixed-cost needs an amount above 0 such as 200"),
    (["--fixed-cost", "0"], "--fixed-cost needs an amount"),
    (["--fixed-cost", "-5"], "--fixed-cost needs an amount"),
    (["--fixed-cost", "nan"], "--fixed-cost needs an amount"),
    (["--fixed-cost", "inf"], "--fixed-cost needs an amount"),
    (["--fixed-cost", "1e308"], "--fixed-cost needs an amount"),
    (["--log", ""], "--log needs a file"),
    (["--log", "a", "a"], "the log a is given twice"),
    (["--jsn"], "did you mean --json?"),
    (["--fixed-costs", "1"], "did you mean --fixed-cost?"),
])
def test_a_wrong_word_is_explained_in_one_line_and_exit_2(words, said):
    done = report(*words)
    assert done.returncode == 2 and said in done.stderr.decode() and done.stdout == b"" and done.stderr.count(b"\n") == 1
