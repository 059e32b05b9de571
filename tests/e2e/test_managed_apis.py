"""Managed APIs as workers, in front of fakes that take what the official SDKs' types allow: asked in their own words, with our key and no client's, only
for what the configuration names, and not again for what they may have billed.
"""
import json
import tempfile

import pytest
from fakes.fake_anthropic_api import FakeAnthropicApi
from fakes.fake_openai_api import FakeAzureDeployment, FakeOpenAiApi
from fakes.fake_worker import FakeWorker
from fakes.managed_api import DIE
from harness import Banto, until, worker_toml
from test_tls import Authority, TlsWorker
from traffic import NO_CACHE

CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
CLIENT = {"Authorization": "Bearer sk-theirs", "x-api-key": "sk-theirs", "Cookie": "session=1", "X-Forwarded-For": "10.9.8.7", "X-Request-Id": "theirs", "User-Agent": "OpenAI/Python",
          "X-Stainless-OS": "Linux", "X-OpenWebUI-User-Email": "a@b", "Referer": "https://ui", "traceparent": "00-0-0-0", "Idempotency-Key": "i", "OpenAI-Organization": "org-theirs"}
OURS = {"host", "accept-encoding", "content-length", "content-type", "user-agent"}


def openai_toml(api, base="", **more):
    settings = {"name": "groq", "kind": "openai", "external": True, "api_key": "sk-ours", "models": ["m"], **more}
    return worker_toml(api.url + base, **{key: value for key, value in settings.items() if value is not None})


def claude_toml(api, **more):
    return worker_toml(api.url, **{"name": "claude", "kind": "anthropic", "api_key": "sk-ours", "models": ["m"], **more})


def ask_claude(banto, text="hi", headers=None, path="/v1/messages", **more):
    return banto.post(path, {"model": "m", "max_tokens": 64, "messages": [{"role": "user", "content": text}], **more}, headers=headers)


def text_of(answer):
    assert answer.status == 200, answer.body
    return answer.json()["choices"][0]["message"]["content"]


def events(answer):
    """The data of each event of a stream."""
    assert answer.status == 200, answer.body
    lines = [line[6:] for line in answer.body.decode().splitlines() if line.startswith("data: ") and line != "data: [DONE]"]
    return [json.loads(line) for line in lines]


@pytest.fixture
def claude():
    with FakeAnthropicApi() as api, Banto(claude_toml(api) + NO_CACHE) as banto:
        banto.api = api
        banto.until_worker("claude")
        yield banto


@pytest.fixture
def groq():
    with FakeOpenAiApi(base="/openai/v1") as api, Banto(openai_toml(api, "/openai/v1") + NO_CACHE) as banto:
        banto.api = api
        banto.until_worker("groq")
        yield banto


def test_an_openai_client_is_answered_by_anthropics_api(claude):
    assert text_of(claude.chat("hello there")) == "echo: hello there"
    body = claude.api.posts[-1].json()
    assert body["max_tokens"] == 4096, "the API demands a limit"
    chunks = events(claude.chat("hello there", stream=True, stream_options={"include_usage": True}))
    assert "".join(c["choices"][0]["delta"].get("content") or "" for c in chunks if c["choices"]) == "echo: hello there"
    assert chunks[-1]["usage"]["prompt_tokens"] == 7 and claude.api.posts[-1].path == "/v1/messages"


