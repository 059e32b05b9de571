"""Writes to an app make what is stored for their path old (RFC 9111 §4.4)."""
import threading

import pytest
from cache_asking import is_hit
from fakes.fake_worker import FakeWorker
from harness import Banto, until, worker_toml
from real_redis import RealRedis

UNSAFE = ["POST", "PUT", "PATCH", "DELETE", "M-SEARCH"]


class App:
    """Counts, per request, and answers a write with `status` and `says`."""

    def __init__(self):
        self.count, self.status, self.says = 0, 200, []

    def answer(self, connection, seen):
        self.count += 1
        written = seen.method not in ("GET", "HEAD", "OPTIONS")
        status = self.status if written else 200
        connection.reply(status, "" if status == 204 else f"{seen.method} {self.count}", "text/plain", self.says if written else ())


def route(path="/*", cache='ttl = "1h"', methods="[]"):
    return f'[[routes]]\npath = "{path}"\nmethods = {methods}\nworkers = ["app"]\ncache = {{ {cache} }}\n'


def behind(worker, routes=None, config=""):
    return Banto(worker_toml(worker.url, name="app", kind="http") + "[balance]\nretries = 0\n" + config + (routes or route()))


@pytest.fixture
def app():
    return App()


@pytest.fixture
def worker(app):
    with FakeWorker(app.answer) as worker:
        yield worker


@pytest.fixture
def banto(worker):
    with behind(worker) as banto:
        yield banto


def stored(banto, path="/items"):
    """A stored answer to GET."""
    banto.get(path)
    answer = banto.get(path)
    assert is_hit(answer)
    return answer.body


@pytest.mark.parametrize("status", [200, 201, 204, 303])
@pytest.mark.parametrize("method", UNSAFE)
def test_a_write_that_succeeds_makes_what_is_stored_old(banto, app, method, status):
    stored(banto, "/items?page=1"), stored(banto, "/items")
    app.status = status
    assert banto.request(method, "/items", b"abc").status == status
    for path in ("/items?page=1", "/items"):
        assert not is_hit(banto.get(path)) and is_hit(banto.get(path))


@pytest.mark.parametrize("method", UNSAFE)
def test_a_write_that_fails_leaves_what_is_stored(banto, app, method):
    before = stored(banto)
    for app.status in (400, 404, 409, 500):
        assert banto.request(method, "/items", b"abc").status == app.status
    assert banto.get("/items").body == before


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_a_safe_method_leaves_what_is_stored(banto, method):
    before = stored(banto)
    banto.request(method, "/items")
    assert banto.get("/items").body == before


def test_a_write_elsewhere_leaves_what_is_stored(banto):
    before = stored(banto)
    banto.post("/items/1", b"abc")
    assert banto.get("/items").body == before


@pytest.mark.parametrize("spelling", ["/it%65ms", "/%69%74ems?x=1"])
def test_another_spelling_of_the_path_is_the_same_path(banto, spelling):
    stored(banto)
    banto.post(spelling, b"abc")
    assert not is_hit(banto.get("/items"))


@pytest.mark.parametrize("field", ["Location: /items/1", "Location: 1", "Location: /items/1?new=yes#top", "Content-Location: /items/1", "Content-Location: http://{host}/items/1", "Location: //{host}/items/1"])
def test_a_write_names_what_else_it_made_old(banto, app, field):
    stored(banto, "/items/1")
    app.status, app.says = 201, [field.format(host=f"127.0.0.1:{banto.port}")]
    banto.post("/items/", b"abc")
    assert not is_hit(banto.get("/items/1"))


def test_a_write_cannot_make_another_hosts_answers_old(banto, app):
    before = stored(banto, "/items/1")
    app.status, app.says = 201, ["Location: http://elsewhere.example/items/1"]
    banto.post("/items/", b"abc")
    assert banto.get("/items/1").body == before


def test_a_write_whose_end_nobody_knows_counts_as_done(app):
    def answer(connection, seen):
        if seen.method == "GET":
            return app.answer(connection, seen)
        connection.sock.close()

    with FakeWorker(answer) as worker, behind(worker) as banto:
        stored(banto)
        assert banto.post("/items", b"abc").status == 502
        assert not is_hit(banto.get("/items"))


