"""Notebooks that another commons, or an earlier one, has let somebody take along."""

from collections.abc import Iterator, Mapping, Set as AbstractSet
from functools import partial
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from nbcommons.intake._bulk import commons_format as form
from nbcommons.intake._bulk.archives import Entry, entries
from nbcommons.intake._bulk.commons_format import VersionSaid
from nbcommons.intake._bulk.errors import BadSource
from nbcommons.intake._bulk.items import Item, Kind, RawVersion, Source
from nbcommons.intake.errors import Refused

MOST_METADATA_BYTES = 20_000_000
LACKS_TABLES = (
    "Not in an export: drafts, what is in the bin, stars, comments, runs and health, who holds "
    "which access label, preferences, passwords."
)
LACKS_PEOPLE = (
    "People it names are made without being able to sign in; of teams that are made, members who "
    "cannot sign in are left out."
)

T = TypeVar("T")


def export_source(path: Path, *, most_bytes: int, most_file_bytes: int) -> Source:
    """The notebooks of the export at ``path``, an archive or a folder. Raises ``BadSource``."""
    small, count = _scan(path, most_bytes)
    try:
        form.parse_manifest(small[form.MANIFEST])
        people = form.parse_people(small.get(form.PEOPLE, b"[]"))
        teams = form.parse_teams(small.get(form.TEAMS, b"[]"))
        labels = form.parse_labels(small.get(form.LABELS, b"[]"))
    except Refused as error:
        raise BadSource(str(error)) from error

    def items() -> Iterator[Item]:
        with entries(path, most_bytes=most_bytes) as found:
            yield from _Reader(found, most_file_bytes).items()

    return Source(
        kind=Kind.COMMONS,
        shown=path.name,
        count=count,
        items=items,
        lacks=(LACKS_TABLES, LACKS_PEOPLE),
        people=people,
        teams=teams,
        labels=labels,
    )


def _scan(path: Path, most_bytes: int) -> tuple[dict[str, bytes], int]:
    """What is said about the whole, and how many notebooks there are."""
    small: dict[str, bytes] = {}
    count = 0
    wanted = {form.MANIFEST, form.PEOPLE, form.TEAMS, form.LABELS}
    with entries(path, most_bytes=most_bytes) as found:
        for entry in found:
            if entry.name in wanted:
                try:
                    small[entry.name] = entry.read(MOST_METADATA_BYTES)
                except Refused as error:
                    raise BadSource(f"{entry.name}: {error}") from error
            count += _place(entry.name)[1] == form.METADATA
    if form.MANIFEST not in small:
        raise BadSource(f"There is no {form.MANIFEST} in it.")
    return small, count


def _place(name: str) -> tuple[str, str]:
    """The folder of a notebook and what follows, of the name of an entry; else two empty texts."""
    first, _, rest = name.partition("/")
    folder, _, below = rest.partition("/")
    return (folder, below) if first == form.NOTEBOOKS and below else ("", "")


class _Reader:
    """Reads an archive forwards: the metadata of a notebook, then its versions, then the next."""

    def __init__(self, found: Iterator[Entry], most_file_bytes: int) -> None:
        self._found = found
        self._next = next(found, None)
        self._most = most_file_bytes

    def items(self) -> Iterator[Item]:
        told: set[str] = set()
        while self._next is not None:
            folder, below = _place(self._next.name)
            if below == form.METADATA and folder not in told:
                told.add(folder)
                yield self._item(folder, self._next)
            elif folder and folder not in told and below.startswith(form.VERSIONS):
                told.add(folder)
                yield _fault(folder, "Its versions come before its metadata in the archive. "
                             "Unpack it and name the folder.")  # fmt: skip
            else:
                self._advance()

    def _item(self, folder: str, entry: Entry) -> Item:
        try:
            about, said = form.parse_notebook(entry.read(MOST_METADATA_BYTES))
        except BadSource:
            raise
        except Refused as error:
            self._advance()
            return _fault(folder, str(error))
        self._advance()
        return Item(
            name=f"{form.NOTEBOOKS}/{folder}",
            origins=(f"commons:{about.uuid}",),
            versions=partial(self._versions, folder, said),
            about=about,
            fault="" if said else "There is no version of it.",
        )

    def _versions(
        self, folder: str, said: Mapping[int, VersionSaid], _known: AbstractSet[str]
    ) -> Iterator[RawVersion]:
        missing = dict(said)
        last = 0
        while self._next is not None:
            entry = self._next
            where, below = _place(entry.name)
            if where != folder:
                break
            number = _number(below)
            version = missing.pop(number, None)
            if version is not None:
                fault = "" if number > last else "Its versions are not in order."
                last = number
                yield self._version(entry, version, fault)
            self._advance()
        for version in missing.values():
            yield _raw(version, b"", f"Version {version.number} is missing.")

    def _version(self, entry: Entry, said: VersionSaid, fault: str) -> RawVersion:
        try:
            return _raw(said, b"" if fault else entry.read(self._most), fault)
        except BadSource:
            raise
        except Refused as error:
            return _raw(said, b"", str(error))

    def _advance(self) -> None:
        self._next = next(self._found, None)


def _raw(said: VersionSaid, raw: bytes, fault: str) -> RawVersion:
    return RawVersion(
        raw=raw,
        file_name=form.version_name(said.number),
        number=said.number,
        message=said.message,
        label=said.label,
        author=said.author,
        at=said.at,
        commit_id=said.commit_id,
        from_change=said.from_change,
        fault=fault,
    )


def _number(below: str) -> int:
    stem = below.removeprefix(f"{form.VERSIONS}/").removesuffix(".ipynb")
    return int(stem) if stem.isascii() and stem.isdigit() and len(stem) < 10 else 0  # noqa: PLR2004


def _fault(folder: str, reason: str) -> Item:
    def nothing(_known: AbstractSet[str]) -> Iterator[RawVersion]:
        yield from ()

    try:
        name = str(UUID(folder))
    except ValueError:
        name = folder[:100]
    return Item(f"{form.NOTEBOOKS}/{name}", (), nothing, fault=reason)
