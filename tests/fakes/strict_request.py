"""Requests held against the types of an official SDK, as strictly as the vendor's own server does: a member that the type does not have is refused."""
import pydantic


class StrictRequest:
    """One TypedDict of an SDK's request parameters."""

    def __init__(self, params):
        # A list's configuration reaches the TypedDicts in it; their own cannot be set from outside.
        self.adapter = pydantic.TypeAdapter(list[params], config=pydantic.ConfigDict(extra="forbid"))

    def complaint(self, body):
        """None, or what is wrong with it: "messages.0.content: …"."""
        try:
            visit(self.adapter.validate_python([body]))
        except pydantic.ValidationError as error:
            first = error.errors()[0]
            return ".".join(str(part) for part in first["loc"][1:]) + ": " + first["msg"]
        except UnknownMember as error:
            return str(error)
        return None


class UnknownMember(Exception):
    pass


def visit(value):
    """Iterables are validated when they are read; SDKs also take their own answers back, whose models would let anything pass."""
    if isinstance(value, pydantic.BaseModel):
        if value.model_extra:
            raise UnknownMember(f"{', '.join(value.model_extra)}: Extra inputs are not permitted")
        value = dict(value)
    if isinstance(value, dict):
        for item in value.values():
            visit(item)
    elif value is not None and not isinstance(value, (str, bytes, int, float)):
        for item in value:
            visit(item)
