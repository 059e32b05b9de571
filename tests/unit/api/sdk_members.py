"""Writes sdk_members.json: each member that the request types of the official SDKs know, with a value that its type allows, for sdk_members_test.cc.

    .venv/bin/python tests/unit/api/sdk_members.py
"""
import collections.abc
import inspect
import itertools
import json
import pathlib
import typing

import ollama._types as ollama
import pydantic
from anthropic.types import message_create_params, message_count_tokens_params
from anthropic.types.beta import message_create_params as beta_message_create_params
from openai.types import completion_create_params, embedding_create_params
from openai.types.chat import completion_create_params as chat_create_params
from openai.types.responses import response_create_params
from typing_extensions import NotRequired, Required, get_type_hints, is_typeddict

ROOTS = {
    "chat": [chat_create_params.CompletionCreateParamsBase],
    "completions": [completion_create_params.CompletionCreateParamsBase],
    "embeddings": [embedding_create_params.EmbeddingCreateParams],
    "responses": [response_create_params.ResponseCreateParamsBase],
    "messages": [message_create_params.MessageCreateParamsBase, beta_message_create_params.MessageCreateParamsBase],
    "count_tokens": [message_count_tokens_params.MessageCountTokensParams],
    "ollama chat": [ollama.ChatRequest],
    "ollama generate": [ollama.GenerateRequest],
    "ollama embed": [ollama.EmbedRequest],
    "ollama embeddings": [ollama.EmbeddingsRequest],
}
NUMBERS = itertools.count(1)  # no two texts are the same
DEEPEST = 2  # objects in each other: those below are seen as values of the members above
# Without tools nothing is said of them.
FUNCTION = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
WITH = {
    "chat": {"tools": [FUNCTION]},
    "responses": {"tools": [{"type": "function", "name": "f", "parameters": {"type": "object"}}], "input": "hi"},
    "messages": {"tools": [{"name": "f", "input_schema": {"type": "object"}}]},
    "count_tokens": {"tools": [{"name": "f", "input_schema": {"type": "object"}}]},
    "ollama chat": {"tools": [FUNCTION], "messages": [{"role": "user", "content": "hi"}]},
    "ollama generate": {"prompt": "hi"},
}


def bare(kind):
    """The type without the marks around it."""
    while typing.get_origin(kind) in (Required, NotRequired, typing.Required, typing.NotRequired, typing.Annotated):
        kind = typing.get_args(kind)[0]
    return kind


def alternatives(kind):
    kind = bare(kind)
    if typing.get_origin(kind) is typing.Union or type(kind).__name__ == "UnionType":
        return [one for part in typing.get_args(kind) for one in alternatives(part)]
    return [] if kind is type(None) else [kind]


def is_object(kind):
    return is_typeddict(kind) or (inspect.isclass(kind) and issubclass(kind, pydantic.BaseModel))


def members(kind):
    """Name, type and whether it must be there, of each member."""
    if is_typeddict(kind):
        for name, hint in get_type_hints(kind, include_extras=True).items():
            marks = (Required, typing.Required) if not kind.__total__ else (NotRequired, typing.NotRequired)
            yield name, hint, (typing.get_origin(hint) in marks) != kind.__total__
    else:
        for name, field in kind.model_fields.items():
            yield field.alias or name, field.annotation, field.is_required()


def element(kind):
    """The type of a list's elements; None: it is no list."""
    origin = typing.get_origin(kind)
    if origin in (list, collections.abc.Iterable, collections.abc.Sequence, typing.Iterable):
        return typing.get_args(kind)[0]
    return None


def value(kind, name):
    """One that the type allows: with text where there may be text, no more than needed elsewhere."""
    options = alternatives(kind)
    for kind in options:
        if typing.get_origin(kind) is typing.Literal:
            literals = [one for one in typing.get_args(kind) if one not in ("auto", "none", "text", "")]
            return (literals or typing.get_args(kind))[0]
    if not options:
        return "word"
    for kind in options:
        if kind is str:
            return "aGVsbG8=" if name == "data" else f"{name} {next(NUMBERS)}"
    kind = options[0]
    if kind in (int, float):
        return 7
    if kind is bool:
        return True
    if element(kind) is not None:
        return [value(element(kind), name)]
    if is_object(kind):
        return {its: value(hint, its) for its, hint, needed in members(kind) if needed} or {"any": 1}
    if typing.get_origin(kind) in (dict, collections.abc.Mapping):
        return {"any": value(typing.get_args(kind)[1], "any")}
    return {"type": "object"} if kind in (object, dict) else f"{name} {next(NUMBERS)}"


def containers(kind, pointer, body, depth):
    """The objects inside: where each stands, a body in which it holds the least, and what else it may hold. `body`: makes one around it."""
    for option in alternatives(kind):
        inner = element(option)
        if inner is not None:
            yield from containers(inner, pointer + "/0", lambda one: body([one]), depth)
        elif is_object(option) and depth <= DEEPEST:
            own = list(members(option))
            least = {name: value(hint, name) for name, hint, needed in own if needed}
            more = {name: value(hint, name) for name, hint, needed in own if not needed}
            yield pointer, body(least), more
            for name, hint, _ in own:
                around = lambda one, name=name, least=least: body({**least, name: one})  # noqa: E731
                yield from containers(hint, f"{pointer}/{name}", around, depth + 1)


def rows(api, kinds):
    known = {}
    for kind in kinds:
        for pointer, body, more in containers(kind, "", lambda one: {**WITH.get(api, {}), **one}, 0):
            if api == "count_tokens" and pointer:
                continue  # as in messages
            row = known.setdefault((pointer, json.dumps(body, sort_keys=True)), {"at": pointer, "body": body, "members": {}})
            row["members"].update(more)
            if pointer == "" and not ("embed" in api or "count" in api):
                row["members"]["stream"] = True  # a type of its own in the SDKs
    return [row for row in known.values() if row["members"]]


if __name__ == "__main__":
    lists = {api: rows(api, kinds) for api, kinds in ROOTS.items()}
    lines = []
    for api, its in lists.items():
        lines.append(f"{json.dumps(api)}: [\n" + ",\n".join("  " + json.dumps(row) for row in its) + "\n]")
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print({api: (len(its), sum(len(row["members"]) for row in its)) for api, its in lists.items()})
