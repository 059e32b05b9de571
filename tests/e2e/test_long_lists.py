"""How much a worker lists is its own affair: long lists cost their length, are cut at a bound, and an empty one is named."""
import json

from fakes.fake_worker import FakeWorker
from harness import Banto, until, worker_toml
from traffic import Engine

TAKEN = 10_000


def test_long_lists_stop_nobody():
    names = [f"org/model-{i}" for i in range(2 * TAKEN)]
    workers = [FakeWorker(models=listed) for listed in (names, names[:2_000])]
    with FakeWorker(models=("m",)) as good:
        config = worker_toml(good.url, name="good", kind="vllm") + "".join(worker_toml(w.url, name=f"w{i}", kind="vllm") for i, w in enumerate(workers))
        with Banto(config) as banto:
            for i in range(2):
                until(lambda: f"worker w{i} is vllm" in banto.events() and banto.admin("/livez").status == 200, "the list is taken")
            assert banto.chat(model="m").status == 200
            # With a square of names each of these would cost more than the deadline.
            assert [len(w["models"]) for w in banto.status()["workers"]] == [1, TAKEN, 2_000]
            assert [banto.chat(model=names[i]).status for i in (0, TAKEN - 1, TAKEN)] == [200, 200, 404]
            assert banto.events().count("its list is longer, the first 10000 are taken") == 1
    for worker in workers:
        worker.stop()


def listing(body):
    """An engine of which nothing is known but its list."""
    return Engine(pages={"/v1/models": lambda connection, seen: connection.reply(200, body), "/health": lambda connection, seen: connection.reply(200, b"")})


def test_an_empty_list_is_told_in_the_log_and_in_the_refusal():
    for data in ([], None):
        with listing(json.dumps({"object": "list", "data": data})) as worker, Banto(worker_toml(worker.url, name="gpu1")) as banto:
            until(lambda: "worker gpu1 is openai, lists no models" in banto.events(), "the log says so")
            refused = banto.chat(model="m").json()["error"]["message"]
            assert refused == "The model 'm' does not exist. The only worker for it, 'gpu1', lists no models."


def test_a_name_that_is_no_text_is_left_out_and_the_log_says_so():
    body = b'{"object":"list","data":[{"id":"\\ud800","object":"model"},{"id":"m","object":"model"}]}'
    with listing(body) as worker, Banto(worker_toml(worker.url, name="gpu1")) as banto:
        until(lambda: "models: m; names that are no text are left out" in banto.events(), "the log says so")
        assert banto.chat(model="m").status == 200 and banto.chat(model="n").status == 404
