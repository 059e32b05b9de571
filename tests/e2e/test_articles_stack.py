"""The stack of the articles, without its nginx: three FastAPI workers that answer GET /predict?input_text=…, a real Redis, and the program in front.

Traps K7, K11, S9, D1, B3.
"""
import concurrent.futures
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from urllib.parse import quote

import pytest
from cache_asking import is_hit, nonce
from harness import ROOT, Banto, free_port, until, worker_toml
from real_redis import RealRedis

BY_GUNICORN = ["-m", "gunicorn", "-k", "uvicorn.workers.UvicornWorker", "--workers", "1", "--log-level", "error", "predict_app:app", "--bind"]
BY_UVICORN = ["-m", "uvicorn", "predict_app:app", "--log-level", "error", "--no-access-log", "--host", "127.0.0.1", "--port"]


class App:
    """One worker: a process group of its own, as systemd would make it."""

    def __init__(self, how):
        self.port = free_port()
        where = f"127.0.0.1:{self.port}" if how is BY_GUNICORN else str(self.port)
        self.process = subprocess.Popen([sys.executable, *how, where], cwd=ROOT / "tests" / "fakes", start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def served(self):
        return self.get("/served")["predict"]

    def kill(self):
        """kill -9: the server and its children, in the middle of whatever they were doing."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@pytest.fixture(scope="module")
def redis():
    with RealRedis() as redis:
        yield redis


@pytest.fixture(scope="module")
def apps():
    apps = [App(BY_GUNICORN), App(BY_UVICORN), App(BY_UVICORN)]
    try:
        for app in apps:
            until(lambda: app.get("/healthz"), "the application answers", 90)
        yield apps
    finally:
        for app in apps:
            app.kill()


def stack(apps, redis, **more):
    names = [f"app{i}" for i in range(1, len(apps) + 1)]
    workers = "".join(worker_toml(app.url, name=name, kind="http") for name, app in zip(names, apps))
    route = f'[[routes]]\npath = "/predict"\nmethods = ["GET"]\nworkers = {json.dumps(names)}\ncache = {{ ttl = "60s", key = ["query.input_text"] }}\n'
    tables = f'[health]\npath = "/healthz"\ninterval = "200ms"\n[cache]\nredis = "{redis.url}"\nredis_timeout = "5s"\n'
    return Banto(workers + tables + route, **more)


def predict(banto, text):
    # One name whatever the port of this run is: the app is told it, so it tells answers apart.
    return banto.get(f"/predict?input_text={quote(text)}", headers={"Host": "predict.example"})


def test_a_repeat_is_a_hit_from_redis_after_the_program_has_restarted(apps, redis):
    """K11, S9"""
    text = nonce() + " with spaces & ünïcode"
    before = sum(a.served() for a in apps)
    with stack(apps, redis) as banto:
        first = predict(banto, text)
        assert first.status == 200 and first.header("x-cache") == "MISS"
        assert first.json() == {"input": text, "prediction": text[::-1]}
        again = predict(banto, text)
        assert is_hit(again) and again.body == first.body and again.header("content-type") == "application/json"
        key, = until(redis.entries, "the entry in Redis")
        assert 0 < redis.client().pttl(key) <= 60_010
    with stack(apps, redis) as banto:
        again = predict(banto, text)
        assert is_hit(again) and again.body == first.body
    assert sum(a.served() for a in apps) == before + 1


def test_what_is_no_success_is_not_kept(apps, redis):
    """S1: FastAPI's 422."""
    with stack(apps, redis) as banto:
        for _ in range(2):
            answer = banto.get("/predict?wrong=1")
            assert answer.status == 422 and not is_hit(answer) and answer.json()["detail"]
        assert banto.get("/served").status == 404, "only what a route names passes"


def test_the_work_is_shared_by_all_three(apps, redis):
    """B2"""
    before = [a.served() for a in apps]
    with stack(apps, redis) as banto, concurrent.futures.ThreadPoolExecutor(12) as pool:
        assert {a.status for a in pool.map(lambda _: predict(banto, nonce()), range(120))} == {200}
    shares = [a.served() - b for a, b in zip(apps, before)]
    assert sum(shares) == 120 and min(shares) >= 15, shares


def test_the_death_of_redis_is_no_clients_problem(apps):
    """D1"""
    with RealRedis() as redis, stack(apps, redis) as banto:
        text = nonce()
        assert predict(banto, text).status == 200
        until(redis.entries, "the entry in Redis")
        redis.kill()
        for i in range(20):
            answer = predict(banto, f"{text} {i % 10}")
            assert answer.status == 200 and is_hit(answer) == (i >= 10)
        assert is_hit(predict(banto, text))


def test_a_worker_killed_among_500_requests_is_no_clients_problem(apps, redis):
    """B3: the last test of the file, because it leaves two. No client sees an error, no answer is another's."""
    with stack(apps, redis) as banto:
        answered, half = [], threading.Event()

        def one(i):
            text = f"{i} {nonce()}"
            answer = predict(banto, text)
            answered.append(1)
            if len(answered) >= 150:
                half.set()
            return answer.status == 200 and answer.json() == {"input": text, "prediction": text[::-1]}, answer.status, answer.body

        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            futures = [pool.submit(one, i) for i in range(500)]
            assert half.wait(60)
            apps[0].kill()
            results = [f.result() for f in futures]
        assert [r for r in results if not r[0]] == []
        banto.until_worker("app1", "unhealthy")
        assert any(a["worker"] == "app1" and a["result"] != "ok" for l in banto.access() for a in l.get("attempts", [])), "the death was met"
