"""Listings are made from what the workers told: merged, at once, whatever the workers do now."""
import json

import pytest
from fakes.fake_worker import FakeWorker
from harness import Banto, until, worker_toml
from traffic import FAST_HEALTH, Client, Engine, answer_ollama, ollama_pages


@pytest.fixture(scope="module", params=["all well", "all down"])
def house(request):
    """A vLLM with two models, another with one of them and a third, an Ollama; well, or gone since."""
    with FakeWorker(models=("m1", "org/m2")) as a, FakeWorker(models=("m1", "m3")) as b, Engine(answer_ollama, pages=ollama_pages("gemma:latest", "qwen:0.5b"), models=("gemma:latest", "qwen:0.5b")) as c:
        config = worker_toml(a.url, name="a", kind="vllm") + worker_toml(b.url, name="b", kind="vllm") + worker_toml(c.url, name="c", kind="ollama")
        with Banto(config + FAST_HEALTH) as banto:
            for name in "abc":
                banto.until_worker(name)
            if request.param == "all down":
                for worker in (a, b, c):
                    worker.stop()
                for name in "abc":
                    banto.until_worker(name, "unhealthy")
            yield banto


ALL = ["gemma:latest", "m1", "m3", "org/m2", "qwen:0.5b"]


def quick(banto, method, path, **more):
    """The answer, which must be there within a second by our own clock in the access line."""
    answer = banto.request(method, path, **more)
    line = banto.access_line(request_id=answer.header("x-request-id"))
    assert line["duration_ms"] < 1000 and not line.get("attempts")
    return answer


@pytest.mark.parametrize("path", ["/v1/models", "/models"])
def test_models_of_all_workers_each_once(house, path):
    answer = quick(house, "GET", path)
    listed = answer.json()
    assert answer.status == 200 and answer.header("content-type").startswith("application/json")
    assert listed["object"] == "list" and sorted(m["id"] for m in listed["data"]) == ALL
    for model in listed["data"]:
        assert model["object"] == "model" and isinstance(model["created"], int) and model["owned_by"]


@pytest.mark.parametrize("model", ["m1", "org/m2", "org%2Fm2", "qwen:0.5b"])
def test_one_model_by_its_id_slashes_included(house, model):
    answer = quick(house, "GET", f"/v1/models/{model}")
    assert answer.status == 200 and answer.json()["id"] == model.replace("%2F", "/") and answer.json()["object"] == "model"


def test_a_model_that_nobody_lists_is_404_in_each_apis_shape(house):
    answer = quick(house, "GET", "/v1/models/nobody")
    assert answer.status == 404 and answer.json()["error"]["code"] == "model_not_found"
    answer = quick(house, "POST", "/api/show", body={"model": "nobody"})
    assert answer.status == 404 and isinstance(answer.json()["error"], str) and "nobody" in answer.json()["error"]


def test_tags_and_ps_show_what_workers_that_are_up_serve(house):
    tags = quick(house, "GET", "/api/tags").json()["models"]
    assert sorted(m["name"] for m in tags) == ([] if house.worker("c")["health"] == "unhealthy" else ALL)
    for model in tags:
        assert model["model"] == model["name"] and model["modified_at"] and isinstance(model["size"], int) and "details" in model
    loaded = sorted(m["name"] for m in quick(house, "GET", "/api/ps").json()["models"])
    assert loaded == ([] if house.worker("a")["health"] == "unhealthy" else ["m1", "m3", "org/m2"])  # the Ollama has none of its own in memory


def test_show_of_another_engine_s_model_is_made_of_what_that_told(house):
    shown = quick(house, "POST", "/api/show", body={"model": "m1"})
    if house.worker("a")["health"] == "unhealthy":
        assert shown.status == 404
    else:
        assert shown.status == 200 and "completion" in shown.json()["capabilities"]


def test_version_and_the_greeting_of_clis(house):
    assert quick(house, "GET", "/api/version").json() == {"version": "0.12.0"}
    head = quick(house, "HEAD", "/")
    assert head.status == 200 and head.body == b""
    assert quick(house, "GET", "/").body == b"Ollama is running"
    assert quick(house, "HEAD", "/v1/models").body == b""


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/models", "/api/chat"])
def test_a_browsers_preflight_is_answered_and_its_requests_may_be_read(house, path):
    asked = {"Origin": "http://ui.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type,x-stainless-os"}
    answer = house.request("OPTIONS", path, headers=asked)
    assert answer.status in (200, 204)
    assert answer.header("access-control-allow-origin") in ("*", "http://ui.example")
    assert "POST" in answer.header("access-control-allow-methods")
    allowed = answer.header("access-control-allow-headers").lower()
    assert all(h in allowed for h in ("authorization", "content-type", "x-stainless-os"))
    listed = house.get("/v1/models", headers={"Origin": "http://ui.example"})
    assert listed.header("access-control-allow-origin") in ("*", "http://ui.example")
    refused = house.chat(model="nobody", headers={"Origin": "http://ui.example"})
    assert refused.status == 404 and refused.header("access-control-allow-origin") in ("*", "http://ui.example"), "or the page sees a network error"


