"""The common parts of two sequences, with a limit to the work.

Elements that occur once on both sides are anchors (patience diff): they make differences that
people read well. Between anchors Myers' shortest edit is looked for. When the work that is left
does not suffice, elements are paired by how often they occurred so far, which is quick and
coarse. E. Myers, "An O(ND) difference algorithm and its variations", 1986.
"""

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

DEEPEST = 400
"""Insertions and removals together that Myers' search goes through between two anchors."""


class Run(NamedTuple):
    """``size`` elements that are the same, from ``old`` here and ``new`` there."""

    old: int
    new: int
    size: int


class Budget:
    """Steps of work that are left. What asks for more than that must do with a coarser answer."""

    __slots__ = ("is_spent", "left")

    def __init__(self, steps: int) -> None:
        self.left = steps
        self.is_spent = False

    def take(self, steps: int) -> bool:
        """Whether ``steps`` are left; then they are taken."""
        if steps > self.left:
            self.is_spent = True
            return False
        self.left -= steps
        return True


def numbered(old: Iterable[Hashable], new: Iterable[Hashable]) -> tuple[list[int], list[int]]:
    """Both sequences with equal elements replaced by equal numbers, which compare quickly."""
    numbers: dict[Hashable, int] = {}
    return (
        [numbers.setdefault(element, len(numbers)) for element in old],
        [numbers.setdefault(element, len(numbers)) for element in new],
    )


def common_runs(old: Sequence[int], new: Sequence[int], budget: Budget) -> list[Run]:
    """Runs that ``old`` and ``new`` share, ascending on both sides and as long as can be."""
    found: list[Run] = []
    waiting = [(0, len(old), 0, len(new))]
    while waiting:
        start, end, new_start, new_end = waiting.pop()
        head = start
        while start < end and new_start < new_end and old[start] == new[new_start]:
            start += 1
            new_start += 1
        if start > head:
            found.append(Run(head, new_start - (start - head), start - head))
        tail = end
        while start < end and new_start < new_end and old[end - 1] == new[new_end - 1]:
            end -= 1
            new_end -= 1
        if tail > end:
            found.append(Run(end, new_end, tail - end))
        if start == end or new_start == new_end:
            continue
        size = (end - start) + (new_end - new_start)
        gap = (start, end, new_start, new_end)
        anchors = _anchors(old, new, gap) if budget.take(size) else []
        if not anchors:
            found.extend(_shortest(old, new, gap, budget))
            continue
        # The gaps between anchors; trimming finds the anchors themselves and what is next to them.
        for place, (i, j) in enumerate(anchors):
            i_end, j_end = anchors[place + 1] if place + 1 < len(anchors) else (end, new_end)
            waiting.append((i, i_end, j, j_end))
        waiting.append((start, anchors[0][0], new_start, anchors[0][1]))
    return _joined(found)


