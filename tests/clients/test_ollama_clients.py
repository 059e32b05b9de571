"""Ollama's own clients — the Python and Node packages and the `ollama` program — with a real Ollama behind banto."""
import ollama
import openai
import pytest
from conftest import CLIENT_TIMEOUT_S, make_openai, node
from engines.engines import MODEL
from harness import until

FULL_NAME = f"{MODEL}:latest"
OPTIONS = {"temperature": 0, "seed": 7, "num_predict": 12}


@pytest.fixture
def client(banto_ollama):
    return ollama.Client(host=f"http://127.0.0.1:{banto_ollama.port}", timeout=CLIENT_TIMEOUT_S)


@pytest.fixture
def call(banto_ollama):
    def run(operation, **options):
        return node("ollama_calls.cjs", operation, f"http://127.0.0.1:{banto_ollama.port}", **options)

    return run


@pytest.fixture
def program(banto_ollama, ollama_server):
    """The `ollama` command line, pointed at banto."""
    return lambda *words: ollama_server.command(*words, host=f"http://127.0.0.1:{banto_ollama.port}")


def ask(text, **more):
    return {"model": MODEL, "messages": [{"role": "user", "content": text}], "options": OPTIONS, **more}


@pytest.fixture
def passed(banto_ollama):
    """Runs a call and holds that it was answered by Ollama, or as Ollama answered before; with `reason`: past the cache, and why. Returns its result."""
    def answers():
        return [line for line in banto_ollama.access() if line["path"] in ("/api/chat", "/api/generate", "/api/embed")]

    def run(call, reason=None):
        count = len(answers())
        result = call()
        until(lambda: len(answers()) > count, "its line in the access log")
        line = answers()[-1]
        assert line["worker"] == "ollama" and line["cache"] in (("bypass",) if reason else ("miss", "hit")), line
        assert reason is None or line["cache_reason"] == reason, line
        return result

    return run


@pytest.mark.parametrize("path, body", [("/api/chat", ask("hi", stream=False)), ("/api/chat", ask("hi")),
                                        ("/api/generate", {"model": MODEL, "prompt": "hi", "options": OPTIONS}),
                                        ("/api/embed", {"model": MODEL, "input": ["hi"]})])
def test_answers_of_ollama_s_own_api_are_given_again(banto_ollama, path, body):
    answers = [banto_ollama.post(path, body) for _ in range(2)]
    assert [a.status for a in answers] == [200, 200], answers[0].body
    assert answers[1].header("x-cache") == "HIT" and answers[1].header("x-banto-worker") == "ollama"


def test_python_chat_whole(client, passed):
    answer = passed(lambda: client.chat(**ask("Name a colour.")))
    assert answer.done and answer.done_reason in ("stop", "length") and answer.message.content


def test_python_chat_streamed(client, passed):
    parts = passed(lambda: list(client.chat(**ask("Name a fruit."), stream=True)))
    assert [p.done for p in parts] == [False] * (len(parts) - 1) + [True]
    assert "".join(p.message.content for p in parts) and parts[-1].done_reason in ("stop", "length")


def test_python_generate_whole_and_streamed(client, passed):
    request = {"model": MODEL, "prompt": "Once upon a time", "options": OPTIONS}
    whole = passed(lambda: client.generate(**request))
    parts = passed(lambda: list(client.generate(**request, stream=True)))
    assert whole.response and "".join(p.response for p in parts)
    assert parts[-1].done and parts[-1].done_reason == whole.done_reason


def test_python_embed(client, passed):
    embeddings = passed(lambda: client.embed(model=MODEL, input=["a dog", "a puppy"])).embeddings
    assert len(embeddings) == 2 and len(embeddings[0]) == 576 and embeddings[0] != embeddings[1]


def test_python_listings_tell_what_ollama_tells(client, ollama_server):
    real = ollama.Client(host=ollama_server.url)
    client.chat(**ask("Wake up."))  # so that a model is loaded
    assert [m.model for m in client.list().models] == [FULL_NAME]
    assert client.list().models[0].digest == real.list().models[0].digest
    # Listings are what a worker said when it was last asked, and it is asked every few seconds.
    until(lambda: [m.model for m in client.ps().models] == [FULL_NAME], "the loaded model is listed")
    shown, really = client.show(MODEL), real.show(MODEL)
    assert shown.template == really.template and shown.modelinfo == really.modelinfo and shown.details == really.details


def test_python_errors_are_response_errors_with_the_status(client):
    with pytest.raises(ollama.ResponseError) as caught:
        client.chat(**ask("hi", model="nobody"))
    assert caught.value.status_code == 404 and "nobody" in caught.value.error
    with pytest.raises(ollama.ResponseError) as caught:
        list(client.chat(**ask("hi", model="nobody"), stream=True))
    assert caught.value.status_code == 404


