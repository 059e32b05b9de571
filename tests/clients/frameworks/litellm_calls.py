"""LiteLLM's SDK: a streamed text and a turn with a tool."""
import json

import litellm
from each import run

PROMPT = {"role": "user", "content": "What is the weather in Berlin?"}
TOOL = {"type": "function", "function": {"name": "get_weather", "description": "The weather in a city.",
                                         "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}
MODELS = {"openai": "openai/m", "anthropic": "anthropic/m", "ollama": "ollama_chat/m"}


def streamed(name, base, messages, **more):
    """A stream's chunks, and the answer that LiteLLM makes of them."""
    chunks = list(litellm.completion(model=MODELS[name], api_base=base + ("/v1" if name == "openai" else ""), api_key="sk-test", messages=messages, temperature=0,
                                     max_tokens=64, stream=True, stream_options={"include_usage": True}, num_retries=0, **more))
    return chunks, litellm.stream_chunk_builder(chunks, messages=messages)


def turn(name, base):
    chunks, whole = streamed(name, base, [PROMPT])
    choice = whole.choices[0]
    seen = {"text": choice.message.content, "pieces": sum(bool(chunk.choices and chunk.choices[0].delta.content) for chunk in chunks),
            "usage": {"input_tokens": whole.usage.prompt_tokens, "output_tokens": whole.usage.completion_tokens}, "finish": choice.finish_reason}
    _, asks = streamed(name, base, [PROMPT], tools=[TOOL])
    message = asks.choices[0].message
    calls = [[call.function.name, json.loads(call.function.arguments)] for call in message.tool_calls]
    results = [{"role": "tool", "tool_call_id": call.id, "content": f"sunny in {args['city']}"} for call, (_, args) in zip(message.tool_calls, calls)]
    _, said = streamed(name, base, [PROMPT, message.model_dump(), *results], tools=[TOOL])
    return {**seen, "calls": calls, "tool_finish": asks.choices[0].finish_reason, "final": said.choices[0].message.content}


run(turn)
