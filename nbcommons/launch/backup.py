"""Everything of a commons that cannot be made again, in one file; and back.

The file is a tar archive: a manifest with the hash of every part, the database as ``pg_dump`` wrote
it, the secrets that sign and unlock what the database holds. The search index, rendered pages and
collected static files are derived, people's Jupyters are short-lived: they are left out.
"""

import contextlib
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import IO, Any
from urllib.parse import parse_qs, unquote, urlsplit

from nbcommons.launch import beside, data, postgres
from nbcommons.launch.data import DataFolder
from nbcommons.launch.errors import CannotStart

FORM = 1
MANIFEST = "manifest.json"
DATABASE = "database.dump"
SECRETS = "secrets"
IDENTITY_KEY = "oidc.pem"
# Longer than that no name and no manifest of ours is.
MOST_MANIFEST_BYTES = 1_000_000
# What is gone in a minute anyway.
PASSING_TABLES = ("commons_cache", "core_callrate", "django_session")
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """One part of a backup."""

    name: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. postgres: the major version whose ``pg_dump`` wrote it."""

    form: int
    nbcommons: str
    postgres: int
    made_at: str
    members: tuple[Member, ...]

    @property
    def size_bytes(self) -> int:
        return sum(member.size_bytes for member in self.members)


def write(root: Path, target: Path) -> Manifest:
    """Write a backup of the commons in ``root`` to the file ``target``; it may be running.

    The database is as it was at one moment. Raises ``CannotStart``; then there is no new file.
    """
    folder = data.prepare(root)
    if target.exists():
        raise CannotStart(
            f"{target} is there already.", "Choose another name, or remove it first."
        )
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as made:
            return _write(folder, target, Path(made))
    except OSError as error:
        raise CannotStart(f"{target} cannot be written: {error.strerror}.") from error


def _write(folder: DataFolder, target: Path, made: Path) -> Manifest:
    with beside.environment(folder) as variables:
        _dump(variables["DATABASE_URL"], made / DATABASE)
    sources = {DATABASE: made / DATABASE}
    for path in sorted(folder.secrets.iterdir()):
        if path.is_file() and not path.name.startswith("."):
            sources[f"{SECRETS}/{path.name}"] = path
    if folder.oidc_key.exists():
        sources[f"{SECRETS}/{IDENTITY_KEY}"] = folder.oidc_key
    manifest = Manifest(
        form=FORM,
        nbcommons=metadata.version("nbcommons"),
        postgres=postgres.major_version(),
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),  # noqa: TID251 - an edge
        members=tuple(_member(name, path) for name, path in sources.items()),
    )
    unfinished = made / "backup.tar"
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with (
        os.fdopen(descriptor, "wb") as file,
        tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        told = json.dumps(asdict(manifest), indent=1).encode()
        archive.addfile(_entry(MANIFEST, len(told)), fileobj=io.BytesIO(told))
        for member in manifest.members:
            with sources[member.name].open("rb") as part:
                archive.addfile(_entry(member.name, member.size_bytes), fileobj=part)
    with unfinished.open("rb") as written:
        os.fsync(written.fileno())
    unfinished.rename(target)
    return manifest


def read(root: Path, source: Path, *, replaces: bool = False) -> Manifest:
    """Put the backup ``source`` into the data folder ``root``, which nothing may be using.

    ``replaces``: what the folder holds is moved aside. Raises ``CannotStart``; what was there
    before is then there again.
    """
    with _opened(source) as archive:
        manifest = _checked_manifest(archive, source)
        _check_parts(archive, manifest, source)
    if "DATABASE_URL" in os.environ:
        raise CannotStart(
            "DATABASE_URL names a database of your own, which is not touched here.",
            f"Take {DATABASE} out of the archive and give it to pg_restore.",
        )
    folder = data.prepare(root)
    with data.exclusive(folder), _aside(folder, replaces=replaces):
        with _opened(source) as archive:
            _put_secrets(archive, manifest, folder)
            keys = data.load_secrets(folder)
            cluster = folder.cluster(keys)
            postgres.initialise(cluster)
            with postgres.running(cluster), _part(archive, DATABASE) as dump:
                _load(cluster.url(), dump)
        for derived in (folder.site / "index", folder.site / "static"):
            shutil.rmtree(derived, ignore_errors=True)
    return manifest


def _dump(url: str, path: Path) -> None:
    command = ["pg_dump", "--format=custom", "--no-owner", "--no-privileges"]
    command += ["--no-unlogged-table-data", f"--file={path}"]
    command += [f"--exclude-table-data={name}" for name in PASSING_TABLES]
    path.touch(mode=0o600)
    _run(command, url, problem="The database could not be written out")


def _load(url: str, dump: IO[bytes]) -> None:
    command = ["pg_restore", "--no-owner", "--no-privileges", "--no-comments"]
    command += ["--single-transaction", "--exit-on-error", f"--dbname={postgres.DATABASE}"]
    _run(command, url, problem="The database could not be read in", source=dump)


def _run(
    command: list[str], url: str, *, problem: str, source: IO[bytes] | None = None
) -> None:
    """Run a program of PostgreSQL; who it signs in as stands in its environment alone."""
    with (
        tempfile.TemporaryFile() as words,
        subprocess.Popen(  # noqa: S603 - our own program
            [str(postgres.binaries() / command[0]), *command[1:]],
            env={**postgres.environment(), **login_of(url)},
            stdin=subprocess.DEVNULL if source is None else subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=words,
        ) as process,
    ):
        if source is not None and process.stdin is not None:
            # It ends early when something is wrong, and says why below.
            with contextlib.suppress(BrokenPipeError):
                shutil.copyfileobj(source, process.stdin, _CHUNK_BYTES)
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
        code = process.wait()
        words.seek(0)
        said = words.read(10_000).decode(errors="replace").strip().splitlines()
    if code:
        first = next(iter(said), f"{command[0]} ended with {code}")
        raise CannotStart(f"{problem}: {first}")


def login_of(url: str) -> dict[str, str]:
    """What PostgreSQL's programs read to sign in as ``url`` says: nothing on a command line."""
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    found = {
        "PGHOST": query.get("host", parts.hostname or ""),
        "PGPORT": query.get("port", str(parts.port or "")),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
        "PGSSLMODE": query.get("sslmode", ""),
        "PGSSLROOTCERT": query.get("sslrootcert", ""),
        "PGCONNECT_TIMEOUT": "10",
    }
    return {name: value for name, value in found.items() if value}


