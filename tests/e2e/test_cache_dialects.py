"""Every operation of every API is answered again from the cache, as it came, and nothing of it that is less than whole."""
import datetime
import json
import re
import threading
import time

import pytest
from cache_asking import is_hit, must_bypass, nonce, try_ask
from dialect_answers import CASES
from fakes.fake_worker import FakeWorker, answer_chat
from harness import Banto, until, worker_toml
from traffic import Engine, ollama_pages
from wire import Reader, request_bytes

FORMS = [(name, stream) for name, case in CASES.items() for stream in (False, True) if (case.stream if stream else case.whole is not None)]
forms = pytest.mark.parametrize("name, stream", FORMS, ids=[f"{n}-{'stream' if s else 'whole'}" for n, s in FORMS])
TIMES = re.compile(rb'"(created|created_at|completed_at)": ?("[^"]*"|\d+)')
IDS = re.compile(rb"[0-9a-f]{16}")


def give(connection, case, frames=None, body=None):
    """A worker's answer: these frames, or this body."""
    if frames is None:
        return connection.reply(200, body if body is not None else case.whole)
    connection.start_stream(case.type)
    for frame in frames:
        connection.chunk(frame)
    connection.end_stream()


PAGES = {"ollama": ollama_pages("m"), "tgi": {"/info": (200, {"model_id": "m", "version": "3"})}, "tei": {"/info": (200, {"model_id": "m"})}, "sglang": {"/get_model_info": (200, {"model_path": "m"})}}


class Engines:
    """One program for each kind of worker, kept for the module."""

    def __init__(self):
        self.running = {}

    def __call__(self, kind):
        if kind not in self.running:
            worker = Engine(lambda connection, seen: self.answer(connection, seen), pages=PAGES.get(kind))
            self.running[kind] = worker, Banto(worker_toml(worker.url, name="gpu1", kind=kind, models=["m"]) + "[balance]\nretries = 0\n")
        return self.running[kind]

    def stop(self):
        for worker, banto in self.running.values():
            banto.stop()
            worker.stop()


@pytest.fixture(scope="module")
def engines():
    engines = Engines()
    yield engines
    engines.stop()


def asker(engines, name, stream):
    case = CASES[name]
    worker, banto = engines(case.kind)
    engines.answer = lambda connection, seen: give(connection, case, case.stream if stream else None)
    return case, worker, banto


def plain(body):
    """Without its id and its times; its own item's id is among what stays."""
    return TIMES.sub(rb'"\1": 0', body)


# Put together anew from vectors: the same JSON in other bytes.
ITEMISED = ("ollama_embed", "tei_embed")


@forms
def test_what_was_asked_before_is_answered_again_as_it_came(engines, name, stream):
    case, worker, banto = asker(engines, name, stream)
    body = case.question(nonce(), stream)
    before = len(worker.asked)
    first, *hits = [banto.post(case.path, body, headers=case.headers) for _ in range(3)]
    assert first.status == 200 and first.header("x-cache") == "MISS", (first.status, first.headers, first.body)
    assert all(is_hit(h) for h in hits) and len(worker.asked) == before + 1, hits[0].headers
    for hit in hits:
        assert hit.header("content-type") == first.header("content-type")
        if name in ITEMISED:
            assert hit.json() == first.json()
            continue
        assert len(hit.body) + len(pings(first)) == len(first.body)
        assert IDS.sub(b"", plain(hit.body)) == IDS.sub(b"", plain(first.body.replace(pings(first), b"")))
    other = banto.post(case.path, case.question(nonce(), stream), headers=case.headers)
    assert other.header("x-cache") == "MISS"


def pings(answer):
    return b'event: ping\ndata: {"type": "ping"}\n\n' if b"event: ping" in answer.body else b""


# By a packager of their own (test_both_packagings*.py).
TOLD_BOTH_WAYS = {"messages", "responses", "ollama_chat", "ollama_generate"}


@forms
def test_streams_and_wholes_of_it_are_not_taken_for_each_other_where_none_can_be_told_of_the_other(engines, name, stream):
    case, _, banto = asker(engines, name, stream)
    text = nonce()
    banto.post(case.path, case.question(text, stream), headers=case.headers)
    other = banto.post(case.path, case.question(text, not stream), headers=case.headers)
    assert is_hit(other) == (name in TOLD_BOTH_WAYS) or case.stream is None or not case.says_stream


