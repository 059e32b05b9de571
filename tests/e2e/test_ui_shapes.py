"""What Open WebUI, Dify, Continue and Cline send, as their sources write it, to an engine of the other API: nothing may be lost on the way to it but what is
named, and the answer is read here as each of them reads it.
"""
import json

import pytest
from fakes.tool_calling_worker import DONE_TEXT, PLAIN_TEXT, USAGE, ToolCallingWorker
from fakes.tool_calling_ollama import HEALTH, ToolCallingOllama
from harness import Banto, worker_toml

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SCHEMA = {"type": "object", "properties": {"city": {"type": "string", "description": "A city"}}, "required": ["city"]}
SCRIPT = {"get_weather": {"city": "Berlin"}}
TOOL = {"type": "function", "function": {"name": "get_weather", "description": "The weather in a city.", "parameters": SCHEMA}}
ASKS = {"role": "user", "content": "What is the weather in Berlin?"}


@pytest.fixture(scope="module")
def chat_only():
    with ToolCallingWorker(SCRIPT) as worker, Banto(worker_toml(worker.url, name="gpu", kind="vllm", translate="always")) as banto:
        banto.until_worker("gpu")
        yield banto, worker


@pytest.fixture(scope="module")
def ollama_only():
    with ToolCallingOllama(SCRIPT) as worker:
        with Banto(HEALTH + worker_toml(worker.url, name="gpu", kind="ollama", models=["m"], translate="always")) as banto:
            banto.until_worker("gpu")
            yield banto, worker


def ask(pair, path, body, headers=None):
    """The answer, and what the engine was asked."""
    banto, worker = pair
    answer = banto.post(path, body, headers=headers)
    assert answer.status == 200, answer.body
    return answer, worker.asked()[-1]


def dropped(answer):
    return set(filter(None, (answer.header("x-banto-dropped") or "").split(", ")))


def lines(answer):
    assert answer.header("content-type").startswith("application/x-ndjson")
    return [json.loads(line) for line in answer.body.decode().splitlines()]


def as_dify_reads(answer):
    """dify-plugin-sdks, python/dify_plugin/interfaces/model/openai_compatible/llm.py, _handle_generate_stream_response: blocks end with two newlines, each is
    one `data: ` with an object that has choices; its id joins pieces of a call.
    """
    text, calls, finish, usage = "", [], None, None
    for block in answer.body.decode().split("\n\n"):
        block = block.strip()
        if not block or block.startswith(":"):
            continue
        data = block.removeprefix("data: ").lstrip()
        if data == "[DONE]":
            continue
        event = json.loads(data)
        usage = event.get("usage") or usage
        if not event["choices"]:
            continue
        finish = event["choices"][0].get("finish_reason")
        delta = event["choices"][0]["delta"]
        text += delta.get("content") or ""
        for call in delta.get("tool_calls") or []:
            if call["function"].get("name"):
                calls.append({"id": call["id"], "name": call["function"]["name"], "arguments": ""})
            calls[-1]["arguments"] += call["function"].get("arguments") or ""
    return {"text": text.strip(), "calls": calls, "finish": finish, "usage": usage}


# Open WebUI, connection of kind Ollama: backend/open_webui/routers/ollama.py (generate_chat_completion) and utils/payload.py
# (convert_messages_openai_to_ollama, convert_payload_openai_to_ollama).

OPEN_WEBUI_HEADERS = {"Authorization": "Bearer sk-ui", "X-OpenWebUI-User-Name": "Ann", "X-OpenWebUI-User-Id": "u-1", "X-OpenWebUI-User-Email": "a@b.c",
                      "X-OpenWebUI-User-Role": "user", "X-OpenWebUI-Chat-Id": "c-1"}


