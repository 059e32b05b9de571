"""A client's API that its worker does not speak: the question reaches the worker in the worker's own API, the answer comes back in the client's."""
import http.client
import json

import pytest
from fakes.fake_worker import FakeWorker, answer_chat, chat_chunk, chat_whole
from harness import Banto, worker_toml

OLLAMA_CHAT = {"model": "m", "messages": [{"role": "user", "content": "hello there"}]}


def behind(worker, kind="vllm", config="", **more):
    return Banto(worker_toml(worker.url, name="gpu1", kind=kind, **more) + config)


@pytest.fixture(scope="module")
def worker():
    with FakeWorker() as worker:
        yield worker


@pytest.fixture(scope="module")
def banto(worker):
    with behind(worker) as banto:
        yield banto


def lines(answer):
    return [json.loads(line) for line in answer.body.decode().splitlines()]


def cut_lines(banto, body):
    """The lines of an answer that ends as a broken one does."""
    with pytest.raises(http.client.IncompleteRead) as broken:
        banto.post("/api/chat", body)
    return [json.loads(line) for line in broken.value.partial.decode().splitlines()]


def test_an_ollama_chat_is_answered_by_a_worker_that_only_speaks_openai(banto, worker):
    answer = banto.post("/api/chat", {**OLLAMA_CHAT, "stream": False, "options": {"num_predict": 5, "num_gpu": 3}})
    assert answer.status == 200, answer.body
    said = answer.json()
    assert said["message"] == {"role": "assistant", "content": "echo: hello there"} and said["done"] is True and said["done_reason"] == "stop"
    assert (said["prompt_eval_count"], said["eval_count"]) == (5, 3)
    asked = worker.requests[-1]
    assert asked.path == "/v1/chat/completions" and asked.json()["max_tokens"] == 5
    assert 'translated;desc="ollama>openai"' in answer.header("server-timing")
    assert answer.header("x-banto-dropped") == "options.num_gpu"
    line = banto.access_line(request_id=answer.header("x-request-id"))
    assert line["translated"] == "ollama>openai" and line["dropped"] == "options.num_gpu"
    assert answer.header("content-type").startswith("application/json") and int(answer.header("content-length")) == len(answer.body)


def test_a_stream_of_the_worker_is_a_stream_of_the_client_s_api(banto):
    answer = banto.post("/api/chat", OLLAMA_CHAT)
    said = lines(answer)
    assert answer.header("content-type") == "application/x-ndjson"
    assert "".join(line["message"]["content"] for line in said).strip() == "echo: hello there"
    assert [line["done"] for line in said] == [False] * (len(said) - 1) + [True] and len(said) > 2


def test_a_worker_s_error_comes_in_the_client_s_shape():
    def refuses(connection, seen):
        connection.reply(400, {"error": {"message": "context is too long", "type": "BadRequestError", "code": 400}})

    with FakeWorker(refuses) as worker, behind(worker) as banto:
        answer = banto.post("/api/chat", OLLAMA_CHAT)
        assert answer.status == 400 and "context is too long" in answer.json()["error"]


def test_an_error_in_the_worker_s_stream_is_the_client_s_error_line():
    def breaks(connection, seen):
        connection.start_stream()
        connection.chunk(chat_chunk(content="some"))
        connection.chunk('data: {"error": {"message": "out of memory", "code": 500}}\n\ndata: [DONE]\n\n')
        connection.end_stream()

    with FakeWorker(breaks) as worker, behind(worker) as banto:
        said = cut_lines(banto, OLLAMA_CHAT)
        assert said[0]["message"]["content"] == "some" and "out of memory" in said[-1]["error"]


def test_a_whole_answer_where_a_stream_was_asked_becomes_a_stream():
    def whole(connection, seen):
        connection.reply(200, chat_whole("all at once"))

    with FakeWorker(whole) as worker, behind(worker) as banto:
        said = lines(banto.post("/api/chat", OLLAMA_CHAT))
        assert "".join(line["message"]["content"] for line in said) == "all at once" and said[-1]["done"] is True


def test_a_stream_where_a_whole_was_asked_becomes_a_whole():
    def streams(connection, seen):
        connection.start_stream()
        for word in ("one ", "two"):
            connection.chunk(chat_chunk(content=word))
        connection.chunk(chat_chunk(finish="stop"))
        connection.chunk("data: [DONE]\n\n")
        connection.end_stream()

    with FakeWorker(streams) as worker, behind(worker) as banto:
        said = banto.post("/api/chat", {**OLLAMA_CHAT, "stream": False}).json()
        assert said["message"]["content"] == "one two" and said["done"] is True


