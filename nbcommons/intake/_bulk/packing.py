"""Files that are taken along, written into a folder or an archive as they come."""

import gzip
import io
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from nbcommons.core.errors import CommonsError
from nbcommons.intake._bulk.exporting import TakenFile

ARCHIVE_ENDS = (".tar.gz", ".tgz")
COMPRESSION_LEVEL = 6
# What is taken along may be private: only its owner reads it.
FILE_MODE = 0o600
FOLDER_MODE = 0o700

Put = Callable[[TakenFile], None]


class CannotWrite(CommonsError):
    """The place where an export should go is taken, or cannot be written."""

    title = "This cannot be written there"


@contextmanager
def written_into(path: Path) -> Iterator[Put]:
    """Where to put the files; all of them stand at ``path`` at the end of the block, or none.

    An archive when the name ends as one, else a folder. Raises ``CannotWrite``.
    """
    is_archive = path.name.lower().endswith(ARCHIVE_ENDS)
    if _is_taken(path, is_archive=is_archive):
        raise CannotWrite(f"{path} is there already. Name another place, or move it away.")
    if not path.parent.is_dir():
        raise CannotWrite(f"There is no folder {path.parent}.")
    partial = path.with_name(f".{path.name}.part-{os.getpid()}")
    try:
        with _archive(partial) if is_archive else _folder(partial) as put:
            yield put
        partial.rename(path)
    except OSError as error:
        raise CannotWrite(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        _remove(partial)


def _is_taken(path: Path, *, is_archive: bool) -> bool:
    """Whether something is there; an empty folder may become the export."""
    if not is_archive and path.is_dir() and not path.is_symlink():
        return any(path.iterdir())
    return path.exists() or path.is_symlink()


@contextmanager
def _archive(path: Path) -> Iterator[Put]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE_MODE)
    with (
        os.fdopen(descriptor, "wb") as file,
        gzip.GzipFile("", "wb", COMPRESSION_LEVEL, file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):

        def put(taken: TakenFile) -> None:
            member = tarfile.TarInfo(taken.name)
            member.size = len(taken.content)
            member.mtime = int(taken.at.timestamp())
            member.mode = 0o644
            tar.addfile(member, io.BytesIO(taken.content))
            # It remembers each, to list them when it is read.
            tar.members.clear()  # type: ignore[attr-defined]

        yield put


@contextmanager
def _folder(path: Path) -> Iterator[Put]:
    path.mkdir(FOLDER_MODE)

    def put(taken: TakenFile) -> None:
        target = path / taken.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(taken.content)
        moment = taken.at.timestamp()
        os.utime(target, (moment, moment))

    yield put


def _remove(partial: Path) -> None:
    if partial.is_dir():
        for where, folders, files in os.walk(partial, topdown=False):
            for name in files:
                Path(where, name).unlink()
            for name in folders:
                Path(where, name).rmdir()
        partial.rmdir()
    else:
        partial.unlink(missing_ok=True)
