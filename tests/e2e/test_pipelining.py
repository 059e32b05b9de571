"""Clients that send many requests before they read: each is answered in turn, at a cost and in a memory that do not grow with how many wait, and others are not kept waiting."""
import pathlib
import select
import signal
import socket
import threading
import time

import pytest
from cache_asking import sanitized
from fakes.fake_worker import FakeWorker, answer_chat
from harness import Banto, until, worker_toml
from traffic import Client, chat_bytes
from wire import Reader

HIT = chat_bytes("hello")
LISTING = b"GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n"
NO_JSON = b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n[["
HEAD = b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"
CHUNKED = b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\n[\r\n" * 50 + b"0\r\n\r\n"
KINDS = {"hits": HIT, "listings": LISTING, "refusals": NO_JSON, "heads": HEAD, "tiny_chunks": CHUNKED}


@pytest.fixture(scope="module")
def hits():
    """One thread, and the answer to HIT in the cache."""
    with FakeWorker() as worker, Banto("threads = 1\n" + worker_toml(worker.url, name="gpu1", kind="vllm")) as banto:
        banto.until_worker("gpu1")
        assert Client(banto).chat("hello", stream=False).status == 200
        yield banto


def cpu_s(banto):
    """User and system time of the program so far."""
    with open(f"/proc/{banto.process.pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def all_threads_are_stopped(banto):
    tasks = pathlib.Path(f"/proc/{banto.process.pid}/task")
    return all((task / "stat").read_text().rsplit(")", 1)[1].split()[0] == "T" for task in tasks.iterdir())


def pipeline(banto, request, count, on_answers=lambda seen: None):
    """Sends all of them at once while it reads; returns how many answers came."""
    with banto.raw(b"") as s:
        sender = threading.Thread(target=s.sendall, args=(request * count,))
        sender.start()
        seen, tail = 0, b""
        while seen < count and (part := s.recv(1 << 20)):
            part = tail + part
            seen += part.count(b"HTTP/1.1 ")
            tail = part[-8:]
            on_answers(seen)
        sender.join()
    return seen


@pytest.mark.parametrize("kind", KINDS)
def test_each_of_many_pipelined_requests_costs_what_each_of_few_costs(hits, kind):
    """The rest of the input is not copied for each: 20,000 cost no more than ten times 2,000 (it was seventy times)."""
    request = KINDS[kind]
    assert pipeline(hits, request, 500) == 500
    start = cpu_s(hits)
    for _ in range(5):
        assert pipeline(hits, request, 2000) == 2000
    few = cpu_s(hits) - start
    assert pipeline(hits, request, 20000) == 20000
    many = cpu_s(hits) - start - few
    assert many < 2 * few * 2 + 0.1, f"CPU seconds: {few:.2f} for five times 2,000, {many:.2f} for 20,000"


class Deaf:
    """A client that asks and asks and never reads. It sends until the program has stopped reading from it."""

    def __init__(self, banto, request):
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect(("127.0.0.1", banto.port))
        self.socket.setblocking(False)
        self.request, self.sent = request * 200, 0

    def send(self):
        """False: the socket is full. OSError: the program has ended the connection."""
        try:
            self.sent += self.socket.send(self.request[self.sent % len(self.request):])
            return True
        except BlockingIOError:
            return False

    def send_until_full(self):
        tries = []

        def full():
            while self.send():
                assert self.sent < 64 << 20, "the program reads on, whatever is not read from it"
                tries.clear()
            tries.append(0)
            return len(tries) > 100

        until(full, "the program has stopped reading")


@pytest.mark.skipif(sanitized(), reason="a sanitizer's build has no meaningful size")
@pytest.mark.parametrize("kind", KINDS)
def test_a_client_that_never_reads_is_not_read_from_and_costs_bounded_memory(hits, kind):
    before = hits.memory_kib()
    deaf = Deaf(hits, KINDS[kind])
    deaf.send_until_full()
    assert hits.memory_kib() - before < 2048, f"KiB after {deaf.sent} bytes of requests"
    resting = cpu_s(hits)
    with Client(hits) as other:
        for _ in range(200):
            assert other.chat("hello", stream=False).header("x-cache") == "HIT"
    assert cpu_s(hits) - resting < 1, "CPU seconds for 200 hits beside it"
    deaf.socket.close()


def test_a_client_that_never_reads_is_ended_by_its_idle_time():
    with FakeWorker() as worker, Banto("threads = 1\n" + worker_toml(worker.url, name="gpu1", kind="vllm") + '[timeouts]\nidle = "300ms"\n') as banto:
        banto.until_worker("gpu1")
        assert Client(banto).chat("hello", stream=False).status == 200
        deaf = Deaf(banto, HIT)

        def ended():
            try:
                while deaf.send():
                    assert deaf.sent < 64 << 20, "the program reads on, whatever is not read from it"
                return False
            except OSError:
                return True

        until(ended, "the connection is reset")


def test_a_client_that_pipelines_does_not_keep_others_waiting(hits):
    """Its requests are answered in slices of a turn. The program is halted until both clients have sent theirs, so that it finds them together."""
    with hits.raw(LISTING) as crowd, hits.raw(LISTING) as other:
        crowd_reader, other_reader = Reader(crowd), Reader(other)
        crowd_reader.answer(), other_reader.answer()
        hits.signal(signal.SIGSTOP)
        until(lambda: all_threads_are_stopped(hits), "the program stands still")
        crowd.sendall(LISTING.replace(b"a\r\n", b"a\r\nX-Request-Id: crowd\r\n") * 500)
        other.sendall(LISTING.replace(b"a\r\n", b"a\r\nX-Request-Id: other\r\n"))
        hits.signal(signal.SIGCONT)
        assert other_reader.answer()[0] == 200
        for _ in range(500):
            assert crowd_reader.answer()[0] == 200
    ids = until(lambda: [l["request_id"] for l in hits.access() if l["request_id"] in ("crowd", "other")][500:] and [l["request_id"] for l in hits.access()], "all are logged")
    ids = [i for i in ids if i in ("crowd", "other")]
    assert ids.index("other") <= 64, f"answered after {ids.index('other')} of the other client's 500"


class Crowd:
    """Clients that each send many requests at once, and what has come back to them."""

    def __init__(self, banto, clients, request, each):
        self.sockets = [banto.raw(b"") for _ in range(clients)]
        self.came = {s: b"" for s in self.sockets}
        banto.signal(signal.SIGSTOP)
        until(lambda: all_threads_are_stopped(banto), "the program stands still")
        for s in self.sockets:
            s.sendall(request * each)
            s.setblocking(False)

    def answers(self):
        """How many have come by now."""
        for s in select.select(self.sockets, [], [], 0)[0]:
            try:
                while part := s.recv(1 << 20):
                    self.came[s] += part
            except BlockingIOError:
                pass
        return sum(came.count(b"HTTP/1.1 ") for came in self.came.values())

    def close(self):
        for s in self.sockets:
            s.close()


def test_a_crowd_that_pipelines_keeps_others_waiting_no_longer_than_one_of_it(hits):
    """A turn answers a slice of what all have sent ahead, not a slice of each. The program is halted amid fifty clients' requests; another client's, sent then, is answered behind few of them."""
    with hits.raw(LISTING) as other:
        reader = Reader(other)
        reader.answer()
        crowd = Crowd(hits, 50, HEAD.replace(b"a\r\n", b"a\r\nX-Request-Id: many\r\n"), 600)
        answered = []
        for turn in range(5):
            hits.signal(signal.SIGCONT)
            until(lambda: crowd.answers() > 1000 * turn, "the crowd is being answered")
            hits.signal(signal.SIGSTOP)
            until(lambda: all_threads_are_stopped(hits), "the program stands still")
            answered.append(crowd.answers())
            other.sendall(LISTING.replace(b"a\r\n", f"a\r\nX-Request-Id: one-{turn}\r\n".encode()))
            hits.signal(signal.SIGCONT)
            assert reader.answer()[0] == 200
        until(lambda: crowd.answers() == 50 * 600, "all are answered")
        crowd.close()
    ids = until(lambda: [i for l in hits.access() if (i := l["request_id"]) == "many" or i.startswith("one-")][50 * 600 + 4:] and [l["request_id"] for l in hits.access()], "all are logged")
    ids = [i for i in ids if i == "many" or i.startswith("one-")]
    waited = [ids.index(f"one-{turn}") - before for turn, before in enumerate(answered)]
    assert max(waited) < 300, f"of the crowd's requests were answered first: {waited}"


def test_what_is_read_ahead_counts_as_buffered_bytes():
    """Forty clients that send 60 KiB of requests behind one that is being answered are more than 1 MiB; who is beyond it gets his answer and a close, and nobody's answer is lost."""
    go = threading.Event()

    def answer(connection, seen):
        go.wait(30)
        answer_chat(connection, seen)

    config = '[limits]\nbuffered_bytes_max = "1MiB"\n[cache]\nenabled = false\n'
    with FakeWorker(answer) as worker, Banto("threads = 1\n" + worker_toml(worker.url, name="gpu1", kind="vllm") + config) as banto:
        banto.until_worker("gpu1")
        ahead = LISTING * (60 * 1024 // len(LISTING))
        sockets = [banto.raw(chat_bytes("first") + ahead) for _ in range(40)]
        until(lambda: worker.open_now == 40, "all are being answered")
        go.set()
        closed = 0
        for s in sockets:
            reader = Reader(s)
            assert reader.answer()[0] == 200
            listings = 0
            while listings < len(ahead) // len(LISTING):
                try:
                    assert reader.answer()[0] == 200
                except (AssertionError, ConnectionResetError):
                    break
                listings += 1
            closed += listings == 0
            s.close()
        assert 20 <= closed < 40, f"{closed} of 40 were beyond the bound"
        with banto.raw(chat_bytes("first") + LISTING * 3) as s:
            reader = Reader(s)
            assert [reader.answer()[0] for _ in range(4)] == [200] * 4, "all was given back"


def test_a_request_that_comes_byte_by_byte_is_read_as_one_that_comes_whole(hits):
    with hits.raw(b"") as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in HIT + LISTING:
            s.send(bytes([byte]))
        reader = Reader(s)
        assert [reader.answer()[0] for _ in range(2)] == [200, 200]


def test_a_flood_of_expectations_is_answered_one_by_one(hits):
    """Each 100 Continue waits for its body, so nobody can ask for more of them than he sends requests."""
    request = HIT.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n", 1)
    head, body = request.split(b"\r\n\r\n", 1)
    with hits.raw(b"") as s:
        stream = s.makefile("rb")
        for _ in range(50):
            s.sendall(head + b"\r\n\r\n")
            assert stream.readline() == b"HTTP/1.1 100 Continue\r\n" and stream.readline() == b"\r\n"
            s.sendall(body)
            assert stream.readline() == b"HTTP/1.1 200 OK\r\n"
            fields = dict(line.split(b": ", 1) for line in iter(lambda: stream.readline().rstrip(b"\r\n"), b""))
            stream.read(int(fields[b"Content-Length"]))


def test_a_body_that_trickles_is_refused_when_its_time_is_over():
    """Each byte comes in time, all of them do not: the whole has a bound of its own."""
    config = '[timeouts]\nclient_body = "10s"\nclient_body_total = "300ms"\n'
    with FakeWorker() as worker, Banto(worker_toml(worker.url, name="gpu1", kind="vllm") + config) as banto:
        for framing in (b"Content-Length: 100000", b"Transfer-Encoding: chunked"):
            with banto.raw(b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\n" + framing + b"\r\n\r\n") as s:
                s.setblocking(False)
                answer = b""

                def refused():
                    nonlocal answer
                    try:
                        s.send(b"1\r\n \r\n" if b"chunked" in framing else b" ")
                    except OSError:
                        pass
                    try:
                        answer += s.recv(65536)
                    except BlockingIOError:
                        time.sleep(0.01)  # the client's own pace
                    return answer

                until(refused, "the refusal")
                assert answer.startswith(b"HTTP/1.1 408 "), answer
                assert b"client_body_total" in answer and b"Connection: close" in answer
        assert not worker.requests
