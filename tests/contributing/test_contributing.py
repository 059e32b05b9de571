"""docs/CONTRIBUTING.md shows how things are added by commits: here they are applied to a copy of the tree, built and used."""
import pathlib
import re
import shutil
import subprocess

import pytest
from fakes.fake_worker import FakeWorker
from harness import Banto, binary, worker_toml

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATCHES = sorted((ROOT / "docs" / "contributing").glob("*.patch"))
CHAT = {"model": "m", "stream": True, "messages": [{"role": "user", "content": "hi"}]}
KEY = "\n[timeouts]\nlinger = \"100ms\"\n"


def run(words, where):
    done = subprocess.run(words, cwd=where, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, f"{' '.join(map(str, words))}:\n{done.stdout[-4000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def tree():
    """A copy with all commits in it. Kept between runs, so that only what changed is built again."""
    copy = ROOT / "build" / "contributing"
    files = run(["git", "ls-files", "-co", "--exclude-standard"], ROOT).split("\n")
    fresh = copy.with_name("contributing.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for name in filter(lambda name: name and (ROOT / name).is_file(), files):
        (fresh / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, fresh / name, follow_symlinks=False)
    run(["git", "init", "-q"], fresh)  # the house rules are for what git knows
    for patch in PATCHES:
        run(["git", "apply", patch], fresh)
    if (copy / "build").exists():
        (copy / "build").rename(fresh / "build")
    shutil.rmtree(copy, ignore_errors=True)
    fresh.rename(copy)
    run(["scripts/build", "debug", "banto", "unit_conf"], copy)
    return copy


@pytest.fixture
def program(tree, monkeypatch):
    monkeypatch.setenv("BANTO_BIN", str(tree / "build/debug/banto"))


def test_each_thing_of_the_table_has_its_commit():
    shown = re.findall(r"\]\(contributing/([^)]+)\)", (ROOT / "docs/CONTRIBUTING.md").read_text())
    assert shown == [patch.name for patch in PATCHES] and len(shown) == 5


def test_the_files_of_the_program_are_as_many_as_the_table_says():
    of_the_program = lambda patch: [name for name in re.findall(r"^\+\+\+ b/(\S+)", patch.read_text(), re.M) if re.match(r"(proxy|cache|health|conf)/.*\.(cc|h)$", name)]
    assert [len(of_the_program(patch)) for patch in PATCHES] == [1, 2, 2, 3, 4]


def test_the_copy_keeps_the_house_rules(tree):
    run(["build/debug/tests/unit_conf"], tree)
    run(["python3", "scripts/check_structure.py"], tree)


def test_what_was_added_is_there(program):
    with FakeWorker() as first, FakeWorker() as second:
        workers = "".join(worker_toml(worker.url, kind="lmdeploy", models=["m"]) for worker in (first, second))
        with Banto(workers + '\n[balance]\npolicy = "first"\n' + KEY) as banto:
            for number in range(4):
                answer = banto.request("POST", "/v1/chat/completions", {**CHAT, "messages": [{"role": "user", "content": str(number)}]})
                assert answer.status == 200
            told = [answer, banto.get("/v1/models"), banto.get("/nowhere")]
            assert [each.header("x-robots-tag") for each in told] == ["noindex"] * 3
            chats = lambda worker: sum(seen.path == "/v1/chat/completions" for seen in worker.requests)
            assert (chats(first), chats(second)) == (4, 0)
            banto.access_line(path="/nowhere")
            assert 'banto_streams_total{endpoint="chat"} 4' in banto.admin("/metrics").body.decode()


def test_without_the_commits_nothing_of_it_is_known(tmp_path):
    config = tmp_path / "banto.toml"
    config.write_text('[[workers]]\nurl = "http://127.0.0.1:1"\nkind = "lmdeploy"\n[balance]\npolicy = "first"\n' + KEY)
    done = subprocess.run([binary(), "check", "-c", config], capture_output=True, text=True)
    assert done.returncode == 2 and all(word in done.stderr + done.stdout for word in ("lmdeploy", '"first"', "linger"))
