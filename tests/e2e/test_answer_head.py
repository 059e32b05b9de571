"""Every way out has the same fields: miss, hit, early head, listing, preflight, errors of ours and of workers. (The table of all kinds and fields is the
unit test answer_head_test.cc; here they are seen on the wire.)
"""
import pytest
from fakes.fake_worker import FakeWorker, answer_chat, chat_chunk
from harness import Banto, free_port, until, worker_toml
from one_worker import behind, question
from traffic import NO_CACHE, Gate
from wire import Reader, request_bytes


def head_of(banto, data, head_only=False):
    """Status, and the fields by name; none may be there twice or be empty."""
    sock = banto.raw(data)
    with sock:
        status, headers, body = Reader(sock).answer(head_only)
    names = [name for name, _ in headers]
    assert sorted(names) == sorted(set(names)), headers
    assert all(value for _, value in headers), headers
    assert dict(headers).get("date"), headers
    return status, dict(headers), body


def post(body, headers="", path="/v1/chat/completions"):
    return request_bytes(body, headers=headers, path=path)


def get(path, headers=""):
    return f"GET {path} HTTP/1.1\r\nHost: a\r\n{headers}\r\n".encode()


# --- streams are not to be buffered ---


@pytest.mark.parametrize("config", ["", NO_CACHE], ids=["cache", "no cache"])
def test_nobody_on_the_way_may_buffer_a_stream(config):
    with FakeWorker() as worker, behind(worker, config) as banto:
        body = question(stream=True)
        for expected in ("MISS", "HIT") if not config else ("BYPASS", "BYPASS"):
            _, have, _ = head_of(banto, post(body))
            assert have.get("x-cache", "BYPASS") == expected and have["x-accel-buffering"] == "no"
        _, have, _ = head_of(banto, post(question()))
        assert "x-accel-buffering" not in have, "a whole answer may be buffered"


def test_what_a_worker_says_of_buffering_stands():
    def answer(connection, seen):
        connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Accel-Buffering: yes\r\nTransfer-Encoding: chunked\r\n\r\n")
        connection.chunk(chat_chunk(content="x", finish="stop") + "data: [DONE]\n\n")
        connection.end_stream()

    with FakeWorker(answer) as worker, behind(worker) as banto:
        body = question(stream=True)
        for expected in ("MISS", "HIT"):
            _, have, _ = head_of(banto, post(body))
            assert have["x-cache"] == expected and have["x-accel-buffering"] == "yes"


def test_the_events_of_an_application_are_a_stream_too():
    def answer(connection, seen):
        connection.reply(200, "data: x\n\n", "text/event-stream")

    route = '[[routes]]\npath = "/events"\ncache = {}\n'
    with FakeWorker(answer) as worker, Banto(worker_toml(worker.url, name="app", kind="http") + route) as banto:
        for expected in ("MISS", "HIT"):
            _, have, _ = head_of(banto, get("/events"))
            assert have["x-cache"] == expected and have["x-accel-buffering"] == "no"


# --- no field is made up ---


@pytest.mark.parametrize("line", ["", "Content-Type:\r\n", "content-type: \t\r\n"], ids=["none", "empty", "blank"])
def test_an_answer_without_a_type_stays_without_one_as_miss_and_as_hit(line):
    def answer(connection, seen):
        connection.send(f"HTTP/1.1 200 OK\r\n{line}Content-Length: 2\r\n\r\nok")

    route = '[[routes]]\npath = "/plain"\ncache = {}\n'
    with FakeWorker(answer) as worker, Banto(worker_toml(worker.url, name="app", kind="http") + route) as banto:
        for expected in ("MISS", "HIT"):
            _, have, body = head_of(banto, get("/plain"))
            assert have["x-cache"] == expected and "content-type" not in have and body == b"ok"


# --- what we answer ourselves says who, and why ---


def test_every_answer_has_an_id_and_every_error_of_ours_a_reason():
    with FakeWorker() as worker, behind(worker) as banto:
        for data, status, reason in (
            (get("/v1/models"), 200, None),
            (get("/v1/models/nobody"), 404, "model_not_found"),
            (get("/nowhere"), 404, "not_found"),
            (post(question(model="nobody")), 404, "model_not_found"),
            (post(question(), headers="Cache-Control: only-if-cached\r\n"), 504, "not_cached"),
            (b"GET /v1/models HTTP/1.1\r\n\r\n", 400, None),
            (post(question()), 200, None),
        ):
            got, have, _ = head_of(banto, data)
            assert got == status and have["x-request-id"], have
            assert ("x-banto-reason" in have) == (status >= 400), have
            if reason:
                assert have["x-banto-reason"] == reason
            if status >= 400:
                assert have["cache-control"] == "no-store", "nobody keeps our error"


