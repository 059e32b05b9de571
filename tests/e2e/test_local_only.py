"""local_only: no byte of such a request leaves the house, whatever way it could take. External workers here are fakes that record all that they hear."""
import json

import pytest
from fakes.fake_worker import FakeWorker, answer_chat
from harness import Banto, until, worker_toml
from traffic import NO_CACHE, Gate, bearer, in_parallel, key_toml, reload, rule, start_parallel

SECRET = "the-word-that-must-not-leave"


def failing(connection, seen):
    connection.reply(503, {"error": {"message": "overloaded"}})


def embedding(connection, seen):
    body = seen.json()
    items = body["input"] if isinstance(body["input"], list) else [body["input"]]
    rows = [{"object": "embedding", "index": i, "embedding": [0.5, 0.25]} for i, _ in enumerate(items)]
    connection.reply(200, {"object": "list", "data": rows, "model": body["model"], "usage": {"prompt_tokens": len(rows), "total_tokens": len(rows)}})


def anything(connection, seen):
    (embedding if seen.path == "/v1/embeddings" else answer_chat)(connection, seen)


class House:
    """A local worker and an external one, which serve the same models, and a banto whose rules are given."""

    def __init__(self, rules, inside=anything, cache=NO_CACHE, more="", outside_models=("m", "big")):
        self.inside, self.outside = FakeWorker(inside, models=["m", "small"]), FakeWorker(anything, models=list(outside_models))
        text = "threads = 2\n" + worker_toml(self.inside.url, name="inside", kind="vllm", models=["m", "small"])
        text += worker_toml(self.outside.url, name="outside", kind="vllm", models=list(outside_models), external=True)
        self.banto = Banto(text + rules + more + cache)

    def __enter__(self):
        self.banto.until_worker("inside")
        return self

    def __exit__(self, *error):
        self.banto.__exit__(*error)
        self.inside.stop()
        self.outside.stop()
        if error[0] is None:
            for seen in self.outside.all_requests:
                told = seen.path.encode() + json.dumps(seen.headers).encode() + seen.body
                assert SECRET.encode() not in told, seen.path
                assert seen.method in ("GET", "HEAD") or SECRET not in seen.body.decode(errors="replace")
            assert self.outside.requests == [], [seen.path for seen in self.outside.requests]


