"""What the official Python clients make of keys: of a wrong one, of one that may not, and of a good one. The worker is scripted."""
import hashlib

import anthropic
import ollama
import openai
import pytest
from conftest import CLIENT_TIMEOUT_S, make_openai
from fakes.fake_worker import FakeWorker
from harness import Banto, worker_toml

GOOD, LIMITED = "a-good-secret-of-2026", "a-limited-secret-of-2026"
HELLO = [{"role": "user", "content": "hello"}]


def key_toml(name, secret, models="*"):
    return f'[[keys]]\nname = "{name}"\nhash = "sha256:{hashlib.sha256(secret.encode()).hexdigest()}"\nmodels = ["{models}"]\n'


@pytest.fixture(scope="module")
def guarded():
    with FakeWorker(models=("m", "small")) as worker:
        with Banto(worker_toml(worker.url, name="w", kind="vllm") + key_toml("good", GOOD) + key_toml("limited", LIMITED, "small")) as program:
            program.until_worker("w")
            yield program


def make_claude(program, **credential):
    return anthropic.Anthropic(base_url=f"http://127.0.0.1:{program.port}", timeout=CLIENT_TIMEOUT_S, **credential)


def make_ollama(program, **more):
    return ollama.Client(host=f"http://127.0.0.1:{program.port}", timeout=CLIENT_TIMEOUT_S, **more)


def test_openai_calls_a_wrong_key_an_authentication_error_and_asks_once(guarded):
    before = guarded.metric("banto_requests_total", code="401")
    client = make_openai(guarded, key="sk-wrong").with_options(max_retries=3)
    with pytest.raises(openai.AuthenticationError) as refused:
        client.chat.completions.create(model="m", messages=HELLO)
    assert (refused.value.code, refused.value.type) == ("invalid_api_key", "invalid_request_error")
    with pytest.raises(openai.AuthenticationError):
        client.models.list()
    guarded.access_line(status=401, path="/v1/models")
    assert guarded.metric("banto_requests_total", code="401") == before + 2


def test_openai_calls_another_model_a_denied_permission(guarded):
    with pytest.raises(openai.PermissionDeniedError) as refused:
        make_openai(guarded, key=LIMITED).chat.completions.create(model="m", messages=HELLO)
    assert refused.value.code == "model_not_allowed"


def test_openai_with_a_good_key_works(guarded):
    client = make_openai(guarded, key=GOOD)
    assert client.chat.completions.create(model="m", messages=HELLO).choices[0].message.content == "echo: hello"
    assert {model.id for model in client.models.list()} == {"m", "small"}
    assert {model.id for model in make_openai(guarded, key=LIMITED).models.list()} == {"small"}


def test_anthropic_sends_it_as_either_of_its_credentials(guarded):
    for credential in ({"api_key": GOOD}, {"auth_token": GOOD}):
        assert {model.id for model in make_claude(guarded, **credential).models.list()} == {"m", "small"}
    for credential in ({"api_key": "sk-wrong"}, {"auth_token": "sk-wrong"}):
        with pytest.raises(anthropic.AuthenticationError):
            make_claude(guarded, **credential).messages.create(model="m", max_tokens=5, messages=HELLO)
    with pytest.raises(anthropic.PermissionDeniedError):
        make_claude(guarded, api_key=LIMITED).messages.create(model="m", max_tokens=5, messages=HELLO)


def test_ollama_says_what_is_wrong(guarded):
    with pytest.raises(ollama.ResponseError) as refused:
        make_ollama(guarded).chat(model="m", messages=HELLO)
    assert refused.value.status_code == 401 and "API key" in refused.value.error
    with pytest.raises(ollama.ResponseError) as refused:
        make_ollama(guarded, headers={"Authorization": f"Bearer {LIMITED}"}).chat(model="m", messages=HELLO)
    assert refused.value.status_code == 403
    assert [model.model for model in make_ollama(guarded, headers={"Authorization": f"Bearer {LIMITED}"}).list().models] == ["small"]
