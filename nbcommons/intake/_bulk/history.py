"""Which states of which notebooks a history holds, renames and merges followed."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

_COMMIT = b"\x01"
_FIELD = b"\x02"
_TWO_PATHS = b"RC"
_REGULAR = frozenset({b"100644", b"100755", b"100664"})


@dataclass(frozen=True, slots=True)
class Change:
    """One notebook in one commit, compared with its first parent.

    kind: A added, M changed, D gone, R renamed, C copied; ``old_path`` for the last two.
    sha: of the new content; "" when it is gone, or no file any more.
    """

    kind: str
    path: str
    sha: str
    old_path: str = ""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that touched notebooks, or joined lines of history that did."""

    sha: str
    parents: tuple[str, ...]
    author: str
    at: datetime
    subject: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class State:
    """What a notebook was after a commit."""

    commit: Commit
    path: str
    sha: str


@dataclass(slots=True)
class Track:
    """A notebook through its history, whatever it was called; states oldest first."""

    states: list[State] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Place:
    """The notebook that a path held after a commit, and its content."""

    track: Track
    sha: str


_Tree = dict[str, _Place]


def parse_log(output: bytes) -> Iterator[Commit]:
    """The commits in what ``Repository.log`` gives, parents before children."""
    header: list[bytes] | None = None
    changes: list[Change] = []
    words = iter(output.split(b"\0"))
    for word in words:
        if word.startswith(_COMMIT):
            if header is not None:
                yield _commit(header, changes)
            header, changes = word[1:].split(_FIELD, 3), []
        elif word.lstrip(b"\n").startswith(b":"):
            changes.append(_change(word.lstrip(b"\n:"), words))
    if header is not None:
        yield _commit(header, changes)


def tracks(commits: Sequence[Commit]) -> dict[str, Track]:
    """The notebooks that are there at the end, by their path, with all their states.

    Each commit's tree is its first parent's with its changes; what a merge takes over from
    another parent keeps that notebook's history.
    """
    known = {commit.sha for commit in commits}
    waiting = Counter(parent for commit in commits for parent in commit.parents)
    trees: dict[str, _Tree] = {}
    last: _Tree = {}
    for commit in commits:
        parents = [parent for parent in commit.parents if parent in known]
        others = [trees[parent] for parent in parents[1:]]
        last = trees[parents[0]] if parents else {}
        if commit.changes:
            last = _after(commit, last, others)
        trees[commit.sha] = last
        for parent in parents:
            waiting[parent] -= 1
            if not waiting[parent]:
                del trees[parent]  # nobody will ask for it again
    return {path: place.track for path, place in last.items()}


def _after(commit: Commit, before: _Tree, others: Sequence[_Tree]) -> _Tree:
    tree = dict(before)
    for change in commit.changes:
        if change.kind == "R":
            tree.pop(change.old_path, None)
        elif change.kind == "D" or not change.sha:
            tree.pop(change.path, None)
    for change in commit.changes:
        if change.kind == "D" or not change.sha:
            continue
        taken = [other[change.path] for other in others if change.path in other]
        place = _place_before(change, before, taken)
        track = place.track if place is not None else Track()
        if not any(other.track is track and other.sha == change.sha for other in taken):
            track.states.append(State(commit, change.path, change.sha))
        tree[change.path] = _Place(track, change.sha)
    return tree


def _place_before(change: Change, before: _Tree, taken: list[_Place]) -> _Place | None:
    """What the path held before: in the first parent, under an older name, or in another one."""
    if change.kind == "R" and change.old_path in before:
        return before[change.old_path]
    if change.kind in {"M", "T"} and change.path in before:
        return before[change.path]
    return taken[0] if taken else None


def _commit(header: list[bytes], changes: list[Change]) -> Commit:
    hashes, author, at, subject = (word.decode(errors="replace") for word in header)
    sha, *parents = hashes.split()
    return Commit(sha, tuple(parents), author, _date(at), subject, tuple(changes))


def _date(text: str) -> datetime:
    """A date as git writes it; the beginning of time for what is no date."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def _change(facts: bytes, words: Iterator[bytes]) -> Change:
    _, mode, _, sha, kind = facts.split()[:5]
    old = os.fsdecode(next(words)) if kind[:1] in _TWO_PATHS else ""
    path = os.fsdecode(next(words))
    gone = mode not in _REGULAR
    return Change(kind[:1].decode(), path, "" if gone else sha.decode(), old)
