"""The official Node client of OpenAI, with real llama.cpp servers behind banto."""
import pytest
from conftest import EMBEDDING_MODEL, node
from engines.engines import MODEL
from harness import until


@pytest.fixture
def call(banto):
    def run(operation, **options):
        return node("openai_calls.cjs", operation, f"http://127.0.0.1:{banto.port}/v1", **options)

    return run


def ask(text, **more):
    return {"model": MODEL, "messages": [{"role": "user", "content": text}], "max_tokens": 16, "temperature": 0, "seed": 7, **more}


def test_models_are_listed(call):
    assert sorted(call("models")) == sorted([MODEL, EMBEDDING_MODEL])


def test_a_repeated_prompt_is_a_hit_with_the_same_content_and_a_fresh_id(call):
    first, again = call("chat", **ask("Name a pet.")), call("chat", **ask("Name a pet."))
    assert (first["cache"], again["cache"]) == ("MISS", "HIT")
    assert first["content"] and first["worker"] in ("one", "two")
    assert (again["content"], again["finish"], again["usage"]) == (first["content"], first["finish"], first["usage"])
    assert again["id"] != first["id"]


def test_a_repeated_stream_is_a_hit_with_the_same_pieces_under_one_fresh_id(call):
    first, again = call("stream", **ask("Name a tool.")), call("stream", **ask("Name a tool."))
    assert (first["cache"], again["cache"]) == ("MISS", "HIT")
    assert first["content"] and first["finish"] in ("stop", "length") and first["pieces"] > 1
    assert (again["content"], again["pieces"], again["finish"]) == (first["content"], first["pieces"], first["finish"])
    assert len(first["ids"]) == len(again["ids"]) == 1 and first["ids"] != again["ids"]


def test_the_stream_helper_builds_the_same_message_live_and_from_memory(call):
    live, replayed = call("helper", **ask("Name a song.")), call("helper", **ask("Name a song."))
    assert live["content"] and (replayed["content"], replayed["finish"]) == (live["content"], live["finish"])


def test_embeddings_as_numbers_and_as_the_client_s_own_base64_agree(call):
    packed = call("embed", model=EMBEDDING_MODEL, input=["a cat"])  # the client asks for base64 and decodes it
    plain = call("embed", model=EMBEDDING_MODEL, input=["a cat"], encoding_format="float")
    assert packed["worker"] == "embed" and len(packed["vectors"][0]) == 576
    assert packed["vectors"][0] == pytest.approx(plain["vectors"][0], rel=1e-5, abs=1e-6)
    assert call("embed", model=EMBEDDING_MODEL, input=["a cat"], encoding_format="float") == dict(plain, cache="HIT")


def test_a_client_that_stops_reading_frees_the_server_s_slot(call, llama_pair):
    assert call("leave", **ask("Write a very long story about a boat.", max_tokens=1500, ignore_eos=True)) == {"left": True}
    until(lambda: sum(server.busy_slots() for server in llama_pair) == 0, "the slot is free again")


def test_an_unknown_model_is_a_not_found_error_that_names_the_model(call):
    error = call("chat", **ask("hi", model="nobody"))
    assert error["error"] == "NotFoundError" and error["status"] == 404 and error["code"] == "model_not_found" and "nobody" in error["message"]


def test_a_prompt_beyond_the_context_is_the_engine_s_400_in_a_stream_too(call):
    error = call("stream", **ask("word " * 4000))
    assert error["error"] == "BadRequestError" and error["type"] == "exceed_context_size_error"
