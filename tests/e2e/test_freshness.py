"""How long an app's answer is good: what it says of itself shortens the route's ttl (RFC 9111 §4.2, §5). Each case of public suites for HTTP caches in which
an answer must not be given again has its row here; the arithmetic alone is in tests/unit/cache/freshness_test.cc.
"""
import itertools
import time
from email.utils import formatdate

import pytest
from cache_asking import ask, is_hit
from fakes.fake_worker import FakeWorker, chat_whole
from harness import Banto, until, worker_toml
from storing import question

_paths = itertools.count(1)


def at(seconds):
    return formatdate(time.time() + seconds, usegmt=True)


class App:
    """An app behind two cached routes; `says` are the header lines of its next answers."""

    def __init__(self):
        self.says, self.asked = [], []

    def answer(self, connection, seen):
        self.asked.append(seen)
        connection.reply(200, f"answer {len(self.asked)}", "text/plain", self.says)


@pytest.fixture(scope="module")
def app():
    return App()


@pytest.fixture(scope="module")
def banto(app):
    routes = "".join(f'[[routes]]\npath = "{path}*"\nworkers = ["app"]\ncache = {{ ttl = "{ttl}" }}\n' for path, ttl in (("/app/", "1h"), ("/word/", "origin")))
    with FakeWorker(app.answer) as worker, Banto(worker_toml(worker.url, name="app", kind="http") + routes) as banto:
        yield banto


def fresh_path(route="/app/"):
    return f"{route}{next(_paths)}"


def keeps(banto, app, *lines, route="/app/"):
    """Whether an answer with these lines is given again at once."""
    app.says, path, before = list(lines), fresh_path(route), len(app.asked)
    first, second = banto.get(path), banto.get(path)
    assert first.status == second.status == 200 and not is_hit(first)
    assert len(app.asked) - before == (1 if is_hit(second) else 2)
    return is_hit(second)


# --- what is stale when it comes ---

STALE = {
    "age_beyond_max_age": ["Cache-Control: max-age=3600", "Age: 7200"],
    "age_of_31_bits": ["Cache-Control: max-age=3600", "Age: 2147483647"],
    "age_of_32_bits": ["Cache-Control: max-age=3600", "Age: 2147483648"],
    "age_beyond_32_bits": ["Cache-Control: max-age=3600", "Age: 2147483649"],
    "age_old_then_new": ["Cache-Control: max-age=3600", "Age: 7200, 0"],
    "age_old_line_then_new_line": ["Cache-Control: max-age=3600", "Age: 7200", "Age: 0"],
    "age_with_expires_and_slow_date": [lambda: "Date: " + at(-10), lambda: "Expires: " + at(10), "Age: 25"],
    "age_with_expires_and_fast_date": [lambda: "Date: " + at(10), lambda: "Expires: " + at(20), "Age: 15"],
    "date_long_ago": [lambda: "Date: " + at(-90), "Cache-Control: max-age=60"],
    "expires_past": [lambda: "Date: " + at(0), lambda: "Expires: " + at(-86400 * 30)],
    "expires_now": [lambda: "Date: " + at(0), lambda: "Expires: " + at(0)],
    "expires_before_date": [lambda: "Date: " + at(400), lambda: "Expires: " + at(300)],
    "expires_zero": [lambda: "Date: " + at(0), "Expires: 0"],
    "expires_utc": ["Expires: Thu, 18 Aug 2050 02:01:18 UTC"],
    "expires_other_zone": ["Expires: Thu, 18 Aug 2050 02:01:18 AEST"],
    "expires_two_digit_year": ["Expires: Thu, 18 Aug 50 02:01:18 GMT"],
    "expires_no_comma": ["Expires: Thu 18 Aug 2050 02:01:18 GMT"],
    "expires_two_blanks": ["Expires: Thu, 18  Aug  2050 02:01:18 GMT"],
    "expires_dashes": ["Expires: Thu, 18-Aug-2050 02:01:18 GMT"],
    "expires_periods": ["Expires: Thu, 18 Aug 2050 02.01.18 GMT"],
    "expires_one_digit_hour": ["Expires: Thu, 18 Aug 2050 2:01:18 GMT"],
    "expires_twice_and_wrong": ["Expires: Thu, 18 Aug 2050 2:01:18 GMT", "Expires: Thu, 18 Aug 2050 2:01:19 GMT"],
    "expires_twice_and_one_past": ["Expires: Thu, 18 Aug 2050 02:01:18 GMT", lambda: "Expires: " + at(-5)],
    "s_maxage_zero": ["Cache-Control: s-maxage=0, max-age=3600"],
    "max_age_zero_and_expires": ["Cache-Control: max-age=0", lambda: "Expires: " + at(3600)],
    "max_age_single_quotes": ["Cache-Control: max-age='3600'"],
    "max_age_not_whole": ["Cache-Control: max-age=3600.5"],
    "max_age_negative": ["Cache-Control: max-age=-3600"],
    "max_age_zero_second": ["Cache-Control: max-age=3600", "Cache-Control: max-age=0"],
    "no_cache_in_a_field": ['Cache-Control: no-cache="a", max-age=3600'],
    "private_in_a_field": ['Cache-Control: private="a", max-age=3600'],
    "no_store_must_understand": ["Cache-Control: max-age=3600, no-store, must-understand"],
    "cdn_no_store": ["Cache-Control: max-age=3600", "CDN-Cache-Control: no-store"],
    "cdn_zero": ["Cache-Control: max-age=3600", "CDN-Cache-Control: max-age=0"],
}
FRESH = {
    "nothing_said": [],
    "max_age": ["Cache-Control: max-age=3600"],
    "max_age_leading_zeros": ["Cache-Control: max-age=003600"],
    "max_age_huge": ["Cache-Control: max-age=99999999999"],
    "max_age_in_capitals": ["cache-control: MAX-AGE=3600"],
    "s_maxage_before_max_age": ["Cache-Control: s-maxage=3600, max-age=0"],
    "max_age_before_expires": ["Cache-Control: max-age=3600", lambda: "Expires: " + at(-3600)],
    "must_revalidate": ["Cache-Control: max-age=3600, must-revalidate"],
    "expires": [lambda: "Date: " + at(0), lambda: "Expires: " + at(3600)],
    "expires_after_2038": ["Expires: Sun, 21 Nov 2286 04:46:39 GMT"],
    "expires_rfc850": ["Expires: Thursday, 18-Aug-50 02:01:18 GMT"],
    "expires_asctime": ["Expires: Thu Aug  8 02:01:18 2050"],
    "expires_without_a_good_date": ["Date: foo", lambda: "Expires: " + at(3600)],
    "age_no_number": ["Cache-Control: max-age=3600", "Age: abc"],
    "age_negative": ["Cache-Control: max-age=3600", "Age: -7200"],
    "age_new_then_old": ["Cache-Control: max-age=3600", "Age: 0, 7200"],
}


