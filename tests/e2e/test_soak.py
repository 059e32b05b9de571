"""Many answers through two threads with everything mixed, and every one of them is held against its question (trap M4).

BANTO_SOAK_ANSWERS says how many answers are checked (2000 when it is not set).
"""
import asyncio
import collections
import json
import mmap
import os
import random

from fakes.echo_engine import EchoEngine, answer_of
from fakes.raw_client import Broken, RawClient
from harness import DEADLINE_S, Banto, binary, until, worker_toml
from real_redis import RealRedis

ANSWERS = int(os.environ.get("BANTO_SOAK_ANSWERS", "2000"))
CLIENTS, THREADS = 32, 2
REDIS_TROUBLES = max(2, min(20, ANSWERS // 3000))  # how often Redis dies or hangs during a run
CONFIG = f"""threads = {THREADS}
[log]
access = "off"
[cache]
memory = "256KiB"
redis_timeout = "500ms"
"""
GROWTH_KIB_MAX = 8 << 10  # what an allocator keeps in pieces; a leak of 50 bytes an answer in 200,000
# A sanitizer keeps freed memory for a while: what it keeps must not look as if the program grew.
ASAN = {"ASAN_OPTIONS": "detect_leaks=1:quarantine_size_mb=8:thread_local_quarantine_size_kb=64"}


def instrumented():
    with open(binary(), "rb") as f, mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.find(b"__asan_init") >= 0 or data.find(b"__tsan_init") >= 0


def request_of(prompt, stream):
    body = json.dumps({"model": "m", "stream": stream, "messages": [{"role": "user", "content": prompt}]}).encode()
    return b"POST /v1/chat/completions HTTP/1.1\r\nHost: soak\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def events_of(body):
    return [line[6:] for line in bytes(body).split(b"\n\n") if line.startswith(b"data: ")]


def check_whole(prompt, answer):
    choice = answer.json()["choices"][0]
    assert choice["message"]["content"] == answer_of(prompt) and choice["finish_reason"] == "stop", (prompt, answer.body)


def check_stream(prompt, answer):
    events = events_of(answer.body)
    assert events[-1] == b"[DONE]", (prompt, answer.body)
    chunks = [json.loads(event) for event in events[:-1]]
    text = "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks)
    assert text == answer_of(prompt) and chunks[-1]["choices"][0]["finish_reason"] == "stop", (prompt, answer.body)
    assert len({chunk["id"] for chunk in chunks}) == 1, (prompt, answer.body)


class Soak:
    """Clients that ask, leave and check until enough answers were checked; any that is wrong ends it."""

    def __init__(self, port, seed):
        self.port, self.chance, self.salt = port, random.Random(seed), f"s{seed}"
        self.seen = collections.Counter()  # by what it was
        self.checked = self.goal = self.number = 0
        self.recent = collections.deque(maxlen=400)  # prompts that may be asked again

    def prompt(self):
        if self.recent and self.chance.random() < 0.5:
            return self.chance.choice(self.recent)
        self.number += 1
        prompt = f"{self.salt}-{self.number} {self.chance.choices(('fast', 'slow', 'cut'), (80, 18, 2))[0]}"
        self.recent.append(prompt)
        return prompt

    async def client(self):
        client = RawClient(self.port)
        try:
            while self.checked < self.goal:
                prompt, stream, draw = self.prompt(), self.chance.random() < 0.5, self.chance.random()
                if draw < 0.08:
                    await self.leave(client, request_of(prompt, stream), stream)
                elif prompt.endswith("cut"):
                    await self.ask_what_breaks(client, prompt, stream)
                else:
                    await self.ask(client, prompt, stream)
        finally:
            client.close()

    async def ask(self, client, prompt, stream):
        answer = await asyncio.wait_for(client.ask(request_of(prompt, stream)), DEADLINE_S)
        assert answer.status == 200, (prompt, answer.status, answer.body)
        (check_stream if stream else check_whole)(prompt, answer)
        self.checked += 1
        self.seen["stream" if stream else "whole", answer.header("x-cache")] += 1

    async def ask_what_breaks(self, client, prompt, stream):
        """The engine breaks this answer off: that is what the client must see, now and whenever it asks again."""
        self.checked += 1
        try:
            answer = await asyncio.wait_for(client.ask(request_of(prompt, stream)), DEADLINE_S)
        except Broken as broken:  # the framing says it; a stream says it in its API's words as well
            assert not stream or "error" in json.loads(events_of(broken.answer.body)[-1]), (prompt, broken.answer.body)
        else:
            assert answer.status in (502, 503, 504) and answer.json()["error"]["message"], (prompt, answer.status, answer.body)
        self.seen["told of the break", stream] += 1

    async def leave(self, client, request, stream):
        """Somewhere: within the request, right behind it, or within the answer."""
        way = self.chance.randrange(3)
        if way == 0:
            await client.send_and_leave(request[: self.chance.randrange(1, len(request))])
        elif way == 1:
            self.number += 1  # one that the engine is surely still at
            await client.send_and_leave(request_of(f"{self.salt}-{self.number} long", stream))
        else:
            try:
                await asyncio.wait_for(client.ask(request, leave_after=self.chance.randrange(1, 900)), DEADLINE_S)
            except Broken:
                pass
        self.seen["left", way] += 1

    async def trouble(self, redis):
        """Redis dies and comes back empty, or hangs for a while, at equal distances of the run."""
        step = self.goal // (REDIS_TROUBLES + 1)
        for i in range(REDIS_TROUBLES):
            await self.until_checked((i + 1) * step)
            await asyncio.to_thread(redis.kill if i % 2 == 0 else redis.pause)
            await self.until_checked((i + 1) * step + step // 5)
            await asyncio.to_thread(redis.restart if i % 2 == 0 else redis.resume)
            self.seen["Redis again"] += 1

    async def until_checked(self, count):
        while self.checked < count:
            await asyncio.sleep(0.005)

    async def run(self, answers, redis=None):
        self.checked, self.goal = 0, answers
        work = [asyncio.ensure_future(self.client()) for _ in range(CLIENTS)]
        if redis:
            work.append(asyncio.ensure_future(self.trouble(redis)))
        try:
            await asyncio.gather(*work)
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)


def nothing_runs(banto):
    return (banto.metric("banto_requests_in_flight") == 0 and banto.metric("banto_queue_depth") == 0
            and all(worker["in_flight"] == 0 for worker in banto.status()["workers"]))


def files_beside_redis(banto, redis):
    """Connections to Redis are made when they are needed: at most a reading and a writing one a thread."""
    to_redis = sum(client["name"].startswith("banto-") for client in redis.client().client_list())
    return banto.open_files() - to_redis if to_redis <= 2 * THREADS else banto.open_files()


def until_idle(banto, engines):
    until(lambda: nothing_runs(banto), "nothing is counted as running")
    until(lambda: all(engine.counts()["open"] == 0 for engine in engines), "no engine works on anything")


def test_every_answer_is_the_right_one_whole_or_known_to_be_broken():
    with EchoEngine() as one, EchoEngine() as two, RealRedis(maxmemory="32mb", maxmemory_policy="allkeys-lru") as redis:
        workers = worker_toml(one.url, name="one", kind="vllm") + worker_toml(two.url, name="two", kind="vllm")
        with Banto(CONFIG + f'redis = "{redis.url}"\n' + workers, env=ASAN) as banto:
            for name in ("one", "two"):
                banto.until_worker(name)
            files = files_beside_redis(banto, redis)
            # The first tenth fills pools and the memory tier; from there on nothing may grow.
            asyncio.run(Soak(banto.port, 1).run(max(ANSWERS // 10, 500)))
            until_idle(banto, (one, two))
            memory = banto.memory_kib()

            soak = Soak(banto.port, 2)
            asyncio.run(soak.run(ANSWERS, redis))
            until_idle(banto, (one, two))
            print(dict(soak.seen))
            for kind in ("stream", "whole"):
                assert soak.seen[kind, "HIT"] and soak.seen[kind, "MISS"], soak.seen
            assert all(soak.seen["told of the break", stream] for stream in (True, False)) and all(soak.seen["left", way] for way in range(3)), soak.seen
            assert soak.seen["Redis again"] == REDIS_TROUBLES, soak.seen
            assert banto.metric("banto_cache_store_operations_total", operation="get", result="ok") > 0  # the memory tier is too small for all of it
            assert one.counts()["left"] + two.counts()["left"] > 0  # a client that left took the engine's work with it
            grown = banto.memory_kib() - memory
            print(f"PSS: {memory} KiB after the first tenth, {grown:+} KiB since")
            assert grown < GROWTH_KIB_MAX * (8 if instrumented() else 1), f"grown by {grown} KiB"
            until(lambda: files_beside_redis(banto, redis) <= files, f"there are {files} open files again, as in the beginning")
