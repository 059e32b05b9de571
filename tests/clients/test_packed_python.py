"""What the official Python client of OpenAI builds of a hit in the other packaging is what it builds of the engine's own answer."""
import openai
import pytest
from conftest import CLIENT_TIMEOUT_S
from fakes.packed_engine import MESSAGES, PackedEngine
from harness import Banto, worker_toml

LOGPROBS = [{"token": "H", "logprob": -0.5, "bytes": [72], "top_logprobs": [{"token": "H", "logprob": -0.5, "bytes": [72]}]}]


@pytest.fixture(params=MESSAGES, ids=MESSAGES)
def engine(request):
    with PackedEngine([MESSAGES[request.param], MESSAGES["text"]], logprobs=LOGPROBS) as engine:
        yield engine


@pytest.fixture
def banto(engine):
    with Banto(worker_toml(engine.url, name="gpu1", kind="vllm")) as banto:
        banto.until_worker("gpu1")
        yield banto


def client(url):
    return openai.OpenAI(base_url=f"{url}/v1", api_key="k", timeout=CLIENT_TIMEOUT_S, max_retries=0)


ASKED = {"model": "m", "messages": [{"role": "user", "content": "hello"}], "n": 2, "logprobs": True}
WITH_USAGE = {"stream_options": {"include_usage": True}}


def whole(where):
    return without_identity(where.chat.completions.create(**ASKED))


def streamed(where, **more):
    with where.chat.completions.stream(**ASKED, **more) as stream:
        return without_identity(stream.get_final_completion())


def without_identity(answer):
    return answer.model_dump(exclude={"id", "created"}, exclude_none=True)


class Two:
    """The same client, through the program and beside it."""

    def __init__(self, banto, engine):
        self.through, self.direct, self.engine = client(f"http://127.0.0.1:{banto.port}"), client(engine.url), engine

    def record(self, ask, **more):
        ask(self.through, **more)
        assert len(self.engine.requests) == 1

    def must_agree(self, ask, **more):
        told = [ask(self.through, **more) for _ in range(2)]  # converted, then as it is kept
        assert len(self.engine.requests) == 1, "hits"
        assert told == 2 * [ask(self.direct, **more)]


@pytest.fixture
def two(banto, engine):
    return Two(banto, engine)


def test_a_whole_of_a_recorded_stream_is_the_engines_own(two):
    two.record(streamed)
    two.must_agree(whole)


@pytest.mark.parametrize("more", [{}, WITH_USAGE], ids=["plain", "usage"])
def test_a_stream_of_a_recorded_whole_is_the_engines_own(two, more):
    two.record(whole)
    two.must_agree(streamed, **more)


@pytest.mark.parametrize("more", [{}, WITH_USAGE], ids=["plain", "usage"])
def test_a_stream_that_asks_otherwise_for_usage_is_the_engines_own(two, more):
    two.record(streamed, **({} if more else WITH_USAGE))
    two.must_agree(streamed, **more)
