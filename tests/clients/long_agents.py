"""One turn of text of each agent on a real small model that is only asked for chat completions. Minutes on two cores: scripts/test-long runs it by name."""
import pytest
from engines.engines import MODEL, LlamaServer
from harness import Banto, worker_toml
from test_agents import Agent, claude, codex, items

CONTEXT = 24576  # more than the model was made for; Claude Code brings 2000 tokens of its own, Codex 8000


@pytest.fixture(scope="module")
def banto():
    with LlamaServer(parallel=1, context=CONTEXT) as server, Banto(worker_toml(server.url, name="one", kind="llamacpp", translate="always")) as banto:
        banto.until_worker("one")
        yield banto


@pytest.fixture
def agent(tmp_path, banto):
    return Agent(tmp_path, f"http://127.0.0.1:{banto.port}")


def test_claude_code_gets_the_words_of_a_small_model(banto, agent):
    said = claude(agent, "--tools", "", "--system-prompt", "Be brief.", model=MODEL)
    assert said["subtype"] == "success" and said["result"].strip() and said["usage"]["input_tokens"] > 0 and said["usage"]["output_tokens"] > 0
    assert banto.access_line(path="/v1/messages", status=200)["translated"] == "anthropic>openai"


def test_codex_gets_the_words_of_a_small_model(banto, agent):
    events = codex(agent, model=MODEL)
    assert events[-1]["type"] == "turn.completed" and events[-1]["usage"]["input_tokens"] > 0 and events[-1]["usage"]["output_tokens"] > 0
    assert items(events, "agent_message")[-1]["text"].strip()
    assert banto.access_line(path="/v1/responses", status=200)["translated"] == "responses>openai"
