"""The data folder: what lies where, who owns it, and the secrets made at the first start.

Root owns the folder and its secrets. What the site writes lies in ``site``, owned by the site's
account; PostgreSQL's files belong to PostgreSQL's account. Without root, all is ours alone.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from nbcommons.launch.accounts import (
    POSTGRES_ACCOUNT,
    SITE_ACCOUNT,
    Account,
    is_root,
    service_account,
)
from nbcommons.launch.errors import CannotStart
from nbcommons.launch.postgres import LONGEST_SOCKET_FOLDER, Cluster

# Raised when the folder's layout changes so that an older nbcommons must not touch it.
LAYOUT = 1


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the parts prove themselves with; each known only to those who need it."""

    secret_key: str = field(repr=False)  # signs sessions and links
    hub_secret: str = field(repr=False)  # the hub to the site
    hub_token: str = field(repr=False)  # the site to the hub
    culler_token: str = field(repr=False)  # the idle-culler to the hub
    oidc_client_secret: str = field(repr=False)  # the hub as a client of the site's sign-in
    edge_password: str = field(repr=False)  # the hub to traefik's API
    edge_secret: str = field(repr=False)  # traefik to the site: this came in by the door
    postgres_superuser: str = field(repr=False)
    postgres_owner: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DataFolder:
    """One commons on disk."""

    root: Path
    site_account: Account | None  # None: not root, everything is ours
    postgres_account: Account | None

    @property
    def secrets(self) -> Path:
        return self.root / "secrets"

    @property
    def site(self) -> Path:
        """What web and worker write: index, mail, collected static files."""
        return self.root / "site"

    @property
    def oidc_key(self) -> Path:
        """Signs identities; made and read by the site alone."""
        return self.site / "keys" / "oidc.pem"

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def sockets(self) -> Path:
        """Folder of the database's socket; short, because the kernel limits its path."""
        wanted = self.root / "socket"
        if len(str(wanted)) <= LONGEST_SOCKET_FOLDER:
            return wanted
        return Path("/tmp") / f"nbcommons-{self.root.stat().st_ino}"  # noqa: S108 - checked in prepare

    @property
    def hub(self) -> Path:
        """The hub's own state: its database, its cookie secret, tokens still to be revoked."""
        return self.root / "hub"

    @property
    def homes(self) -> Path:
        """One folder per running Jupyter, wiped when it stops."""
        return self.root / "homes"

    @property
    def edge(self) -> Path:
        return self.root / "edge"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def version_file(self) -> Path:
        return self.root / "VERSION"

    def cluster(self, keys: Secrets) -> Cluster:
        return Cluster(
            folder=self.postgres / "data",
            sockets=self.sockets,
            account=self.postgres_account,
            superuser_password=keys.postgres_superuser,
            owner_password=keys.postgres_owner,
        )


def default_root() -> Path:
    """Where data goes when nobody says: the system's place for root, else the person's."""
    if found := os.environ.get("NBCOMMONS_DATA"):
        return Path(found).expanduser().absolute()
    if is_root():
        return Path("/var/lib/nbcommons")
    base = os.environ.get("XDG_DATA_HOME")
    home = Path(base) if base else Path.home() / ".local" / "share"
    return home / "nbcommons"


def prepare(root: Path) -> DataFolder:
    """Make the folder and everything in it that must be there, with the right owners.

    Raises ``CannotStart`` when it cannot be written, or was made by a newer nbcommons.
    """
    folder = DataFolder(
        root=root.absolute(),
        site_account=service_account(SITE_ACCOUNT),
        postgres_account=service_account(POSTGRES_ACCOUNT),
    )
    try:
        _make_folders(folder)
        _check_version(folder)
    except OSError as error:
        raise CannotStart(
            f"The data folder {root} cannot be used: {error.strerror}.",
            "Choose another with --data, or make this one yours.",
        ) from error
    return folder


