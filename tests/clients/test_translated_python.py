"""The official Python clients where their worker speaks another API: Anthropic's and Ollama's on llama.cpp's chat completions, OpenAI's on Ollama's own API.
The engines are real, unless a test's name says "scripted".
"""
import asyncio
import json

import anthropic
import ollama
import openai
import pydantic
import pytest
from conftest import CLIENT_TIMEOUT_S, EMBEDDING_MODEL, make_openai
from engines.engines import MODEL
from fakes.fake_worker import FakeWorker
from fakes.tool_calling_worker import DONE_TEXT, ToolCallingWorker
from harness import Banto, worker_toml

CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
OPENAI_WEATHER = {"type": "function", "function": {"name": "weather", "description": "Today's weather in a city.", "parameters": CITY}}
CLAUDE_WEATHER = {"name": "weather", "description": "Today's weather in a city.", "input_schema": CITY}
PARIS = [{"role": "user", "content": "Use weather for Paris"}]
BOTH = {"weather": {"city": "Paris"}, "clock": {"zone": "CET"}}  # what the scripted worker calls


class Person(pydantic.BaseModel):
    name: str
    age: int


def make_claude(program, kind=anthropic.Anthropic):
    return kind(base_url=f"http://127.0.0.1:{program.port}", api_key="sk-test", max_retries=0, timeout=CLIENT_TIMEOUT_S)


@pytest.fixture
def claude(only_chat):
    yield make_claude(only_chat)
    only_chat.was_translated("/v1/messages", "anthropic>openai")


@pytest.fixture
def client(only_ollama):
    yield make_openai(only_ollama)
    only_ollama.was_translated("/v1/chat/completions", "openai>ollama")


@pytest.fixture
def responses(only_ollama):
    yield make_openai(only_ollama).responses
    only_ollama.was_translated("/v1/responses", "responses>ollama")


@pytest.fixture
def llama(only_chat):
    """Ollama's client on llama.cpp."""
    yield ollama.Client(host=f"http://127.0.0.1:{only_chat.port}", timeout=CLIENT_TIMEOUT_S)
    only_chat.was_translated("/api/chat", "ollama>openai")


def claude_ask(text="Name a colour.", **more):
    # This version of the client has no parameter for the temperature any more.
    return {"model": MODEL, "max_tokens": 12, "messages": [{"role": "user", "content": text}], "extra_body": {"temperature": 0}, **more}


def ask(text="Name a colour.", **more):
    return {"model": MODEL, "messages": [{"role": "user", "content": text}], "max_tokens": 8, "temperature": 0, "seed": 7, **more}


def respond(question="Name a sea.", **more):
    return {"model": MODEL, "input": question, "max_output_tokens": 8, "temperature": 0, "store": False, **more}


def ollama_ask(text="Name a colour.", tokens=12, **more):
    return {"model": MODEL, "messages": [{"role": "user", "content": text}], "options": {"temperature": 0, "seed": 7, "num_predict": tokens}, **more}


def test_claude_a_message(claude):
    message = claude.messages.create(**claude_ask(system="Be brief."))
    assert (message.type, message.role, message.model) == ("message", "assistant", MODEL) and message.id.startswith("msg_") and message._request_id
    assert [block.type for block in message.content] == ["text"] and message.content[0].text
    assert message.stop_reason in ("end_turn", "max_tokens")
    assert message.usage.input_tokens > 0 and 0 < message.usage.output_tokens <= 12


def test_claude_a_message_as_long_as_it_may_be_says_so(claude):
    message = claude.messages.create(**claude_ask("Write a very long story about a ship.", max_tokens=3))
    assert message.stop_reason == "max_tokens" and message.usage.output_tokens == 3


def test_claude_the_stream_helper_hears_the_events_in_order_and_puts_the_message_together(claude):
    with claude.messages.stream(**claude_ask("Name a fruit.")) as stream:
        events = [event for event in stream if event.type != "text"]  # "text" is the helper's own
        final = stream.get_final_message()
    types = [event.type for event in events]
    deltas = types.count("content_block_delta")
    assert deltas > 1
    assert types == ["message_start", "content_block_start", *["content_block_delta"] * deltas, "content_block_stop", "message_delta", "message_stop"]
    assert "".join(event.delta.text for event in events if event.type == "content_block_delta") == final.content[0].text
    assert events[0].message.id == final.id and events[0].message.content == []
    assert final.stop_reason in ("end_turn", "max_tokens") and final.usage.output_tokens > 0 and final.usage.input_tokens > 0


