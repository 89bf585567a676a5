"""Bundles that nbgallery exports, or that somebody made for its importer."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from nbcommons.intake._bulk.archives import Entry, entries
from nbcommons.intake._bulk.errors import BadSource
from nbcommons.intake._bulk.items import Item, Kind, RawVersion, Source, one_version
from nbcommons.intake._bulk.names import SUFFIX, is_notebook, origin_of
from nbcommons.intake._bulk.nbgallery_metadata import Facts, parse_metadata
from nbcommons.intake.errors import Refused

METADATA = "metadata.json"
MOST_METADATA_BYTES = 200_000_000
LACKS_TABLES = (
    "Not in such an export, so not here: private notebooks, earlier versions, shares, stars, "
    "comments, reviews, suggested changes, runs and their counts, subscriptions, preferences."
)
LACKS_PEOPLE = (
    "It names people and groups, but not who is in a group, and no addresses or passwords: people "
    "it names are made without being able to sign in, groups become teams to be filled."
)
LACKS_COMMIT_IDS = (
    "It does not say under which id people's own copies know a notebook ({count} of {all}): those "
    "copies will say that it has changed. --commit-ids FILE brings the ids along."
)


def bundle_source(
    path: Path,
    *,
    called: str,
    most_bytes: int,
    most_file_bytes: int,
    commit_ids: Mapping[str, str],
) -> Source:
    """The notebooks of the archive at ``path``, of which ``metadata.json`` may stand anywhere."""
    raw, names = _scan(path, most_bytes)
    metadata = parse_metadata(raw, commit_ids)
    without = sum(1 for facts in metadata.values() if not facts.commit_id)
    lacks = [LACKS_TABLES, LACKS_PEOPLE]
    if without:
        lacks.append(LACKS_COMMIT_IDS.format(count=without, all=len(metadata)))

    def items() -> Iterator[Item]:
        with entries(path, most_bytes=most_bytes) as found:
            for entry in found:
                if is_notebook(entry.name):
                    yield _item(entry, metadata, called, most_file_bytes)
        missing = sorted(metadata.keys() - names)
        for name in missing:
            yield _missing(name, "metadata.json names it, but the archive does not hold it.")

    return Source(
        kind=Kind.NBGALLERY,
        shown=path.name,
        count=len(names | metadata.keys()),
        items=items,
        lacks=tuple(lacks),
    )


def _scan(path: Path, most_bytes: int) -> tuple[bytes, set[str]]:
    """``metadata.json``, and the names of the notebooks without their end."""
    raw: bytes | None = None
    names: set[str] = set()
    with entries(path, most_bytes=most_bytes) as found:
        for entry in found:
            if entry.name == METADATA:
                try:
                    raw = entry.read(MOST_METADATA_BYTES)
                except Refused as error:
                    raise BadSource(f"metadata.json cannot be read: {error}") from error
            elif is_notebook(entry.name):
                names.add(entry.name[: -len(SUFFIX)])
    if raw is None:
        raise BadSource("There is no metadata.json in the archive.")
    return raw, names


def _item(
    entry: Entry, metadata: Mapping[str, Facts], called: str, most_file_bytes: int
) -> Item:
    name = entry.name[: -len(SUFFIX)]
    facts = metadata.get(name)
    if facts is None:
        return _missing(name, "metadata.json says nothing about it.")
    about = facts.about
    origin = f"nbgallery:{about.uuid}" if about.uuid else origin_of(called, entry.name)
    raw, fault = b"", facts.fault
    if not fault:
        try:
            raw = entry.read(most_file_bytes)
        except BadSource:
            raise
        except Refused as error:
            fault = str(error)
    version = RawVersion(
        raw=raw,
        file_name=entry.name,
        message=facts.changelog,
        author=facts.updater,
        at=about.updated_at,
        commit_id=facts.commit_id,
    )
    return Item(
        name=entry.name,
        origins=(origin,),
        versions=one_version(version),
        about=about,
        fault=fault,
    )


def _missing(name: str, fault: str) -> Item:
    nothing = RawVersion(raw=b"", file_name=name)
    return Item(name=f"{name}{SUFFIX}", origins=(), versions=one_version(nothing), fault=fault)
