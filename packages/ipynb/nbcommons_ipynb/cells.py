"""The cells of a notebook as every part of the commons counts and names them."""

import hashlib
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
"""A notebook as JSON values: plain dicts, lists, strings, numbers."""

OPTIONAL_TAGS = frozenset({"optional"})
MAY_FAIL_TAGS = frozenset({"raises-exception"})
PARAMETERS_TAGS = frozenset({"parameters"})


@dataclass(frozen=True, slots=True)
class CodeCell:
    """A code cell that holds code.

    number: 0-based among the notebook's code cells with non-blank source.
    position: 0-based among all cells.
    """

    number: int
    position: int
    cell_id: str
    source: str
    fingerprint: str
    tags: tuple[str, ...]

    @property
    def is_optional(self) -> bool:
        return not OPTIONAL_TAGS.isdisjoint(self.tags)

    @property
    def may_fail(self) -> bool:
        return not MAY_FAIL_TAGS.isdisjoint(self.tags)

    @property
    def has_parameters(self) -> bool:
        return not PARAMETERS_TAGS.isdisjoint(self.tags)


def fingerprint(source: str) -> str:
    """The MD5 of a cell's source in UTF-8, in hex: how reports of runs find their cell.

    Existing clients compute the same; it is a name, not a security measure. A lone
    surrogate, which no accepted notebook holds, counts as a question mark.
    """
    return hashlib.md5(source.encode(errors="replace"), usedforsecurity=False).hexdigest()


def code_cells(document: Document) -> tuple[CodeCell, ...]:
    """The code cells of a stripped ``document`` that are not blank, numbered from 0."""
    found: list[CodeCell] = []
    for position, cell in enumerate(document["cells"]):
        if cell["cell_type"] != "code" or not cell["source"].strip():
            continue
        found.append(
            CodeCell(
                number=len(found),
                position=position,
                cell_id=cell["id"],
                source=cell["source"],
                fingerprint=fingerprint(cell["source"]),
                tags=tags_of(cell),
            )
        )
    return tuple(found)


def tags_of(cell: dict[str, Any]) -> tuple[str, ...]:
    """The tags of a cell of a stripped document."""
    return tuple(cell["metadata"].get("tags", ()))
