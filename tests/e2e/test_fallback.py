"""[[models]] fallback: another model is asked when the workers of one cannot, and never when they can, or when something may have been done and paid for."""
import json
import threading

import pytest
from fakes.fake_worker import FakeWorker, answer_chat, chat_chunk
from harness import Banto, free_port, until, worker_toml
from traffic import NO_CACHE, Gate, bearer, chat_bytes, in_parallel, key_toml, read_answer, rule, start_parallel


def pair(first, second, keys='fallback = ["b"]\n', cache=NO_CACHE, more="", **settings):
    """Model "a" on the first worker, "b" on the second; who asks for "x" means "a"."""
    text = "threads = 2\n" + worker_toml(getattr(first, "url", first), name="first", kind="vllm", models=["a"], **settings)
    return Banto(text + worker_toml(second.url, name="second", kind="vllm", models=["b"]) + rule("x", target='"a"') + keys + cache + more)


def model_of(seen):
    return seen.json()["model"]


def failing(status, body=None, headers=()):
    return lambda connection, seen: connection.reply(status, body or {"error": {"message": "no", "type": "t", "code": None}}, headers=headers)


def test_a_model_whose_workers_are_down_falls_back_and_says_so():
    with FakeWorker(models=["b"]) as second, pair(f"http://127.0.0.1:{free_port()}", second) as banto:
        answer = banto.chat("hi", model="x")
        assert answer.status == 200 and answer.header("x-banto-worker") == "second"
        assert model_of(second.requests[0]) == "b"
        line = banto.access_line(status=200)
        assert line["alias"] == "x" and line["model"] == "b" and line["fallback"].startswith("a (") and line["worker"] == "second"


@pytest.mark.parametrize("status", [429, 500, 503])
@pytest.mark.parametrize("stream", [False, True])
def test_refusals_of_every_worker_fall_back(status, stream):
    with FakeWorker(failing(status), models=["a"]) as first, FakeWorker(models=["b"]) as second, pair(first, second) as banto:
        answer = banto.chat("hi", model="x", stream=stream)
        assert answer.status == 200 and b"echo: hi" in answer.body.replace(b'"}', b"").replace(b'echo: "', b"echo: ") or b"echo:" in answer.body
        assert model_of(second.requests[0]) == "b" and len(second.requests) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
def test_what_the_client_did_wrong_is_told_to_the_client(status):
    with FakeWorker(failing(status), models=["a"]) as first, FakeWorker(models=["b"]) as second, pair(first, second) as banto:
        assert banto.chat("hi", model="x").status == status
        assert second.requests == []


def test_an_error_event_before_anything_was_said_falls_back():
    def overloaded(connection, seen):
        connection.start_stream()
        connection.chunk('data: {"error":{"message":"overloaded","type":"overloaded","code":503}}\n\n')
        connection.end_stream()

    with FakeWorker(overloaded, models=["a"]) as first, FakeWorker(models=["b"]) as second, pair(first, second) as banto:
        answer = banto.chat("hi", model="x", stream=True)
        assert answer.status == 200 and b"echo: " in answer.body and b"overloaded" not in answer.body


def test_a_stream_that_breaks_after_a_token_is_not_begun_again():
    def breaks(connection, seen):
        connection.start_stream()
        connection.chunk(chat_chunk(role="assistant", content="half"))
        connection.reset()

    with FakeWorker(breaks, models=["a"]) as first, FakeWorker(models=["b"]) as second, pair(first, second) as banto:
        answer = banto.raw(chat_bytes("hi", model="x", stream=True))
        status, body = read_answer(answer)
        assert status == 200 and b"half" in body and b'"error"' in body and b"[DONE]" not in body
        assert second.requests == []


def test_a_full_model_is_waited_for_no_longer_than_fallback_after():
    gate = Gate()
    with FakeWorker(gate, models=["a"]) as first, FakeWorker(models=["b"]) as second:
        with pair(first, second, 'fallback = ["b"]\nfallback_after = "100ms"\n', max_in_flight=1) as banto:
            threads, errors = start_parallel(lambda i: banto.chat("holds", model="x"), 1)
            until(lambda: gate.arrived, "the slot is taken")
            assert banto.chat("waits", model="x").header("x-banto-worker") == "second"
            line = banto.access_line(worker="second")
            assert line["fallback"] == "a (queue_timeout)" and line["queue_ms"] > 50
            gate.let(1)
            [t.join() for t in threads]
            assert not errors and gate.arrived == ["holds"]