def test_claude_text_comes_piece_by_piece_to_the_asynchronous_client_too(claude, only_chat):
    with claude.messages.stream(**claude_ask("Name a bird.")) as stream:
        pieces = list(stream.text_stream)
    assert len(pieces) > 1 and "".join(pieces)

    async def all_pieces():
        async with make_claude(only_chat, anthropic.AsyncAnthropic) as client, client.messages.stream(**claude_ask("Name a bird.")) as stream:
            return [piece async for piece in stream.text_stream], await stream.get_final_text()

    pieces, final = asyncio.run(all_pieces())
    assert len(pieces) > 1 and "".join(pieces) == final


def the_call(message):
    calls = [block for block in message.content if block.type == "tool_use"]
    assert message.stop_reason == "tool_use" and len(calls) == 1
    assert calls[0].name == "weather" and calls[0].id and isinstance(calls[0].input["city"], str)
    return calls[0]


def test_claude_a_tool_is_called_and_its_result_is_answered(claude):
    request = claude_ask(tools=[CLAUDE_WEATHER], max_tokens=80)
    called = claude.messages.create(**{**request, "messages": PARIS, "tool_choice": {"type": "any"}})
    call = the_call(called)
    result = {"type": "tool_result", "tool_use_id": call.id, "content": [{"type": "text", "text": "sunny, 20 degrees"}]}
    turns = [*PARIS, {"role": "assistant", "content": called.content}, {"role": "user", "content": [result]}]
    answer = claude.messages.create(**{**request, "messages": turns, "max_tokens": 24})
    assert answer.content and answer.stop_reason in ("end_turn", "max_tokens", "tool_use")

    def read(message):
        return message.usage.input_tokens + (message.usage.cache_read_input_tokens or 0)

    assert read(answer) > read(called) + 10  # the model has read the call and its result


def test_claude_a_tool_s_input_is_streamed_as_json(claude):
    with claude.messages.stream(**{**claude_ask(tools=[CLAUDE_WEATHER], max_tokens=80), "messages": PARIS, "tool_choice": {"type": "tool", "name": "weather"}}) as stream:
        pieces = [event.partial_json for event in stream if event.type == "input_json"]
        final = stream.get_final_message()
    assert len(pieces) > 1 and json.loads("".join(pieces)) == the_call(final).input


def test_claude_an_answer_by_a_schema_is_parsed(claude):
    parsed = claude.messages.parse(**claude_ask("Ann is 7 years old. Describe Ann.", max_tokens=120), output_format=Person).parsed_output
    assert isinstance(parsed, Person) and parsed.name


def test_claude_tokens_are_counted(only_chat):
    def count(text):
        return make_claude(only_chat).messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": text}]).input_tokens

    assert 0 < count("one two") < count("one two three four five six seven eight")


def test_claude_errors_are_of_the_type_that_their_status_means(claude):
    for call in (claude.messages.create, lambda **request: claude.messages.create(**request, stream=True)):
        with pytest.raises(anthropic.NotFoundError) as caught:
            call(**claude_ask(model="nobody"))
        assert caught.value.body["error"]["type"] == "not_found_error" and "nobody" in caught.value.message and caught.value.request_id
        with pytest.raises(anthropic.BadRequestError) as caught:
            call(**claude_ask("word " * 4000))
        assert caught.value.body["error"]["type"] == "invalid_request_error" and "context" in caught.value.message


@pytest.mark.parametrize("status, kind, error", [(401, "authentication_error", anthropic.AuthenticationError), (429, "rate_limit_error", anthropic.RateLimitError),
                                                 (500, "api_error", anthropic.InternalServerError)])
def test_claude_an_error_of_a_scripted_worker_is_the_client_s_own(status, kind, error):
    def refuses(connection, seen):
        connection.reply(status, {"error": {"message": "not now", "type": "SomeError", "param": None, "code": status}})

    with FakeWorker(refuses) as worker, Banto(worker_toml(worker.url, kind="vllm", translate="always")) as program:
        with pytest.raises(error) as caught:
            make_claude(program).messages.create(model="m", max_tokens=5, messages=PARIS)
        assert caught.value.body["error"]["type"] == kind and "not now" in caught.value.message


def in_front(worker):
    return Banto(worker_toml(worker.url, kind="vllm", translate="always"))


