"""A request that repeats byte for byte is recognised without being read anew. All that decides who may have which answer still does."""
import json
import signal

import pytest
from cache_asking import answer_digest, ask, nonce
from fakes.fake_worker import FakeWorker
from harness import Banto, until, worker_toml


def config(worker, **cache):
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in {"memory": "64MiB", **cache}.items())
    return "threads = 1\n" + worker_toml(worker.url, name="gpu1", kind="vllm") + "[cache]\n" + lines


@pytest.fixture(scope="module")
def worker():
    with FakeWorker(answer_digest, models=("m", "m2")) as worker:
        yield worker


@pytest.fixture(scope="module")
def banto(worker):
    with Banto(config(worker)) as banto:
        yield banto


def question(**fields):
    return json.dumps({"model": "m", "messages": [{"role": "user", "content": nonce()}], **fields}).encode()


def outcome(answer):
    return answer.header("X-Cache")


def shares_answers(banto):
    """Whether a caller gets what was answered to another one."""
    body = question()
    ask(banto, body, headers={"Authorization": "one"})
    return outcome(ask(banto, body, headers={"Authorization": "another"})) == "HIT"


def test_the_third_time_hits_as_the_second_did(banto):
    body = question()
    assert [outcome(ask(banto, body)) for _ in range(4)] == ["MISS", "HIT", "HIT", "HIT"]


@pytest.mark.parametrize("name", ["Authorization", "X-Api-Key", "Api-Key", "Cookie"])
def test_another_callers_credential_is_another_question(banto, name):
    body = question()
    for _ in range(3):
        mine = ask(banto, body, headers={name: "mine"})
    assert outcome(mine) == "HIT"
    assert outcome(ask(banto, body, headers={name: "yours"})) == "MISS"
    assert outcome(ask(banto, body)) == "MISS"
    assert outcome(ask(banto, body, headers={name: ""})) == "MISS"


def test_an_empty_credential_and_none_are_two_callers(banto):
    body = question()
    assert outcome(ask(banto, body)) == "MISS"
    assert outcome(ask(banto, body, headers={"X-Api-Key": ""})) == "MISS"


def test_the_same_bytes_at_another_path_are_another_question(banto):
    body = json.dumps({"model": "m", "prompt": nonce(), "messages": [{"role": "user", "content": "x"}]}).encode()
    ask(banto, body)
    chat = ask(banto, body)
    completion = ask(banto, body, path="/v1/completions")
    assert (outcome(chat), outcome(completion)) == ("HIT", "MISS")
    assert completion.body != chat.body
    assert outcome(ask(banto, body, path="/v1/chat/completions?x=1")) == "MISS"


def test_directives_are_obeyed_on_a_repeat(banto):
    body = question()
    for _ in range(3):
        ask(banto, body)
    assert outcome(ask(banto, body, headers={"Cache-Control": "no-cache"})) != "HIT"
    assert outcome(ask(banto, body, headers={"Cache-Control": "no-store"})) == "BYPASS"
    assert outcome(ask(banto, body)) == "HIT"


def test_one_other_byte_is_another_question(banto):
    body = question()
    for _ in range(2):
        ask(banto, body)
    assert outcome(ask(banto, body.replace(b"question", b"questioN"))) == "MISS"


def test_a_reload_forgets_what_repeats_meant(worker):
    """With scope = "shared" the credential no longer divides; what was remembered under the old rules must not be used under the new ones."""
    with Banto(config(worker)) as banto:
        body = question()
        for caller in ("a", "b"):
            for _ in range(2):
                ask(banto, body, headers={"Authorization": caller})
        banto.write_config(config(worker, scope="shared"))
        banto.signal(signal.SIGHUP)
        until(lambda: shares_answers(banto), "the reload")
        shared = [outcome(ask(banto, body, headers={"Authorization": caller})) for caller in ("a", "b", "c", "a")]
        assert shared == ["MISS", "HIT", "HIT", "HIT"]
