"""A body that we cannot read as all engines do goes to the worker as it is, uncached, where no model in it can change which worker that is."""
import json

import pytest
from fakes.fake_worker import FakeWorker, chat_whole
from harness import Banto, worker_toml

CHAT = '{"model": "m", "messages": [{"role": "user", "content": "x"}], "temperature": 0'
MARK = b"\xef\xbb\xbf"
UNREAD = {"not_to_the_end": b"{", "array": b"[1]", "null": b"null", "empty": b"", "text_after": CHAT.encode() + b"} x", "trailing_comma": b'{"model": "m",}',
          "open_string": b'{"model": "m", "x": "', "leading_zero": CHAT.encode() + b', "x": 01}', "single_quotes": b"{'model': 'm'}",
          "raw_newline": CHAT.encode() + b', "x": "a\nb"}', "string": b'"m"', "only_a_mark": MARK, "open_objects": b'{"model":' * 1_000_000,
          "utf16": (CHAT + "}").encode("utf-16"), "nan": CHAT.encode() + b', "x": NaN}', "deep": b"[" * 100_000, "model_not_utf8": b'{"model": "\xff"}', "zeros": bytes(50),
          "twice": b'{"model": "m", "model": "m"}', "in_capitals": b'{"Model": "m"}', "both": b'{"Model": "n", "model": "m"}', "form": b'--x\r\nContent-Disposition: form-data; name="model"\r\n\r\nm\r\n--x--\r\n'}
READ = {"mark": MARK + CHAT.encode() + b"}", "lone_surrogate": CHAT.encode() + b', "x": "\\ud800"}', "not_utf8": CHAT.encode() + b', "x": "\xff"}',
        "overlong_utf8": CHAT.encode() + b', "x": "\xc0\xaf"}', "utf8_surrogate": CHAT.encode() + b', "x": "\xed\xa0\x80"}',
        "member_twice": CHAT.encode() + b', "x": 1, "x": 2}', "too_deep": CHAT.encode() + b', "x": ' + b"[" * 5000 + b"]" * 5000 + b"}"}


def answers(connection, seen):
    connection.reply(200, chat_whole("fine"))


@pytest.fixture(scope="module")
def workers():
    with FakeWorker(answers, models=("m",)) as m, FakeWorker(answers, models=("n",)) as n:
        yield m, n


@pytest.fixture(scope="module")
def one(workers):
    with Banto(worker_toml(workers[0].url, name="m", kind="vllm")) as banto:
        yield banto


@pytest.fixture(scope="module")
def two(workers):
    with Banto("".join(worker_toml(w.url, name=w.models[0], kind="vllm") for w in workers)) as banto:
        yield banto


@pytest.mark.parametrize("body", {**UNREAD, **READ}.values(), ids={**UNREAD, **READ}.keys())
def test_the_only_worker_gets_it_as_it_is_and_nothing_is_kept(one, workers, body):
    for _ in range(2):
        answer = one.post("/v1/chat/completions", body)
        assert answer.status == 200 and answer.header("x-cache") == "BYPASS", answer.body
        assert workers[0].requests[-1].body == body


@pytest.mark.parametrize("body", READ.values(), ids=READ.keys())
def test_a_model_that_every_engine_reads_alike_leads_to_its_worker(two, workers, body):
    before = len(workers[1].requests)
    for name in "mn":
        answer = two.post("/v1/chat/completions", body.replace(b'"m"', f'"{name}"'.encode()))
        assert answer.status == 200 and answer.header("x-banto-worker") == name and answer.header("x-cache") == "BYPASS"
    assert len(workers[1].requests) == before + 1