def test_claude_s_tool_runner_does_a_whole_turn_with_a_scripted_worker():
    asked = []

    @anthropic.beta_tool
    def weather(city: str) -> str:
        """Today's weather in a city."""
        asked.append(city)
        return f"sunny in {city}"

    @anthropic.beta_tool
    def clock(zone: str) -> str:
        """The time."""
        asked.append(zone)
        return "noon"

    with ToolCallingWorker(BOTH) as worker, in_front(worker) as program:
        final = make_claude(program).beta.messages.tool_runner(model="m", max_tokens=100, tools=[weather, clock], messages=PARIS).until_done()
        assert asked == ["Paris", "CET"] and final.content[-1].text == DONE_TEXT + "noon" and final.stop_reason == "end_turn"
        question, call, first, second = worker.asked()[-1]["messages"]
        assert (question["role"], call["role"]) == ("user", "assistant")
        assert [json.loads(made["function"]["arguments"]) for made in call["tool_calls"]] == [{"city": "Paris"}, {"zone": "CET"}]
        assert [result["tool_call_id"] for result in (first, second)] == [made["id"] for made in call["tool_calls"]]
        assert [(result["role"], result["content"]) for result in (first, second)] == [("tool", "sunny in Paris"), ("tool", "noon")]


@pytest.mark.parametrize("stream", [False, True])
def test_claude_thinking_and_calls_of_a_scripted_worker_are_blocks_in_order(stream):
    with ToolCallingWorker(BOTH, thinks="Both of them.") as worker, in_front(worker) as program:
        request = {"model": "m", "max_tokens": 4000, "messages": PARIS, "tools": [CLAUDE_WEATHER, {**CLAUDE_WEATHER, "name": "clock"}]}
        messages = make_claude(program).messages
        if stream:
            with messages.stream(**request) as events:
                final = events.get_final_message()
        else:
            final = messages.create(**request)
    thinking, weather, clock = final.content
    assert (thinking.type, thinking.thinking.strip()) == ("thinking", "Both of them.") and final.stop_reason == "tool_use"
    assert [(call.name, call.input) for call in (weather, clock)] == list(BOTH.items()) and weather.id != clock.id


def test_openai_chat_whole_and_streamed_with_usage(client):
    whole = client.chat.completions.create(**ask())
    assert whole.object == "chat.completion" and whole.choices[0].message.role == "assistant" and whole.choices[0].message.content
    assert whole.choices[0].finish_reason in ("stop", "length")
    assert whole.usage.prompt_tokens > 0 and whole.usage.total_tokens == whole.usage.prompt_tokens + whole.usage.completion_tokens
    chunks = list(client.chat.completions.create(**ask("Name a fruit."), stream=True, stream_options={"include_usage": True}))
    assert len({chunk.id for chunk in chunks}) == 1 and chunks[0].choices[0].delta.role == "assistant"
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert [chunk.choices[0].finish_reason for chunk in chunks[:-1]][-1] in ("stop", "length")
    assert chunks[-1].choices == [] and chunks[-1].usage.completion_tokens > 0


def test_openai_a_schema_is_kept_and_parsed_whole_and_by_the_stream_helper(client):
    request = ask("Ann is 7 years old.", max_tokens=100, response_format=Person)
    assert isinstance(client.chat.completions.parse(**request).choices[0].message.parsed, Person)
    with client.chat.completions.stream(**{**request, "seed": 8}) as stream:
        types = [event.type for event in stream]
        final = stream.get_final_completion()
    assert isinstance(final.choices[0].message.parsed, Person) and final.choices[0].finish_reason == "stop"
    assert types.count("content.delta") > 1 and types[-1] == "content.done"


PARIS_CITY = {**CITY, "properties": {"city": {"type": "string", "enum": ["Paris"]}}}
A_CALL = {"type": "object", "properties": {"name": {"type": "string", "enum": ["weather"]}, "arguments": PARIS_CITY}, "required": ["name", "arguments"]}
AS_A_CALL = {"type": "json_schema", "json_schema": {"name": "call", "schema": A_CALL}}  # what Ollama reads as a call; see tool_templates


def test_openai_a_tool_is_called_and_its_result_is_answered(client):
    called = client.chat.completions.create(**ask("Weather in Paris?", tools=[OPENAI_WEATHER], max_tokens=60, response_format=AS_A_CALL)).choices[0]
    (call,) = called.message.tool_calls
    assert called.finish_reason == "tool_calls" and call.type == "function" and call.id
    assert call.function.name == "weather" and isinstance(json.loads(call.function.arguments)["city"], str)
    turns = [{"role": "user", "content": "Weather in Paris?"}, called.message, {"role": "tool", "tool_call_id": call.id, "content": "sunny"}]
    answer = client.chat.completions.create(**ask(messages=turns))
    assert answer.choices[0].message.content and answer.choices[0].finish_reason in ("stop", "length")


