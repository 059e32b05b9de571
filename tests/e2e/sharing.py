"""Equal questions at the same time: an answer that waits until all of them are under way."""
import contextlib
import threading

from fakes.fake_worker import answer_chat
from harness import until
from streaming import Listening


class Held:
    """A worker's answer that waits until the test opens it."""

    def __init__(self, answer=answer_chat):
        self.answer, self.opened = answer, threading.Event()

    def __call__(self, connection, seen):
        assert self.opened.wait(60)
        self.answer(connection, seen)


def until_asking(banto, count):
    until(lambda: banto.metric("banto_requests_in_flight") == count, f"{count} requests are under way")


def leaves(banto, client, remain):
    client.sock.close()
    until_asking(banto, remain)


@contextlib.contextmanager
def two_ask(banto, worker, body, **second):
    """The first has a worker asked; the second, who asks the same but for some fields, waits with it."""
    with Listening(banto, body) as first:
        until(lambda: worker.requests, "the first asks")
        with Listening(banto, {**body, **second}) as waiting:
            until_asking(banto, 2)
            yield first, waiting
