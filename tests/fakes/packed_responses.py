"""An engine that says one thing in both packagings of the Responses API: the events that OpenAI documents, and a whole."""
import json

from fakes.fake_worker import FakeWorker
from fakes.packed_engine import pieces

RESPONSE_ID = "resp_0123456789abcdef"
USAGE = {"input_tokens": 5, "input_tokens_details": {"cached_tokens": 0}, "output_tokens": 3, "output_tokens_details": {"reasoning_tokens": 1}, "total_tokens": 8}
LOGPROBS = [{"token": "Hel", "logprob": -0.50, "bytes": [72, 101, 108], "top_logprobs": []}, {"token": "lo", "logprob": -1e-05, "bytes": None, "top_logprobs": []}]
CITED = {"type": "url_citation", "url": "https://example.org/", "title": "a page", "start_index": 0, "end_index": 5}


def text_part(text, **more):
    return {"type": "output_text", "text": text, "annotations": [], **more}


def message(*parts, item_id="msg_1", **more):
    return {"id": item_id, "type": "message", "status": "completed", "role": "assistant", "content": list(parts), **more}


def call(number, arguments):
    return {"id": f"fc_{number}", "type": "function_call", "status": "completed", "call_id": f"call_{number}", "name": "weather", "arguments": arguments}


def reasoning(**more):
    return {"id": "rs_1", "type": "reasoning", "summary": [], **more}


OUTPUTS = {
    "text": [message(text_part("Hello there"))],
    "parts": [message(text_part("Hello", logprobs=LOGPROBS, annotations=[CITED, {**CITED, "title": "b"}]), text_part("\u00e9 \U0001F600 \"quoted\"\n\tline"))],
    "reasoning": [reasoning(content=[{"type": "reasoning_text", "text": "six times seven"}]), message(text_part("42"))],
    "summary": [reasoning(summary=[{"type": "summary_text", "text": t} for t in ("First I count.", "Then I think.")], encrypted_content="c2VhbGVk"), message(text_part("42"))],
    "calls": [reasoning(content=[{"type": "reasoning_text", "text": "let me ask"}]), message(text_part("Well.")), call(1, '{"city": "Prague"}'), call(2, '{"city": "Oslo"}')],
    "custom": [{"id": "ctc_1", "type": "custom_tool_call", "status": "completed", "call_id": "call_9", "name": "sql", "input": "select 1\nfrom t"}],
    "refusal": [message({"type": "refusal", "refusal": "No, never."})],
    "unknown": [message(text_part("x", mood={"tone": "kind", "rank": 1.50}), phase="final", extra=[1.0])],
}
TEXTS = {"output_text": ("text", "output_text"), "refusal": ("refusal", "refusal"), "reasoning_text": ("text", "reasoning_text"), "summary_text": ("text", "reasoning_summary_text")}
CALLS = {"function_call": ("arguments", "function_call_arguments"), "custom_tool_call": ("input", "custom_tool_call_input")}


def response(output, **more):
    return {"id": RESPONSE_ID, "object": "response", "created_at": 1700000000, "completed_at": 1700000001, "status": "completed", "error": None, "incomplete_details": None, "instructions": None,
            "model": "m", "output": output, "parallel_tool_calls": True, "temperature": 1.0, "tool_choice": "auto", "tools": [], "top_p": 1.0, "usage": USAGE, "metadata": {}, "novelty": {"rank": 1.50}, **more}


def begun(item):
    empty = {"content": [], "summary": [], "arguments": "", "input": ""}
    return {k: empty.get(k, "in_progress" if k == "status" else v) for k, v in item.items()}


def part_events(place, part, event):
    """One part's, piece by piece; all its logprobs lie with the first."""
    yield f"{event}.added", {**place, "part": {k: "" if k in ("text", "refusal") else [] if k in ("annotations", "logprobs") else v for k, v in part.items()}}
    key, name = TEXTS[part["type"]]
    logprobs = lambda some: {"logprobs": some} if name == "output_text" else {}  # noqa: E731
    for i, piece in enumerate(pieces(part[key])):
        yield f"{name}.delta", {**place, "delta": piece, **logprobs([] if i else part.get("logprobs", []))}
    for i, annotation in enumerate(part.get("annotations", ())):
        yield "output_text.annotation.added", {**place, "annotation_index": i, "annotation": annotation}
    yield f"{name}.done", {**place, key: part[key], **logprobs(part.get("logprobs", []))}
    yield f"{event}.done", {**place, "part": part}


def item_events(index, item):
    yield "output_item.added", {"output_index": index, "item": begun(item)}
    place = {"item_id": item["id"], "output_index": index}
    for key, event in (("summary", "reasoning_summary_part"), ("content", "content_part")):
        for i, part in enumerate(item.get(key, ())):
            yield from part_events({**place, f"{key}_index": i}, part, event)
    if item["type"] in CALLS:
        key, name = CALLS[item["type"]]
        for piece in pieces(item[key]):
            yield f"{name}.delta", {**place, "delta": piece}
        yield f"{name}.done", {**place, **({"name": item["name"]} if key == "arguments" else {}), key: item[key]}
    yield "output_item.done", {"output_index": index, "item": item}


def events(output):
    """Each a name and its data, numbered."""
    def unnumbered():
        start = response([], status="in_progress", usage=None, completed_at=None)
        yield "created", {"response": start}
        yield "in_progress", {"response": start}
        for i, item in enumerate(output):
            yield from item_events(i, item)
        yield "completed", {"response": response(output)}

    for i, (name, data) in enumerate(unnumbered()):
        yield {"type": f"response.{name}", **data, "sequence_number": i}


def send(connection, told, end=True):
    connection.start_stream()
    for event in told:
        connection.chunk(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n")
    connection.end_stream() if end else connection.sock.close()


class PackedResponses(FakeWorker):
    """Says the same in both packagings."""

    def __init__(self, output):
        super().__init__(self._answer)
        self.output = output

    def _answer(self, connection, seen):
        if seen.json().get("stream"):
            return send(connection, events(self.output))
        connection.reply(200, response(self.output))