def test_openai_a_tool_call_is_streamed_to_the_helper(client):
    # The helper parses only what is strict, and wants no response_format of its own.
    with client.chat.completions.stream(**ask("Weather in Paris?", tools=[OPENAI_WEATHER], max_tokens=60, extra_body={"response_format": AS_A_CALL})) as stream:
        final = stream.get_final_completion().choices[0]
    (call,) = final.message.tool_calls
    assert final.finish_reason == "tool_calls" and call.function.name == "weather" and isinstance(json.loads(call.function.arguments)["city"], str)


def test_openai_a_response_whole_streamed_and_by_the_helper(responses):
    whole = responses.create(**respond(instructions="Be brief."))
    assert whole.object == "response" and whole.id.startswith("resp_") and whole.output_text and whole.status in ("completed", "incomplete")
    assert whole.usage.input_tokens > 0 and whole.usage.total_tokens == whole.usage.input_tokens + whole.usage.output_tokens
    events = list(responses.create(**respond("Name a lake."), stream=True))
    types = [event.type for event in events]
    deltas = types.count("response.output_text.delta")
    assert deltas > 1 and types[:-1] == ["response.created", "response.in_progress", "response.output_item.added", "response.content_part.added",
                                         *["response.output_text.delta"] * deltas, "response.output_text.done", "response.content_part.done",
                                         "response.output_item.done"]
    assert types[-1] in ("response.completed", "response.incomplete")
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert "".join(event.delta for event in events if event.type == "response.output_text.delta") == events[-1].response.output_text


def test_openai_a_response_by_a_schema_is_parsed_whole_and_by_the_stream_helper(responses):
    request = respond("Ann is 7 years old.", max_output_tokens=100, text_format=Person)
    assert isinstance(responses.parse(**request).output_parsed, Person)
    with responses.stream(**{**request, "input": "Bob is 8 years old."}) as stream:
        types = [event.type for event in stream]
        final = stream.get_final_response()
    assert isinstance(final.output_parsed, Person) and final.status == "completed" and types[-1] == "response.completed"


def test_openai_a_response_calls_a_tool_and_reads_its_result(responses):
    weather = {"type": "function", "name": "weather", "parameters": CITY, "strict": False}
    form = {"format": {"type": "json_schema", "name": "call", "schema": A_CALL}}
    called = responses.create(**respond("Weather in Paris?", tools=[weather], max_output_tokens=60, text=form))
    (call,) = [item for item in called.output if item.type == "function_call"]
    assert call.name == "weather" and call.call_id and isinstance(json.loads(call.arguments)["city"], str)
    turns = [{"role": "user", "content": "Weather in Paris?"}, call, {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}]
    assert responses.create(**respond(turns)).output_text


def test_openai_what_only_a_server_of_responses_has_stored_is_a_bad_request(only_ollama):
    with pytest.raises(openai.BadRequestError) as caught:
        make_openai(only_ollama).responses.create(model=MODEL, input="hi", previous_response_id="resp_1")
    assert "previous_response_id" in caught.value.message


def test_openai_embeddings_as_numbers_and_as_the_client_s_own_base64_agree(only_ollama):
    embeddings = make_openai(only_ollama).embeddings
    packed, plain = embeddings.create(model=MODEL, input=["a dog", "a cat"]), embeddings.create(model=MODEL, input=["a dog", "a cat"], encoding_format="float")
    assert [item.index for item in packed.data] == [0, 1] and packed.usage.prompt_tokens > 0
    for one, other in zip(packed.data, plain.data):
        assert len(one.embedding) == 576 and one.embedding == pytest.approx(other.embedding, rel=1e-5, abs=1e-6)
    only_ollama.was_translated("/v1/embeddings", "openai>ollama")


def test_openai_plain_completions_whole_and_streamed(only_ollama):
    request = {"model": MODEL, "prompt": "Once upon a time", "max_tokens": 6, "temperature": 0}
    completions = make_openai(only_ollama).completions
    whole, chunks = completions.create(**request), list(completions.create(**request, stream=True))
    assert whole.object == "text_completion" and whole.choices[0].text and whole.choices[0].finish_reason in ("stop", "length")
    assert "".join(chunk.choices[0].text for chunk in chunks if chunk.choices) and chunks[-1].choices[0].finish_reason in ("stop", "length")
    only_ollama.was_translated("/v1/completions", "openai>ollama")


