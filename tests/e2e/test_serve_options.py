"""`banto serve`: what its options do, and in which form it logs."""
import json
import os
import pty
import re
import socket
import subprocess

import pytest
from fakes.fake_worker import FakeWorker
from harness import DEADLINE_S, Banto, binary, until


def serve(*more):
    return Banto(words=["serve", *more, "--listen", "127.0.0.1:0"])


def test_no_admin_port_where_its_address_is_empty():
    with FakeWorker() as worker, serve(worker.url, "--admin", "") as banto:
        assert banto.admin_port == 0 and "Status page" not in banto.events() and "admin off" in banto.events()
        assert banto.chat().status == 200
    with FakeWorker() as worker, serve(worker.url, "--admin=") as banto:
        assert banto.admin_port == 0


def test_an_answer_is_good_for_the_ttl_that_was_given():
    with FakeWorker() as worker, serve(worker.url, "--admin", "", "--ttl", "1h") as banto:
        assert banto.chat().header("x-cache") == "MISS"
        status = until(lambda: (a := banto.chat()).header("x-cache") == "HIT" and a.header("cache-status"), "it is kept")
        assert 3590 <= int(re.search(r"ttl=(\d+)", status)[1]) <= 3600


def test_no_cache_keeps_nothing():
    with FakeWorker() as worker, serve(worker.url, "--admin", "", "--no-cache") as banto:
        assert "Cache: off" in banto.events()
        assert [banto.chat().header("x-cache") for _ in range(2)] == [None] * 2 and len(worker.requests) == 2


def test_no_threads_are_one_per_cpu_as_in_the_file():
    with FakeWorker() as worker, serve(worker.url, "--admin", "", "--threads", "0") as banto:
        until(lambda: f"admin off, {os.cpu_count()} threads" in banto.events(), "it serves")


class Terminal:
    """banto serve with a terminal at some of its descriptors and files at the others."""

    def __init__(self, tmp_path, terminals, *words):
        self.main, side = pty.openpty()
        self.files = {fd: tmp_path / str(fd) for fd in (1, 2) if fd not in terminals}
        handles = {fd: open(path, "wb") for fd, path in self.files.items()}
        self.process = subprocess.Popen([binary(), "serve", *words, "--listen", "127.0.0.1:0", "--admin", ""], stdin=subprocess.DEVNULL,
                                        stdout=handles.get(1, side), stderr=handles.get(2, side))
        os.close(side)
        self.shown = b""

    def said(self, fd, word):
        """What was said at this descriptor, once it holds `word`."""

        def look():
            if fd in self.files:
                return word in self.files[fd].read_bytes() and self.files[fd].read_bytes()
            self.shown += os.read(self.main, 65536)
            return word in self.shown and self.shown

        return until(look, f"{word} at {fd}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        assert self.process.wait(DEADLINE_S) == 0
        os.close(self.main)


def test_a_terminal_gets_text_and_a_file_gets_json(tmp_path):
    with FakeWorker() as worker:
        with Terminal(tmp_path, (1, 2), worker.url) as both:
            assert b"info: serving on port" in (said := both.said(1, b"serving on port")) and b"  OpenAI base URL   http://127.0.0.1:" in said
        with Terminal(tmp_path, (2,), worker.url) as events:
            assert b"info: serving on port" in events.said(2, b"serving on port")
        with Terminal(tmp_path, (1,), worker.url) as lines:
            said = lines.said(2, b"serving on port").splitlines()[-1]
            assert json.loads(said)["level"] == "info"


@pytest.mark.parametrize("form", ["json", "text"])
def test_stdout_has_nothing_but_access_lines(tmp_path, form):
    with FakeWorker() as worker, open(tmp_path / "out", "wb") as out, open(tmp_path / "err", "wb") as err:
        process = subprocess.Popen([binary(), "serve", worker.url, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--log-format", form],
                                   stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        until(lambda: b"serving on port" in (tmp_path / "err").read_bytes(), "it serves")
        process.terminate()
        assert process.wait(DEADLINE_S) == 0
    said = (tmp_path / "err").read_text()
    assert (tmp_path / "out").read_bytes() == b"" and "/v1" in said and "/metrics" in said
    if form == "json":
        assert all(json.loads(line) for line in said.splitlines())


def test_what_keeps_it_from_starting_goes_to_stderr():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = subprocess.run([binary(), "serve", "http://127.0.0.1:1", "--listen", f"127.0.0.1:{taken.getsockname()[1]}"],
                              capture_output=True, text=True, timeout=DEADLINE_S, stdin=subprocess.DEVNULL)
    assert done.returncode == 1 and done.stdout == "" and "in use" in done.stderr


@pytest.mark.parametrize("form,is_json", [("json", True), ("text", False)])
def test_the_form_of_the_log_is_what_was_asked_for(tmp_path, form, is_json):
    with FakeWorker() as worker:
        with Terminal(tmp_path, (1, 2) if is_json else (), worker.url, "--log-format", form) as banto:
            assert (b'"msg":"serving on port' in banto.said(2, b"serving on port")) == is_json


def completions(shell):
    return subprocess.run([binary(), "completions", shell], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("words,offered", [
    (["ch"], ["check"]),
    ([""], ["serve", "run", "check", "report", "completions", "version", "help"]),
    (["serve", "--no"], ["--no-cache"]),
    (["serve", "--log-format", ""], ["text", "json"]),
    (["serve", "--listen", ""], []),
    (["completions", ""], ["bash", "zsh", "fish"]),
    (["check", "./some"], ["./some.toml"]),
    (["run", "-c", "./some"], ["./some.toml"]),
])
def test_bash_completes_commands_options_and_files(tmp_path, words, offered):
    (tmp_path / "some.toml").touch()
    script = completions("bash") + f"COMP_WORDS=(banto {' '.join(w or chr(39) * 2 for w in words)}); COMP_CWORD={len(words)}; _banto; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    done = subprocess.run(["bash", "-uc", script], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert sorted(w for w in done.stdout.split("\n") if w and not w.startswith("-") or w in offered) == sorted(offered), done


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions_name_every_command_and_option_of_the_help(shell):
    offered = completions(shell)
    text = subprocess.run([binary(), "help"], capture_output=True, text=True, check=True).stdout
    words = re.findall(r"(?m)^  banto (\w+)", text) + re.findall(r"--([\w-]+)", text)
    assert len(words) > 12
    for word in words:
        assert re.search(rf"\b{word}\b", offered), word
