"""Which answers are kept and which are not (traps S1–S9, S11): only what is whole by its API's rule, and only where worker and client allow it."""
import json

import pytest
from cache_asking import ask, is_hit, nonce, said, try_ask
from fakes.fake_worker import CHAT_ID, FakeWorker, chat_chunk, chat_whole
from harness import Banto, until, worker_toml
from storing import BODY, CONFIG, DONE, HEAD, ROLE, STOP, WORD, behind, check, pieces, question, raw, whole


# --- S1: a success, and a real one ---


@pytest.mark.parametrize("status", [201, 202, 203, 206, 302, 400, 401, 404, 422, 429, 500, 501, 503])
def test_only_200_is_kept(status):
    """S1"""
    check(whole(chat_whole("x"), status), "upstream_error")


def test_an_error_behind_a_200_is_not_kept():
    """S1"""
    check(whole({"error": {"message": "CUDA out of memory", "type": "x", "code": 500}}), "upstream_error")
    check(whole({"object": "error", "message": "too long", "type": "BadRequestError", "code": 400}), "upstream_error")


@pytest.mark.parametrize("kind", ["before_a_token", "after_a_token"])
def test_an_error_event_that_ends_in_done_is_not_kept(kind):
    """S1"""
    error = 'data: {"error":{"message":"bad","type":"BadRequestError","param":null,"code":400}}\n\n'
    parts = (error, DONE) if kind == "before_a_token" else (ROLE, WORD, error, DONE)
    check(pieces(*parts), "upstream_error", stream=True)


# --- S2: the terminal ---

