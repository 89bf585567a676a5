"""Git repositories, copied by the git program and read from the copy, never checked out.

Nothing of a repository is ever executed or believed: the copy has no work tree, so no hook,
filter, link or submodule of it comes to life; git sees our configuration only.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit

from nbcommons.intake._bulk.errors import BadSource
from nbcommons.intake._bulk.names import without_password

CLONE_TIMEOUT_S = 1800
READ_TIMEOUT_S = 300
STOP_TIMEOUT_S = 5
LOOK_EVERY_S = 0.2
PROTOCOLS = ("https", "file")
# Of the operator's environment, only what a connection needs.
_KEPT = (
    "PATH", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "TMPDIR",
)  # fmt: skip
_OURS = {
    "LC_ALL": "C.UTF-8",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ALLOW_PROTOCOL": ":".join(PROTOCOLS),
    "GIT_PROTOCOL_FROM_USER": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_LFS_SKIP_SMUDGE": "1",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_PAGER": "cat",
}
_CONFIGURATION = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.symlinks=false",
    "core.bigFileThreshold=50m",
    "credential.helper=",
    "gc.auto=0",
    "maintenance.auto=false",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "transfer.bundleURI=false",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=60",
)
_REGULAR = ("100644", "100755", "100664")


@dataclass(frozen=True, slots=True)
class Blob:
    """A file of a commit; ``is_regular`` False: a link or a submodule."""

    path: bytes
    sha: str
    size_bytes: int
    is_regular: bool


def is_address(text: str) -> bool:
    """Whether ``text`` names a repository by address rather than by path."""
    return "://" in text or (":" in text and "@" in text.split(":", 1)[0])


def refuse_other_protocols(address: str) -> None:
    """Raises ``BadSource`` unless the address begins with https:// or file://."""
    protocol = urlsplit(address).scheme.lower() if "://" in address else "ssh"
    if protocol not in PROTOCOLS:
        raise BadSource(
            f"Repositories are read over https and file only, not over {protocol[:20]}. Clone it "
            "yourself and name the folder."
        )


class Repository:
    """A copy of a repository in a folder of its own, to be read only."""

    def __init__(self, folder: Path, home: Path, account: tuple[int, int] | None) -> None:
        self._folder = folder
        self._home = home
        self._account = account
        self._batch: subprocess.Popen[bytes] | None = None
        self._check: subprocess.Popen[bytes] | None = None

    def head(self) -> str:
        """The commit that is current; "" in an empty repository."""
        done = self._run("rev-parse", "--verify", "--quiet", "HEAD^{commit}", may_fail=True)
        return done.decode().strip()

    def files(self, commit: str) -> list[Blob]:
        """Every file of ``commit``, by path."""
        listing = self._run("ls-tree", "-r", "-z", "--full-tree", "--long", commit, "--")
        return [_blob(line) for line in listing.split(b"\0") if line]

    def log(self, commit: str) -> bytes:
        """The history of notebooks up to ``commit``, as ``history.parse_log`` reads it."""
        return self._run(
            "log", "--reverse", "--topo-order", "--full-history", "--parents",
            "--diff-merges=first-parent", "--raw", "-z", "--no-abbrev", "--no-color",
            "--no-ext-diff", "--no-textconv", "--no-show-signature", "--no-notes",
            "--encoding=UTF-8", "-M", "-l2000",
            "--format=tformat:%x01%H %P%x02%an%x02%aI%x02%s", commit, "--", ":(icase)*.ipynb",
        )  # fmt: skip

    def size_of(self, sha: str) -> int | None:
        """How many bytes the object holds; None if it is not there."""
        if self._check is None:
            self._check = self._start("cat-file", "--batch-check")
        return _size_of(self._ask(self._check, sha))

    def read(self, sha: str) -> bytes:
        """The content of a file; look at its size first. Raises ``BadSource`` if it is gone."""
        if self._batch is None:
            self._batch = self._start("cat-file", "--batch")
        size = _size_of(self._ask(self._batch, sha))
        if size is None:
            raise BadSource("The repository is damaged: a file of it is missing.")
        output = _pipe(self._batch.stdout)
        content = output.read(size)
        output.read(1)  # the line end behind it
        return content

    def close(self) -> None:
        """End the programs that read."""
        for process in (self._batch, self._check):
            if process is not None:
                _end(process)

    def _ask(self, process: subprocess.Popen[bytes], sha: str) -> bytes:
        questions = _pipe(process.stdin)
        questions.write(sha.encode() + b"\n")
        questions.flush()
        return _pipe(process.stdout).readline()

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return _popen(self._command(*arguments), self._home, self._account, takes_input=True)

    def _run(self, *arguments: str, may_fail: bool = False) -> bytes:
        process = _popen(self._command(*arguments), self._home, self._account)
        try:
            output, error = process.communicate(timeout=READ_TIMEOUT_S)
        except subprocess.TimeoutExpired as late:
            raise BadSource("Git takes too long to read this repository.") from late
        finally:
            _end(process)
        if process.returncode and not may_fail:
            raise BadSource(f"Git cannot read this repository: {_last_line(error)}")
        return output if not process.returncode else b""

    def _command(self, *arguments: str) -> list[str]:
        return [*_git(), "--git-dir", str(self._folder), *arguments]