def test_nobody_there_says_why_and_when_to_come_again():
    with Banto(worker_toml(f"http://127.0.0.1:{free_port()}", name="gone", kind="vllm", models=["m"])) as banto:
        status, have, _ = head_of(banto, post(question()))
        assert status in (502, 503) and have["x-banto-reason"], have
        banto.until_worker("gone", "unhealthy")
        status, have, _ = head_of(banto, post(question()))
        assert status == 503 and have["x-banto-reason"] == "no_worker" and 0 < int(have["retry-after"]) <= 60


def test_a_full_queue_says_so():
    gate = Gate()
    with FakeWorker(gate) as worker, Banto(worker_toml(worker.url, name="gpu1", kind="vllm", max_in_flight=1) + "[balance]\nqueue_length_max = 0\n") as banto:
        first = banto.raw(post(question()))
        until(lambda: gate.arrived, "the first request is with the worker")
        status, have, _ = head_of(banto, post(question()))
        assert status in (429, 503) and have["x-banto-reason"] == "queue_full" and have["retry-after"], have
        gate.let()
        first.close()


def test_a_workers_error_keeps_what_the_worker_said_beside_it():
    def answer(connection, seen):
        connection.reply(429, {"error": {"message": "slow down", "type": "rate_limit_error", "code": "rate"}}, headers=["Retry-After: 7", "X-Limit: 3", "Access-Control-Allow-Origin: *"])

    with FakeWorker(answer) as worker, behind(worker, "[balance]\nretries = 0\n") as banto:
        status, have, _ = head_of(banto, post(question(), headers="Origin: https://ui.example\r\n"))
        assert status == 429 and have["retry-after"] == "7" and have["x-limit"] == "3" and have["access-control-allow-origin"] == "*"
        assert have["x-banto-worker"] == "gpu1" and have["content-type"] == "application/json"


def test_an_error_in_a_streams_first_event_keeps_the_workers_fields():
    def answer(connection, seen):
        connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Model: 7\r\nAccess-Control-Allow-Origin: *\r\nTransfer-Encoding: chunked\r\n\r\n")
        connection.chunk('data: {"error": {"message": "too long", "type": "BadRequestError", "code": 400}}\n\n')
        connection.end_stream()

    with FakeWorker(answer) as worker, behind(worker) as banto:
        status, have, body = head_of(banto, post(question(stream=True)))
        assert status == 400 and b"too long" in body and have["content-type"] == "application/json"
        assert have["x-model"] == "7" and have["access-control-allow-origin"] == "*"


# --- where a worker says that something is ---


def redirecting(location, field="Location", status=307):
    def answer(connection, seen):
        at = location.replace("SELF", f"127.0.0.1:{worker.port}")
        connection.send(f"HTTP/1.1 {status} X\r\n{field}: {at}\r\nContent-Length: 0\r\n\r\n")

    worker = FakeWorker(answer)
    return worker


@pytest.mark.parametrize("field", ["Location", "Content-Location"])
@pytest.mark.parametrize("said, seen", [("http://SELF/v2/x?y=1#z", "http://banto.test:81/v2/x?y=1#z"), ("http://SELF", "http://banto.test:81/"), ("/v2/x", "/v2/x"), ("https://login.example/SELF", None)])
def test_an_address_of_the_worker_becomes_the_clients_view(field, said, seen):
    status = 307 if field == "Location" else 200
    with redirecting(said, field, status) as worker, Banto(worker_toml(worker.url, name="app", kind="http") + '[[routes]]\npath = "/*"\n') as banto:
        got, have, _ = head_of(banto, b"GET /x HTTP/1.1\r\nHost: banto.test:81\r\n\r\n")
        assert got == status and have[field.lower()] == (seen or said.replace("SELF", f"127.0.0.1:{worker.port}"))


def test_a_trusted_terminator_knows_the_clients_view_better():
    ask = b"GET /x HTTP/1.1\r\nHost: banto.test:81\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: api.example\r\n\r\n"
    for trusted, seen in (('["127.0.0.0/8"]', "https://api.example/x"), ("[]", "http://banto.test:81/x")):
        with redirecting("http://SELF/x") as worker, Banto(f"trusted_proxies = {trusted}\n" + worker_toml(worker.url, name="app", kind="http") + '[[routes]]\npath = "/*"\n') as banto:
            assert head_of(banto, ask)[1]["location"] == seen


def test_the_host_that_a_worker_is_sent_is_an_address_of_its_own_too():
    with redirecting("http://app.internal/x") as worker, Banto(worker_toml(worker.url, name="app", kind="http", host_header="app.internal") + '[[routes]]\npath = "/*"\n') as banto:
        _, have, _ = head_of(banto, b"GET /x HTTP/1.1\r\nHost: banto.test:81\r\n\r\n")
        assert have["location"] == "http://banto.test:81/x"
