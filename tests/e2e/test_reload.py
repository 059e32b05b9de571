"""A changed file, under load: who runs goes on, who waits gets what is new, and a broken one changes nothing."""
import json
import os
import re
import signal
import threading

import pytest
from fakes.fake_worker import FakeWorker
from harness import ROOT, Banto, free_port, until, worker_toml
from traffic import FAST_HEALTH, NO_CACHE, Client, Gate, chat_bytes, read_answer, reload, start_parallel
from word_steps import Steps, begin_stream


def config_of(*workers, more=NO_CACHE):
    return "threads = 2\n" + "".join(worker_toml(w.url if hasattr(w, "url") else w, name=n, kind="vllm") for w, n in workers) + more


def test_sighup_adds_a_worker_and_a_removed_one_finishes_its_stream():
    """Identity survives every reload that keeps the worker, with whatever settings; after its removal what runs is finished."""
    steps = Steps()
    with FakeWorker(steps) as a, FakeWorker(models=("m", "n")) as b:
        with Banto(config_of((a, "a"))) as banto:
            stream, out = begin_stream(banto)
            assert banto.worker("a")["in_flight"] == 1
            reload(banto, config_of((b, "b"), more=worker_toml(a.url, name="a", kind="vllm", weight=5, headers='{ "x-new" = "1" }') + FAST_HEALTH + NO_CACHE))
            assert banto.worker("a")["in_flight"] == 1 and banto.worker("a")["weight"] == 5
            until(lambda: banto.chat(model="n").status == 200, "the new worker serves")
            reload(banto, config_of((b, "b")))
            assert [w["name"] for w in banto.status()["workers"]] == ["b"]
            assert banto.chat().header("x-banto-worker") == "b"
            until(lambda: banto.metric("banto_requests_in_flight") == 1, "one runs")
            steps.next.release(3)
            while not out.endswith(b"0\r\n\r\n"):
                part = stream.recv(65536)
                assert part, out
                out += part
            assert out.count(b"word") == 3 and b"[DONE]" in out
            reload(banto, config_of((a, "a"), (b, "b")))
            until(lambda: banto.worker("a")["health"] == "healthy", "it may come back")
            assert banto.worker("a")["in_flight"] == 0


def test_max_in_flight_of_a_reload_counts_what_already_runs():
    gate = Gate()
    with FakeWorker(gate) as a:
        plain = worker_toml(a.url, name="a", kind="vllm") + NO_CACHE
        limited = worker_toml(a.url, name="a", kind="vllm", max_in_flight=1) + NO_CACHE
        with Banto(plain) as banto:
            first = banto.raw(chat_bytes("first"))
            second = banto.raw(chat_bytes("second"))
            until(lambda: len(gate.arrived) == 2, "both run")
            reload(banto, limited)
            third = banto.raw(chat_bytes("third"))
            until(lambda: banto.metric("banto_queue_depth") == 1, "the third waits for the new limit")
            gate.let(1)
            until(lambda: banto.worker("a")["in_flight"] == 1, "one of two is done")
            assert banto.metric("banto_queue_depth") == 1 and len(gate.arrived) == 2
            gate.let(2)
            assert [read_answer(s)[0] for s in (first, second, third)] == [200] * 3


def test_those_who_wait_get_a_raised_limit_or_a_new_worker_at_once():
    """Nobody else has to come for it: the queue follows the file."""
    gate, other = Gate(), Gate()
    with FakeWorker(gate) as a, FakeWorker(other) as b:
        limited = worker_toml(a.url, name="a", kind="vllm", max_in_flight=1)
        raised = worker_toml(a.url, name="a", kind="vllm", max_in_flight=2)
        added = worker_toml(b.url, name="b", kind="vllm", max_in_flight=1)
        with Banto(limited + NO_CACHE) as banto:
            socks = []
            for i in range(4):
                socks.append(banto.raw(chat_bytes(f"{i}")))
                until(lambda: gate.arrived, "the first runs")
                until(lambda: banto.metric("banto_queue_depth") == i, "the others wait")
            reload(banto, raised + NO_CACHE)
            until(lambda: gate.arrived == ["0", "1"], "the oldest got the new slot")
            reload(banto, raised + added + NO_CACHE)
            until(lambda: other.arrived == ["2"], "the next got the new worker")
            assert banto.metric("banto_queue_depth") == 1
            gate.let(4)
            other.let(4)
            assert [read_answer(s)[0] for s in socks] == [200] * 4


