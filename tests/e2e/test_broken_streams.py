"""What workers do wrong in a stream, and what the client is told: an error in its API's shape, never a quiet short answer. B5, B6 (a stall: test_cache_store.py)."""
import json

import pytest
from fakes.fake_worker import FakeWorker, answer_chat, chat_chunk
from harness import DEADLINE_S, Banto, until, worker_toml


def events(body):
    return [e for e in body.decode().split("\n\n") if e]


def data_of(body):
    return [json.loads(e[6:]) for e in events(body) if e.startswith("data: ") and e != "data: [DONE]"]


def stream_of(*pieces, end=True):
    def answer(connection, seen):
        connection.start_stream()
        for piece in pieces:
            connection.chunk(piece)
        if end:
            connection.end_stream()
        else:
            connection.sock.close()

    return answer


ROLE = chat_chunk(role="assistant", content="")
WORD = chat_chunk(content="word ")
STOP = chat_chunk(finish="stop")
DONE = "data: [DONE]\n\n"
ERROR = 'data: {"error":{"message":"CUDA out of memory","type":"InternalServerError","param":null,"code":500}}\n\n'


def raw_stream(banto, at_first_bytes=lambda: None, **kw):
    """The stream's bytes and whether its framing ended."""
    body = json.dumps({"model": "m", "stream": True, "messages": [{"role": "user", "content": "x"}], **kw}).encode()
    s = banto.raw(b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    out = b""
    try:
        while not out.endswith(b"0\r\n\r\n"):
            part = s.recv(65536)
            if not part:
                break
            if not out:
                at_first_bytes()
            out += part
    except ConnectionResetError:
        pass
    head, _, rest = out.partition(b"\r\n\r\n")
    payload, ended = b"", False
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        n = int(size, 16)
        if n == 0:
            ended = True
            break
        payload += rest[:n]
        rest = rest[n + 2:]
    return int(head.split()[1]), payload, ended


BROKEN = {
    "cut_after_tokens": (stream_of(ROLE, WORD, WORD, end=False), "upstream_disconnected"),
    "clean_end_without_finish": (stream_of(ROLE, WORD), "upstream_disconnected"),
    "done_without_finish": (stream_of(ROLE, WORD, DONE), "upstream_disconnected"),  # llama-cpp-python, interrupted
    "error_then_done": (stream_of(ROLE, WORD, ERROR, DONE), None),                   # vLLM, SGLang, TGI
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_stream_that_breaks_ends_with_an_error_event_and_never_cleanly(name):
    answer, code = BROKEN[name]
    with FakeWorker(answer) as worker, Banto(worker_toml(worker.url, name="gpu1", kind="vllm")) as banto:
        status, payload, ended = raw_stream(banto)
        assert status == 200 and not ended
        assert b"[DONE]" not in payload
        last = data_of(payload)[-1]
        assert "error" in last and "choices" not in last, payload
        if code:
            assert last["error"]["code"] == code
        # And nothing of it was kept.
        raw_stream(banto)
        assert len(worker.requests) == 2


def test_an_overload_behind_a_200_is_tried_elsewhere_and_the_client_never_sees_it():
    overloaded = stream_of('data: {"error":{"message":"The request queue is full.","type":"ServiceUnavailable","code":503}}\n\n', DONE)
    with FakeWorker(overloaded) as first, FakeWorker() as second:
        with Banto(worker_toml(first.url, name="a", kind="sglang") + worker_toml(second.url, name="b", kind="vllm")) as banto:
            for i in range(6):
                status, payload, ended = raw_stream(banto, seed=i)
                assert status == 200 and ended and payload.endswith(DONE.encode())
        assert len(second.requests) == 6


def test_an_error_before_the_first_token_becomes_a_real_status():
    with FakeWorker(stream_of(ERROR, DONE)) as worker, Banto(worker_toml(worker.url, kind="vllm")) as banto:
        answer = banto.chat(stream=True)
        assert answer.status == 500 and answer.header("content-type").startswith("application/json")
        assert "CUDA" in answer.json()["error"]["message"]


def test_crlf_comments_and_ids_come_out_as_sdks_need_them():
    messy = (": ping\r\n\r\n" + "id: 7\r\n" + ROLE.replace("\n\n", "\r\n\r\n"), "retry: 3000\n\n", WORD[:20], WORD[20:] + ": x\n\n" + STOP, DONE)
    with FakeWorker(stream_of(*messy)) as worker, Banto(worker_toml(worker.url, kind="vllm")) as banto:
        status, payload, ended = raw_stream(banto)
        assert status == 200 and ended
        assert b"\r" not in payload and b"id:" not in payload.replace(b'"id:', b"") and b"retry" not in payload
        assert [e for e in events(payload) if e.startswith("data: ")] == [e.strip() for e in (ROLE, WORD, STOP, DONE)]


def test_a_frame_split_at_every_byte_arrives_whole():
    text = ROLE + chat_chunk(content="üñí") + STOP + DONE
    pieces = [bytes([b]) for b in text.encode()]
    with FakeWorker(stream_of(*pieces)) as worker, Banto(worker_toml(worker.url, kind="vllm")) as banto:
        status, payload, ended = raw_stream(banto)
        assert ended and payload == text.encode()


def test_a_done_inside_content_is_no_terminal():
    with FakeWorker(stream_of(ROLE, chat_chunk(content="data: [DONE]\n\n"), STOP, DONE)) as worker, Banto(worker_toml(worker.url, kind="vllm")) as banto:
        status, payload, ended = raw_stream(banto)
        assert ended and data_of(payload)[1]["choices"][0]["delta"]["content"] == "data: [DONE]\n\n"


def test_an_html_page_is_no_answer_and_the_next_worker_is_asked():
    def page(connection, seen):
        connection.reply(200, "<html>You are about to visit</html>", "text/html")

    with FakeWorker(page) as tunnel, FakeWorker() as good:
        with Banto(worker_toml(tunnel.url, name="colab", kind="vllm") + worker_toml(good.url, name="gpu", kind="vllm")) as banto:
            for i in range(4):
                assert banto.chat(f"x{i}").status == 200
            until(lambda: len(banto.access()) == 4, "four access lines")
            results = [a["result"] for line in banto.access() for a in line["attempts"]]
            assert results.count("protocol") == len(tunnel.requests) and results.count("ok") == 4


def test_a_whole_answer_that_is_cut_is_never_passed_off_as_whole():
    def cut(connection, seen):
        connection.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"id\":")
        connection.sock.close()

    import http.client
    with FakeWorker(cut) as worker, Banto(worker_toml(worker.url, kind="vllm")) as banto:
        with pytest.raises((http.client.IncompleteRead, ConnectionError, http.client.RemoteDisconnected)):
            banto.chat()


def test_an_early_commit_keeps_the_client_waiting_and_a_late_error_becomes_an_event():
    import threading
    go = threading.Event()

    def late(connection, seen):
        go.wait(30)
        connection.reply(500, {"error": {"message": "late trouble", "type": "InternalServerError", "code": 500}})

    config = '[timeouts]\ncommit_after = "200ms"\n[balance]\nretries = 0\n'
    with FakeWorker(late) as worker, Banto(worker_toml(worker.url, kind="vllm") + config) as banto:
        body = json.dumps({"model": "m", "stream": True, "messages": [{"role": "user", "content": "x"}]}).encode()
        s = banto.raw(b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        out = b""
        while b":\n\n" not in out:
            out += s.recv(65536)
        assert out.startswith(b"HTTP/1.1 200") and b"text/event-stream" in out
        go.set()
        while True:
            part = s.recv(65536)
            if not part:
                break
            out += part
        assert b'"error"' in out and not out.endswith(b"0\r\n\r\n")


def test_an_early_commit_may_still_be_answered_by_another_worker():
    import threading
    committed = threading.Event()

    def dies_late(connection, seen):
        committed.wait(DEADLINE_S)
        connection.reset()

    config = '[timeouts]\ncommit_after = "100ms"\n'
    with FakeWorker(dies_late) as first, FakeWorker() as second:
        with Banto(worker_toml(first.url, name="a", kind="vllm") + worker_toml(second.url, name="b", kind="vllm", backup=True) + config) as banto:
            status, payload, ended = raw_stream(banto, committed.set)
            assert status == 200 and ended and payload.startswith(b":\n\n") and payload.endswith(DONE.encode())