def test_open_webui_s_ollama_connection_sends_a_picture_and_its_options(chat_only):
    body = {"model": "m:latest", "stream": True, "keep_alive": "5m", "think": False,
            "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is on it?", "images": [PIXEL]}],
            "options": {"temperature": 0.2, "top_p": 0.9, "top_k": 40, "seed": 7, "num_predict": 64, "num_ctx": 8192, "repeat_penalty": 1.1, "mirostat": 0,
                        "stop": ["###"]}}
    answer, asked = ask(chat_only, "/api/chat", body, OPEN_WEBUI_HEADERS)
    said = lines(answer)
    assert "".join(line["message"]["content"] for line in said).strip() == PLAIN_TEXT and said[-1]["done_reason"] == "stop"
    assert asked["messages"][0] == {"role": "system", "content": "Be brief."}
    picture, text = asked["messages"][1]["content"]
    assert text == {"type": "text", "text": "What is on it?"} and picture["image_url"]["url"] == f"data:image/png;base64,{PIXEL}"
    assert (asked["temperature"], asked["top_p"], asked["seed"], asked["max_tokens"], asked["stop"]) == (0.2, 0.9, 7, 64, ["###"])
    assert {"options.num_ctx", "options.mirostat"} <= dropped(answer)


def test_open_webui_s_ollama_connection_does_a_turn_with_a_tool(chat_only):
    answer, _ = ask(chat_only, "/api/chat", {"model": "m:latest", "stream": True, "messages": [ASKS], "tools": [TOOL]})
    calls = [call for line in lines(answer) for call in line["message"].get("tool_calls", ())]
    assert [call["function"]["name"] for call in calls] == ["get_weather"] and calls[0]["function"]["arguments"] == {"city": "Berlin"}
    turn = [ASKS, {"role": "assistant", "content": "", "tool_calls": [{"index": 0, "id": "call_x", "function": calls[0]["function"]}]},
            {"role": "tool", "content": "sunny", "tool_call_id": "call_x"}]
    answer, asked = ask(chat_only, "/api/chat", {"model": "m:latest", "stream": True, "messages": turn, "tools": [TOOL]})
    assert "".join(line["message"]["content"] for line in lines(answer)).strip() == DONE_TEXT + "sunny"
    call, result = asked["messages"][-2:]
    assert json.loads(call["tool_calls"][0]["function"]["arguments"]) == {"city": "Berlin"} and result["tool_call_id"] == call["tool_calls"][0]["id"]


def test_open_webui_s_ollama_connection_asks_for_json(chat_only):
    body = {"model": "m:latest", "stream": False, "messages": [ASKS], "format": SCHEMA}
    answer, asked = ask(chat_only, "/api/chat", body)
    assert asked["response_format"]["type"] == "json_schema" and asked["response_format"]["json_schema"]["schema"] == SCHEMA
    assert answer.json()["message"]["content"].strip() == PLAIN_TEXT


def test_open_webui_s_ollama_connection_is_verified_and_lists(chat_only):
    # routers/ollama.py: verify_connection asks /api/version; the list is /api/tags, joined with /api/ps by model.
    banto, _ = chat_only
    assert banto.get("/api/version").json()["version"]
    tags = banto.get("/api/tags").json()["models"]
    assert [entry["model"] for entry in tags] == [entry["name"] for entry in tags] and len(tags) == 1
    assert isinstance(banto.get("/api/ps").json()["models"], list)


# Open WebUI, connection of kind OpenAI: backend/open_webui/routers/openai.py (generate_chat_completion): the browser's body with its own members removed;
# stream_options where the model is set to report usage.


def test_open_webui_s_openai_connection_reaches_an_ollama(ollama_only):
    body = {"model": "m", "stream": True, "stream_options": {"include_usage": True}, "temperature": 0.2, "max_tokens": 64, "seed": 7,
            "messages": [{"role": "system", "content": "Be brief."},
                         {"role": "user", "content": [{"type": "text", "text": "What is on it?"},
                                                      {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}]}]}
    answer, asked = ask(ollama_only, "/v1/chat/completions", body, OPEN_WEBUI_HEADERS)
    said = as_dify_reads(answer)
    assert said["text"] == PLAIN_TEXT and said["finish"] == "stop"
    assert said["usage"] is not None and said["usage"]["total_tokens"] == USAGE["total_tokens"]
    assert asked["messages"][1] == {"role": "user", "content": "What is on it?", "images": [PIXEL]}
    assert asked["options"]["num_predict"] == 64 and asked["options"]["seed"] == 7 and asked["options"]["temperature"] == 0.2
    assert answer.header("content-encoding") is None and answer.header("content-type").startswith("text/event-stream")


