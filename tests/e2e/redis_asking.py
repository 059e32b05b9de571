"""The program with a real redis-server behind it, and what it says of its look-ups. Its fixtures are imported by name."""
import re

import pytest
from cache_asking import ask, nonce, said
from fakes.fake_worker import FakeWorker
from harness import Banto, until, worker_toml
from real_redis import RealRedis


@pytest.fixture
def redis():
    with RealRedis() as redis:
        yield redis


@pytest.fixture
def worker():
    with FakeWorker() as worker:
        yield worker


# Long enough for a busy machine: only where a test is about waiting does it set a short one.
PATIENT = "5s"


def behind(worker, redis, memory="0", timeout=PATIENT, threads=1, ttl="10m", more=""):
    """One thread has one breaker and one connection: what it does can be counted."""
    url = redis if isinstance(redis, str) else redis.url
    return Banto(f"threads = {threads}\n" + worker_toml(worker.url, name="gpu1", kind="vllm") + f'[cache]\nmemory = "{memory}"\nredis = "{url}"\nredis_timeout = "{timeout}"\nttl = "{ttl}"\n' + more)


def question(**fields):
    return {"model": "m", "messages": [{"role": "user", "content": nonce()}], **fields}


def detail(answer):
    found = re.search(r"detail=([a-z_]+)", answer.header("cache-status"))
    return found and found[1]


def asked(banto, body, count):
    """`count` answers, all good; the reasons they missed (None for a hit)."""
    answers = [ask(banto, body) for _ in range(count)]
    assert all(a.status == 200 and said(a).startswith("echo: ") for a in answers)
    return [detail(a) for a in answers]


def until_stored(redis, count=1):
    return until(lambda: len(redis.entries()) == count and redis.entries(), f"{count} entries in Redis")
