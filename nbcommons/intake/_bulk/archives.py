"""Archives read entry by entry, never unpacked: no path, link, size or bomb in them can harm."""

import io
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from gzip import BadGzipFile, GzipFile
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from nbcommons.intake._bulk.errors import BadSource
from nbcommons.intake._bulk.folders import FoundFile, read_file, walk
from nbcommons.intake._bulk.names import shown_path, too_large
from nbcommons.intake.errors import Refused

MOST_ENTRIES = 500_000
# Long names and extended headers are read whole before anybody looks at them.
MOST_HEADER_BYTES = 1_000_000
CHUNK_BYTES = 1_000_000
NAME_LENGTH = 1_000
SPECIAL = "It is a link or another special file; those are not read."
_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_DAMAGED = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    BadGzipFile,
    EOFError,
    NotImplementedError,
    RuntimeError,
    UnicodeError,
    ValueError,
    OSError,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an archive.

    ``read`` takes the most bytes that it may return, and works until the next entry is asked
    for; it raises ``Refused`` for what is too large, a link, or damaged.
    """

    name: str
    size_bytes: int
    read: Callable[[int], bytes]


def is_archive(path: Path) -> bool:
    """Whether the file at ``path`` begins as one of the archives that can be read."""
    with path.open("rb") as file:
        start = file.read(4)
    return start.startswith(_GZIP) or start in _ZIP


@contextmanager
def entries(path: Path, *, most_bytes: int) -> Iterator[Iterator[Entry]]:
    """The files in the archive or folder at ``path``, in its order; folders are left out.

    Raises ``BadSource`` when it is damaged, or larger than ``most_bytes`` once unpacked.
    """
    if path.is_dir():
        with closing(_listed(path)) as listed:
            yield listed
        return
    with path.open("rb") as file:
        is_zip = file.read(4) in _ZIP
        file.seek(0)
        found = _zipped(file, most_bytes) if is_zip else _tarred(file, most_bytes)
        with closing(_told(found)) as told:
            yield told


def _told(found: Iterator[Entry]) -> Generator[Entry, None, None]:
    """``found``, with what goes wrong told in a sentence."""
    while True:
        with _sentences():
            entry = next(found, None)
        if entry is None:
            return
        yield entry


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except _DAMAGED as error:
        raise BadSource(f"The archive is damaged, or is none: {_one_line(error)}.") from error
    except MemoryError as error:
        raise BadSource("The archive asks for more memory than there is.") from error


def _one_line(error: Exception) -> str:
    return " ".join((str(error) or type(error).__name__).split())[:200]


class _Unpacked(io.RawIOBase):
    """What a compressed file holds: read forwards only, and never more than is allowed."""

    def __init__(self, packed: BinaryIO, most_bytes: int) -> None:
        self._file = GzipFile(fileobj=packed, mode="rb")
        self._most = most_bytes
        self._at = 0
        self.most_at_once = MOST_HEADER_BYTES

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence != io.SEEK_SET or offset < self._at:
            raise tarfile.ReadError("its entries are not in order")
        while self._at < offset:
            if not self._take(min(CHUNK_BYTES, offset - self._at)):
                break
        return self._at

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > self.most_at_once:
            raise BadSource("The archive holds an entry whose name or header is too large.")
        return self._take(size)

    def _take(self, size: int) -> bytes:
        found = self._file.read(size)
        self._at += len(found)
        if self._at > self._most:
            raise _too_large(self._most)
        return found


def _too_large(most_bytes: int) -> BadSource:
    return BadSource(
        f"The archive holds more than {most_bytes / 1e9:g} GB once it is unpacked. If that is "
        "right, allow more with --most-gb."
    )


def _listed(root: Path) -> Generator[Entry, None, None]:
    """The files below a folder, as if it had been packed."""
    unread: list[FoundFile] = []
    for folder, name, path in walk(root, unread, wanted=lambda _name: True):

        def read(
            most_bytes: int, folder: int = folder, name: str = name, path: str = path
        ) -> bytes:
            found = read_file(folder, name, path, most_bytes=most_bytes)
            if found.fault:
                raise Refused(found.fault)
            return found.raw

        yield Entry(shown_path(path), 0, read)


def _tarred(file: BinaryIO, most_bytes: int) -> Iterator[Entry]:
    unpacked = _Unpacked(file, most_bytes)
    # Our own file in between reads forwards only and counts; tarfile trusts every size it reads.
    with tarfile.open(fileobj=unpacked, mode="r:") as tar:
        for number in range(MOST_ENTRIES + 1):
            unpacked.most_at_once = MOST_HEADER_BYTES
            member = tar.next()
            if member is None:
                return
            _refuse_too_many(number)
            # It keeps all that it has seen, for looking up names.
            tar.members.clear()  # type: ignore[attr-defined]
            if not member.isdir():
                yield _tar_entry(tar, member, unpacked)


def _tar_entry(tar: tarfile.TarFile, member: tarfile.TarInfo, unpacked: _Unpacked) -> Entry:
    def read(most_bytes: int) -> bytes:
        if not member.isreg() or member.issparse():
            raise Refused(SPECIAL)
        _check(member.name, member.size, most_bytes)
        unpacked.most_at_once = member.size
        with _sentences():
            content = tar.extractfile(member)
            return b"" if content is None else content.read()

    return Entry(_shown(member.name), member.size, read)


def _zipped(file: BinaryIO, most_bytes: int) -> Iterator[Entry]:
    all_bytes = 0
    with zipfile.ZipFile(file) as archive:
        _refuse_too_many(len(archive.infolist()))
        for info in archive.infolist():
            all_bytes += info.file_size
            if all_bytes > most_bytes:
                raise _too_large(most_bytes)
            if not info.is_dir():
                yield _zip_entry(archive, info)


def _zip_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Entry:
    def read(most_bytes: int) -> bytes:
        # The upper bits of a Unix file mode; zero from other systems.
        if info.external_attr >> 28 not in {0, 0o10}:
            raise Refused(SPECIAL)
        if info.flag_bits & 0x1:
            raise Refused("It is protected by a password.")
        _check(info.filename, info.file_size, most_bytes)
        try:
            # It never gives more than the size that was checked, whatever is packed.
            return archive.read(info)
        except _DAMAGED as error:
            raise Refused(f"It is damaged in the archive: {_one_line(error)}.") from error

    return Entry(_shown(info.filename), info.file_size, read)


def _check(name: str, size_bytes: int, most_bytes: int) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or len(name) > NAME_LENGTH:
        raise Refused("Its name leads out of the archive, or is too long.")
    if size_bytes > most_bytes:
        raise Refused(too_large(most_bytes))


def _shown(name: str) -> str:
    """``name`` without ``./`` before it, as ``tar czf x.tar.gz .`` writes it."""
    return str(PurePosixPath(shown_path(name[:NAME_LENGTH])))


def _refuse_too_many(number: int) -> None:
    if number >= MOST_ENTRIES:
        raise BadSource(f"The archive holds more than {MOST_ENTRIES:,} entries.")
