"""What is to be done with each notebook of an import: decided the same way in a dry run."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from nbcommons.intake._bulk.gathering import Gathered, ReadVersion
from nbcommons.intake._bulk.items import Kind
from nbcommons.intake._bulk.matching import Known, Matches, Same
from nbcommons.intake._bulk.orders import Orders

CHANGED_HERE = (
    "It was changed here since it was brought in, and it has changed where it came from. With "
    "--overwrite what came from there becomes the newest version; yours stays as an earlier one."
)
IN_BIN = "It is in the bin. Take it out of the bin first, or empty the bin to bring it in anew."
NAMED_TWICE = "Another notebook of this import has the same {what}; that one came first."
NOT_NEWER = "It differs, but does not say that it is newer than what came from there before."
OTHER_VERSIONS = (
    "The notebook with this uuid has other versions here: it went its own way. Compare them, and "
    "bring this one in as a file if you want it beside the other."
)
SAME_TITLE = (
    "{owner} looks after another notebook with this title. Give it that one's uuid in "
    "metadata.json to make it a version of it, or another title."
)
LATE_HISTORY = (
    "Its history was not brought along the first time, and cannot be put before it now."
)


class Outcome(StrEnum):
    """What becomes of one notebook of an import."""

    NEW = "new"
    VERSION = "new version"
    UNCHANGED = "unchanged"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done with one notebook.

    known: the notebook that is here, if it is. versions: those to be written. reason: why it
    is left out. same: another one with the same content. notes: sentences for the report.
    is_private: only whose it is may read it at first, whatever was ordered. in_words: what may be
    a secret in what its source says of it, as "title: a password or key".
    """

    gathered: Gathered
    outcome: Outcome
    known: Known | None = None
    versions: tuple[ReadVersion, ...] = ()
    reason: str = ""
    same: Same | None = None
    notes: tuple[str, ...] = ()
    is_private: bool = False
    in_words: tuple[str, ...] = ()


@dataclass(slots=True)
class Seen:
    """What this import has met so far: a second one of the same would be neither new nor known."""

    uuids: set[UUID] = field(default_factory=set)
    origins: set[str] = field(default_factory=set)
    titles: set[tuple[str, str]] = field(default_factory=set)
    contents: dict[str, Same] = field(default_factory=dict)


def decide(
    batch: Sequence[Gathered], matches: Matches, orders: Orders, seen: Seen
) -> list[Plan]:
    """A plan for each of ``batch``, in its order; ``seen`` is brought up to date."""
    plans = []
    for gathered in batch:
        plan = _plan(gathered, matches, orders, seen)
        _remember(plan, seen)
        plans.append(plan)
    return plans


def _plan(gathered: Gathered, matches: Matches, orders: Orders, seen: Seen) -> Plan:
    if gathered.fault:
        return _left_out(gathered, gathered.fault)
    twice = _named_twice(gathered, orders, seen)
    if twice:
        return _left_out(gathered, NAMED_TWICE.format(what=twice))
    known = _match(gathered, matches)
    if known is None:
        return _new(gathered, matches, orders, seen)
    if known.is_in_bin:
        return _left_out(gathered, IN_BIN, known)
    ways = {Kind.COMMONS: _continued, Kind.NBGALLERY: _by_date}
    return ways.get(orders.kind, _by_content)(gathered, known, orders)


def _named_twice(gathered: Gathered, orders: Orders, seen: Seen) -> str:
    about = gathered.item.about
    if about.uuid in seen.uuids:
        return "uuid"
    if (
        orders.kind is Kind.NBGALLERY
        and about.uuid is None
        and _title_key(gathered) in seen.titles
    ):
        return "owner and title"
    return "place" if not seen.origins.isdisjoint(gathered.item.origins[:1]) else ""


def _title_key(gathered: Gathered) -> tuple[str, str]:
    owner = gathered.item.about.owner
    return (owner.name.lower() if owner else "", gathered.item.about.title)