GOOD = {
    "whole": (whole(chat_whole("x")), False), "stream": (pieces(ROLE, WORD, STOP, DONE), True), "finish_beside_the_last_word": (pieces(ROLE, chat_chunk(content="x", finish="stop"), DONE), True),
    "usage_after_the_finish": (pieces(ROLE, WORD, STOP, "data: " + json.dumps({"id": CHAT_ID, "object": "chat.completion.chunk", "created": 1700000000, "model": "m", "choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}) + "\n\n", DONE), True),
    "done_inside_the_text": (pieces(ROLE, chat_chunk(content="data: [DONE]\n\n"), chat_chunk(content="[DONE]"), STOP, DONE), True),
    "whole_in_chunks": (lambda c, s: (c.start_stream("application/json"), c.chunk(json.dumps(chat_whole("x"))[:50]), c.chunk(json.dumps(chat_whole("x"))[50:]), c.end_stream()), False),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_complete_answer_is_kept(name):
    """S2: and so the tests below mean something."""
    answer, stream = GOOD[name]
    first, second = check(answer, "stored", stream)
    assert said(first) == said(second)


INCOMPLETE = {
    "no_done": pieces(ROLE, WORD, STOP), "no_finish": pieces(ROLE, WORD, DONE), "nothing_but_done": pieces(DONE), "no_frames": pieces(), "done_only_inside_the_text": pieces(ROLE, chat_chunk(content="data: [DONE]"), STOP),
    "done_inside_the_text_and_no_finish": pieces(ROLE, chat_chunk(content="\n\ndata: [DONE]\n\n")), "half_a_frame_at_the_end": pieces(ROLE, WORD, STOP, DONE[:9]),
}


@pytest.mark.parametrize("name", INCOMPLETE)
def test_a_stream_without_its_terminal_is_not_kept(name):
    """S2"""
    with FakeWorker(INCOMPLETE[name]) as worker, behind(worker) as banto:
        body = question(stream=True)
        for _ in range(2):
            answer = try_ask(banto, body)
            assert answer is None or not is_hit(answer)
        assert len(worker.requests) == 2
        stores = {line.get("store") for line in until(lambda: len(banto.access()) == 2 and banto.access(), "two access lines")}
        assert len(stores) == 1 and not stores & {"stored", None}, stores


def test_every_choice_must_have_finished():
    """S2: n = 2 and one finish_reason."""
    choice = lambda i, **delta: "data: " + json.dumps({"id": CHAT_ID, "object": "chat.completion.chunk", "created": 1700000000, "model": "m",
                                                        "choices": [{"index": i, "delta": delta.get("delta", {}), "finish_reason": delta.get("finish")}]}) + "\n\n"
    start = [choice(0, delta={"content": "a"}), choice(1, delta={"content": "b"}), choice(0, finish="stop")]
    with FakeWorker(pieces(*start, DONE)) as worker, behind(worker) as banto:
        body = question(stream=True, n=2)
        for _ in range(2):
            answer = try_ask(banto, body)
            assert answer is None or not is_hit(answer)
    check(pieces(*start, choice(1, finish="stop"), DONE), "stored", stream=True, n=2)
    # A choice that never came is missing too, in both packagings.
    check(pieces(ROLE, WORD, STOP, DONE), "incomplete_stream", stream=True, n=2)
    check(whole(chat_whole("x")), "malformed", n=2)


# --- S3: cut on the way ---

STREAM = ROLE + WORD + STOP + DONE
CUT = {
    "short_of_its_length": (raw(HEAD + f"Content-Length: {len(BODY) + 1}\r\n\r\n" + BODY), False),
    "short_of_its_length_but_json": (raw(HEAD + f"Content-Length: {len(BODY) + 100}\r\n\r\n" + BODY), False),
    "chunks_without_the_last": (raw(HEAD + f"Transfer-Encoding: chunked\r\n\r\n{len(BODY):x}\r\n{BODY}\r\n"), False),
    "half_a_chunk": (raw(HEAD + f"Transfer-Encoding: chunked\r\n\r\n{len(BODY) + 1:x}\r\n{BODY}"), False),
    "stream_without_the_last_chunk": (pieces(STREAM, end=False), True),
    "stream_without_the_last_chunk_frame_by_frame": (pieces(ROLE, WORD, STOP, DONE, end=False), True),
    "stream_cut_in_its_last_chunk": (raw(HEAD.replace("application/json", "text/event-stream") + f"Transfer-Encoding: chunked\r\n\r\n{len(STREAM) + 10:x}\r\n{STREAM}"), True),
    "stream_with_a_broken_chunk_after_done": (raw(HEAD.replace("application/json", "text/event-stream") + f"Transfer-Encoding: chunked\r\n\r\n{len(STREAM):x}\r\n{STREAM}\r\nzz\r\n"), True),
}


@pytest.mark.parametrize("name", CUT)
def test_what_was_cut_on_the_way_is_not_kept_even_when_it_looks_whole(name):
    """S3"""
    answer, stream = CUT[name]
    with FakeWorker(answer) as worker, behind(worker) as banto:
        body = question(stream)
        for _ in range(2):
            got = try_ask(banto, body)
            assert got is None or not is_hit(got)
        assert len(worker.requests) == 2
        lines = until(lambda: len(banto.access()) == 2 and banto.access(), "two access lines")
        assert all(line.get("store") not in (None, "stored") for line in lines), lines


def test_a_reset_after_done_is_not_kept():
    """S3"""

    def answer(connection, seen):
        connection.start_stream()
        connection.chunk(STREAM)
        connection.reset()

    with FakeWorker(answer) as worker, behind(worker) as banto:
        body = question(stream=True)
        for _ in range(2):
            got = try_ask(banto, body)
            assert got is None or not is_hit(got)
        assert len(worker.requests) == 2


def test_a_stream_that_stalls_is_given_up_and_not_kept():
    """S3"""

    def stalls(connection, seen):
        connection.start_stream()
        connection.chunk(ROLE + WORD)
        connection.left()

    with FakeWorker(stalls) as worker, behind(worker, '[timeouts]\nidle = "200ms"\n') as banto:
        body = question(stream=True)
        for _ in range(2):
            assert try_ask(banto, body) is None
        assert [line["attempts"][0]["result"] for line in until(lambda: len(banto.access()) == 2 and banto.access(), "two lines")] == ["idle_timeout"] * 2
        assert len(worker.requests) == 2


# --- S4: frames come as they like ---

UNICODE = (ROLE + WORD.replace("word ", "日本語 é 😀") + ": ping\n\n" + WORD + STOP + DONE).encode()  # raw characters, so that a cut may go through one
WAYS = {
    "byte_by_byte": [UNICODE[i:i + 1] for i in range(len(UNICODE))], "seven_at_a_time": [UNICODE[i:i + 7] for i in range(0, len(UNICODE), 7)], "at_once": [UNICODE],
    "crlf": [UNICODE.replace(b"\n", b"\r\n")], "crlf_byte_by_byte": [bytes([b]) for b in UNICODE.replace(b"\n", b"\r\n")], "comments_between": [b": a\n\n" + UNICODE.replace(b"data: {", b": b\n\ndata: {")],
    "no_space_after_data": [UNICODE.replace(b"data: ", b"data:")], "content_and_done_in_one": [ROLE.encode(), UNICODE[len(ROLE):]],
}


@pytest.mark.parametrize("name", WAYS)
def test_an_answer_is_kept_whole_however_its_bytes_came(name):
    """S4: and the replay says what the worker said."""
    first, second = check(pieces(*WAYS[name]), "stored", stream=True)
    assert said(first) == said(second) == "日本語 é 😀word "
    frames = lambda a: [e for e in a.body.split(b"\n\n") if e.startswith(b"data:")]
    assert len(frames(first)) == len(frames(second)) and second.body.endswith(frames(first)[-1] + b"\n\n")


def test_what_comes_after_done_is_not_kept():
    """S4"""
    check(pieces(ROLE, WORD, STOP, DONE, chat_chunk(content="more")), "malformed", stream=True)


def test_text_that_is_not_utf8_is_not_kept():
    """S4"""
    check(pieces(ROLE, WORD.replace("word", "W").encode().replace(b"W", b"\xff"), STOP, DONE), "malformed", stream=True)
    check(whole(BODY.encode().replace(b'"x"', b'"\xff"')), "malformed")


# --- S5, S6: why it finished, and with what ---


def test_an_answer_cut_by_the_engines_own_limit_is_not_kept_but_one_cut_by_the_callers_is():
    """S5"""
    for stream, answer in ((False, whole(chat_whole("x", finish="length"))), (True, pieces(ROLE, WORD, chat_chunk(finish="length"), DONE))):
        check(answer, "length_limit", stream)
        check(answer, "stored", stream, max_tokens=5)
        check(answer, "stored", stream, max_completion_tokens=5)


@pytest.mark.parametrize("reason", ["content_filter", "error", "abort", "cancelled", None, ""])
def test_an_answer_that_did_not_finish_well_is_not_kept(reason):
    """S5"""
    check(whole(chat_whole("x", finish=reason)), "finish_reason_error", max_tokens=5)
    if reason:
        check(pieces(ROLE, WORD, chat_chunk(finish=reason), DONE), "finish_reason_error", stream=True)


def message(**fields):
    body = chat_whole("")
    body["choices"][0]["message"] = {"role": "assistant", **fields}
    return body


def call(arguments):
    return {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": arguments}}


@pytest.mark.parametrize("body,store", [
    (dict(chat_whole("x"), choices=[]), "empty_answer"), (message(content=""), "empty_answer"), (message(content=None), "empty_answer"), (message(), "empty_answer"),
    (message(content=None, tool_calls=[]), "empty_answer"), (message(content=None, tool_calls=[call('{"a":')]), "malformed"), (message(content=None, tool_calls=[call('{"a": 1}'), call("x")]), "malformed"),
    (message(content=None, tool_calls=[call('{"a": 1}')]), "stored"), (message(content="", reasoning_content="hm"), "stored"), (message(content=None, refusal="no"), "stored"),
    ({"id": "x"}, "malformed"), ([], "malformed"), ("not json", "malformed"), (BODY[:-1], "malformed"), (BODY + "x", "malformed"),
], ids=["no_choices", "no_text", "null_text", "no_content", "no_calls", "half_arguments", "one_of_two_bad", "good_call", "reasoning", "refusal", "another_object", "array", "text", "cut_json", "json_and_more"])
def test_an_answer_with_nothing_or_rubbish_in_it_is_not_kept(body, store):
    """S6"""
    check(whole(body), store)


def delta(**fields):
    return "data: " + json.dumps({"id": CHAT_ID, "object": "chat.completion.chunk", "created": 1700000000, "model": "m", "choices": [{"index": 0, "delta": fields, "finish_reason": None}]}) + "\n\n"


@pytest.mark.parametrize("parts,store", [
    ([ROLE], "empty_answer"), ([ROLE, chat_chunk(content="")], "empty_answer"), ([delta(tool_calls=[{"index": 0, **call('{"a"')}]), delta(tool_calls=[{"index": 0, "function": {"arguments": ": 1}"}}])], "stored"),
    ([delta(tool_calls=[{"index": 0, **call('{"a"')}]), delta(tool_calls=[{"index": 0, "function": {"arguments": ": 1"}}])], "malformed"),
    ([delta(tool_calls=[{"index": 0, **call("{}")}, {"index": 1, **call("{")}])], "malformed"), ([delta(reasoning_content="hm")], "stored"),
], ids=["only_a_role", "empty_text", "arguments_in_pieces", "arguments_cut", "second_call_cut", "reasoning"])
def test_a_stream_with_nothing_or_rubbish_in_it_is_not_kept(parts, store):
    """S6"""
    check(pieces(*parts, chat_chunk(finish="tool_calls" if "tool_calls" in parts[0] else "stop"), DONE), store, stream=True)


# --- S3, S11, S13: how large ---


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_an_answer_beyond_entry_bytes_max_passes_whole_and_is_not_kept(stream):
    """S3, S11: the bound aborts the recording even when [DONE] was in the same read."""
    text = "x" * 5000
    answer = pieces(ROLE + chat_chunk(content=text) + STOP + DONE) if stream else whole(chat_whole(text))
    first, second = check(answer, "too_large", stream, '[cache]\nentry_bytes_max = "4KiB"\n')
    assert said(first) == said(second) == text
    check(answer, "stored", stream, '[cache]\nentry_bytes_max = "8KiB"\n')


def test_answers_of_some_megabytes_are_kept():
    """S13"""
    first, second = check(whole(chat_whole("x" * (3 << 20))), "stored")
    assert said(first) == said(second)


def test_an_entry_larger_than_the_memory_tier_is_not_kept_and_pushes_nothing_out():
    """S11"""
    sizes = {"small": 1000, "large": 2 << 20}

    def answer(connection, seen):
        connection.reply(200, chat_whole("x" * sizes[seen.json()["messages"][0]["content"].split(" ")[0]]))

    with FakeWorker(answer) as worker, behind(worker, '[cache]\nmemory = "1MiB"\n') as banto:
        body = lambda size: question(messages=[{"role": "user", "content": f"{size} {nonce()}"}])
        small, large = body("small"), body("large")
        assert ask(banto, small).status == 200
        for _ in range(2):
            assert not is_hit(ask(banto, large))
        assert is_hit(ask(banto, small))
        assert banto.access_line(store="too_large")


# --- S11: the worker's word ---


@pytest.mark.parametrize("header,store", [
    ("Cache-Control: no-store", "response_no_store"), ("Cache-Control: private", "response_no_store"), ("Cache-Control: max-age=60, NO-STORE", "response_no_store"), ("Cache-Control: no-cache", "response_no_store"),
    ('Cache-Control: private="x-a, x-b"', "response_no_store"), ("Cache-Control: max-age=0", "response_no_store"), ("Set-Cookie: a=b", "set_cookie"), ("Vary: X-Lang", "vary"), ("Vary: *", "vary"), ("Vary: Accept-Encoding, Accept-Language", "vary"),
    ("Content-Encoding: gzip", "not_cacheable"), ("Vary: Accept-Encoding", "stored"), ("Vary: Origin", "stored"), ("Cache-Control: public, max-age=60", "stored"), ("Cache-Control: x=\"no-store\"", "stored"),
])
def test_the_workers_word_on_keeping_is_obeyed(header, store):
    """S11: and Cache-Status does not claim `stored` against it."""
    first, _ = check(whole(chat_whole("x"), headers=[header]), store)
    members = [m.strip() for m in first.header("cache-status").split(";")]
    assert ("stored" in members) == (store == "stored"), first.headers


def test_no_cache_on_an_event_stream_is_meant_for_browsers():
    """S11: every engine's guide to SSE tells to send it."""
    check(pieces(ROLE, WORD, STOP, DONE, headers="Cache-Control: no-cache\r\nX-Accel-Buffering: no\r\n"), "stored", stream=True)
    check(pieces(ROLE, WORD, STOP, DONE, headers="Cache-Control: no-store\r\n"), "response_no_store", stream=True)


@pytest.mark.parametrize("answer,kept", [
    (whole("x", content_type="text/plain"), True), (whole("x", status=404), False), (whole("x", headers=["Set-Cookie: a=b"]), False), (whole("x", headers=["Cache-Control: private"]), False), (whole("", content_type="text/plain"), True),
    (raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort"), False), (raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n"), False),
], ids=["text", "404", "cookie", "private", "empty", "cut", "cut_chunks"])
def test_a_routes_answer_is_kept_by_the_same_rules(answer, kept):
    """S1, S3, S11"""
    route = '[[routes]]\npath = "/predict"\nworkers = ["app"]\ncache = { ttl = "60s", key = ["query.q"] }\n'
    with FakeWorker(answer) as worker, Banto(worker_toml(worker.url, name="app", kind="http") + CONFIG + route) as banto:
        for again in (False, True):
            try:
                assert is_hit(banto.get("/predict?q=1")) == (again and kept)
            except Exception as e:
                assert not kept and type(e).__name__ in ("IncompleteRead", "ConnectionResetError", "RemoteDisconnected"), e
        assert len(worker.requests) == (1 if kept else 2)
