"""The Redis tier with a real redis-server (traps S9, S12, D1–D3): what it gives, and that nothing it does becomes the client's problem."""
import concurrent.futures
import json
import re
import threading

import pytest
from cache_asking import ask, is_hit, nonce, said
from fakes.fake_worker import FakeWorker, chat_whole
from harness import Banto, free_port, until, worker_toml
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
        answer = ask(two, body)
        assert answer.header("x-cache") == "MISS" and detail(answer) in ("expired", "key_not_found"), answer.headers


# --- D1: down, dying, hung ---


def test_redis_down_at_the_start_is_a_miss_with_a_reason(worker):
    """D1"""
    with behind(worker, f"redis://127.0.0.1:{free_port()}/0", memory="1MiB") as banto:
        first, second = question(), question()
        assert asked(banto, first, 1)[0] in ("store_down", "circuit_open")
        assert is_hit(ask(banto, first))  # the memory tier does not care
        until(lambda: detail(ask(banto, question())) == "circuit_open", "the breaker is open")
        assert asked(banto, second, 1) == ["circuit_open"]
        assert banto.admin("/readyz").status == 200


def test_redis_that_comes_up_later_is_used(worker):
    """D1, D3"""
    port = free_port()
    with behind(worker, f"redis://127.0.0.1:{port}/0") as banto:
        body = question()
        assert asked(banto, body, 1) != [None]
        with RealRedis(port=port) as redis:
            until(lambda: is_hit(ask(banto, body)), "Redis is used")
            assert redis.entries()


def test_redis_that_dies_under_load_costs_no_request(redis, worker):
    """D1: killed and started again while requests run: every answer is right, and afterwards it is used again."""
    with behind(worker, redis, threads=2) as banto:
        stop, questions, bad, done = threading.Event(), [question() for _ in range(8)], [], []

        def load(i):
            while not stop.is_set():
                body = questions[(i + len(done)) % len(questions)]
                answer = ask(banto, body)
                if answer.status != 200 or said(answer) != "echo: " + body["messages"][0]["content"]:
                    bad.append((answer.status, answer.body))
                done.append(1)

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            futures = [pool.submit(load, i) for i in range(4)]
            for _ in range(2):
                seen = len(done)
                until(lambda: len(done) > seen + 40, "requests run")
                redis.kill()
                seen = len(done)
                until(lambda: len(done) > seen + 40, "requests run without Redis")
                redis.restart()
            stop.set()
            for f in futures:
                f.result()
        assert bad == []
        body = question()
        until(lambda: is_hit(ask(banto, body)), "Redis is used again")
        assert redis.entries()


HUNG_MS = 50