def _match(gathered: Gathered, matches: Matches) -> Known | None:
    uuid = gathered.item.about.uuid
    if uuid is not None and uuid in matches.by_uuid:
        return matches.by_uuid[uuid]
    for origin in gathered.item.origins:
        if origin in matches.by_origin:
            return matches.by_origin[origin]
    return None


def _new(gathered: Gathered, matches: Matches, orders: Orders, seen: Seen) -> Plan:
    about = gathered.item.about
    if orders.kind is Kind.NBGALLERY and about.uuid is None:
        taken = matches.by_title.get(_title_key(gathered))
        if taken is not None and about.owner is not None:
            return _left_out(gathered, SAME_TITLE.format(owner=about.owner.name), taken)
    digest = gathered.current.sha256
    same = seen.contents.get(digest) or matches.by_content.get(digest)
    if same is not None and orders.skips_same:
        return replace(_left_out(gathered, f"“{same.title}” is the same."), same=same)
    return Plan(gathered, Outcome.NEW, versions=gathered.versions, same=same)


def _by_content(gathered: Gathered, known: Known, orders: Orders) -> Plan:
    """A folder or repository says what is new by being different from the last time."""
    digest = gathered.current.sha256
    if digest in {known.imported_sha, known.current_sha}:
        return _unchanged(gathered, known)
    is_changed_here = known.imported_sha not in {"", known.current_sha}
    if is_changed_here and not orders.overwrites:
        return _left_out(gathered, CHANGED_HERE, known)
    return _next(gathered, known)


def _by_date(gathered: Gathered, known: Known, orders: Orders) -> Plan:
    """An nbgallery says when: the newer wins."""
    digest = gathered.current.sha256
    if digest in {known.imported_sha, known.current_sha}:
        return _unchanged(gathered, known)
    at, before = gathered.item.about.updated_at, known.source_updated_at
    if not orders.overwrites:
        if before is not None and (at is None or at <= before):
            return _left_out(gathered, NOT_NEWER, known)
        is_changed_here = known.imported_sha != known.current_sha
        if is_changed_here and (at is None or at <= known.current_at):
            return _left_out(gathered, CHANGED_HERE, known)
    return _next(gathered, known)


def _continued(gathered: Gathered, known: Known, orders: Orders) -> Plan:
    """Another commons says which version is which: those here must be the first of those there."""
    del orders  # a version that is there is never written again
    for version in gathered.versions:
        here = known.versions.get(version.said.number or 0)
        if here is not None and here != version.read.sha256:
            return _left_out(gathered, OTHER_VERSIONS, known)
    last = max(known.versions, default=0)
    more = tuple(one for one in gathered.versions if (one.said.number or 0) > last)
    if not more:
        return _unchanged(gathered, known)
    return Plan(gathered, Outcome.VERSION, known, more)


def _next(gathered: Gathered, known: Known) -> Plan:
    """The states after the one that is current here, or all that are given."""
    digests = [version.read.sha256 for version in gathered.versions]
    start = 0
    for sha in (known.current_sha, known.imported_sha):
        if sha in digests:
            start = len(digests) - digests[::-1].index(sha)
            break
    return Plan(gathered, Outcome.VERSION, known, gathered.versions[start:])


def _unchanged(gathered: Gathered, known: Known) -> Plan:
    is_late = len(gathered.versions) > 1 and bool(gathered.versions[0].said.commit_id)
    return Plan(gathered, Outcome.UNCHANGED, known, notes=(LATE_HISTORY,) if is_late else ())


def _left_out(gathered: Gathered, reason: str, known: Known | None = None) -> Plan:
    return Plan(gathered, Outcome.LEFT_OUT, known, reason=reason)


def _remember(plan: Plan, seen: Seen) -> None:
    if plan.outcome is Outcome.LEFT_OUT:
        return
    item = plan.gathered.item
    if item.about.uuid is not None:
        seen.uuids.add(item.about.uuid)
    seen.origins.update(item.origins[:1])
    seen.titles.add(_title_key(plan.gathered))
    if plan.outcome is not Outcome.UNCHANGED:
        title = item.about.title or plan.gathered.current.proposed.title
        seen.contents.setdefault(plan.gathered.current.sha256, Same(title, item.name))
