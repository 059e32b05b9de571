"""Which failures are tried elsewhere, and which must not be: a plain POST to somebody's app never runs twice."""
import threading
import time
from email.utils import formatdate

import pytest
from fakes.fake_worker import FakeWorker, answer_chat
from harness import Banto, free_port, until, worker_toml


def two(first, second, more="", kinds=("vllm", "vllm")):
    """The first is always preferred: the second is a backup."""
    return Banto(worker_toml(first, name="a", kind=kinds[0], models=["m"]) + worker_toml(second, name="b", kind=kinds[1], models=["m"], backup=True) + more)


def refuses():
    return f"http://127.0.0.1:{free_port()}"


def resets(connection, seen):
    connection.reset()


def says(status, headers=()):
    def answer(connection, seen):
        connection.reply(status, {"error": {"message": f"said {status}", "type": "x", "param": None, "code": status}}, headers=headers)

    return answer


@pytest.mark.parametrize("status", [500, 502, 503, 429, 529])
def test_a_worker_that_cannot_is_replaced_by_one_that_can(status):
    with FakeWorker(says(status)) as a, FakeWorker() as b, two(a.url, b.url) as banto:
        answer = banto.chat()
        assert answer.status == 200 and answer.header("x-banto-worker") == "b"
        assert [x["worker"] for x in banto.access_line(status=200)["attempts"]] == ["a", "b"]


@pytest.mark.parametrize("kind", ["vllm", "openai"])
def test_a_reset_before_the_first_byte_is_tried_elsewhere_for_inference(kind):
    with FakeWorker(resets) as a, FakeWorker() as b, two(a.url, b.url, kinds=(kind, kind)) as banto:
        assert banto.chat().header("x-banto-worker") == "b"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 501])
def test_what_the_client_did_wrong_is_not_tried_elsewhere(status):
    with FakeWorker(says(status)) as a, FakeWorker() as b, two(a.url, b.url) as banto:
        answer = banto.chat()
        assert answer.status == status and b.requests == []
        assert answer.json()["error"]["message"] == f"said {status}"
        assert not banto.worker("a")["ejected"]


def test_a_failed_dependency_is_the_clients_own_except_at_tgi():
    """OpenAI's /v1/responses says 424 when the client's MCP server fails; TGI when its generation did."""
    for kind, asked_elsewhere in (("openai", False), ("vllm", False), ("tgi", True)):
        with FakeWorker(says(424)) as a, FakeWorker() as b, two(a.url, b.url, kinds=(kind, kind)) as banto:
            answers = [banto.chat(f"{i}") for i in range(6)]
            assert {x.status for x in answers} == {200 if asked_elsewhere else 424}, kind
            assert banto.worker("a")["ejected"] == asked_elsewhere and bool(b.requests) == asked_elsewhere


def test_an_overload_of_anthropics_kind_is_back_pressure():
    with FakeWorker(says(529)) as a, Banto(worker_toml(a.url, name="a", kind="vllm", models=["m"])) as banto:
        answers = [banto.chat(f"{i}") for i in range(6)]
        assert {x.status for x in answers} == {529} and all(0 < int(x.header("retry-after")) <= 60 for x in answers)
        assert not banto.worker("a")["ejected"]


@pytest.mark.parametrize("lines", [["X-Long: " + "x" * 4000], [f"X-{i}: 1" for i in range(40)]])
def test_a_head_beyond_our_limits_is_not_the_workers_fault(lines):
    limits = '[limits]\nheader_bytes_max = "2KiB"\nheaders_max = 30\n'
    with FakeWorker(says(200, lines)) as a, FakeWorker() as b, two(a.url, b.url, limits) as banto:
        for i in range(6):
            answer = banto.chat(f"{i}")
            error = answer.json()["error"]
            assert answer.status == 502 and error["code"] == "head_too_long" and "limits.header" in error["message"]
        assert not banto.worker("a")["ejected"] and b.requests == []


def test_a_date_in_retry_after_is_honoured_up_to_a_minute():
    in_an_hour = formatdate(time.time() + 3600, usegmt=True)
    with FakeWorker(says(503, ["Retry-After: " + in_an_hour])) as a, Banto(worker_toml(a.url, name="a", kind="vllm", models=["m"])) as banto:
        assert banto.chat().header("retry-after") == "60"


def test_the_last_workers_own_words_reach_the_client_when_nobody_can():
    with FakeWorker(says(503, ["Retry-After: 7"])) as a, FakeWorker(says(503, ["Retry-After: 9000"])) as b, two(a.url, b.url) as banto:
        answer = banto.chat()
        assert answer.status == 503 and answer.json()["error"]["message"] == "said 503"
        assert 0 < int(answer.header("retry-after")) <= 60


