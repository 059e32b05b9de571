"""Whoever names a model does not choose how long metrics, logs and errors grow; what is routed is the whole name."""
import pytest
from fakes.fake_worker import FakeWorker
from harness import Banto, until, worker_toml

LONG = 200_000
NAMES = ["日" * (LONG // 3) + f"-{i}" for i in range(5)]


@pytest.fixture(scope="module")
def banto():
    with FakeWorker(models=NAMES) as worker, Banto(worker_toml(worker.url, name="gpu1", kind="vllm")) as banto:
        until(lambda: len(banto.worker("gpu1")["models"]) == 5, "its list of a megabyte is read")
        yield banto


def test_a_name_that_begins_like_others_reaches_its_own_model(banto):
    assert [banto.chat(model=name).status for name in NAMES] == [200] * 5
    assert banto.chat(model=NAMES[0][:-1]).status == 404


def test_metrics_logs_and_errors_show_the_beginning(banto):
    banto.chat("logged", model=NAMES[0])
    refused = banto.chat(model="x" * LONG).json()["error"]["message"]
    assert "xxx…' does not exist" in refused and len(refused.encode()) < 1000
    model = banto.access_line(status=200)["model"]
    assert model.startswith("日日") and model.endswith("…") and 120 < len(model.encode()) <= 128
    metrics = banto.admin("/metrics").body
    assert len(metrics) < LONG and model.encode() in metrics
    assert len(banto.events()) < LONG
    assert all(len(name.encode()) <= 128 for name in banto.worker("gpu1")["models"])


def test_a_model_page_that_is_asked_for_by_a_long_name_says_its_beginning(banto):
    answer = banto.get("/v1/models/" + "y" * 10_000)
    assert answer.status == 404 and len(answer.body) < 1000


def test_a_long_path_is_logged_by_its_beginning(banto):
    path = "/none/" + "z" * 10_000
    answer = banto.get(path)
    assert answer.status == 404 and len(answer.body) < 1000
    logged = banto.access_line(method="GET", endpoint="other")["path"]
    assert path.startswith(logged) and len(logged) == 1024
