"""Vectors are kept one by one: a batch asks its worker only for the items that nobody has asked before."""
import json
import re
import threading

import pytest
from fakes.embedding_engine import DIMENSIONS, EmbeddingEngine, unpack, vector, pack
from harness import Banto, until, worker_toml
from real_redis import RealRedis

CACHE = '[cache]\nmemory = "64MiB"\n'


@pytest.fixture
def engine():
    with EmbeddingEngine() as engine:
        yield engine


@pytest.fixture
def banto(engine):
    with Banto(worker_toml(engine.url, name="gpu1", kind="vllm") + CACHE) as banto:
        yield banto


def embed(banto, items, headers=None, path="/v1/embeddings", **fields):
    return banto.request("POST", path, json.dumps({"model": "m", "input": items, **fields}), headers=headers)


def rows(answer):
    assert answer.status == 200, answer.body
    data = answer.json()["data"]
    assert all(row["object"] == "embedding" and row["note"] == "kept" for row in data)
    return {row["index"]: unpack(row["embedding"]) for row in data}


def is_right(answer, items, dimensions=DIMENSIONS):
    return rows(answer) == {i: pack(vector(item, dimensions)) for i, item in enumerate(items)}


def of(answer):
    """How many items the cache had, of how many."""
    found = re.search(r"detail=items:(\d+)/(\d+)", answer.header("cache-status"))
    return found and (int(found[1]), int(found[2]))


# --- which items reach the worker ---


def test_an_index_made_anew_asks_for_its_new_documents_only(engine, banto):
    documents = [f"document {n}" for n in range(10_000)]
    for at in range(0, len(documents), 100):
        assert is_right(embed(banto, documents[at:at + 100]), documents[at:at + 100])
    assert len(engine.items) == 10_000
    engine.items.clear()
    for n in range(50, len(documents), 100):
        documents[n] += " changed"
    for at in range(0, len(documents), 100):
        answer = embed(banto, documents[at:at + 100])
        assert is_right(answer, documents[at:at + 100]) and of(answer) == (99, 100)
    assert engine.items == [d for d in documents if d.endswith("changed")] and len(engine.items) == 100


def test_a_batch_that_is_known_in_other_parts_is_a_hit(engine, banto):
    embed(banto, ["a", "b", "c"])
    embed(banto, "d")
    answer = embed(banto, ["d", "c", "a"])
    assert is_right(answer, ["d", "c", "a"]) and answer.header("x-cache") == "HIT" and of(answer) == (3, 3)
    alone = embed(banto, "b")
    assert is_right(alone, ["b"]) and alone.header("x-cache") == "HIT"
    assert engine.batches == [["a", "b", "c"], ["d"]]


def test_what_is_partly_known_says_so(engine, banto):
    embed(banto, ["a", "b"])
    answer = embed(banto, ["a", "x", "b", "y"])
    assert is_right(answer, ["a", "x", "b", "y"])
    assert answer.header("cache-status").startswith("banto; fwd=partial; fwd-status=200") and of(answer) == (2, 4)
    assert answer.header("x-cache") == "MISS" and answer.header("x-banto-worker") == "gpu1"
    assert engine.batches[1:] == [["x", "y"]]


def test_an_item_that_is_there_twice_is_asked_once(engine, banto):
    answer = embed(banto, ["a", "b", "a", "a"])
    assert is_right(answer, ["a", "b", "a", "a"]) and engine.batches == [["a", "b"]]


def test_lists_of_tokens_are_items_too(engine, banto):
    embed(banto, [1, 2, 3])
    answer = embed(banto, [[4, 5], [1, 2, 3], "text"])
    assert is_right(answer, [[4, 5], [1, 2, 3], "text"]) and engine.batches == [[[1, 2, 3]], [[4, 5], "text"]]


def test_what_changes_a_vector_is_in_its_key(engine, banto):
    embed(banto, ["a"])
    for fields in ({"dimensions": 4}, {"truncate_prompt_tokens": 5}, {"prompt_name": "query"}, {"never_heard_of": 1}):
        engine.items.clear()
        answer = embed(banto, ["a", "b"], **fields)
        assert is_right(answer, ["a", "b"], fields.get("dimensions", DIMENSIONS)) and engine.items == ["a", "b"], fields
        assert of(embed(banto, ["b", "a"], **fields)) == (2, 2)


