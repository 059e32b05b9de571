"""What an answer says, however it is packed."""
from wire import chunks


def same(value):
    """What of an answer must not differ: members that are null say nothing."""
    if isinstance(value, dict):
        return {k: same(v) for k, v in value.items() if v is not None and k not in ("id", "created")}
    return [same(v) for v in value] if isinstance(value, list) else value


def joined(frames):
    """The choices of a stream, as a client adds them up."""
    choices = {}
    for chunk in frames:
        for part in chunk["choices"]:
            choice = choices.setdefault(part["index"], {"message": {}, "finish": [], "logprobs": []})
            choice["finish"] += [part["finish_reason"]] if part["finish_reason"] else []
            choice["logprobs"] += (part.get("logprobs") or {}).get("content") or []
            add(choice["message"], part["delta"])
    return choices


def add(message, delta):
    for key, value in delta.items():
        if key == "tool_calls":
            for call in value:
                known = message.setdefault(key, {}).setdefault(call["index"], {"arguments": ""})
                known["arguments"] += call.get("function", {}).get("arguments") or ""
                known.update({k: v for k, v in {**call, **call.get("function", {})}.items() if v and k not in ("arguments", "function")})
        elif isinstance(value, str) and key != "role":
            message[key] = message.get(key, "") + value
        elif value is not None:
            message[key] = value


def usages(answer):
    return [c["usage"] for c in chunks(answer.body) if c.get("usage")]