@contextmanager
def _opened(source: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(source, mode="r:") as archive:
            yield archive
    except OSError as error:
        raise CannotStart(f"{source} cannot be read: {error.strerror}.") from error
    except tarfile.TarError as error:
        raise CannotStart(f"{source} is no backup of a commons, or not a whole one.") from error


def _checked_manifest(archive: tarfile.TarFile, source: Path) -> Manifest:
    """What the backup says of itself. Raises ``CannotStart`` unless this nbcommons can read it."""
    no_backup = CannotStart(f"{source} is no backup of a commons.")
    try:
        entry = archive.getmember(MANIFEST)
        if not entry.isreg() or entry.size > MOST_MANIFEST_BYTES:
            raise no_backup
        with _part(archive, MANIFEST) as file:
            told: dict[str, Any] = json.loads(file.read())
        members = tuple(Member(**member) for member in told.pop("members"))
        manifest = Manifest(members=members, **told)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise no_backup from error
    if manifest.form != FORM or manifest.postgres > postgres.major_version():
        raise CannotStart(
            f"{source} was made by nbcommons {manifest.nbcommons}, which is newer than this one.",
            "Update nbcommons first.",
        )
    if data.is_newer(manifest.nbcommons):
        raise CannotStart(
            f"{source} was made by nbcommons {manifest.nbcommons}, which is newer than this one.",
            "Update nbcommons first.",
        )
    if not all(_is_known(member.name) for member in manifest.members):
        raise no_backup
    return manifest


def _is_known(name: str) -> bool:
    """Whether a part has a name of ours: what else stands in an archive is never written."""
    path = PurePosixPath(name)
    if name == DATABASE:
        return True
    is_plain = path.name == name.removeprefix(f"{SECRETS}/") and path.name.strip("._-") != ""
    known = {*data.secret_files(), IDENTITY_KEY}
    return name.startswith(f"{SECRETS}/") and is_plain and path.name in known


def _check_parts(archive: tarfile.TarFile, manifest: Manifest, source: Path) -> None:
    """Raises ``CannotStart`` unless every part is there, whole and as it was written."""
    for member in manifest.members:
        try:
            entry = archive.getmember(member.name)
            with _part(archive, member.name) as file:
                found = _digest(file)
        except KeyError:
            found, entry = "", None
        if entry is None or found != member.sha256:
            raise CannotStart(f"{source} is damaged: {member.name} is not what was written.")


def _put_secrets(archive: tarfile.TarFile, manifest: Manifest, folder: DataFolder) -> None:
    for member in manifest.members:
        if not member.name.startswith(f"{SECRETS}/"):
            continue
        name = member.name.removeprefix(f"{SECRETS}/")
        with _part(archive, member.name) as file:
            text = file.read().decode()
        if name == IDENTITY_KEY:
            data.write_private(folder.oidc_key, text, owner=folder.site_account)
        else:
            data.write_private(folder.secrets / name, text)


@contextmanager
def _aside(folder: DataFolder, *, replaces: bool) -> Iterator[None]:
    """Room for what is restored; what was there comes back if that fails."""
    cluster, stamp = folder.postgres / "data", time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    if cluster.exists() and any(cluster.iterdir()) and not replaces:
        raise CannotStart(
            f"{folder.root} holds a commons already.",
            "Choose another --data folder, or move what is there aside with --replace.",
        )
    kept = folder.root / f"before-{stamp}"
    moves = [(cluster, kept / "data"), (folder.secrets, kept / SECRETS)]
    if folder.oidc_key.exists():
        moves.append((folder.oidc_key, kept / IDENTITY_KEY))
    kept.mkdir(mode=0o700)
    moved = [(path, place) for path, place in moves if path.exists()]
    for path, place in moved:
        path.rename(place)
    folder.secrets.mkdir(mode=0o700)
    try:
        yield
    except BaseException:
        for path, place in moved:
            if path.is_dir():
                shutil.rmtree(path)
            place.rename(path)
        kept.rmdir()
        raise
    if not (kept / "data").exists():
        shutil.rmtree(kept)  # there was no commons: only the secrets of an empty folder


def _member(name: str, path: Path) -> Member:
    with path.open("rb") as file:
        digest = _digest(file)
    return Member(name=name, sha256=digest, size_bytes=path.stat().st_size)


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while part := file.read(_CHUNK_BYTES):
        digest.update(part)
    return digest.hexdigest()


def _entry(name: str, size_bytes: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = size_bytes
    entry.mode = 0o600
    entry.mtime = int(time.time())
    return entry


@contextmanager
def _part(archive: tarfile.TarFile, name: str) -> Iterator[IO[bytes]]:
    """A part's content; raises ``KeyError`` unless there is such a file."""
    file = archive.extractfile(name)
    if file is None:
        raise KeyError(name)
    with file:
        yield file
