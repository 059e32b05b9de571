"""LlamaIndex: a streamed text and a turn with a tool."""
from each import run
from llama_index.core.llms import ChatMessage
from llama_index.core.tools import FunctionTool

PROMPT = "What is the weather in Berlin?"


def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"sunny in {city}"


def model_of(name, base):
    if name == "ollama":
        from llama_index.llms.ollama import Ollama

        return Ollama(model="m", base_url=base, temperature=0, context_window=4096)
    if name == "anthropic":
        from llama_index.llms.anthropic import Anthropic

        return Anthropic(model="claude-sonnet-4-0", base_url=base, api_key="sk-test", temperature=0, max_retries=0, max_tokens=64)
    from llama_index.llms.openai_like import OpenAILike

    return OpenAILike(model="m", api_base=base + "/v1", api_key="sk-test", temperature=0, max_retries=0, is_chat_model=True, is_function_calling_model=True)


def last_of(stream):
    return list(stream)[-1]


def turn(name, base):
    model = model_of(name, base)
    pieces = list(model.stream_chat([ChatMessage(role="user", content=PROMPT)]))
    seen = {"text": pieces[-1].message.content, "pieces": sum(bool(piece.delta) for piece in pieces)}
    tool = FunctionTool.from_defaults(get_weather)
    asks = last_of(model.stream_chat_with_tools([tool], user_msg=PROMPT))
    calls = model.get_tool_calls_from_response(asks)
    history = [ChatMessage(role="user", content=PROMPT), asks.message]
    history += [ChatMessage(role="tool", content=tool.call(**call.tool_kwargs).content, additional_kwargs={"tool_call_id": call.tool_id}) for call in calls]
    said = last_of(model.stream_chat_with_tools([tool], chat_history=history))
    return {**seen, "calls": [[call.tool_name, call.tool_kwargs] for call in calls], "final": said.message.content}


run(turn)
