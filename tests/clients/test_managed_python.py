"""The official Python clients in front of managed APIs: each client on its own API and on the other one's. The APIs are fakes (tests/fakes) that hold
every request against the SDKs' own types.
"""
import asyncio
import contextlib

import anthropic
import ollama
import openai
import pytest
from conftest import CLIENT_TIMEOUT_S, make_openai
from fakes.fake_anthropic_api import FakeAnthropicApi
from fakes.fake_openai_api import FakeOpenAiApi
from harness import Banto, until, worker_toml

CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
OPENAI_WEATHER = {"type": "function", "function": {"name": "weather", "description": "Today's weather.", "parameters": CITY, "strict": False}}
CLAUDE_WEATHER = {"name": "weather", "description": "Today's weather.", "input_schema": CITY}
HELLO = [{"role": "user", "content": "hello there"}]
MODELS = ["claude", "gpt"]  # on Anthropic's API, and on OpenAI's


@pytest.fixture(scope="module")
def banto():
    with FakeAnthropicApi(models=("claude", "kept-back")) as claude, FakeOpenAiApi(models=("gpt",)) as gpt:
        workers = worker_toml(claude.url, name="claude", kind="anthropic", api_key="sk-ours", models=["claude", "gone"])
        workers += worker_toml(gpt.url, name="gpt", kind="openai", external=True, api_key="sk-ours", models=["gpt", "missing"])
        with Banto(workers + "[cache]\nenabled = false\n") as program:
            program.until_worker("claude")
            program.until_worker("gpt")
            program.claude, program.gpt = claude, gpt
            yield program


def make_claude(program, kind=anthropic.Anthropic):
    return kind(base_url=f"http://127.0.0.1:{program.port}", api_key="sk-theirs", max_retries=0, timeout=CLIENT_TIMEOUT_S)


@pytest.mark.parametrize("model", MODELS)
def test_openai_whole_streamed_and_with_tools(banto, model):
    client = make_openai(banto)
    whole = client.chat.completions.create(model=model, messages=HELLO, temperature=0.2, max_completion_tokens=50)
    assert whole.choices[0].message.content == "echo: hello there" and whole.usage.total_tokens == 12
    with client.chat.completions.stream(model=model, messages=HELLO, stream_options={"include_usage": True}) as stream:
        final = stream.get_final_completion()
    assert final.choices[0].message.content == "echo: hello there" and final.usage.prompt_tokens == 7
    asked = client.chat.completions.create(model=model, messages=HELLO, tools=[OPENAI_WEATHER])
    call = asked.choices[0].message.tool_calls[0]
    assert call.function.name == "weather" and call.function.arguments.replace(" ", "") == '{"city":"Paris"}'
    turns = [*HELLO, asked.choices[0].message, {"role": "tool", "tool_call_id": call.id, "content": "sunny"}]
    assert "sunny" in client.chat.completions.create(model=model, messages=turns, tools=[OPENAI_WEATHER]).choices[0].message.content


@pytest.mark.parametrize("model", MODELS)
def test_anthropic_whole_streamed_and_with_tools(banto, model):
    client = make_claude(banto)
    whole = client.messages.create(model=model, max_tokens=50, system="Be brief.", messages=HELLO)
    assert whole.content[0].text == "echo: hello there" and whole.stop_reason == "end_turn"
    with client.messages.stream(model=model, max_tokens=50, messages=HELLO) as stream:
        assert stream.get_final_message().content[0].text == "echo: hello there"
    asked = client.messages.create(model=model, max_tokens=50, messages=HELLO, tools=[CLAUDE_WEATHER])
    assert asked.stop_reason == "tool_use" and asked.content[-1].input == {"city": "Paris"}
    result = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": asked.content[-1].id, "content": "sunny"}]}
    told = client.messages.create(model=model, max_tokens=50, messages=[*HELLO, {"role": "assistant", "content": asked.to_dict()["content"]}, result], tools=[CLAUDE_WEATHER])
    assert "sunny" in told.content[0].text
    assert client.messages.count_tokens(model=model, messages=HELLO).input_tokens > 0


@pytest.mark.parametrize("model", MODELS)
def test_asynchronous_clients(banto, model):
    async def ask():
        claude, gpt = make_claude(banto, anthropic.AsyncAnthropic), openai.AsyncOpenAI(base_url=f"http://127.0.0.1:{banto.port}/v1", api_key="sk-theirs", max_retries=0)
        message, completion = await asyncio.gather(claude.messages.create(model=model, max_tokens=50, messages=HELLO), gpt.chat.completions.create(model=model, messages=HELLO))
        return message.content[0].text, completion.choices[0].message.content

    assert asyncio.run(ask()) == ("echo: hello there",) * 2


def test_responses_and_ollama_on_anthropics_api(banto):
    answer = make_openai(banto).responses.create(model="claude", input="hello there")
    assert answer.output_text == "echo: hello there"
    client = ollama.Client(host=f"http://127.0.0.1:{banto.port}", timeout=CLIENT_TIMEOUT_S)
    assert client.chat(model="claude", messages=HELLO).message.content == "echo: hello there"
    assert "".join(part.message.content for part in client.chat(model="gpt", messages=HELLO, stream=True)) == "echo: hello there"


def test_the_errors_of_each_api_are_those_of_the_client(banto):
    for model in ("gone", "missing"):  # named here, and unknown there
        with pytest.raises(openai.NotFoundError):
            make_openai(banto).chat.completions.create(model=model, messages=HELLO)
        with pytest.raises(anthropic.NotFoundError):
            make_claude(banto).messages.create(model=model, max_tokens=5, messages=HELLO)


@pytest.mark.parametrize("model", ["claude", "gpt"])
def test_a_key_of_ours_that_is_refused_is_no_client_s_fault(banto, model):
    """Its own key is right: no SDK is to say that it is not, or to show a part of ours."""
    api = getattr(banto, model)
    api.key = "changed"
    try:
        with pytest.raises(openai.InternalServerError) as told:
            make_openai(banto).chat.completions.create(model=model, messages=HELLO)
        assert told.value.status_code == 502 and "sk-ours" not in str(told.value)
        with pytest.raises(anthropic.APIStatusError) as told:
            make_claude(banto).messages.create(model=model, max_tokens=5, messages=HELLO)
        assert told.value.status_code >= 500 and "sk-ours" not in str(told.value)
    finally:
        api.key = "sk-ours"

    def answers():
        with contextlib.suppress(openai.APIStatusError):
            return make_openai(banto).chat.completions.create(model=model, messages=HELLO)

    until(answers, "the worker is tried again")


def test_only_named_models_are_listed(banto):
    assert sorted(model.id for model in make_openai(banto).models.list()) == ["claude", "gone", "gpt", "missing"]
    with pytest.raises(openai.NotFoundError):
        make_openai(banto).chat.completions.create(model="kept-back", messages=HELLO)
    assert not [seen for seen in banto.claude.posts if seen.json().get("model") == "kept-back"]
