"""Chats that grow, on two real llama.cpp servers of unequal strength: what they reuse of their own caches, as they report it themselves."""
import contextlib
import http.client
import json
import random

import pytest
from engines.engines import MODEL, LlamaServer
from harness import DEADLINE_S, Banto, worker_toml

CHATS, TURNS = 4, 5
WORDS = "river stone garden letter winter engine market silver island morning captain forest".split()


class Chats:
    """Chats that take turns in a shuffled order; every turn sends all that was said."""

    def __init__(self):
        rng = random.Random(7)
        self.order = [chat for turn in range(TURNS) for chat in rng.sample(range(CHATS), CHATS)]
        self.words = lambda seed: " ".join(random.Random(seed).choices(WORDS, k=60))

    def run(self, port):
        """Tokens of all prompts, and how many of them the servers had in their caches."""
        histories = {chat: [{"role": "system", "content": f"Chat {chat}: {self.words(chat)}"}] for chat in range(CHATS)}
        read = cached = 0
        for step, chat in enumerate(self.order):
            histories[chat].append({"role": "user", "content": f"{step}: {self.words(1000 + step)}"})
            answer = self.ask(port, histories[chat])
            histories[chat].append({"role": "assistant", "content": answer["choices"][0]["message"]["content"]})
            read += answer["usage"]["prompt_tokens"]
            cached += answer["timings"]["cache_n"]
        return read, cached

    @staticmethod
    def ask(port, messages):
        body = json.dumps({"model": MODEL, "messages": messages, "max_tokens": 8, "temperature": 0, "seed": 7})
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4 * DEADLINE_S)
        connection.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"})
        reply = connection.getresponse()
        text = reply.read()
        assert reply.status == 200, text
        return json.loads(text)


@pytest.fixture(scope="module")
def alone():
    with LlamaServer(parallel=CHATS) as server:
        return Chats().run(server.port)


@pytest.mark.parametrize("policy", ["least_loaded", "round_robin"])
def test_two_servers_reuse_what_one_alone_would(policy, alone):
    with contextlib.ExitStack() as stack:
        pair = [stack.enter_context(LlamaServer(parallel=CHATS, threads=threads, wait=False)) for threads in (1, 2)]
        workers = "".join(worker_toml(server.until_ready().url, name=name) for server, name in zip(pair, ("weak", "strong")))
        banto = stack.enter_context(Banto(workers + f'[balance]\npolicy = "{policy}"\n'))
        [banto.until_worker(name) for name in ("weak", "strong")]
        read, cached = Chats().run(banto.port)
    assert alone[1] > alone[0] / 2, "alone it reuses most of what it reads"
    if policy == "least_loaded":
        assert cached >= 0.9 * alone[1], (cached, alone)
    else:  # what the test is worth: turns that go anywhere lose much
        assert cached < 0.9 * alone[1], (cached, alone)
