"""A list of organisations from outside: reading it, finding its faults, what it would change."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from nbcommons.core.signs import one_line
from nbcommons.people.models import Organisation

COLUMNS = ("id", "name", "parent")
MAX_ID = MAX_NAME = 150
MAX_LINES = 100_000
FAULTS_TOLD = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One organisation of the list; ``parent`` is the id of another line, or empty."""

    number: int
    external_id: str
    name: str
    parent: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a list changes, by name; ``unlisted`` stay as they are."""

    total: int
    added: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    moved: tuple[str, ...] = ()
    adopted: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()

    @property
    def changes_anything(self) -> bool:
        return bool(self.added or self.renamed or self.moved or self.adopted)


@dataclass(frozen=True, slots=True)
class Plan:
    """How to get there.

    ``levels`` are the new ones, parents before children; ``kept`` are those that stand already, by
    the id in the list; ``changed`` are those of them whose name, place or id differs.
    """

    levels: tuple[tuple[Line, ...], ...]
    kept: Mapping[str, Organisation]
    changed: tuple[tuple[Organisation, Line], ...]
    report: Report


def parse(text: str) -> tuple[list[Line], list[str]]:
    """The lines of a CSV text, and what is wrong with its form."""
    reader = csv.DictReader(StringIO(text.lstrip("\ufeff"), newline=""), strict=True)
    header = [name.strip().lower() for name in reader.fieldnames or []]
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        return [], [
            f"The first line must name the columns id, name and parent: {missing[0]} is missing."
        ]
    reader.fieldnames = header
    lines: list[Line] = []
    try:
        for row in reader:
            if len(lines) >= MAX_LINES:
                return [], [f"The list has more than {MAX_LINES:,} lines."]
            values = [_value(row, name) for name in COLUMNS]
            # A quote that is closed in a later line has swallowed what stands between.
            if any(len((row.get(name) or "").strip().splitlines()) > 1 for name in COLUMNS):
                return [], [
                    f"Line {reader.line_num}: a value began in an earlier line. Is a quote open?"
                ]
            if any(values):
                lines.append(Line(reader.line_num, *values))
    except csv.Error as error:
        if "unexpected end" in str(error):
            return [], [f"A quote is opened and not closed (after line {_last(lines)})."]
        return [], [f"Line {reader.line_num} is not CSV: {error}."]
    return lines, [] if lines else ["The list is empty."]


def _value(row: Mapping[str, str | None], name: str) -> str:
    value = " ".join((row.get(name) or "").split())
    # What cannot be kept at all is told; what merely cannot be seen is left out of names.
    return one_line(value) if name == "name" and "\0" not in value else value


def _last(lines: Sequence[Line]) -> int:
    return lines[-1].number if lines else 1


def faults_of(
    lines: Sequence[Line], present: Sequence[Organisation], *, max_depth: int
) -> list[str]:
    """Why the list cannot be used, one sentence each; empty when it can."""
    faults = [*_faults_of_lines(lines)]
    if faults:
        return faults[:FAULTS_TOLD]
    by_id = {line.external_id: line for line in lines}
    depths = _depths(by_id)
    for line in lines:
        depth = depths[line.external_id]
        if depth is None:
            faults.append(f"Line {line.number}: {line.name} stands below itself.")
        elif depth > max_depth:
            faults.append(f"Line {line.number}: deeper than {max_depth} levels.")
    if not faults:
        faults = [*_faults_beside(lines, present)]
    return faults[:FAULTS_TOLD]


def plan_of(lines: Sequence[Line], present: Sequence[Organisation]) -> Plan:
    """What to do so that the tree is as a faultless list says."""
    kept = _kept(lines, present)
    external_of = {row.pk: key for key, row in kept.items()}
    levels: list[tuple[Line, ...]] = []
    changed: list[tuple[Organisation, Line]] = []
    renamed: list[tuple[str, str]] = []
    moved: list[str] = []
    adopted: list[str] = []
    for level in _by_level(lines):
        levels.append(tuple(line for line in level if line.external_id not in kept))
        for line in level:
            row = kept.get(line.external_id)
            if row is None:
                continue
            is_moved = external_of.get(row.parent_id or 0, "") != line.parent
            # A parent outside the list is another place than the root.
            is_moved = is_moved or (not line.parent and row.parent_id is not None)
            if row.name != line.name:
                renamed.append((row.name, line.name))
            if is_moved:
                moved.append(line.name)
            if not row.external_id:
                adopted.append(line.name)
            if is_moved or row.name != line.name or not row.external_id:
                changed.append((row, line))
    mentioned = {row.pk for row in kept.values()}
    report = Report(
        total=len(lines),
        added=tuple(line.name for level in levels for line in level),
        renamed=tuple(renamed),
        moved=tuple(moved),
        adopted=tuple(adopted),
        unlisted=tuple(sorted(row.name for row in present if row.pk not in mentioned)),
    )
    return Plan(levels=tuple(levels), kept=kept, changed=tuple(changed), report=report)


def _faults_of_lines(lines: Sequence[Line]) -> Iterator[str]:
    times = Counter(line.external_id for line in lines)
    places = Counter((line.parent, line.name.casefold()) for line in lines)
    for line in lines:
        where = f"Line {line.number}"
        if not line.external_id:
            yield f"{where}: the id is missing."
        elif times[line.external_id] > 1:
            yield f"{where}: the id {line.external_id} stands more than once."
        if not line.name:
            yield f"{where}: the name is missing."
        elif places[line.parent, line.name.casefold()] > 1:
            yield f"{where}: {line.name} stands twice in the same place."
        if line.parent and line.parent not in times:
            yield f"{where}: no line has the id {line.parent}, which is named as parent."
        if len(line.external_id) > MAX_ID or len(line.name) > MAX_NAME:
            yield f"{where}: ids and names have {MAX_NAME} signs at most."
        if "\0" in line.external_id + line.name:
            yield f"{where}: holds a sign that cannot be kept."


def _faults_beside(lines: Sequence[Line], present: Sequence[Organisation]) -> Iterator[str]:
    """Names that an organisation outside the list already has in the same place."""
    kept = _kept(lines, present)
    mentioned = {row.pk for row in kept.values()}
    standing = {(row.parent_id, row.name): row for row in present if row.pk not in mentioned}
    for line in lines:
        if line.parent and line.parent not in kept:
            continue  # below something new nothing stands yet
        parent_id = kept[line.parent].pk if line.parent else None
        rival = standing.get((parent_id, line.name))
        if rival is not None:
            yield (
                f"Line {line.number}: {line.name} stands there already with the id "
                f"{rival.external_id}, which the list does not have."
            )


def _kept(lines: Sequence[Line], present: Sequence[Organisation]) -> dict[str, Organisation]:
    """Which organisation each id of the list means: by id, else by name in the same place."""
    by_id = {row.external_id: row for row in present if row.external_id}
    nameless = {
        (row.parent_id, row.name.casefold()): row for row in present if not row.external_id
    }
    kept: dict[str, Organisation] = {}
    for level in _by_level(lines):
        for line in level:
            parent = kept.get(line.parent)
            row = by_id.get(line.external_id)
            if row is None and (parent is not None or not line.parent):
                row = nameless.pop((parent.pk if parent else None, line.name.casefold()), None)
            if row is not None:
                kept[line.external_id] = row
    return kept


def _by_level(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """The lines without parent, then those below them, and so on; circles never appear."""
    below: dict[str, list[Line]] = {}
    for line in lines:
        below.setdefault(line.parent, []).append(line)
    level = below.get("", [])
    while level:
        yield level
        level = [child for line in level for child in below.get(line.external_id, [])]


def _depths(by_id: Mapping[str, Line]) -> dict[str, int | None]:
    """How deep each line stands, from 1; None for those in or below a circle."""
    depths: dict[str, int | None] = dict.fromkeys(by_id)
    for depth, level in enumerate(_by_level(by_id.values()), start=1):
        for line in level:
            depths[line.external_id] = depth
    return depths