def test_openai_an_unknown_model_is_not_found(client, responses):
    for call in (lambda: client.chat.completions.create(**ask(model="nobody")), lambda: responses.create(**respond(model="nobody"))):
        with pytest.raises(openai.NotFoundError) as caught:
            call()
        assert caught.value.code == "model_not_found" and "nobody" in caught.value.message


def test_ollama_chat_whole_and_streamed(llama):
    whole, parts = llama.chat(**ollama_ask()), list(llama.chat(**ollama_ask("Name a fruit."), stream=True))
    assert whole.model == MODEL and whole.done and whole.done_reason in ("stop", "length") and whole.message.role == "assistant" and whole.message.content
    assert whole.prompt_eval_count > 0 and 0 < whole.eval_count <= 12
    assert [part.done for part in parts] == [False] * (len(parts) - 1) + [True] and len(parts) > 2
    assert "".join(part.message.content for part in parts) and parts[-1].eval_count > 0


def test_ollama_generate_whole_streamed_and_raw(llama, only_chat):
    request = {"model": MODEL, "prompt": "Once upon a time", "options": {"temperature": 0, "num_predict": 8}}
    for answer in (llama.generate(**request, system="Be brief."), llama.generate(**request, raw=True)):
        assert answer.done and answer.response and answer.eval_count > 0
    parts = list(llama.generate(**request, stream=True))
    assert "".join(part.response for part in parts) and parts[-1].done and parts[-1].done_reason in ("stop", "length")
    only_chat.was_translated("/api/generate", "ollama>openai")


def test_ollama_a_tool_is_called_whole_and_streamed_and_its_result_is_answered(llama):
    def weather(city: str) -> str:
        """Today's weather in a city."""

    request = ollama_ask("Use weather for Paris", 60, tools=[weather])
    parts = list(llama.chat(**request, stream=True))
    called = llama.chat(**request).message
    for calls in (called.tool_calls, [call for part in parts for call in part.message.tool_calls or []]):
        assert [call.function.name for call in calls] == ["weather"] and isinstance(calls[0].function.arguments["city"], str)
    turns = [*request["messages"], called, {"role": "tool", "tool_name": "weather", "content": "sunny"}]
    assert llama.chat(**ollama_ask(messages=turns)).message.content


def test_ollama_an_answer_by_a_schema_is_of_that_shape(llama):
    answer = llama.chat(**ollama_ask("Ann is 7 years old. Describe Ann.", 100, format=Person.model_json_schema()))
    assert Person.model_validate_json(answer.message.content)


def test_ollama_embeddings_by_the_new_and_the_old_call(only_chat):
    client = ollama.Client(host=f"http://127.0.0.1:{only_chat.port}", timeout=CLIENT_TIMEOUT_S)
    two = client.embed(model=EMBEDDING_MODEL, input=["a dog", "a stock market"])
    assert [len(vector) for vector in two.embeddings] == [576, 576] and two.embeddings[0] != two.embeddings[1]
    assert len(client.embeddings(model=EMBEDDING_MODEL, prompt="a dog").embedding) == 576
    for path in ("/api/embed", "/api/embeddings"):
        only_chat.was_translated(path, "ollama>openai")


def test_ollama_models_are_listed_shown_and_running(llama):
    llama.chat(**ollama_ask())
    assert sorted(model.model for model in llama.list().models) == [MODEL, EMBEDDING_MODEL]
    assert sorted(model.model for model in llama.ps().models) == [MODEL, EMBEDDING_MODEL]
    shown = llama.show(MODEL)
    assert shown.details.parameter_size == "134.52M" and "completion" in shown.capabilities
    assert [value for name, value in shown.modelinfo.items() if name.endswith(".context_length")] == [2048]


def test_ollama_errors_are_response_errors_with_the_status(llama):
    for call, status in ((lambda: llama.chat(**ollama_ask(model="nobody")), 404), (lambda: list(llama.chat(**ollama_ask(model="nobody"), stream=True)), 404),
                         (lambda: llama.show("nobody"), 404), (lambda: llama.chat(**ollama_ask("word " * 4000)), 400)):
        with pytest.raises(ollama.ResponseError) as caught:
            call()
        assert caught.value.status_code == status


def test_ollama_the_asynchronous_client_streams(llama, only_chat):
    async def pieces():
        client = ollama.AsyncClient(host=f"http://127.0.0.1:{only_chat.port}", timeout=CLIENT_TIMEOUT_S)
        return [part async for part in await client.chat(**ollama_ask("Name a bird."), stream=True)]

    parts = asyncio.run(pieces())
    assert parts[-1].done and "".join(part.message.content for part in parts)
