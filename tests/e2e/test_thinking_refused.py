"""An Ollama that refuses wishes to think, as the real one does: by what its model can, the rest of the question is answered and the wish named."""
import json

import pytest
from fakes.fake_worker import FakeWorker
from harness import Banto, worker_toml

ANTHROPIC = {"anthropic-version": "2023-06-01"}
TURN = [{"role": "user", "content": "hi"}]
WISHES = [
    ("/v1/chat/completions", {"model": "M", "messages": TURN, "reasoning_effort": "high"}),
    ("/v1/responses", {"model": "M", "input": "hi", "reasoning": {"effort": "high"}}),
    ("/v1/messages", {"model": "M", "max_tokens": 4000, "messages": TURN, "thinking": {"type": "enabled", "budget_tokens": 2000}}),
]


def ollama(connection, seen):
    if seen.path != "/api/chat":
        return connection.reply(404, "404 page not found", "text/plain")
    think, model = seen.json().get("think"), seen.json()["model"]
    if isinstance(think, str) and model != "gpt-oss:20b":
        return connection.reply(400, {"error": f"think value \"{think}\" is not supported for this model"})
    if think and model == "plain":
        return connection.reply(400, {"error": f"\"{model}\" does not support thinking"})
    connection.reply(200, {"model": model, "created_at": "2026-01-01T00:00:00Z", "message": {"role": "assistant", "content": f"think={json.dumps(think)}"}, "done": True,
                           "done_reason": "stop", "prompt_eval_count": 4, "eval_count": 2})


@pytest.mark.parametrize("model, think, named", [("qwen3:8b", "true", None), ("gpt-oss:20b", None, None), ("plain", "null", "reasoning")])
@pytest.mark.parametrize("path, body", WISHES)
def test_a_wish_to_think_is_said_as_the_model_takes_it(path, body, model, think, named):
    config = '[health]\npath = "/health"\n'
    with FakeWorker(ollama, models=(model,)) as worker, Banto(worker_toml(worker.url, name="gpu1", kind="ollama", models=[model], translate="always") + config) as banto:
        answer = banto.post(path, {**body, "model": model}, headers=ANTHROPIC if path == "/v1/messages" else None)
        assert answer.status == 200, answer.body
        assert "think=" in answer.body.decode() and (think is None or f"think={think}" in answer.body.decode())
        if named:
            assert named in answer.header("x-banto-dropped").split(", ")
            assert [seen.path for seen in worker.requests].count("/api/chat") == 2 and not banto.worker("gpu1")["ejected"]
