"""An Ollama that says one thing in both packagings of its own API: as lines, which it does unless told otherwise, and as a whole."""
import json

from fakes.packed_engine import pieces

CALLS = [{"id": "call_1", "function": {"index": 0, "name": "weather", "arguments": {"city": "Prague", "days": 1.0}}}]
MORE_CALLS = [*CALLS, {"id": "call_2", "function": {"index": 1, "name": "weather", "arguments": {}}}]
MESSAGES = {
    "text": {"content": "hi there"},
    "thinking": {"content": "42", "thinking": "six times seven"},
    "calls": {"content": "", "tool_calls": CALLS},
    "calls_after_thinking": {"content": "let me see", "thinking": "hm hm hm", "tool_calls": MORE_CALLS},
}
AT = {"model": "m", "created_at": "2026-11-21T09:28:46.849261571Z"}
DONE = {"done": True, "done_reason": "stop", "total_duration": 5, "load_duration": 1, "prompt_eval_count": 5, "prompt_eval_duration": 2, "eval_count": 2, "eval_duration": 3}
TEXTS = ("thinking", "content")


def answers(message):
    """What it says to a chat; a text once the question brings a tool's result."""

    def answer(connection, seen):
        question = seen.json()
        said = MESSAGES["text"] if question["messages"][-1]["role"] == "tool" else message
        if question.get("stream") is False:
            return connection.reply(200, {**AT, "message": {"role": "assistant", **said}, **DONE})
        parts = [{"content": "", key: piece} for key in TEXTS for piece in pieces(said.get(key, ""))]
        if "tool_calls" in said:
            parts.append({"content": "", "tool_calls": said["tool_calls"]})
        give(connection, [{"message": {"role": "assistant", **part}} for part in parts], {"message": {"role": "assistant", "content": ""}})

    return answer


def generates(message):
    """What it says to a prompt, which calls nothing."""
    beside = {"context": [1, 2]}

    def answer(connection, seen):
        said = {"response": message["content"] or "nothing", **({"thinking": message["thinking"]} if "thinking" in message else {})}
        if seen.json().get("stream") is False:
            return connection.reply(200, {**AT, **said, **DONE, **beside})
        give(connection, [{"response": "", key: piece} for key in ("thinking", "response") for piece in pieces(said.get(key, ""))], {"response": "", **beside})

    return answer


def give(connection, parts, last):
    connection.start_stream("application/x-ndjson")
    for line in [*({**part, "done": False} for part in parts), {**last, **DONE}]:
        connection.chunk(json.dumps({**AT, **line}) + "\n")
    connection.end_stream()


def says(message):
    """Chats and generates."""
    chat, generate = answers(message), generates(message)
    return lambda connection, seen: (generate if seen.path == "/api/generate" else chat)(connection, seen)