def test_fallbacks_are_asked_in_turn_and_the_last_failure_is_told_with_all_that_were_tried():
    with FakeWorker(failing(503), models=["a"]) as first, FakeWorker(failing(503), models=["b"]) as second:
        with pair(first, second, 'fallback = ["b", { worker = "first", model = "c" }]\n') as banto:
            answer = banto.chat("hi", model="x")
            assert answer.status == 503
            assert [model_of(r) for r in first.requests] == ["a", "c"] and [model_of(r) for r in second.requests] == ["b"]
            assert banto.access_line(status=503)["fallback"] == "a (overloaded), b (overloaded)"


def test_nobody_left_names_every_worker_that_was_tried():
    with FakeWorker(models=["b"]) as second:
        port = free_port()
        with pair(f"http://127.0.0.1:{port}", second) as banto:
            second.stop()
            answer = banto.chat("hi", model="x")
            assert answer.status in (502, 503)
            message = answer.json()["error"]["message"]
            assert "Tried: second (connect_error)" in message and "Before: a (" in message, message


def test_an_answer_is_stored_under_the_model_that_gave_it():
    with FakeWorker(failing(503), models=["a"]) as first, FakeWorker(models=["b"]) as second, pair(first, second, cache="") as banto:
        assert banto.chat("hi", model="x").header("x-cache") == "MISS"
        assert banto.chat("hi", model="b").header("x-cache") == "HIT"
        first.answer = answer_chat
        until(lambda: banto.worker("first")["health"] == "healthy", "the first is back")
        until(lambda: banto.chat("hi", model="x").header("x-banto-worker") == "first", "a is asked, though b's answer is known")


def test_many_equal_prompts_ask_the_fallback_once():
    gate = Gate()
    with FakeWorker(failing(503), models=["a"]) as first, FakeWorker(gate, models=["b"]) as second, pair(first, second, cache="") as banto:
        answers = []
        threads, errors = start_parallel(lambda i: answers.append(banto.chat("same", model="x").status), 20)
        until(lambda: gate.arrived, "one asks")
        until(lambda: banto.metric("banto_requests_in_flight") == 20 or len(answers) > 0, "all wait")
        gate.let(40)
        [t.join() for t in threads]
        assert not errors and answers == [200] * 20
        assert len(second.requests) <= 2, len(second.requests)


def test_a_client_that_is_kept_alive_gets_the_fallbacks_stream():
    hold = threading.Event()

    def slow_failure(connection, seen):
        hold.wait(20)
        connection.reset()

    more = '[timeouts]\ncommit_after = "50ms"\nkeep_alive = "50ms"\n'
    with FakeWorker(slow_failure, models=["a"]) as first, FakeWorker(models=["b"]) as second, pair(first, second, more=more) as banto:
        sock = banto.raw(chat_bytes("hi", model="x", stream=True))
        sock.settimeout(20)
        seen = b""
        while seen.count(b": ") < 2:  # comments
            seen += sock.recv(4096)
        hold.set()
        while b"[DONE]" not in seen:
            part = sock.recv(4096)
            assert part, seen
            seen += part
        assert b"echo: " in seen and b'"error"' not in seen
        sock.close()


def test_a_client_that_leaves_is_not_asked_for_elsewhere():
    gate = Gate()
    with FakeWorker(gate, models=["a"]) as first, FakeWorker(models=["b"]) as second, pair(first, second) as banto:
        sock = banto.raw(chat_bytes("hi", model="x"))
        until(lambda: gate.arrived, "a is asked")
        sock.close()
        until(lambda: banto.access_line(status=499), "the leaving is logged")
        gate.let(1)
        assert second.requests == [] and banto.worker("first")["in_flight"] == 0


