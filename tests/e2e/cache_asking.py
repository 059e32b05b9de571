"""Asking the cache: the same question twice, two questions that must not be taken for each other, and what became of an answer."""
import hashlib
import http.client
import itertools
import json

from fakes.fake_worker import chat_chunk, chat_whole
from harness import binary, until

_numbers = itertools.count(1)


def sanitized():
    """A sanitizer's build has shadows of its memory and keeps what is freed: its size says nothing."""
    with open(binary(), "rb") as f:
        program = f.read()
    return any(name in program for name in (b"__asan_init", b"__tsan_init", b"__msan_init"))


def nonce():
    """A text that no other test has asked."""
    return f"question {next(_numbers)}"


def chat(**fields):
    """A question that no other test has asked."""
    return {"model": "m", "temperature": 0, "messages": [{"role": "user", "content": nonce()}], **fields}


def digest(body):
    return hashlib.sha256(body).hexdigest()[:24]


def answer_digest(connection, seen):
    """An engine whose answer names the very bytes it was asked: an entry given to the wrong question shows."""
    text = f"{seen.path} {digest(seen.body)} {seen.headers.get('authorization', '')}"
    try:
        body = json.loads(seen.body)
    except (ValueError, RecursionError):
        body = {}
    if not isinstance(body, dict):
        body = {}
    n = body.get("n") if isinstance(body.get("n"), int) else 1
    if seen.path.split("?")[0].endswith("/completions") and "chat" not in seen.path:
        choices = [{"index": i, "text": text, "finish_reason": "stop", "logprobs": None} for i in range(n)]
        return connection.reply(200, {"id": "cmpl-0123456789abcdef", "object": "text_completion", "created": 1700000000, "model": "m", "choices": choices})
    if seen.path.split("?")[0].endswith("/embeddings"):
        return connection.reply(200, {"object": "list", "model": "m", "data": [{"object": "embedding", "index": 0, "embedding": [0.5, len(text)]}],
                                      "usage": {"prompt_tokens": 1, "total_tokens": 1}})
    if body.get("stream") is True:
        connection.start_stream()
        for piece in (chat_chunk(role="assistant", content=""), chat_chunk(content=text), chat_chunk(finish="stop"), "data: [DONE]\n\n"):
            connection.chunk(piece)
        return connection.end_stream()
    answer = chat_whole(text)
    answer["choices"] = [dict(answer["choices"][0], index=i) for i in range(n)]
    connection.reply(200, answer)


def encode(body):
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def ask(banto, body, path="/v1/chat/completions", headers=None):
    return banto.post(path, encode(body), headers=headers)


def is_hit(answer):
    return answer.header("x-cache") == "HIT"


def said(answer):
    """What a chat answer says, however it is packed."""
    if answer.header("content-type").startswith("text/event-stream"):
        events = [e.removeprefix("data:").strip() for e in answer.body.decode().split("\n\n") if e.startswith("data:")]
        chunks = [json.loads(e) for e in events if e != "[DONE]"]
        return "".join(c["choices"][0]["delta"].get("content") or "" for c in chunks if c["choices"])
    return answer.json()["choices"][0]["message"]["content"]


def must_share(banto, first, second, **kw):
    """The second is the same question as the first."""
    a = ask(banto, first, **kw)
    assert a.status == 200 and a.header("x-cache") == "MISS", (a.status, a.headers, a.body[:300])
    b = ask(banto, second, **kw)
    assert b.status == 200 and is_hit(b), (b.headers, first, second)
    return a, b


def must_differ(banto, *bodies, paths=None, headers=None, path="/v1/chat/completions"):
    """No two of them are the same question: none is answered from another's entry, and each has an entry of its own."""
    asked = list(zip(bodies, paths or itertools.repeat(path), headers or itertools.repeat(None)))
    first = []
    for body, where, who in asked:
        answer = ask(banto, body, path=where, headers=who)
        assert answer.status == 200 and answer.header("x-cache") == "MISS", (answer.status, answer.headers, body, answer.body[:300])
        first.append(answer)
    for (body, where, who), before in zip(asked, first):
        answer = ask(banto, body, path=where, headers=who)
        assert is_hit(answer), (answer.headers, body)
        without = [{k: v for k, v in a.json().items() if k not in ("id", "created")} for a in (answer, before)]
        assert without[0] == without[1], body


def must_bypass(banto, worker, body, reason=None, status=200, **kw):
    """It is served, asks the worker each time, and says why."""
    before = len(worker.requests)
    for _ in range(2):
        answer = ask(banto, body, **kw)
        assert answer.status == status and answer.header("x-cache") == "BYPASS", (answer.status, answer.headers, answer.body[:300])
        assert "stored" not in answer.header("cache-status"), answer.headers
        if reason:
            assert f"detail={reason}" in answer.header("cache-status"), answer.headers
    assert len(worker.requests) == before + 2
    return answer


def try_ask(banto, body, **kw):
    """As ask, but an answer that breaks off is None: what a client makes of it is not the question here."""
    try:
        return ask(banto, body, **kw)
    except (http.client.HTTPException, ConnectionError):
        return None


def stored_is(banto, worker, body, store, **kw):
    """Asks twice. `store` is what the access log says became of the first answer; only "stored" may make the second a hit."""
    known = {line["request_id"] for line in banto.access()}
    before = len(worker.requests)
    first = try_ask(banto, body, **kw)
    line = until(lambda: next((l for l in banto.access() if l["request_id"] not in known), None), "the first access line")
    second = try_ask(banto, body, **kw)
    kept = second is not None and is_hit(second)
    assert kept == (store == "stored"), (line, first and (first.status, first.headers, first.body[-300:]))
    assert len(worker.requests) - before == (1 if kept else 2)
    assert line.get("store") == store, line
    return first, second
