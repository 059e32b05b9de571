"""An engine that says one thing in both packagings of a chat completion: a stream and a whole."""
import json

from fakes.fake_worker import CHAT_ID, FakeWorker

USAGE = {"prompt_tokens": 5, "completion_tokens": 3, "total_tokens": 8}
CALL = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Prague"}'}}
MESSAGES = {
    "text": {"role": "assistant", "content": "Hello there"},
    "reasoning": {"role": "assistant", "content": "42", "reasoning_content": "six times seven"},
    "calls": {"role": "assistant", "content": None, "tool_calls": [CALL, dict(CALL, id="call_2")]},
    "unknown": {"role": "assistant", "content": "x", "mood": {"tone": "kind", "rank": 1.50}},
    "refusal": {"role": "assistant", "content": None, "refusal": "No."},
}


def pieces(text):
    return [text[i:i + 4] for i in range(0, len(text), 4)]


def deltas(message):
    """As engines stream it: piece by piece."""
    yield {k: "" if k == "content" and v else v for k, v in message.items() if k in ("role", "content", "mood")}
    for key in ("reasoning_content", "content", "refusal"):
        for piece in pieces(message.get(key) or ""):
            yield {key: piece}
    for i, call in enumerate(message.get("tool_calls", ())):
        yield {"tool_calls": [dict(call, index=i, function={"name": call["function"]["name"], "arguments": ""})]}
        for piece in pieces(call["function"]["arguments"]):
            yield {"tool_calls": [{"index": i, "function": {"arguments": piece}}]}


class PackedEngine(FakeWorker):
    """Says the same in both packagings, and usage in a stream only if asked, as vLLM does; a text once the question brings a tool's result."""

    def __init__(self, messages, logprobs=None):
        super().__init__(self._answer)
        self.messages, self.logprobs = messages, logprobs

    def _object(self, kind, choices, **more):
        return {"id": CHAT_ID, "object": kind, "created": 1700000000, "model": "m", "choices": choices, **more}

    def _finish(self, message):
        return "tool_calls" if "tool_calls" in message else "stop"

    def _answer(self, connection, seen):
        body = seen.json()
        messages = [MESSAGES["text"]] if body.get("messages", [{}])[-1].get("role") == "tool" else self.messages
        if not body.get("stream"):
            choices = [{"index": i, "message": m, "logprobs": {"content": self.logprobs} if self.logprobs and m.get("content") else None, "finish_reason": self._finish(m), "stop_reason": None}
                       for i, m in enumerate(messages)]
            return connection.reply(200, self._object("chat.completion", choices, usage=USAGE))
        connection.start_stream()
        told = list(self.logprobs or ())
        for i, message in enumerate(messages):
            for delta in deltas(message):
                has = told if delta.get("content") and self.logprobs else None
                self._send(connection, [{"index": i, "delta": delta, "logprobs": {"content": has} if has else None, "finish_reason": None}])
                told = [] if has else told
            told = list(self.logprobs or ())
            self._send(connection, [{"index": i, "delta": {}, "logprobs": None, "finish_reason": self._finish(message), "stop_reason": None}])
        if (body.get("stream_options") or {}).get("include_usage"):
            self._send(connection, [], usage=USAGE)
        connection.chunk("data: [DONE]\n\n")
        connection.end_stream()

    def _send(self, connection, choices, **more):
        connection.chunk("data: " + json.dumps(self._object("chat.completion.chunk", choices, **more)) + "\n\n")
