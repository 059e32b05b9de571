"""A managed API knows one caller, the operator: what it says of the operator's key and account is not for clients, and not for the cache to judge by."""
import pytest
from fakes.fake_anthropic_api import FakeAnthropicApi
from fakes.fake_openai_api import FakeOpenAiApi
from fakes.fake_worker import FakeWorker
from harness import Banto, until, worker_toml
from test_managed_apis import ask_claude, claude_toml, openai_toml, text_of
from traffic import NO_CACHE, rule

OURS = ("sk-abcd", "wxyz", "org-ours", "proj_ours", "0a1b2c3d", "__cf_bm", "_cfuvid")


def names(answer):
    return set(answer.headers)


def assert_nothing_of_ours(answer):
    told = answer.body.decode() + str(answer.headers)
    assert not [secret for secret in OURS if secret in told], told
    kept = [name for name in names(answer) if name.startswith(("set-cookie", "x-ratelimit", "anthropic-ratelimit", "cf-", "alt-svc", "strict-transport", "openai-org", "openai-proj"))]
    assert not kept, kept


@pytest.mark.parametrize("status", [401, 402, 403])
@pytest.mark.parametrize("stream", [False, True])
def test_where_our_key_is_refused_another_worker_is_asked(status, stream):
    with FakeOpenAiApi() as wrong, FakeOpenAiApi() as right:
        wrong.troubles = [status]
        with Banto(openai_toml(wrong, name="wrong") + openai_toml(right, name="right", backup=True) + NO_CACHE) as banto:
            answer = banto.chat(stream=stream)
            assert answer.status == 200 and answer.header("x-banto-worker") == "right" and len(wrong.posts) == 1
            attempts = banto.access_line(status=200)["attempts"]
            assert [(a["worker"], a["result"], a["status"]) for a in attempts] == [("wrong", "key_refused", status), ("right", "ok", 200)]
            until(lambda: "worker wrong refuses the key that banto sends it" in banto.events() and str(status) in banto.events(), "the operator is told")


def test_where_our_key_is_refused_the_fallback_is_asked():
    with FakeOpenAiApi() as api, FakeWorker(models=("home",)) as home:
        api.troubles = [401]
        rules = rule("x", target='{ worker = "groq", model = "m" }', fallback='["home"]')
        with Banto(openai_toml(api) + worker_toml(home.url, name="home", kind="vllm") + rules + NO_CACHE) as banto:
            banto.until_worker("home")
            answer = banto.chat(model="x")
            assert answer.status == 200 and answer.header("x-banto-worker") == "home"
            assert banto.access_line(status=200)["fallback"] == "m (key_refused)"
            # While it rests nobody is sent there first.
            assert banto.chat(model="x").header("x-banto-worker") == "home" and len(api.posts) == 1


@pytest.mark.parametrize("status", [401, 402, 403])
def test_with_nobody_else_the_client_gets_a_502_of_ours_in_its_apis_shape(status):
    with FakeOpenAiApi() as api, Banto("[balance]\nretries = 0\n" + openai_toml(api) + NO_CACHE) as banto:
        api.troubles = [status]
        answer = banto.chat()
        assert answer.status == 502 and answer.json()["error"]["code"] == "worker_key_refused" and answer.header("x-should-retry") == "false"
        assert "groq" in answer.body.decode() and str(status) in answer.body.decode()
        assert_nothing_of_ours(answer)
        line = banto.access_line(status=502)
        assert line["error"] == "worker_key_refused" and line["attempts"][0]["worker"] == "groq" and line["attempts"][0]["status"] == status
        until(lambda: banto.metric("banto_worker_errors_total", worker="groq", reason="key_refused") == 1, "it is the worker's error")


def test_an_anthropic_client_gets_it_as_anthropics_error():
    with FakeAnthropicApi(key="another") as api, Banto(claude_toml(api) + NO_CACHE) as banto:
        answer = ask_claude(banto)
        assert answer.status == 502 and answer.json()["type"] == "error", answer.body
        # For an OpenAI client it is translated; it rests now, and is not asked.
        answer = banto.chat()
        assert answer.status == 502 and answer.json()["error"]["code"] == "worker_key_refused", answer.body
        assert len(api.posts) == 1 and banto.worker("claude")["cooling_down"] and "refuses the key" in banto.worker("claude")["reason"]


