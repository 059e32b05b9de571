"""timeouts.first_token: a worker that admits a stream and then says nothing is given up, and until then its client has seen nothing of it."""
import json

import pytest
from fakes.fake_worker import FakeWorker, answer_chat, chat_chunk
from harness import Banto, worker_toml
from one_worker import behind, question
from streaming import COMMENT, Listening, Parts
from traffic import Engine, answer_ollama, ollama_pages
from wire import chunks

SOON = '[timeouts]\nfirst_token = "200ms"\n'
LATE = '[timeouts]\nfirst_token = "1h"\n'
ROLE = chat_chunk(role="assistant", content="")
WORD = chat_chunk(content="word ")
END = chat_chunk(finish="stop") + "data: [DONE]\n\n"
EMPTY = chat_chunk(content="")
ERROR = 'data: {"error":{"message":"out of memory","type":"InternalServerError","code":500}}\n\n'


def admits(connection, seen):
    connection.start_stream()
    connection.chunk(ROLE + EMPTY)
    connection.left()


def says_nothing(connection, seen):
    connection.left()


def two(a, b, config=SOON, **more):
    return Banto(worker_toml(a.url, name="a", kind="vllm", **more) + worker_toml(b.url, name="b", kind="vllm", backup=True) + config)


def results(banto, **wanted):
    return [a["result"] for a in banto.access_line(**wanted)["attempts"]]


@pytest.mark.parametrize("silent", [admits, says_nothing], ids=["admitted", "not even a head"])
def test_a_worker_without_a_first_token_is_given_up_for_another(silent):
    with FakeWorker(silent) as a, FakeWorker() as b, two(a, b) as banto:
        client = Listening(banto, question(stream=True))
        answer = client.rest()
        assert client.ended and client.status == 200 and b"X-Banto-Worker: b\r\n" in client.head
        roles = [c for c in chunks(answer) if "role" in c["choices"][0]["delta"]]
        assert len(roles) == 1 and b"echo: " in answer
        assert results(banto, stream=True) == ["first_token_timeout", "ok"]
        assert banto.access_line(stream=True)["frames"] == len(answer.split(b"\n\n")) - 1, "those of the worker that answered"


@pytest.mark.parametrize("config", [SOON, SOON + "[balance]\nretries = 0\n"], ids=["no other worker", "no retries"])
def test_where_none_is_left_it_is_a_504(config):
    with FakeWorker(admits) as worker, behind(worker, config) as banto:
        answer = banto.post("/v1/chat/completions", question(stream=True))
        assert answer.status == 504 and answer.json()["error"]["code"] == "upstream_timeout"
        assert "no token within first_token" in answer.json()["error"]["message"]
        assert len(worker.requests) == 1


def test_where_none_is_left_and_the_client_was_kept_alive_it_is_the_apis_error_event():
    with FakeWorker(admits) as worker, behind(worker, SOON + 'commit_after = "20ms"\n') as banto:
        client = Listening(banto, question(stream=True))
        answer = client.rest()
        assert client.status == 200 and not client.ended
        last = json.loads(answer.replace(COMMENT, b"").decode().removeprefix("data: "))
        assert last["error"]["code"] == "upstream_timeout", "and not the role before it"


def test_another_may_still_answer_when_the_client_was_kept_alive():
    with FakeWorker(admits) as a, FakeWorker() as b, two(a, b, SOON + 'commit_after = "20ms"\n') as banto:
        client = Listening(banto, question(stream=True))
        answer = client.rest()
        assert client.ended and answer.startswith(COMMENT) and b"echo: " in answer and answer.count(b'"role"') == 1


def test_without_it_the_role_goes_out_at_once():
    parts = Parts(ROLE, WORD + END)
    with FakeWorker(parts) as worker, behind(worker) as banto:
        parts.go()
        client = Listening(banto, question(stream=True)).until(lambda payload: ROLE.encode() in payload)
        parts.go()
        assert client.rest() == (ROLE + WORD + END).encode()