def test_a_hung_redis_costs_a_few_requests_one_timeout_each_and_then_nothing(redis, worker):
    """D1, D2: a black hole. The breaker opens after five; what it costs is in the log, and every request is answered."""
    with behind(worker, redis, timeout=f"{HUNG_MS}ms") as banto:
        known = question()
        ask(banto, known)
        until_stored(redis)
        until(lambda: is_hit(ask(banto, known)), "Redis answers in time on this machine")
        redis.pause()
        try:
            reasons = asked(banto, known, 25)
            waited = [r for r in reasons if r == "store_timeout"]
            assert 1 <= len(waited) <= 6, reasons
            assert reasons == waited + ["circuit_open"] * (25 - len(waited)), reasons
            lines = until(lambda: [l for l in banto.access() if l.get("cache_reason") in ("store_timeout", "circuit_open")][24:] and banto.access(), "the lines")
            waits = [l["lookup_ms"] for l in lines if l.get("cache_reason") == "store_timeout"]
            free = [l["lookup_ms"] for l in lines if l.get("cache_reason") == "circuit_open"]
            # Not a clock's test: without a deadline they would be as long as the pause, without a breaker each would be 50.
            assert all(w >= HUNG_MS - 5 for w in waits) and sorted(free)[len(free) // 2] < HUNG_MS / 2, (waits, free)
        finally:
            redis.resume()
        until(lambda: is_hit(ask(banto, known)), "it is asked again when it answers again")


def test_concurrent_requests_wait_for_a_hung_redis_together(redis, worker):
    """D1: a hundred at once cost one timeout, not a hundred."""
    with behind(worker, redis, timeout="300ms") as banto:
        body = question()
        ask(banto, body)
        until_stored(redis)
        redis.pause()
        try:
            with concurrent.futures.ThreadPoolExecutor(50) as pool:
                answers = list(pool.map(lambda _: ask(banto, body), range(50)))
            assert {a.status for a in answers} == {200}
            assert {detail(a) for a in answers} <= {"store_timeout", "circuit_open"}
            lines = until(lambda: len(banto.access()) >= 51 and banto.access(), "the lines")
            waits = sorted(l["lookup_ms"] for l in lines if l.get("cache_reason") == "store_timeout")
            assert waits and waits[len(waits) // 2] < 2 * 300, waits
        finally:
            redis.resume()


def test_a_redis_that_accepts_and_says_nothing_is_not_waited_for(worker):
    """D1: at connect, too."""
    import socket
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with behind(worker, f"redis://127.0.0.1:{silent.getsockname()[1]}/0", timeout="50ms") as banto:
            reasons = asked(banto, question(), 8)
            assert set(reasons) <= {"store_timeout", "circuit_open", "store_down"} and reasons[-1] == "circuit_open", reasons


@pytest.mark.parametrize("says", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"-ERR unknown\r\n", b"+OK\r\n", b"$99999999999\r\n", b"*-1\r\n", b":1\r\n", b"\x00\xff" * 100, b"$5\r\nab"],
                         ids=["http", "errors", "ok_to_all", "huge_length", "null_array", "integer", "bytes", "half_a_reply"])
def test_a_server_that_is_no_redis_is_a_miss(worker, says):
    """D1"""
    import socket

    def serve(listener):
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(sock,), daemon=True).start()

    def answer(sock):
        try:
            while sock.recv(65536):
                sock.sendall(says)
        except OSError:
            pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        with behind(worker, f"redis://127.0.0.1:{listener.getsockname()[1]}/0", timeout="100ms") as banto:
            reasons = asked(banto, question(), 10)
            assert None not in reasons and set(reasons) <= {"store_timeout", "circuit_open", "store_down", "entry_invalid"}, reasons


# --- D1: alive, but unwilling ---


def test_a_full_redis_is_still_read(redis, worker):
    """D1: OOM under noeviction. What is there is a hit; what cannot be written is a miss, never an error."""
    with behind(worker, redis) as banto:
        known, fresh = question(), question()
        ask(banto, known)
        until_stored(redis)
        client = redis.client()
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", 1)
        assert set(asked(banto, fresh, 10)) <= {"key_not_found"}
        assert is_hit(ask(banto, known))
        assert len(redis.entries()) == 1
        until(lambda: "writes refused" in banto.events(), "the reason is told")
        assert banto.events().count("OOM") <= 2, "once per state, not per request"
        client.config_set("maxmemory", 0)
        until(lambda: is_hit(ask(banto, fresh)), "it is written again")


def test_a_read_only_replica_is_still_read(redis, worker):
    """D1: READONLY, as after a failover."""
    with RealRedis(replicaof=f"127.0.0.1 {redis.port}") as replica:
        with behind(worker, redis) as writer:
            known = question()
            ask(writer, known)
            until_stored(redis)
        until(lambda: replica.entries(), "the replica has it")
        with behind(worker, replica) as banto:
            assert is_hit(ask(banto, known))
            assert set(asked(banto, question(), 10)) <= {"key_not_found"}
            assert is_hit(ask(banto, known))
            replica.client().execute_command("REPLICAOF", "NO", "ONE")
            body = question()
            until(lambda: is_hit(ask(banto, body)), "it is written after the failover")


def test_a_replica_without_its_master_is_a_miss(redis, worker):
    """D1: MASTERDOWN, when it may not serve what is old."""
    with RealRedis(replicaof=f"127.0.0.1 {redis.port}", replica_serve_stale_data="no") as replica:
        with behind(worker, replica) as banto:
            until(lambda: asked(banto, question(), 1) == ["key_not_found"], "the replica answers")
            redis.kill()
            reasons = until(lambda: (r := asked(banto, question(), 3)) and set(r) <= {"store_down", "circuit_open"} and r, "MASTERDOWN is seen")
            assert reasons