def test_an_openai_client_calls_tools_and_shows_pictures_to_anthropics_api(claude):
    tools = [{"type": "function", "function": {"name": "weather", "description": "d", "parameters": CITY}}]
    call = claude.chat("weather?", tools=tools).json()["choices"][0]
    assert call["finish_reason"] == "tool_calls" and json.loads(call["message"]["tool_calls"][0]["function"]["arguments"]) == {"city": "Paris"}
    turns = [{"role": "user", "content": "weather?"}, call["message"], {"role": "tool", "tool_call_id": call["message"]["tool_calls"][0]["id"], "content": "sunny"}]
    assert text_of(claude.post("/v1/chat/completions", {"model": "m", "messages": turns, "tools": tools})) == "echo: [toolu_01fake: sunny]"
    chunks = events(claude.chat("weather?", tools=tools, stream=True))
    calls = [c["choices"][0]["delta"]["tool_calls"][0]["function"].get("arguments", "") for c in chunks if c["choices"] and c["choices"][0]["delta"].get("tool_calls")]
    assert json.loads("".join(calls)) == {"city": "Paris"}
    picture = [{"type": "text", "text": "see"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64," + PIXEL}}]
    assert text_of(claude.chat(picture)) == f"echo: see [image/png, {len(PIXEL)} letters]"


def test_what_anthropics_newest_models_refuse_is_left_out_and_named(claude):
    answer = claude.chat("hello", temperature=0.3, top_p=0.9, stop=["x"], user="me")
    assert text_of(answer) == "echo: hello" and answer.header("x-banto-dropped") == "temperature, top_p"
    assert claude.api.posts[-1].json()["metadata"] == {"user_id": "me"}, "the client's own words"


def test_responses_and_ollamas_chat_reach_anthropics_api(claude):
    answer = claude.post("/v1/responses", {"model": "m", "input": "hello", "store": False})
    assert answer.status == 200 and answer.json()["output"][-1]["content"][0]["text"] == "echo: hello", answer.body
    answer = claude.post("/api/chat", {"model": "m", "stream": False, "messages": [{"role": "user", "content": "hello"}]})
    assert answer.status == 200 and answer.json()["message"]["content"] == "echo: hello", answer.body


def test_an_anthropic_client_is_answered_by_openais_api(groq):
    answer = ask_claude(groq, "hello there", system="Be brief.")
    assert answer.status == 200 and answer.json()["content"][0]["text"] == "echo: hello there", answer.body
    assert groq.api.posts[-1].path == "/openai/v1/chat/completions"
    stream = events(ask_claude(groq, "hello there", stream=True))
    assert stream[0]["type"] == "message_start" and stream[-1]["type"] == "message_stop"
    assert "".join(e["delta"]["text"] for e in stream if e["type"] == "content_block_delta") == "echo: hello there"
    call = ask_claude(groq, "weather?", tools=[{"name": "weather", "description": "d", "input_schema": CITY}]).json()
    assert call["stop_reason"] == "tool_use" and call["content"][-1]["input"] == {"city": "Paris"}
    picture = [{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}}]
    assert ask_claude(groq, picture).json()["content"][0]["text"] == "echo: [data:image/png;base64]"


def test_each_api_is_asked_natively_by_its_own_clients(claude, groq):
    assert ask_claude(claude, "one", path="/v1/messages?beta=true").json()["content"][0]["text"] == "echo: one"
    assert claude.api.posts[-1].path == "/v1/messages?beta=true"
    assert [e["type"] for e in events(ask_claude(claude, "one", stream=True))][:3] == ["message_start", "content_block_start", "ping"]
    count = claude.post("/v1/messages/count_tokens", {"model": "m", "messages": [{"role": "user", "content": "hi"}]})
    assert count.status == 200 and count.json()["input_tokens"] > 0 and count.header("x-banto-estimated") is None
    assert text_of(groq.chat("two")) == "echo: two"


@pytest.mark.parametrize("stream", [False, True])
def test_nothing_of_the_client_reaches_an_external_worker_but_what_it_needs(claude, groq, stream):
    """The exact set of fields, whatever the client sends."""
    assert groq.chat("a", headers={**CLIENT, "Accept": "*/*"}, stream=stream).status == 200
    seen = groq.api.posts[-1].headers
    assert set(seen) == OURS | {"authorization", "accept"} and seen["authorization"] == "Bearer sk-ours"
    assert seen["user-agent"].startswith("banto/") and seen["accept-encoding"] == "identity" and seen["host"] == groq.api.url.removeprefix("http://")
    assert ask_claude(claude, headers={**CLIENT, "anthropic-version": "2023-06-01", "anthropic-beta": "b"}, stream=stream).status == 200
    seen = claude.api.posts[-1].headers
    assert set(seen) == OURS | {"x-api-key", "anthropic-version", "anthropic-beta"} and seen["x-api-key"] == "sk-ours"
    assert claude.chat("a", headers=CLIENT, stream=stream).status == 200
    assert set(claude.api.posts[-1].headers) == OURS | {"x-api-key", "anthropic-version"}


def test_a_key_of_the_clients_is_never_tried_at_an_external_worker():
    with FakeOpenAiApi(key="sk-theirs") as api, Banto(openai_toml(api) + NO_CACHE) as banto:
        answer = banto.chat(headers={"Authorization": "Bearer sk-theirs"})
        assert answer.status == 502 and [seen.headers["authorization"] for seen in api.posts] == ["Bearer sk-ours"]


def test_a_listed_model_is_not_a_named_one():
    """… nor does an external worker get what names no model."""
    with FakeOpenAiApi(models=("m", "dear")) as api, FakeWorker(models=("home",)) as home:
        with Banto(openai_toml(api) + worker_toml(home.url, name="home", kind="vllm") + NO_CACHE) as banto:
            banto.until_worker("home")
            banto.until_worker("groq")
            assert sorted(model["id"] for model in banto.get("/v1/models").json()["data"]) == ["home", "m"]
            assert text_of(banto.chat()) == "echo: hello"
            refused = banto.chat(model="dear")
            assert refused.status == 404 and len(api.posts) == 1, refused.body


def test_without_a_named_model_an_external_worker_gets_nothing_and_check_says_so():
    with FakeOpenAiApi() as api:
        config = openai_toml(api, models=None) + NO_CACHE
        with Banto(config) as banto:
            banto.until_worker("groq")
            assert banto.get("/v1/models").json()["data"] == []
            assert banto.chat().status == 404 and api.posts == []
            assert 'worker \\"groq\\" gets no request' in banto.events()


def test_an_external_worker_without_a_list_learns_no_models():
    """It is no guess either where a model might be served."""
    with FakeAnthropicApi(key="another") as api, Banto(claude_toml(api, models=None) + NO_CACHE) as banto:
        until(lambda: "401" in banto.events(), "its list is refused")
        assert ask_claude(banto).status == 404 and api.posts == []


def test_probes_and_lists_never_post():
    names = [f"claude-{i}" for i in range(45)]
    with FakeAnthropicApi(models=names) as api, Banto(claude_toml(api, models=None, external=False) + NO_CACHE) as banto:
        until(lambda: len(banto.get("/v1/models").json()["data"]) == 45, "all pages are read")
        asked = [seen.path for seen in api.gets]
        assert asked[:3] == ["/v1/models", "/v1/models?after_id=claude-19", "/v1/models?after_id=claude-39"], asked
        assert api.posts == [] and all(seen.headers["anthropic-version"] == "2023-06-01" and seen.headers["x-api-key"] == "sk-ours" for seen in api.gets)


@pytest.mark.parametrize("base,listing", [("/openai/v1", "object"), ("/v1", "bare"), ("/api/v1", "data"), ("/inference/v1", "object")])
def test_the_lists_of_groq_together_openrouter_and_fireworks_are_read(base, listing):
    with FakeOpenAiApi(base=base, listing=listing, models=("a", "b")) as api, Banto(openai_toml(api, base, models=None, external=False) + NO_CACHE) as banto:
        until(lambda: [m["id"] for m in banto.get("/v1/models").json()["data"]] == ["a", "b"], "its list is read")
        assert text_of(banto.chat(model="b")) == "echo: hello" and api.posts[-1].path == base + "/chat/completions"


def test_a_deployment_of_azures_is_asked_with_its_version_and_its_key():
    with FakeAzureDeployment() as api:
        where = "/openai/deployments/gpt-4o?api-version=2024-10-21"
        with Banto(openai_toml(api, where, name="azure", models=["gpt-4o"]) + NO_CACHE) as banto:
            banto.until_worker("azure")
            assert text_of(banto.chat(model="gpt-4o", headers=CLIENT)) == "echo: hello"
            assert api.posts[-1].path == "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
            assert set(api.posts[-1].headers) == OURS | {"api-key"}
            assert {seen.path for seen in api.gets} == {"/openai/models?api-version=2024-10-21"}
            assert ask_claude(banto, model="gpt-4o").json()["content"][0]["text"] == "echo: hi"
        with Banto(openai_toml(api, where, name="azure", models=["gpt-4o"], external=False) + NO_CACHE) as banto:
            assert text_of(banto.chat(model="gpt-4o", headers={"Authorization": "Bearer theirs"})) == "echo: hello"


def test_both_are_reached_over_tls_of_a_private_authority():
    class TlsAnthropic(FakeAnthropicApi, TlsWorker):
        pass

    class TlsOpenAi(FakeOpenAiApi, TlsWorker):
        pass

    with tempfile.TemporaryDirectory(prefix="banto-tls-") as folder:
        authority = Authority(folder)
        cert = authority.leaf("api", "DNS:localhost")
        with TlsAnthropic(cert) as claude, TlsOpenAi(cert, models=("gpt",)) as openai:
            config = claude_toml(claude, tls_ca_file=authority.ca) + openai_toml(openai, tls_ca_file=authority.ca, models=["gpt"])
            with Banto(config + NO_CACHE) as banto:
                assert ask_claude(banto).json()["content"][0]["text"] == "echo: hi"
                assert text_of(banto.chat(model="gpt")) == "echo: hello"
        with TlsAnthropic(cert) as claude, Banto(claude_toml(claude) + NO_CACHE) as banto:
            assert ask_claude(banto).status == 503 and claude.posts == [], "no word to a server that is not who it says"



def test_a_429_sends_the_question_on_and_lets_the_worker_rest():
    with FakeOpenAiApi() as poor, FakeOpenAiApi() as rich:
        poor.troubles = [429]
        with Banto(openai_toml(poor, name="poor") + openai_toml(rich, name="rich", backup=True) + NO_CACHE) as banto:
            answer = banto.chat()
            assert text_of(answer) == "echo: hello" and answer.header("x-banto-worker") == "rich"
            assert banto.worker("poor")["cooling_down"]
            assert banto.chat().header("x-banto-worker") == "rich" and len(poor.posts) == 1


@pytest.mark.parametrize("status", [429, 500, 529])
def test_anthropics_errors_are_tried_elsewhere_and_told_in_the_clients_shape(status):
    with FakeAnthropicApi() as one, FakeAnthropicApi() as two:
        one.troubles = two.troubles = [status] * 2
        with Banto(claude_toml(one, name="one") + claude_toml(two, name="two") + NO_CACHE) as banto:
            answer = ask_claude(banto)
            assert answer.status == status and answer.json()["type"] == "error" and len(one.posts) == len(two.posts) == 1


def test_an_error_of_anthropics_is_one_of_openais_for_an_openai_client(claude):
    answer = claude.chat([{"type": "image_url", "image_url": {"url": "data:image/tiff;base64,AAAA"}}])
    assert answer.status == 400 and answer.json()["error"]["type"] == "invalid_request_error", answer.body


USED_UP = ["x-ratelimit-limit-requests: 60", "x-ratelimit-remaining-requests: 0", "x-ratelimit-reset-requests: 6m0s"]


def test_with_nothing_left_a_worker_rests_before_it_answers_429():
    with FakeOpenAiApi() as poor, FakeOpenAiApi() as rich:
        poor.limit_fields = USED_UP
        with Banto(openai_toml(poor, name="poor") + openai_toml(rich, name="rich", backup=True) + NO_CACHE) as banto:
            assert banto.chat().header("x-banto-worker") == "poor"
            assert [banto.chat().header("x-banto-worker") for _ in range(3)] == ["rich"] * 3 and len(poor.posts) == 1
            worker = banto.worker("poor")
            assert worker["cooling_down"] and "rate limit: 0 requests left, back in" in worker["reason"], worker
            assert "rate limit: 0 requests left" in banto.events()


def test_anthropics_limits_are_read_too():
    with FakeAnthropicApi() as poor, FakeAnthropicApi() as rich:
        poor.limit_fields = ["anthropic-ratelimit-input-tokens-remaining: 0", "anthropic-ratelimit-input-tokens-reset: 2999-01-01T00:00:00Z"]
        with Banto(claude_toml(poor, name="poor") + claude_toml(rich, name="rich", backup=True) + NO_CACHE) as banto:
            assert ask_claude(banto, stream=True).header("x-banto-worker") == "poor"
            assert ask_claude(banto).header("x-banto-worker") == "rich" and "0 tokens left" in banto.worker("poor")["reason"]


def test_the_limit_of_a_clients_own_key_is_not_the_workers():
    """Without a key of ours each client has its own limit."""
    with FakeOpenAiApi(key="sk-theirs") as api:
        api.limit_fields = USED_UP
        with Banto(openai_toml(api, api_key=None, external=False) + NO_CACHE) as banto:
            for _ in range(2):
                assert text_of(banto.chat(headers={"Authorization": "Bearer sk-theirs"})) == "echo: hello"
            assert not banto.worker("groq")["cooling_down"]


def test_what_a_paid_worker_may_have_done_is_not_asked_again():
    with FakeOpenAiApi() as one, FakeOpenAiApi() as two:
        one.troubles = two.troubles = [DIE]
        with Banto(openai_toml(one, name="one") + openai_toml(two, name="two") + NO_CACHE) as banto:
            assert banto.chat().status == 502 and len(one.posts) + len(two.posts) == 1


def test_a_paid_worker_that_cannot_be_reached_or_says_500_is_another_ones_turn():
    with FakeOpenAiApi() as one, FakeOpenAiApi() as two, FakeOpenAiApi() as gone:
        gone.stop()
        one.troubles = [500]
        workers = openai_toml(gone, name="gone") + openai_toml(one, name="one") + openai_toml(two, name="two", backup=True)
        with Banto(workers + NO_CACHE) as banto:
            assert text_of(banto.chat()) == "echo: hello" and len(one.posts) == len(two.posts) == 1
