"""Who has the beginning of a prompt gets the rest of it, unless others are idle enough; and what the log and the metrics say of that."""
import contextlib
import json
import threading

import pytest
from fakes.fake_worker import FakeWorker, chat_chunk
from harness import DEADLINE_S, Banto, until, worker_toml
from traffic import NO_CACHE, Gate, chat_bytes, start_parallel

NAMES = "abcd"
LONG = "The quick brown fox jumps over the lazy dog. " * 300  # 13 KB


@contextlib.contextmanager
def fleet(count=3, more="", answers=None):
    with contextlib.ExitStack() as stack:
        workers = [stack.enter_context(FakeWorker(answers[i]) if answers else FakeWorker()) for i in range(count)]
        config = "threads = 2\n" + "".join(worker_toml(w.url, name=NAMES[i], kind="vllm", models=["m"]) for i, w in enumerate(workers))
        yield stack.enter_context(Banto(config + more + NO_CACHE))


def turn(banto, messages, headers=None, **fields):
    answer = banto.post("/v1/chat/completions", json.dumps({"model": "m", "messages": messages, **fields}).encode(),
                        headers={"Content-Type": "application/json", **(headers or {})})
    assert answer.status == 200, answer.body
    return answer.header("x-banto-worker")


def user(text):
    return {"role": "user", "content": text}


def test_a_conversation_stays_where_its_beginning_is():
    with fleet() as banto:
        for number in range(6):
            history = [{"role": "system", "content": f"You are number {number}."}, user(LONG)]
            first = turn(banto, history)
            for step in range(5):
                history += [{"role": "assistant", "content": f"Answer {step}."}, user(f"And then {step}?")]
                assert turn(banto, history) == first, f"turn {step} of conversation {number}"


def test_many_conversations_are_spread():
    with fleet() as banto:
        first = [turn(banto, [user(f"{number} " + LONG)]) for number in range(60)]
        assert set(first) == set("abc") and min(first.count(n) for n in "abc") >= 5, first


def test_tools_and_a_system_prompt_in_any_order_are_part_of_the_beginning():
    tools = [{"type": "function", "function": {"name": "look", "description": LONG, "parameters": {"type": "object", "properties": {}}}}]
    with fleet() as banto:
        first = turn(banto, [user("one")], tools=tools)
        body = {"tools": tools, "messages": [user("two")], "model": "m"}
        answer = banto.post("/v1/chat/completions", json.dumps(body).encode(), headers={"Content-Type": "application/json"})
        assert answer.header("x-banto-worker") == first


def test_one_beginning_that_everybody_shares_is_spread_once_streams_run():
    gates = [Gate() for _ in range(3)]
    with fleet(answers=gates) as banto:
        threads, errors = start_parallel(lambda i: turn(banto, [{"role": "system", "content": LONG}, user(f"question {i}")]), 30)
        until(lambda: sum(len(g.arrived) for g in gates) == 30, "all have arrived")
        arrived = [len(g.arrived) for g in gates]
        [g.let(60) for g in gates]
        [t.join() for t in threads]
        assert not errors and min(arrived) >= 5, arrived


@pytest.mark.parametrize("name", ["X-Claude-Code-Session-Id", "X-Session-Affinity", "Session-Id"])
def test_a_session_that_names_itself_returns_to_who_served_it(name):
    with fleet() as banto:
        workers = {turn(banto, [user(f"unlike anything before, {i}: " + "word " * 40 + str(i))], {name: "conversation-1"}) for i in range(8)}
        assert len(workers) == 1


def test_a_session_belongs_to_its_caller():
    """Two keys that choose one name have two conversations: each stays, and neither pins the other."""
    with fleet() as banto:
        homes = {}
        for key in range(12):
            headers = {"Session-Id": "same", "Authorization": f"Bearer key-{key}"}
            homes[key] = {turn(banto, [user(f"{key} {i} " + "word " * 40)], headers) for i in range(3)}
        assert all(len(home) == 1 for home in homes.values())
        assert len(set().union(*homes.values())) > 1


def test_prompt_cache_key_is_a_session_too():
    with fleet() as banto:
        assert len({turn(banto, [user(f"{i} " + "word " * 40)], prompt_cache_key="k") for i in range(8)}) == 1