def lines_of(case):
    return [line() if callable(line) else line for line in case]


@pytest.mark.parametrize("name", STALE)
def test_an_answer_that_is_stale_by_its_own_word_is_not_given_again(banto, app, name):
    assert not keeps(banto, app, *lines_of(STALE[name]))
    assert not keeps(banto, app, *lines_of(STALE[name]), route="/word/")


@pytest.mark.parametrize("name", FRESH)
def test_an_answer_that_is_fresh_by_its_own_word_is_given_again(banto, app, name):
    assert keeps(banto, app, *lines_of(FRESH[name]))
    assert keeps(banto, app, *lines_of(FRESH[name]), route="/word/") == (name != "nothing_said")


# --- what becomes stale ---


@pytest.mark.parametrize("line", [
    "Cache-Control: max-age=2", "Cache-Control: max-age=2, must-revalidate", "Cache-Control: max-age=2, proxy-revalidate", "Cache-Control: max-age=3600, s-maxage=2",
    'Cache-Control: x="max-age=3600", max-age=2', 'Cache-Control: max-age=2, x="max-age=3600"', "Cache-Control: max-age=2, max-age=1800", "Cache-Control: max-age=2, stale-while-revalidate=4",
])
def test_an_answer_ends_when_it_says_so_although_the_ttl_is_longer(banto, app, line):
    app.says, path = [line], fresh_path()

    def a_hit():
        answer = banto.get(path)
        return answer if is_hit(answer) else None

    hit = until(a_hit, "a hit within its two seconds")
    assert int(hit.header("cache-status").split("ttl=")[1].split(";")[0]) <= 2
    until(lambda: banto.get(path).body != hit.body, "the answer ends")


def test_the_ttl_ends_an_answer_that_calls_itself_good_for_longer():
    app = App()
    app.says = ["Cache-Control: max-age=3600"]
    route = '[[routes]]\npath = "/*"\nworkers = ["app"]\ncache = { ttl = "1s" }\n'
    with FakeWorker(app.answer) as worker, Banto(worker_toml(worker.url, name="app", kind="http") + route) as banto:
        first = banto.get("/a").body
        assert banto.get("/a").body == first
        until(lambda: banto.get("/a").body != first, "the ttl ends it")


def test_the_age_of_a_hit_begins_with_the_age_it_came_with(banto, app):
    app.says, path = ["Cache-Control: max-age=3600", "Age: 100"], fresh_path()
    banto.get(path)
    hit = banto.get(path)
    assert is_hit(hit) and 100 <= int(hit.header("age")) < 160
    assert not is_hit(banto.get(path, headers={"Cache-Control": "max-age=50"}))


def test_a_worker_that_answers_from_a_cache_tells_the_age_itself(banto, app):
    app.says = ["Cache-Control: max-age=60", "Age: 30"]
    assert banto.get(fresh_path()).header("age") == "30"


def test_the_log_says_why_an_answer_was_not_kept(banto, app):
    for lines, why in ((["Cache-Control: max-age=5", "Age: 9"], "stale_on_arrival"), (["Cache-Control: max-age=0"], "response_no_store"), ([], "no_freshness")):
        app.says, path = lines, fresh_path("/word/")
        banto.get(path)
        assert banto.access_line(path=path)["store"] == why


# --- engines ---


def test_an_engines_word_can_shorten_the_ttl_too():
    answers = [["Cache-Control: max-age=5", "Age: 9"], ["Cache-Control: max-age=2"], []]
    with FakeWorker(lambda c, s: c.reply(200, chat_whole("x"), headers=answers.pop(0))) as worker, Banto(worker_toml(worker.url, name="gpu1", kind="vllm")) as banto:
        body = question()
        assert not is_hit(ask(banto, body)) and not is_hit(ask(banto, body)) and is_hit(ask(banto, body))
        until(lambda: not is_hit(ask(banto, body)), "max-age ends it")


def test_an_engine_that_is_slow_or_has_a_wrong_clock_is_kept_for_the_whole_ttl():
    with FakeWorker(lambda c, s: c.reply(200, chat_whole("x"), headers=["Date: Sun, 06 Nov 1994 08:49:37 GMT"])) as worker:
        with Banto(worker_toml(worker.url, name="gpu1", kind="vllm")) as banto:
            body = question()
            ask(banto, body)
            hit = ask(banto, body)
            assert is_hit(hit) and int(hit.header("age")) < 60