def test_what_was_held_comes_before_the_token_and_is_stored_with_it():
    parts = Parts(ROLE, ": the worker's own\n\n" + EMPTY, EMPTY + WORD, WORD + END)
    body = question(stream=True)
    with FakeWorker(parts) as worker, behind(worker, LATE) as banto:
        parts.go(3)
        client = Listening(banto, body).until(lambda payload: WORD.encode() in payload)
        assert client.payload == (ROLE + EMPTY + EMPTY + WORD).encode()
        parts.go()
        assert client.rest() == (ROLE + EMPTY + EMPTY + WORD + WORD + END).encode() and client.ended
        hit = banto.post("/v1/chat/completions", body)
        assert hit.header("x-cache") == "HIT"
        assert [c["choices"] for c in chunks(hit.body)] == [c["choices"] for c in chunks(client.payload)]


def test_an_answer_without_a_token_is_passed_on_whole():
    parts = Parts(ROLE, EMPTY + END)
    with FakeWorker(parts) as worker, behind(worker, LATE) as banto:
        parts.go(2)
        client = Listening(banto, question(stream=True))
        assert client.rest() == (ROLE + EMPTY + END).encode() and client.ended


def test_a_stream_that_breaks_before_its_first_token_is_tried_elsewhere():
    breaks = Parts(ROLE + EMPTY, end=False)
    breaks.go()
    with FakeWorker(breaks) as a, FakeWorker() as b, two(a, b, LATE) as banto:
        answer = Listening(banto, question(stream=True)).rest()
        assert answer.count(b'"role"') == 1 and b"echo: " in answer
        assert results(banto, stream=True) == ["reset", "ok"]


def test_an_error_after_the_role_is_a_status():
    fails = Parts(ROLE, ERROR)
    fails.go(2)
    with FakeWorker(fails) as worker, behind(worker, LATE + "[balance]\nretries = 0\n") as banto:
        answer = banto.post("/v1/chat/completions", question(stream=True))
        assert answer.status == 500 and answer.json()["error"]["message"] == "out of memory"


def test_what_is_held_is_bounded():
    wordy = Parts(*([chat_chunk(content="", padding="x" * 100_000)] * 4), WORD + END)
    with FakeWorker(wordy) as worker, behind(worker, LATE) as banto:
        wordy.go(4)
        client = Listening(banto, question(stream=True)).until(lambda payload: len(payload) > 200_000)
        wordy.go()
        assert client.rest() == "".join(wordy.parts).encode() and client.ended


def test_whole_answers_have_no_first_token():
    with FakeWorker() as fast:
        def slow(connection, seen):
            if not seen.json().get("stream"):  # until a stream elsewhere has been given up
                until_given_up()
            answer_chat(connection, seen) if not seen.json().get("stream") else connection.left()

        with FakeWorker(slow) as worker, two(worker, fast) as banto:
            def until_given_up():
                banto.post("/v1/chat/completions", question(stream=True))

            answer = banto.post("/v1/chat/completions", question())
            assert answer.status == 200 and answer.header("x-banto-worker") == "a"


def test_empty_lines_of_ollama_are_held_too():
    def admits_ollama(connection, seen):
        connection.start_stream("application/x-ndjson")
        connection.chunk(json.dumps({"model": "m", "created_at": "2025-01-01T00:00:00Z", "message": {"role": "assistant", "content": ""}, "done": False}) + "\n")
        connection.left()

    with Engine(admits_ollama, ollama_pages("m")) as a, Engine(answer_ollama, ollama_pages("m")) as b:
        with Banto(worker_toml(a.url, name="a", kind="ollama") + worker_toml(b.url, name="b", kind="ollama", backup=True) + SOON) as banto:
            answer = banto.post("/api/chat", question(stream=True))
            lines = [json.loads(line) for line in answer.body.splitlines()]
            assert [line["done"] for line in lines] == [False, True] and answer.header("x-banto-worker") == "b"