def test_an_answer_that_was_on_its_way_during_a_write_is_not_stored():
    on_its_way, go_on, count = threading.Event(), threading.Event(), []

    def answer(connection, seen):
        count.append(seen)
        if len(count) == 1:
            on_its_way.set()
            go_on.wait(30)
        connection.reply(200, f"{seen.method} {len(count)}", "text/plain")

    with FakeWorker(answer) as worker, behind(worker) as banto:
        reader = threading.Thread(target=banto.get, args=("/items",))
        reader.start()
        on_its_way.wait(30)
        banto.post("/items", b"abc")
        go_on.set()
        reader.join()
        assert not is_hit(banto.get("/items")) and is_hit(banto.get("/items"))


def test_another_routes_write_to_the_same_path_counts(worker):
    routes = route("/items", methods='["GET"]') + '[[routes]]\npath = "/*"\nworkers = ["app"]\n'
    with behind(worker, routes) as banto:
        stored(banto)
        assert banto.request("DELETE", "/items").status == 200
        assert not is_hit(banto.get("/items"))


# --- POST as a question ---


@pytest.mark.parametrize("routes", [route("/predict", 'ttl = "1h"', '["GET", "POST", "PUT"]'), route("/predict", 'ttl = "1h", key = ["body"]')], ids=["methods", "key"])
def test_a_post_that_its_route_keeps_answers_to_is_a_question_and_no_write(worker, routes):
    with behind(worker, routes) as banto:
        answers = [banto.post("/predict", b"a") for _ in range(3)] + [banto.post("/predict", b"b") for _ in range(2)]
        assert [is_hit(a) for a in answers] == [False, True, True, False, True]
        assert is_hit(banto.post("/predict", b"a"))
        banto.request("PUT", "/predict", b"new model")
        assert not is_hit(banto.post("/predict", b"a"))


def test_a_post_that_nobody_called_a_question_is_kept_and_makes_what_get_stored_old(banto):
    stored(banto)
    assert [is_hit(banto.post("/items", b"a")) for _ in range(2)] == [False, True]
    assert not is_hit(banto.get("/items"))
    banto.request("DELETE", "/items")
    assert not is_hit(banto.post("/items", b"a"))


def test_a_post_whose_body_is_not_in_the_key_is_asked_each_time(worker):
    with behind(worker, route(cache='ttl = "1h", key = ["query.q"]')) as banto:
        answers = [banto.post("/items?q=1", body) for body in (b"a", b"b")]
        assert [a.header("x-cache") for a in answers] == ["BYPASS", "BYPASS"] and answers[0].body != answers[1].body


# --- several processes ---


def redis_config(redis, memory):
    return f'[cache]\nmemory = "{memory}"\nredis = "{redis.url}"\nredis_timeout = "5s"\n'


SITE = {"Host": "site.example"}  # of both; an app is told it, so it is in the key


@pytest.mark.parametrize("memory", ["0", "16MiB"])
def test_other_processes_and_the_next_one_obey_a_write(worker, memory):
    with RealRedis() as redis, behind(worker, config=redis_config(redis, memory)) as one, behind(worker, config=redis_config(redis, memory)) as two:
        one.get("/items", headers=SITE)
        until(lambda: redis.entries(), "it is in Redis")
        before = two.get("/items", headers=SITE)
        assert is_hit(before)
        assert is_hit(two.get("/items", headers=SITE))
        one.request("DELETE", "/items", headers=SITE)
        assert not is_hit(one.get("/items", headers=SITE))
        until(lambda: two.get("/items", headers=SITE).body != before.body, "the other has heard of it")
        until(lambda: redis.client().exists("banto:paths"), "Redis has it")
        with behind(worker, config=redis_config(redis, memory)) as next_one:
            assert next_one.get("/items", headers=SITE).body != before.body


def test_a_write_while_redis_is_away_is_told_when_it_is_back(worker):
    with RealRedis() as redis, behind(worker, config=redis_config(redis, "0").replace("5s", "50ms")) as one:
        redis.pause()
        try:
            one.request("DELETE", "/items")
        finally:
            redis.resume()
        until(lambda: redis.client().exists("banto:paths"), "it is told")
