"""Engines whose key the clients hold: banto cannot list their models, takes the requests and learns from the answers."""
import pytest
from fakes.fake_worker import FakeWorker, answer_chat
from harness import Banto, until, worker_toml
from traffic import FAST_HEALTH, NO_CACHE, Engine

REFUSED = {"error": "Unauthorized"}
TWO = {"ka": {"Authorization": "Bearer ka"}, "kb": {"Authorization": "Bearer kb"}}
RIGHT, WRONG = {"Authorization": "Bearer sk-right"}, {"Authorization": "Bearer sk-wrong"}


def guarded(models=("secret",), key="sk-right"):
    """vLLM with --api-key: all under /v1 wants it, /health and /version do not."""

    def answer(connection, seen):
        if seen.headers.get("authorization") != f"Bearer {key}":
            return connection.reply(401, REFUSED)
        model = seen.json()["model"]
        if model not in models:
            return connection.reply(404, {"error": {"message": f"The model `{model}` does not exist.", "type": "NotFoundError", "code": 404}})
        answer_chat(connection, seen)

    return Engine(answer, pages={"/v1/models": (401, REFUSED)})


def names(banto):
    return [m["id"] for m in banto.get("/v1/models").json()["data"]]


def test_the_clients_key_opens_and_what_was_answered_is_listed():
    with guarded() as worker, Banto(worker_toml(worker.url, name="w", kind="vllm") + FAST_HEALTH + NO_CACHE) as banto:
        banto.until_worker("w")
        assert names(banto) == []
        answer = banto.chat(model="secret", headers=WRONG)
        assert answer.status == 401 and b"Unauthorized" in answer.body
        assert banto.chat(model="other", headers=RIGHT).status == 404
        assert banto.chat(model="secret", headers=RIGHT).status == 200
        until(lambda: names(banto) == ["secret"], f"what was served is listed: {names(banto)}")
        assert banto.get("/v1/models/secret").status == 200
        assert banto.chat(model="secret", headers=RIGHT).status == 200
        assert banto.chat(model="secret", headers=RIGHT, stream=True).status == 200


def test_the_log_names_the_cause_once():
    with guarded() as worker, Banto(worker_toml(worker.url, name="w", kind="vllm") + FAST_HEALTH) as banto:
        banto.until_worker("w")
        checks = lambda: banto.metric("banto_worker_health_checks_total", worker="w")
        until(lambda: checks() >= 10, "ten rounds")
        said = [line for line in banto.events().splitlines() if "/v1/models" in line]
        assert len(said) == 1 and "GET /v1/models: 401" in said[0] and "api_key" in said[0] and '"level":"warn"' in said[0], said


def test_who_lists_a_model_keeps_all_of_it():
    with guarded(models=("secret", "m")) as worker, FakeWorker(models=("m",)) as lister:
        with Banto(worker_toml(worker.url, name="w", kind="vllm") + worker_toml(lister.url, name="l", kind="vllm") + FAST_HEALTH + NO_CACHE) as banto:
            banto.until_worker("w")
            banto.until_worker("l")
            for i in range(10):
                assert banto.chat(f"{i}", model="m", headers=RIGHT).header("x-banto-worker") == "l"
            assert banto.chat(model="secret", headers=RIGHT).header("x-banto-worker") == "w"


def test_several_that_show_no_list_share_the_work_after_one_has_answered():
    with guarded() as a, guarded() as b, Banto(worker_toml(a.url, name="a", kind="vllm") + worker_toml(b.url, name="b", kind="vllm") + FAST_HEALTH + NO_CACHE) as banto:
        banto.until_worker("a")
        banto.until_worker("b")
        assert banto.chat(model="secret", headers=RIGHT).status == 200
        until(lambda: names(banto) == ["secret"], "it is learned")
        assert {banto.chat(f"{i}", model="secret", headers=RIGHT).header("x-banto-worker") for i in range(40)} == {"a", "b"}


