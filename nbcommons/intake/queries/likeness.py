"""Notebooks that do already what a draft does, or are called as it is."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from uuid import UUID

from django.db.models import Count

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.intake.models import Draft
from nbcommons.notebooks.models import Cell
from nbcommons.notebooks.queries import keeper_of

LEAST_SHARED = 2
"""So many cells must be the same, unless the draft has a single one that says enough."""
LEAST_PART = 0.5
"""Such a part of the draft's cells must be the same before it is worth a word."""
MOST_SHOWN = 3
_CANDIDATES = 100


@dataclass(frozen=True, slots=True)
class Alike:
    """A notebook that the actor may read. same_cells of cell_count cells of the draft are in it.

    has_same_title: it is called as the draft is; then same_cells may be 0. may_edit: the draft
    could become its next version.
    """

    uuid: UUID
    title: str
    keeper: str
    same_cells: int
    cell_count: int
    has_same_title: bool
    may_edit: bool

    @property
    def url(self) -> str:
        return f"/notebooks/{self.uuid}/"

    @property
    def is_nearly_the_same(self) -> bool:
        return self.cell_count > 0 and self.same_cells >= 0.8 * self.cell_count


def alike(actor: Actor, draft: Draft, *, title: str | None = None) -> tuple[Alike, ...]:
    """What ``actor`` may read that holds the same cells or has the same title, likest first.

    title: as it stands in the form; the draft's own if not given. Cells that say too little, as
    imports do, do not count.
    """
    shared = _shared_cells(actor, draft.token_hashes)
    named = _with_title(actor, draft.title if title is None else title)
    keys = {*shared, *named}
    if not keys:
        return ()
    readable = guard.notebooks_for(actor).filter(pk__in=keys)
    found = readable.select_related("owner", "owner_team")
    editable = set(
        guard.notebooks_for(actor, Action.NOTEBOOK_EDIT)
        .filter(pk__in=keys)
        .values_list("pk", flat=True)
    )
    rows = [
        Alike(
            uuid=notebook.uuid,
            title=notebook.title,
            keeper=keeper_of(notebook),
            same_cells=shared.get(notebook.pk, 0),
            cell_count=len(draft.token_hashes),
            has_same_title=notebook.pk in named,
            may_edit=notebook.pk in editable,
        )
        for notebook in found
    ]
    return tuple(sorted(rows, key=_by_likeness)[:MOST_SHOWN])


def _by_likeness(one: Alike) -> tuple[int, bool, bool, str]:
    return (-one.same_cells, not one.has_same_title, not one.may_edit, one.title)


def _shared_cells(actor: Actor, hashes: Iterable[str]) -> dict[int, int]:
    """How many cells of the draft are in each notebook, by its key; the likest only."""
    wanted = Counter(hashes)
    total = sum(wanted.values())
    if not total:
        return {}
    least = max(min(LEAST_SHARED, total), ceil(LEAST_PART * total))
    # A cell that the draft repeats counts once at first: the exact count comes after.
    found = candidates(actor, wanted, least=max(1, least - total + len(wanted)))
    shared = {key: sum((wanted & counts).values()) for key, counts in _cells_of(found).items()}
    return {key: count for key, count in shared.items() if count >= least}


def candidates(actor: Actor, hashes: Collection[str], *, least: int) -> dict[int, int]:
    """The notebooks whose current version has ``least`` or more of ``hashes``, newest first.

    Keys of the notebooks with those of the versions. Counts in the index over token hashes first,
    which leaves few; only then asks who may read them and which versions are current.
    """
    versions = (
        Cell.objects.filter(token_hash__in=list(hashes), token_hash__gt="")
        .values("revision_id")
        .annotate(shared=Count("token_hash", distinct=True))
        .filter(shared__gte=least)
    )
    found = guard.notebooks_for(actor).filter(
        current_revision__in=versions.values("revision_id")
    )
    rows = found.order_by("-updated_at", "pk").values_list("pk", "current_revision_id")
    return {key: int(revision or 0) for key, revision in rows[:_CANDIDATES]}


def _cells_of(revisions: Mapping[int, int]) -> dict[int, Counter[str]]:
    notebooks = {revision: key for key, revision in revisions.items()}
    held: dict[int, Counter[str]] = {key: Counter() for key in revisions}
    cells = Cell.objects.filter(revision__in=notebooks, token_hash__gt="")
    for revision, token_hash in cells.values_list("revision_id", "token_hash"):
        held[notebooks[revision]][str(token_hash)] += 1
    return held


def _with_title(actor: Actor, title: str) -> set[int]:
    """Keys of the notebooks called ``title``, whatever its capitals and blanks at the ends."""
    same = guard.notebooks_for(actor).filter(
        title__iexact=" ".join(title.replace("\x00", "").split())
    )
    return set(same.values_list("pk", flat=True)[:_CANDIDATES])
