"""The coding agents as people install them — Claude Code and Codex — in front of an engine that only knows chat completions: whole turns with a tool."""
import base64
import json
import os
import subprocess

import pytest
from conftest import CLIENT_TIMEOUT_S, ROOT
from fakes.tool_calling_worker import DONE_TEXT, PLAIN_TEXT, ToolCallingWorker
from fakes.tool_calling_ollama import HEALTH, ToolCallingOllama
from harness import Banto, worker_toml

PROGRAMS = ROOT / ".cache" / "agents" / "node_modules" / ".bin"
COMMAND = "echo made by a tool > made.txt; cat made.txt"
SCRIPT = {"Bash": {"command": COMMAND, "description": "Writes a file"}, "exec_command": {"cmd": COMMAND}}
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PROMPT = "Write the file made.txt."


class Agent:
    """A folder for its home and one to work in. Nothing but loopback can be reached from it."""

    def __init__(self, folder, base):
        self.base, self.home, self.work = base, folder / "home", folder / "work"
        for made in (self.home, self.work):
            made.mkdir()
        self.env = {"PATH": os.environ["PATH"], "HOME": str(self.home), "HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1"}

    def run(self, program, *words, **env):
        done = subprocess.run([PROGRAMS / program, *words], cwd=self.work, env={**self.env, **env}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=CLIENT_TIMEOUT_S)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def claude(agent, *words, key="ANTHROPIC_API_KEY", model="m"):
    """The object that `claude -p` prints at the end of its turn."""
    env = {"ANTHROPIC_BASE_URL": agent.base, key: "sk-agent", "ANTHROPIC_MODEL": model, "ANTHROPIC_DEFAULT_HAIKU_MODEL": model, "DISABLE_AUTOUPDATER": "1",
           "DISABLE_TELEMETRY": "1", "DISABLE_ERROR_REPORTING": "1", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"}
    return json.loads(agent.run("claude", "-p", PROMPT, "--output-format", "json", *words, **env))


def codex(agent, *words, model="m"):
    """The events that `codex exec` prints, as (what happened, object)."""
    folder = agent.home / ".codex"
    folder.mkdir()
    folder.joinpath("config.toml").write_text(f'model = "{model}"\nmodel_provider = "banto"\n[analytics]\nenabled = false\n[model_providers.banto]\nname = "banto"\n'
                                              f'base_url = "{agent.base}/v1"\nwire_api = "responses"\nenv_key = "BANTO_KEY"\n')
    printed = agent.run("codex", "exec", "--json", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox", *words, PROMPT,
                        CODEX_HOME=str(folder), BANTO_KEY="sk-agent")
    return [json.loads(line) for line in printed.splitlines()]


def items(events, kind):
    return [event["item"] for event in events if event["type"] == "item.completed" and event["item"]["type"] == kind]


@pytest.fixture
def worker():
    with ToolCallingWorker(SCRIPT) as worker:
        yield worker


@pytest.fixture
def banto(worker, request):
    with Banto(worker_toml(worker.url, name="gpu", kind=getattr(request, "param", "vllm"), translate="always")) as banto:
        banto.until_worker("gpu")
        yield banto


@pytest.fixture
def agent(tmp_path, banto):
    return Agent(tmp_path, f"http://127.0.0.1:{banto.port}")


def holds_a_turn_with_a_tool(worker, agent, tool, result):
    """What the engine has seen of it: the tools, its own call, and what the tool said."""
    first, last = worker.asked()[0], worker.asked()[-1]
    offered = {offer["function"]["name"]: offer["function"]["parameters"] for offer in first["tools"]}
    assert offered[tool]["type"] == "object" and set(SCRIPT[tool]) <= set(offered[tool]["properties"])
    assert first["stream"] is True
    for body in worker.asked():  # Claude Code also sends a system message after the user's, Codex two
        assert [message["role"] == "system" for message in body["messages"]] == [True] + [False] * (len(body["messages"]) - 1)
    assert PROMPT in json.dumps([message["content"] for message in first["messages"] if message["role"] == "user"])
    call, said = last["messages"][-2:]
    assert call["role"] == "assistant" and call["tool_calls"][0]["function"]["name"] == tool
    assert json.loads(call["tool_calls"][0]["function"]["arguments"]) == SCRIPT[tool]
    assert said["role"] == "tool" and said["tool_call_id"] == call["tool_calls"][0]["id"] and result in json.dumps(said["content"])
    assert agent.work.joinpath("made.txt").read_text() == "made by a tool\n"


@pytest.mark.parametrize("banto", ["vllm", "llamacpp"], indirect=True)
def test_claude_code_writes_a_file_with_its_tool(banto, worker, agent):
    said = claude(agent, "--allowedTools", "Bash")
    assert said["subtype"] == "success" and said["is_error"] is False and said["num_turns"] == 2 and said["stop_reason"] == "end_turn"
    assert said["result"].strip() == DONE_TEXT + "made by a tool"
    assert said["usage"]["input_tokens"] == 42 and said["usage"]["output_tokens"] == 14
    holds_a_turn_with_a_tool(worker, agent, "Bash", "made by a tool")
    line = banto.access_line(path="/v1/messages")
    assert line["status"] == 200 and line["translated"] == "anthropic>openai" and "context_management" in line["dropped"].split(", ")


def test_both_are_answered_where_the_worker_turns_out_to_know_only_chat(worker, tmp_path):
    with Banto(worker_toml(worker.url, name="gpu", kind="vllm")) as banto:
        banto.until_worker("gpu")
        agent = Agent(tmp_path, f"http://127.0.0.1:{banto.port}")
        assert claude(agent, "--allowedTools", "Bash", key="ANTHROPIC_AUTH_TOKEN")["result"].strip() == DONE_TEXT + "made by a tool"
        assert codex(agent)[-1]["type"] == "turn.completed" and len(worker.asked()) == 4
        refused = [seen.path.partition("?")[0] for seen in worker.requests if seen.path != worker.path]
        assert refused == ["/v1/messages", "/v1/responses"]  # each 404 is remembered


@pytest.mark.parametrize("banto", ["vllm", "llamacpp"], indirect=True)
def test_codex_writes_a_file_with_its_tool(banto, worker, agent):
    events = codex(agent)
    assert [item["exit_code"] for item in items(events, "command_execution")] == [0]
    assert [item["text"].startswith(DONE_TEXT) for item in items(events, "agent_message")] == [True]
    assert events[-1]["type"] == "turn.completed" and events[-1]["usage"]["input_tokens"] == 42 and events[-1]["usage"]["output_tokens"] == 14
    holds_a_turn_with_a_tool(worker, agent, "exec_command", "made by a tool")
    line = banto.access_line(path="/v1/responses")
    assert line["status"] == 200 and line["translated"] == "responses>openai"
    assert {"tools[web_search]", "client_metadata"} <= set(line["dropped"].split(", "))
    assert not any("web_search" in json.dumps(body["tools"]) for body in worker.asked())


def test_what_the_engine_thought_comes_back_to_it_with_the_tool_s_result(worker, agent):
    worker.thinks = "A file is wanted."
    assert [item["text"].strip() for item in items(codex(agent), "reasoning")] == ["A file is wanted."] * 2
    claude(agent, "--allowedTools", "Bash")
    ends = [body["messages"] for body in worker.asked() if body["messages"][-1]["role"] == "tool"]
    assert [messages[-2]["reasoning_content"].strip() for messages in ends] == ["A file is wanted."] * 2


def test_claude_code_runs_two_calls_of_one_answer(worker, agent):
    words = 'Quoted "words" – and a é.\n'
    worker.script = {"Bash": SCRIPT["Bash"], "Write": {"file_path": str(agent.work / "two.txt"), "content": words}}
    assert claude(agent, "--allowedTools", "Bash,Write")["subtype"] == "success"
    asks, *results = worker.asked()[-1]["messages"][-3:]
    assert [call["id"] for call in asks["tool_calls"]] == [result["tool_call_id"] for result in results]
    assert agent.work.joinpath("made.txt").exists() and agent.work.joinpath("two.txt").read_text() == words


def test_both_do_their_turn_on_an_ollama_whose_model_cannot_think(tmp_path):
    with ToolCallingOllama(SCRIPT) as worker, Banto(HEALTH + worker_toml(worker.url, name="gpu", kind="ollama", models=["m"], translate="always")) as banto:
        worker.can_think = False  # Claude Code leaves it to the model; Ollama refuses to be asked for it
        banto.until_worker("gpu")
        agent = Agent(tmp_path, f"http://127.0.0.1:{banto.port}")
        assert claude(agent, "--allowedTools", "Bash")["result"].strip() == DONE_TEXT + "made by a tool"
        assert codex(agent)[-1]["type"] == "turn.completed" and len(worker.asked()) == 4
        for body in (worker.asked()[1], worker.asked()[3]):
            call, result = body["messages"][-2:]
            assert call["tool_calls"][0]["function"]["arguments"] in SCRIPT.values() and "made by a tool" in result["content"]
        assert "output_config.effort" in banto.access_line(path="/v1/messages")["dropped"].split(", ")


@pytest.mark.parametrize("program, tool, argument", [("claude", "Read", "file_path"), ("codex", "view_image", "path")])
def test_a_picture_that_a_tool_reads_reaches_the_engine(worker, agent, program, tool, argument):
    picture = agent.work / "red.png"
    picture.write_bytes(base64.b64decode(PIXEL))
    worker.script = {tool: {argument: str(picture)}}
    if program == "claude":
        assert claude(agent, "--allowedTools", tool)["subtype"] == "success"
    else:
        assert codex(agent)[-1]["type"] == "turn.completed"
    result, shown = worker.asked()[-1]["messages"][-2:]
    assert result["role"] == "tool" and shown["role"] == "user"
    assert [part["image_url"]["url"].split(",")[0] for part in shown["content"]] == ["data:image/png;base64"]


def test_codex_asks_for_an_answer_of_a_given_form(worker, agent):
    schema = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}
    worker.script = {}
    path = agent.home / "schema.json"
    path.write_text(json.dumps(schema))
    assert items(codex(agent, "--output-schema", str(path)), "agent_message")[-1]["text"].strip() == PLAIN_TEXT
    asked = worker.asked()[-1]["response_format"]
    assert asked["type"] == "json_schema" and asked["json_schema"]["schema"] == schema and asked["json_schema"]["strict"] is True
