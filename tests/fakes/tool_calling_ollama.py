"""The scripted engine of tool_calling_worker.py in Ollama's own words: it speaks nothing but POST /api/chat."""
import json

from fakes.tool_calling_worker import USAGE, ToolCallingWorker

CREATED = "2026-01-01T00:00:00Z"
HEALTH = '[health]\npath = "/health"\n'  # for the configuration: the fake's own, instead of an Ollama's


class ToolCallingOllama(ToolCallingWorker):
    path = "/api/chat"
    can_think = True

    def _answer(self, connection, seen):
        if seen.method != "POST" or seen.path != self.path:
            return connection.reply(404, "404 page not found", "text/plain")
        body = seen.json()
        if body.get("think") and not self.can_think:  # server/routes.go, ChatHandler
            return connection.reply(400, {"error": f'"{body["model"]}" does not support thinking'})
        said = self._message(body)
        calls = [{"function": {"name": call["function"]["name"], "arguments": json.loads(call["function"]["arguments"])}} for call in said.get("tool_calls", ())]
        message = {"content": said["content"] or "", **({"tool_calls": calls} if calls else {}), **({"thinking": self.thinks} if self.thinks else {})}
        end = {"done": True, "done_reason": "stop", "total_duration": 9, "prompt_eval_count": USAGE["prompt_tokens"], "eval_count": USAGE["completion_tokens"]}
        if body.get("stream") is False:
            return connection.reply(200, {"model": body["model"], "created_at": CREATED, "message": {"role": "assistant", **message}, **end})
        connection.start_stream("application/x-ndjson")
        words = message.pop("content").split()
        for piece in [*({"content": "", key: value} for key, value in message.items()), *({"content": word + " "} for word in words)]:
            connection.chunk(json.dumps({"model": body["model"], "created_at": CREATED, "message": {"role": "assistant", **piece}, "done": False}) + "\n")
        connection.chunk(json.dumps({"model": body["model"], "created_at": CREATED, "message": {"role": "assistant", "content": ""}, **end}) + "\n")
        connection.end_stream()
