"""An engine that says one thing in both packagings of Anthropic's API: as events and as a whole message."""
import json

from fakes.fake_worker import FakeWorker
from fakes.packed_engine import pieces

USES = [{"type": "text", "text": "let me see"}, {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Prague", "days": [1, 2.5]}}]
THINKS = [{"type": "thinking", "thinking": "six times seven", "signature": "c2ln"}]
BLOCKS = {
    "text": [{"type": "text", "text": "hi there"}],
    "thinking": [*THINKS, {"type": "text", "text": "42"}],
    "calls": USES,
    "calls_after_thinking": [*THINKS, *USES, {"type": "tool_use", "id": "toolu_2", "name": "weather", "input": {}}],
    "unknown": [{"type": "redacted_thinking", "data": "xyz"}, {"type": "text", "text": "x", "mood": {"rank": 1}}],
}
CITATION = {"type": "char_location", "cited_text": "here", "document_index": 0, "document_title": None, "start_char_index": 0, "end_char_index": 4, "file_id": None}
CITED = {
    "citations": [{"type": "text", "text": "as written", "citations": [CITATION, {**CITATION, "start_char_index": 5}]}, {"type": "text", "text": " or not", "citations": None}],
}
LATER = {"text": ("text_delta", "text"), "thinking": ("thinking_delta", "thinking"), "signature": ("signature_delta", "signature")}
BEGUN = {"input": {}, **dict.fromkeys(LATER, "")}
USAGE = {"input_tokens": 5, "cache_read_input_tokens": 2, "output_tokens": 3}


def stop_reason(blocks):
    return "tool_use" if any(block["type"] == "tool_use" for block in blocks) else "end_turn"


def message(blocks):
    return {"id": "msg_0123456789abcdef", "type": "message", "role": "assistant", "model": "m", "content": blocks, "stop_reason": stop_reason(blocks), "stop_sequence": None,
            "usage": USAGE}


def events(blocks):
    yield "message_start", {"message": {**message([]), "stop_reason": None, "usage": {**USAGE, "output_tokens": 1}}}
    for i, block in enumerate(blocks):
        yield "content_block_start", {"index": i, "content_block": {k: [] if k == "citations" and v else BEGUN.get(k, v) for k, v in block.items()}}
        for delta in deltas(block):
            yield "content_block_delta", {"index": i, "delta": delta}
        yield "content_block_stop", {"index": i}
    yield "message_delta", {"delta": {"stop_reason": stop_reason(blocks), "stop_sequence": None}, "usage": USAGE}
    yield "message_stop", {}


def deltas(block):
    for citation in block.get("citations") or ():
        yield {"type": "citations_delta", "citation": citation}
    for key, (kind, name) in LATER.items():
        for piece in [block[key]] if key == "signature" and key in block else pieces(block.get(key, "")):
            yield {"type": kind, name: piece}
    for piece in pieces(json.dumps(block["input"])) if "input" in block else ():
        yield {"type": "input_json_delta", "partial_json": piece}


def has_results(question):
    last = question["messages"][-1]["content"]
    return isinstance(last, list) and any(part["type"] == "tool_result" for part in last)


class PackedMessages(FakeWorker):
    """Says its blocks, and a text once the question brings a tool's results."""

    def __init__(self, blocks, **more):
        super().__init__(self._answer, **more)
        self.blocks = blocks

    def _answer(self, connection, seen):
        question = seen.json()
        blocks = BLOCKS["text"] if has_results(question) else self.blocks
        if not question.get("stream"):
            return connection.reply(200, message(blocks))
        connection.start_stream()
        for name, body in events(blocks):
            connection.chunk(f"event: {name}\ndata: {json.dumps({'type': name, **body})}\n\n")
        connection.end_stream()