def keyed(a, b, more=NO_CACHE):
    tables = [worker_toml(w.url, name=name, kind="vllm") for w, name in ((a, "a"), (b, "b"))]
    banto = Banto("".join(tables) + FAST_HEALTH + more)
    for name in "ab":
        banto.until_worker(name)
    return banto


@pytest.mark.parametrize("more", [NO_CACHE, NO_CACHE + "[balance]\nretries = 0\n"], ids=["usual", "no retries"])
def test_each_key_finds_its_worker_and_later_at_once(more):
    with guarded(("A",), "ka") as a, guarded(("B",), "kb") as b, keyed(a, b, more) as banto:
        for i in range(10):
            for model, key, name in (("A", "ka", "a"), ("B", "kb", "b")):
                answer = banto.chat(f"{i}", model=model, headers=TWO[key])
                assert (answer.status, answer.header("x-banto-worker")) == (200, name), answer.body
        for worker, own in ((a, "A"), (b, "B")):
            assert sum(seen.json()["model"] != own for seen in worker.requests) <= 1, "a refusal is heard once"
        assert not any(banto.worker(name)["ejected"] for name in "ab")


def test_a_model_behind_two_keys_serves_both():
    with guarded(("A",), "ka") as a, guarded(("A",), "kb") as b, keyed(a, b) as banto:
        for i in range(10):
            for key, name in (("ka", "a"), ("kb", "b")):
                answer = banto.chat(f"{i}", model="A", headers=TWO[key])
                assert (answer.status, answer.header("x-banto-worker")) == (200, name), answer.body


def test_a_key_that_nobody_takes_is_refused_in_a_workers_words():
    with guarded(("A",), "ka") as a, guarded(("B",), "kb") as b, keyed(a, b) as banto:
        for n in range(1, 4):
            answer = banto.chat(model="A", headers=WRONG)
            assert answer.status == 401 and b"Unauthorized" in answer.body and answer.header("x-banto-worker") in ("a", "b")
            assert len(a.requests) == len(b.requests) == n, "nothing is remembered of a caller"


def test_a_model_that_nobody_has_is_not_found_whoever_refuses_the_key():
    with guarded(("A",), "ka") as a, guarded(("B",), "kb") as b, keyed(a, b) as banto:
        for _ in range(6):
            answer = banto.chat(model="nope", headers=TWO["ka"])
            assert answer.status == 404 and b"does not exist" in answer.body, answer.body


def test_a_refusal_by_the_worker_of_the_model_is_the_answer():
    """Where the list says who serves it, nobody else is asked."""
    with guarded(("A",), "ka") as a, FakeWorker(models=("B",)) as b:
        tables = worker_toml(a.url, name="a", kind="vllm", models=["A"]) + worker_toml(b.url, name="b", kind="vllm", models=["A", "B"], backup=True)
        with Banto(tables + NO_CACHE) as banto:
            assert banto.chat(model="A", headers=WRONG).status == 401 and b.requests == []


def test_an_api_without_any_list_is_asked_too():
    pages = {"/v1/models": (404, {"error": "no"}), "/health": (200, {})}
    with Engine(pages=pages) as worker, Banto(worker_toml(worker.url, name="w", kind="openai") + FAST_HEALTH) as banto:
        banto.until_worker("w")
        assert banto.chat(model="whatever").status == 200


def test_a_worker_down_is_a_warning_and_up_is_news():
    with FakeWorker() as worker, Banto(worker_toml(worker.url, name="w", kind="vllm") + FAST_HEALTH) as banto:
        banto.until_worker("w")
        worker.health = 503
        banto.until_worker("w", "unhealthy")
        worker.health = 200
        banto.until_worker("w")
        said = [line for line in banto.events().splitlines() if "worker w healthy" in line or "worker w unhealthy" in line]
        assert ['"level":"info"' in said[0], '"level":"warn"' in said[1], '"level":"info"' in said[2], len(said)] == [True, True, True, 3], said
        assert "GET /health: 503" in said[1]
