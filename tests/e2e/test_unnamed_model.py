"""Requests that name no model lead to the only workers that can be meant; nobody found is said with its cause."""

from fakes.fake_worker import FakeWorker
from harness import Banto, worker_toml


def serves(*paths):
    def answer(connection, seen):
        if seen.path in paths:
            return connection.reply(200, [[0.5]])
        connection.reply(404, {"error": "no"})

    return answer


def tei(model, worker, name):
    return worker_toml(worker.url, name=name, kind="tei", models=[model])


def test_teis_own_api_goes_to_the_tei_beside_a_language_model():
    with FakeWorker() as llm, FakeWorker(serves("/rerank", "/embed", "/predict", "/")) as rank:
        with Banto(worker_toml(llm.url, name="llm", kind="vllm") + tei("bge", rank, "rank")) as banto:
            for path, body in (("/rerank", {"query": "q", "texts": ["a"]}), ("/embed", {"inputs": "x"}), ("/predict", {"inputs": "x"}), ("/", {"inputs": "x"})):
                answer = banto.post(path, body)
                assert answer.status == 200 and answer.header("x-banto-worker") == "rank", (path, answer.body)
            assert llm.requests == [] and banto.chat("hello", model="m").status == 200
            without = banto.post("/v1/chat/completions", {"messages": [{"role": "user", "content": "x"}]})
            assert without.header("x-banto-worker") == "llm"


def test_one_worker_under_two_names_gets_what_names_neither_and_it_is_not_cached():
    with FakeWorker(models=("a", "b")) as worker, Banto(worker_toml(worker.url, name="w", kind="vllm")) as banto:
        for _ in range(2):
            answer = banto.post("/v1/chat/completions", {"messages": [{"role": "user", "content": "x"}], "temperature": 0})
            assert answer.status == 200 and answer.header("x-cache") == "BYPASS"
        assert len(worker.requests) == 2


def test_several_that_can_be_meant_are_named():
    with FakeWorker(models=("a",)) as one, FakeWorker(models=("b",)) as two:
        with Banto(worker_toml(one.url, name="one", kind="vllm") + worker_toml(two.url, name="two", kind="vllm")) as banto:
            banto.until_worker("one")
            banto.until_worker("two")
            answer = banto.post("/v1/chat/completions", {"messages": []})
            assert answer.status == 400 and answer.json()["error"]["code"] == "model_required"
            assert "'a', 'b'" in answer.json()["error"]["message"]


def test_an_app_keeps_the_paths_that_no_engine_here_has():
    app = FakeWorker(lambda c, s: c.reply(200, {"app": s.path}))
    with app, FakeWorker() as llm, Banto(worker_toml(llm.url, name="llm", kind="vllm") + worker_toml(app.url, name="app", kind="http")) as banto:
        banto.until_worker("llm")
        for path in ("/predict", "/", "/embed"):
            assert banto.post(path, {"inputs": "x"}).json() == {"app": path}, path
        assert banto.chat("x").header("x-banto-worker") == "llm"


def test_a_path_of_an_engine_that_is_not_here_is_nobodys():
    with FakeWorker() as llm, Banto(worker_toml(llm.url, name="llm", kind="vllm")) as banto:
        assert banto.post("/predict", {"inputs": "x"}).status == 404 and llm.requests == []