def test_numbers_that_are_no_floats_are_kept_as_they_came(engine, banto):
    for fields in ({"embed_dtype": "float16"}, {"endianness": "big"}, {"output_dtype": "int8"}, {"encoding_format": "bytes"}):
        engine.items.clear()
        assert embed(banto, ["a", "b"], **fields).header("x-cache") == "MISS"
        assert embed(banto, ["b"], **fields).header("x-cache") == "MISS"
        assert embed(banto, ["a", "b"], **fields).header("x-cache") == "HIT"
        assert engine.items == ["a", "b", "b"], fields


# --- floats and base64 ---


@pytest.mark.parametrize("first, then", [("float", "base64"), ("base64", "float"), (None, "base64"), ("base64", None)])
def test_floats_and_base64_share_their_vectors_to_the_bit(engine, banto, first, then):
    forms = lambda form: {"encoding_format": form} if form else {}
    items = [f"item {n}" for n in range(200)]
    embed(banto, items, **forms(first))
    answer = embed(banto, items, **forms(then))
    assert is_right(answer, items) and answer.header("x-cache") == "HIT" and len(engine.batches) == 1
    assert all(isinstance(row["embedding"], str if then == "base64" else list) for row in answer.json()["data"])


def test_a_part_is_asked_in_base64_where_the_engine_has_it(engine, banto):
    embed(banto, ["a"])
    for fields in ({}, {"encoding_format": "float"}):
        new = f"new {fields}"
        answer = embed(banto, ["a", new], **fields)
        assert is_right(answer, ["a", new]) and json.loads(engine.requests[-1].body)["encoding_format"] == "base64"
        assert isinstance(answer.json()["data"][0]["embedding"], list)


def test_an_answer_that_nobody_shares_comes_as_the_engine_wrote_it(engine, banto):
    answer = embed(banto, ["a", "b"])
    assert [row["index"] for row in answer.json()["data"]] == [1, 0] and answer.json()["data"][0]["embedding"] == vector("b")


# --- what else it says ---


def test_members_that_nobody_knows_are_kept_and_usage_is_of_all(engine, banto):
    embed(banto, "one")
    embed(banto, "one two")
    first = embed(banto, ["one", "one two", "one two three"]).json()
    assert first["usage"] == {"prompt_tokens": 6, "total_tokens": 6, "completion_tokens": 0} and first["id"] == "embd-1" and first["object"] == "list"
    again = embed(banto, ["one", "one two", "one two three"])
    assert again.json()["usage"] == first["usage"] and again.header("x-banto-estimated") is None


def test_tokens_that_were_told_for_a_batch_only_are_an_estimate_that_says_so(engine, banto):
    told = embed(banto, ["one", "one two", "one two three"])
    again = embed(banto, ["one", "one two", "one two three"])
    assert again.json()["usage"] == told.json()["usage"] and again.header("x-banto-estimated") == "usage"


# --- directives ---


def test_who_wants_a_new_answer_gets_one_and_others_may_have_it(engine, banto):
    embed(banto, ["a", "b"])
    assert is_right(embed(banto, ["a", "b"], headers={"Cache-Control": "no-cache"}), ["a", "b"])
    assert engine.batches == [["a", "b"]] * 2
    embed(banto, ["c"], headers={"Cache-Control": "no-store"})
    embed(banto, ["c", "d"])
    assert engine.batches[2:] == [["c"], ["c", "d"]]


def test_only_if_cached_asks_no_worker_for_the_rest(engine, banto):
    embed(banto, ["a", "b"])
    only = {"Cache-Control": "only-if-cached"}
    assert embed(banto, ["b", "a"], headers=only).status == 200 and embed(banto, ["a", "c"], headers=only).status == 504
    assert engine.batches == [["a", "b"]]


def test_another_callers_vectors_are_not_ones_own(engine, banto):
    embed(banto, ["a", "b"], headers={"Authorization": "Bearer one"})
    assert of(embed(banto, ["a", "b"], headers={"Authorization": "Bearer two"})) is None and len(engine.items) == 4


