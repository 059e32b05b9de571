"""What the official Python client of OpenAI builds of a hit in the other packaging is what it builds of the engine's own answer."""
import functools

import pytest
from beside import beside
from fakes.packed_engine import MESSAGES, PackedEngine

LOGPROBS = [{"token": "H", "logprob": -0.5, "bytes": [72], "top_logprobs": [{"token": "H", "logprob": -0.5, "bytes": [72]}]}]
ASKED = {"model": "m", "messages": [{"role": "user", "content": "hello"}], "n": 2, "logprobs": True}
WITH_USAGE = {"stream_options": {"include_usage": True}}
OWN = {"id", "created"}


@pytest.fixture(params=MESSAGES, ids=MESSAGES)
def both(request):
    with beside(PackedEngine([MESSAGES[request.param], MESSAGES["text"]], logprobs=LOGPROBS)) as both:
        yield both


def whole(client):
    return client.chat.completions.create(**ASKED)


def streamed(client, **more):
    with client.chat.completions.stream(**ASKED, **more) as stream:
        return stream.get_final_completion()


def test_a_whole_of_a_recorded_stream_is_the_engines_own(both):
    both.record(streamed)
    both.must_agree(whole, OWN)


@pytest.mark.parametrize("more", [{}, WITH_USAGE], ids=["plain", "usage"])
def test_a_stream_of_a_recorded_whole_is_the_engines_own(both, more):
    both.record(whole)
    both.must_agree(functools.partial(streamed, **more), OWN)


@pytest.mark.parametrize("more", [{}, WITH_USAGE], ids=["plain", "usage"])
def test_a_stream_that_asks_otherwise_for_usage_is_the_engines_own(both, more):
    both.record(functools.partial(streamed, **({} if more else WITH_USAGE)))
    both.must_agree(functools.partial(streamed, **more), OWN)
