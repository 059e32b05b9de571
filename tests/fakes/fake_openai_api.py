"""A FAKE of OpenAI's API, which cannot be reached from a test, and of those that follow it. It takes only what the official SDK's own types allow,
answers with objects of the SDK's models and streams their chunks in the documented order, usage last (platform.openai.com: Chat, Errors, Rate
limits). `base`: where its /v1 is (Groq: "/openai/v1"). `listing`: the form of its list: "object" (OpenAI, Groq), "bare" (Together), "data" (OpenRouter).
"""
import json

from fakes.managed_api import ManagedApi, dumped
from fakes.strict_request import StrictRequest
from openai.types import CompletionUsage
from openai.types.chat import ChatCompletion, ChatCompletionChunk, ChatCompletionMessage, completion_create_params

WHOLE = StrictRequest(completion_create_params.CompletionCreateParamsNonStreaming)
STREAM = StrictRequest(completion_create_params.CompletionCreateParamsStreaming)

ERRORS = {
    400: ("invalid_request_error", None, "Bad request."), 401: ("invalid_request_error", "invalid_api_key", "Incorrect API key provided: sk-abcd********wxyz. You can find your API key at https://platform.openai.com/account/api-keys."),
    402: ("insufficient_quota", "insufficient_quota", "This organization (org-ours) has no credits left."), 403: ("invalid_request_error", None, "Project `proj_ours` does not have access to it."),
    404: ("invalid_request_error", None, "Not found"), 415: ("invalid_request_error", None, "not JSON"),
    429: ("requests", "rate_limit_exceeded", "Rate limit reached for gpt-4o in organization org-ours on requests per min (RPM): Limit 60, Used 60, Requested 1. Please try again in 20s."),
    500: ("server_error", None, "The server had an error while processing your request."), 503: ("server_error", None, "The server is overloaded."),
}


def describe(content):
    if isinstance(content, str):
        return content
    return " ".join(part["text"] if part["type"] == "text" else "[" + part["image_url"]["url"].split(",")[0] + "]" for part in content)


