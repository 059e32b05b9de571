"""What official SDKs read in the head of an answer: the id of the request, how long to wait and whether to ask again, the limits, and which model it was."""
import threading

import pytest
from fakes.fake_worker import FakeWorker, chat_whole
from harness import Banto, free_port, until, worker_toml
from one_worker import behind, question
from traffic import NO_CACHE, Gate

NO_RETRIES = "[balance]\nretries = 0\n"
ANTHROPICS = {"anthropic-version": "2023-06-01"}
LIMITS = {"x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-tokens": "149984", "x-ratelimit-reset-tokens": "6m0s", "openai-processing-ms": "17",
          "openai-version": "2020-10-01", "openai-organization": "org-1", "anthropic-ratelimit-tokens-remaining": "9", "x-should-retry": "true"}
OF_THE_MOMENT = set(LIMITS) - {"openai-version"}


def says(status, body, *headers):
    return lambda connection, seen: connection.reply(status, body, headers=headers)


def error(status, *headers):
    return says(status, {"error": {"message": "no", "type": "server_error", "code": None, "param": None}}, *headers)


def ask(banto, path="/v1/chat/completions", headers=None, **fields):
    return banto.post(path, question(**fields), headers=headers)


# --- the model ---


def test_every_answer_of_a_model_says_which_one_it_was():
    with FakeWorker() as worker, behind(worker) as banto:
        body = question()
        for cache in ("MISS", "HIT"):
            answer = banto.post("/v1/chat/completions", body)
            assert (answer.header("x-cache"), answer.header("x-banto-model")) == (cache, "m")
        assert ask(banto, stream=True).header("x-banto-model") == "m"
        assert ask(banto, model="nobody").header("x-banto-model") is None, "nothing was routed"
        assert banto.get("/v1/models").header("x-banto-model") is None
    with Banto(worker_toml(f"http://127.0.0.1:{free_port()}", name="away", kind="vllm", models=["m"]) + NO_RETRIES) as banto:
        answer = ask(banto)
        assert answer.status >= 502 and answer.header("x-banto-model") == "m"


def test_what_a_proxy_behind_us_says_of_its_model_is_not_said_beside_it():
    with FakeWorker(says(200, chat_whole("x"), "X-Banto-Model: other")) as worker, behind(worker) as banto:
        assert ask(banto).header("x-banto-model") == "m"


# --- the id ---


def test_anthropics_clients_find_the_id_where_they_look_for_it():
    message = {"id": "msg_1", "type": "message", "role": "assistant", "content": [{"type": "text", "text": "hi"}], "model": "m", "stop_reason": "end_turn", "usage": {"input_tokens": 1, "output_tokens": 1}}
    with FakeWorker(says(200, message, "request-id: req_of_the_worker")) as worker, behind(worker) as banto:
        answer = ask(banto, "/v1/messages", ANTHROPICS, max_tokens=5)
        assert answer.status == 200 and answer.header("request-id") == answer.header("x-request-id") != "req_of_the_worker"
        refused = ask(banto, "/v1/messages", ANTHROPICS, model="nobody", max_tokens=5)
        assert refused.status == 404 and refused.header("request-id") == refused.header("x-request-id") == refused.json()["request_id"]
        unknown = banto.get("/v1/messages/nowhere", headers=ANTHROPICS)
        assert unknown.status == 404 and unknown.header("request-id") == unknown.header("x-request-id")


def test_a_request_id_of_another_api_is_the_workers():
    with FakeWorker(says(200, chat_whole("x"), "request-id: w-1")) as worker, behind(worker) as banto:
        assert ask(banto).header("request-id") == "w-1"


# --- limits ---


def test_what_a_worker_says_of_its_limits_is_passed_on_and_is_not_said_again_by_a_hit():
    with FakeWorker(says(200, chat_whole("x"), *(f"{name}: {value}" for name, value in LIMITS.items()))) as worker, behind(worker) as banto:
        body = question()
        miss, hit = (banto.post("/v1/chat/completions", body) for _ in range(2))
        assert {name: miss.header(name) for name in LIMITS} == LIMITS
        assert hit.header("x-cache") == "HIT" and not [name for name in OF_THE_MOMENT if hit.header(name)]


def test_an_error_of_a_worker_keeps_its_limits():
    with FakeWorker(error(429, "x-ratelimit-remaining-requests: 0", "retry-after-ms: 250", "Retry-After: 1")) as worker, behind(worker, NO_RETRIES) as banto:
        answer = ask(banto)
        assert answer.status == 429 and answer.header("x-ratelimit-remaining-requests") == "0"
        assert answer.header("retry-after") == "1" and 0 < int(answer.header("retry-after-ms")) <= 1000


# --- when, and whether, to ask again ---


def test_a_full_queue_says_how_long_in_milliseconds_too():
    gate = Gate()
    with FakeWorker(gate) as worker, behind(worker, "[balance]\nqueue_length_max = 0\n" + NO_CACHE, max_in_flight=1) as banto:
        first = threading.Thread(target=ask, args=(banto,))
        first.start()
        until(lambda: gate.arrived, "the first is with the worker")
        answer = ask(banto)
        assert answer.status == 429 and answer.header("retry-after") and int(answer.header("retry-after-ms")) == 1000 * int(answer.header("retry-after"))
        assert answer.header("x-should-retry") is None, "SDKs do so by themselves"
        gate.let()
        first.join()


def test_what_made_two_workers_fail_is_not_to_be_asked_again():
    with FakeWorker(error(500)) as a, FakeWorker(error(500)) as b:
        with Banto(worker_toml(a.url, name="a", kind="vllm") + worker_toml(b.url, name="b", kind="vllm")) as banto:
            answer = ask(banto)
            assert answer.status == 500 and answer.header("x-should-retry") == "false"
    with FakeWorker(error(500)) as a, Banto(worker_toml(a.url, name="a", kind="vllm")) as banto:
        assert ask(banto).header("x-should-retry") is None


@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_refusal_needs_no_such_word(status):
    with FakeWorker(error(status)) as worker, behind(worker) as banto:
        answer = ask(banto)
        assert answer.status == status and answer.header("x-should-retry") is None


def test_what_cannot_be_had_is_not_to_be_asked_again():
    with FakeWorker(error(501)) as worker, behind(worker) as banto:
        assert ask(banto).header("x-should-retry") == "false"
        absent = ask(banto, headers={"Cache-Control": "only-if-cached"})
        assert absent.status == 504 and absent.header("x-should-retry") == "false"
        socket = banto.get("/v1/realtime", headers={"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "x"})
        assert socket.status == 501 and socket.header("x-should-retry") == "false"


def test_a_head_that_is_too_long_would_be_so_again():
    with FakeWorker(says(200, chat_whole("x"), "X-Long: " + "x" * 40_000)) as worker, behind(worker) as banto:
        answer = ask(banto)
        assert answer.status == 502 and answer.header("x-banto-reason") == "head_too_long" and answer.header("x-should-retry") == "false"


def test_pages_may_read_all_of_these():
    with FakeWorker() as worker, behind(worker, '[cors]\norigins = ["https://ui.example"]\n') as banto:
        exposed = ask(banto, headers={"Origin": "https://ui.example"}).header("access-control-expose-headers").split(", ")
        assert {"X-Banto-Model", "Request-Id", "Retry-After-Ms", "X-Should-Retry"} <= set(exposed)
