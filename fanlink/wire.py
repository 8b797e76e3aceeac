"""Values to JSON and back, the same way in every room.

The values are the frozen dataclasses of `core`; pydantic reads and checks them. Unknown fields are an error.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

# Loaded first and by name: PySide6 looks into modules while they are imported, and pydantic's lazy import of this
# one then fails with "partially initialized module".
import pydantic.fields  # noqa: F401
from pydantic import ConfigDict, TypeAdapter, ValidationError

from fanlink.core.errors import BadInput

T = TypeVar("T")

STRICT = ConfigDict(extra="forbid", allow_inf_nan=False)


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """The pydantic adapter of a dataclass or a union of them, built once."""
    if hasattr(kind, "__dataclass_fields__") and not hasattr(kind, "__pydantic_config__"):
        kind.__pydantic_config__ = STRICT
    return TypeAdapter(kind)


def to_json(value: Any, kind: Any = None) -> Any:
    """Plain JSON data of a value (dicts, lists, strings, numbers)."""
    return adapter(kind or type(value)).dump_python(value, mode="json")


def from_json(kind: type[T] | Any, data: Any, where: str = "") -> T:
    """The value that `data` means; `BadInput` names the first wrong field and why."""
    try:
        return adapter(kind).validate_python(data)
    except ValidationError as error:
        raise bad_input(error, where) from error


def from_bytes(kind: type[T] | Any, data: bytes | str, where: str = "") -> T:
    """The value in a JSON text; `BadInput` says where it is wrong."""
    try:
        return adapter(kind).validate_json(data)
    except ValidationError as error:
        raise bad_input(error, where) from error


def bad_input(error: ValidationError, where: str) -> BadInput:
    """One sentence for the first thing that is wrong, and how many more there are."""
    first, *more = error.errors(include_url=False, include_input=False)
    place = ".".join(str(part) for part in first["loc"])
    rest = f" ({len(more)} more)" if more else ""
    return BadInput(f"{first['msg']}{rest}", where=where, column=place or None)