@pytest.mark.parametrize("key", [None, "", {}])
def test_a_key_that_names_nothing_is_no_session(key):
    with fleet() as banto:
        assert len({turn(banto, [user(f"{i} " + "word " * 40)], prompt_cache_key=key) for i in range(24)}) == 3


def test_a_frame_without_a_token_is_no_first_token():
    """An engine that says at once who will speak has not read the prompt: what waits there still counts."""
    go = threading.Event()

    def early(connection, seen):
        connection.start_stream()
        connection.chunk(chat_chunk(role="assistant", content=""))
        go.wait(DEADLINE_S)
        connection.chunk(chat_chunk(content="word"))
        connection.chunk(chat_chunk(finish="stop"))
        connection.chunk("data: [DONE]\n\n")
        connection.end_stream()

    with fleet(2, answers=[early, early]) as banto:
        awaited = lambda: sum(banto.metric("banto_worker_awaited_prompt_tokens", worker=name) for name in "ab")
        stream = banto.raw(chat_bytes(LONG, stream=True))
        out = b""
        while b"assistant" not in out:
            out += stream.recv(65536)
        assert awaited() > 1000
        go.set()
        while b"[DONE]" not in out:
            out += stream.recv(65536)
        assert awaited() == 0


def test_the_log_says_what_was_weighed_and_hashes_only_if_asked():
    with fleet(2) as banto:
        turn(banto, [user(LONG)])
        turn(banto, [user(LONG), user("more")])
        line = until(lambda: next((x for x in banto.access() if "of 2:" in x.get("pick", "") and " (0 of" not in x["pick"]), None), "the second pick")
        assert line["worker_reason"] == "least_loaded"
        assert "tokens cached" in line["pick"] and "; next " in line["pick"]
        assert "prefix" not in line and "session" not in line
    with fleet(1, '[log]\nprefixes = true\n') as banto:
        turn(banto, [user(LONG)], {"Session-Id": "s"})
        turn(banto, [user(LONG), user("more")], {"Session-Id": "s"})
        logged = lambda: [json.loads(line) for line in banto.events().splitlines() if '"prefix"' in line]  # [log] of our own: to stdout
        until(lambda: len(logged()) == 2, "two lines")
        one, two = logged()
        assert one["session"] == two["session"] and len(one["session"]) <= 16
        assert len(one["prefix"]) == len(LONG) // 2048 and two["prefix"][: len(one["prefix"])] == one["prefix"]


def test_metrics_tell_the_size_of_the_index():
    with fleet(2) as banto:
        where = turn(banto, [user(LONG)])
        assert banto.metric("banto_worker_prefix_blocks", worker=where) >= len(LONG) // 256 - 1
        assert banto.metric("banto_prefix_index_bytes") > 0
        assert banto.metric("banto_worker_awaited_prompt_tokens", worker=where) == 0


def counting(cached):
    """Streams whose usage says, of 15,000 prompt tokens, that so many were cached: cached(messages before the last), None: it does not say."""

    def answer(connection, seen):
        usage = {"prompt_tokens": 15_000, "completion_tokens": 1, "total_tokens": 15_001}
        told = cached(seen.json()["messages"][:-1])
        if told is not None:
            usage["prompt_tokens_details"] = {"cached_tokens": told}
        connection.start_stream()
        connection.chunk(chat_chunk(role="assistant", content="word"))
        connection.chunk(chat_chunk(finish="stop"))
        connection.chunk(chat_chunk(usage=usage, choices=[]))
        connection.chunk("data: [DONE]\n\n")
        connection.end_stream()

    return answer


def room_after_returns(cached):
    """The least room that two workers are assumed to have after twelve long conversations have come twice, in turn."""
    with fleet(2, answers=[counting(cached), counting(cached)]) as banto:
        room = lambda: min(banto.metric("banto_worker_prefix_capacity_blocks", worker=name) for name in "ab")
        before = room()
        for again in range(2):
            for number in range(12):
                turn(banto, [user(f"{number} " + LONG * 5)] + [user("more")] * again, stream=True)
        return room() / before


def test_who_forgets_what_was_expected_of_it_is_believed_to_hold_less():
    assert room_after_returns(lambda history: 0) < 0.7


def test_who_has_what_was_expected_of_it_is_believed():
    assert room_after_returns(lambda history: 14_000 if history else 0) == 1


def test_who_does_not_tell_what_was_cached_is_believed():
    assert room_after_returns(lambda history: None) == 1
