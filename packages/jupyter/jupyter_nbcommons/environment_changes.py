"""Which notebooks here have changes that are nowhere else."""

import json
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jupyter_nbcommons.copies import Copies
from jupyter_nbcommons.errors import BadAnswer
from jupyter_nbcommons.received import digest_of, parse_document, read_origin

MOST_RESCUED = 2_000
# With its results; read for a moment, within the memory of a small Jupyter.
LARGEST_RESCUED = 100_000_000


@dataclass(frozen=True, slots=True)
class Changed:
    """A notebook file with something in it that is not in the Commons. path: with «/».

    digest: of its code and text; of nothing else when it cannot be read, and may hold anything.
    """

    path: str
    digest: str


class Changes:
    """Looks through the home; remembers what it read while a file stays as it was."""

    def __init__(self, copies: Copies, rescued: Path, *, site_url: str) -> None:
        """``rescued``: a file that remembers what was taken along as a draft."""
        self._copies = copies
        self._site_url = site_url
        self._rescued = rescued
        self._read: dict[str, tuple[tuple[int, int], str | None, str | None]] = {}
        self._lock = threading.Lock()

    def found(self) -> list[Changed]:
        """The changed notebooks, in the order of their paths."""
        with self._lock:
            return self._found()

    def note_rescued(self, digest: str) -> None:
        """Remember that what has this digest waits as a draft. Raises ``OSError``."""
        with self._lock:
            kept = [*self._rescued_digests(), digest][-MOST_RESCUED:]
            self._rescued.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            new = self._rescued.with_suffix(".new")
            new.write_text(json.dumps(kept))
            new.replace(self._rescued)

    def _found(self) -> list[Changed]:
        known, rescued = self._copies.known_digests(), set(self._rescued_digests())
        changed: list[Changed] = []
        paths = self._copies.paths()
        for path in paths:
            uuid, digest = self._look_at(path)
            if digest is None or digest in rescued or digest in known.get(uuid or "", ()):
                continue
            changed.append(Changed(path, digest))
        self._read = {path: self._read[path] for path in paths if path in self._read}
        return changed

    def _look_at(self, path: str) -> tuple[str | None, str | None]:
        """Where the notebook comes from and what it holds; twice None for nothing worth keeping."""
        mark = self._copies.mark_of(path)
        if mark is None:
            return None, None
        read = self._read.get(path)
        if read is None or read[0] != mark:
            read = (mark, *self._content_of(path, mark))
            self._read[path] = read
        return read[1], read[2]

    def _content_of(self, path: str, mark: tuple[int, int]) -> tuple[str | None, str | None]:
        # No digest of a content: it is told of until somebody has seen to it.
        unread = f"unread {mark}"
        raw = self._copies.read(path, most_bytes=LARGEST_RESCUED)
        if raw is None:
            return None, unread if mark[1] > LARGEST_RESCUED else None
        if not raw.strip():
            return None, None
        try:
            document = parse_document(raw)
        except BadAnswer:
            return None, unread
        digest = digest_of(document)
        if _is_as_marked(document, digest, self._site_url):
            return None, None
        if (origin := read_origin(raw)) is not None:
            return str(origin[0].uuid), digest
        return None, digest if _says_something(document) else None

    def _rescued_digests(self) -> list[str]:
        try:
            kept = json.loads(self._rescued.read_bytes())
        except (OSError, ValueError, RecursionError):
            return []
        return [one for one in kept if isinstance(one, str)] if isinstance(kept, list) else []


def _is_as_marked(document: dict[str, Any], digest: str, site_url: str) -> bool:
    """Whether it is as the Commons has it, by its own mark.

    What was taken over or linked in JupyterLab is known by its mark alone; an edit makes the
    digest another.
    """
    marks = document["metadata"].get("nbcommons")
    if not isinstance(marks, dict) or marks.get("digest") != digest:
        return False
    return _is_of(marks.get("site"), site_url)


def _is_of(site: Any, site_url: str) -> bool:
    try:
        one, other = urlsplit(str(site)), urlsplit(site_url)
    except ValueError:
        return False
    return (one.scheme, one.netloc) == (other.scheme, other.netloc)


def _says_something(document: dict[str, Any]) -> bool:
    for cell in document["cells"]:
        source = cell.get("source", "")
        text = "".join(map(str, source)) if isinstance(source, list) else str(source)
        if text.strip():
            return True
    return False