def test_embeddings_of_two_models_are_not_mixed():
    def embed(connection, seen):
        body = seen.json()
        width = 2 if body["model"] == "a" else 3
        if body["model"] == "a" and "bad" in body["input"]:
            return connection.reply(503, {"error": {"message": "no"}})
        rows = [{"object": "embedding", "index": i, "embedding": [0.5] * width} for i, _ in enumerate(body["input"])]
        connection.reply(200, {"object": "list", "data": rows, "model": body["model"], "usage": {"prompt_tokens": len(rows), "total_tokens": len(rows)}})

    with FakeWorker(embed, models=["a"]) as first, FakeWorker(embed, models=["b"]) as second, pair(first, second, cache="") as banto:
        def ask(items):
            answer = banto.post("/v1/embeddings", {"model": "x", "input": items, "encoding_format": "float"})
            assert answer.status == 200, answer.body
            return [len(row["embedding"]) for row in answer.json()["data"]]

        assert ask(["one", "two"]) == [2, 2]
        assert ask(["one", "two", "bad"]) == [3, 3, 3]


def test_a_paid_api_that_may_have_done_the_work_is_not_followed_by_another_model():
    def dies(connection, seen):
        connection.reset()

    with FakeWorker(dies, models=["a"]) as first, FakeWorker(models=["b"]) as second, pair(first, second, external=True) as banto:
        assert banto.chat("hi", model="x").status == 502
        assert second.requests == []


def test_an_unknown_target_goes_to_its_fallback_and_without_one_says_what_the_name_stands_for():
    with FakeWorker(models=["b"]) as second:
        text = "threads = 1\n" + worker_toml(second.url, name="second", kind="vllm") + rule("x", target='"a"', fallback='["b"]') + rule("y", target='"a"') + NO_CACHE
        with Banto(text) as banto:
            until(lambda: banto.chat("hi", model="x").status == 200, "the list is read")
            answer = banto.chat("hi", model="y")
            assert answer.status == 503 and '"y" stands for here: a' in answer.json()["error"]["message"], answer.body
            assert json.dumps(answer.json())


def test_parallel_fallbacks_lose_no_slot():
    gate = Gate()
    with FakeWorker(gate, models=["a"]) as first, FakeWorker(models=["b"]) as second:
        with pair(first, second, 'fallback = ["b"]\nfallback_after = "20ms"\n', max_in_flight=2) as banto:
            threads, errors = start_parallel(lambda i: banto.chat(f"{i}", model="x"), 30)
            until(lambda: len(second.requests) == 28, "all but two went on")
            gate.let(2)
            [t.join() for t in threads]
            assert not errors
            until(lambda: banto.worker("first")["in_flight"] == 0 and banto.worker("second")["in_flight"] == 0, "the counts are back")
            assert banto.metric("banto_queue_depth") == 0
            gate.let(8)
            in_parallel(lambda i: banto.chat(f"again {i}", model="x"), 8)
            assert banto.worker("first")["in_flight"] == 0




def test_nobody_waits_for_a_worker_that_cools_down_if_another_model_has_one():
    refusing = failing(429, headers=["Retry-After: 30"])
    with FakeWorker(refusing, models=["a"]) as first, FakeWorker(models=["b"]) as second, pair(first, second) as banto:
        assert banto.chat("0", model="x").status == 200
        until(lambda: banto.access(), "it is logged")
        in_parallel(lambda i: banto.chat(f"{i}", model="x"), 20)
        until(lambda: len(banto.access()) == 21, "all are logged")
        assert all(line["status"] == 200 and line.get("queue_ms", 0) < 500 for line in banto.access())
        assert len(second.requests) == 21


def test_settings_are_not_given_to_requests_for_vectors():
    def embed(connection, seen):
        connection.reply(200, {"object": "list", "data": [{"object": "embedding", "index": 0, "embedding": [0.5]}], "model": "m", "usage": {"prompt_tokens": 1, "total_tokens": 1}})

    with FakeWorker(embed) as worker, Banto(worker_toml(worker.url, name="w", kind="vllm", models=["m"]) + rule("m", set="{ temperature = 0 }", default="{ max_tokens = 9 }", strip='["user"]') + NO_CACHE) as banto:
        assert banto.post("/v1/embeddings", {"model": "m", "input": "x", "user": "me"}).status == 200
        assert worker.requests[0].json() == {"model": "m", "input": "x"}