@contextlib.contextmanager
def cloned(address: str, *, with_history: bool, most_bytes: int) -> Iterator[Repository]:
    """A copy of the repository at ``address`` (https, file, or a local path), for the block.

    Raises ``BadSource`` when it cannot be copied, takes too long, or is larger than
    ``most_bytes``. A local repository of another account is read as that account, so that
    nothing in it can act as the one who runs this.
    """
    if is_address(address):
        refuse_other_protocols(address)
    account = _account_of(address)
    with tempfile.TemporaryDirectory(prefix="nbcommons-git-") as work:
        folder, home = Path(work, "repository"), Path(work, "home")
        home.mkdir()
        if account is not None:
            for path in (Path(work), home):
                os.chown(path, *account)
        depth = [] if with_history else ["--depth=1"]
        command = [
            *_git(), "clone", "--bare", "--quiet", "--no-local", "--no-tags", "--single-branch",
            "--no-recurse-submodules", "--template=", *depth, "--", address, str(folder),
        ]  # fmt: skip
        _copy(_popen(command, home, account), address, folder, most_bytes)
        repository = Repository(folder, home, account)
        try:
            yield repository
        finally:
            repository.close()


def _copy(
    process: subprocess.Popen[bytes], address: str, folder: Path, most_bytes: int
) -> None:
    deadline = time.monotonic() + CLONE_TIMEOUT_S
    try:
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                _, error = process.communicate(timeout=LOOK_EVERY_S)
                break
            if time.monotonic() > deadline:
                raise BadSource("Copying the repository takes too long.")
            _refuse_too_large(folder, most_bytes)
    finally:
        _end(process)
    if process.returncode:
        raise BadSource(_why_not(address, error))
    _refuse_too_large(folder, most_bytes)


def _refuse_too_large(folder: Path, most_bytes: int) -> None:
    size = 0
    for where, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                size += Path(where, name).lstat().st_size
    if size > most_bytes:
        raise BadSource(
            f"The repository is larger than {most_bytes / 1e9:g} GB. If that is right, allow more "
            "with --most-gb."
        )


def _why_not(address: str, error: bytes) -> str:
    shown, said = without_password(address), _last_line(error)
    if "dubious ownership" in error.decode(errors="replace"):
        return (
            f"{shown} belongs to another account. Run the import as that account, or as root."
        )
    return f"Git cannot copy {shown}: {said.replace(address, shown)}"


def _last_line(error: bytes) -> str:
    lines = [line for line in error.decode(errors="replace").splitlines() if line.strip()]
    return lines[-1].removeprefix("fatal: ")[:300] if lines else "it says nothing."


def _account_of(address: str) -> tuple[int, int] | None:
    """Whose repository a local path is, if that is somebody else and we may become them."""
    is_url = is_address(address)
    if is_url and urlsplit(address).scheme.lower() != "file":
        return None
    path = Path(unquote(urlsplit(address).path) if is_url else address)
    try:
        state = path.stat()
    except OSError as error:
        raise BadSource(f"There is no repository at {without_password(address)}.") from error
    with contextlib.suppress(OSError):
        state = Path(path, ".git").stat()
    if os.geteuid() != 0 or state.st_uid == 0:
        return None
    return state.st_uid, state.st_gid


def _git() -> list[str]:
    program = shutil.which("git")
    if program is None:
        raise BadSource("The git program is not installed.")
    options = [word for setting in _CONFIGURATION for word in ("-c", setting)]
    return [program, "--no-pager", "--no-replace-objects", *options]


def _popen(
    command: list[str],
    home: Path,
    account: tuple[int, int] | None,
    *,
    takes_input: bool = False,
) -> subprocess.Popen[bytes]:
    who: Mapping[str, object] = {}
    if account is not None:
        who = {"user": account[0], "group": account[1], "extra_groups": []}
    process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - git, arguments of ours
        command,
        cwd=home,
        env={name: os.environ[name] for name in _KEPT if name in os.environ}
        | _OURS
        | {"HOME": str(home), "GIT_CONFIG_GLOBAL": os.devnull},
        stdin=subprocess.PIPE if takes_input else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if takes_input else subprocess.PIPE,
        # Ctrl+C at the terminal is for us: we end git, and it leaves nothing behind.
        start_new_session=True,
        **who,  # type: ignore[call-overload]
    )
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program and all that it started."""
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
    for stop in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, stop)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_TIMEOUT_S)
            return


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ValueError("the program was started without this pipe")
    return pipe


def _size_of(answer: bytes) -> int | None:
    words = answer.split()
    return int(words[2]) if len(words) == 3 and words[1] == b"blob" else None  # noqa: PLR2004


def _blob(line: bytes) -> Blob:
    facts, _, path = line.partition(b"\t")
    mode, _, sha, size = facts.split()
    return Blob(
        path=path,
        sha=sha.decode(),
        size_bytes=int(size) if size.isdigit() else 0,
        is_regular=mode.decode() in _REGULAR,
    )
