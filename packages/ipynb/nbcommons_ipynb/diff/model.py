"""A difference of two notebooks as values: steps over cells, blocks of lines, changed fields."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from nbcommons_ipynb.errors import IpynbError


class DoesNotApply(IpynbError):
    """A difference was applied to a notebook that it was not made from."""


class Absent:
    """The type of ``ABSENT``: there is no value, which ``None`` cannot say."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value of a cell's or a notebook's own fields; ``path`` are the keys that lead to it.

    Objects are compared member by member, all other values as a whole.
    """

    path: tuple[str, ...]
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class LinePair:
    """An old line and the line it became, by their places in the block.

    The spans are what changed within, as (start, end) in characters (code points).
    """

    old: int
    new: int
    old_spans: tuple[tuple[int, int], ...]
    new_spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class SameLines:
    """So many lines are the same on both sides."""

    count: int


@dataclass(frozen=True, slots=True)
class ChangedLines:
    """Lines that were replaced, removed (``new`` is empty) or added (``old`` is empty).

    In a block that was too long to look into, an element may be several lines in one text.
    ``pairs`` ascend on both sides.
    """

    old: tuple[str, ...]
    new: tuple[str, ...]
    pairs: tuple[LinePair, ...] = ()


LineBlock = SameLines | ChangedLines


class Kind(StrEnum):
    """What happened to a cell."""

    CHANGED = "changed"
    MOVED = "moved"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class SameCells:
    """``count`` cells in a row that are the same; ``old`` and ``new`` are the first's places."""

    old: int
    new: int
    count: int


@dataclass(frozen=True, slots=True)
class CellStep:
    """One cell that is not simply the same.

    old, new: its place among all cells of either notebook, from 0; None where it is not there.
    is_moved: it stands elsewhere among the cells that both have. It may have changed as well.
    cell: the whole cell, when it was added or removed.
    lines: how its source changed; empty when it did not.
    fields: what else of it changed, its id too.
    """

    old: int | None
    new: int | None
    is_moved: bool = False
    cell: dict[str, Any] | None = None
    lines: tuple[LineBlock, ...] = ()
    fields: tuple[FieldChange, ...] = ()

    @property
    def kind(self) -> Kind:
        if self.old is None:
            return Kind.ADDED
        if self.new is None:
            return Kind.REMOVED
        return Kind.MOVED if self.is_moved else Kind.CHANGED

    @property
    def has_changed_inside(self) -> bool:
        """Whether a person would call the cell itself changed: its id alone does not count."""
        return bool(self.lines) or any(change.path != ("id",) for change in self.fields)


Step = SameCells | CellStep


@dataclass(frozen=True, slots=True)
class NotebookDiff:
    """Everything that turns one notebook into another, and back.

    steps: in reading order of the new notebook, what was removed where it stood.
    fields: the notebook's own fields that changed: metadata and format.
    is_coarse: the notebooks are so large and so different that pairs were not all looked for;
    some cells or lines then stand as removed and added that a patient reader would pair.
    """

    steps: tuple[Step, ...]
    fields: tuple[FieldChange, ...]
    is_coarse: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cells; one that moved and changed counts as both."""

    changed: int
    moved: int
    added: int
    removed: int
    same: int

    @property
    def is_nothing(self) -> bool:
        return not (self.changed or self.moved or self.added or self.removed)


def counts_of(diff: NotebookDiff) -> Counts:
    """How many cells ``diff`` changes in which way."""
    steps = [step for step in diff.steps if isinstance(step, CellStep)]
    quiet = [
        step
        for step in steps
        if step.kind is Kind.CHANGED and not step.has_changed_inside  # another id, no more
    ]
    runs = [step.count for step in diff.steps if isinstance(step, SameCells)]
    pairs = [step for step in steps if step.old is not None and step.new is not None]
    return Counts(
        changed=sum(1 for step in pairs if step.has_changed_inside),
        moved=sum(1 for step in pairs if step.is_moved),
        added=sum(1 for step in steps if step.kind is Kind.ADDED),
        removed=sum(1 for step in steps if step.kind is Kind.REMOVED),
        same=sum(runs) + len(quiet),
    )
