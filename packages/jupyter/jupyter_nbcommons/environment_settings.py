"""What the person set in JupyterLab: brought from their last Jupyter, handed in when it changes."""

import contextlib
import json
import os
import re
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_config_dir

MOST_FILES = 200
MOST_BYTES_OF_ONE = 64_000
MOST_BYTES = 256_000

# The same as the Commons takes: what JupyterLab itself brings, and our own.
PATH = re.compile(
    r"@(jupyterlab|nbcommons)/[a-z0-9-]{1,80}/[A-Za-z0-9_-]{1,80}\.jupyterlab-settings"
)
SECRET = re.compile(
    r"(?i)(pass(word|phrase)?$|secret|token|credential|api[_-]?key|authorization)"
)


def settings_folder(environment: MutableMapping[str, str]) -> Path:
    """Where JupyterLab keeps what people set."""
    own = environment.get("JUPYTERLAB_SETTINGS_DIR", "")
    return Path(own) if own else Path(jupyter_config_dir()) / "lab" / "user-settings"


def restore(folder: Path, files: Mapping[str, str]) -> int:
    """Write the settings that are not there yet; returns how many."""
    written = 0
    for path, text in list(files.items())[:MOST_FILES]:
        if not PATH.fullmatch(path) or len(text.encode()) > MOST_BYTES_OF_ONE:
            continue
        target = folder / path
        with contextlib.suppress(OSError):
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
            with os.fdopen(os.open(target, flags, 0o600), "w") as file:
                file.write(text)
            written += 1
    return written


def gathered(folder: Path) -> dict[str, str]:
    """The settings worth carrying over, as plain JSON by path; what is not sound is left out."""
    found: dict[str, str] = {}
    size = 0
    for path in sorted(folder.glob("@*/*/*.jupyterlab-settings")):
        name = path.relative_to(folder).as_posix()
        text = _plain(path) if PATH.fullmatch(name) else None
        if text is None or size + len(text.encode()) > MOST_BYTES or len(found) >= MOST_FILES:
            continue
        size += len(text.encode())
        found[name] = text
    return found


def mark_of(folder: Path) -> tuple[tuple[str, int], ...]:
    """What changes when any of the files is written."""
    marks = []
    for path in sorted(folder.glob("@*/*/*.jupyterlab-settings")):
        with contextlib.suppress(OSError):
            marks.append((str(path), path.lstat().st_mtime_ns))
    return tuple(marks)


def _plain(path: Path) -> str | None:
    """A settings file without its comments; None when it is none, or holds what is no setting."""
    import json5  # noqa: PLC0415 - JupyterLab brings it; a server without it needs none

    try:
        if path.is_symlink() or path.stat().st_size > MOST_BYTES_OF_ONE:
            return None
        content = json5.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or _has_secret(content):
        return None
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _has_secret(value: Any) -> bool:
    if isinstance(value, dict):
        return any(SECRET.search(str(k)) or _has_secret(v) for k, v in value.items())
    return isinstance(value, list) and any(map(_has_secret, value))