@pytest.mark.parametrize("broken,where", [
    ("listen = \"127.0.0.1:0\"\n\n[[workers]]\nurl = \"http://x:1\"\nweihgt = 2\n", r"banto\.toml:5:1: .*unknown key.*weihgt"),
    ("[[workers]\nurl = 1\n", r"banto\.toml:1:\d+: "),
    (None, r"banto\.toml"),
])
def test_a_broken_file_keeps_the_running_configuration_and_says_where(broken, where):
    with FakeWorker() as a, Banto(config_of((a, "a"))) as banto:
        if broken is None:
            os.unlink(banto.config_path)
        else:
            with open(banto.config_path, "w") as f:
                f.write(broken)
        banto.signal(signal.SIGHUP)
        until(lambda: "reload failed" in banto.events(), "the failure is logged")
        said = next(json.loads(l)["msg"] for l in banto.events().splitlines() if "reload failed" in l)
        assert re.search(where, said), said
        assert banto.metric("banto_config_last_reload_successful") == 0
        assert banto.chat().status == 200 and banto.worker("a")["health"] == "healthy"
        reload(banto, config_of((a, "a")))
        assert banto.metric("banto_config_last_reload_successful") == 1


def test_a_reload_under_load_loses_no_request():
    """Workers come and go, limits, policy and health settings change: no client is told anything."""
    with FakeWorker() as a, FakeWorker() as b, FakeWorker() as c:
        files = [
            config_of((a, "a"), (b, "b")),
            config_of((a, "a"), (b, "b"), (c, "c"), more='[balance]\npolicy = "round_robin"\n' + NO_CACHE),
            config_of((b, "b"), (c, "c"), more='[health]\ninterval = "200ms"\n' + NO_CACHE),
            worker_toml(b.url, name="b", kind="vllm", max_in_flight=2, headers='{ "x-new" = "1" }') + worker_toml(c.url, name="c", kind="vllm", weight=3) + NO_CACHE,
        ]
        with Banto(files[0]) as banto:
            stop, bad, good = threading.Event(), [], []

            def client(k):
                i = 0
                with Client(banto) as kept:
                    while not stop.is_set():
                        i += 1
                        answer = kept.chat(f"<{k} {i}>", stream=i % 2 == 0)
                        if answer.status != 200 or (i % 2 and f"<{k} {i}>" not in answer.body.decode()):
                            bad.append((answer.status, answer.body))
                        good.append(1)

            threads, errors = start_parallel(client, 4)
            for n in range(12):
                before = len(good)
                reload(banto, files[(n + 1) % len(files)])
                until(lambda: len(good) >= before + 20 or bad or errors, "traffic goes on")
            # The last file stays until its worker has been asked what it serves and gets its share.
            reload(banto, files[3])
            until(lambda: c.requests and any(r.headers.get("x-new") for r in list(b.requests)) or bad or errors, "the last file is in force")
            stop.set()
            [t.join() for t in threads]
            assert not errors and bad == [], (errors, bad[:3])
            until(lambda: all(w["in_flight"] == 0 for w in banto.status()["workers"]), "all slots are free")


def test_sighup_without_a_file_changes_nothing():
    with FakeWorker() as a, Banto(words=["serve", a.url, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]) as banto:
        banto.signal(signal.SIGHUP)
        until(lambda: "nothing to reload" in banto.events(), "it says so")
        assert banto.chat().status == 200


OTHER_VALUES = {  # of every key whose row in docs/config.md says that it needs a restart
    "listen": '"127.0.0.1:{port}"', "threads": "3", "limits.buffered_bytes_max": '"2GiB"', "cache.enabled": "false", "cache.memory": '"1MiB"',
    "cache.redis": '"redis://127.0.0.1:1/2"', "cache.redis_password_file": '"{secret}"', "cache.redis_timeout": '"51ms"', "cache.entry_bytes_max": '"5MiB"',
    "admin.listen": '"127.0.0.1:{other_port}"', "log.access": '"off"'}


