"""What the caller's own Cache-Control does to a look-up and to what is kept (RFC 9111 §5.2.1)."""
from cache_asking import ask, is_hit, said
from fakes.fake_worker import FakeWorker, chat_whole
from harness import until
from one_worker import banto, behind, question, worker  # noqa: F401 (fixtures)


def test_no_store_neither_looks_nor_keeps(banto, worker):
    body = question()
    before = len(worker.requests)
    for _ in range(2):
        answer = ask(banto, body, headers={"Cache-Control": "no-store"})
        assert answer.header("x-cache") == "BYPASS"
    assert not is_hit(ask(banto, body)) and len(worker.requests) == before + 3
    assert is_hit(ask(banto, body))
    assert not is_hit(ask(banto, body, headers={"Cache-Control": "max-age=100, No-Store"}))


def test_no_cache_asks_the_worker_and_others_get_the_new_answer():
    answers = iter(["first", "second"])
    with FakeWorker(lambda c, s: c.reply(200, chat_whole(next(answers)))) as worker, behind(worker) as banto:
        body = question()
        assert said(ask(banto, body)) == "first"
        fresh = ask(banto, body, headers={"Cache-Control": "no-cache"})
        assert not is_hit(fresh) and said(fresh) == "second"
        again = ask(banto, body)
        assert is_hit(again) and said(again) == "second"


def test_pragma_no_cache_is_the_old_word_for_it(banto):
    body = question()
    ask(banto, body)
    assert not is_hit(ask(banto, body, headers={"Pragma": "no-cache"}))
    assert is_hit(ask(banto, body, headers={"Pragma": "no-cache", "Cache-Control": "max-age=1000"}))  # RFC 9111 §5.4


def test_max_age_refuses_what_is_older(banto, worker):
    body = question()
    ask(banto, body)
    assert is_hit(ask(banto, body, headers={"Cache-Control": "max-age=1000"}))
    assert not is_hit(ask(banto, body, headers={"Cache-Control": "max-age=0"}))
    until(lambda: int(ask(banto, body).header("age")) >= 2, "it grows older")
    before = len(worker.requests)
    assert not is_hit(ask(banto, body, headers={"Cache-Control": "max-age=1"}))
    assert len(worker.requests) == before + 1
    assert int(ask(banto, body).header("age")) < 2  # the answer that was fetched took its place


def test_only_if_cached_never_asks_a_worker(banto, worker):
    body = question()
    before = len(worker.requests)
    refused = ask(banto, body, headers={"Cache-Control": "only-if-cached"})
    assert refused.status == 504 and refused.json()["error"]["code"] == "not_cached"  # RFC 9111 §5.2.1.7
    assert len(worker.requests) == before
    ask(banto, body)
    assert is_hit(ask(banto, body, headers={"Cache-Control": "only-if-cached"}))
    assert ask(banto, dict(body, store=True), headers={"Cache-Control": "only-if-cached"}).status == 504
    assert len(worker.requests) == before + 1
