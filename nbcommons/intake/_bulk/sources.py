"""What the operator named, recognised: folder, file, repository, bundle or export."""

import contextlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from nbcommons.intake._bulk import commons_format, nbgallery
from nbcommons.intake._bulk.archives import entries, is_archive
from nbcommons.intake._bulk.checkouts import git_source
from nbcommons.intake._bulk.commons import export_source
from nbcommons.intake._bulk.errors import BadSource
from nbcommons.intake._bulk.folders import file_source, folder_source
from nbcommons.intake._bulk.items import Item, Kind, RawVersion, Source, one_version
from nbcommons.intake._bulk.names import (
    is_in_skipped_folder,
    is_notebook,
    origin_of,
    shown_path,
    without_password,
)
from nbcommons.intake._bulk.nbgallery_metadata import looks_like_metadata, metadata_value
from nbcommons.intake._bulk.repositories import cloned, is_address
from nbcommons.intake.errors import Refused

ARCHIVE_ENDS = (".tar.gz", ".tgz", ".zip", ".git")


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read what the operator named.

    called: what stands for it in the keys of its notebooks; empty: its own name. most_bytes:
    of a repository, or of an archive once unpacked. commit_ids: by uuid, for bundles of nbgallery.
    """

    most_bytes: int
    most_file_bytes: int
    with_history: bool = False
    called: str = ""
    commit_ids: Mapping[str, str] | None = None


@contextmanager
def opened(named: str, reading: Reading) -> Iterator[Source]:
    """The source that ``named`` (a path or an address) means, for the block.

    Raises ``BadSource``.
    """
    if is_address(named):
        with _repository(named, reading) as source:
            yield source
        return
    try:
        path = Path(named).resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise BadSource(f"There is nothing at {shown_path(named)}.") from error
    if path.is_dir() and (reading.with_history or _is_bare_repository(path)):
        with _repository(str(path), reading) as source:
            yield source
        return
    try:
        yield _local(path, reading)
    except OSError as error:
        raise BadSource(f"{shown_path(named)} cannot be read: {error.strerror}.") from error


def _local(path: Path, reading: Reading) -> Source:
    if reading.with_history:
        raise BadSource("--history is for git repositories: name its folder or its address.")
    called = reading.called or _name_of(path.name)
    if path.is_dir():
        return _folder(path, called, reading)
    if is_archive(path):
        return _archive(path, called, reading)
    called = reading.called or path.parent.name
    return file_source(path, called=called, most_bytes=reading.most_file_bytes)


def _folder(path: Path, called: str, reading: Reading) -> Source:
    if (path / commons_format.MANIFEST).is_file():
        return _export(path, reading)
    if _is_bundle(path):
        return _bundle(path, called, reading)
    return folder_source(path, called=called, most_bytes=reading.most_file_bytes)


def _archive(path: Path, called: str, reading: Reading) -> Source:
    names = set()
    with entries(path, most_bytes=reading.most_bytes) as found:
        for entry in found:
            if "/" not in entry.name:
                names.add(entry.name)
    if commons_format.MANIFEST in names:
        return _export(path, reading)
    if nbgallery.METADATA in names:
        return _bundle(path, called, reading)
    return _packed_folder(path, called, reading)


def _export(path: Path, reading: Reading) -> Source:
    return export_source(
        path, most_bytes=reading.most_bytes, most_file_bytes=reading.most_file_bytes
    )


def _bundle(path: Path, called: str, reading: Reading) -> Source:
    return nbgallery.bundle_source(
        path,
        called=called,
        most_bytes=reading.most_bytes,
        most_file_bytes=reading.most_file_bytes,
        commit_ids=reading.commit_ids or {},
    )


def _packed_folder(path: Path, called: str, reading: Reading) -> Source:
    """A folder of notebooks in an archive, without anything said about them."""

    def wanted(name: str) -> bool:
        return is_notebook(name) and not is_in_skipped_folder(name)

    def items() -> Iterator[Item]:
        with entries(path, most_bytes=reading.most_bytes) as found:
            for entry in found:
                if wanted(entry.name):
                    raw, fault = b"", ""
                    try:
                        raw = entry.read(reading.most_file_bytes)
                    except BadSource:
                        raise
                    except Refused as error:
                        fault = str(error)
                    version = RawVersion(raw, entry.name)
                    origins = (origin_of(called, entry.name),)
                    yield Item(entry.name, origins, one_version(version), fault=fault)

    with entries(path, most_bytes=reading.most_bytes) as found:
        count = sum(1 for entry in found if wanted(entry.name))
    return Source(kind=Kind.FOLDER, shown=shown_path(path.name), count=count, items=items)


@contextmanager
def _repository(address: str, reading: Reading) -> Iterator[Source]:
    copy = cloned(address, with_history=reading.with_history, most_bytes=reading.most_bytes)
    with copy as repository:
        yield git_source(
            repository,
            shown=without_password(address),
            called=reading.called or _called_of(address),
            with_history=reading.with_history,
            most_bytes=reading.most_file_bytes,
        )


def _called_of(address: str) -> str:
    """Host and path of an address, so that two repositories of one name stay apart."""
    if not is_address(address):
        return _name_of(Path(address).name)
    parts = urlsplit(without_password(address))
    path = _name_of(parts.path.rstrip("/"))
    return f"{parts.hostname}{path}" if parts.hostname else path.rsplit("/", 1)[-1]


def _name_of(name: str) -> str:
    for end in ARCHIVE_ENDS:
        if name.lower().endswith(end) and len(name) > len(end):
            return shown_path(name[: -len(end)])
    return shown_path(name)


def _is_bare_repository(path: Path) -> bool:
    return (
        (path / "HEAD").is_file() and (path / "objects").is_dir() and (path / "refs").is_dir()
    )


def _is_bundle(path: Path) -> bool:
    """Whether the folder is an unpacked bundle; others may have a metadata.json of their own."""
    metadata = path / nbgallery.METADATA
    with contextlib.suppress(OSError, BadSource):
        value: object = metadata_value(metadata.read_bytes()) if metadata.is_file() else None
        return (
            isinstance(value, dict)
            and looks_like_metadata(value)
            and any((path / f"{name}.ipynb").is_file() for name in value)
        )
    return False
