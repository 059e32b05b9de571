"""Real engines, started once for the whole run, and the program in front of them. Every test of this folder asks through an official client."""
import json
import os
import pathlib
import subprocess
import sys

import pytest

pytest.register_assert_rewrite("crossed")

ROOT = pathlib.Path(__file__).resolve().parents[2]
for place in (ROOT / "tests" / "e2e", ROOT / "tests"):
    sys.path.insert(0, str(place))

from engines import tool_templates  # noqa: E402
from engines.engines import MODEL, LlamaServer, Ollama  # noqa: E402
from harness import DEADLINE_S, Banto, worker_toml  # noqa: E402

EMBEDDING_MODEL = "smollm2-embed"
# One answer at a time costs a fraction of a second, but the machine may be busy and the build instrumented.
CLIENT_TIMEOUT_S = DEADLINE_S * 4


@pytest.fixture(scope="session")
def llama_pair():
    """Two llama.cpp servers with the same model."""
    with LlamaServer(wait=False) as one, LlamaServer(wait=False) as two:
        yield one.until_ready(), two.until_ready()


@pytest.fixture(scope="session")
def embedder():
    with LlamaServer(alias=EMBEDDING_MODEL, embedding=True) as server:
        yield server


@pytest.fixture(scope="session")
def ollama_server():
    with Ollama() as server:
        yield server


@pytest.fixture(scope="session")
def banto(llama_pair, embedder):
    """In front of the two chat servers and the one for embeddings; started as a user starts it, with urls and no kinds."""
    workers = worker_toml(llama_pair[0].url, name="one") + worker_toml(llama_pair[1].url, name="two") + worker_toml(embedder.url, name="embed")
    with Banto(workers) as program:
        for name in ("one", "two", "embed"):
            program.until_worker(name)
        yield program


@pytest.fixture(scope="session")
def banto_ollama(ollama_server):
    with Banto(worker_toml(ollama_server.url, name="ollama")) as program:
        program.until_worker("ollama")
        yield program


class Translating(Banto):
    """Asks its real workers in their own APIs, whatever the client speaks."""

    def was_translated(self, path, way):
        """Every question at this path, of which there is one at least, went to its worker in its worker's API."""
        self.access_line(path=path, translated=way)
        asked = [line for line in self.access() if line["path"] == path and line.get("worker") and line["cache"] in ("miss", "bypass")]
        assert [line for line in asked if line.get("translated") != way] == []


@pytest.fixture(scope="session")
def only_chat(embedder):
    """llama.cpp is asked by OpenAI's chat completions, completions and embeddings alone. Its model calls tools."""
    with LlamaServer(template=tool_templates.JINJA) as server:
        workers = (worker_toml(url, name=name, translate="always") for name, url in (("chat", server.url), ("embed", embedder.url)))
        with Translating("".join(workers)) as program:
            for name in ("chat", "embed"):
                program.until_worker(name)
            yield program


@pytest.fixture(scope="session")
def only_ollama():
    """A real Ollama is asked by its native API alone. Its model may be given tools."""
    with Ollama(template=tool_templates.OLLAMA) as server, Translating(worker_toml(server.url, name="ollama", translate="always")) as program:
        program.until_worker("ollama")
        yield program


@pytest.fixture
def openai_client(banto):
    return make_openai(banto)


def make_openai(program, key="sk-test", **more):
    import openai

    return openai.OpenAI(base_url=f"http://127.0.0.1:{program.port}/v1", api_key=key, max_retries=0, timeout=CLIENT_TIMEOUT_S, **more)


def node(script, operation, base, **options):
    """Runs tests/clients/node/SCRIPT OPERATION with the options as JSON; returns the JSON that it prints."""
    env = dict(os.environ, NODE_PATH=str(ROOT / ".cache" / "node" / "node_modules"))
    done = subprocess.run(["node", str(ROOT / "tests" / "clients" / "node" / script), operation, json.dumps({"base": base, **options})],
                          env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=CLIENT_TIMEOUT_S)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)