# --- answers that are no good ---


def lacks_a_row(told):
    return {**told, "data": told["data"][1:]}


def repeats_an_index(told):
    return {**told, "data": [{**row, "index": 0} for row in told["data"]]}


def has_no_number(told):
    return {**told, "data": [{**row, "embedding": [None] * DIMENSIONS} for row in told["data"]]}


def is_no_number(told):
    return {**told, "data": [{**row, "embedding": "AADAfwAAwH8AAMB/AADAfwAAwH8AAMB/AADAfwAAwH8="} for row in told["data"]]}


def is_uneven(told):
    return {**told, "data": [{**row, "embedding": [0.5] * (row["index"] + 1)} for row in told["data"]]}


@pytest.mark.parametrize("spoil", [lacks_a_row, repeats_an_index, has_no_number, is_no_number, is_uneven])
def test_of_an_answer_that_is_not_whole_nothing_is_kept(engine, banto, spoil):
    embed(banto, ["known"])
    engine.spoil = spoil
    for items in (["a", "b"], ["known", "a", "b"]):
        embed(banto, items)
    engine.spoil = None
    engine.items.clear()
    assert is_right(embed(banto, ["known", "b", "a"]), ["known", "b", "a"]) and engine.items == ["b", "a"]


def test_a_batch_of_which_one_is_too_long_to_be_kept_is_not_called_stored(engine):
    """Whichever it is: the others are kept."""
    def grows(told):
        told["data"] = [{**row, "more": "x" * 1_500_000 if row["index"] == longest else ""} for row in told["data"]]
        return told

    engine.spoil = grows
    with Banto(worker_toml(engine.url, name="gpu1", kind="vllm") + '[cache]\nmemory = "16MiB"\n') as banto:
        for longest in range(3):
            items = [f"{longest} {n}" for n in range(3)]
            answer = embed(banto, items)
            assert answer.status == 200 and "stored" not in answer.header("cache-status")
            assert banto.access_line(request_id=answer.header("x-request-id"))["store"] == "too_large"
            assert of(embed(banto, items)) == (2, 3)


def test_vectors_of_another_width_are_not_mixed(engine, banto):
    """The engine has another model of the same name: what was kept is of no use."""
    embed(banto, ["a"])
    engine.spoil = lambda told: {**told, "data": [{**row, "embedding": [0.5] * 4} for row in told["data"]]}
    answer = embed(banto, ["a", "b"])
    assert rows(answer) == {0: pack([0.5] * 4), 1: pack([0.5] * 4)} and engine.batches == [["a"], ["b"], ["a", "b"]]
    assert of(embed(banto, ["b", "a"])) == (2, 2)


def test_an_error_is_the_workers(engine, banto):
    embed(banto, ["a"])
    engine.answer = lambda c, seen: c.reply(400, {"error": {"message": "too long", "type": "BadRequestError", "param": None, "code": 400}})
    answer = embed(banto, ["a", "b"])
    assert answer.status == 400 and answer.json()["error"]["message"] == "too long"


def cut_off(connection, whole, size):
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(whole) + whole[:size])
    connection.sock.close()


def test_an_answer_that_is_cut_is_an_error_and_nothing_of_it_is_kept(engine, banto):
    embed(banto, ["a"])
    make = engine.answer
    whole = json.dumps(EmbeddingEngine.say("/v1/embeddings", {"model": "m"}, [vector("b")], 1)).encode()
    for cut in range(0, len(whole), 7):
        engine.answer = lambda c, seen: cut_off(c, whole, cut)
        assert embed(banto, ["a", "b"]).status == 502
    engine.answer = make
    engine.items.clear()
    assert is_right(embed(banto, ["a", "b"]), ["a", "b"]) and engine.items == ["b"]


# --- together ---