def test_a_model_of_several_workers_is_served_by_all_of_them():
    with FakeWorker(models=("m1", "m2")) as a, FakeWorker(models=("m1",)) as b:
        with Banto(worker_toml(a.url, name="a", kind="vllm") + worker_toml(b.url, name="b", kind="vllm")) as banto, Client(banto) as client:
            both = {client.chat(f"{i}", model="m1").header("x-banto-worker") for i in range(40)}
            assert both == {"a", "b"}
            assert {client.chat(f"{i}", model="m2").header("x-banto-worker") for i in range(5)} == {"a"}


def test_an_ollama_model_is_found_without_its_latest_tag():
    with Engine(answer_ollama, pages=ollama_pages("gemma:latest"), models=("gemma:latest",)) as worker, Banto(worker_toml(worker.url, name="a", kind="ollama")) as banto:
        for name in ("gemma", "gemma:latest"):
            answer = banto.post("/api/chat", {"model": name, "stream": False, "messages": [{"role": "user", "content": name}]})
            assert answer.status == 200, answer.body
        assert banto.get("/v1/models/gemma").status == 200
        assert banto.post("/api/chat", {"model": "gemma:2b", "messages": []}).status == 404


def test_show_of_an_ollama_is_the_ollamas_own_word():
    pages = ollama_pages("gemma:latest")

    def answer(connection, seen):
        if seen.path == "/api/show":
            return connection.reply(200, {"details": {"family": "gemma"}, "capabilities": ["completion", "tools"], "model_info": {"own": 1}})
        answer_ollama(connection, seen)

    with Engine(answer, pages=pages) as worker, Banto(worker_toml(worker.url, name="a", kind="ollama")) as banto:
        shown = banto.post("/api/show", {"model": "gemma"})
        assert shown.status == 200 and shown.json()["model_info"] == {"own": 1}


def test_every_name_of_tags_is_served_by_chat_and_ps_and_version_are_the_ollamas():
    """Two Ollamas, one of them older, one with a name given to it; a vLLM, to which Ollama's API is translated."""
    loaded = {"name": "gemma:latest", "model": "gemma:latest", "size": 5, "digest": "d" * 64, "expires_at": "2026-01-01T00:00:00Z", "size_vram": 5}
    new_pages = {**ollama_pages("gemma:latest"), "/api/version": (200, {"version": "0.12.6"}), "/api/ps": (200, {"models": [loaded]})}
    old_pages = {**ollama_pages("qwen:latest", "tiny:latest"), "/api/version": (200, {"version": "0.9.6"})}
    with Engine(answer_ollama, pages=new_pages, models=("gemma:latest",)) as new, Engine(answer_ollama, pages=old_pages, models=("qwen:latest",)) as old, FakeWorker(models=("org/m",)) as vllm:
        config = worker_toml(new.url, name="new", kind="ollama") + worker_toml(old.url, name="old", kind="ollama", models=["qwen", "missing"]) + worker_toml(vllm.url, name="v", kind="vllm")
        with Banto(config + FAST_HEALTH) as banto:
            for name in ("new", "old", "v"):
                banto.until_worker(name)
            names = lambda path="/api/tags": sorted(m["name"] for m in banto.get(path).json()["models"])
            assert names() == ["gemma:latest", "org/m", "qwen"]
            for name in names():
                assert banto.post("/api/chat", {"model": name, "stream": False, "messages": [{"role": "user", "content": "x"}]}).status == 200
            assert banto.get("/api/ps").json()["models"][0] == loaded and names("/api/ps") == ["gemma:latest", "org/m"]
            assert banto.get("/api/version").json()["version"] == "0.9.6"
            old.stop()
            until(lambda: names() == ["gemma:latest", "org/m"], f"no dead worker's models: {names()}")
            assert banto.get("/api/version").json()["version"] == "0.12.6"
            new.stop()
            until(lambda: names() == ["org/m"] and names("/api/ps") == ["org/m"], "only what the vLLM serves")


def test_where_no_ollama_is_its_clients_are_greeted_all_the_same():
    with FakeWorker(models=("m",)) as vllm, Banto(worker_toml(vllm.url, name="v", kind="vllm")) as banto:
        banto.until_worker("v")
        assert banto.get("/").body == b"Ollama is running" and banto.get("/api/version").json()["version"]
        assert [model["name"] for model in banto.get("/api/tags").json()["models"]] == ["m"]
        assert banto.get("/v1/models").status == 200


def test_an_app_beside_an_engine_keeps_its_own_pages():
    def app(connection, seen):
        connection.reply(200, {"app": seen.path})

    pages = {p: app for p in ("/", "/api/version", "/api/tags", "/api/ps")}
    with FakeWorker(models=("m",)) as vllm, Engine(app, pages=pages) as page:
        with Banto(worker_toml(vllm.url, name="v", kind="vllm") + worker_toml(page.url, name="p", kind="http")) as banto:
            banto.until_worker("v")
            banto.until_worker("p")
            for path in pages:
                assert banto.get(path).json() == {"app": path}
            assert banto.post("/api/show", {"x": 1}).json() == {"app": "/api/show"}


def test_configured_models_are_listed_before_anybody_was_asked():
    from harness import free_port

    with Banto(worker_toml(f"http://127.0.0.1:{free_port()}", name="a", kind="vllm", models=["later"])) as banto:
        assert [m["id"] for m in banto.get("/v1/models").json()["data"]] == ["later"]
