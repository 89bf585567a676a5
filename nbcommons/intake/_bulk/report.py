"""What an import did, told so that a person can act on it; written while it goes on."""

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Protocol

from nbcommons.intake._bulk.deciding import Outcome, Plan

FORMATS = (".json", ".csv")
MOST_NAMES = 3
MOST_LINES = 200
MOST_SENTENCES = 500


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one notebook.

    versions: how many were written (or would be). removed: results and the like that are gone,
    counted by kind. secrets: what looks like one, by cell; hints: personal details. same_as:
    another notebook with the same content. reason: why it was left out, and what to do.
    """

    name: str
    outcome: str
    title: str = ""
    uuid: str = ""
    versions: int = 0
    repairs: tuple[str, ...] = ()
    removed: Mapping[str, int] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    same_as: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()


class Sink(Protocol):
    """Takes rows one by one, then the summary."""

    def row(self, row: Row) -> None: ...

    def finish(self, summary: Mapping[str, object]) -> None: ...


def _unchanged(count: int) -> str:
    if count == 1:
        return "1 change touched results only and makes no version."
    return f"{count} changes touched results only and make no version."


def row_of(plan: Plan, uuid: str) -> Row:
    """What the report says about one plan; ``uuid`` of the notebook here, if there is one."""
    gathered, same = plan.gathered, plan.same
    about = gathered.item.about
    is_read = bool(gathered.versions)
    notes = list(plan.notes)
    if gathered.unread:
        states = "state" if gathered.unread == 1 else "states"
        make = "makes" if gathered.unread == 1 else "make"
        notes.append(
            f"{gathered.unread} earlier {states} could not be read and {make} no version."
        )
    if gathered.unchanged and plan.outcome is not Outcome.UNCHANGED:
        notes.append(_unchanged(gathered.unchanged))
    title = about.title or (gathered.current.proposed.title if is_read else "")
    is_written = plan.outcome in {Outcome.NEW, Outcome.VERSION}
    return Row(
        name=gathered.item.name,
        outcome=str(plan.outcome),
        title=plan.known.title if plan.known is not None else title,
        uuid=str(plan.known.uuid) if plan.known is not None else uuid,
        versions=len(plan.versions),
        repairs=gathered.current.repairs if is_written else (),
        removed=_removed(gathered.current.removed) if is_written else {},
        secrets=_secrets(plan) if is_written else (),
        hints=gathered.current.hints if is_written else (),
        same_as=f"“{same.title}” ({same.where})" if same is not None else "",
        reason=plan.reason,
        notes=tuple(notes),
    )


def _secrets(plan: Plan) -> tuple[str, ...]:
    """Those of the current state, those that only earlier ones hold, those in words about it."""
    current = plan.gathered.current
    earlier = (
        f"an earlier version, {one}"
        for version in plan.versions
        if not version.read.secret_keys <= current.secret_keys
        for one in version.read.secrets
    )
    return tuple(dict.fromkeys((*current.secrets, *earlier, *plan.in_words)))


def _removed(counts: Mapping[str, int]) -> dict[str, int]:
    """Without sizes, and without what is a part of ``outputs``."""
    wanted = (
        "outputs", "execution_counts", "execution_timings", "widget_states", "attachments",
        "names_and_folders", "metadata_keys",
    )  # fmt: skip
    return {name: counts[name] for name in wanted if counts.get(name)}


class JsonSink:
    """One object with ``notebooks`` and ``summary``, written row by row."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._is_first = True
        file.write('{"notebooks": [')

    def row(self, row: Row) -> None:
        self._file.write("\n" if self._is_first else ",\n")
        self._file.write(json.dumps(_plain(row), ensure_ascii=False))
        self._is_first = False

    def finish(self, summary: Mapping[str, object]) -> None:
        text = json.dumps(summary, ensure_ascii=False, indent=1)
        self._file.write(f'\n],\n"summary": {text}}}\n')


class CsvSink:
    """A table for a spreadsheet; lists are parted by semicolons. The summary has no place in it."""

    def __init__(self, file: IO[str]) -> None:
        self._writer = csv.writer(file)
        self._writer.writerow(Row.__dataclass_fields__)

    def row(self, row: Row) -> None:
        self._writer.writerow(_cell(value) for value in _plain(row).values())

    def finish(self, summary: Mapping[str, object]) -> None:
        del summary


def _plain(row: Row) -> dict[str, object]:
    return {**asdict(row), "removed": dict(row.removed)}


def _cell(value: object) -> str:
    """A value as a spreadsheet takes it: what begins like a formula is made text."""
    if isinstance(value, dict):
        return "; ".join(f"{name}: {count}" for name, count in value.items())
    text = "; ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


@contextmanager
def written_to(path: Path | None) -> Iterator[Sink | None]:
    """A report that goes into the file at ``path``; it stands there once all is written."""
    if path is None:
        yield None
        return
    partial = path.with_name(f".{path.name}.part")
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            yield CsvSink(file) if path.suffix.lower() == ".csv" else JsonSink(file)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@dataclass(slots=True)
class Tally:
    """What the end of an import says: counts, and a few names for each thing to be looked at.

    Its size does not grow with the import: of many equal things it keeps the first few.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    versions: int = 0
    repairs: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    left_out: list[Row] = field(default_factory=list)
    secrets: list[Row] = field(default_factory=list)
    same: list[Row] = field(default_factory=list)
    same_count: int = 0
    secret_count: int = 0
    notes: Counter[str] = field(default_factory=Counter)

    def add(self, row: Row) -> None:
        """Count ``row``."""
        self.outcomes[row.outcome] += 1
        self.versions += row.versions
        for note in row.notes:
            _count(self.notes, note)
        for repair in row.repairs:
            _count(self.repairs, repair)
            if repair in self.repairs and self.repairs[repair] <= MOST_NAMES:
                self.examples.setdefault(repair, []).append(row.name)
        if row.outcome == Outcome.LEFT_OUT:
            _keep(self.left_out, row)
        if row.secrets:
            self.secret_count += 1
            _keep(self.secrets, row)
        if row.same_as:
            self.same_count += 1
            _keep(self.same, row)


def _count(counter: Counter[str], sentence: str) -> None:
    if sentence in counter or len(counter) < MOST_SENTENCES:
        counter[sentence] += 1


def _keep(rows: list[Row], row: Row) -> None:
    if len(rows) < MOST_LINES:
        rows.append(row)
