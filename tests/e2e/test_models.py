"""[[models]]: what clients ask for, and what becomes of it: aliases, members given and taken, shares, and what their listings and log lines say."""
import json

import pytest
from fakes.fake_worker import FakeWorker, answer_chat
from harness import Banto, until, worker_toml
from traffic import NO_CACHE, Engine, answer_ollama, ollama_pages, rule


def of(*workers, more="", cache=NO_CACHE):
    return Banto("threads = 1\n" + "".join(worker_toml(w.url, name=f"w{i}", kind="vllm", models=w.models) for i, w in enumerate(workers)) + more + cache)


def test_an_alias_asks_for_its_target_and_the_log_tells_both():
    with FakeWorker(models=["llama"]) as worker, of(worker, more=rule("gpt-4o", target='"llama"')) as banto:
        body = b'{"unknown":{"kept":[1, 2.50]},"model":"gpt-4o","messages":[{"role":"user","content":"hi"}]}'
        assert banto.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"}).status == 200
        assert worker.requests[0].body == body.replace(b"gpt-4o", b"llama")
        line = banto.access_line(status=200)
        assert line["model"] == "llama" and line["alias"] == "gpt-4o"


def test_a_prefix_stands_for_all_names_that_begin_so_and_the_longest_counts():
    rules = rule("claude-*", target='"big"') + rule("claude-haiku*", target='"small"') + rule("claude-haiku-3", target='"big"')
    with FakeWorker(models=["big", "small"]) as worker, of(worker, more=rules) as banto:
        for name, target in [("claude-opus-4", "big"), ("claude-haiku-4-5", "small"), ("claude-haiku-3", "big"), ("small", "small")]:
            assert banto.chat("hi", model=name).status == 200
            assert worker.requests[-1].json()["model"] == target
        assert banto.chat("hi", model="clau").status == 404


def test_members_are_set_given_and_taken_out():
    rules = rule("m", set="{ temperature = 0.25, stop = [\"x\", \"\\\"\"], chat_template_kwargs = { enable_thinking = false } }",
                 default="{ max_tokens = 64, top_p = 0.5 }", strip='["user", "seed"]')
    with FakeWorker() as worker, of(worker, more=rules) as banto:
        assert banto.chat("hi", temperature=1.5, user="me", seed=7, top_p=0.9).status == 200
        asked = worker.requests[0].json()
        assert asked["temperature"] == 0.25 and asked["stop"] == ["x", '"'] and asked["chat_template_kwargs"] == {"enable_thinking": False}
        assert asked["max_tokens"] == 64 and asked["top_p"] == 0.9
        assert "user" not in asked and "seed" not in asked
        assert asked["messages"][0]["content"] == "hi" and asked["model"] == "m"


def test_a_key_that_is_spelt_with_escapes_is_the_same_key():
    with FakeWorker() as worker, of(worker, more=rule("m", strip='["user"]', set="{ top_k = 3 }")) as banto:
        body = b'{"\\u0075ser":"me","top\\u005fk":9,"model":"m","messages":[{"role":"user","content":"hi"}]}'
        assert banto.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"}).status == 200
        assert json.loads(worker.requests[0].body) == {"model": "m", "messages": [{"role": "user", "content": "hi"}], "top_k": 3}


@pytest.mark.parametrize("body", [b'{"model":"gpt-4o","model":"m","messages":[]}', b'{"Model":"gpt-4o","messages":[]}', b'{"model":"gpt-4o","messages":[}',
                                  b'{"messages":[{"role":"user","content":"\\ud800"}],"model":"gpt-4o"}'])
def test_what_cannot_be_read_for_certain_is_refused_where_names_have_rules(body):
    with FakeWorker() as worker, of(worker, more=rule("gpt-4o", target='"m"', set="{ max_tokens = 5 }")) as banto:
        answer = banto.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"})
        assert answer.status == 400, answer.body
        assert worker.requests == []


def test_listings_show_names_as_clients_may_ask_for_them():
    rules = rule("gpt-4o", target='"llama"') + rule("pre-*", target='"llama"')
    with FakeWorker(models=["llama"]) as worker, of(worker, more=rules) as banto:
        assert sorted(m["id"] for m in banto.get("/v1/models").json()["data"]) == ["gpt-4o", "llama"]
        assert banto.get("/v1/models/gpt-4o").json()["id"] == "gpt-4o"
        assert sorted(m["name"] for m in banto.get("/api/tags").json()["models"]) == ["gpt-4o", "llama"]


