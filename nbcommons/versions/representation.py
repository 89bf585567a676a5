"""A difference of two notebooks as programs are told of it."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

Place = Annotated[int, Field(ge=0)]


class CountsOut(Schema):
    """How many cells; one that moved and changed counts as both."""

    changed: int
    moved: int
    added: int
    removed: int
    same: int


class ValueChangeOut(Schema):
    """A value of the metadata; without `from` it is new, without `to` it is gone."""

    path: list[str]
    old: Annotated[Any, Field(alias="from")] = None
    new: Annotated[Any, Field(alias="to")] = None


class LinePairOut(Schema):
    """A line that became another; spans are what changed in them, in characters."""

    old: Annotated[Place, Field(alias="from")]
    new: Annotated[Place, Field(alias="to")]
    from_spans: list[list[Place]]
    to_spans: list[list[Place]]


class LinesOut(Schema):
    """So many lines that are the `same`, or lines that went (`from`) and came (`to`)."""

    same: int | None = None
    old: Annotated[list[str] | None, Field(alias="from")] = None
    new: Annotated[list[str] | None, Field(alias="to")] = None
    pairs: list[LinePairOut] | None = None


class CellChangeOut(Schema):
    """Cells that are the same (`count` of them), or one that is not."""

    kind: Literal["same", "changed", "moved", "added", "removed"]
    old: Annotated[Place | None, Field(alias="from", description="Its place before.")] = None
    new: Annotated[Place | None, Field(alias="to", description="Its place now.")] = None
    count: int | None = None
    cell: Annotated[
        dict[str, Any] | None, Field(description="Whole, when it came or went.")
    ] = None
    lines: list[LinesOut] | None = None
    metadata: list[ValueChangeOut] | None = None


class DiffOut(Schema):
    """What leads from one version to another."""

    form: Annotated[int, Field(description="Of this description; raised when it changes.")]
    counts: CountsOut
    is_coarse: Annotated[
        bool, Field(description="Too much changed for all cells to be paired patiently.")
    ]
    metadata: Annotated[list[ValueChangeOut], Field(description="Of the notebook itself.")]
    cells: Annotated[list[CellChangeOut], Field(description="In the order of the newer one.")]