WAYS = {
    "plain": rule("m", local_only="true"),
    "fall-back": rule("m", local_only="true", fallback='["big", "small"]'),
    "fall-back to a named worker": rule("m", local_only="true", fallback='[{ worker = "outside", model = "big" }]'),
    "target at a named worker": rule("m", target='{ worker = "outside", model = "m" }', local_only="true"),
    "mirror": rule("m", local_only="true", mirror='{ model = "big" }'),
    "mirror at a named worker": rule("m", local_only="true", mirror='{ model = "big", worker = "outside" }'),
    "mirror that may go nowhere": rule("m", mirror='{ model = "big" }', target='{ worker = "inside", model = "m" }'),
    "prefix": rule("*", local_only="true"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("stream", [False, True])
def test_nothing_leaves(way, stream):
    with House(WAYS[way]) as house:
        for i in range(6):
            house.banto.chat(f"{SECRET} {i}", stream=stream)
        in_parallel(lambda i: house.banto.chat(f"{SECRET} at once {i}", stream=stream), 8)


@pytest.mark.parametrize("way", [name for name in WAYS if name != "mirror that may go nowhere"])
def test_nothing_leaves_when_the_house_cannot_serve(way):
    with House(WAYS[way], inside=failing) as house:
        for i in range(4):
            assert house.banto.chat(f"{SECRET} {i}").status >= 429
        until(lambda: house.banto.metric("banto_requests_in_flight") == 0, "all are over")


def test_nothing_leaves_when_the_house_is_down():
    with House(WAYS["fall-back"]) as house:
        house.inside.stop()
        for i in range(4):
            assert house.banto.chat(f"{SECRET} {i}").status >= 500


def test_nothing_leaves_when_the_house_is_full():

    gate = Gate(anything)
    rules = rule("m", local_only="true", fallback='["big"]', fallback_after='"20ms"')
    inside, outside = FakeWorker(gate, models=["m"]), FakeWorker(anything, models=["m", "big"])
    text = worker_toml(inside.url, name="inside", kind="vllm", models=["m"], max_in_flight=1) + worker_toml(outside.url, name="outside", kind="vllm", models=["m", "big"], external=True)
    with inside, outside, Banto(text + rules + NO_CACHE + '[balance]\nqueue_timeout = "200ms"\n') as banto:
        statuses = []
        threads, errors = start_parallel(lambda i: statuses.append(banto.chat(f"{SECRET} {i}").status), 6)
        until(lambda: statuses.count(503) == 5, "five have waited in vain")
        gate.let(1)
        [t.join() for t in threads]
        assert not errors and sorted(statuses) == [200] + [503] * 5
        assert outside.requests == []


@pytest.mark.parametrize("alias", ["chat", "chat-x"])
def test_another_name_for_the_same_model_is_held_to_it(alias):
    rules = rule("m", local_only="true") + rule("chat", target='"m"') + rule("chat-*", split='{ "m" = 1, "small" = 1 }', fallback='["m"]')
    with House(rules) as house:
        for i in range(6):
            assert house.banto.chat(f"{SECRET} {i}", model=alias).status == 200


@pytest.mark.parametrize("path,body", [
    ("/v1/embeddings", {"input": [SECRET, f"{SECRET} 2"]}), ("/v1/completions", {"prompt": SECRET}), ("/v1/responses", {"input": SECRET}), ("/v1/messages", {"max_tokens": 5, "messages": [{"role": "user", "content": SECRET}]}),
    ("/api/chat", {"messages": [{"role": "user", "content": SECRET}]}), ("/api/generate", {"prompt": SECRET}), ("/tokenize", {"prompt": SECRET}), ("/v1/rerank", {"query": SECRET, "documents": [SECRET]}),
    ("/v1/messages/count_tokens", {"messages": [{"role": "user", "content": SECRET}]}), ("/api/show", {}), ("/v1/moderations", {"input": SECRET})])
@pytest.mark.parametrize("cache", [NO_CACHE, ""])
def test_nothing_leaves_by_any_api(path, body, cache):
    with House(WAYS["fall-back"], cache=cache) as house:
        for _ in range(3):
            house.banto.post(path, {"model": "m", **body})


def test_nothing_leaves_without_a_model_or_in_a_body_that_cannot_be_read():
    with House(WAYS["plain"]) as house:
        for body in (b'{"messages":[{"role":"user","content":"' + SECRET.encode() + b'"}]}', b'{"Model":"m","messages":[{"role":"user","content":"' + SECRET.encode() + b'"}]}',
                     b'{"model":"m","model":"big","messages":[{"role":"user","content":"' + SECRET.encode() + b'"}]}', b'{"model":"m","messages":[{"content":"' + SECRET.encode()):
            house.banto.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"})


def test_what_may_leave_does():
    """The recording fakes do hear what is meant for them: the tests above could fail."""
    outside = FakeWorker(anything, models=["big"])
    inside = FakeWorker(failing, models=["m"])
    text = worker_toml(inside.url, name="inside", kind="vllm", models=["m"]) + worker_toml(outside.url, name="outside", kind="vllm", models=["big"], external=True)
    with inside, outside, Banto(text + rule("m", fallback='["big"]') + NO_CACHE) as banto:
        assert banto.chat(SECRET).status == 200
        assert SECRET in outside.requests[0].body.decode()


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/api/chat"])
def test_the_same_name_with_latest_does_not_leave(path):
    with House(WAYS["plain"]) as house:
        for i in range(8):
            house.banto.post(path, {"model": "m:latest", "messages": [{"role": "user", "content": f"{SECRET} {i}"}]})


@pytest.mark.parametrize("held", ["by its entry", "by its key"])
def test_what_waits_for_the_house_is_not_given_to_a_worker_that_joins_from_outside(held):
    secret = "a-key-that-stays-in-the-house"
    by_key = key_toml("house", secret, external=False) if held == "by its key" else ""
    headers = bearer(secret) if by_key else {}
    gate = Gate(anything)
    with FakeWorker(gate, models=["m"]) as inside, FakeWorker(anything, models=["m"]) as outside:
        rules = ("" if by_key else rule("held", target='"m"', local_only="true")) + rule("open", target='"m"')
        home = worker_toml(inside.url, name="inside", kind="vllm", models=["m"], max_in_flight=1)
        name = "open" if by_key else "held"
        with Banto("threads = 2\n" + home + rules + by_key + NO_CACHE) as banto:
            threads, errors = start_parallel(lambda i: banto.chat(f"{SECRET} {i}", model=name, headers=headers), 2)
            until(lambda: banto.metric("banto_queue_depth", model="m") == 1, "one waits")
            reload(banto, "threads = 2\n" + home + worker_toml(outside.url, name="outside", kind="vllm", models=["m"], external=True) + rules + by_key + NO_CACHE)
            banto.until_worker("outside")
            gate.let(2)
            [t.join() for t in threads]
            assert not errors and len(inside.requests) == 2 and outside.requests == []