def test_each_answer_of_a_cache_has_an_id_and_a_time_of_its_own(engines):
    for name, stream in FORMS:
        case, _, banto = asker(engines, name, stream)
        body = case.question(nonce(), stream)
        first, second, third = [banto.post(case.path, body, headers=case.headers).body for _ in range(3)]
        now = time.time()
        if name in ("messages", "responses"):
            start = {"messages": b"msg_", "responses": b"resp_"}[name]
            ids = [set(re.findall(rb'"id": ?"(' + start + rb'[^"]*)"', b)) - {b"msg_fedcba9876543210"} for b in (first, second, third)]
            assert all(len(i) == 1 for i in ids) and len(set.union(*ids)) == 3, ids
        for _, at in TIMES.findall(second):
            if at.startswith(b'"'):
                assert abs(seconds(at) - now) < 100, at
            else:
                assert abs(int(at) - now) < 100


def seconds(at):
    return datetime.datetime.fromisoformat(at.strip(b'"').decode()[:19] + "+00:00").timestamp()


# --- nothing less than whole ---


@forms
def test_what_is_cut_anywhere_is_never_stored(engines, name, stream):
    """At offsets over the whole of it; once short of its length, or without its last chunk, and once as if that had been all."""
    case, worker, banto = asker(engines, name, stream)
    wire = "".join(case.stream).encode() if stream else json.dumps(case.whole).encode()
    last = len(wire.rstrip()) - 1
    cuts = sorted({round(last * i / 9) for i in range(10)} | {last - 1, last})
    for cut in cuts:
        for clean in (False, True):
            def broken(connection, seen):
                if not stream:
                    length = cut if clean else len(wire)
                    return connection.send(f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n".encode() + wire[:cut]), connection.sock.shutdown(2)
                connection.start_stream(case.type)
                if cut:
                    connection.chunk(wire[:cut])
                if clean:
                    return connection.end_stream()
                connection.sock.shutdown(2)

            engines.answer = broken
            body = case.question(nonce(), stream)
            for _ in range(2):
                answer = try_ask(banto, body, path=case.path, headers=case.headers)
                assert answer is None or not is_hit(answer), (cut, clean, answer.body)
    engines.answer = lambda connection, seen: give(connection, case, case.stream if stream else None)


LIES = ["longer", "two_lengths", "html", "text", "gzip", "error", "error_text", "not_200", "private", "empty", "list"]


@forms
@pytest.mark.parametrize("lie", LIES)
def test_an_answer_that_is_not_what_it_says_is_never_stored(engines, name, stream, lie):
    case, worker, banto = asker(engines, name, stream)
    wire = "".join(case.stream).encode() if stream else json.dumps(case.whole).encode()
    kind = case.type if stream else "application/json"
    head = {"longer": f"Content-Length: {len(wire) + 5}", "two_lengths": f"Content-Length: {len(wire)}\r\nContent-Length: {len(wire) + 1}", "gzip": f"Content-Length: {len(wire)}\r\nContent-Encoding: br",
            "private": f"Content-Length: {len(wire)}\r\nCache-Control: no-store"}.get(lie)
    content = {"error": b'{"error":{"message":"no","type":"x"}}', "error_text": b'{"error":"no"}', "empty": b"", "list": b"[]"}.get(lie, wire)
    if stream and lie in ("error", "error_text"):
        content = wire + (content + b"\n" if "ndjson" in kind else b"data: " + content + b"\n\n")
    kind = {"html": "text/html", "text": "text/plain"}.get(lie, kind)
    status = "201 Created" if lie == "not_200" else "200 OK"

    def lying(connection, seen):
        connection.send(f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{head or f'Content-Length: {len(content)}'}\r\n\r\n".encode() + content)
        if lie == "longer":
            connection.sock.shutdown(2)

    engines.answer = lying
    body = case.question(nonce(), stream)
    for _ in range(2):
        answer = try_ask(banto, body, path=case.path, headers=case.headers)
        if stream and lie in ("html", "text") and answer is not None and answer.status == 200 and answer.header("content-type").split(";")[0] == case.type:
            break  # a good stream under a wrong label is read as what it is
        assert answer is None or not is_hit(answer), (answer.headers, answer.body)


# --- the key, and what prevents it ---


def test_another_version_or_beta_of_anthropics_api_is_another_question(engines):
    case, _, banto = asker(engines, "messages", False)
    body = case.question(nonce())
    for headers in ({"anthropic-version": "2023-06-01"}, {"anthropic-version": "2024-01-01"}, {"anthropic-version": "2023-06-01", "anthropic-beta": "context-1m-2025-08-07"}):
        assert not is_hit(banto.post(case.path, body, headers=headers)) and is_hit(banto.post(case.path, body, headers=headers))


def share(banto, case, first, second):
    banto.post(case.path, first, headers=case.headers)
    return is_hit(banto.post(case.path, second, headers=case.headers))


def test_what_cannot_change_the_answer_is_not_part_of_the_question(engines):
    for name, more in (("messages", {"metadata": {"user_id": "u"}}), ("messages", {"service_tier": "auto"}), ("responses", {"store": False}), ("responses", {"priority": 3}), ("ollama_chat", {"keep_alive": "10m"})):
        case, _, banto = asker(engines, name, False)
        body = case.question(nonce())
        assert share(banto, case, body, {**body, **more}), (name, more)


def test_what_an_answer_repeats_of_the_question_is_part_of_it(engines):
    for name, more in (("responses", {"metadata": {"order": "7"}}), ("responses", {"user": "u"}), ("responses", {"safety_identifier": "s"}), ("messages", {"thinking": {"type": "enabled", "budget_tokens": 1024}}),
                       ("messages", {"max_tokens": 10}), ("ollama_chat", {"options": {"num_ctx": 512}}), ("ollama_chat", {"think": True}), ("ollama_generate", {"raw": True}), ("ollama_embed", {"dimensions": 2})):
        case, _, banto = asker(engines, name, False)
        body = case.question(nonce())
        assert not share(banto, case, body, {**body, **more}), (name, more)


STATE = [
    ("responses", {"store": True}, "store"), ("responses", {"previous_response_id": "resp_1"}, "previous_response_id"), ("responses", {"conversation": "c"}, "conversation"),
    ("responses", {"background": True}, "background"), ("responses", {"prompt": {"id": "pmpt_1"}}, "prompt_template"), ("responses", {"tools": [{"type": "web_search"}]}, "server_tool"),
    ("responses", {"input": [{"type": "item_reference", "id": "msg_1"}]}, "remote_content"),
    ("responses", {"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "https://example.org/cat.png"}]}]}, "remote_content"),
    ("responses", {"input": [{"role": "user", "content": [{"type": "input_file", "file_id": "file-1"}]}]}, "remote_content"),
    ("responses", {"input": [{"role": "user", "content": [{"type": "input_file", "file_url": "https://example.org/a.pdf"}]}]}, "remote_content"),
    ("messages", {"container": "c1"}, "container"), ("messages", {"mcp_servers": [{"type": "url", "url": "https://mcp.example", "name": "x"}]}, "remote_content"),
    ("messages", {"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "server_tool"),
    ("messages", {"messages": [{"role": "user", "content": [{"type": "image", "source": {"type": "url", "url": "https://example.org/cat.png"}}]}]}, "remote_content"),
    ("messages", {"messages": [{"role": "user", "content": [{"type": "document", "source": {"type": "file", "file_id": "file_1"}}]}]}, "remote_content"),
    ("ollama_chat", {"keep_alive": 0}, "keep_alive_zero"), ("ollama_chat", {"messages": []}, "empty_prompt"), ("ollama_generate", {"prompt": ""}, "empty_prompt"), ("ollama_generate", {"context": [1, 2, 3]}, "context"),
    ("sglang_generate", {"session_params": {"id": "s"}}, "session_params"), ("sglang_generate", {"image_data": "cat.png"}, "remote_content"), ("sglang_generate", {"bootstrap_host": "h"}, "bootstrap"),
    ("rerank", {"documents": [{"content": [{"type": "image_url", "image_url": {"url": "https://example.org/cat.png"}}]}]}, "remote_content"), ("rerank", {"documents": [{"image": "https://example.org/cat.png"}, "b"]}, "remote_content"),
    ("rerank", {"query": {"content": [{"type": "image_url", "image_url": {"url": "https://example.org/cat.png"}}]}}, "remote_content"),
    ("moderations", {"input": [{"type": "image_url", "image_url": {"url": "https://example.org/cat.png"}}]}, "remote_content"), ("llama_tokenize", {"session_id": "s"}, "session_id"),
    ("input_tokens", {"previous_response_id": "resp_1"}, "previous_response_id"),
]


@pytest.mark.parametrize("name, more, reason", STATE, ids=[f"{n}-{r}-{i}" for i, (n, _, r) in enumerate(STATE)])
def test_what_depends_on_more_than_the_question_is_not_kept_and_says_why(engines, name, more, reason):
    case, worker, banto = asker(engines, name, False)
    must_bypass(banto, worker, {**case.question(nonce()), **more}, reason, path=case.path, headers=case.headers)


def test_an_sglang_keeps_a_response_unless_it_is_told_not_to(engines):
    """The next turn names the response by its id, which a hit would have renewed."""
    worker, banto = engines("sglang")
    case = CASES["responses"]
    engines.answer = lambda connection, seen: give(connection, case)
    body = case.question(nonce())
    must_bypass(banto, worker, body, "store_by_default", path=case.path)
    assert share(banto, case, *[{**body, "store": False}] * 2)


def test_a_page_among_ranked_texts_is_a_text(engines):
    """And what is only quoted beside a question is no reference."""
    case, _, banto = asker(engines, "rerank", False)
    assert share(banto, case, *[{**case.question("x"), "documents": ["https://example.org/" + nonce(), {"text": "b"}, "c"]}] * 2)


# --- a worker that speaks another API ---

SPOKEN = [(name, stream) for name in ("messages", "responses", "ollama_chat", "ollama_generate") for stream in (False, True)]


@pytest.mark.parametrize("name, stream", SPOKEN, ids=[f"{n}-{'stream' if s else 'whole'}" for n, s in SPOKEN])
def test_an_answer_that_was_translated_is_given_again_in_its_clients_words(name, stream):
    """Its id and its time are renewed there too."""
    case = CASES[name]
    with FakeWorker() as worker, Banto(worker_toml(worker.url, name="gpu1", kind="vllm", models=["m"], translate="always")) as banto:
        body = case.question(nonce(), stream)
        first, second, third = [banto.post(case.path, body, headers=case.headers) for _ in range(3)]
        assert first.status == 200 and first.header("x-cache") == "MISS" and is_hit(second) and is_hit(third), (first.headers, second.headers, first.body)
        assert len(worker.requests) == 1 and worker.requests[0].path.startswith("/v1/c") and second.header("content-type") == first.header("content-type")
        mine = re.compile(rb'"id":"(msg|resp)_[^"]*"')
        assert mine.sub(b"", plain(second.body)) == mine.sub(b"", plain(first.body))
        if not name.startswith("ollama"):
            assert len({mine.search(a.body)[0] for a in (first, second, third)}) == 3


def test_whoever_shares_a_translation_is_told_once_what_was_dropped():
    gate = threading.Event()

    def late(connection, seen):
        gate.wait(30)
        answer_chat(connection, seen)

    with FakeWorker(late) as worker, Banto(worker_toml(worker.url, name="gpu1", kind="vllm", models=["m"], translate="always")) as banto:
        body = {**CASES["messages"].question(nonce()), "made_up": 1}

        def heads():
            _, fields, _ = Reader(banto.raw(request_bytes(body, path="/v1/messages"))).answer()
            return [value for name, value in fields if name.lower() == "x-banto-dropped"], dict(fields)["x-cache"]

        told = []
        asking = [threading.Thread(target=lambda: told.append(heads())) for _ in range(3)]
        [t.start() for t in asking]
        until(lambda: banto.status()["workers"][0]["in_flight"] == 1 and len(worker.requests) == 1, "the question is under way")
        gate.set()
        [t.join() for t in asking]
        told.append(heads())
        assert [dropped for dropped, _ in told] == [["made_up"]] * 4 and told[-1][1] == "HIT" and len(worker.requests) == 1, told


def test_a_count_that_we_estimated_is_not_kept(engines):
    """The worker may learn to count: its number is asked for again."""
    case, worker, banto = asker(engines, "count_tokens", False)
    engines.answer = lambda connection, seen: connection.reply(404, {"detail": "Not Found"})
    body = case.question(nonce())
    for _ in range(2):
        answer = banto.post(case.path, body, headers=case.headers)
        assert answer.status == 200 and answer.header("x-banto-estimated") == "input_tokens" and not is_hit(answer), (answer.status, answer.headers, answer.body)
        assert "stored" not in answer.header("cache-status")
