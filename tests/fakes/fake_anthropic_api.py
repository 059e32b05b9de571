"""A FAKE of Anthropic's API, which cannot be reached from a test. It takes only what the official SDK's own types allow, demands what the API
demands (key, version, max_tokens), answers with objects of the SDK's models and streams their events in the documented order
(docs.claude.com: Messages, Streaming, Errors, Rate limits). Its "model" repeats what it was told.
"""
import json

from anthropic import types
from anthropic.types import message_count_tokens_params, message_create_params
from fakes.managed_api import ManagedApi, dumped
from fakes.strict_request import StrictRequest

WHOLE = StrictRequest(message_create_params.MessageCreateParamsNonStreaming)
STREAM = StrictRequest(message_create_params.MessageCreateParamsStreaming)
COUNT = StrictRequest(message_count_tokens_params.MessageCountTokensParams)

PAGE = 20  # models that its list shows by default
ERRORS = {
    400: ("invalid_request_error", "Bad request."), 401: ("authentication_error", "invalid x-api-key"), 403: ("permission_error", "Not allowed."),
    404: ("not_found_error", "Not found"), 413: ("request_too_large", "Request exceeds the maximum allowed number of bytes."), 415: ("invalid_request_error", "not JSON"),
    429: ("rate_limit_error", "This request would exceed your organization's rate limit of 50 requests per minute."), 500: ("api_error", "Internal server error"),
    529: ("overloaded_error", "Overloaded"),
}


def block_of(content):
    """What the model answers to the last message's content, as blocks."""
    if isinstance(content, str):
        content = [{"type": "text", "text": content}]
    said = [describe(block) for block in content]
    return " ".join(said)


def describe(block):
    if block["type"] == "text":
        return block["text"]
    if block["type"] == "image":
        source = block["source"]
        return f"[{source['media_type']}, {len(source['data'])} letters]" if source["type"] == "base64" else f"[{source['url']}]"
    if block["type"] == "tool_result":
        inner = block.get("content") or ""
        return f"[{block['tool_use_id']}: {inner if isinstance(inner, str) else ' '.join(describe(b) for b in inner)}]"
    return f"[{block['type']}]"


class FakeAnthropicApi(ManagedApi):
    ACCOUNT = (
        "anthropic-organization-id: 0a1b2c3d-ours", "anthropic-ratelimit-requests-limit: 50", "anthropic-ratelimit-requests-remaining: 49",
        "anthropic-ratelimit-requests-reset: 2999-01-01T00:00:00Z", "anthropic-ratelimit-input-tokens-limit: 30000",
        "anthropic-ratelimit-input-tokens-remaining: 29000", "anthropic-ratelimit-input-tokens-reset: 2999-01-01T00:00:00Z",
        "cf-cache-status: DYNAMIC", "cf-ray: 8f0123456789abcd-FRA", "server: cloudflare", "x-robots-tag: none", "via: 1.1 google",
        "strict-transport-security: max-age=31536000; includeSubDomains; preload", "set-cookie: _cfuvid=def; HttpOnly; Secure; Path=/",
    )

    halts = None  # what follows the beginning of a stream in place of the rest

    def authorised(self, seen):
        return seen.headers.get("x-api-key") == self.key and "authorization" not in seen.headers

    def refuse(self, connection, status, message=None):
        kind, words = ERRORS[status]
        body = {"type": "error", "error": {"type": kind, "message": message or words}, "request_id": "req_fake"}
        waits = ["retry-after: 20"] if status == 429 else []
        self.reply_json(connection, body, status, ["request-id: req_fake", *waits])

    def get(self, connection, path, query):
        if path != "/v1/models":
            return self.refuse(connection, 404)
        after = query.get("after_id")
        begin = self.models.index(after) + 1 if after else 0
        names = self.models[begin:begin + int(query.get("limit", PAGE))]
        data = [{"type": "model", "id": name, "display_name": name.title(), "created_at": "2025-02-19T00:00:00Z"} for name in names]
        more = begin + len(names) < len(self.models)
        self.reply_json(connection, {"data": data, "has_more": more, "first_id": names[0] if names else None, "last_id": names[-1] if names else None})

    def post(self, connection, path, query, seen):
        if path not in ("/v1/messages", "/v1/messages/count_tokens") or query not in ("", "beta=true"):
            return self.refuse(connection, 404)
        if "anthropic-version" not in seen.headers:
            return self.refuse(connection, 400, "anthropic-version: header is required")
        body = seen.json()
        counts = path.endswith("count_tokens")
        form = COUNT if counts else STREAM if body.get("stream") else WHOLE
        if complaint := form.complaint(body):
            return self.refuse(connection, 400, complaint)
        if body["model"] not in self.models:
            return self.refuse(connection, 404, f"model: {body['model']}")
        if counts:
            return self.reply_json(connection, dumped(types.MessageTokensCount(input_tokens=len(json.dumps(body)))))
        message = self.answer_to(body)
        if body.get("stream"):
            return self.stream(connection, message)
        self.reply_json(connection, dumped(message), headers=["request-id: req_fake"])

    def answer_to(self, body):
        told = block_of(body["messages"][-1]["content"])
        tools = [tool["name"] for tool in body.get("tools") or []]
        if tools and "[toolu_" not in told:
            blocks = [types.TextBlock(type="text", text="I call it."), types.ToolUseBlock(type="tool_use", id="toolu_01fake", name=tools[0], input={"city": "Paris"})]
        else:
            blocks = [types.TextBlock(type="text", text="echo: " + told)]
        return types.Message(id="msg_01fake", type="message", role="assistant", model=body["model"], content=blocks, stop_sequence=None,
                             stop_reason="tool_use" if len(blocks) > 1 else "end_turn", usage=types.Usage(input_tokens=7, output_tokens=5))

    def stream(self, connection, message):
        self.start_events(connection, ["request-id: req_fake"])

        def event(name, body):
            connection.chunk(f"event: {name}\ndata: {json.dumps({'type': name, **body})}\n\n")

        if self.halts:
            event("message_start", {"message": {**dumped(message), "content": [], "stop_reason": None, "usage": {"input_tokens": 1_000_000, "output_tokens": 1}}})
            return self.halts(connection)
        event("message_start", {"message": {**dumped(message), "content": [], "stop_reason": None, "usage": {"input_tokens": 7, "output_tokens": 1}}})
        for index, block in enumerate(message.content):
            text = block.type == "text"
            event("content_block_start", {"index": index, "content_block": {"type": "text", "text": ""} if text else {**dumped(block), "input": {}}})
            if index == 0:
                event("ping", {})
            pieces = block.text.split(" ") if text else [json.dumps(block.input)[:5], json.dumps(block.input)[5:]]
            for n, piece in enumerate(pieces):
                delta = {"type": "text_delta", "text": ("" if n == 0 else " ") + piece} if text else {"type": "input_json_delta", "partial_json": piece}
                event("content_block_delta", {"index": index, "delta": delta})
            event("content_block_stop", {"index": index})
        event("message_delta", {"delta": {"stop_reason": message.stop_reason, "stop_sequence": None}, "usage": {"output_tokens": 5}})
        event("message_stop", {})
        connection.end_stream()
