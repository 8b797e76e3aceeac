"""Commands as they come over the wire: the envelope is checked here, the data when the command is decided.

A malformed envelope is no command, so it gets no answer that lasts (422). Bad data is a command with something wrong in it: it
is refused as `bad_data`, with every field that is wrong, and that answer stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from fanlink import wire
from fanlink.core.commands import ID, KINDS, Data
from fanlink.core.digests import digest
from fanlink.core.errors import BadInput, Reason, Refused

MOST_COMMANDS = 1000
MOST_BEFORE = 1000
INT64_MAX = 2**63 - 1

Id = Annotated[str, Field(pattern=f"^{ID.pattern}$", max_length=64)]


class Envelope(BaseModel):
    """One command: what is asked, of what, what version was seen, and which commands must be accepted before."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    id: Id
    kind: Annotated[str, Field(pattern="^[a-z][a-z_]{0,63}$")]
    target: Id
    base_version: Annotated[int, Field(ge=0, le=INT64_MAX)] | None = None
    data: dict[str, Any]
    after: Annotated[list[Id], Field(max_length=MOST_BEFORE)] = []
    replaces: Id | None = None


class Batch(BaseModel):
    """What `POST /v1/commands` takes."""

    model_config = ConfigDict(extra="forbid", strict=True)

    commands: Annotated[list[Envelope], Field(max_length=MOST_COMMANDS)]


@dataclass(frozen=True, slots=True)
class Asked:
    """An envelope with the digest of its content: the same id with another content is another command."""

    envelope: Envelope
    content: str

    @property
    def id(self) -> str:
        return self.envelope.id

    @property
    def before(self) -> tuple[str, ...]:
        """The commands whose answers decide whether this one may be decided."""
        named = (*self.envelope.after, self.envelope.replaces)
        return tuple(name for name in named if name is not None)


def read_batch(body: bytes) -> list[Asked]:
    """The commands of a request's body; `BadInput` names the first field of an envelope that is wrong."""
    try:
        batch = Batch.model_validate(from_json(body, allow_inf_nan=False))
    except ValidationError as error:
        raise wire.bad_input(error, "commands") from error
    except ValueError as error:
        raise BadInput(str(error), where="body") from error
    return [asked(envelope) for envelope in batch.commands]


def asked(envelope: Envelope) -> Asked:
    """The envelope with its content's digest; `BadInput` for a number or text that JSON cannot carry between computers."""
    content = {
        "kind": envelope.kind, "target": envelope.target, "base_version": envelope.base_version, "data": envelope.data,
        "after": envelope.after, "replaces": envelope.replaces,
    }  # fmt: skip
    try:
        return Asked(envelope, digest(content))
    except (ValueError, RecursionError) as error:
        raise BadInput(str(error), where=f"command {envelope.id}") from error


def read_data(envelope: Envelope) -> Data:
    """The command's data as its value; refused as `unknown_kind`, or as `bad_data` once for each wrong field."""
    kind = KINDS.get(envelope.kind)
    if kind is None:
        raise Refused("unknown_kind", kind=envelope.kind)
    reasons = [Reason("bad_data", {"field": field, "what": what}) for field, what in _unfit(envelope.data, "")]
    if reasons:
        raise Refused(reasons)
    try:
        return _adapter(kind).validate_python(envelope.data)
    except ValidationError as error:
        raise Refused(
            Reason("bad_data", {"field": ".".join(str(part) for part in one["loc"]), "what": one["msg"]})
            for one in error.errors(include_url=False, include_input=False, include_context=False)
        ) from error


@cache
def _adapter(kind: type) -> Any:
    """The adapter of a kind, after those of all values inside it: so unknown fields are an error at every depth."""
    for inner in _inner(kind):
        wire.adapter(inner)
    return wire.adapter(kind)


def _inner(kind: Any) -> Iterator[type]:
    """The dataclasses inside a type, deepest first."""
    for argument in get_args(kind):
        yield from _inner(argument)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        for field in fields(kind):
            for inner in _inner(hints[field.name]):
                if inner is not kind:
                    yield inner
        yield kind  # type: ignore[misc]


def _unfit(data: Any, path: str) -> Iterator[tuple[str, str]]:
    """What no column of ours can hold: numbers beyond 64 bits, and text with a NUL or half a character."""
    if isinstance(data, Mapping):
        for name, value in data.items():
            yield from _unfit(name, f"{path}.{name}" if path else name)
            yield from _unfit(value, f"{path}.{name}" if path else name)
    elif isinstance(data, list):
        for place, value in enumerate(data):
            yield from _unfit(value, f"{path}.{place}")
    elif isinstance(data, str):
        if "\0" in data or any("\ud800" <= letter <= "\udfff" for letter in data if letter > "\ud7ff"):
            yield path.replace("\0", "?"), "text has a character that cannot be stored"
    elif isinstance(data, int) and not -INT64_MAX <= data <= INT64_MAX:
        yield path, "number is out of range"