def _make_folders(folder: DataFolder) -> None:
    folder.root.mkdir(parents=True, exist_ok=True)
    # As root, a Jupyter's account must pass through to its own home, and see nothing else.
    folder.root.chmod(0o711 if is_root() else 0o700)
    for private in (folder.secrets, folder.hub, folder.logs):
        _own_folder(private, None, 0o700)
    _own_folder(folder.homes, None, 0o711 if is_root() else 0o700)
    _own_folder(folder.site, folder.site_account, 0o700)
    _own_folder(folder.oidc_key.parent, folder.site_account, 0o700)
    _own_folder(folder.postgres, folder.postgres_account, 0o700)
    _own_folder(folder.sockets, folder.postgres_account, 0o700)
    for rules in (folder.edge, folder.edge / "dynamic"):
        # Closed only when it is made: traefik may be reading while a command runs beside it.
        _own_folder(rules, None, 0o700 if folder.site_account is None else 0o750)
    if folder.site_account is None or folder.postgres_account is None:
        return
    # The site enters the database's socket folder, and traefik reads its rules, as a group.
    os.chown(folder.sockets, folder.postgres_account.uid, folder.site_account.gid)
    folder.sockets.chmod(0o750)
    for readable in (folder.edge, folder.edge / "dynamic"):
        os.chown(readable, 0, folder.site_account.gid)
        readable.chmod(0o750)


def _own_folder(path: Path, account: Account | None, mode: int) -> None:
    path.mkdir(mode=0o700, exist_ok=True)
    uid = os.geteuid()
    found = path.lstat()
    allowed = {uid} | ({account.uid} if account else set())
    if not path.is_dir() or path.is_symlink() or found.st_uid not in allowed:
        raise CannotStart(
            f"{path} belongs to somebody else.", "Remove it or choose another --data folder."
        )
    path.chmod(mode)
    if account is not None:
        os.chown(path, account.uid, account.gid)


def _check_version(folder: DataFolder) -> None:
    ours = {"layout": LAYOUT, "nbcommons": metadata.version("nbcommons")}
    if folder.version_file.exists():
        found = json.loads(folder.version_file.read_text())
        if found["layout"] > LAYOUT or is_newer(found["nbcommons"]):
            raise CannotStart(
                f"The data folder {folder.root} was made by nbcommons {found['nbcommons']}, "
                f"which is newer than this one ({ours['nbcommons']}).",
                "Update nbcommons, or choose another data folder with --data.",
            )
        if found == ours:
            return
    write_private(folder.version_file, json.dumps(ours) + "\n")


def is_newer(version: object) -> bool:
    """Whether an nbcommons of this version is newer than this one."""
    return _number(version) > _number(metadata.version("nbcommons"))


def secret_files() -> tuple[str, ...]:
    """The names of the files that hold the secrets of a data folder."""
    return tuple(name.replace("_", "-") for name in Secrets.__dataclass_fields__)


def _number(version: object) -> tuple[int, ...]:
    return tuple(int(part) for part in str(version).split(".") if part.isdigit())


def load_secrets(folder: DataFolder) -> Secrets:
    """The secrets of this folder; those missing are made now, readable by us alone."""
    return Secrets(**{name: _secret(folder, name) for name in Secrets.__dataclass_fields__})


def _secret(folder: DataFolder, name: str) -> str:
    path = folder.secrets / name.replace("_", "-")
    if not path.exists():
        write_private(path, secrets.token_hex(32) + "\n")
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    return path.read_text().strip()


def write_private(path: Path, text: str, *, owner: Account | None = None) -> None:
    """Write ``path`` whole or not at all, readable by its owner alone."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
        if owner is not None:
            os.fchown(file.fileno(), owner.uid, owner.gid)
    fresh.replace(path)


class InUse(CannotStart):
    """Another ``nbcommons`` works on the same data folder."""

    def __init__(self, root: Path, pid: int, site: str) -> None:
        where = f" It serves {site}." if site else ""
        super().__init__(
            f"A commons already runs on {root} (process {pid}).{where}",
            "Stop it with “nbcommons stop”, or choose another data folder with --data.",
        )
        self.pid = pid
        self.site = site


@contextmanager
def exclusive(folder: DataFolder, *, site: str = "") -> Iterator[None]:
    """Hold the data folder for the length of a ``with`` block.

    The lock is the kernel's: it ends with the process, however that ends. Raises ``InUse``.
    """
    descriptor = os.open(folder.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _read_holder(folder)
            raise InUse(folder.root, holder[0], holder[1]) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "site": site}).encode(), 0)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def holder_of(root: Path) -> tuple[int, str] | None:
    """Process and site address of the commons that runs on ``root``; None when none does."""
    lock = root / "lock"
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        found = json.loads(lock.read_text() or "{}")
        return int(found.get("pid", 0)), str(found.get("site", ""))
    finally:
        os.close(descriptor)
    return None


def _read_holder(folder: DataFolder) -> tuple[int, str]:
    found = json.loads(folder.lock.read_text() or "{}")
    return int(found.get("pid", 0)), str(found.get("site", ""))