def longest_rise(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The most of ``pairs``, sorted by their first number, whose second numbers rise too."""
    ends: list[int] = []  # the smallest second number that a rise of this length ends with
    holders: list[int] = []
    before: list[int] = []
    for place, (_, number) in enumerate(pairs):
        length = bisect_left(ends, number)
        before.append(holders[length - 1] if length else -1)
        if length == len(ends):
            ends.append(number)
            holders.append(place)
        else:
            ends[length] = number
            holders[length] = place
    rise: list[tuple[int, int]] = []
    place = holders[-1] if holders else -1
    while place >= 0:
        rise.append(pairs[place])
        place = before[place]
    return rise[::-1]


_Gap = tuple[int, int, int, int]
_REPEATED = -1


def _anchors(old: Sequence[int], new: Sequence[int], gap: _Gap) -> list[tuple[int, int]]:
    """Pairs of elements that occur once in either part, in an order that both share."""
    start, end, new_start, new_end = gap
    there = _places_of_single(new, new_start, new_end)
    here = _places_of_single(old, start, end)
    pairs = [
        (i, there[element])
        for element, i in here.items()
        if i != _REPEATED and there.get(element, _REPEATED) != _REPEATED
    ]
    return longest_rise(pairs)  # dicts keep the order in which elements were met first


def _places_of_single(sequence: Sequence[int], start: int, end: int) -> dict[int, int]:
    places: dict[int, int] = {}
    for place in range(start, end):
        element = sequence[place]
        places[element] = _REPEATED if element in places else place
    return places


def _shortest(old: Sequence[int], new: Sequence[int], gap: _Gap, budget: Budget) -> list[Run]:
    """The longest common subsequence of a part by Myers' greedy search, or a coarser one."""
    start, end, new_start, new_end = gap
    length, new_length = end - start, new_end - new_start
    if length == 1 or new_length == 1:
        return _of_one(old, new, gap)
    reach = [0] * (2 * min(length + new_length, DEEPEST) + 3)
    middle = len(reach) // 2
    history: list[list[int]] = []
    for depth in range(min(length + new_length, DEEPEST) + 1):
        if not budget.take(2 * depth + 1):
            break
        history.append(reach[:])
        for diagonal in range(-depth, depth + 1, 2):
            at = middle + diagonal
            if diagonal == -depth or (diagonal != depth and reach[at - 1] < reach[at + 1]):
                x = reach[at + 1]
            else:
                x = reach[at - 1] + 1
            first = x
            while (
                x < length
                and 0 <= x - diagonal < new_length
                and old[start + x] == new[new_start + x - diagonal]
            ):
                x += 1
            budget.left -= x - first
            reach[at] = x
            if x >= length and x - diagonal >= new_length:
                return _way_back(history, depth, diagonal, x, (start, new_start))
    budget.is_spent = True
    return _by_occurrence(old, new, gap)


def _way_back(
    history: list[list[int]], depth: int, diagonal: int, x: int, corner: tuple[int, int]
) -> list[Run]:
    """The runs on the way that the search found, walked from its end."""
    start, new_start = corner
    runs: list[Run] = []
    middle = len(history[0]) // 2
    for level in range(depth, -1, -1):
        reach = history[level]
        at = middle + diagonal
        is_down = diagonal == -level or (diagonal != level and reach[at - 1] < reach[at + 1])
        before = diagonal + 1 if is_down else diagonal - 1
        came_from = reach[middle + before] if level else 0
        entered = (came_from if is_down else came_from + 1) if level else 0
        if x > entered:
            runs.append(Run(start + entered, new_start + entered - diagonal, x - entered))
        x, diagonal = came_from, before
    return runs


def _of_one(old: Sequence[int], new: Sequence[int], gap: _Gap) -> list[Run]:
    """The first common element of two parts, one of which has one element only."""
    start, end, new_start, new_end = gap
    if end - start == 1:
        places = (j for j in range(new_start, new_end) if new[j] == old[start])
        return [Run(start, j, 1) for j in places][:1]
    places = (i for i in range(start, end) if old[i] == new[new_start])
    return [Run(i, new_start, 1) for i in places][:1]


def _by_occurrence(old: Sequence[int], new: Sequence[int], gap: _Gap) -> list[Run]:
    """Pairs the first with the first of equal elements, the second with the second."""
    start, end, new_start, new_end = gap
    places: dict[int, list[int]] = {}
    for j in range(new_end - 1, new_start - 1, -1):
        places.setdefault(new[j], []).append(j)
    pairs: list[tuple[int, int]] = []
    for i in range(start, end):
        left = places.get(old[i])
        if left:
            pairs.append((i, left.pop()))
    return [Run(i, j, 1) for i, j in longest_rise(pairs)]


def _joined(runs: list[Run]) -> list[Run]:
    joined: list[Run] = []
    for run in sorted(runs):
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.old + last.size == run.old
            and last.new + last.size == run.new
        ):
            joined[-1] = Run(last.old, last.new, last.size + run.size)
        else:
            joined.append(run)
    return joined
