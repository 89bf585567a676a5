"""A small world of its own for each Jupyter, made by bubblewrap where that is installed and works.

Inside, a person's code sees the system (read-only), its own home, an empty /tmp and its own
processes; no other home, no data folder of the commons, no process of anybody else. The network
stays that of the machine: hub, site and kernels are reached over it.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from nbcommons.launch import _exec
from nbcommons_hub import homes

CHOICES = ("auto", "none", "bubblewrap")
PROBE_TIMEOUT_S = 20
SYSTEM = ("/usr", "/etc", "/opt")
# Links to /usr on most systems, folders of their own on some.
MAYBE_LINKS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64")
# What programs ask about processors, and where a name server may be written down.
SEEN_BESIDES = ("/sys/devices/system/cpu", "/run/systemd/resolve")

# Found and read, not run: that would cost every start of the hub a second.
NEEDED = """
import importlib.util, sys
for name in ("jupyterhub", "jupyterlab", "ipykernel", "jupyter_nbcommons"):
    found = importlib.util.find_spec(name)
    if found is None:
        sys.exit(f"{name} is not to be seen in it")
    open(found.origin, "rb").close()
"""


class NoIsolation(Exception):
    """The operator demands a wall that cannot be built here; the text says why."""


@dataclass(frozen=True, slots=True)
class Wall:
    """How to build the small world. ``hidden``: never seen, even below what is."""

    program: str
    seen: tuple[Path, ...]
    hidden: tuple[Path, ...]

    def around(self, home: homes.Home) -> list[str]:
        """What stands before the command of the spawn with this home."""
        command = [self.program, "--die-with-parent"]
        command += ["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts"]
        for name in MAYBE_LINKS:
            path = Path(name)
            if path.is_symlink():
                command += ["--symlink", str(path.readlink()), name]
            elif path.is_dir():
                command += ["--ro-bind", name, name]
        for path in self.seen:
            command += ["--ro-bind", str(path), str(path)]
        for path in self.hidden:
            command += ["--tmpfs", str(path)]
        # On disk, not in memory; it is wiped with the home.
        command += ["--proc", "/proc", "--dev", "/dev", "--bind", str(home.scratch), "/tmp"]  # noqa: S108
        command += ["--symlink", "/tmp", "/var/tmp", "--dir", "/run"]  # noqa: S108
        own = (
            [home.path] if home.sockets.is_relative_to(home.path) else [home.path, home.sockets]
        )
        for path in own:
            command += ["--bind", str(path), str(path)]
        # What is made up between the mounts is memory too.
        for path in (*self.hidden, Path("/")):
            command += ["--remount-ro", str(path)]
        return [*command, "--chdir", str(home.path), "--"]


def wall(
    choice: str, *, folder: Path, also_seen: Iterable[Path] = ()
) -> tuple[Wall | None, str]:
    """The wall that this machine can build, and a sentence about it for the log.

    choice: one of ``CHOICES``. folder: of the homes. Raises ``NoIsolation`` when the wall is
    demanded and cannot be.
    """
    if choice not in CHOICES:
        raise NoIsolation(
            f"NBCOMMONS_ISOLATION is one of {', '.join(CHOICES)}; not {choice!r}."
        )
    if choice == "none":
        return None, "No bubblewrap around Jupyters (NBCOMMONS_ISOLATION=none)."
    program = shutil.which("bwrap")
    if program is None:
        why = "bubblewrap (bwrap) is not installed"
    else:
        seen = _needed([*map(Path, SYSTEM), *map(Path, SEEN_BESIDES), *_python(), *also_seen])
        found = Wall(program, seen, _to_hide(folder, seen))
        why = _why_not(found, folder)
        if not why:
            return found, "Each Jupyter runs in a small world of its own (bubblewrap)."
    if choice == "bubblewrap":
        raise NoIsolation(f"NBCOMMONS_ISOLATION=bubblewrap, but {why}.")
    return None, f"No bubblewrap around Jupyters: {why}."


def _why_not(found: Wall, folder: Path) -> str:
    """Why the wall cannot be built here, as the account that a Jupyter would have; "" if it can."""
    home = homes.make(folder)
    try:
        account = ["--uid", str(home.uid)] if home.uid is not None else []
        command = [sys.executable, "-IS", _exec.__file__, *account, "--", *found.around(home)]
        done = subprocess.run(  # noqa: S603 - our own programs
            [*command, sys.executable, "-c", NEEDED],
            capture_output=True,
            text=True,
            timeout=PROBE_TIMEOUT_S,
            check=False,
            cwd="/",
            env={"PATH": os.defpath, "HOME": str(home.path)},
        )
    except subprocess.TimeoutExpired:
        return f"it did not answer within {PROBE_TIMEOUT_S} s"
    finally:
        homes.wipe(home)
    words = (done.stderr.strip() or "no reason given").splitlines()[-1]
    return "" if done.returncode == 0 else f"it does not work here ({words})"


def _python() -> list[Path]:
    """Where this Python and everything it imports lies."""
    found = [sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.path]
    found.append(str(Path(sys.executable).resolve().parents[1]))
    return [Path(name) for name in found if name]


def _needed(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Those that exist and lie below no other, each as named and as it truly is."""
    both = {path for name in paths for path in (name.absolute(), name.resolve())}
    never = {Path("/"), *homes.SHARED_FOLDERS}  # the folder of a script may be any
    there = sorted(path for path in both - never if path.exists())
    kept: list[Path] = []
    for path in there:
        if not any(path.is_relative_to(outer) for outer in kept):
            kept.append(path)
    return tuple(kept)


def _to_hide(folder: Path, seen: tuple[Path, ...]) -> tuple[Path, ...]:
    data = folder.resolve().parent
    return (data,) if any(data.is_relative_to(path) for path in seen) else ()
