"""[[models]] mirror: copies for another model, which cost the client nothing and leave nothing behind."""
from fakes.fake_worker import FakeWorker, answer_chat, chat_whole
from harness import Banto, until, worker_toml
from traffic import NO_CACHE, Gate, chat_bytes, rule


def beside(original, other, mirror='{ model = "b" }', cache=NO_CACHE, more="", **settings):
    text = "threads = 1\n" + worker_toml(original.url, name="original", kind="vllm", models=["a"])
    return Banto(text + worker_toml(other.url, name="other", kind="vllm", models=["b"], **settings) + rule("x", target='"a"', mirror=mirror) + more + cache)


def counted(banto, side, code="200"):
    return banto.metric("banto_mirror_requests_total", side=side, code=code) or 0


def test_a_copy_goes_to_the_mirror_and_both_are_counted():
    with FakeWorker(models=["a"]) as original, FakeWorker(lambda c, s: c.reply(200, chat_whole("other words")), models=["b"]) as other, beside(original, other) as banto:
        answer = banto.chat("hi", model="x", temperature=0.5)
        assert answer.json()["choices"][0]["message"]["content"] == "echo: hi"
        until(lambda: other.requests, "the copy is asked")
        copy = other.requests[0].json()
        assert copy == {**original.requests[0].json(), "model": "b"}
        until(lambda: counted(banto, "copy") == 1 and counted(banto, "original") == 1, "both are counted")
        assert banto.metric("banto_mirror_output_tokens_total", side="copy") == 3
        assert banto.metric("banto_tokens_total", model="b", type="output") == 3
        assert banto.metric("banto_mirror_seconds_total", side="copy") > 0 and banto.metric("banto_mirror_seconds_total", side="original") > 0
        assert banto.access_line(status=200)["mirror"] == "b"


def test_the_client_does_not_wait_for_a_copy_nor_hear_of_it():
    gate = Gate()
    with FakeWorker(models=["a"]) as original, FakeWorker(gate, models=["b"]) as other, beside(original, other) as banto:
        assert banto.chat("hi", model="x", stream=True).status == 200
        until(lambda: gate.arrived, "the copy is asked")
        gate.let(1)
        until(lambda: counted(banto, "copy") == 1, "it is counted")
        other.answer = lambda connection, seen: connection.reset()
        assert banto.chat("again", model="x").status == 200
        until(lambda: counted(banto, "copy", "502") == 1, "its failure is counted, once")
        assert banto.chat("third", model="x").status == 200


def test_only_free_slots_are_used():
    gate = Gate()
    with FakeWorker(models=["a"]) as original, FakeWorker(gate, models=["b"]) as other, beside(original, other, max_in_flight=1) as banto:
        assert banto.chat("first", model="x").status == 200
        until(lambda: gate.arrived == ["first"], "the slot is taken")
        assert banto.chat("second", model="x").status == 200
        until(lambda: counted(banto, "copy", "none") == 1, "there was no slot")
        gate.let(1)
        until(lambda: counted(banto, "copy") == 1, "the first is over")
        assert gate.arrived == ["first"] and banto.metric("banto_queue_depth") == 0


def test_a_share_is_a_share():
    with FakeWorker(models=["a"]) as original, FakeWorker(models=["b"]) as other, beside(original, other, '{ model = "b", share = 0.25 }') as banto:
        for i in range(200):
            assert banto.chat(f"{i}", model="x").status == 200
        until(lambda: counted(banto, "copy") == counted(banto, "original"), "all copies are over")
        assert 20 <= len(other.requests) <= 90, len(other.requests)  # six standard deviations about 50


def test_hits_are_not_copied_and_copies_are_not_stored():
    with FakeWorker(models=["a"]) as original, FakeWorker(models=["b"]) as other, beside(original, other, cache="") as banto:
        assert [banto.chat("hi", model="x").header("x-cache") for _ in range(3)] == ["MISS", "HIT", "HIT"]
        until(lambda: counted(banto, "copy") == 1, "one copy")
        assert banto.chat("hi", model="b").header("x-cache") == "MISS"


