"""The command line: what each command prints, what it exits with, and how a mistake is explained."""
import re
import subprocess

import pytest
from fakes.fake_worker import FakeWorker
from harness import DEADLINE_S, Banto, binary, free_port, until, worker_toml
from traffic import Engine


def run(*words, **more):
    return subprocess.run([binary(), *words], capture_output=True, text=True, timeout=DEADLINE_S, stdin=subprocess.DEVNULL, **more)


def serve(*urls, more=()):
    return Banto(words=["serve", *urls, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", *more])


@pytest.mark.parametrize("words", [["help"], ["--help"], ["-h"], ["serve", "--help"], ["check", "-h"], []])
def test_help_goes_to_stdout_and_names_every_command(words):
    done = run(*words)
    assert done.returncode == 0 and done.stderr == ""
    for word in ("serve URL...", "run", "check [FILE]", "report [FILE...]", "completions bash|zsh|fish", "version", "--since", "--redis", "--listen", "--admin", "--ttl", "--no-cache",
                 "--threads", "--log-format", "-c, --config FILE"):
        assert word in done.stdout


@pytest.mark.parametrize("words", [["version"], ["--version"]])
def test_version(words):
    done = run(*words)
    assert done.returncode == 0 and re.fullmatch(r"banto \d+\.\d+\.\d+\S*\n", done.stdout)


@pytest.mark.parametrize("words,said", [
    (["srve"], 'unknown command "srve"; did you mean serve?'),
    (["chekc", "-c", "x"], "did you mean check?"),
    (["frobnicate"], "banto help"),
    (["serve", "--lisen", "x", "http://a:1"], "did you mean --listen?"),
    (["serve"], "at least one worker"),
    (["serve", "http://a:1", "--threads", "many"], "--threads needs a whole number, 0 to 1024, not"),
    (["serve", "http://a:1", "--threads", "1025"], "--threads needs a whole number, 0 to 1024, not"),
    (["serve", "http://a:1", "--threads=-1"], "--threads needs a whole number, 0 to 1024, not"),
    (["serve", "http://a:1", "--redis"], "needs a value"),
    (["run", "extra"], 'unexpected word "extra" after run; did you mean -c extra?'),
    (["serve", "banto.toml"], "serve takes urls of workers; did you mean run -c banto.toml?"),
    (["check", "--config"], "needs a value"),
    (["check", "a.toml", "b.toml"], "--config is given twice"),
    (["check", "a.toml", "-c", "b.toml"], "--config is given twice"),
    (["serve", "http://a:1", "--no-cache=1"], "takes no value"),
    (["serve", "http://a:1", "--log-format", "xml"], "text or json"),
    (["serve", "http://a:1", "--ttl"], "needs a value"),
    (["completions"], "bash, zsh or fish"),
    (["completions", "tcsh"], "tcsh"),
])
def test_a_wrong_word_is_explained_in_one_line_and_exit_2(words, said):
    done = run(*words)
    assert done.returncode == 2 and said in done.stderr and done.stdout == ""
    assert done.stderr.startswith("banto: ") and done.stderr.count("\n") == 1


@pytest.mark.parametrize("words,said", [
    (["serve", "gpu1:8000"], "http://gpu1:8000"),
    (["serve", "ftp://gpu1"], "http"),
    (["serve", "http://a:1", "http://a:1"], "given twice"),
    (["serve", "http://a:99999"], "99999"),
    (["serve", "http://a:1", "--listen", "nowhere"], "--listen"),
    (["serve", "http://a:1", "--redis", "memcached://x"], "redis://"),
    (["serve", "http://a:1", "--ttl", "10"], "a duration needs a unit"),
    (["serve", "http://a:1", "--ttl", "0"], "out of range"),
    (["serve", "http://a:1", "--ttl", "1h", "--no-cache"], "--no-cache"),
    (["serve", "http://a:1", "--admin", "nowhere"], "--admin"),
])
def test_a_wrong_address_on_the_command_line_is_explained_and_exit_2(words, said):
    done = run(*words)
    assert done.returncode == 2 and said in done.stderr, done.stderr


def test_a_secret_in_a_wrong_url_is_not_repeated():
    done = run("serve", "http://user:hunter2@a:1")
    assert done.returncode == 2 and "hunter2" not in done.stderr + done.stdout
    for words in (["http://a:1/v1?key=hunter2"], ["http://a:1", "--api-key=hunter2"]):
        done = run("serve", *words)
        assert done.returncode == 2 and "hunter2" not in done.stderr + done.stdout, done.stderr
    done = run("serve", "http://a:1", "--redis", "redsi://:hunter2@a:1")
    assert done.returncode == 2 and "hunter2" not in done.stderr + done.stdout


GOOD = """listen = "127.0.0.1:0"
[[workers]]
url = "http://127.0.0.1:8000"
[[routes]]
path = "/predict"
"""

BAD = """listen = "127.0.0.1:8080"
thread = 4

[[workers]]
ulr = "http://10.0.0.11:8000"
weight = "heavy"

[[workers]]
url = "http://10.0.0.12:8000"
kind = "vlm"

[balance]
policy = "least_loaded"
queue_timeout = 50

[cache]
ttl = "10 minutes"
memory = "256MB"
"""


def test_check_of_a_good_file_says_what_it_found(tmp_path):
    path = tmp_path / "banto.toml"
    path.write_text(GOOD)
    done = run("check", "-c", str(path))
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout == f"{path}: ok, 1 workers, 1 routes\n"
    assert run("check", f"--config={path}").stdout == run("check", str(path)).stdout == done.stdout


OPEN = """listen = "0.0.0.0:0"
[[workers]]
url = "URL"
name = "paid"
api_key = "hunter2"
"""


def test_check_warns_of_suspicious_settings_and_exits_0(tmp_path):
    path = tmp_path / "banto.toml"
    path.write_text(OPEN.replace("URL", "http://127.0.0.1:1"))
    done = run("check", "-c", str(path))
    assert done.returncode == 0 and done.stdout == f"{path}: ok, 1 workers, 0 routes\n"
    assert re.match(rf"{re.escape(str(path))}:5:1: warning: whoever reaches 0\.0\.0\.0:0 uses the key of worker \"paid\"", done.stderr), done.stderr
    assert re.search(r"(?m)^ 5 \| api_key = ", done.stderr) and "hunter2" not in done.stderr


def test_run_and_serve_log_the_same_warnings():
    with FakeWorker() as worker:
        with Banto(OPEN.replace("URL", worker.url)) as banto:
            assert 'uses the key of worker \\"paid\\"' in banto.events() and "hunter2" not in banto.events()
        with Banto(words=["serve", worker.url, "--listen", "127.0.0.1:0", "--admin", "0.0.0.0:0"]) as banto:
            assert "no token is required" in banto.events()


def test_check_prints_every_error_with_its_place_and_a_caret_and_exits_2(tmp_path):
    path = tmp_path / "banto.toml"
    path.write_text(BAD)
    done = run("check", "-c", str(path))
    assert done.returncode == 2 and done.stdout == ""
    heads = re.findall(rf"^{re.escape(str(path))}:(\d+):(\d+): error: (.*)$", done.stderr, re.M)
    assert {int(line) for line, _, _ in heads} >= {2, 5, 6, 10, 14, 17}, done.stderr
    lines = BAD.splitlines()
    for line, column, _ in heads:
        row = lines[int(line) - 1]
        # The line itself, and under it marks that begin in the reported column.
        shown = re.search(rf"^ *{line} \| {re.escape(row)}\n *\| ( *)[~^]", done.stderr, re.M)
        assert shown and len(shown[1]) == int(column) - 1, (line, column, done.stderr)
    assert "threads" in done.stderr and "url" in done.stderr and "vllm" in done.stderr  # did you mean
    assert len(heads) == len(set(heads)), "each once"


@pytest.mark.parametrize("text,line", [("listen = \n", 1), ("[[workers]\n", 1), ("a = \"unclosed\n", 1), ("x = 1\nx = 2\n", 2), ("\xff\xfe", 1)])
def test_a_file_that_is_no_toml_has_a_place_too(tmp_path, text, line):
    path = tmp_path / "banto.toml"
    path.write_bytes(text.encode("latin-1"))
    done = run("check", "-c", str(path))
    assert done.returncode == 2 and re.search(rf"^{re.escape(str(path))}:{line}:\d+: error: ", done.stderr, re.M), done.stderr


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_file_that_is_not_there_is_named(tmp_path, command):
    done = run(command, "-c", str(tmp_path / "none.toml"))
    assert done.returncode == 2 and "none.toml" in done.stderr and "No such file" in done.stderr


def test_run_refuses_what_check_refuses(tmp_path):
    path = tmp_path / "banto.toml"
    path.write_text(BAD)
    assert run("run", "-c", str(path)).stderr == run("check", "-c", str(path)).stderr
    assert run("run", "-c", str(path)).returncode == 2


def test_a_secret_from_the_environment_is_read_and_never_shown(tmp_path):
    path = tmp_path / "banto.toml"
    path.write_text('[[workers]]\nurl = "http://a:1"\napi_key = "${BANTO_TEST_KEY}"\nweigth = 1\n')
    done = run("check", "-c", str(path), env={"BANTO_TEST_KEY": "hunter2"})
    assert done.returncode == 2 and "hunter2" not in done.stderr and "weight" in done.stderr
    done = run("check", "-c", str(path), env={})
    assert "BANTO_TEST_KEY" in done.stderr


def test_serve_needs_no_file_and_prints_where_everything_is():
    with FakeWorker() as worker, serve(worker.url) as banto:
        assert banto.chat().status == 200
        greeting = banto.events()
        assert f"http://127.0.0.1:{banto.port}/v1" in greeting and f"http://127.0.0.1:{banto.admin_port}/metrics" in greeting
        assert f"is vllm 0.32.0, models: m" in greeting
        assert banto.admin("/metrics").status == 200


def test_serve_goes_on_with_an_unreachable_worker_and_says_so():
    dead = f"http://127.0.0.1:{free_port()}"
    with FakeWorker() as worker, serve(dead, worker.url) as banto:
        assert banto.chat().status == 200
        assert f'worker {dead[7:]} unhealthy: connect: Connection refused' in banto.events()
        assert banto.admin("/readyz").status == 200


def test_serve_with_nobody_reachable_serves_its_reasons():
    dead = f"http://127.0.0.1:{free_port()}"
    with serve(dead) as banto:
        answer = banto.chat()
        assert answer.status == 503 and dead[7:] in answer.json()["error"]["message"] and "refused" in answer.json()["error"]["message"]
        assert b"refused" in banto.admin("/readyz").body
        with FakeWorker(port=int(dead.rsplit(":", 1)[1])):  # it was only late
            until(lambda: banto.chat().status == 200, "it serves")


def test_a_name_that_does_not_resolve_is_the_reason():
    with FakeWorker() as worker, serve("http://no-such-host.invalid:8000", worker.url) as banto:
        assert banto.chat().status == 200
        banto.until_worker("no-such-host.invalid:8000", "unhealthy")
        assert "cannot resolve no-such-host.invalid" in banto.worker("no-such-host.invalid:8000")["reason"]


def test_a_request_for_a_name_that_does_not_resolve_says_so():
    with Banto(worker_toml("http://no-such-host.invalid:8000", name="gpu1", kind="vllm", models=["m"])) as banto:
        banto.until_worker("gpu1", "unhealthy")
        answer = banto.chat()
        assert answer.status in (502, 503) and "cannot resolve no-such-host.invalid" in answer.json()["error"]["message"]


LIES = {
    "a page for everything": lambda c, s: c.reply(200, b"<html>It works!</html>", "text/html"),
    "models that are no list": lambda c, s: c.reply(200, {"object": "list", "data": {"id": 7}}),
    "deep rubbish": lambda c, s: c.reply(200, b"[" * 200_000),
    "no end": lambda c, s: c.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n{"),
    "no http": lambda c, s: c.send("SSH-2.0-OpenSSH_9.2\r\n"),
    "a redirect to itself": lambda c, s: c.reply(302, b"", headers=["Location: /v1/models"]),
    "names with control characters": lambda c, s: c.reply(200, {"object": "list", "data": [{"id": "a\r\nX-Evil: 1\x00", "object": "model", "owned_by": "vllm"}, {"id": "x" * 5000, "object": "model", "owned_by": "vllm"}]}),
    "an endless head": lambda c, s: c.send("HTTP/1.1 200 OK\r\n" + "X-Pad: " + "y" * 300_000),
}


@pytest.mark.parametrize("lie", LIES)
def test_serve_survives_a_worker_that_tells_rubbish(lie):
    pages = {p: LIES[lie] for p in ("/", "/health", "/v1/models", "/version", "/api/version", "/api/tags", "/info", "/get_model_info", "/metrics", "/props")}
    with Engine(LIES[lie], pages=pages) as liar, FakeWorker() as honest, serve(liar.url, honest.url) as banto:
        assert banto.chat().header("x-banto-worker") == honest.url[7:]
        listed = banto.get("/v1/models")
        assert listed.status == 200 and "m" in [m["id"] for m in listed.json()["data"]] and "x-evil" not in listed.headers
        assert banto.admin("/metrics").status == 200 and banto.status()["workers"][0]["in_flight"] == 0