# Dify, openai_compatible plugin: dify-plugin-sdks, python/dify_plugin/interfaces/model/openai_compatible/llm.py.


def test_dify_s_set_up_is_content_with_an_ollama(ollama_only):
    answer, asked = ask(ollama_only, "/v1/chat/completions", {"model": "m", "max_tokens": 5, "messages": [{"role": "user", "content": "ping"}]})
    assert answer.json()["object"] == "chat.completion" and asked["options"]["num_predict"] == 5 and asked["stream"] is False


def test_dify_does_a_turn_with_a_tool_on_an_ollama(ollama_only):
    head = {"Accept-Charset": "utf-8", "Authorization": "Bearer sk-dify"}
    system = {"role": "system", "content": "Be brief."}
    body = {"model": "m", "stream": True, "temperature": 0.7, "top_p": 1.0, "frequency_penalty": 0.0, "presence_penalty": 0.0, "max_tokens": 512,
            "messages": [system, ASKS], "tool_choice": "auto", "tools": [TOOL], "stop": ["Observation"], "user": "abc-123"}
    answer, asked = ask(ollama_only, "/v1/chat/completions", body, head)
    said = as_dify_reads(answer)
    assert said["finish"] == "tool_calls" and [call["name"] for call in said["calls"]] == ["get_weather"]
    assert json.loads(said["calls"][0]["arguments"]) == {"city": "Berlin"} and said["calls"][0]["id"]
    assert asked["tools"][0]["function"]["parameters"] == SCHEMA and asked["options"]["stop"] == ["Observation"]
    assert "user" in dropped(answer)
    call = {"id": said["calls"][0]["id"], "type": "function", "function": {"name": "get_weather", "arguments": said["calls"][0]["arguments"]}}
    body["messages"] += [{"role": "assistant", "content": "", "tool_calls": [call]}, {"role": "tool", "content": "sunny", "tool_call_id": call["id"]}]
    answer, asked = ask(ollama_only, "/v1/chat/completions", body, head)
    assert as_dify_reads(answer)["text"] == DONE_TEXT + "sunny" and as_dify_reads(answer)["finish"] == "stop"
    assert asked["messages"][2]["tool_calls"][0]["function"]["arguments"] == {"city": "Berlin"} and asked["messages"][3]["content"] == "sunny"


def test_dify_sends_functions_of_the_old_kind(ollama_only):
    # The same file, function_calling_type "function_call": `functions`, then a message with `function_call` and one of role "function".
    function = TOOL["function"]
    answer, asked = ask(ollama_only, "/v1/chat/completions", {"model": "m", "stream": False, "messages": [ASKS], "functions": [function]})
    assert asked["tools"][0]["function"]["name"] == "get_weather"
    called = answer.json()["choices"][0]["message"]
    assert "get_weather" in json.dumps(called)
    turn = [ASKS, {"role": "assistant", "content": "", "function_call": {"name": "get_weather", "arguments": '{"city": "Berlin"}'}},
            {"role": "function", "name": "get_weather", "content": "sunny"}]
    answer, asked = ask(ollama_only, "/v1/chat/completions", {"model": "m", "stream": False, "messages": turn, "functions": [function]})
    assert answer.json()["choices"][0]["message"]["content"].strip() == DONE_TEXT + "sunny"


# Dify, Ollama plugin: dify-official-plugins, models/ollama/models/llm/llm.py; embeddings: models/ollama/models/text_embedding/text_embedding.py.


def test_dify_s_ollama_plugin_is_set_up_and_answered_by_an_engine_of_openai_s(chat_only):
    answer, asked = ask(chat_only, "/api/chat", {"model": "m", "stream": False, "options": {"num_predict": 5}, "messages": [{"role": "user", "content": "ping"}]})
    said = answer.json()
    assert said["message"]["content"].strip() == PLAIN_TEXT and said["prompt_eval_count"] == USAGE["prompt_tokens"] and asked["max_tokens"] == 5
    # Its tool turns carry no calls and no ids: an assistant's text, then a message of role "tool".
    turn = [ASKS, {"role": "assistant", "content": ""}, {"role": "tool", "content": "sunny"}]
    answer, asked = ask(chat_only, "/api/chat", {"model": "m", "stream": True, "options": {"temperature": 0.1, "stop": ["x"]}, "messages": turn, "tools": [TOOL]})
    assert "".join(line["message"]["content"] for line in lines(answer)).strip() == DONE_TEXT + "sunny" and lines(answer)[-1]["model"]
    assert "sunny" in json.dumps(asked["messages"][-1])


