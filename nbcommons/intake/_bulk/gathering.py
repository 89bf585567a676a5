"""Notebooks of a source with all their versions read, several at a time, in the source's order."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from nbcommons.intake._bulk.items import Before, Item, RawVersion
from nbcommons.intake._bulk.readers import Answer, Readers
from nbcommons.intake._bulk.reading import Read, Request
from nbcommons.intake.errors import Refused


@dataclass(frozen=True, slots=True)
class ReadVersion:
    """A version without results, and what its source said about it (its bytes are gone)."""

    said: RawVersion
    read: Read


@dataclass(frozen=True, slots=True)
class Gathered:
    """A notebook as it may come in; the last of ``versions`` is its current state.

    fault: why it cannot come in; there are no versions then. unread: older versions that could
    not be read. unchanged: changes that touched results only, so that they make no version.
    """

    item: Item
    versions: tuple[ReadVersion, ...] = ()
    fault: str = ""
    unread: int = 0
    unchanged: int = 0

    @property
    def current(self) -> Read:
        return self.versions[-1].read


def gather(
    items: Iterable[Item],
    readers: Readers,
    *,
    before_of: Callable[[Item], Before],
) -> Iterator[Gathered]:
    """Each of ``items`` with its versions; how much is read ahead is bounded."""
    pending = _Pending()
    for (item, version), answer in readers.each(_tasks(items, before_of)):
        if version is None:
            yield pending.finished(item)
            pending = _Pending()
        else:
            pending.add(version, answer)


_Step = tuple[Item, RawVersion | None]


def _tasks(
    items: Iterable[Item], before_of: Callable[[Item], Before]
) -> Iterator[tuple[_Step, Request | None]]:
    """Every version to be read; after the last of each notebook, its end."""
    for item in items:
        if not item.fault:
            before = before_of(item)
            for version in item.versions(before.commits):
                step = (item, replace(version, raw=b""))
                request = Request(version.raw, version.file_name, before.shas)
                yield step, None if version.fault else request
        yield (item, None), None


@dataclass(slots=True)
class _Pending:
    """What has been read of one notebook so far."""

    versions: list[ReadVersion] = field(default_factory=list)
    fault: str = ""
    unread: int = 0
    unchanged: int = 0

    def add(self, version: RawVersion, answer: Answer | None) -> None:
        if isinstance(answer, Read):
            # Of a source that counts its versions, none may be missing.
            self.fault = self.fault if version.number is not None else ""
            # A source that counts its versions means each of them.
            is_same = (
                version.number is None
                and self.versions[-1:]
                and (self.versions[-1].read.sha256 == answer.sha256)
            )
            if is_same:
                self.unchanged += 1
            else:
                self.versions.append(ReadVersion(version, answer))
            return
        self.unread += 1
        self.fault = str(answer) if isinstance(answer, Refused) else version.fault

    def finished(self, item: Item) -> Gathered:
        if item.fault or self.fault:
            return Gathered(item, fault=item.fault or self.fault)
        return Gathered(
            item, tuple(self.versions), unread=self.unread, unchanged=self.unchanged
        )
