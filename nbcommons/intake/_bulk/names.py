"""Names from outside, made fit to be stored, shown and found again."""

import hashlib
import os
import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit, urlunsplit

ORIGIN_LENGTH = 300
SUFFIX = ".ipynb"
SKIPPED_FOLDERS = frozenset(
    {".ipynb_checkpoints", ".git", "node_modules", ".venv", "__pycache__", "__MACOSX"}
)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


def shown_path(path: str) -> str:
    """``path`` as text that any database and terminal takes, whatever bytes it was made of."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text)


def is_notebook(name: str) -> bool:
    """Whether a file of this name should be a notebook; macOS's shadow files should not."""
    last = name.rsplit("/", 1)[-1]
    return last.lower().endswith(SUFFIX) and not last.startswith("._") and last != SUFFIX


def is_in_skipped_folder(path: str) -> bool:
    """Whether ``path`` lies in a folder of tools, such as Jupyter's checkpoints."""
    return not SKIPPED_FOLDERS.isdisjoint(PurePosixPath(path).parts[:-1])


def origin_of(source: str, path: str) -> str:
    """The key by which a notebook of a source is found again."""
    whole = f"{source}/{path}"
    if len(whole) <= ORIGIN_LENGTH:
        return whole
    # The end of a path tells more than its beginning; the digest keeps long ones apart.
    digest = hashlib.sha256(whole.encode()).hexdigest()[:16]
    return f"{digest}…{whole[-(ORIGIN_LENGTH - 17) :]}"


def without_password(address: str) -> str:
    """``address`` as it may stand in a report: without a user's name and password."""
    parts = urlsplit(address)
    if "@" not in parts.netloc:
        return address
    return urlunsplit(parts._replace(netloc=parts.netloc.rsplit("@", 1)[1]))


def too_large(most_bytes: int) -> str:
    """Why a file is not even read."""
    return (
        f"The file is larger than {most_bytes / 1e6:g} MB. Clear its results in Jupyter, save it "
        "and bring it in again."
    )
