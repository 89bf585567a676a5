"""The notebooks of a git repository: its current state, or with all that it remembers."""

import os
from collections.abc import Iterator, Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from nbcommons.intake._bulk.errors import BadSource
from nbcommons.intake._bulk.history import State, parse_log, tracks
from nbcommons.intake._bulk.items import Item, Kind, RawVersion, Source
from nbcommons.intake._bulk.names import (
    is_in_skipped_folder,
    is_notebook,
    origin_of,
    shown_path,
    too_large,
)
from nbcommons.intake._bulk.repositories import Blob, Repository

SHORT_SHA = 10
SUBJECT_LENGTH = 180
AUTHOR_LENGTH = 60


@dataclass(frozen=True, slots=True)
class _File:
    """A notebook of the current commit, and what led to it; no states: history was not asked."""

    path: str
    blob: Blob
    states: tuple[State, ...] = ()


def git_source(
    repository: Repository, *, shown: str, called: str, with_history: bool, most_bytes: int
) -> Source:
    """The notebooks of the current commit; ``with_history`` with a version for each change."""
    head = repository.head()
    if not head:
        raise BadSource("The repository is empty.")
    files = [
        _File(os.fsdecode(blob.path), blob)
        for blob in repository.files(head)
        if is_notebook(os.fsdecode(blob.path))
        and not is_in_skipped_folder(os.fsdecode(blob.path))
    ]
    if with_history:
        found = tracks(tuple(parse_log(repository.log(head))))
        files = [
            _File(file.path, file.blob, tuple(found[file.path].states))
            if file.path in found
            else file
            for file in files
        ]
    reader = _Reader(repository, head, called, most_bytes, with_history=with_history)
    return Source(
        kind=Kind.GIT,
        shown=shown,
        count=len(files),
        items=partial(map, reader.item, files),
        lacks=()
        if with_history
        else ("The history was left where it is; --history brings it.",),
    )


class _Reader:
    """Reads notebooks out of a repository."""

    def __init__(
        self,
        repository: Repository,
        head: str,
        called: str,
        most_bytes: int,
        *,
        with_history: bool,
    ) -> None:
        self._repository = repository
        self._head = head
        self._called = called
        self._most = most_bytes
        self._with_history = with_history

    def item(self, file: _File) -> Item:
        paths = dict.fromkeys([file.path, *(state.path for state in reversed(file.states))])
        shown = shown_path(file.path)
        return Item(
            name=shown,
            origins=tuple(origin_of(self._called, shown_path(path)) for path in paths),
            versions=partial(self._versions, file),
            fault="" if file.blob.is_regular else "It is a link; links are not followed.",
        )

    def _versions(self, file: _File, known: AbstractSet[str]) -> Iterator[RawVersion]:
        """The states after the newest one that is known; whatever happens, the current one last."""
        newest = max(
            (at for at, state in enumerate(file.states) if state.commit.sha in known),
            default=-1,
        )
        states = file.states[newest + 1 :]
        latest = datetime.min.replace(tzinfo=UTC)
        for state in states:
            # A commit may be older than the one before it; a next version never is.
            latest = max(latest, state.commit.at)
            yield replace(
                self._version(state.path, state.sha),
                message=_said(state),
                at=latest,
                commit_id=state.commit.sha,
            )
        if not states or states[-1].sha != file.blob.sha:
            commit_id = self._head if self._with_history else ""
            yield replace(self._version(file.path, file.blob.sha), commit_id=commit_id)

    def _version(self, path: str, sha: str) -> RawVersion:
        name = shown_path(path.rsplit("/", 1)[-1])
        size = self._repository.size_of(sha)
        if size is None:
            return RawVersion(b"", name, fault="The repository does not hold this state.")
        if size > self._most:
            return RawVersion(b"", name, fault=too_large(self._most))
        return RawVersion(self._repository.read(sha), name)


def _said(state: State) -> str:
    """The message of a version: what the commit said, who wrote it, and which one it was."""
    commit = state.commit
    subject = " ".join(commit.subject.split())[:SUBJECT_LENGTH] or "No message"
    author = " ".join(commit.author.split())[:AUTHOR_LENGTH]
    return f"{subject} ({author}, commit {commit.sha[:SHORT_SHA]})"