def test_a_worker_that_stops_before_the_end_is_no_clean_end():
    def stops(connection, seen):
        connection.start_stream()
        connection.chunk(chat_chunk(content="some"))
        connection.end_stream()

    with FakeWorker(stops) as worker, behind(worker) as banto:
        said = cut_lines(banto, OLLAMA_CHAT)
        assert said[-1].get("done") is not True and "error" in said[-1]


def test_a_model_s_latest_tag_is_the_model_of_another_engine(banto, worker):
    assert banto.post("/api/chat", {**OLLAMA_CHAT, "model": "m:latest", "stream": False}).status == 200
    assert worker.requests[-1].json()["model"] == "m"


def test_translate_never_leaves_the_question_as_it_came():
    with FakeWorker(lambda connection, seen: connection.reply(404, {"detail": "Not Found"})) as worker, behind(worker, translate="never") as banto:
        assert banto.post("/api/chat", OLLAMA_CHAT).status == 404
        assert [seen.path for seen in worker.requests] == ["/api/chat"]


def test_a_body_that_cannot_be_read_cannot_be_translated(banto, worker):
    count = len(worker.requests)
    answer = banto.post("/api/chat", b'{"model": "m", "messages": [')
    assert answer.status == 400 and "JSON" in answer.json()["error"] and len(worker.requests) == count


def test_listings_of_ollama_s_api_show_what_is_translated(banto):
    assert [model["name"] for model in banto.get("/api/tags").json()["models"]] == ["m"]
    assert banto.get("/api/version").status == 200 and banto.get("/").body == b"Ollama is running"


def test_an_openai_client_is_answered_by_an_ollama_in_its_own_words():
    def ollama(connection, seen):
        if seen.path != "/api/chat":
            return connection.reply(404, "404 page not found", "text/plain")
        if seen.json()["stream"]:
            connection.start_stream("application/x-ndjson")
            for word in ("one ", "two"):
                connection.chunk(json.dumps({"model": "m", "created_at": "2026-01-01T00:00:00Z", "message": {"role": "assistant", "content": word}, "done": False}) + "\n")
            connection.chunk(json.dumps({"model": "m", "created_at": "2026-01-01T00:00:00Z", "message": {"role": "assistant", "content": ""}, "done": True,
                                         "done_reason": "stop", "prompt_eval_count": 4, "eval_count": 2}) + "\n")
            return connection.end_stream()
        connection.reply(200, {"model": "m", "created_at": "2026-01-01T00:00:00Z", "message": {"role": "assistant", "content": "one two"}, "done": True,
                               "done_reason": "length", "prompt_eval_count": 4, "eval_count": 2})

    with FakeWorker(ollama) as worker, behind(worker, kind="ollama", models=["m"], translate="always", config='[health]\npath = "/health"\n') as banto:
        whole = banto.chat(stream=False, max_tokens=2)
        choice = whole.json()["choices"][0]
        assert (choice["message"]["content"], choice["finish_reason"]) == ("one two", "length")
        assert whole.json()["usage"]["total_tokens"] == 6
        assert worker.requests[-1].json()["options"]["num_predict"] == 2
        stream = banto.chat(stream=True)
        assert stream.body.decode().endswith("data: [DONE]\n\n") and stream.body.count(b'"finish_reason":"stop"') == 1


@pytest.mark.parametrize("path, body, field", [("/api/chat", {"model": "m", "messages": []}, "message"), ("/api/generate", {"model": "m"}, "response")])
def test_a_model_that_no_ollama_serves_is_loaded_already(banto, worker, path, body, field):
    count = len(worker.requests)
    loaded = banto.post(path, {**body, "stream": False}).json()
    assert loaded["done"] is True and loaded["done_reason"] == "load" and field in loaded
    assert banto.post(path, {**body, "keep_alive": 0, "stream": False}).json()["done_reason"] == "unload"
    assert lines(banto.post(path, body))[0]["done_reason"] == "load" and len(worker.requests) == count


ANTHROPIC = {"anthropic-version": "2023-06-01"}
MESSAGES = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "hello there"}]}


def only_chat(connection, seen):
    """An engine without Anthropic's API: what it answers to that is its own 404."""
    if seen.path == "/v1/chat/completions":
        return answer_chat(connection, seen)
    connection.reply(404, {"detail": "Not Found"})


