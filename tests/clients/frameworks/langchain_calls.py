"""LangChain: a streamed text and a turn with a tool."""
from each import run
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool

PROMPT = "What is the weather in Berlin?"


@tool
def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"sunny in {city}"


def model_of(name, base):
    if name == "ollama":
        from langchain_ollama import ChatOllama

        return ChatOllama(model="m", base_url=base, temperature=0)
    if name == "anthropic":
        from langchain_anthropic import ChatAnthropic

        return ChatAnthropic(model="m", base_url=base, api_key="sk-test", temperature=0, max_retries=0, max_tokens=64, stream_usage=True)
    from langchain_openai import ChatOpenAI

    return ChatOpenAI(model="m", base_url=base + "/v1", api_key="sk-test", temperature=0, max_retries=0, stream_usage=True,
                      use_responses_api=name == "responses")


def streamed(model, messages):
    """A stream's pieces, and the message that LangChain makes of them."""
    pieces = list(model.stream(messages))
    whole = pieces[0]
    for piece in pieces[1:]:
        whole += piece
    return pieces, whole


def turn(name, base):
    model = model_of(name, base)
    pieces, whole = streamed(model, [HumanMessage(PROMPT)])
    seen = {"text": whole.text, "pieces": sum(bool(piece.text) for piece in pieces), "usage": dict(whole.usage_metadata), "finish": whole.response_metadata}
    with_tool = model.bind_tools([get_weather])
    _, asks = streamed(with_tool, [HumanMessage(PROMPT)])
    results = [ToolMessage(get_weather.invoke(call["args"]), tool_call_id=call["id"]) for call in asks.tool_calls]
    _, said = streamed(with_tool, [HumanMessage(PROMPT), asks, *results])
    return {**seen, "calls": [[call["name"], call["args"]] for call in asks.tool_calls], "final": said.text}


if __name__ == "__main__":
    run(turn)
