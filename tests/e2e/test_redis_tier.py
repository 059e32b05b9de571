"""The Redis tier with a real redis-server (traps S9, S12): what it gives, for how long, and what is in it that is not ours."""
import json
import re
import time

import pytest
from cache_asking import ask, is_hit, nonce, said
from fakes.fake_worker import FakeWorker, chat_whole
from harness import Banto, until, worker_toml
from real_redis import RealRedis
from redis_asking import PATIENT, behind, detail, question, redis, until_stored, worker  # noqa: F401 (fixtures)


# --- what it is for ---


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_an_entry_survives_a_restart_of_the_program(redis, worker, stream):
    """K11: the key is the same in another process, and the replay too."""
    body = question(stream=stream)
    with behind(worker, redis, memory="1MiB") as banto:
        first = ask(banto, body)
        until_stored(redis)
    with behind(worker, redis, memory="1MiB") as banto:
        for _ in range(2):  # from Redis, then from memory
            again = ask(banto, body)
            assert is_hit(again) and said(again) == said(first) and again.header("content-type") == first.header("content-type")
    assert len(worker.requests) == 1


def test_two_programs_share_what_one_has_stored(redis, worker):
    with behind(worker, redis, memory="1MiB") as one, behind(worker, redis, memory="1MiB", threads=2) as two:
        body = question()
        ask(one, body)
        until_stored(redis)
        assert is_hit(ask(two, body)) and len(worker.requests) == 1
        other = question()
        ask(two, other)
        until_stored(redis, 2)
        assert is_hit(ask(one, other)) and len(worker.requests) == 2


def test_a_hit_from_redis_knows_its_age_and_its_rest(redis, worker):
    body = question()
    with behind(worker, redis, ttl="100s") as banto:
        ask(banto, body)
        until_stored(redis)
        until(lambda: int(ask(banto, body).header("age")) >= 1, "it grows older")
        answer = ask(banto, body)
        left = int(re.search(r"ttl=(\d+)", answer.header("cache-status"))[1])
        assert 90 < left < 100 and left + int(answer.header("age")) in (99, 100)


# --- S9: times ---

COARSE_MS = 10  # the program reads the kernel's coarse clock, which may be a tick behind Redis'


def test_every_key_has_a_time_to_live_from_its_first_moment(redis, worker):
    """S9: one command writes value and time, so that a crash between two leaves nothing for ever."""
    with behind(worker, redis, ttl="90s") as banto:
        for i in range(20):
            ask(banto, question(stream=i % 2 == 0))
        client = redis.client()
        for key in until_stored(redis, 20):
            assert 0 < client.pttl(key) <= 90_000 + COARSE_MS
        stats = client.info("commandstats")
        assert "cmdstat_expire" not in stats and "cmdstat_pexpire" not in stats, stats.keys()


def test_a_routes_own_time_to_live_is_kept_in_redis(redis):
    """S9"""
    route = '[[routes]]\npath = "/predict"\nworkers = ["gpu1"]\ncache = { ttl = "7s", key = ["query.q"] }\n'
    with FakeWorker(lambda c, s: c.reply(200, "x", "text/plain")) as app:
        config = f'[cache]\nredis = "{redis.url}"\nredis_timeout = "{PATIENT}"\n'
        with Banto(worker_toml(app.url, name="gpu1", kind="http") + config + route) as banto:
            banto.get("/predict?q=1")
            key, = until_stored(redis)
            assert 0 < redis.client().pttl(key) <= 7_000 + COARSE_MS


def test_a_hit_writes_nothing(redis, worker):
    """S9"""
    with behind(worker, redis) as banto:
        body = question()
        ask(banto, body)
        key, = until_stored(redis)
        writes, ends = redis.writes(), redis.client().execute_command("PEXPIRETIME", key)
        for _ in range(5):
            assert is_hit(ask(banto, body))
        assert redis.writes() == writes == 1 and redis.client().execute_command("PEXPIRETIME", key) == ends


def test_a_copy_in_memory_does_not_outlive_the_entry_in_redis(redis, worker):
    """S9: a second program that read it late forgets it when the first does."""
    with behind(worker, redis, memory="1MiB", ttl="2s") as one, behind(worker, redis, memory="1MiB", ttl="1h") as two:
        body = question()
        ask(one, body)
        until_stored(redis)
        until(lambda: int(ask(one, body).header("age")) >= 1, "half of its time is over")
        copy = ask(two, body)
        assert is_hit(copy) and int(re.search(r"ttl=(\d+)", copy.header("cache-status"))[1]) <= 1
        until(lambda: not redis.entries(), "Redis has forgotten it")
        forgotten = time.monotonic()
        until(lambda: time.monotonic() - forgotten > COARSE_MS / 1000, "banto's clock is that far, too")
        answer = ask(two, body)
        assert answer.header("x-cache") == "MISS" and detail(answer) in ("expired", "key_not_found"), answer.headers


# --- S12: what is in it is not ours, or broken ---

