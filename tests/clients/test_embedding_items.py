"""Vectors that are kept one by one, as the official clients get them: openai asks in base64 unless it is told otherwise, ollama in floats."""
import base64
import struct

import ollama
import pytest
from conftest import CLIENT_TIMEOUT_S, EMBEDDING_MODEL, make_openai
from fakes.embedding_engine import EmbeddingEngine, pack, vector
from harness import Banto, worker_toml

ITEMS = [f"a sentence, number {n}" for n in range(20)]


@pytest.fixture
def scripted():
    with EmbeddingEngine() as engine, EmbeddingEngine() as old:
        workers = worker_toml(engine.url, name="vllm", kind="vllm", models=["m"]) + worker_toml(old.url, name="ollama", kind="ollama", models=["o"], translate="never")
        with Banto(workers) as banto:
            yield banto, engine, old


def bits(vectors):
    return [struct.pack(f"<{len(v)}f", *v) for v in vectors]


def test_openai_python_builds_the_same_objects_of_parts(scripted):
    banto, engine, _ = scripted
    client = make_openai(banto)
    client.embeddings.create(model="m", input=ITEMS[:10])
    mixed = client.embeddings.create(model="m", input=ITEMS)
    assert engine.items == ITEMS
    assert [row.index for row in mixed.data] == list(range(20)) and bits(row.embedding for row in mixed.data) == [pack(vector(item)) for item in ITEMS]
    again, floats = (client.embeddings.create(model="m", input=ITEMS, **more) for more in ({}, {"encoding_format": "float"}))
    assert again == mixed and bits(row.embedding for row in floats.data) == bits(row.embedding for row in mixed.data) and engine.items == ITEMS
    assert client.embeddings.create(model="m", input=ITEMS[3]).data[0].embedding == mixed.data[3].embedding and engine.items == ITEMS


def test_ollama_python_builds_the_same_objects_of_parts(scripted):
    banto, _, old = scripted
    client = ollama.Client(host=f"http://127.0.0.1:{banto.port}", timeout=CLIENT_TIMEOUT_S)
    client.embed(model="o", input=ITEMS[:10])
    mixed = client.embed(model="o", input=ITEMS)
    assert bits(mixed.embeddings) == [pack(vector(item)) for item in ITEMS] and old.items == ITEMS
    assert client.embed(model="o", input=ITEMS).embeddings == mixed.embeddings and old.items == ITEMS


def test_a_real_llama_cpp_embeds_an_item_once(banto):
    """Its floats are printed as doubles, and what it prints and what it packs are the same bits."""
    client = make_openai(banto)
    texts = ["the quick brown fox", "jumps over", "the lazy dog"]
    ask = lambda items, **more: client.embeddings.with_raw_response.create(model=EMBEDDING_MODEL, input=items, **more)
    first = ask(texts[:2]).parse()
    raw = ask(texts, encoding_format="float")
    mixed = raw.parse()
    assert "detail=items:2/3" in raw.headers["cache-status"]
    for kept, now in zip(first.data, mixed.data):
        assert struct.pack("<576f", *kept.embedding) == struct.pack("<576f", *now.embedding)
    packed = ask(texts, encoding_format="base64")
    assert packed.headers["x-cache"] == "HIT"
    assert [base64.b64decode(row.embedding) if isinstance(row.embedding, str) else struct.pack("<576f", *row.embedding) for row in packed.parse().data] == bits(row.embedding for row in mixed.data)
    alone = ask(texts[2], extra_headers={"Cache-Control": "no-cache"}).parse()
    assert max(abs(a - b) for a, b in zip(alone.data[0].embedding, mixed.data[2].embedding)) < 1e-3