def test_what_leaves_something_behind_is_never_copied():
    def answer(connection, seen):
        if seen.path == "/v1/responses":
            return connection.reply(200, {"id": "resp_1", "object": "response", "status": "completed", "output": []})
        answer_chat(connection, seen)

    with FakeWorker(answer, models=["a"]) as original, FakeWorker(models=["b"]) as other, beside(original, other) as banto:
        for body in ({"store": True}, {"previous_response_id": "resp_0"}, {"tools": [{"type": "web_search"}]}):
            banto.post("/v1/responses", {"model": "x", "input": "hi", **body})
        assert banto.chat("plain", model="x").status == 200
        until(lambda: counted(banto, "copy") == 1, "the plain one is copied")
        assert len(original.requests) == 4 and len(other.requests) == 1


def test_a_client_that_leaves_does_not_end_the_copy():
    first, second = Gate(), Gate()
    with FakeWorker(first, models=["a"]) as original, FakeWorker(second, models=["b"]) as other, beside(original, other) as banto:
        sock = banto.raw(chat_bytes("hi", model="x"))
        until(lambda: first.arrived and second.arrived, "both are asked")
        sock.close()
        until(lambda: banto.access_line(status=499), "it left")
        second.let(1)
        until(lambda: counted(banto, "copy") == 1, "the copy is whole")
        first.let(1)
        assert banto.worker("other")["in_flight"] == 0


def test_a_copy_that_outlives_its_request_is_counted_under_the_right_name():
    """The name was once read from the memory of the request, which was gone: other requests' bytes, keys among them, became labels."""
    gate = Gate()
    with FakeWorker() as original, FakeWorker(gate, models=["b"]) as other:
        text = "threads = 1\n" + worker_toml(original.url, name="original", kind="vllm", models=["*"]) + worker_toml(other.url, name="other", kind="vllm", models=["b"])
        with Banto(text + rule("pre*", mirror='{ model = "b" }') + NO_CACHE) as banto:
            for size in (10, 100, 3_000_000):
                assert banto.chat("hi", model="pre" + "x" * size).status == 200
            until(lambda: len(gate.arrived) == 3, "the copies are asked")
            for i in range(50):
                banto.chat(f"something else {i}", model="other-name")
            gate.let(3)
            until(lambda: counted(banto, "copy") == 3, "they are over")
            scrape = banto.admin("/metrics").body.decode()
            assert {line.split('model="')[1].split('"')[0] for line in scrape.splitlines() if line.startswith("banto_mirror_requests_total{") and 'side="copy"' in line} <= {"pre" + "x" * 10, "pre" + "x" * 100, "other"}


def test_copies_leave_the_memory_to_the_clients():
    gate = Gate()
    with FakeWorker(models=["a"]) as original, FakeWorker(gate, models=["b"]) as other, beside(original, other, more='[limits]\nbuffered_bytes_max = "64MiB"\n') as banto:
        body = "x" * 4_000_000
        assert [banto.chat(body, model="x").status for _ in range(12)] == [200] * 12
        gate.let(20)
        until(lambda: banto.worker("other")["in_flight"] == 0, "the copies are over")


def test_a_copy_does_not_take_the_slot_of_the_request_that_it_copies():
    gate = Gate()
    with FakeWorker(gate, models=["a", "b"]) as worker:
        text = "threads = 1\n" + worker_toml(worker.url, name="one", kind="vllm", models=["a", "b"], max_in_flight=1)
        with Banto(text + rule("x", target='"a"', mirror='{ model = "b" }') + NO_CACHE) as banto:
            gate.let(2)
            assert banto.chat("hi", model="x").status == 200
            until(lambda: banto.worker("one")["in_flight"] == 0, "nothing is under way")
            assert [seen.json()["model"] for seen in worker.requests] == ["a"] and not banto.access_line(status=200).get("queue_ms")