SPOILT = {
    "a_byte_changed": lambda v, other: v[:len(v) // 2] + bytes([v[len(v) // 2] ^ 1]) + v[len(v) // 2 + 1:], "the_last_byte_changed": lambda v, other: v[:-1] + bytes([v[-1] ^ 0x80]),
    "cut_short": lambda v, other: v[:-1], "only_its_beginning": lambda v, other: v[:20], "longer": lambda v, other: v + b"x", "empty": lambda v, other: b"", "another_keys_value": lambda v, other: other,
    "text": lambda v, other: b"hello", "json": lambda v, other: json.dumps({"choices": [{"message": {"content": "forged"}}]}).encode(), "gzip": lambda v, other: __import__("gzip").compress(v),
    "another_magic": lambda v, other: b"XXXX" + v[4:], "another_version": lambda v, other: v[:4] + b"\x63\x00" + v[6:], "lengths_of_all_ones": lambda v, other: v[:52] + b"\xff" * 24 + v[76:], "zeros": lambda v, other: bytes(len(v)),
    "large_rubbish": lambda v, other: b"\xff" * (6 << 20),
}


@pytest.fixture(scope="module")
def spoilt():
    """One pair for all: each case has a question of its own."""
    with RealRedis() as redis, FakeWorker() as worker, behind(worker, redis) as banto:
        yield redis, worker, banto


@pytest.mark.parametrize("how", SPOILT)
def test_a_value_that_is_not_what_was_written_is_a_miss_and_never_an_answer(spoilt, how):
    """S12"""
    redis, worker, banto = spoilt
    client = redis.client()
    body, other = question(), question()
    have = set(redis.entries())
    ask(banto, body)
    key, = until(lambda: set(redis.entries()) - have, "the entry")
    ask(banto, other)
    other_key, = until(lambda: set(redis.entries()) - have - {key}, "the other entry")
    client.set(key, SPOILT[how](client.get(key), client.get(other_key)), px=60_000)
    answer = ask(banto, body)
    assert answer.status == 200 and answer.header("x-cache") == "MISS" and said(answer) == "echo: " + body["messages"][0]["content"]
    # A value beyond all bounds is not even read: that looks like a broken connection.
    assert detail(answer) == "entry_invalid" or how == "large_rubbish", answer.headers
    until(lambda: is_hit(ask(banto, body)), "the good answer has taken its place")
    assert said(ask(banto, body)) == "echo: " + body["messages"][0]["content"]


@pytest.mark.parametrize("kind", ["list", "hash", "set"])
def test_a_key_of_another_type_is_a_miss_and_is_written_over(spoilt, kind):
    """S12: WRONGTYPE is somebody's key, not Redis' illness."""
    redis, worker, banto = spoilt
    client = redis.client()
    body = question()
    have = set(redis.entries())
    ask(banto, body)
    key, = until(lambda: set(redis.entries()) - have, "the entry")
    client.delete(key)
    {"list": lambda: client.rpush(key, "a"), "hash": lambda: client.hset(key, "a", "b"), "set": lambda: client.sadd(key, "a")}[kind]()
    answer = ask(banto, body)
    assert answer.status == 200 and detail(answer) == "entry_invalid", answer.headers
    until(lambda: is_hit(ask(banto, body)), "the good answer has taken its place")
    assert client.pttl(key) > 0


def test_an_entry_beyond_our_own_limit_is_a_miss_and_takes_nothing_else_down(redis):
    """S12, D1: a program with a larger entry_bytes_max shares this Redis."""
    text = "x" * (3 << 20)
    with FakeWorker(lambda c, s: c.reply(200, chat_whole(text if "large" in s.json()["messages"][0]["content"] else "echo: short"))) as worker:
        small = "entry_bytes_max = \"64KiB\"\n"
        with behind(worker, redis) as one, behind(worker, redis, more=small) as two:
            large, known = question(messages=[{"role": "user", "content": f"large {nonce()}"}]), question()
            ask(one, large)
            ask(one, known)
            until_stored(redis, 2)
            for _ in range(10):
                answer = ask(two, large)
                assert answer.status == 200 and said(answer) == text and detail(answer) == "entry_invalid", answer.headers
                assert is_hit(ask(two, known))


def test_an_entry_of_another_schema_version_is_not_found(redis, worker):
    """K12: an older or newer program on the same Redis."""
    with behind(worker, redis) as banto:
        body = question()
        ask(banto, body)
        key, = until_stored(redis)
        prefix, version, rest = key.split(":", 2)
        redis.client().rename(key, f"{prefix}:{int(version) + 1}:{rest}")
        answer = ask(banto, body)
        assert answer.header("x-cache") == "MISS" and detail(answer) == "key_not_found"


def test_a_purge_of_all_replicas_is_obeyed(redis, worker):
    """D4: whoever counts the epoch up has purged: all programs forget, their memory tiers too."""
    with behind(worker, redis, memory="1MiB") as one, behind(worker, redis, memory="1MiB") as two:
        body = question()
        ask(one, body)
        until_stored(redis)
        assert is_hit(ask(two, body))
        redis.client().incr("banto:epoch")
        for banto in (one, two):
            until(lambda: len(worker.requests) == 2 or not is_hit(ask(banto, body)), "the purge is obeyed")
        until(lambda: len(redis.entries()) == 2, "the entry of the new epoch")
        assert sorted(k.split(":")[2] for k in redis.entries()) == ["0", "1"] or len({k.split(":")[2] for k in redis.entries()}) == 2
