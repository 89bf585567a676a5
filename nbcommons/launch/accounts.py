"""System accounts of the services: root starts them, but none of them runs as root."""

import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from nbcommons.launch.errors import CannotStart

POSTGRES_ACCOUNT = "nbcommons-pg"
SITE_ACCOUNT = "nbcommons"


@dataclass(frozen=True, slots=True)
class Account:
    """Whom a process runs as."""

    name: str
    uid: int
    gid: int

    def own(self, path: Path, mode: int) -> None:
        """Give ``path`` to this account with exactly ``mode``."""
        path.chmod(mode)
        os.chown(path, self.uid, self.gid)


def is_root() -> bool:
    """Whether this process may act as other accounts."""
    return os.geteuid() == 0


def service_account(name: str) -> Account | None:
    """The system account ``name``, made if missing; None when we are not root.

    Raises ``CannotStart`` when the account is missing and cannot be made. PostgreSQL looks its
    account up in the list of accounts, so a bare user id is not enough.
    """
    if not is_root():
        return None
    found = _lookup(name)
    if found is None:
        _create(name)
        found = _lookup(name)
    if found is None:
        raise CannotStart(
            f"The system account “{name}” is missing and could not be made.",
            f"Make it yourself, for example with: useradd --system --no-create-home {name}",
        )
    return found


def _lookup(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)


def _create(name: str) -> None:
    # Two first starts at once would both fail on the system's own lock.
    guard = Path(tempfile.gettempdir()) / f".{name}.account"
    descriptor = os.open(guard, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if _lookup(name) is not None:
            return
        search = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))
        if useradd := shutil.which("useradd", path=search):
            arguments = ["--system", "--user-group", "--no-create-home"]
            arguments += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", name]
            command = [useradd, *arguments]
        elif adduser := shutil.which("adduser", path=search):  # busybox
            command = [
                adduser,
                "-S",
                "-D",
                "-H",
                "-h",
                "/nonexistent",
                "-s",
                "/sbin/nologin",
                name,
            ]
        else:
            return
        subprocess.run(command, check=False, capture_output=True, timeout=30)  # noqa: S603
    finally:
        os.close(descriptor)