KEPT_NAME = 'fallback = [{ worker = "second" }]\n'  # the client's own name of the model, at another worker


def same_model(first, second, keys=KEPT_NAME, more="", cache=NO_CACHE, **settings):
    """Model "m" is asked of the first worker; the second gets it only as a fall-back."""
    text = "threads = 2\n" + worker_toml(first.url, name="first", kind="vllm", models=["m"], **settings)
    return Banto(text + worker_toml(second.url, name="second", kind="vllm", models=["other"]) + rule("m") + keys + more + cache)


def telling_usage(connection, seen):
    if not seen.json().get("stream"):
        return answer_chat(connection, seen)
    connection.start_stream()
    connection.chunk(chat_chunk(role="assistant", content="echo"))
    connection.chunk(chat_chunk(finish="stop"))
    if seen.json().get("stream_options") == {"include_usage": True}:
        connection.chunk('data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}}\n\n')
    connection.chunk("data: [DONE]\n\n")
    connection.end_stream()


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/api/chat"])
@pytest.mark.parametrize("stream", [False, True])
def test_a_fallback_whose_body_does_not_change_is_asked_as_any_other(path, stream):
    with FakeWorker(failing(500), models=["m"]) as first, FakeWorker(telling_usage, models=["other"]) as second, same_model(first, second, KEPT_NAME + "price = { output = 2 }\n") as banto:
        answer = banto.post(path, {"model": "m", "max_tokens": 50, "stream": stream, "messages": [{"role": "user", "content": "hi"}]})
        assert answer.status == 200 and "echo" in answer.body.decode()
        assert second.requests[0].path == "/v1/chat/completions", "it is translated"
        line = banto.access_line(status=200)
        assert line["stream"] == stream and line["output_tokens"] > 0 and line["cost"] > 0


def test_the_answer_of_a_fallback_whose_body_does_not_change_is_stored():
    with FakeWorker(failing(500), models=["m"]) as first, FakeWorker(models=["other"]) as second, same_model(first, second, cache="") as banto:
        assert [banto.chat("hi").header("x-cache") for _ in range(2)] == ["MISS", "HIT"]
        assert len(second.requests) == 1


def test_who_may_not_ask_the_fallback_waits_as_if_there_were_none():
    secret = "a-key-that-stays-in-the-house"
    keys = 'fallback = [{ worker = "second" }]\nfallback_after = "50ms"\n' + key_toml("house", secret, external=False)
    gate = Gate()
    text = worker_toml("{}", name="first", kind="vllm", models=["m"], max_in_flight=1)
    with FakeWorker(gate, models=["m"]) as first, FakeWorker(models=["other"]) as second:
        text = text.replace("{}", first.url) + worker_toml(second.url, name="second", kind="vllm", models=["other"], external=True)
        with Banto(text + rule("m") + keys + NO_CACHE) as banto:
            statuses = []
            threads, errors = start_parallel(lambda i: statuses.append(banto.chat(f"{i}", headers=bearer(secret)).status), 2)
            until(lambda: banto.metric("banto_queue_depth", model="m") == 1, "one waits")
            with pytest.raises(AssertionError):  # for longer than fallback_after
                until(lambda: statuses, "nobody has given up", 0.3)
            gate.let(2)
            [t.join() for t in threads]
            assert not errors and statuses == [200, 200] and second.requests == []


def test_an_engine_is_not_given_one_id_twice():
    """Engines refuse a second request with an id that they know."""
    def answer(connection, seen):
        (failing(500) if model_of(seen) == "a" else answer_chat)(connection, seen)

    with FakeWorker(answer, models=["a", "b", "c"]) as worker, Banto(worker_toml(worker.url, name="w", kind="vllm", models=["a", "b", "c"]) + rule("x", target='"a"', fallback='["b"]', mirror='{ model = "c" }') + NO_CACHE) as banto:
        assert banto.chat("hi", model="x", headers={"X-Request-Id": "mine"}).header("x-request-id") == "mine"
        until(lambda: {model_of(seen) for seen in worker.requests} == {"a", "b", "c"}, "all three are asked")
        assert len({seen.headers["x-request-id"] for seen in worker.requests}) == len(worker.requests)