class FakeOpenAiApi(ManagedApi):
    """`unknown`: a member that it does not know, and refuses."""

    ACCOUNT = (
        "openai-organization: org-ours", "openai-project: proj_ours", "openai-processing-ms: 42", "openai-version: 2020-10-01",
        "x-ratelimit-limit-requests: 60", "x-ratelimit-remaining-requests: 59", "x-ratelimit-reset-requests: 1s",
        "x-ratelimit-limit-tokens: 150000", "x-ratelimit-remaining-tokens: 149984", "x-ratelimit-reset-tokens: 6ms",
        "access-control-expose-headers: X-Request-ID", "x-content-type-options: nosniff",
        "cf-cache-status: DYNAMIC", "cf-ray: 8f0123456789abcd-FRA", "server: cloudflare", 'alt-svc: h3=":443"; ma=86400',
        "strict-transport-security: max-age=31536000; includeSubDomains; preload",
        "set-cookie: __cf_bm=abc; path=/; expires=Fri, 01-Jan-27 00:00:00 GMT; domain=.api.openai.com; HttpOnly; Secure; SameSite=None",
        "set-cookie: _cfuvid=def; path=/; domain=.api.openai.com; HttpOnly; Secure; SameSite=None",
    )

    def __init__(self, *args, base="/v1", listing="object", unknown=None, **more):
        self.base, self.listing, self.unknown = base, listing, unknown
        super().__init__(*args, **more)

    def authorised(self, seen):
        return seen.headers.get("authorization") == f"Bearer {self.key}"

    def refuse(self, connection, status, message=None, code=None):
        kind, known, words = ERRORS[status]
        waits = ["retry-after: 20", "retry-after-ms: 20000"] if status == 429 else []
        self.reply_json(connection, {"error": {"message": message or words, "type": kind, "param": None, "code": code or known}}, status, ["x-request-id: req_fake", *waits])

    def get(self, connection, path, query):
        if path != self.base + "/models":
            return self.refuse(connection, 404)
        models = [{"id": name, "object": "model", "created": 1700000000, "owned_by": "system"} for name in self.models]
        self.reply_json(connection, {"object": {"object": "list", "data": models}, "bare": models, "data": {"data": models}}[self.listing])

    def post(self, connection, path, query, seen):
        if path != self.base + "/chat/completions":
            return self.refuse(connection, 404, f"Invalid URL (POST {path})")
        body = seen.json()
        if self.unknown in body:
            return self.refuse(connection, 400, f"Unrecognized request argument supplied: {self.unknown}")
        if complaint := (STREAM if body.get("stream") else WHOLE).complaint(body):
            return self.refuse(connection, 400, complaint)
        if body["model"] not in self.models:
            return self.refuse(connection, 404, f"The model `{body['model']}` does not exist or you do not have access to it.", "model_not_found")
        message = self.answer_to(body)
        if body.get("stream"):
            return self.stream(connection, body, message)
        choice = {"index": 0, "finish_reason": "tool_calls" if message.tool_calls else "stop", "logprobs": None, "message": message}
        answer = ChatCompletion(id="chatcmpl-fake", object="chat.completion", created=1700000000, model=body["model"], choices=[choice], usage=self.usage())
        self.reply_json(connection, dumped(answer), headers=["x-request-id: req_fake"])

    def usage(self):
        return CompletionUsage(prompt_tokens=7, completion_tokens=5, total_tokens=12)

    def answer_to(self, body):
        last = body["messages"][-1]
        tools = [tool["function"]["name"] for tool in body.get("tools") or []]
        if tools and last["role"] != "tool":
            call = {"id": "call_fake", "type": "function", "function": {"name": tools[0], "arguments": '{"city": "Paris"}'}}
            return ChatCompletionMessage(role="assistant", content=None, refusal=None, tool_calls=[call])
        return ChatCompletionMessage(role="assistant", content="echo: " + describe(last["content"]), refusal=None)

    def stream(self, connection, body, message):
        self.start_events(connection, ["x-request-id: req_fake"])

        def chunk(delta, finish=None):
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            self.chunk(connection, body, [choice] if delta is not None else [], None if delta is not None else self.usage())

        chunk({"role": "assistant", "content": "" if message.content else None})
        for n, piece in enumerate((message.content or "").split(" ") if message.content else []):
            chunk({"content": ("" if n == 0 else " ") + piece})
        for index, call in enumerate(message.tool_calls or []):
            chunk({"tool_calls": [{"index": index, "id": call.id, "type": "function", "function": {"name": call.function.name, "arguments": ""}}]})
            chunk({"tool_calls": [{"index": index, "function": {"arguments": call.function.arguments}}]})
        chunk({}, "tool_calls" if message.tool_calls else "stop")
        if (body.get("stream_options") or {}).get("include_usage"):
            chunk(None)
        connection.chunk("data: [DONE]\n\n")
        connection.end_stream()

    def chunk(self, connection, body, choices, usage):
        event = ChatCompletionChunk(id="chatcmpl-fake", object="chat.completion.chunk", created=1700000000, model=body["model"], choices=choices, usage=usage)
        connection.chunk(f"data: {json.dumps(dumped(event))}\n\n")


class FakeAzureDeployment(FakeOpenAiApi):
    """… of one deployment of Azure's, named as its path says, and of the list of its resource (learn.microsoft.com: Azure OpenAI REST API)."""

    def __init__(self, *args, name="gpt-4o", version="2024-10-21", **more):
        self.version = version
        super().__init__(*args, base=f"/openai/deployments/{name}", models=(name,), **more)

    def authorised(self, seen):
        return seen.headers.get("api-key") == self.key and "authorization" not in seen.headers

    def get(self, connection, path, query):
        if query != {"api-version": self.version}:
            return self.refuse(connection, 404, "Resource not found")
        if path != "/openai/models":
            return self.refuse(connection, 404)
        self.reply_json(connection, {"object": "list", "data": [{"id": "gpt-4o-2024-08-06", "object": "model", "status": "succeeded", "created_at": 1700000000}]})

    def post(self, connection, path, query, seen):
        if query != f"api-version={self.version}":
            return self.refuse(connection, 404, "Resource not found")
        super().post(connection, path, "", seen)