# Continue, provider "ollama": continue, core/llm/llms/Ollama.ts (_streamChat: with tools the answer is whole) and _getGenerateOptions.


def test_continue_s_ollama_provider_reaches_an_engine_of_openai_s(chat_only):
    options = {"temperature": 0.5, "num_predict": 2048, "stop": ["<|im_end|>"], "num_ctx": 32768, "num_thread": 4, "use_mmap": True, "min_p": 0.05}
    body = {"model": "m", "messages": [ASKS], "options": options, "keep_alive": 1800, "stream": False, "tools": [TOOL]}
    answer, asked = ask(chat_only, "/api/chat", body)
    call = answer.json()["message"]["tool_calls"][0]["function"]
    assert (call["name"], call["arguments"]) == ("get_weather", {"city": "Berlin"}) and asked["tools"][0]["function"]["parameters"] == SCHEMA
    assert {"options.num_ctx", "options.num_thread", "options.use_mmap"} <= dropped(answer)


def test_continue_s_openai_provider_reaches_an_ollama(ollama_only):
    # core/llm/openaiTypeConverters.ts, toChatBody and toChatMessage: an empty content is a space, a picture has a detail and an undefined text.
    messages = [{"role": "system", "content": "Be brief."},
                {"role": "user", "content": [{"type": "text", "text": "And this?"},
                                             {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}", "detail": "auto"}}]},
                {"role": "assistant", "content": " ", "tool_calls": [{"id": "t1", "type": "function",
                                                                      "function": {"name": "get_weather", "arguments": '{"city":"Berlin"}'}}]},
                {"role": "tool", "content": "sunny", "tool_call_id": "t1"}]
    body = {"model": "m", "messages": messages, "max_tokens": 2048, "temperature": 0.5, "stream": True, "stop": ["<|im_end|>"], "tools": [TOOL],
            "prediction": {"type": "content", "content": "code"}}
    answer, asked = ask(ollama_only, "/v1/chat/completions", body)
    assert as_dify_reads(answer)["text"] == DONE_TEXT + "sunny"
    assert asked["messages"][1]["images"] == [PIXEL] and asked["messages"][2]["tool_calls"][0]["function"]["arguments"] == {"city": "Berlin"}
    assert "prediction" in dropped(answer)


def test_continue_s_anthropic_provider_reaches_an_engine_of_openai_s(chat_only):
    # core/llm/llms/Anthropic.ts: content is always blocks, calls and results with cache_control, system with cache_control.
    cached = {"cache_control": {"type": "ephemeral"}}
    body = {"model": "m", "max_tokens": 2048, "stream": True, "stop_sequences": ["<|im_end|>"], "system": [{"type": "text", "text": "Be brief.", **cached}],
            "tools": [{"name": "get_weather", "description": "The weather in a city.", "input_schema": SCHEMA}], "tool_choice": {"type": "tool", "name": "get_weather"},
            "messages": [{"role": "user", "content": [{"type": "text", "text": ASKS["content"]}]},
                         {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "get_weather", "input": {"city": "Berlin"}, **cached}]},
                         {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "sunny", **cached}]}]}
    answer, asked = ask(chat_only, "/v1/messages", body, {"anthropic-version": "2023-06-01", "x-api-key": "sk", "anthropic-beta": "prompt-caching-2024-07-31"})
    events = [json.loads(line.removeprefix("data: ")) for line in answer.body.decode().splitlines() if line.startswith("data: ")]
    text = "".join(event["delta"]["text"] for event in events if event["type"] == "content_block_delta")
    assert text.strip() == DONE_TEXT + "sunny" and events[-1]["type"] == "message_stop"
    assert asked["messages"][0] == {"role": "system", "content": "Be brief."} and asked["stop"] == ["<|im_end|>"]
    assert asked["tool_choice"] == {"type": "function", "function": {"name": "get_weather"}}
    assert asked["messages"][-1]["tool_call_id"] == "t1" and asked["messages"][-2]["tool_calls"][0]["id"] == "t1"