def test_an_ollama_is_asked_and_shown_by_its_own_name():
    pages = ollama_pages("gemma:2b")
    with Engine(answer_ollama, pages=pages) as worker, Banto("threads = 1\n" + worker_toml(worker.url, name="o", kind="ollama") + rule("small", target='"gemma:2b"') + NO_CACHE) as banto:
        until(lambda: "gemma:2b" in banto.get("/api/tags").body.decode(), "the list is read")
        assert {"small", "gemma:2b"} <= {m["name"] for m in banto.get("/api/tags").json()["models"]}
        assert banto.post("/api/chat", {"model": "small", "messages": [{"role": "user", "content": "hi"}], "stream": False}).status == 200
        assert worker.asked[-1].json()["model"] == "gemma:2b"


def test_the_cache_key_is_the_request_as_the_worker_sees_it():
    rules = rule("a", target='"m"', set="{ temperature = 0.5 }") + rule("b", target='"m"')
    with FakeWorker() as worker, of(worker, more=rules, cache="") as banto:
        assert banto.chat("hi", model="a").header("x-cache") == "MISS"
        assert banto.chat("hi", model="b", temperature=0.5).header("x-cache") == "HIT"
        assert banto.chat("hi", model="m", temperature=0.5).header("x-cache") == "HIT"
        assert banto.chat("hi", model="b").header("x-cache") == "MISS"
        assert banto.chat("hi", model="a").header("x-cache") == "HIT"
        assert len(worker.requests) == 2


def test_a_split_shares_callers_by_weight_and_each_stays_with_its_own():
    rules = rule("chat", split='{ "old" = 90, "new" = 10 }')
    with FakeWorker(models=["old", "new"]) as worker, of(worker, more=rules, cache='[cache]\nscope = "shared"\n') as banto:
        seen = {}
        for turn in range(2):
            for caller in range(200):
                answer = banto.chat(f"turn {turn} of {caller}", model="chat", headers={"Authorization": f"Bearer key-{caller}"})
                assert answer.status == 200
                seen.setdefault(caller, set()).add(worker.requests[-1].json()["model"])
        assert all(len(models) == 1 for models in seen.values())
        new = sum(models == {"new"} for models in seen.values())
        assert 5 <= new <= 40, new  # 20 of 200 with keys that are the same in every run: the spread is that of the hash
        # The same bytes from callers of either side: what is known of a request does not stick to another caller.
        sides = {}
        for caller in range(200):
            banto.chat("the same", model="chat", headers={"Authorization": f"Bearer key-{caller}", "Cache-Control": "no-cache"})
            sides[caller] = worker.requests[-1].json()["model"]
        assert {caller for caller, side in sides.items() if side == "new"} == {caller for caller, models in seen.items() if models == {"new"}}


def test_a_model_has_its_own_cache_and_timeouts():
    def silent(connection, seen):
        if seen.json()["model"] == "slow":
            return connection.left()
        return answer_chat(connection, seen)

    rules = rule("plain", target='"m"', cache="{ enabled = false }") + rule("warm", target='"m"', cache="{ sampled = false }") + rule("slow", timeouts='{ first_byte = "200ms" }')
    with FakeWorker(silent, models=["m", "slow"]) as worker, of(worker, more=rules, cache="") as banto:
        assert [banto.chat("hi", model="plain").header("x-cache") for _ in range(2)] == ["BYPASS", "BYPASS"]
        assert [banto.chat("hi", model="warm", temperature=0).header("x-cache") for _ in range(2)] == ["MISS", "HIT"]
        assert [banto.chat("hi", model="warm", temperature=1).header("x-cache") for _ in range(2)] == ["BYPASS", "BYPASS"]
        assert banto.chat("hi", model="slow").status == 504


def test_a_reload_changes_what_a_name_stands_for():
    with FakeWorker(models=["a", "b"]) as worker, of(worker, more=rule("x", target='"a"')) as banto:
        assert banto.chat("1", model="x").status == 200
        with open(banto.config_path) as f:
            text = f.read()
        with open(banto.config_path, "w") as f:
            f.write(text.replace('target = "a"', 'target = "b"'))
        banto.signal(1)
        until(lambda: banto.chat("2", model="x").status == 200 and worker.requests[-1].json()["model"] == "b", "the new target is asked")


def test_a_request_that_is_known_by_its_bytes_is_rewritten_as_the_first_was():
    with FakeWorker(models=["a"]) as worker, of(worker, more=rule("x", target='"a"', set='{ user = "u" }', strip='["seed"]'), cache="") as banto:
        fresh = {"Cache-Control": "no-cache"}
        for headers, cache in [({}, "MISS"), ({}, "HIT"), (fresh, "MISS"), (fresh, "MISS"), ({}, "HIT")]:
            answer = banto.chat("hi", model="x", seed=1, headers=headers)
            assert answer.status == 200 and answer.header("x-cache") in (cache, "BYPASS" if headers else cache)
        until(lambda: len(banto.access()) == 5, "all are logged")
        assert [seen.json() for seen in worker.requests] == [worker.requests[0].json()] * 3 and worker.requests[0].json()["user"] == "u"
        assert all(line["alias"] == "x" and line["model"] == "a" for line in banto.access())
