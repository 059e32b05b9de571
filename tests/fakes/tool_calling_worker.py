"""A SCRIPTED engine that speaks nothing but POST /v1/chat/completions, as an older vLLM does: where the client offers one of the tools that the script
knows, its first answer calls it; once the tool's result is among the messages it answers with text that quotes the result.
"""
import json

from fakes.fake_worker import CHAT_ID, FakeWorker

USAGE = {"prompt_tokens": 21, "completion_tokens": 7, "total_tokens": 28}
DONE_TEXT = "All done. The tool said: "
PLAIN_TEXT = "Plain words, no tool."


def text_of(content):
    """A message's content: characters, or parts of which only text counts."""
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content or [])


class ToolCallingWorker(FakeWorker):
    """`script` maps names of tools to the arguments that one call of it gets; `thinks` is reasoning that comes before every answer."""

    path = "/v1/chat/completions"

    def __init__(self, script=None, thinks="", **more):
        super().__init__(answer=self._answer, **more)
        self.script, self.thinks = script or {}, thinks

    def asked(self):
        """The bodies of all chat requests, in order."""
        return [seen.json() for seen in self.requests if seen.path == self.path]

    def tool_results(self):
        """What the last question carries of tools' answers."""
        return [message for message in self.asked()[-1]["messages"] if message["role"] == "tool"]

    def _answer(self, connection, seen):
        if seen.method != "POST" or seen.path != self.path:
            return connection.reply(404, {"detail": "Not Found"})
        body = seen.json()
        message = self._message(body)
        finish = "tool_calls" if "tool_calls" in message else "stop"
        if not body.get("stream"):
            return connection.reply(200, {"id": CHAT_ID, "object": "chat.completion", "created": 1700000000, "model": body["model"], "usage": USAGE,
                                          "choices": [{"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}]})
        connection.start_stream()
        for choices, usage in self._pieces(message, finish, body):
            connection.chunk("data: " + json.dumps({"id": CHAT_ID, "object": "chat.completion.chunk", "created": 1700000000, "model": body["model"],
                                                    "choices": choices, **usage}) + "\n\n")
        connection.chunk("data: [DONE]\n\n")
        connection.end_stream()

    def _message(self, body):
        thinks = {"reasoning_content": self.thinks} if self.thinks else {}
        results = [text_of(message["content"]) for message in body["messages"] if message["role"] == "tool"]
        if results:
            return {"content": DONE_TEXT + results[-1].strip(), **thinks}
        offered = [tool["function"]["name"] for tool in body.get("tools", ())]
        calls = [{"id": f"call_{i}_abcdef", "type": "function", "function": {"name": name, "arguments": json.dumps(self.script[name])}}
                 for i, name in enumerate(name for name in offered if name in self.script)]
        return {"content": None, "tool_calls": calls, **thinks} if calls else {"content": PLAIN_TEXT, **thinks}

    def _pieces(self, message, finish, body):
        """As engines stream: the role, words, then each call's head and its arguments in pieces, the end, and the counts where they were asked for."""
        def delta(finish_reason=None, **what):
            return [{"index": 0, "delta": what, "finish_reason": finish_reason}], {}

        yield delta(role="assistant", content="")
        for word in message.get("reasoning_content", "").split():
            yield delta(reasoning_content=word + " ")
        for word in (message["content"] or "").split():
            yield delta(content=word + " ")
        for index, call in enumerate(message.get("tool_calls", ())):
            arguments = call["function"]["arguments"]
            yield delta(tool_calls=[{**call, "index": index, "function": {"name": call["function"]["name"], "arguments": ""}}])
            for at in range(0, len(arguments), 9):
                yield delta(tool_calls=[{"index": index, "function": {"arguments": arguments[at:at + 9]}}])
        yield delta(finish)
        if (body.get("stream_options") or {}).get("include_usage"):
            yield [], {"usage": USAGE}
