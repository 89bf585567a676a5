"""Notebooks that do already what a draft does, or are called as it is."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from math import ceil
from uuid import UUID

from django.db.models import Count

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.intake.models import Draft
from nbcommons.intake.queries.drafts import bare_document_of
from nbcommons.notebooks.cells import cell_facts
from nbcommons.notebooks.models import Cell, Notebook
from nbcommons.notebooks.queries import keeper_of

LEAST_SHARED = 2
"""So many cells must be the same, unless the draft has a single one that says enough."""
LEAST_PART = 0.5
"""Such a part of the draft's cells must be the same before it is worth a word."""
NEARLY = 0.8
"""Such a part of the cells of both must be the same before one "does this already"."""
MOST_SHOWN = 3
_CANDIDATES = 100

_Row = tuple[str, int | None, str, str | None]
"""Kind, number, fingerprint and token hash of a cell."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A notebook that the actor may read. same_cells of cell_count cells of the draft are in it.

    Code cells are counted, those that say little too; all cells of a draft without code.
    other_count: how many the notebook has. has_same_title: it is called as the draft is; then
    same_cells may be 0. may_edit: the draft could become its next version.
    """

    uuid: UUID
    title: str
    keeper: str
    same_cells: int
    cell_count: int
    other_count: int
    has_same_title: bool
    may_edit: bool

    @property
    def url(self) -> str:
        return f"/notebooks/{self.uuid}/"

    @property
    def is_nearly_the_same(self) -> bool:
        most = max(self.cell_count, self.other_count)
        return self.same_cells > 0 and self.same_cells >= NEARLY * most


@dataclass(frozen=True, slots=True)
class _Cells:
    """What the cells of a notebook say. telling: the hashes of those that say enough."""

    telling: Counter[str]
    code: Counter[str]
    every: Counter[str]


def alike(actor: Actor, draft: Draft, *, title: str | None = None) -> tuple[Alike, ...]:
    """What ``actor`` may read that holds the same cells or has the same title, likest first.

    title: as it stands in the form; the draft's own if not given. By cells that say too little, as
    imports do, none is found; of one found by its title they are compared as well, and told of if
    nearly all are the same.
    """
    shared = _sharing(actor, draft.token_hashes)
    named = _with_title(actor, draft.title if title is None else title)
    keys = {*shared, *named}
    if not keys:
        return ()
    readable = guard.notebooks_for(actor).filter(pk__in=keys)
    found = list(readable.select_related("owner", "owner_team"))
    by_title_only = {
        notebook.pk: notebook.current_revision_id or 0
        for notebook in found
        if notebook.pk not in shared
    }
    cells = {**_cells_of(by_title_only), **shared}
    editable = set(
        guard.notebooks_for(actor, Action.NOTEBOOK_EDIT)
        .filter(pk__in=keys)
        .values_list("pk", flat=True)
    )
    mine = _cells_in(draft)
    told = {
        notebook.pk: _told(
            notebook,
            mine,
            cells[notebook.pk],
            has_same_title=notebook.pk in named,
            may_edit=notebook.pk in editable,
        )
        for notebook in found
    }
    for key in by_title_only:
        if not told[key].is_nearly_the_same:
            told[key] = replace(told[key], same_cells=0)
    return tuple(sorted(told.values(), key=_by_likeness)[:MOST_SHOWN])


def _told(
    notebook: Notebook,
    mine: _Cells,
    theirs: _Cells,
    *,
    has_same_title: bool,
    may_edit: bool,
) -> Alike:
    ours = mine.code or mine.every
    other = theirs.code if mine.code else theirs.every
    return Alike(
        uuid=notebook.uuid,
        title=notebook.title,
        keeper=keeper_of(notebook),
        same_cells=(ours & other).total(),
        cell_count=ours.total(),
        other_count=other.total(),
        has_same_title=has_same_title,
        may_edit=may_edit,
    )


def _by_likeness(one: Alike) -> tuple[bool, int, bool, bool, str]:
    return (
        not one.is_nearly_the_same,
        -one.same_cells,
        not one.has_same_title,
        not one.may_edit,
        one.title,
    )


def _sharing(actor: Actor, hashes: Iterable[str]) -> dict[int, _Cells]:
    """The notebooks with enough cells of the draft, by key, with all their cells."""
    wanted = Counter(hashes)
    total = wanted.total()
    if not total:
        return {}
    least = max(min(LEAST_SHARED, total), ceil(LEAST_PART * total))
    # A cell that the draft repeats counts once at first: the exact count comes after.
    found = candidates(actor, wanted, least=max(1, least - total + len(wanted)))
    held = _cells_of(found)
    return {
        key: cells for key, cells in held.items() if (wanted & cells.telling).total() >= least
    }


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


def _cells_of(revisions: Mapping[int, int]) -> dict[int, _Cells]:
    notebooks = {revision: key for key, revision in revisions.items()}
    held: dict[int, list[_Row]] = {key: [] for key in revisions}
    rows = Cell.objects.filter(revision__in=notebooks).values_list(
        "revision_id", "kind", "number", "fingerprint", "token_hash"
    )
    for revision, kind, number, fingerprint, token_hash in rows:
        held[notebooks[revision]].append((kind, number, fingerprint, token_hash))
    return {key: _counted(found) for key, found in held.items()}


def _cells_in(draft: Draft) -> _Cells:
    facts = cell_facts(bare_document_of(draft))
    return _counted((one.kind, one.number, one.fingerprint, one.token_hash) for one in facts)


def _counted(rows: Iterable[_Row]) -> _Cells:
    cells = _Cells(Counter(), Counter(), Counter())
    for kind, number, fingerprint, token_hash in rows:
        # Those that say little are the same only when they are so to the letter.
        said = token_hash or f"{kind} {fingerprint}"
        cells.every[said] += 1
        if number is not None:
            cells.code[said] += 1
        if token_hash:
            cells.telling[said] += 1
    return cells


def _with_title(actor: Actor, title: str) -> set[int]:
    """Keys of the notebooks called ``title``, whatever its capitals and blanks at the ends."""
    same = guard.notebooks_for(actor).filter(
        title__iexact=" ".join(title.replace("\x00", "").split())
    )
    return set(same.values_list("pk", flat=True)[:_CANDIDATES])