def keys_that_need_a_restart():
    section, found = "", []
    for line in (ROOT / "docs" / "config.md").read_text().splitlines():
        if line.startswith("## "):
            section = "".join(re.findall(r"`\[+([\w.]+)\]+`", line))
        if line.endswith("Needs a restart. |"):
            found.append((section + "." if section else "") + line.split("`")[1])
    return found


def test_every_key_that_needs_a_restart_is_tried_below():
    assert sorted(keys_that_need_a_restart()) == sorted(OTHER_VALUES)


@pytest.fixture(scope="module")
def kept():
    """One program for all of them: each file is compared with the one that it started with."""
    sections = {"": {"listen": '"127.0.0.1:0"'}, "admin": {"listen": '"127.0.0.1:0"'}, "cache": {"redis": '"redis://127.0.0.1:1"'}, "log": {"access": '"stdout"'}}
    with FakeWorker() as a:
        text = lambda changes: toml_of({s: {**sections.get(s, {}), **changes.get(s, {})} for s in {**sections, **changes}}) + worker_toml(a.url, name="a", kind="vllm")
        with Banto(text({})) as banto:
            yield banto, text


def toml_of(sections):
    return "".join((f"[{name}]\n" if name else "") + "".join(f"{k} = {v}\n" for k, v in keys.items()) for name, keys in sections.items())


@pytest.mark.parametrize("key", sorted(OTHER_VALUES))
def test_a_changed_key_that_a_reload_cannot_apply_is_named(kept, key, tmp_path):
    banto, text = kept
    secret = tmp_path / "password"
    secret.write_text("hunter2\n")
    section, _, name = key.rpartition(".")
    reload(banto, text({section: {name: OTHER_VALUES[key].format(port=free_port(), other_port=free_port(), secret=secret)}}))
    said = [json.loads(l)["msg"] for l in banto.events().splitlines() if "needs a restart" in l]
    assert said[-1] == f"reload: changed, but needs a restart: {key}"
    assert "banto_cache_store_up" in banto.admin("/metrics").body.decode(), "what it started with is still at work"
    before = len(said)
    reload(banto, text({}))
    assert banto.events().count("needs a restart") == before, "what it started with needs none"


def test_log_level_and_admin_token_follow_the_file():
    with FakeWorker() as a:
        config = lambda level, token: worker_toml(a.url, name="a", kind="vllm") + f'[admin]\nlisten = "127.0.0.1:0"\ntoken = "{token}"\n[log]\nlevel = "{level}"\n'
        with Banto(config("info", "old")) as banto:
            assert banto.admin("/metrics", headers={"Authorization": "Bearer old"}).status == 200
            banto.write_config(config("error", "new"))
            banto.signal(signal.SIGHUP)
            until(lambda: banto.admin("/metrics", headers={"Authorization": "Bearer new"}).status == 200, "the new token is asked for")
            assert banto.admin("/metrics", headers={"Authorization": "Bearer old"}).status == 401
            assert "reloaded" not in banto.events(), "that is below error"


def test_the_format_of_both_logs_follows_the_file(tmp_path):
    lines = tmp_path / "access.log"
    with FakeWorker() as a:
        config = lambda form: worker_toml(a.url, name="a", kind="vllm") + NO_CACHE + f'[log]\nformat = "{form}"\naccess = "{lines}"\n'
        with Banto(config("json")) as banto:
            for n, (form, is_json) in enumerate([("json", True), ("text", False), ("json", True)]):
                reload(banto, config(form))
                assert banto.chat().status == 200
                until(lambda: lines.read_text().count("\n") == n + 1, "its line is written")
                told = next(l for l in reversed(banto.events().splitlines()) if "reloaded" in l)
                for line in (told, lines.read_text().splitlines()[-1]):
                    assert line.startswith("{") == is_json, line
            assert "needs a restart" not in banto.events()
