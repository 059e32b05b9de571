"""What README.md shows is run: every configuration through `banto check`, every command in one way or another."""
import os
import re
import shlex
import subprocess

import pytest
from fakes.fake_worker import FakeWorker
from harness import DEADLINE_S, ROOT, Banto, binary, worker_toml

README = (ROOT / "README.md").read_text()
ENVIRONMENT = {**os.environ, "COLAB_KEY": "k"}


def blocks(language):
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```", README)


def commands():
    """The lines of blocks without a language that run something, and what stands between backticks and does."""
    lines = [line.split("#")[0].strip() for block in blocks("") for line in block.splitlines()]
    return sorted({text for text in lines + re.findall(r"`([^`\n]+)`", README) if re.match(r"(\./)?(scripts|perf)/\w|(build/)?banto \w|cmake ", text)})


def config(tmp_path):
    """The README's configuration on free ports, as banto.toml in a folder of its own."""
    text = blocks("toml")[0].replace('listen = "0.0.0.0:8080"', 'listen = "127.0.0.1:0"', 1)
    path = tmp_path / "banto.toml"
    path.write_text(text + '\n[admin]\nlisten = "127.0.0.1:0"\n')
    return path


@pytest.mark.parametrize("number", range(len(blocks("toml"))))
def test_each_configuration_passes(number, tmp_path):
    path = tmp_path / "banto.toml"
    path.write_text(blocks("toml")[number])
    done = subprocess.run([binary(), "check", str(path)], capture_output=True, text=True, check=False, env=ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    warned = re.findall(r"warning: (.*)", done.stderr)
    assert len(warned) == 1 and "uses the key of worker \"colab\"" in warned[0], "the warning is the one described in the text above it"


def run_banto(words, tmp_path):
    if words[0] == "serve":
        with FakeWorker() as a, FakeWorker() as b:
            known = {"http://gpu1:8000": a.url, "http://gpu2:11434": b.url}
            with Banto(words=[*(known.get(w, w) for w in words), "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]) as banto:
                assert banto.chat().status == 200
    elif words[0] == "run":
        config(tmp_path)
        with Banto(words=["run", "-c", str(tmp_path / words[2])], env=ENVIRONMENT) as banto:
            assert banto.admin("/livez").status == 200
    else:
        config(tmp_path)
        (tmp_path / "access.log").touch()
        done = subprocess.run([binary(), *words], capture_output=True, text=True, cwd=tmp_path, env=ENVIRONMENT, timeout=DEADLINE_S, check=False)
        assert done.returncode == 0, done.stderr


# These build the program, start real engines or measure for minutes. scripts/test runs the first ones (itself, the house rules, the quick start), and
# test_packaging.py configures and installs; the measurements are asked how they are used.
RUN_ELSEWHERE = ("scripts/test", "scripts/check", "scripts/quickstart", "cmake")


@pytest.mark.parametrize("command", commands())
def test_each_command_runs(command, tmp_path):
    words = shlex.split(command)
    program = words[0].removeprefix("./").removeprefix("build/")
    if program == "banto":
        return run_banto(words[1:], tmp_path)
    if program in RUN_ELSEWHERE:
        scripts = (ROOT / "scripts" / "test").read_text() + (ROOT / "tests" / "e2e" / "test_packaging.py").read_text()
        assert program == "scripts/test" or program.split("/")[-1] in scripts
        return None
    done = subprocess.run([ROOT / program, "--help"], capture_output=True, text=True, timeout=DEADLINE_S, check=False)
    assert done.returncode == 0 and "usage" in done.stdout, done.stderr


def test_nothing_that_is_shown_was_overlooked():
    assert len(blocks("toml")) == 1
    assert {c.split()[0].removeprefix("./").removeprefix("build/") for c in commands()} == {
        "banto", "cmake", "scripts/quickstart", "scripts/test", "scripts/check", "perf/compare", "perf/limits"}


def marks(answer):
    return [name for name in ("x-request-id", "server-timing", "x-banto-worker", "x-cache", "cache-status") if answer.header(name)]


def test_which_answers_say_what():
    """The text on what one can see: all have an id, a worker's its name and times; who answered is said where a cache is on."""
    workers = ["x-request-id", "server-timing", "x-banto-worker"]
    with FakeWorker() as a, Banto(worker_toml(a.url, models=["m"])) as banto:
        assert marks(banto.chat()) == [*workers, "x-cache", "cache-status"]
        assert marks(banto.chat(temperature=1, stream=True)) == [*workers, "x-cache", "cache-status"]
        assert banto.chat(headers={"Cache-Control": "no-store"}).header("x-cache") == "BYPASS"
        for ours in (banto.get("/v1/models"), banto.chat(model="nobody"), banto.get("/nowhere")):
            assert marks(ours) == ["x-request-id"]
    with FakeWorker() as a, Banto(worker_toml(a.url) + "[cache]\nenabled = false\n") as banto:
        assert marks(banto.chat()) == workers
