"""Turns JSON into the dataclasses of ``values``, by their types."""

import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints
from uuid import UUID

from nbcommons_client.errors import BadAnswer

T = TypeVar("T")
Reader = Callable[[Any, str], Any]


def read(kind: type[T], value: object, place: str = "the answer") -> T:
    """``value`` as a ``kind``; fields that ``kind`` does not know are passed over.

    Raises ``BadAnswer``, which names the place.
    """
    reader: Reader = _reader_of(kind)  # type: ignore[arg-type] # types can be hashed
    return cast("T", reader(value, place))


@cache
def _reader_of(kind: Any) -> Reader:
    origin, parts = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        return _optional(next(part for part in parts if part is not types.NoneType))
    if origin is tuple:
        return _many(parts[0])
    if origin is dict:
        return _by_name(parts[1])
    if is_dataclass(kind):
        return _object(kind)
    return _PLAIN[kind]


def _optional(inner: Any) -> Reader:
    reader = _reader_of(inner)
    return lambda value, place: None if value is None else reader(value, place)


def _many(inner: Any) -> Reader:
    reader = _reader_of(inner)

    def read_many(value: Any, place: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise _not(place, "a list")
        return tuple(reader(one, f"{place}[{index}]") for index, one in enumerate(value))

    return read_many


def _by_name(inner: Any) -> Reader:
    reader = _reader_of(inner)

    def read_by_name(value: Any, place: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _not(place, "an object")
        return {name: reader(one, f"{place}.{name}") for name, one in value.items()}

    return read_by_name


def _object(kind: Any) -> Reader:
    hints = get_type_hints(kind)
    known = [
        (
            field.name,
            _reader_of(hints[field.name]),
            field.default is MISSING and field.default_factory is MISSING,
        )
        for field in fields(kind)
    ]

    def read_object(value: Any, place: str) -> Any:
        if not isinstance(value, dict):
            raise _not(place, "an object")
        found: dict[str, Any] = {}
        for name, reader, is_required in known:
            if name in value:
                found[name] = reader(value[name], f"{place}.{name}")
            elif is_required:
                raise BadAnswer(f"The Commons left out {place}.{name}.")
        return kind(**found)

    return read_object


def _exactly(kind: type, word: str) -> Reader:
    def read_exactly(value: Any, place: str) -> Any:
        # True is a number to Python, and not to JSON.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise _not(place, word)
        return value

    return read_exactly


def _from_text(make: Callable[[str], Any], word: str) -> Reader:
    def read_text(value: Any, place: str) -> Any:
        try:
            return make(value)
        except (ValueError, TypeError, AttributeError) as error:
            raise _not(place, word) from error

    return read_text


def _number(value: Any, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _not(place, "a number")
    return float(value)


def _not(place: str, word: str) -> BadAnswer:
    return BadAnswer(f"The Commons sent something else than {word} as {place}.")


_PLAIN: dict[Any, Reader] = {
    Any: lambda value, _: value,
    str: _exactly(str, "text"),
    int: _exactly(int, "a whole number"),
    bool: _exactly(bool, "true or false"),
    float: _number,
    UUID: _from_text(UUID, "an id"),
    datetime: _from_text(datetime.fromisoformat, "a time"),
    date: _from_text(date.fromisoformat, "a day"),
}
