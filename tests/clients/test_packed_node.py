"""What the official Node clients build of hits in the other packaging is what they build of the engine's own answers, over a turn with a tool."""
import pytest
from conftest import node
from crossed import Crossed, nameless
from fakes import packed_engine, packed_messages, packed_ollama
from harness import Banto, worker_toml
from traffic import Engine, ollama_pages

CITY = {"type": "object", "properties": {"city": {"type": "string"}}}
FUNCTION = {"type": "function", "function": {"name": "weather", "parameters": CITY}}
TALK = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}
# Of each client: its engine, that engine's kind, what it says, and how the client asks.
OPENAI = (lambda said: packed_engine.PackedEngine([said]), "vllm", packed_engine.MESSAGES, {**TALK, "tools": [FUNCTION]}, "/v1")
ANTHROPIC = (packed_messages.PackedMessages, "vllm", {**packed_messages.BLOCKS, **packed_messages.CITED},
             {**TALK, "max_tokens": 99, "tools": [{"name": "weather", "input_schema": CITY}]}, "")
OLLAMA = (lambda said: Engine(packed_ollama.says(said), pages=ollama_pages("m")), "ollama", packed_ollama.MESSAGES, {**TALK, "tools": [FUNCTION], "think": True}, "")
CLIENTS = {"openai": OPENAI, "anthropic": ANTHROPIC, "ollama": OLLAMA}
# Of a member that it does not know, OpenAI's helper keeps the last piece alone: what that is depends on how the stream was cut.
UNFIT = ("openai", "reasoning", "streamed")
CASES = [case for client, about in CLIENTS.items() for saying in about[2] for way in ("whole", "streamed") if (case := (client, saying, way)) != UNFIT]


@pytest.mark.parametrize("client, saying, way", CASES)
def test_a_node_client_cannot_tell_a_hit_in_the_other_packaging(client, saying, way):
    make, kind, sayings, question, prefix = CLIENTS[client]
    with make(sayings[saying]) as engine, Banto(worker_toml(engine.url, name="gpu1", kind=kind)) as banto:
        banto.until_worker("gpu1")

        def turn(url):
            built = node(f"{client}_calls.cjs", "turn", url + prefix, **question, way=way)
            assert isinstance(built, list), built
            return [nameless(answer) for answer in built]

        assert len(Crossed(banto, engine).must_agree(turn)) == (2 if "calls" in saying else 1)
