"""Engines whose key the clients hold: banto cannot list their models, takes the requests and learns from the answers."""
from fakes.fake_worker import FakeWorker, answer_chat
from harness import Banto, until, worker_toml
from traffic import FAST_HEALTH, NO_CACHE, Engine

REFUSED = {"error": "Unauthorized"}
RIGHT, WRONG = {"Authorization": "Bearer sk-right"}, {"Authorization": "Bearer sk-wrong"}


def guarded(models=("secret",)):
    """vLLM with --api-key: all under /v1 wants it, /health and /version do not."""

    def answer(connection, seen):
        if seen.headers.get("authorization") != RIGHT["Authorization"]:
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