def test_equal_batches_in_flight_are_one(engine):
    with Banto("threads = 2\n" + worker_toml(engine.url, name="gpu1", kind="vllm") + CACHE) as banto:
        embed(banto, ["a"])
        engine.gate.clear()
        answers = []
        askers = [threading.Thread(target=lambda: answers.append(embed(banto, ["a", "b", "c"]))) for _ in range(8)]
        for asker in askers:
            asker.start()
        until(lambda: banto.metric("banto_requests_in_flight", endpoint="embeddings") == 8 and len(engine.batches) == 2, "all ask")
        engine.gate.set()
        for asker in askers:
            asker.join()
        assert len(answers) == 8 and all(is_right(answer, ["a", "b", "c"]) for answer in answers)
        assert engine.batches == [["a"], ["b", "c"]]


@pytest.mark.parametrize("memory", ["0", "64MiB"])
def test_vectors_survive_a_restart_in_redis(engine, memory):
    with RealRedis() as redis:
        config = worker_toml(engine.url, name="gpu1", kind="vllm") + f'[cache]\nmemory = "{memory}"\nredis = "{redis.url}"\nredis_timeout = "5s"\n'
        items = [f"item {n}" for n in range(1000)]
        with Banto(config) as banto:
            embed(banto, items)
            until(lambda: len(redis.entries()) == 1000, "all are in Redis")
        with Banto(config) as banto:
            answer = embed(banto, items + ["new"], encoding_format="base64")
            assert is_right(answer, items + ["new"]) and of(answer) == (1000, 1001)
            reads = redis.client().info("commandstats")["cmdstat_get"]["calls"]
            assert reads >= 1001
        assert engine.batches[1:] == [["new"]]


# --- other APIs ---


def test_ollamas_own_api_too(engine):
    with Banto(worker_toml(engine.url, name="gpu1", kind="ollama", models=["m"]) + CACHE) as banto:
        first = embed(banto, ["one", "one two"], path="/api/embed").json()
        alone = embed(banto, "one two three", path="/api/embed").json()
        answer = embed(banto, ["one two three", "new", "one"], path="/api/embed")
        said = answer.json()
        assert [pack(row) for row in said["embeddings"]] == [pack(vector(item)) for item in ("one two three", "new", "one")]
        assert {k for k in said} == {k for k in first} == {k for k in alone} and said["prompt_eval_count"] == 5 and of(answer) == (2, 3)
        assert engine.batches == [["one", "one two"], ["one two three"], ["new"]]


def test_a_tei_is_asked_for_as_many_as_it_takes():
    with EmbeddingEngine(batch_max=32) as engine, Banto(worker_toml(engine.url, name="gpu1", kind="tei", models=["m"]) + CACHE) as banto:
        items = [f"item {n}" for n in range(100)]
        answer = banto.request("POST", "/embed", json.dumps({"inputs": items[:70]}))
        assert answer.status == 200 and [pack(row) for row in answer.json()] == [pack(vector(item)) for item in items[:70]]
        assert [len(batch) for batch in engine.batches] == [32, 32, 6]
        answer = banto.request("POST", "/embed", json.dumps({"inputs": items}))
        assert [pack(row) for row in answer.json()] == [pack(vector(item)) for item in items] and of(answer) == (70, 100)
        alone = banto.request("POST", "/embed", json.dumps({"inputs": "item 99"}))
        assert alone.header("x-cache") == "HIT" and [pack(row) for row in alone.json()] == [pack(vector("item 99"))]
        assert is_right(embed(banto, items), items)  # another path, another key
        assert [len(batch) for batch in engine.batches] == [32, 32, 6, 30, 32, 32, 32, 4]


@pytest.mark.parametrize("path, translate", [("/api/embed", "ollama to openai"), ("/v1/embeddings", "openai to ollama")])
def test_a_translated_request_asks_for_its_missing_items_too(engine, path, translate):
    kind = "vllm" if path == "/api/embed" else "ollama"
    with Banto(worker_toml(engine.url, name="gpu1", kind=kind, models=["m"], translate="always") + CACHE) as banto:
        embed(banto, ["a", "b"], path=path)
        said = embed(banto, ["b", "c", "a"], path=path).json()
        found = said["embeddings"] if path == "/api/embed" else [row["embedding"] for row in said["data"]]
        assert [unpack(row) for row in found] == [pack(vector(item)) for item in ("b", "c", "a")]
        assert engine.batches == [["a", "b"], ["c"]] and all(seen.path != path for seen in engine.requests)
