"""Prepares a checkout and becomes the ``nbcommons`` command; standard library only.

Called by ``./commons``. Makes a virtual environment, installs the locked packages and nbcommons
itself, and does each of these again only when what it was made from has changed.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
STRANGER_UID = 300_000  # any id that is not ours
NEEDED = (
    "import ctypes, ensurepip, sqlite3, ssl, sys, venv; sys.exit(sys.version_info < (3, 11))"
)
VERSIONS = ("3.13", "3.12", "3.11", "3.14")
LOCKS = {"prod": ("prod.lock", "build.lock"), "dev": ("dev.lock",)}
# What the installed package is built from; Python sources only where it is a copy of them.
BUILT_FROM = (
    "pyproject.toml",
    "hatch_build.py",
    "scripts/build_labextension.py",
    "packages/jupyter/package.json",
    "packages/jupyter/package-lock.json",
    "packages/jupyter/tsconfig.json",
    "packages/jupyter/install.json",
)
BUILT_FROM_FOLDERS = ("packages/jupyter/src", "packages/jupyter/style")
COPIED_FOLDERS = ("nbcommons", "packages", "hub")
BUILT_NAMES = {"node_modules", "__pycache__", "lib", "labextension"}
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
HEARTBEAT_S = 15


def main(arguments: list[str]) -> NoReturn:
    """Prepare, then become ``nbcommons``."""
    os.umask(0o022)  # what root installs, other accounts must be able to read
    is_developing = arguments[:1] in (["test"], ["check"])
    folder, is_copy = where()
    with one_at_a_time(folder):
        prepare(folder, "dev" if is_developing else "prod", is_copy=is_copy)
        if is_developing and "--static" not in arguments:
            get_chromium(folder)
    os.environ["NBCOMMONS_CHECKOUT"] = str(ROOT)
    program = str(folder / "bin" / "nbcommons")
    os.execv(program, [program, *arguments])


def where() -> tuple[Path, bool]:
    """Folder of the virtual environment, and whether it holds a copy of our sources.

    As root, people's Jupyters run under other accounts. Where those cannot enter the checkout,
    the environment lies outside it, with a copy of the sources.
    """
    if os.geteuid() != 0 or is_open(ROOT / "nbcommons" / "__init__.py"):
        return ROOT / ".venv", False
    name = hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
    return Path("/var/lib/nbcommons/venvs") / name, True


def is_open(path: Path) -> bool:
    """Whether every account may read ``path`` and pass through all folders above it."""
    resolved = path.resolve()
    return bool(resolved.stat().st_mode & 0o004) and all(
        folder.stat().st_mode & 0o001 for folder in resolved.parents
    )


def prepare(folder: Path, kind: str, *, is_copy: bool) -> None:
    """Bring the environment up to date, doing nothing that is done already."""
    stamp = folder / ".commons.json"
    done = json.loads(stamp.read_text()) if stamp.exists() else {}
    if done.get("python") is None or not (folder / "bin" / "python").exists():
        python = str(folder / "bin" / "python")
        if not works(python, as_stranger=os.geteuid() == 0):
            make_environment(folder)
        done = {"python": str((folder / "bin" / "python").resolve())}
    locks = {
        name: digest([ROOT / "requirements" / file for file in files])
        for name, files in LOCKS.items()
    }
    installed = done.get("locks", {})
    if installed.get(kind) != locks[kind] and installed.get("dev") != locks["dev"]:
        count = sum(
            line[:1].isalpha()
            for file in LOCKS[kind]
            for line in (ROOT / "requirements" / file).read_text().splitlines()
        )
        files = [f"-r{ROOT / 'requirements' / file}" for file in LOCKS[kind]]
        say(f"Installing {count} packages (once; a few minutes) …")
        pip(folder, "--require-hashes", *files)
        done["locks"] = {kind: locks[kind]}
        write(stamp, done)
    sources = digest(source_files(is_copy=is_copy))
    if done.get("sources") != sources or not (folder / "bin" / "nbcommons").exists():
        say("Building nbcommons and its JupyterLab extension (once; about a minute) …")
        target = [str(ROOT)] if is_copy else ["--editable", str(ROOT)]
        pip(folder, "--no-deps", "--no-build-isolation", "--force-reinstall", *target)
        done["sources"] = sources
        write(stamp, done)


def make_environment(folder: Path) -> None:
    """A fresh virtual environment from the best Python of this machine."""
    python = choose_python()
    say(f"Making a virtual environment from {python} …")
    folder.parent.mkdir(parents=True, exist_ok=True)
    run([python, "-m", "venv", "--clear", str(folder)], "The virtual environment")


def choose_python() -> str:
    """A complete Python from 3.11; as root one that every account can run."""
    # Without root the one that runs us is as good as any; never that of another environment.
    own = sys._base_executable  # noqa: SLF001 - no public name for it
    names = [own] if os.geteuid() != 0 else []
    search = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/local/bin", "/usr/bin"))
    for name in (*(f"python{version}" for version in VERSIONS), "python3"):
        names += [
            found for f in search.split(os.pathsep) if (found := shutil.which(name, path=f))
        ]
    candidates = list(dict.fromkeys(names))
    complete = [name for name in candidates if works(name)]
    if os.geteuid() == 0:
        shared = [name for name in complete if works(name, as_stranger=True)]
        if complete and not shared:
            fail(
                f"Only root can use the Python of this machine ({complete[0]}): people's "
                "Jupyters, which do not run as root, could not start.",
                "Install one for everybody (Debian: apt install python3 python3-venv), or run "
                "this as an ordinary account, for yourself alone.",
            )
        complete = shared
    if not complete:
        fail(
            "No complete Python from 3.11 was found: it needs venv, ensurepip, ssl and sqlite3.",
            "Debian and Ubuntu: apt install python3 python3-venv.",
        )
    return complete[0]


def works(python: str, *, as_stranger: bool = False) -> bool:
    """Whether this Python starts and has all we need, if wanted for another account."""
    identity = {"user": STRANGER_UID, "group": STRANGER_UID, "extra_groups": []}
    try:
        done = subprocess.run(
            [python, "-Ic", NEEDED],
            capture_output=True,
            check=False,
            timeout=60,
            cwd="/",
            **(identity if as_stranger else {}),
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def pip(folder: Path, *arguments: str) -> None:
    """Install into the environment; says why and ends when that fails."""
    command = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check", "--no-warn-script-location", *arguments]
    if os.geteuid() == 0:
        command.append("--root-user-action=ignore")
    home = os.environ.get("HOME", "")
    if not home or not os.access(home, os.W_OK):
        command.append("--no-cache-dir")
    run(command, "The installation")


def run(command: list[str], what: str) -> None:
    """Run quietly with a sign of life; show what it said only when it fails."""
    began = time.monotonic()
    done = threading.Event()

    def heartbeat() -> None:
        while not done.wait(HEARTBEAT_S):
            say(f"  … {time.monotonic() - began:.0f} s")

    threading.Thread(target=heartbeat, daemon=True).start()
    # The folder's own programs first: builds look for node and jupyter there.
    path = os.pathsep.join((str(Path(command[0]).parent), os.environ.get("PATH", os.defpath)))
    with tempfile.TemporaryFile() as output:
        code = subprocess.run(
            command, stdout=output, stderr=output, check=False, env={**os.environ, "PATH": path}
        ).returncode
        done.set()
        if code:
            output.seek(0)
            sys.stderr.write(output.read().decode(errors="replace"))
            fail(f"{what} failed; the reason stands above.", "Then run the same command again.")


def get_chromium(folder: Path) -> None:
    """A browser for the browser tests, if there is none; what fails is told by the tests."""
    cache = Path(
        os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache/ms-playwright")
    )
    if any(shutil.which(name) for name in CHROMIUM_NAMES) or list(cache.glob("chromium-*")):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("Installing Chromium for the browser tests …")
        apt = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in ([*apt, "update"], [*apt, "install", "-y", "chromium"]):
            subprocess.run(command, check=False, env=environment, stdout=subprocess.DEVNULL)
    if not any(shutil.which(name) for name in CHROMIUM_NAMES):
        say("Fetching Chromium for the browser tests …")
        subprocess.run([str(folder / "bin" / "playwright"), "install", "chromium"], check=False)


def source_files(*, is_copy: bool) -> list[Path]:
    """What a rebuild depends on."""
    found = [ROOT / name for name in BUILT_FROM]
    for name in (*BUILT_FROM_FOLDERS, *(COPIED_FOLDERS if is_copy else ())):
        for folder, folders, files in os.walk(ROOT / name):
            folders[:] = sorted(set(folders) - BUILT_NAMES)
            found += [Path(folder) / file for file in sorted(files)]
    return found


def digest(files: list[Path]) -> str:
    """One number for the content of all these files."""
    total = hashlib.sha256()
    for path in files:
        total.update(f"{path.relative_to(ROOT)}\0".encode())
        total.update(path.read_bytes() if path.exists() else b"")
    return total.hexdigest()


def write(path: Path, content: dict[str, object]) -> None:
    """Write whole or not at all."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(content, indent=1) + "\n")
    fresh.replace(path)


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Two first starts at once would install over each other."""
    stamps = folder.parent / ".commons"
    stamps.mkdir(parents=True, exist_ok=True)
    with (stamps / f"{folder.name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another ./commons that prepares this checkout …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def say(words: str) -> None:
    """A line of progress; not on stdout, which belongs to the command."""
    print(words, file=sys.stderr, flush=True)


def fail(problem: str, advice: str) -> NoReturn:
    """End with what is wrong and what to do."""
    say(problem)
    say(advice)
    sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