def test_a_plain_post_never_runs_twice():
    with FakeWorker(resets) as a, FakeWorker(says(200)) as b:
        with Banto(worker_toml(a.url, name="a", kind="http") + worker_toml(b.url, name="b", kind="http", backup=True)) as banto:
            answer = banto.post("/pay", {"amount": 1})
            assert answer.status == 502 and b.requests == [] and len(a.requests) == 1
            assert "a (reset)" in answer.body.decode()


def test_a_plain_get_is_tried_elsewhere():
    with FakeWorker(resets) as a, FakeWorker(says(200)) as b:
        with Banto(worker_toml(a.url, name="a", kind="http") + worker_toml(b.url, name="b", kind="http", backup=True)) as banto:
            assert banto.get("/item").status == 200


def test_a_route_may_allow_a_post_to_be_sent_again():
    route = '[[routes]]\npath = "/safe"\nworkers = ["a", "b"]\nretry_unsafe = true\n'
    with FakeWorker(resets) as a, FakeWorker(says(200)) as b:
        with Banto(worker_toml(a.url, name="a", kind="http") + worker_toml(b.url, name="b", kind="http", backup=True) + route) as banto:
            assert banto.post("/safe", {"x": 1}).status == 200
            assert banto.post("/other", {"x": 1}).status == 404


def test_a_kept_connection_that_died_costs_the_client_nothing():
    """The engine closes its idle connections at the moment we use one (uvicorn, cpp-httplib: 5 s)."""

    def close_on_second(connection, seen):
        if getattr(connection, "used", False):
            return connection.sock.close()
        connection.used = True
        answer_chat(connection, seen)

    with FakeWorker(close_on_second) as worker, Banto(worker_toml(worker.url, name="a", kind="vllm") + "[balance]\nretries = 0\n[cache]\nenabled = false\n") as banto:
        for i in range(10):
            assert banto.chat(f"x{i}").status == 200


def test_no_first_byte_is_504_and_counts_as_the_workers_fault():
    hold = threading.Event()
    with FakeWorker(lambda c, s: hold.wait(30)) as worker:
        with Banto(worker_toml(worker.url, name="a", kind="vllm") + '[timeouts]\nfirst_byte = "200ms"\n[balance]\nretries = 0\n') as banto:
            answer = banto.chat()
            assert answer.status == 504 and answer.json()["error"]["code"] == "upstream_timeout"
            assert banto.access_line(status=504)["attempts"][0]["result"] == "first_byte_timeout"
            hold.set()


def test_silence_within_a_stream_breaks_it():
    from fakes.fake_worker import chat_chunk
    hold = threading.Event()

    def stalls(connection, seen):
        connection.start_stream()
        connection.chunk(chat_chunk(role="assistant", content="a"))
        hold.wait(30)

    with FakeWorker(stalls) as worker, Banto(worker_toml(worker.url, name="a", kind="vllm") + '[timeouts]\nidle = "300ms"\n') as banto:
        import http.client
        import json
        c = http.client.HTTPConnection("127.0.0.1", banto.port, timeout=30)
        c.request("POST", "/v1/chat/completions", json.dumps({"model": "m", "stream": True, "messages": [{"role": "user", "content": "x"}]}))
        r = c.getresponse()
        with pytest.raises(http.client.IncompleteRead) as broken:
            r.read()
        assert b'"error"' in broken.value.partial and b"[DONE]" not in broken.value.partial
        hold.set()


def test_a_connection_that_is_refused_is_502_or_503_with_the_reason():
    with Banto(worker_toml(refuses(), name="a", kind="vllm", models=["m"])) as banto:
        answer = banto.chat()
        assert answer.status in (502, 503)
        assert "a" in answer.json()["error"]["message"] and "efused" in answer.json()["error"]["message"]


@pytest.mark.parametrize("kind", ["vllm", "openai"])
def test_a_worker_killed_under_load_is_not_noticed(kind):
    """What is of kind `openai` at one's own address is an engine that the detector does not know, and no paid API."""
    with FakeWorker() as a, FakeWorker() as b, FakeWorker() as c:
        config = "".join(worker_toml(w.url, name=n, kind=kind, models=["m"]) for w, n in ((a, "a"), (b, "b"), (c, "c")))
        with Banto(config + "[cache]\nenabled = false\n") as banto:
            bad = []
            done = threading.Semaphore(0)

            def client(k):
                for i in range(40):
                    answer = banto.chat(f"{k}-{i}")
                    if answer.status != 200 or f"echo: {k}-{i}" not in answer.body.decode():
                        bad.append((answer.status, answer.body))
                    if k == 0 and i == 10:
                        a.stop()
                done.release()

            threads = [threading.Thread(target=client, args=(k,)) for k in range(8)]
            [t.start() for t in threads]
            [t.join() for t in threads]
            assert bad == []
            until(lambda: all(w["in_flight"] == 0 for w in banto.status()["workers"]), "all slots are free")
