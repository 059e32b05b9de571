"""[cache] without a tier is no cache: nothing is computed for it, and answers do not speak of it."""
import pytest
from cache_asking import ask
from fakes.fake_worker import FakeWorker
from harness import Banto, worker_toml
from storing import question

OURS = ("x-request-id", "date", "server-timing", "x-banto-worker")


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_no_tier_answers_as_no_cache_does(stream):
    with FakeWorker() as worker:
        heads, lines = [], []
        for cache in ("enabled = false", 'memory = "0"'):
            with Banto(worker_toml(worker.url, name="gpu1", kind="vllm") + f"[cache]\n{cache}\n") as banto:
                before = len(worker.requests)
                answers = [ask(banto, body) for body in [question(stream)] * 2]
                assert len(worker.requests) == before + 2 and {a.status for a in answers} == {200}
                heads.append({k: v for k, v in answers[1].headers.items() if k not in OURS})
                lines.append(set(banto.access_line(status=200)))
        assert heads[0] == heads[1] and not {"x-cache", "cache-status", "age"} & set(heads[1])
        assert lines[0] == lines[1]


def test_without_a_tier_only_if_cached_still_asks_nobody():
    with FakeWorker() as worker, Banto(worker_toml(worker.url, name="gpu1", kind="vllm") + '[cache]\nmemory = "0"\n') as banto:
        assert ask(banto, question(), headers={"Cache-Control": "only-if-cached"}).status == 504
        assert not worker.requests


def test_a_route_without_a_tier_is_passed_through():
    route = '[[routes]]\npath = "/predict"\nworkers = ["app"]\ncache = { ttl = "60s" }\n'
    with FakeWorker(lambda c, s: c.reply(200, "x", "text/plain")) as worker, Banto(worker_toml(worker.url, name="app", kind="http") + '[cache]\nmemory = "0"\n' + route) as banto:
        for _ in range(2):
            assert banto.get("/predict").header("x-cache") is None
        assert banto.request("DELETE", "/predict").status == 200
        assert len(worker.requests) == 3
