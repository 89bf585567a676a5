"""JSON objects compared member by member, and changed accordingly."""

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from nbcommons_ipynb.diff.model import ABSENT, Absent, DoesNotApply, FieldChange


def changed_fields(
    old: dict[str, Any], new: dict[str, Any], *, apart_from: frozenset[str] = frozenset()
) -> tuple[FieldChange, ...]:
    """What differs between two objects, in the order of the paths; ``apart_from`` are keys."""
    return tuple(_changes(old, new, (), apart_from))


def with_fields_changed(
    value: dict[str, Any], changes: Iterable[FieldChange]
) -> dict[str, Any]:
    """A copy of the object with ``changes`` made; raises ``DoesNotApply`` where they do not fit."""
    made = dict(value)
    copied: dict[tuple[str, ...], dict[str, Any]] = {(): made}
    for change in changes:
        holder = made
        for depth, key in enumerate(change.path[:-1], start=1):
            way = change.path[:depth]
            if way not in copied:
                inner = holder.get(key)
                if not isinstance(inner, dict):
                    raise DoesNotApply(f"There is no {'.'.join(way)} here.")
                copied[way] = holder[key] = dict(inner)
            holder = copied[way]
        key = change.path[-1]
        if not is_same(holder.get(key, ABSENT), change.old):
            raise DoesNotApply(f"{'.'.join(change.path)} is not what the difference expects.")
        if isinstance(change.new, Absent):
            del holder[key]
        else:
            holder[key] = change.new
    return made


def is_same(one: Any, other: Any) -> bool:
    """Whether two JSON values are written alike; 1, 1.0 and true, equal in Python, are not."""
    if isinstance(one, Absent) or isinstance(other, Absent):
        return one is other
    if isinstance(one, str):
        return isinstance(other, str) and one == other
    return orjson.dumps(one, option=orjson.OPT_SORT_KEYS) == orjson.dumps(
        other, option=orjson.OPT_SORT_KEYS
    )


def _changes(
    old: dict[str, Any], new: dict[str, Any], way: tuple[str, ...], left_out: frozenset[str]
) -> Iterator[FieldChange]:
    if not left_out and is_same(old, new):
        return
    for key in sorted({*old, *new} - left_out):
        before, after = old.get(key, ABSENT), new.get(key, ABSENT)
        if isinstance(before, dict) and isinstance(after, dict):
            yield from _changes(before, after, (*way, key), frozenset())
        elif not is_same(before, after):
            yield FieldChange((*way, key), before, after)
