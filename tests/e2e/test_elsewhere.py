"""A path or a model that only some workers of a group serve: a worker's own 404 is tried elsewhere and remembered; the client's own 404 is its answer."""
import pytest
from fakes.fake_worker import FakeWorker, chat_whole
from harness import Banto, worker_toml
from traffic import NO_CACHE

MESSAGE = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [{"type": "text", "text": "hi"}],
           "stop_reason": "end_turn", "usage": {"input_tokens": 1, "output_tokens": 1}}
ASK = {"model": "m", "max_tokens": 8, "messages": [{"role": "user", "content": "hello"}]}
NO_ROUTE = {"vllm": (404, {"detail": "Not Found"}, "application/json"),
            "llama.cpp": (404, {"error": {"message": "File Not Found", "type": "not_found_error", "code": 404}}, "application/json"),
            "ollama": (404, "404 page not found", "text/plain"),
            "tgi": (404, "", "text/plain"),
            "method": (405, {"detail": "Method Not Allowed"}, "application/json"),
            "task": (501, {"error": {"code": 501, "message": "This server does not support this.", "type": "not_supported_error"}}, "application/json")}
NO_MODEL = (404, {"error": {"message": "The model `m` does not exist.", "type": "NotFoundError", "param": "model", "code": 404}}, "application/json")
NO_RESPONSE = (404, {"error": {"message": "Response with id 'resp_1' not found.", "type": "invalid_request_error", "param": None, "code": 404}}, "application/json")


def says(words):
    status, body, content_type = words
    return lambda connection, seen: connection.reply(status, body, content_type)


def serves(connection, seen):
    connection.reply(200, MESSAGE if seen.path == "/v1/messages" else chat_whole("fine"))


def fleet(*workers, more=""):
    """The last one is a backup: the others come before it. None is asked in another API, which would be tried before it."""
    tables = [worker_toml(w.url, name=name, kind="vllm", models=["m"], backup=w is workers[-1], translate="never") for name, w in zip("abcdefgh", workers)]
    return Banto("".join(tables) + more + NO_CACHE)


@pytest.mark.parametrize("engine", NO_ROUTE)
def test_a_path_goes_to_the_worker_that_serves_it_and_the_others_are_asked_once(engine):
    with FakeWorker(says(NO_ROUTE[engine])) as a, FakeWorker(serves) as b, fleet(a, b) as banto:
        for _ in range(3):
            answer = banto.post("/v1/messages", ASK)
            assert answer.status == 200 and answer.header("x-banto-worker") == "b", answer.body
        assert len(a.requests) == 1 and len(b.requests) == 3
        assert not banto.worker("a")["ejected"] and banto.worker("a")["health"] == "healthy"
        assert banto.metric("banto_worker_errors_total", worker="a") == 0


def test_what_one_path_lacks_another_may_have():
    def only_chat(connection, seen):
        serves(connection, seen) if seen.path == "/v1/chat/completions" else says(NO_ROUTE["vllm"])(connection, seen)

    with FakeWorker(only_chat) as a, FakeWorker(serves) as b, fleet(a, b) as banto:
        assert banto.post("/v1/messages", ASK).header("x-banto-worker") == "b"
        assert banto.chat().header("x-banto-worker") == "a"


def test_more_workers_are_asked_than_may_be_retried():
    without = [FakeWorker(says(NO_ROUTE["vllm"])) for _ in range(5)]
    with FakeWorker(serves) as last, fleet(*without, last, more="[balance]\nretries = 1\n") as banto:
        assert banto.post("/v1/messages", ASK).status == 200
        assert [len(w.requests) for w in without] == [1] * 5
    [w.stop() for w in without]


def test_a_model_that_one_worker_has_lost_is_asked_of_the_others():
    with FakeWorker(says(NO_MODEL)) as a, FakeWorker(serves) as b, fleet(a, b) as banto:
        assert [banto.chat(f"{i}").status for i in range(3)] == [200] * 3
        assert len(a.requests) == 1


OF_ADAPTER = (404, {"error": {"message": "The model `adapter-x` does not exist", "type": "x", "param": "tools", "code": "model_not_found"}}, "application/json")
OF_NOBODY = (404, {"error": {"message": "no such model", "type": "x", "code": "model_not_found"}}, "application/json")


@pytest.mark.parametrize("words, tried_elsewhere", [(OF_ADAPTER, False), (OF_NOBODY, True)])
def test_a_404_about_another_model_does_not_turn_others_away(words, tried_elsewhere):
    def steered(connection, seen):
        (says(words) if b"steer" in seen.body else serves)(connection, seen)

    with FakeWorker(steered) as a, FakeWorker(serves) as b, fleet(a, b) as banto:
        assert banto.chat("steer").status == (200 if tried_elsewhere else 404)
        assert banto.chat("plain").header("x-banto-worker") == "a"


def test_when_all_say_404_the_client_gets_their_own_words_and_one_is_asked_the_next_time():
    with FakeWorker(says(NO_MODEL)) as a, FakeWorker(says(NO_MODEL)) as b, fleet(a, b) as banto:
        for asked in (2, 3, 4):
            answer = banto.chat()
            assert answer.status == 404 and answer.json() == NO_MODEL[1]
            assert len(a.requests) + len(b.requests) == asked


def test_a_404_about_what_the_client_named_is_its_answer():
    with FakeWorker(says(NO_RESPONSE)) as a, FakeWorker(serves) as b, fleet(a, b) as banto:
        for _ in range(2):
            answer = banto.post("/v1/responses", {"model": "m", "input": "x", "previous_response_id": "resp_1"})
            assert answer.status == 404 and answer.json() == NO_RESPONSE[1]
        assert len(a.requests) == 2 and b.requests == []


def test_who_may_serve_it_but_is_down_is_waited_for_with_503():
    with FakeWorker(says(NO_ROUTE["vllm"])) as a, FakeWorker(serves) as b, fleet(a, b, more='[health]\ninterval = "100ms"\nfall = 1\n') as banto:
        b.health = 503
        banto.until_worker("b", "unhealthy")
        for _ in range(2):
            answer = banto.post("/v1/messages", ASK)
            assert answer.status == 503 and "b: " in answer.json()["error"]["message"], answer.body


def test_an_engine_that_comes_back_is_asked_again():
    words = [NO_ROUTE["vllm"]]

    def upgraded(connection, seen):
        says(words[0])(connection, seen) if words else serves(connection, seen)

    with FakeWorker(upgraded) as a, FakeWorker(serves) as b, fleet(a, b, more='[health]\ninterval = "100ms"\nfall = 1\nrise = 1\n') as banto:
        assert banto.post("/v1/messages", ASK).header("x-banto-worker") == "b"
        words.clear()
        a.health = 503
        banto.until_worker("a", "unhealthy")
        a.health = 200
        banto.until_worker("a", "healthy")
        assert banto.post("/v1/messages", ASK).header("x-banto-worker") == "a"


def test_an_apps_404_is_its_own():
    with FakeWorker(says(NO_ROUTE["vllm"])) as a, FakeWorker(serves) as b:
        with Banto(worker_toml(a.url, name="a", kind="http") + worker_toml(b.url, name="b", kind="http", backup=True)) as banto:
            assert banto.post("/v1/messages", ASK).json() == {"detail": "Not Found"} and b.requests == []