def test_a_worker_that_refuses_our_key_is_tried_again_and_nobody_waits_for_it():
    with FakeOpenAiApi(key="another") as api, Banto(openai_toml(api) + NO_CACHE) as banto:
        assert [banto.chat().status for _ in range(20)] == [502] * 20
        assert len(api.posts) < 20
        api.key = "sk-ours"
        until(lambda: banto.chat().status == 200, "a trial has found the key good again")
        until(lambda: not banto.worker("groq")["cooling_down"], "it rests no more")


def test_a_403_may_be_about_one_prompt_and_does_not_stop_the_worker():
    with FakeOpenAiApi() as api, Banto(openai_toml(api) + NO_CACHE) as banto:
        api.troubles = [403]
        assert [banto.chat().status, banto.chat().status] == [502, 200]


def test_a_key_in_the_configured_headers_is_ours_too():
    with FakeOpenAiApi(key="another") as api:
        with Banto(openai_toml(api, api_key=None, external=False, headers='{ Authorization = "Bearer sk-ours" }') + NO_CACHE) as banto:
            assert banto.chat(headers={"Authorization": "Bearer sk-theirs"}).status == 502


def test_a_clients_own_key_that_is_refused_is_the_clients_affair():
    with FakeOpenAiApi(key="another") as api, Banto(openai_toml(api, api_key=None, external=False) + NO_CACHE) as banto:
        answer = banto.chat(headers={"Authorization": "Bearer sk-theirs"})
        assert answer.status == 401 and "Incorrect API key" in answer.body.decode()
        assert not banto.worker("groq")["cooling_down"]


def test_an_error_event_about_our_key_is_told_to_nobody():
    def refuse(connection, seen):
        connection.start_stream()
        connection.chunk('event: error\ndata: {"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key sk-abcd"}}\n\n')
        connection.end_stream()

    with FakeWorker(refuse) as api, Banto(claude_toml(api) + NO_CACHE) as banto:
        answer = ask_claude(banto, stream=True)
        assert answer.status == 502, answer.body
        assert_nothing_of_ours(answer)


@pytest.mark.parametrize("stream", [False, True])
def test_what_an_api_says_of_our_account_stays_here(stream):
    with FakeOpenAiApi() as api, FakeAnthropicApi() as claude:
        config = openai_toml(api) + claude_toml(claude, models=["c"])
        claude.models = ["c"]
        with Banto(config + NO_CACHE) as banto:
            answer = banto.chat(stream=stream)
            assert answer.status == 200
            assert_nothing_of_ours(answer)
            # What its client may need is told.
            assert {"openai-processing-ms", "openai-version", "access-control-expose-headers"} <= names(answer)
            answer = ask_claude(banto, model="c", stream=stream)
            assert answer.status == 200 and names(answer) >= {"x-robots-tag", "request-id"}, answer.body
            assert_nothing_of_ours(answer)
            answer = ask_claude(banto, model="c", stream=stream, tools=[{"name": "x"}])
            assert answer.status == 400
            assert_nothing_of_ours(answer)


def test_a_rate_limit_of_ours_is_a_wait_for_the_client_and_no_number_of_its_own():
    with FakeOpenAiApi() as api, Banto("[balance]\nretries = 0\n" + openai_toml(api) + NO_CACHE) as banto:
        api.troubles = [429]
        answer = banto.chat()
        assert answer.status == 429 and answer.header("retry-after") == "20"
        assert_nothing_of_ours(answer)


def test_the_answer_of_a_managed_api_is_kept_although_it_sets_cookies():
    with FakeOpenAiApi() as api, Banto(openai_toml(api)) as banto:
        answers = [banto.chat(temperature=0) for _ in range(2)]
        assert [a.header("x-cache") for a in answers] == ["MISS", "HIT"] and len(api.posts) == 1
        for answer in answers:
            assert text_of(answer) == "echo: hello"
            assert_nothing_of_ours(answer)


def test_cookies_of_a_worker_in_the_house_still_pass_and_are_not_kept():
    cookie = ["Set-Cookie: session=1"]
    with FakeWorker(lambda c, s: c.reply(200, {"choices": []}, headers=cookie)) as home, Banto(worker_toml(home.url, name="home", kind="vllm")) as banto:
        assert banto.chat().header("set-cookie") == "session=1" and banto.access_line(status=200)["store"] == "set_cookie"