# Cline: src/core/api/providers/{openai,anthropic,ollama}.ts and src/core/api/transform/{openai,ollama}-format.ts.


def test_cline_s_openai_provider_reaches_an_ollama(ollama_only):
    messages = [{"role": "developer", "content": "You are Cline."}, {"role": "user", "content": [{"type": "text", "text": "Look"}, {"type": "text", "text": "here"}]},
                {"role": "assistant", "content": "I look.", "tool_calls": [{"id": "t1", "type": "function",
                                                                            "function": {"name": "get_weather", "arguments": '{"city":"Berlin"}'}}]},
                {"role": "tool", "tool_call_id": "t1", "content": "sunny"},
                {"role": "user", "content": [{"type": "text", "text": "<environment_details>"}]}]
    body = {"model": "m", "messages": messages, "reasoning_effort": "medium", "stream": True, "stream_options": {"include_usage": True}, "tools": [TOOL]}
    answer, asked = ask(ollama_only, "/v1/chat/completions", body)
    said = as_dify_reads(answer)
    assert said["text"] == DONE_TEXT + "sunny" and said["usage"]["prompt_tokens"] == USAGE["prompt_tokens"]
    assert [message["role"] for message in asked["messages"]] == ["system", "user", "assistant", "tool", "user"]
    assert asked["messages"][2]["content"] == "I look." and "Look" in asked["messages"][1]["content"] and "here" in asked["messages"][1]["content"]


def test_cline_s_anthropic_provider_reaches_an_engine_of_openai_s(chat_only):
    body = {"model": "m", "max_tokens": 8192, "temperature": 0, "stream": True, "tool_choice": {"type": "any"},
            "system": [{"text": "You are Cline.", "type": "text", "cache_control": {"type": "ephemeral"}}],
            "tools": [{"name": "get_weather", "description": "The weather in a city.", "input_schema": SCHEMA}],
            "messages": [{"role": "user", "content": [{"type": "text", "text": ASKS["content"], "cache_control": {"type": "ephemeral"}}]}]}
    answer, asked = ask(chat_only, "/v1/messages", body, {"anthropic-version": "2023-06-01", "x-api-key": "sk"})
    events = [json.loads(line.removeprefix("data: ")) for line in answer.body.decode().splitlines() if line.startswith("data: ")]
    start = next(event for event in events if event["type"] == "content_block_start" and event["content_block"]["type"] == "tool_use")
    arguments = "".join(event["delta"]["partial_json"] for event in events if event["type"] == "content_block_delta" and event["index"] == start["index"])
    assert start["content_block"]["name"] == "get_weather" and start["content_block"]["id"] and json.loads(arguments) == {"city": "Berlin"}
    end = next(event for event in events if event["type"] == "message_delta")
    assert end["delta"]["stop_reason"] == "tool_use" and end["usage"]["output_tokens"] == USAGE["completion_tokens"]
    assert asked["tool_choice"] == "required" and asked["temperature"] == 0


def test_cline_s_ollama_provider_reaches_an_engine_of_openai_s(chat_only):
    body = {"model": "m", "stream": True, "options": {"num_ctx": 32768},
            "messages": [{"role": "system", "content": "You are Cline."}, {"role": "user", "content": "Look"}, {"role": "assistant", "content": "I look."},
                         {"role": "user", "content": "(see following user message for image)", "images": [f"data:image/png;base64,{PIXEL}"]}]}
    answer, asked = ask(chat_only, "/api/chat", body)
    assert "".join(line["message"]["content"] for line in lines(answer)).strip() == PLAIN_TEXT and lines(answer)[-1]["eval_count"] == USAGE["completion_tokens"]
    assert asked["messages"][-1]["content"][0]["image_url"]["url"] == f"data:image/png;base64,{PIXEL}"
