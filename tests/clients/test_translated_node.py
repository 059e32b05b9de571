"""The official Node clients where their worker speaks another API: Anthropic's and Ollama's on llama.cpp's chat completions, OpenAI's on Ollama's own API.
The engines are real, unless a test's name says "scripted".
"""
import json

import pytest
from conftest import EMBEDDING_MODEL, node
from engines.engines import MODEL
from fakes.tool_calling_worker import DONE_TEXT, ToolCallingWorker
from harness import Banto, worker_toml

CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
CLAUDE_WEATHER = {"name": "weather", "description": "Today's weather in a city.", "input_schema": CITY}
OPENAI_WEATHER = {"type": "function", "function": {"name": "weather", "description": "Today's weather in a city.", "parameters": CITY}}
PARIS = [{"role": "user", "content": "Use weather for Paris"}]


def url(program):
    return f"http://127.0.0.1:{program.port}"


@pytest.fixture
def claude(only_chat):
    yield lambda operation, **request: node("anthropic_calls.cjs", operation, url(only_chat), **request)
    only_chat.was_translated("/v1/messages", "anthropic>openai")


@pytest.fixture
def client(only_ollama):
    yield lambda operation, **request: node("openai_calls.cjs", operation, url(only_ollama) + "/v1", **request)
    only_ollama.was_translated("/v1/chat/completions", "openai>ollama")


@pytest.fixture
def responses(only_ollama):
    yield lambda operation, **request: node("openai_calls.cjs", operation, url(only_ollama) + "/v1", **request)
    only_ollama.was_translated("/v1/responses", "responses>ollama")


@pytest.fixture
def llama(only_chat):
    """Ollama's client on llama.cpp."""
    yield lambda operation, **request: node("ollama_calls.cjs", operation, url(only_chat), **request)
    only_chat.was_translated("/api/chat", "ollama>openai")


def claude_ask(text="Name a colour.", **more):
    return {"model": MODEL, "max_tokens": 12, "messages": [{"role": "user", "content": text}], "temperature": 0, **more}


def ask(text="Name a colour.", **more):
    return {"model": MODEL, "messages": [{"role": "user", "content": text}], "max_tokens": 8, "temperature": 0, "seed": 7, **more}


def respond(question="Name a sea.", **more):
    return {"model": MODEL, "input": question, "max_output_tokens": 8, "temperature": 0, "store": False, **more}


def ollama_ask(text="Name a colour.", tokens=12, **more):
    return {"model": MODEL, "messages": [{"role": "user", "content": text}], "options": {"temperature": 0, "seed": 7, "num_predict": tokens}, **more}


def test_claude_a_message_whole_and_streamed(claude):
    message = claude("create", **claude_ask(system="Be brief."))
    assert (message["type"], message["role"], message["model"]) == ("message", "assistant", MODEL) and message["content"][0]["text"]
    assert message["stop_reason"] in ("end_turn", "max_tokens") and message["usage"]["output_tokens"] > 0
    events = claude("stream", **claude_ask("Name a fruit."))
    types = [event["type"] for event in events]
    deltas = types.count("content_block_delta")
    assert deltas > 1
    assert types == ["message_start", "content_block_start", *["content_block_delta"] * deltas, "content_block_stop", "message_delta", "message_stop"]
    assert events[-2]["delta"]["stop_reason"] in ("end_turn", "max_tokens") and events[-2]["usage"]["output_tokens"] > 0


def test_claude_the_stream_helper_puts_the_message_together(claude):
    heard = claude("helper", **claude_ask("Name a bird."))
    final = heard["final"]
    assert len(heard["pieces"]) > 1 and "".join(heard["pieces"]) == final["content"][0]["text"]
    assert final["role"] == "assistant" and final["stop_reason"] in ("end_turn", "max_tokens") and final["usage"]["input_tokens"] > 0


