"""The program with one worker whose answer is told by what it was asked, for a whole module. Its fixtures are imported by name."""
import pytest
from cache_asking import answer_digest
from fakes.fake_worker import FakeWorker
from harness import Banto, worker_toml


@pytest.fixture(scope="module")
def worker():
    with FakeWorker(answer_digest) as worker:
        yield worker


@pytest.fixture(scope="module")
def banto(worker):
    with Banto(worker_toml(worker.url, name="gpu1", kind="vllm")) as banto:
        yield banto
