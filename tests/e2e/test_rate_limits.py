"""A 429 may be one caller's limit and no word on the others: it parks nobody for long, and a managed API's is its client's alone."""
import json
import tempfile

import pytest
from fakes.fake_worker import FakeWorker, answer_chat
from harness import Banto, until, worker_toml
from test_tls import Authority, TlsWorker
from traffic import NO_CACHE, in_parallel

POOR, RICH = {"Authorization": "Bearer poor"}, {"Authorization": "Bearer rich"}
SPENT = {"error": {"message": "You exceeded your current quota", "type": "insufficient_quota", "code": "insufficient_quota"}}
# Shorter than any cool-down of these answers would be: whoever is parked by it is refused.
IMPATIENT = NO_CACHE + '[balance]\nqueue_timeout = "4s"\n'


def limits(header="authorization", status=429, after="Retry-After: 3600"):
    """Refuses the poor, whatever they ask."""

    def answer(connection, seen):
        if seen.headers.get(header, "").endswith("poor"):
            return connection.reply(status, SPENT, headers=[after])
        answer_chat(connection, seen)

    return answer


@pytest.fixture(scope="module")
def cert():
    with tempfile.TemporaryDirectory(prefix="banto-tls-") as folder:
        yield Authority(folder).leaf("api", "DNS:localhost")


def managed(worker, name, **settings):
    """At an address that does not look like one's own, and leads here all the same."""
    return worker_toml(f"https://127.1:{worker.port}", name=name, kind="openai", models=["m"], **{"tls_verify": False, **settings})


@pytest.mark.parametrize("status", [429, 503])
def test_one_callers_limit_does_not_stop_the_others(status):
    with FakeWorker(limits(status=status)) as worker, Banto(worker_toml(worker.url, name="a", kind="vllm") + IMPATIENT) as banto:
        banto.until_worker("a")
        for i in range(2):
            assert banto.chat("mine", headers=POOR).status == status
            assert banto.worker("a")["cooling_down"] and "cooling down" in banto.worker("a")["reason"]
            assert banto.chat(f"{i}", headers=RICH).status == 200
            assert not banto.worker("a")["cooling_down"], "who serves has room"
        said = [line for line in banto.events().splitlines() if "cool down" in line]
        assert len(said) == 1 and f"answered {status}" in said[0] and '"level":"warn"' in said[0], said


def test_two_workers_that_one_caller_has_spent_serve_the_others():
    with FakeWorker(limits()) as a, FakeWorker(limits()) as b:
        with Banto(worker_toml(a.url, name="a", kind="vllm", models=["m"]) + worker_toml(b.url, name="b", kind="vllm", models=["m"]) + IMPATIENT) as banto:
            assert banto.chat("mine", headers=POOR).status == 429 and len(a.requests) == len(b.requests) == 1
            in_parallel(lambda i: [banto.chat(f"{i}", headers=RICH).status == 200 or pytest.fail("refused")], 8)


def test_an_engine_of_ones_own_that_is_full_is_tried_elsewhere_whatever_the_client_sends():
    with FakeWorker(limits()) as a, FakeWorker() as b:
        with Banto(worker_toml(a.url, name="a", kind="vllm", models=["m"]) + worker_toml(b.url, name="b", kind="vllm", models=["m"], backup=True) + IMPATIENT) as banto:
            assert banto.chat("one", headers=POOR).header("x-banto-worker") == "b"
            assert banto.chat("two", headers=POOR).header("x-banto-worker") == "b"
            assert len(a.requests) == 1 and not banto.worker("a")["ejected"]


def test_who_waits_for_a_cool_down_is_told_so():
    with FakeWorker(limits()) as worker, Banto(worker_toml(worker.url, name="a", kind="vllm") + NO_CACHE + '[balance]\nqueue_timeout = "100ms"\n') as banto:
        banto.until_worker("a")
        assert banto.chat("mine", headers=POOR).status == 429
        error = banto.chat("other", headers=RICH).json()["error"]
        assert error["code"] == "queue_timeout" and "a: cooling down" in error["message"] and "429" in error["message"], error


@pytest.mark.parametrize("name,value", [("authorization", "Bearer poor"), ("x-api-key", "poor"), ("api-key", "poor")])
def test_a_managed_apis_429_to_the_clients_own_key_is_the_clients_alone(cert, name, value):
    with TlsWorker(cert, limits(header=name)) as a, TlsWorker(cert) as b:
        with Banto(managed(a, "a") + managed(b, "b", backup=True) + NO_CACHE) as banto:
            for _ in range(6):
                answer = banto.chat("mine", headers={name: value})
                assert (answer.status, answer.header("retry-after"), answer.header("x-banto-worker")) == (429, "3600", "a")
                assert answer.json()["error"]["message"] == SPENT["error"]["message"]
            assert not banto.worker("a")["cooling_down"] and not banto.worker("a")["ejected"]
            assert banto.chat("other", headers=RICH).header("x-banto-worker") == "a"
            assert b.requests == [] and "cool down" not in banto.events()


def test_a_managed_apis_429_to_our_key_is_ours_to_heed(cert):
    with TlsWorker(cert, limits()) as a, TlsWorker(cert) as b:
        with Banto(managed(a, "a", api_key="poor") + managed(b, "b", backup=True) + NO_CACHE) as banto:
            assert banto.chat("one", headers=RICH).header("x-banto-worker") == "b"
            assert banto.worker("a")["cooling_down"]
            assert banto.chat("two", headers=RICH).header("x-banto-worker") == "b" and len(a.requests) == 1


def test_a_managed_apis_503_is_no_callers_limit(cert):
    with TlsWorker(cert, limits(status=503)) as a, TlsWorker(cert) as b:
        with Banto(managed(a, "a") + managed(b, "b", backup=True) + NO_CACHE) as banto:
            assert banto.chat("one", headers=POOR).header("x-banto-worker") == "b"
            until(lambda: not banto.worker("a")["cooling_down"], "an hour is more than one answer may ask for")


def test_a_limit_that_a_stream_reports_before_its_answer_is_the_clients_too(cert):
    def answer(connection, seen):
        connection.start_stream()
        connection.chunk("data: " + json.dumps({"error": {**SPENT["error"], "code": 429}}) + "\n\n")
        connection.end_stream()

    with TlsWorker(cert, answer) as a, TlsWorker(cert) as b:
        with Banto(managed(a, "a") + managed(b, "b", backup=True) + NO_CACHE) as banto:
            assert banto.chat("mine", stream=True, headers=POOR).status == 429
            assert b.requests == [] and not banto.worker("a")["cooling_down"]
