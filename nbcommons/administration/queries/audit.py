"""The audit log as administrators read it: in words, filtered, a page at a time, or as a table."""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date

from nbcommons.access import guard
from nbcommons.activity.models import AuditEntry
from nbcommons.activity.queries import AuditFilter, audit_entries, known_facts
from nbcommons.administration.queries._audit_names import Names
from nbcommons.administration.queries.paging import words_of
from nbcommons.core.actor import Actor
from nbcommons.people.queries import person_named

PAGE_SIZE = 50
CHUNK = 1_000
# A cell that begins so is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ENTRY = re.compile(r"[0-9]{1,18}")
COLUMNS = ("entry", "at (UTC)", "fact", "by", "notebook", "details", "in words")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says, as it was typed, and the filter that it means.

    ``faults`` are sentences about what means nothing; ``before`` is the entry that the page ends
    before, 0 for the newest page.
    """

    person: str
    notebook: str
    fact: str
    begin: str
    end: str
    before: int
    wanted: AuditFilter
    faults: tuple[str, ...]

    def query(self, **more: str | int) -> str:
        """The address that asks the same."""
        said = {
            "person": self.person,
            "notebook": self.notebook,
            "fact": self.fact,
            "begin": self.begin,
            "end": self.end,
        }
        return urlencode({name: value for name, value in {**said, **more}.items() if value})


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry in words."""

    entry_id: int
    at: datetime
    fact: str
    words: str
    by: str
    by_username: str
    notebook: str
    notebook_uuid: UUID | None
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries that the form asks for, newest first; ``older`` is empty at the end of the log."""

    asked: Asked
    facts: tuple[tuple[str, str], ...]
    rows: tuple[EntryRow, ...]
    older: str
    newest: str
    export: str


def asked_for(actor: Actor, query: QueryDict) -> Asked:
    """What the address asks for; what means nothing is told and finds nothing."""
    typed = {
        name: words_of(query, name) for name in ("person", "notebook", "fact", "begin", "end")
    }
    faults: list[str] = []
    person_id = notebook_id = None
    if typed["person"]:
        person = person_named(typed["person"])
        person_id = person.pk if person else -1
        if person is None:
            faults.append(f"There is nobody here called {typed['person']}.")
    if typed["notebook"]:
        notebook_id = _notebook_id(actor, typed["notebook"])
        if notebook_id is None:
            notebook_id = -1
            faults.append("No notebook has this address.")
    begin, end = _day(typed["begin"], faults), _day(typed["end"], faults)
    before = query.get("before", "")
    return Asked(
        **typed,
        before=int(before) if _ENTRY.fullmatch(before) else 0,
        wanted=AuditFilter(
            person_id=person_id,
            notebook_id=notebook_id,
            fact=typed["fact"],
            begin=begin,
            end=_day_after(end),
        ),
        faults=tuple(faults),
    )


def audit_page(actor: Actor, asked: Asked) -> AuditPage:
    """A page of entries; a fixed number of queries, however long the log. Raises ``Denied``."""
    found = audit_entries(actor, asked.wanted)
    if asked.before:
        found = found.filter(pk__lt=asked.before)
    entries = list(found[: PAGE_SIZE + 1])
    shown, is_more = entries[:PAGE_SIZE], len(entries) > PAGE_SIZE
    return AuditPage(
        asked=asked,
        facts=tuple((fact, fact_in_words(fact)) for fact in known_facts(actor)),
        rows=_rows(actor, shown),
        older=asked.query(before=shown[-1].pk) if is_more else "",
        newest=asked.query() if asked.before else "",
        export=asked.query(),
    )


def csv_lines(actor: Actor, asked: Asked) -> Iterator[str]:
    """The same entries as CSV, a line at a time, so that the whole log needs little memory.

    Raises ``Denied`` before the first line.
    """
    entries = audit_entries(actor, asked.wanted).iterator(chunk_size=CHUNK)
    return _csv_lines(actor, entries)


def _csv_lines(actor: Actor, entries: Iterator[AuditEntry]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    while chunk := list(islice(entries, CHUNK)):
        for row, entry in zip(_rows(actor, chunk), chunk, strict=True):
            details = json.dumps(entry.details, ensure_ascii=False, sort_keys=True)
            cells = (
                str(row.entry_id),
                f"{row.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
                row.fact,
                row.by_username or row.by,
                str(row.notebook_uuid or entry.notebook_id or ""),
                details,
                "; ".join(f"{name}: {value}" for name, value in row.details),
            )
            yield writer.writerow([_harmless(cell) for cell in cells])


class _Echo:
    """What is written to it is what comes out: the csv module wants a file."""

    def write(self, text: str) -> str:
        return text


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def fact_in_words(fact: str) -> str:
    """``LabelGranted`` as people read it: Label granted."""
    words = "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in fact).strip()
    return words[:1].upper() + words[1:]


def _rows(actor: Actor, entries: Sequence[AuditEntry]) -> tuple[EntryRow, ...]:
    """The entries with the names of those they are about; five queries."""
    names = Names.of(actor, entries)
    rows = []
    for entry in entries:
        person = names.people.get(entry.actor_id or 0)
        notebook = names.notebooks.get(entry.notebook_id or 0)
        rows.append(
            EntryRow(
                entry_id=entry.pk,
                at=entry.at,
                fact=entry.fact,
                words=fact_in_words(entry.fact),
                by=_by(entry, person),
                by_username=person[0] if person else "",
                notebook=_title(entry, notebook),
                notebook_uuid=notebook[0] if notebook else None,
                details=tuple(names.details_of(entry)),
            )
        )
    return tuple(rows)


def _by(entry: AuditEntry, person: tuple[str, str] | None) -> str:
    if entry.actor_id is None:
        return "the system, or somebody not signed in"
    return person[1] if person else f"somebody who is gone ({entry.actor_id})"


def _title(entry: AuditEntry, notebook: tuple[UUID, str] | None) -> str:
    if entry.notebook_id is None:
        return ""
    return notebook[1] if notebook else f"gone ({entry.notebook_id})"


def _notebook_id(actor: Actor, typed: str) -> int | None:
    """The key of the notebook whose address, or the UUID in it, was typed."""
    for piece in reversed(typed.split("/")):
        try:
            uuid = UUID(piece)
        except ValueError:
            continue
        found = guard.notebooks_for(actor).filter(uuid=uuid)
        return found.values_list("pk", flat=True).first()
    return None


def _day_after(day: datetime | None) -> datetime | None:
    try:
        return day + timedelta(days=1) if day else None
    except OverflowError:
        return None  # nothing is later


def _day(typed: str, faults: list[str]) -> datetime | None:
    if not typed:
        return None
    try:
        day = parse_date(typed)
    except ValueError:
        day = None
    if day is None:
        faults.append(f"{typed} is no day; write it as 2026-11-30.")
        return None
    # By the clock of whoever asks, as the page tells the times.
    try:
        moment = timezone.make_aware(datetime.combine(day, time()))
        moment.astimezone(UTC)
    except OverflowError:
        faults.append(f"{typed} is too far away.")
        return None
    return moment
