"""LangChain: the messages of a turn with a tool, asked for as a whole and as streams that are added up. One process for all places; prints a list of lists of messages."""
import json
import sys

from langchain_calls import PROMPT, get_weather, model_of
from langchain_core.messages import HumanMessage, ToolMessage


def whole(model, messages):
    return model.invoke(messages)


def streamed(model, messages):
    pieces = list(model.stream(messages))
    total = pieces[0]
    for piece in pieces[1:]:
        total += piece
    return total


def turn(api, way, base):
    model = model_of(api, base)
    if api == "ollama":
        model.reasoning = True  # thoughts are told apart
    model = model.bind_tools([get_weather])
    messages, built = [HumanMessage(PROMPT)], []
    while True:
        said = (streamed if way == "streamed" else whole)(model, messages)
        built.append(said.model_dump(mode="json"))
        if not said.tool_calls:
            return built
        messages += [said, *(ToolMessage("sunny", tool_call_id=call["id"]) for call in said.tool_calls)]


print(json.dumps([turn(*place) for place in json.loads(sys.argv[1])], default=str))
