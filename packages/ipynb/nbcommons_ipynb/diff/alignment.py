"""Which cell of one notebook is which of the other."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from nbcommons_ipynb.diff.pairing import (
    CHARACTERS_A_STEP,
    MOST_PAIRS,
    best_pairs,
    scattered_pairs,
)
from nbcommons_ipynb.diff.sequences import Budget, common_runs, longest_rise, numbered
from nbcommons_ipynb.diff.words import BAG_LENGTH, Bag, bag_of, likeness

ALIKE = 0.4
"""Likeness from which a cell counts as the other one changed, between the same neighbours."""
ALIKE_ALONE = 0.25
"""The same for a single cell that took the place of a single one."""
ALIKE_ELSEWHERE = 0.7
"""The same for a cell that also moved."""
TELLING_LENGTH = 24
"""Characters that a cell needs before it is looked for elsewhere first, or after a change."""
_NOT_CONTENT = frozenset({"id", "cell_type", "source"})


@dataclass(frozen=True)
class Side:
    """The cells of one notebook, with what they are compared by."""

    cells: Sequence[dict[str, Any]]
    budget: Budget

    @cached_property
    def contents(self) -> list[tuple[str, str, bytes]]:
        """Everything of each cell but its id."""
        return [
            (
                cell["cell_type"],
                cell["source"],
                orjson.dumps(
                    {key: cell[key] for key in cell if key not in _NOT_CONTENT},
                    option=orjson.OPT_SORT_KEYS,
                ),
            )
            for cell in self.cells
        ]

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each id stands, for ids that no second cell has."""
        counts = Counter(cell["id"] for cell in self.cells)
        return {
            cell["id"]: place
            for place, cell in enumerate(self.cells)
            if counts[cell["id"]] == 1
        }

    @cached_property
    def _bags(self) -> dict[int, Bag]:
        return {}

    def bags(self, places: Iterable[int]) -> dict[int, Bag]:
        """The words of the cells at ``places``, without those that there is no work left for."""
        found: dict[int, Bag] = {}
        for place in places:
            if place not in self._bags:
                source = self.cells[place]["source"]
                if not self.budget.take(min(len(source), BAG_LENGTH) // CHARACTERS_A_STEP):
                    continue
                self._bags[place] = bag_of(source)
            found[place] = self._bags[place]
        return found

    def is_blank(self, place: int) -> bool:
        return not self.cells[place]["source"].strip()

    def is_telling(self, place: int) -> bool:
        return len(self.cells[place]["source"]) >= TELLING_LENGTH


@dataclass(frozen=True, slots=True)
class Alignment:
    """Pairs of places that hold the same cell, ascending in the new notebook.

    in_place: those of them that keep their order; the others have moved.
    """

    pairs: tuple[tuple[int, int], ...]
    in_place: frozenset[tuple[int, int]]


def align(old: Side, new: Side) -> Alignment:
    """Finds each cell again: by its id, its content, or its likeness to what stood there."""
    budget = old.budget
    by_id = _trusted(old, new)
    ids_there = {j: i for i, j in by_id.items()}
    tokens, new_tokens = numbered(
        [("id", i) if i in by_id else content for i, content in enumerate(old.contents)],
        [
            ("id", ids_there[j]) if j in ids_there else content
            for j, content in enumerate(new.contents)
        ],
    )
    pairs = {
        run.old + step: run.new + step
        for run in common_runs(tokens, new_tokens, budget)
        for step in range(run.size)
    }
    in_order = sorted(pairs.items())
    pairs.update(by_id)
    # A telling cell is found wherever it went before its place is given to another one; a short
    # and common one ("df.head()") is rather taken for its neighbour changed.
    _pair_equal(old, new, pairs, only_telling=True)
    _pair_in_gaps(old, new, pairs, in_order)
    _pair_equal(old, new, pairs, only_telling=False)
    _pair_elsewhere(old, new, pairs)
    found = sorted(pairs.items())
    return Alignment(
        pairs=tuple(sorted(found, key=lambda pair: pair[1])),
        in_place=frozenset(longest_rise(found)),
    )


def _trusted(old: Side, new: Side) -> dict[int, int]:
    """Pairs of cells with the same id, as far as nothing speaks against them.

    Some programs number cells by their place, so that a cell put in gives all others below new
    ids. An id is not trusted when either cell's content stands, word for word, under another id
    on the other side and is not spoken for there.
    """
    shared = [(i, new.places[name]) for name, i in old.places.items() if name in new.places]
    certain = {i: j for i, j in shared if old.contents[i] == new.contents[j]}
    doubtful = [(i, j) for i, j in shared if i not in certain]
    if not doubtful:
        return certain
    spoken_for = set(certain.values())
    free = Counter(
        content
        for place, content in enumerate(old.contents)
        if place not in certain and not old.is_blank(place)
    )
    free_there = Counter(
        content
        for place, content in enumerate(new.contents)
        if place not in spoken_for and not new.is_blank(place)
    )
    trusted = [
        (i, j)
        for i, j in doubtful
        if old.contents[i] not in free_there and new.contents[j] not in free
    ]
    if len(trusted) * 2 < len(doubtful):
        # These ids are places, not names: what is left of them proves little by itself.
        bags, new_bags = old.bags(dict(trusted)), new.bags(dict(trusted).values())
        trusted = [
            (i, j)
            for i, j in trusted
            if i in bags
            and j in new_bags
            and likeness(bags[i], new_bags[j], at_least=ALIKE) >= ALIKE
        ]
    return {**certain, **dict(trusted)}


def _pair_in_gaps(
    old: Side, new: Side, pairs: dict[int, int], in_order: Sequence[tuple[int, int]]
) -> None:
    """Pairs what is left between cells that keep their order, by how alike it is."""
    taken = set(pairs.values())
    at = new_at = 0
    for start, new_start in (*in_order, (len(old.cells), len(new.cells))):
        left = [i for i in range(at, start) if i not in pairs]
        came = [j for j in range(new_at, new_start) if j not in taken]
        at, new_at = start + 1, new_start + 1
        for kind in ("code", "markdown", "raw") if left and came else ():
            here = [i for i in left if old.cells[i]["cell_type"] == kind]
            there = [j for j in came if new.cells[j]["cell_type"] == kind]
            if here and there:
                pairs.update(_alike(old.bags(here), new.bags(there), old.budget))


def _alike(old: dict[int, Bag], new: dict[int, Bag], budget: Budget) -> list[tuple[int, int]]:
    """Pairs of cells of one gap, in order where that is not too much to compare."""
    places, new_places = list(old), list(new)
    if len(places) * len(new_places) > MOST_PAIRS:
        return scattered_pairs(old, new, at_least=ALIKE, budget=budget)
    bags, new_bags = list(old.values()), list(new.values())
    found = best_pairs(bags, new_bags, at_least=ALIKE, alone=ALIKE_ALONE, budget=budget)
    return [(places[i], new_places[j]) for i, j in found]


def _pair_equal(old: Side, new: Side, pairs: dict[int, int], *, only_telling: bool) -> None:
    """Pairs equal cells wherever they stand, the first with the first; blank ones are no news.

    only_telling: only those of some length whose like is not left a second time on either side.
    """
    taken = set(pairs.values())
    left: dict[tuple[str, str, bytes], list[int]] = {}
    for i, content in enumerate(old.contents):
        if i not in pairs and not old.is_blank(i):
            left.setdefault(content, []).append(i)
    came: dict[tuple[str, str, bytes], list[int]] = {}
    for j, content in enumerate(new.contents):
        if j not in taken and content in left:
            came.setdefault(content, []).append(j)
    for content, there in came.items():
        here = left[content]
        if only_telling and not (len(here) == len(there) == 1 and old.is_telling(here[0])):
            continue
        pairs.update(zip(here, there, strict=False))


def _pair_elsewhere(old: Side, new: Side, pairs: dict[int, int]) -> None:
    """Pairs what is still left when it is very much alike, such as a cell moved and edited."""
    taken = set(pairs.values())
    left = [i for i in range(len(old.cells)) if i not in pairs and old.is_telling(i)]
    came = [j for j in range(len(new.cells)) if j not in taken and new.is_telling(j)]
    if left and came:
        pairs.update(
            scattered_pairs(
                old.bags(left), new.bags(came), at_least=ALIKE_ELSEWHERE, budget=old.budget
            )
        )
