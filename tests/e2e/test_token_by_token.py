"""Each token reaches the client before the worker makes the next one: nothing is collected on the way, recorded or not."""
import http.client
import json
import os
import re
import signal
import subprocess
import tempfile
import threading

import pytest
from fakes.fake_worker import FakeWorker, chat_chunk
from harness import DEADLINE_S, Banto, binary, until, worker_toml

TOKENS = 20


def hand_over_hand(taken):
    """A worker that makes a token only when the client holds the one before."""

    def answer(connection, seen):
        connection.start_stream()
        for i in range(TOKENS):
            connection.chunk(chat_chunk(role="assistant" if i == 0 else None, content=f"t{i} "))
            assert taken.acquire(timeout=DEADLINE_S), f"token {i} did not reach the client"
        connection.chunk(chat_chunk(finish="stop"))
        connection.chunk("data: [DONE]\n\n")
        connection.end_stream()

    return answer


@pytest.mark.parametrize("cache", [True, False], ids=["recorded", "not recorded"])
def test_a_token_is_with_the_client_before_the_next_is_made(cache):
    """M3, B8"""
    taken = threading.Semaphore(0)
    with FakeWorker(hand_over_hand(taken)) as worker:
        with Banto(worker_toml(worker.url, kind="vllm") + f"[cache]\nenabled = {str(cache).lower()}\n") as banto:
            connection = http.client.HTTPConnection("127.0.0.1", banto.port, timeout=DEADLINE_S)
            connection.request("POST", "/v1/chat/completions", json.dumps({"model": "m", "stream": True, "messages": [{"role": "user", "content": "x"}]}))
            reply = connection.getresponse()
            got = b""
            for i in range(TOKENS):
                while b"t%d " % i not in got:
                    got += reply.read1(65536)
                taken.release()
            assert (got + reply.read()).endswith(b"data: [DONE]\n\n")
            if cache:
                assert banto.access_line(status=200)["store"] == "stored"


def test_nagle_is_off_on_both_sides():
    """B8: the 40 ms of two well-known gateways are Nagle and delayed ACK. Accepted sockets inherit the listener's option."""
    with FakeWorker() as worker, tempfile.TemporaryDirectory() as folder:
        trace = f"{folder}/trace"
        with Banto(worker_toml(worker.url, kind="vllm")) as banto:
            tracer = subprocess.Popen(["strace", "-f", "-e", "trace=setsockopt,connect", "-o", trace, "-p", str(banto.process.pid)], stderr=subprocess.PIPE)
            try:
                assert b"attached" in tracer.stderr.readline()
                assert banto.chat().status == 200
                to_worker = rf"connect\((\d+), .*htons\({worker.port}\)"
                fd = until(lambda: re.search(to_worker, open(trace).read()), "the worker is connected to")[1]
                assert re.search(rf"setsockopt\({fd}, SOL_TCP, TCP_NODELAY, \[1\]", open(trace).read())
            finally:
                tracer.terminate()
                tracer.wait()
        words = ["strace", "-f", "-e", "trace=setsockopt,listen", "-o", trace, binary(), "serve", worker.url, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--threads", "1"]
        tracer = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            listened = until(lambda: os.path.exists(trace) and re.findall(r"listen\((\d+),", open(trace).read()), "it listens")
            assert re.search(rf"setsockopt\({listened[0]}, SOL_TCP, TCP_NODELAY, \[1\]", open(trace).read())
        finally:
            with open(f"/proc/{tracer.pid}/task/{tracer.pid}/children") as children:
                os.kill(int(children.read().split()[0]), signal.SIGTERM)  # strace ends with what it traces
            tracer.wait(DEADLINE_S)
