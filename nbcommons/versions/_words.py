"""What changed in metadata, in words; what no reader would miss is left out."""

from collections.abc import Iterable, Iterator
from typing import Any

from nbcommons_ipynb.diff.model import ABSENT, Absent, FieldChange

_KINDS = {"code": "code", "markdown": "text", "raw": "plain text"}
_SHOWN_LENGTH = 80
# Of a cell: what follows from the rest of it, or says nothing to a reader.
_QUIET_OF_CELL = frozenset({"id", "outputs", "execution_count"})
# Of the notebook: how editors dress the language, and where a copy came from.
_QUIET_OF_NOTEBOOK = frozenset({"nbcommons", "mimetype", "file_extension", "pygments_lexer",
                                "nbconvert_exporter", "codemirror_mode"})  # fmt: skip
_EXERCISE = {
    "ordo_solution": "Solution of the exercise",
    "ordo_success": "Praise for a right answer",
    "ordo_failure": "Hint for a wrong answer",
}


def notebook_notes(changes: Iterable[FieldChange]) -> tuple[str, ...]:
    """Sentences about kernel, language, title, authors and other metadata of a notebook."""
    members = [
        change
        for change in _members(changes)
        if change.path[0] == "metadata" and not _QUIET_OF_NOTEBOOK & {*change.path}
    ]
    return tuple(dict.fromkeys(note for change in members for note in _of_notebook(change)))


def cell_notes(changes: Iterable[FieldChange]) -> tuple[str, ...]:
    """Sentences about type, tags, name, folding, pictures and other metadata of a cell."""
    members = [change for change in _members(changes) if change.path[0] not in _QUIET_OF_CELL]
    return tuple(dict.fromkeys(note for change in members for note in _of_cell(change)))


def _of_notebook(change: FieldChange) -> Iterator[str]:
    match change.path[1:]:
        case ("kernelspec", "display_name"):
            yield _went("Kernel", change)
        case ("kernelspec", "name"):
            yield _went("Kernel name", change)
        case ("kernelspec", "language") | ("language_info", "name"):
            yield _went("Language", change)
        case ("language_info", "version"):
            yield _went("Version of the language", change)
        case ("title",):
            yield _went("Title in the file", change)
        case ("authors", *_):
            yield _went("Authors", change)
        case way:
            yield _went(".".join(way), change)


def _of_cell(change: FieldChange) -> Iterator[str]:
    match change.path:
        case ("cell_type",):
            yield f"Was {_KINDS.get(change.old)}, is {_KINDS.get(change.new)} now"
        case ("metadata", "tags"):
            yield from _tags(change)
        case ("metadata", "jupyter", "source_hidden"):
            yield "Code is folded away now" if change.new is True else "Code is shown again"
        case ("metadata", "collapsed"):
            yield "Result is folded away now" if change.new is True else "Result is shown again"
        case ("metadata", "name"):
            yield _went("Name", change)
        case ("metadata", "slideshow", "slide_type"):
            yield _went("Slide", change)
        case ("metadata", key, *_) if key in _EXERCISE:
            yield f"{_EXERCISE[key]} {_verb(change)}"
        case ("attachments", name, *_):
            yield f"Picture {_shown(name)} {_verb(change)}"
        case ("metadata", *way):
            yield _went(".".join(way), change)
        case way:
            yield f"{'.'.join(way)} {_verb(change)}"


def _tags(change: FieldChange) -> Iterator[str]:
    old, new = _listed(change.old), _listed(change.new)
    came = [tag for tag in new if tag not in old]
    went = [tag for tag in old if tag not in new]
    for word, tags in (("added", came), ("removed", went)):
        if tags:
            names = ", ".join(map(_shown, tags))
            yield f"{'Tag' if len(tags) == 1 else 'Tags'} {word}: {names}"
    if not came and not went:
        yield "Tags stand in another order"


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _members(changes: Iterable[FieldChange]) -> Iterator[FieldChange]:
    """``changes`` with objects that came or went taken apart, so that one rule tells of both."""
    for change in changes:
        whole = change.new if isinstance(change.old, Absent) else change.old
        other = change.old if isinstance(change.old, Absent) else change.new
        if not isinstance(whole, dict) or not isinstance(other, Absent):
            yield change
            continue
        is_new = isinstance(change.old, Absent)
        yield from _members(
            FieldChange(
                (*change.path, key), ABSENT if is_new else inner, inner if is_new else ABSENT
            )
            for key, inner in whole.items()
        )


def _verb(change: FieldChange) -> str:
    if isinstance(change.old, Absent):
        return "added"
    return "removed" if isinstance(change.new, Absent) else "changed"


def _went(name: str, change: FieldChange) -> str:
    if isinstance(change.old, Absent):
        return f"{name} added: {_shown(change.new)}"
    if isinstance(change.new, Absent):
        return f"{name} removed: {_shown(change.old)}"
    return f"{name} changed from {_shown(change.old)} to {_shown(change.new)}"


def _shown(value: Any) -> str:
    """A value on one line, in quotes if it is a text."""
    if isinstance(value, list):
        return ", ".join(_shown(inner) for inner in value[:10]) or "nothing"
    if isinstance(value, dict):
        return ", ".join(_shown(inner) for inner in list(value.values())[:10]) or "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = " ".join(str(value).split())
    text = text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}…"
    return f"“{text}”" if isinstance(value, str) else text
