"""One import from its source to its report, in batches that are written whole or not at all."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from uuid import UUID

import structlog
from django.db import DataError, IntegrityError, reset_queries

from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError
from nbcommons.intake._bulk.census import Census
from nbcommons.intake._bulk.deciding import Outcome, Plan, Seen, decide
from nbcommons.intake._bulk.errors import BadSource
from nbcommons.intake._bulk.gathering import Gathered, gather
from nbcommons.intake._bulk.items import Item, Source
from nbcommons.intake._bulk.matching import before_of, matches_of
from nbcommons.intake._bulk.objecting import without_objections
from nbcommons.intake._bulk.orders import Orders
from nbcommons.intake._bulk.readers import Readers
from nbcommons.intake._bulk.reading import Manner
from nbcommons.intake._bulk.report import Sink, Tally, row_of
from nbcommons.intake._bulk.undecided import with_secrets_held_back
from nbcommons.intake.operations import importing
from nbcommons.notebooks.incoming import Link

log = structlog.get_logger(__name__)

# What an interruption undoes at most; many enough for the database, few enough for memory.
BATCH_NOTEBOOKS = 50
BATCH_BYTES = 16_000_000
BATCH_S = 3.0
LINKS_AT_ONCE = 500
DEFAULT_MANNER = Manner()

Progress = Callable[[int], None]


@dataclass(slots=True)
class Run:
    """An import under way, and what it has done so far.

    ``stop`` may be called at any time, by a signal for instance: the batch under way is still
    written, or not begun.
    """

    source: Source
    orders: Orders
    census: Census
    sink: Sink | None
    clock: Callable[[], datetime]
    progress: Progress
    readers: int = 0
    few: int = 0
    manner: Manner = DEFAULT_MANNER
    tally: Tally = field(default_factory=Tally)
    fault: str = ""
    is_stopped: bool = False
    _seen: Seen = field(default_factory=Seen)
    _links: list[Link] = field(default_factory=list)

    def stop(self) -> None:
        """Do not begin another batch."""
        self.is_stopped = True

    def go(self, actor: Actor) -> None:
        """Do all of it. What is wrong with the whole source is left in ``fault``."""
        with Readers(self.readers, self.manner, few=self.few) as readers:
            found = gather(
                self._items(),
                readers,
                before_of=partial(before_of, orders=self.orders),
            )
            for batch in _batches(found):
                if self.is_stopped:
                    break
                self._bring_in(actor, batch)
        self._link(actor)
        importing.note_import(
            actor,
            self.orders,
            notebooks=self.tally.outcomes[Outcome.NEW],
            versions=self.tally.versions,
            left_out=self.tally.outcomes[Outcome.LEFT_OUT],
            is_stopped=self.is_stopped,
        )

    def summary(self) -> dict[str, object]:
        """The whole in figures and names, as the report's end has it."""
        tally = self.tally
        return {
            "source": self.source.shown,
            "kind": str(self.source.kind),
            "dry_run": self.orders.is_dry,
            "stopped": self.is_stopped,
            "fault": self.fault,
            "expected": self.source.count,
            **{str(outcome): tally.outcomes[outcome] for outcome in Outcome},
            "versions": tally.versions,
            "with_secrets": tally.secret_count,
            "same_as_others": tally.same_count,
            "repairs": dict(tally.repairs.most_common()),
            "people_made": self.census.new_people,
            "teams_made": self.census.new_teams,
            "labels_made": self.census.new_labels,
            "not_in_the_source": list(self.source.lacks),
        }

    def _items(self) -> Iterator[Item]:
        try:
            for item in self.source.items():
                if self.is_stopped:
                    return
                yield item
        except BadSource as error:
            self.fault = str(error)

    def _bring_in(self, actor: Actor, batch: Sequence[Gathered]) -> None:
        matches = matches_of(actor, batch, self.orders)
        plans = decide(batch, matches, self.orders, self._seen)
        plans = with_secrets_held_back(actor, plans, self.orders)
        plans = without_objections(actor, plans, self.orders)
        written = self._write(actor, plans)
        for plan, uuid in written:
            row = row_of(plan, "" if uuid is None else str(uuid))
            self.tally.add(row)
            if self.sink is not None:
                self.sink.row(row)
            self._links += _links_of(plan, uuid)
        reset_queries()  # a list that grows where debugging is on
        self.progress(len(batch))

    def _write(self, actor: Actor, plans: list[Plan]) -> list[tuple[Plan, UUID | None]]:
        at = self.clock()
        importing.settle_names(actor, plans, self.census, self.orders, at=at)
        write = partial(importing.import_batch, actor, orders=self.orders, census=self.census)
        try:
            made = write(plans=plans, at=at)
            return [(plan, made.get(place)) for place, plan in enumerate(plans)]
        except (IntegrityError, DataError, CommonsError):
            # One of them, or somebody who did the same meanwhile: find out which.
            log.info("import_batch_divided", notebooks=len(plans))
        return [self._write_one(partial(write, at=at), plan) for plan in plans]

    def _write_one(
        self, write: Callable[..., dict[int, UUID]], plan: Plan
    ) -> tuple[Plan, UUID | None]:
        try:
            return plan, write(plans=[plan]).get(0)
        except (IntegrityError, DataError, CommonsError) as error:
            reason = f"The database does not take it: {str(error).splitlines()[0][:200]}"
            return replace(plan, outcome=Outcome.LEFT_OUT, reason=reason, versions=()), None

    def _link(self, actor: Actor) -> None:
        """Last, because what a notebook was made from may come after it."""
        if not self.orders.is_dry:
            for first in range(0, len(self._links), LINKS_AT_ONCE):
                importing.link_imported(actor, self._links[first : first + LINKS_AT_ONCE])
        self._links.clear()


def _batches(found: Iterable[Gathered]) -> Iterator[list[Gathered]]:
    batch: list[Gathered] = []
    size, begun = 0, time.monotonic()
    for one in found:
        batch.append(one)
        size += sum(version.read.content.kept_bytes for version in one.versions)
        is_late = time.monotonic() - begun > BATCH_S
        if len(batch) >= BATCH_NOTEBOOKS or size >= BATCH_BYTES or is_late:
            yield batch
            batch, size, begun = [], 0, time.monotonic()
    if batch:
        yield batch


def _links_of(plan: Plan, uuid: UUID | None) -> list[Link]:
    about = plan.gathered.item.about
    alternatives = about.deprecated.alternatives if about.deprecated is not None else ()
    notebook = plan.known.uuid if plan.known is not None else uuid
    if plan.outcome is Outcome.LEFT_OUT or notebook is None:
        return []
    if about.forked_from is None and not alternatives:
        return []
    return [Link(notebook, about.forked_from, about.forked_from_number, alternatives)]