@pytest.mark.parametrize("body", UNREAD.values(), ids=UNREAD.keys())
def test_where_models_decide_it_is_refused_and_no_worker_hears_of_it(two, workers, body):
    before = [len(w.requests) for w in workers]
    answer = two.post("/v1/chat/completions", body)
    assert answer.status == 400 and [len(w.requests) for w in workers] == before
    ambiguous = b'odel": "m"' in body and body.startswith(b'{"') and body in (UNREAD["twice"], UNREAD["in_capitals"], UNREAD["both"])
    # What is nested too deep is skipped: no model is found in it.
    nested = body in (UNREAD["deep"], UNREAD["open_objects"])
    assert answer.json()["error"]["code"] == ("ambiguous_model" if ambiguous else "model_required" if nested else "invalid_json")


def test_the_refusal_names_the_spellings(two):
    message = two.post("/v1/chat/completions", UNREAD["both"]).json()["error"]["message"]
    assert '"Model" and "model"' in message


def test_a_form_goes_to_the_only_worker_with_its_boundary(one, workers):
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert one.post("/v1/audio/transcriptions", UNREAD["form"], headers=headers).status == 200
    seen = workers[0].requests[-1]
    assert seen.body == UNREAD["form"] and seen.headers["content-type"] == headers["Content-Type"]


def test_a_worker_that_has_not_told_its_models_may_be_meant(workers):
    from harness import free_port
    with Banto(worker_toml(workers[0].url, name="m", kind="vllm") + worker_toml(f"http://127.0.0.1:{free_port()}", name="down")) as banto:
        assert banto.post("/v1/chat/completions", b"{").status == 400


def test_a_stream_that_was_asked_for_unread_passes(workers):
    def streams(connection, seen):
        connection.start_stream()
        for index in (0, 1):
            connection.chunk("data: " + json.dumps({"choices": [{"index": index, "delta": {"content": "a"}, "finish_reason": "stop"}]}) + "\n\n")
        connection.chunk("data: [DONE]\n\n")
        connection.end_stream()

    with FakeWorker(streams) as worker, Banto(worker_toml(worker.url, name="w", kind="vllm")) as banto:
        answer = banto.post("/v1/chat/completions", (CHAT + ', "n": 2, "stream": true}').encode("utf-16"))
        assert answer.status == 200 and answer.body.count(b'"content"') == 2 and answer.body.endswith(b"data: [DONE]\n\n")


@pytest.mark.parametrize("name", ("twice", "in_capitals", "both"))
def test_a_worker_with_a_key_of_ours_hears_no_model_that_engines_read_differently(workers, name):
    before = len(workers[0].requests)
    with Banto(worker_toml(workers[0].url, name="m", kind="vllm", api_key="secret")) as banto:
        answer = banto.post("/v1/chat/completions", UNREAD[name])
        assert answer.status == 400 and answer.json()["error"]["code"] == "ambiguous_model" and len(workers[0].requests) == before
        assert 'odel"' in answer.json()["error"]["message"]
        # What only cannot be read says nothing of another model.
        assert banto.post("/v1/chat/completions", UNREAD["nan"]).status == 200


@pytest.mark.parametrize("model", (b"5", b'["m"]', b'{"m": 1}', b"true", b"null", b'""'))
def test_a_model_that_is_no_name_is_not_a_missing_one(one, workers, model):
    named = CHAT.encode() + b', "seed": 1}'
    assert one.post("/v1/chat/completions", named).status == 200  # it is kept
    body = named.replace(b'"m"', model)
    for _ in range(2):
        answer = one.post("/v1/chat/completions", body)
        assert answer.header("x-cache") == "BYPASS" and "model_is_no_name" in answer.header("cache-status")
        assert workers[0].requests[-1].body == body
    assert one.post("/v1/chat/completions", named).header("x-cache") == "HIT"


def test_of_too_many_members_no_more_is_read_than_says_so(one, two, workers):
    body = CHAT.encode() + b', "k": 1' * 300_000 + b"}"
    answer = one.post("/v1/chat/completions", body)
    assert answer.status == 200 and "too_many_members" in answer.header("cache-status") and workers[0].requests[-1].body == body
    assert two.post("/v1/chat/completions", body).json()["error"]["message"].find("too_many_members") > 0
