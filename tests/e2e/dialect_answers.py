"""What engines answer to each operation beside chat, completions and embeddings, and the question that gets it. `Case.whole` is JSON, `Case.stream` a list of frames; None: there is no such form."""
import json
from dataclasses import dataclass, field


def event(name, data):
    return f"event: {name}\ndata: {json.dumps({'type': name, **data})}\n\n"


def data(body):
    return "data:" + json.dumps(body) + "\n\n"


def line(body):
    return json.dumps(body) + "\n"


@dataclass
class Case:
    path: str
    kind: str  # of the worker
    ask: dict  # without what makes it new
    fresh: str  # the member whose value makes it new
    whole: object = None
    stream: list = None
    says_stream: bool = True  # `stream` in the question asks for it
    headers: dict = field(default_factory=dict)
    type: str = "text/event-stream"

    def question(self, text, stream=False):
        """One that asks about `text`."""
        value = {"messages": [{"role": "user", "content": text}], "documents": [text, "b", "c"], "texts": [text, "b", "c"], "inputs_list": [text, "b"]}
        body = {**self.ask, self.fresh.split(":")[0]: value.get(self.fresh.split(":")[-1], text)}
        if self.says_stream and self.stream:
            body["stream"] = stream
        return body


USAGE = {"input_tokens": 5, "output_tokens": 2}
MESSAGE = {"id": "msg_0123456789abcdef", "type": "message", "role": "assistant", "model": "m", "content": [{"type": "text", "text": "hi there"}], "stop_reason": "end_turn", "stop_sequence": None, "usage": USAGE}
MESSAGE_EVENTS = [
    event("message_start", {"message": {**MESSAGE, "content": [], "stop_reason": None}}), event("content_block_start", {"index": 0, "content_block": {"type": "text", "text": ""}}),
    event("ping", {}), *(event("content_block_delta", {"index": 0, "delta": {"type": "text_delta", "text": t}}) for t in ("hi", " there")), event("content_block_stop", {"index": 0}),
    event("message_delta", {"delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 2}}), event("message_stop", {}),
]
ITEM = {"id": "msg_fedcba9876543210", "type": "message", "status": "completed", "role": "assistant", "content": [{"type": "output_text", "text": "hi there", "annotations": []}]}
RESPONSE = {"id": "resp_0123456789abcdef", "object": "response", "created_at": 1700000000, "completed_at": 1700000002, "status": "completed", "error": None, "incomplete_details": None, "model": "m", "output": [ITEM],
            "parallel_tool_calls": True, "tool_choice": "auto", "tools": [], "usage": {**USAGE, "total_tokens": 7, "input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}}
BEGUN = {**RESPONSE, "status": "in_progress", "output": [], "usage": None, "completed_at": None}
PLACE = {"item_id": ITEM["id"], "output_index": 0, "content_index": 0}
PART = {"type": "output_text", "text": "", "annotations": []}
RESPONSE_EVENTS = [event(name, {**body, "sequence_number": i}) for i, (name, body) in enumerate([
    ("response.created", {"response": BEGUN}), ("response.in_progress", {"response": BEGUN}), ("response.output_item.added", {"output_index": 0, "item": {**ITEM, "status": "in_progress", "content": []}}),
    ("response.content_part.added", {**PLACE, "part": PART}), ("response.output_text.delta", {**PLACE, "delta": "hi", "logprobs": []}), ("response.output_text.delta", {**PLACE, "delta": " there", "logprobs": []}),
    ("response.output_text.done", {**PLACE, "text": "hi there", "logprobs": []}), ("response.content_part.done", {**PLACE, "part": {**PART, "text": "hi there"}}),
    ("response.output_item.done", {"output_index": 0, "item": ITEM}), ("response.completed", {"response": RESPONSE})])]
OLLAMA = {"model": "m", "created_at": "2026-11-21T09:28:46.849261571Z"}
DONE = {"done": True, "done_reason": "stop", "total_duration": 5, "load_duration": 1, "prompt_eval_count": 5, "prompt_eval_duration": 1, "eval_count": 2, "eval_duration": 3}

CASES = {
    "messages": Case("/v1/messages", "vllm", {"model": "m", "max_tokens": 9}, "messages", MESSAGE, MESSAGE_EVENTS, headers={"anthropic-version": "2023-06-01"}),
    "count_tokens": Case("/v1/messages/count_tokens", "vllm", {"model": "m"}, "messages", {"input_tokens": 9}, headers={"anthropic-version": "2023-06-01"}),
    "responses": Case("/v1/responses", "vllm", {"model": "m"}, "input", RESPONSE, RESPONSE_EVENTS),
    "ollama_chat": Case("/api/chat", "ollama", {"model": "m"}, "messages", {**OLLAMA, "message": {"role": "assistant", "content": "hi there"}, **DONE}, [
        *(line({**OLLAMA, "message": {"role": "assistant", "content": t}, "done": False}) for t in ("hi", " there")), line({**OLLAMA, "created_at": "2026-11-21T09:28:59.3Z", "message": {"role": "assistant", "content": ""}, **DONE})], type="application/x-ndjson"),
    "ollama_generate": Case("/api/generate", "ollama", {"model": "m"}, "prompt", {**OLLAMA, "response": "hi there", **DONE, "context": [1, 2]}, [
        *(line({**OLLAMA, "response": t, "done": False}) for t in ("hi", " there")), line({**OLLAMA, "response": "", **DONE, "context": [1, 2]})], type="application/x-ndjson"),
    "ollama_embed": Case("/api/embed", "ollama", {"model": "m"}, "input", {"model": "m", "embeddings": [[0.5, -1e-3]], "total_duration": 1, "load_duration": 1, "prompt_eval_count": 2}),
    "ollama_embeddings": Case("/api/embeddings", "ollama", {"model": "m"}, "prompt", {"embedding": [0.5, -1e-3]}),
}
