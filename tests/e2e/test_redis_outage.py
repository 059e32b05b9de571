"""Redis down, dying, hung or unwilling (traps D1–D3): it never becomes the client's problem, and it is told once."""
import concurrent.futures
import json
import re
import socket
import threading

import pytest
from cache_asking import ask, is_hit, said
from harness import free_port, until
from real_redis import RealRedis
from redis_asking import asked, behind, detail, question, redis, until_stored, worker  # noqa: F401 (fixtures)


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


def test_a_hung_redis_costs_one_request_one_timeout_and_then_nothing(redis, worker):
    """D1, D2: a black hole. The breaker opens with the first overdue look-up; what it costs is in the log, and every request is answered."""
    with behind(worker, redis, timeout=f"{HUNG_MS}ms") as banto:
        known = question()
        ask(banto, known)
        until_stored(redis)
        until(lambda: is_hit(ask(banto, known)), "Redis answers in time on this machine")
        redis.pause()
        try:
            reasons = asked(banto, known, 25)
            waited = [r for r in reasons if r == "store_timeout"]
            assert len(waited) == 1, reasons
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
