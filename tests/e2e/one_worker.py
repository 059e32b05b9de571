"""The program with one worker behind it, for a whole module. Its fixtures are imported by name."""
import pytest
from cache_asking import nonce
from fakes.fake_worker import FakeWorker
from harness import Banto, worker_toml


def question(stream=False, **fields):
    return {"model": "m", "stream": stream, "messages": [{"role": "user", "content": nonce()}], **fields}


def behind(worker, config="", **more):
    return Banto(worker_toml(worker.url, name="gpu1", kind="vllm", **more) + config)


@pytest.fixture(scope="module")
def worker():
    with FakeWorker() as worker:
        yield worker


@pytest.fixture(scope="module")
def banto(worker):
    with behind(worker) as banto:
        yield banto
