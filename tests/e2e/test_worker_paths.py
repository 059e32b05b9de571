"""A worker url's path is the prefix of all that is asked there: probes, lists, figures and traffic alike."""
import subprocess

import pytest
from fakes.fake_worker import FakeWorker, chat_whole
from harness import Banto, binary, until, worker_toml
from traffic import FAST_HEALTH, Engine


def listed(*models, owned_by="someone"):
    return {"object": "list", "data": [{"id": m, "object": "model", "created": 1, "owned_by": owned_by} for m in models]}


def provider(path, model="m"):
    """An API under `path` (with its version), and nothing beside it."""

    def answer(connection, seen):
        if seen.path.split("?")[0] == f"{path}/chat/completions":
            return connection.reply(200, chat_whole(f"from {path}"))
        connection.reply(404, {"error": {"message": f"no such path {seen.path}"}})

    nothing = {p: (404, {}) for p in ("/health", "/v1/models", "/version", "/metrics", "/api/version", "/info", "/get_model_info", "/props", "/load", "/")}
    return Engine(answer, pages={**nothing, f"{path}/models": (200, listed(model))})


# What the user writes, and where the API is.
PATHS = [("/openai", "/openai/v1"), ("/openai/", "/openai/v1"), ("/openai/v1", "/openai/v1"), ("/v1", "/v1"), ("/v1/", "/v1"), ("/api/paas/v4", "/api/paas/v4"),
         ("/v1beta/openai", "/v1beta/openai"), ("/inference", "/inference")]


@pytest.mark.parametrize("kind", [None, "openai"])
@pytest.mark.parametrize("written,api", PATHS)
def test_the_api_is_found_under_the_path(written, api, kind):
    with provider(api) as worker, Banto(worker_toml(worker.url + written, name="w", kind=kind) + FAST_HEALTH) as banto:
        until(lambda: "models: m" in banto.events(), f"the list is read; {banto.events()}")
        answer = banto.post("/v1/chat/completions?x=1", {"model": "m", "messages": [{"role": "user", "content": "hi"}]})
        assert answer.status == 200, (answer.body, [r.path for r in worker.all_requests])
        assert worker.all_requests[-1].path == f"{api}/chat/completions?x=1"


def test_two_paths_of_one_server_are_two_workers():
    def answer(connection, seen):
        connection.reply(200, chat_whole(seen.path))

    pages = {"/a/v1/models": (200, listed("ma")), "/b/v1/models": (200, listed("mb"))}
    with Engine(answer, pages=pages) as server, Banto(worker_toml(server.url + "/a") + worker_toml(server.url + "/b") + FAST_HEALTH) as banto:
        until(lambda: "models: ma" in banto.events() and "models: mb" in banto.events(), "both lists are read")
        for model, path in (("ma", "/a"), ("mb", "/b")):
            answer = banto.chat(model=model)
            assert answer.status == 200 and path in answer.json()["choices"][0]["message"]["content"], answer.body
            assert answer.header("x-banto-worker").endswith(path)


def test_an_app_gets_its_prefix_too():
    def answer(connection, seen):
        connection.reply(200, {"path": seen.path})

    with FakeWorker(answer) as worker, Banto(worker_toml(worker.url + "/base/", name="w", kind="http")) as banto:
        banto.until_worker("w")
        assert banto.get("/predict?q=1").json() == {"path": "/base/predict?q=1"}
        assert banto.get("/").json() == {"path": "/base/"}


@pytest.mark.parametrize("url,word", [("http://h/a?b=1", "query"), ("http://h/a#b", "fragment"), ("http://u:p@h/a", "password"), ("http://h/a/../b", ".."),
                                      ("https://h/v1/chat/completions", "endpoint")])
def test_what_cannot_be_a_prefix_is_refused_with_a_word(url, word, tmp_path):
    config = tmp_path / "b.toml"
    config.write_text(worker_toml(url))
    ran = subprocess.run([binary(), "check", "-c", str(config)], capture_output=True, text=True)
    assert ran.returncode == 2 and word in ran.stderr, ran.stderr


def test_check_names_what_will_be_asked(tmp_path):
    config = tmp_path / "b.toml"
    config.write_text(worker_toml("http://gpu1:8000/v1", name="a") + worker_toml("https://h/openai", name="b") + worker_toml("http://gpu2:8000", name="c"))
    ran = subprocess.run([binary(), "check", "-c", str(config)], capture_output=True, text=True)
    said = [line for line in ran.stdout.splitlines() if "is asked at" in line]
    assert ran.returncode == 0 and len(said) == 2, ran
    assert said[0].endswith("worker a: /v1/models is asked at http://gpu1:8000/v1/models")
    assert "https://h/openai/v1/models" in said[1] and "https://h/openai/models" in said[1]