def test_a_password_that_is_missing_or_wrong_is_a_miss_and_is_told_once(worker):
    """D1: NOAUTH, WRONGPASS"""
    with RealRedis(requirepass="geheim") as redis:
        for url in (redis.url, redis.url.replace("127", ":falsch@127")):
            with behind(worker, url) as banto:
                assert None not in asked(banto, question(), 10)
                until(lambda: re.search("NOAUTH|WRONGPASS", banto.events()), "the reason is told")
                assert "falsch" not in banto.events() and "geheim" not in banto.events()
                assert banto.events().count("NOAUTH") + banto.events().count("WRONGPASS") <= 2
        with behind(worker, redis.url.replace("127", ":geheim@127")) as banto:
            body = question()
            ask(banto, body)
            until_stored(redis)
            assert is_hit(ask(banto, body))
        assert "geheim" not in json.dumps(banto.access())


def test_a_slow_script_in_redis_is_a_miss(redis, worker):
    """D1: BUSY: another program's script holds Redis; PING answers an error, GET too."""
    redis.client().config_set("lua-time-limit", 1)
    with behind(worker, redis, timeout="100ms") as banto:
        body = question()
        ask(banto, body)
        until_stored(redis)

        def script():
            try:
                redis.client().eval("while true do end", 0)
            except Exception:
                pass

        busy = threading.Thread(target=script)
        busy.start()
        try:
            until(lambda: set(asked(banto, body, 3)) <= {"store_timeout", "store_down", "circuit_open"}, "Redis is busy")
        finally:
            until(lambda: _kill_script(redis), "the script is killed")
            busy.join()
        until(lambda: is_hit(ask(banto, body)), "Redis is used again")


def _kill_script(redis):
    try:
        return redis.client(2).execute_command("SCRIPT", "KILL")
    except Exception as e:
        return "NOTBUSY" in str(e)


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


# --- D2, D3 ---


def test_an_outage_is_told_once_and_so_is_its_end(redis, worker):
    """D2: one line per state, not per request."""
    with behind(worker, redis) as banto:
        until(lambda: asked(banto, question(), 1) == ["key_not_found"], "Redis is up")
        before = len(re.findall(r"(?i)redis", banto.events()))
        redis.kill()
        until(lambda: asked(banto, question(), 5) == ["circuit_open"] * 5, "the breaker is open")
        asked(banto, question(), 20)
        said_ = len(re.findall(r"(?i)redis", banto.events())) - before
        assert 1 <= said_ <= 4, banto.events()
        redis.restart()
        body = question()
        until(lambda: is_hit(ask(banto, body)), "Redis is used again")
        assert len(re.findall(r"(?i)redis", banto.events())) - before > said_


def test_a_client_that_leaves_while_redis_hangs_leaves_nothing_behind(redis, worker):
    """D3: look-ups under way belong to nobody any more."""
    with behind(worker, redis, timeout="2s") as banto:
        until(lambda: asked(banto, question(), 1) == ["key_not_found"], "Redis is up")
        files = banto.open_files()
        redis.pause()
        try:
            data = json.dumps(question()).encode()
            clients = [banto.raw(b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(data) + data) for _ in range(20)]
            for c in clients:
                c.close()
            until(lambda: banto.open_files() <= files, "their sockets are closed")
        finally:
            redis.resume()
        body = question()
        until(lambda: is_hit(ask(banto, body)), "Redis is used")
        assert banto.worker("gpu1")["in_flight"] == 0


def test_a_restart_of_redis_between_two_requests_costs_at_most_a_miss(redis, worker):
    """D3"""
    with behind(worker, redis) as banto:
        for _ in range(3):
            body = question()
            assert ask(banto, body).status == 200
            until(lambda: is_hit(ask(banto, body)), "Redis is used")
            redis.restart()
            assert ask(banto, body).status == 200


def test_the_program_stops_in_order_while_redis_hangs(redis, worker):
    """D3: stop() checks the exit code and the sanitizers' word."""
    banto = behind(worker, redis, timeout="30s")
    until(lambda: asked(banto, question(), 1) == ["key_not_found"], "Redis is up")
    redis.pause()
    data = json.dumps(question()).encode()
    client = banto.raw(b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(data) + data)
    until(lambda: banto.metric("banto_requests_in_flight") >= 1 or banto.status(), "the look-up waits")
    client.close()
    try:
        banto.stop()
    finally:
        redis.resume()