def test_loading_and_unloading_a_model_reach_ollama_every_time(client, passed, ollama_server):
    for _ in range(2):
        assert passed(lambda: client.generate(model=MODEL), "empty_prompt").done_reason == "load"
    assert ollama_server.ask("/api/ps")[1]["models"]
    for _ in range(2):
        assert passed(lambda: client.generate(model=MODEL, keep_alive=0), "keep_alive_zero").done_reason == "unload"


def test_models_cannot_be_changed_through_banto(client, ollama_server):
    for change in (lambda: client.delete(MODEL), lambda: client.copy(MODEL, "other"), lambda: client.pull("other")):
        with pytest.raises(ollama.ResponseError) as caught:
            change()
        assert caught.value.status_code in (403, 404, 405)
    assert [m["name"] for m in ollama_server.ask("/api/tags")[1]["models"]] == [FULL_NAME]


def test_a_client_that_leaves_its_stream_is_not_worked_for_any_longer(client, banto_ollama):
    stream = client.chat(**ask("Write a very long story about a ship.", options=dict(OPTIONS, num_predict=1500)), stream=True)
    next(part for part in stream if part.message.content)
    stream.close()
    until(lambda: all(worker["in_flight"] == 0 for worker in banto_ollama.status()["workers"]), "nothing is counted as in flight")
    assert client.chat(**ask("Name a bird.")).message.content  # the worker was not blamed


def test_openai_client_on_ollama_whole_streamed_and_listed(banto_ollama):
    client = make_openai(banto_ollama)
    request = {"model": MODEL, "messages": [{"role": "user", "content": "Name a river."}], "max_tokens": 12, "temperature": 0, "seed": 7}
    whole = client.chat.completions.create(**request)
    chunks = list(client.chat.completions.create(**request, stream=True))
    assert whole.choices[0].message.content == "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert chunks[-1].choices[0].finish_reason == whole.choices[0].finish_reason
    assert [m.id for m in client.models.list()] == [FULL_NAME]
    assert len(client.embeddings.create(model=MODEL, input="a dog").data[0].embedding) == 576
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.create(**dict(request, model="nobody"))


def test_the_short_and_the_full_name_of_a_model_are_the_same_model(client):
    assert client.chat(**ask("Name a metal.", model=FULL_NAME)).message.content == client.chat(**ask("Name a metal.")).message.content


def test_node_chat_whole_and_streamed(call, passed):
    assert passed(lambda: call("chat", **ask("Name a pet.")))["content"]
    stream = passed(lambda: call("chatStream", **ask("Name a pet.")))
    assert stream["content"] and stream["pieces"] > 1
    assert stream["last"]["done"] and stream["last"]["done_reason"] in ("stop", "length")


def test_node_generate_whole_and_streamed(call):
    request = {"model": MODEL, "prompt": "The sun is", "options": OPTIONS}
    whole, stream = call("generate", **request), call("generateStream", **request)
    assert whole["content"] and stream["content"] == whole["content"] and stream["last"]["done"]


def test_node_embed_listings_and_version(call, ollama_server):
    assert [len(v) for v in call("embed", model=MODEL, input=["a", "b"])["embeddings"]] == [576, 576]
    assert [m["name"] for m in call("list")["models"]] == [FULL_NAME]
    assert [m["name"] for m in call("ps")["models"]] == [FULL_NAME]
    assert call("show", model=MODEL)["details"]["format"] == "gguf"
    assert call("version")["version"] == ollama_server.ask("/api/version")[1]["version"]


def test_node_leaving_and_errors(call, banto_ollama):
    assert call("leave", **ask("Write a very long story about a boat.", options=dict(OPTIONS, num_predict=1500))) == {"left": True}
    until(lambda: all(worker["in_flight"] == 0 for worker in banto_ollama.status()["workers"]), "nothing is counted as in flight")
    error = call("chat", **ask("hi", model="nobody"))
    assert error["error"] == "ResponseError" and error["status"] == 404 and "nobody" in error["message"]


def test_the_program_lists_models(program):
    done = program("list")
    assert done.returncode == 0, done.stderr
    assert FULL_NAME in done.stdout


def test_the_program_runs_a_prompt_and_shows_what_is_loaded(program):
    done = program("run", MODEL, "hi")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    loaded = program("ps")
    assert loaded.returncode == 0 and FULL_NAME in loaded.stdout


def test_the_program_shows_a_model(program):
    done = program("show", MODEL)
    assert done.returncode == 0, done.stderr
    assert "embedding length" in done.stdout and "576" in done.stdout


def test_the_program_says_what_is_wrong_with_an_unknown_model(program):
    done = program("show", "nobody")
    assert done.returncode != 0 and "not found" in done.stderr
