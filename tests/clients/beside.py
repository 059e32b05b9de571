"""The official Python client of OpenAI through the program, and beside it at the engine itself: it must build the same of both."""
import contextlib

import openai
from conftest import CLIENT_TIMEOUT_S, make_openai
from harness import Banto, worker_toml


class Beside:
    def __init__(self, banto, engine):
        self.engine, self.through = engine, make_openai(banto)
        self.direct = openai.OpenAI(base_url=f"{engine.url}/v1", api_key="k", timeout=CLIENT_TIMEOUT_S, max_retries=0)

    def record(self, ask):
        ask(self.through)
        assert len(self.engine.requests) == 1

    def must_agree(self, ask, own):
        """… of a hit, converted and then as it is kept, but for the fields that are each answer's `own`."""
        told = [ask(self.through) for _ in range(2)]
        assert len(self.engine.requests) == 1, "hits"
        original = ask(self.direct).model_dump(exclude=own)
        assert [answer.model_dump(exclude=own) for answer in told] == [original, original]
        assert len({answer.id for answer in told}) == 2


@contextlib.contextmanager
def beside(engine):
    with engine, Banto(worker_toml(engine.url, name="gpu1", kind="vllm")) as banto:
        banto.until_worker("gpu1")
        yield Beside(banto, engine)