def test_claude_a_tool_is_called_and_its_result_is_answered(claude):
    request = claude_ask(tools=[CLAUDE_WEATHER], max_tokens=80)
    heard = claude("helper", **{**request, "messages": PARIS, "tool_choice": {"type": "any"}})
    called = heard["final"]
    (call,) = [block for block in called["content"] if block["type"] == "tool_use"]
    assert called["stop_reason"] == "tool_use" and call["name"] == "weather" and call["id"] and isinstance(call["input"]["city"], str)
    assert len(heard["inputs"]) > 1 and json.loads("".join(heard["inputs"])) == call["input"]
    result = {"type": "tool_result", "tool_use_id": call["id"], "content": "sunny, 20 degrees"}
    content = [{key: block[key] for key in ("type", "id", "name", "input")} for block in [call]]
    turns = [*PARIS, {"role": "assistant", "content": content}, {"role": "user", "content": [result]}]
    answer = claude("create", **{**request, "messages": turns, "max_tokens": 24})
    assert answer["content"] and answer["stop_reason"] in ("end_turn", "max_tokens", "tool_use")


def test_claude_tokens_are_counted(only_chat):
    def count(text):
        return node("anthropic_calls.cjs", "count", url(only_chat), model=MODEL, messages=[{"role": "user", "content": text}])["input_tokens"]

    assert 0 < count("one two") < count("one two three four five six seven eight")


@pytest.mark.parametrize("operation", ["create", "helper"])
def test_claude_errors_are_of_the_type_that_their_status_means(claude, operation):
    error = claude(operation, **claude_ask(model="nobody"))
    assert (error["error"], error["status"], error["type"]) == ("NotFoundError", 404, "not_found_error") and "nobody" in error["message"]
    error = claude(operation, **claude_ask("word " * 4000))
    assert (error["error"], error["status"], error["type"]) == ("BadRequestError", 400, "invalid_request_error") and "context" in error["message"]


def test_claude_s_tool_runner_does_a_whole_turn_with_a_scripted_worker():
    with ToolCallingWorker({"weather": {"city": "Paris"}}) as worker, Banto(worker_toml(worker.url, kind="vllm", translate="always")) as program:
        done = node("anthropic_calls.cjs", "runner", url(program), model="m", max_tokens=100, tools=[CLAUDE_WEATHER], messages=PARIS)
        assert done["asked"] == [{"city": "Paris"}]
        assert done["final"]["content"][-1]["text"] == DONE_TEXT + "sunny in Paris" and done["final"]["stop_reason"] == "end_turn"
        assert [message["role"] for message in worker.asked()[-1]["messages"]] == ["user", "assistant", "tool"]


def test_openai_chat_whole_and_streamed(client):
    whole = client("whole", **ask())
    assert whole["object"] == "chat.completion" and whole["choices"][0]["message"]["role"] == "assistant" and whole["choices"][0]["message"]["content"]
    assert whole["usage"]["prompt_tokens"] > 0 and whole["choices"][0]["finish_reason"] in ("stop", "length")
    stream = client("stream", **ask("Name a fruit."))
    assert len(stream["ids"]) == 1 and stream["content"] and stream["pieces"] > 1 and stream["finish"] in ("stop", "length")


def test_openai_a_schema_is_kept_and_parsed_whole_and_by_the_stream_helper(client):
    for operation in ("parse", "helperParsed"):
        answer = client(operation, **ask("Ann is 7 years old.", max_tokens=100))
        assert answer["finish"] == "stop" and set(answer["parsed"]) == {"name", "age"}


def test_openai_a_tool_is_called_and_its_result_is_answered(client):
    arguments = {**CITY, "properties": {"city": {"type": "string", "enum": ["Paris"]}}}
    shape = {"type": "object", "properties": {"name": {"type": "string", "enum": ["weather"]}, "arguments": arguments}, "required": ["name", "arguments"]}
    form = {"type": "json_schema", "json_schema": {"name": "call", "schema": shape}}  # what Ollama reads as a call; see tool_templates
    called = client("whole", **ask("Weather in Paris?", tools=[OPENAI_WEATHER], max_tokens=60, response_format=form))["choices"][0]
    (call,) = called["message"]["tool_calls"]
    assert called["finish_reason"] == "tool_calls" and call["function"]["name"] == "weather" and isinstance(json.loads(call["function"]["arguments"])["city"], str)
    turns = [{"role": "user", "content": "Weather in Paris?"}, called["message"], {"role": "tool", "tool_call_id": call["id"], "content": "sunny"}]
    assert client("whole", **ask(messages=turns))["choices"][0]["message"]["content"]