def test_a_worker_whose_404_says_that_it_lacks_the_api_is_asked_again_in_its_own_and_remembered():
    with FakeWorker(only_chat) as worker, behind(worker) as banto:
        for _ in range(2):
            said = banto.post("/v1/messages", MESSAGES, headers={**ANTHROPIC, "Cache-Control": "no-cache"})
            assert said.status == 200, said.body
            assert said.json()["content"] == [{"type": "text", "text": "echo: hello there"}] and said.json()["stop_reason"] == "end_turn"
        assert [seen.path for seen in worker.requests] == ["/v1/messages", "/v1/chat/completions", "/v1/chat/completions"]
        assert not banto.worker("gpu1")["ejected"]


def test_tokens_are_estimated_where_no_worker_counts_them_and_marked():
    with FakeWorker(only_chat) as worker, behind(worker, kind="sglang") as banto:
        answer = banto.post("/v1/messages/count_tokens", {"model": "m", "messages": [{"role": "user", "content": "x" * 350}]}, headers=ANTHROPIC)
        assert answer.status == 200 and 100 <= answer.json()["input_tokens"] <= 120, answer.body
        assert answer.header("x-banto-estimated") == "input_tokens"


def test_tokens_are_counted_by_the_engine_s_tokenizer():
    def counts(connection, seen):
        connection.reply(200, {"count": 42}) if seen.path == "/tokenize" else only_chat(connection, seen)

    with FakeWorker(counts) as worker, behind(worker) as banto:
        answer = banto.post("/v1/messages/count_tokens", {"model": "m", "messages": [{"role": "user", "content": "x"}]}, headers=ANTHROPIC)
        assert answer.json() == {"input_tokens": 42} and answer.header("x-banto-estimated") is None


def test_models_are_listed_in_the_shape_of_the_client_s_api(banto):
    listed = banto.get("/v1/models", headers=ANTHROPIC).json()
    assert [(model["type"], model["id"]) for model in listed["data"]] == [("model", "m")] and listed["has_more"] is False
    assert banto.get("/v1/models/m", headers=ANTHROPIC).json()["type"] == "model"
    assert banto.get("/v1/models/nobody", headers=ANTHROPIC).json()["type"] == "error"
    assert banto.get("/v1/models").json()["object"] == "list"


def test_a_tool_that_must_be_called_and_cannot_be_carried_is_refused():
    with FakeWorker(only_chat) as worker, behind(worker, translate="always") as banto:
        body = {**MESSAGES, "tools": [{"type": "web_search_20250305", "name": "web_search"}], "tool_choice": {"type": "tool", "name": "web_search"}}
        answer = banto.post("/v1/messages", body, headers=ANTHROPIC)
        assert answer.status == 400 and "web_search" in answer.json()["error"]["message"] and worker.requests == []
        ok = banto.post("/v1/messages", {**body, "tool_choice": {"type": "auto"}}, headers=ANTHROPIC)
        assert ok.status == 200 and "tools[web_search_20250305]" in ok.header("x-banto-dropped")
        answer = banto.post("/v1/responses", {"model": "m", "input": "hi", "previous_response_id": "resp_1"})
        assert answer.status == 400 and "previous_response_id" in answer.json()["error"]["message"]


def test_a_key_reaches_the_worker_in_its_api_s_field():
    with FakeWorker(only_chat) as worker, behind(worker, translate="always") as banto:
        banto.post("/v1/messages", MESSAGES, headers={**ANTHROPIC, "x-api-key": "sk-1"})
        seen = worker.requests[-1]
        assert seen.headers["authorization"] == "Bearer sk-1" and "x-api-key" not in seen.headers and "anthropic-version" not in seen.headers


def test_an_effort_that_the_worker_s_api_cannot_say_is_named():
    with FakeWorker(only_chat) as worker, behind(worker, translate="always") as banto:
        answer = banto.post("/v1/messages", {**MESSAGES, "output_config": {"effort": "high"}}, headers=ANTHROPIC)
        assert answer.status == 200 and answer.header("x-banto-dropped") == "output_config.effort"


def streams(*frames):
    def answer(connection, seen):
        if seen.path != "/v1/chat/completions":
            return connection.reply(404, {"detail": "Not Found"})
        connection.start_stream()
        for frame in frames:
            connection.chunk(frame)
        connection.end_stream()

    return answer


OUT_OF_MEMORY = 'data: {"error": {"message": "out of memory", "code": 500}}\n\n'
GOOD = (chat_chunk(content="fine"), chat_chunk(finish="stop"), "data: [DONE]\n\n")