def test_openai_a_response_whole_and_streamed(responses):
    whole = responses("response", **respond())
    assert whole["object"] == "response" and whole["output_text"] and whole["usage"]["output_tokens"] > 0
    events = responses("responseEvents", **respond("Name a lake."))
    types = [event["type"] for event in events]
    assert types[:4] == ["response.created", "response.in_progress", "response.output_item.added", "response.content_part.added"]
    assert types[-4:-1] == ["response.output_text.done", "response.content_part.done", "response.output_item.done"]
    assert types[-1] in ("response.completed", "response.incomplete") and set(types[4:-4]) == {"response.output_text.delta"}
    assert [event["sequence_number"] for event in events] == list(range(len(events)))


def test_openai_a_response_by_a_schema_is_parsed_whole_and_by_the_stream_helper(responses):
    for operation in ("responseParsed", "responseHelper"):
        answer = responses(operation, **respond("Ann is 7 years old.", max_output_tokens=100))
        assert answer["status"] == "completed" and set(answer["parsed"]) == {"name", "age"}
    assert answer["types"][-1] == "response.completed"


def test_openai_embeddings_as_numbers_and_as_the_client_s_own_base64_agree(only_ollama):
    def embed(**more):
        return node("openai_calls.cjs", "embed", url(only_ollama) + "/v1", model=MODEL, input=["a dog"], **more)["vectors"][0]

    packed = embed()
    assert len(packed) == 576 and packed == pytest.approx(embed(encoding_format="float"), rel=1e-5, abs=1e-6)
    only_ollama.was_translated("/v1/embeddings", "openai>ollama")


def test_openai_an_unknown_model_is_not_found(only_ollama):
    for operation, request in (("chat", ask(model="nobody")), ("response", respond(model="nobody"))):
        error = node("openai_calls.cjs", operation, url(only_ollama) + "/v1", **request)
        assert (error["error"], error["status"], error["code"]) == ("NotFoundError", 404, "model_not_found")


def test_ollama_chat_and_generate_whole_and_streamed(llama, only_chat):
    assert llama("chat", **ollama_ask())["content"]
    prompt = {"model": MODEL, "prompt": "Once upon a time", "options": {"temperature": 0, "num_predict": 8}}
    assert llama("generate", **prompt)["content"]
    for stream in (llama("chatStream", **ollama_ask("Name a fruit.")), llama("generateStream", **{**prompt, "prompt": "In a far country"})):
        assert stream["content"] and stream["pieces"] > 2 and stream["last"]["done"] and stream["last"]["done_reason"] in ("stop", "length")
        assert stream["last"]["eval_count"] > 0
    only_chat.was_translated("/api/generate", "ollama>openai")


def test_ollama_a_tool_is_called_whole_and_streamed_and_its_result_is_answered(llama):
    request = ollama_ask("Use weather for Paris", 60, tools=[OPENAI_WEATHER])
    called, parts = llama("message", **request), llama("messages", **request)
    for calls in (called["tool_calls"], [call for part in parts for call in part.get("tool_calls", [])]):
        assert [call["function"]["name"] for call in calls] == ["weather"] and isinstance(calls[0]["function"]["arguments"]["city"], str)
    turns = [*request["messages"], called, {"role": "tool", "tool_name": "weather", "content": "sunny"}]
    assert llama("message", **ollama_ask(messages=turns))["content"]


def test_ollama_embeddings_listings_and_errors(llama):
    assert [len(vector) for vector in llama("embed", model=EMBEDDING_MODEL, input=["a", "b"])["embeddings"]] == [576, 576]
    assert len(llama("embeddings", model=EMBEDDING_MODEL, prompt="a")["embedding"]) == 576
    for listing in ("list", "ps"):
        assert sorted(model["name"] for model in llama(listing)["models"]) == [MODEL, EMBEDDING_MODEL]
    assert llama("show", model=MODEL)["details"]["parameter_size"] == "134.52M" and llama("version")["version"]
    llama("chat", **ollama_ask())
    error = llama("chat", **ollama_ask(model="nobody"))
    assert error["error"] == "ResponseError" and error["status"] == 404 and "nobody" in error["message"]