@pytest.mark.parametrize("path, body", [("/v1/messages", MESSAGES), ("/v1/responses", {"model": "m", "input": "hi"}), ("/api/chat", {**OLLAMA_CHAT, "stream": False})])
def test_a_stream_that_breaks_where_a_whole_was_asked_is_an_error_and_tried_elsewhere(path, body):
    with FakeWorker(streams(chat_chunk(content="some"), OUT_OF_MEMORY)) as bad, FakeWorker(streams(*GOOD)) as good:
        with behind(bad, translate="always") as banto:
            answer = banto.post(path, body)
            assert answer.status == 500 and "out of memory" in json.dumps(answer.json())
        both = worker_toml(bad.url, name="bad", kind="vllm", translate="always") + worker_toml(good.url, name="good", kind="vllm", translate="always", backup=True)
        with Banto(both) as banto:
            answer = banto.post(path, body)
            assert answer.status == 200 and "fine" in json.dumps(answer.json())


@pytest.mark.parametrize("path, body", [("/v1/messages", {**MESSAGES, "stream": True}), ("/api/chat", OLLAMA_CHAT)])
def test_what_follows_the_terminal_is_not_said(path, body):
    with FakeWorker(streams(*GOOD, OUT_OF_MEMORY)) as worker, behind(worker, translate="always") as banto:
        answer = banto.post(path, body)
        assert answer.status == 200 and b"fine" in answer.body and b"memory" not in answer.body


@pytest.mark.parametrize("whole", [{"choices": []}, {"choices": [{"index": 0, "message": None}]}, [5], {}])
def test_a_whole_answer_that_says_nothing_is_no_answer(whole):
    with FakeWorker(lambda connection, seen: connection.reply(200, whole)) as worker, behind(worker, translate="always") as banto:
        assert banto.post("/v1/messages", MESSAGES).status == 502


def test_an_answer_that_its_ollama_has_not_finished_is_neither_completed_nor_kept():
    said = {"model": "m", "message": {"role": "assistant", "content": "hi"}, "done": False}

    def ollama(connection, seen):
        connection.reply(200, said) if seen.path == "/api/chat" else connection.reply(404, "404 page not found", "text/plain")

    with FakeWorker(ollama) as worker, behind(worker, kind="ollama", models=["m"], translate="always", config='[health]\npath = "/health"\n') as banto:
        assert banto.chat(stream=False).status == 502


def test_a_translated_answer_is_no_longer_than_an_event_may_be():
    many = [chat_chunk(content="x" * 60000)] * 40
    with FakeWorker(streams(*many, *GOOD)) as worker, behind(worker, translate="always", config='[limits]\nevent_bytes_max = "1MiB"\n') as banto:
        answer = banto.post("/v1/messages", MESSAGES)
        assert answer.status == 502 and "event_bytes_max" in answer.json()["error"]["message"]


def test_a_body_of_many_unknown_names_is_read_at_once():
    odd = [{"type": f"t{i}"} for i in range(30000)]
    with FakeWorker(only_chat) as worker, behind(worker, translate="always") as banto:
        answer = banto.post("/v1/messages", {**MESSAGES, "messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}, *odd]}]})
        assert answer.status == 200 and len(answer.header("x-banto-dropped")) < 4096


def test_a_conversation_that_is_nested_too_deeply_is_refused_whole(banto, worker):
    count = len(worker.requests)
    deep = b'{"model":"m","x":' + b"[" * 100 + b"]" * 100 + b',"messages":[{"role":"user","content":"hi"}]}'
    answer = banto.post("/api/chat", deep)
    assert answer.status == 400 and "deep" in answer.json()["error"] and len(worker.requests) == count


def test_what_a_bare_prompt_cannot_ask_is_named():
    def completes(connection, seen):
        connection.reply(200, {"id": "cmpl-1", "object": "text_completion", "created": 1, "model": "m", "choices": [{"index": 0, "text": "b", "finish_reason": "stop"}]})

    with FakeWorker(completes) as worker, behind(worker) as banto:
        answer = banto.post("/api/generate", {"model": "m", "prompt": "a", "suffix": "c", "format": "json", "think": True, "stream": False})
        assert answer.status == 200 and answer.json()["response"] == "b" and worker.requests[-1].path == "/v1/completions"
        assert set(answer.header("x-banto-dropped").split(", ")) == {"format", "think"}


def test_an_empty_member_may_be_a_wish_and_is_named():
    said = {"model": "m", "message": {"role": "assistant", "content": "hi"}, "done": True, "done_reason": "stop"}

    def ollama(connection, seen):
        connection.reply(200, said) if seen.path == "/api/chat" else connection.reply(404, "404 page not found", "text/plain")

    with FakeWorker(ollama) as worker, behind(worker, kind="ollama", models=["m"], translate="always", config='[health]\npath = "/health"\n') as banto:
        answer = banto.chat(stream=False, web_search_options={})
        assert answer.status == 200 and answer.header("x-banto-dropped") == "web_search_options"
