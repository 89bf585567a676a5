"""Which of the cells (or lines) that went became which of those that came."""

from collections.abc import Mapping, Sequence

from nbcommons_ipynb.diff.sequences import Budget
from nbcommons_ipynb.diff.words import Bag, likeness

MOST_PAIRS = 2_500
"""Pairs of one part that may be compared each with each; its callers look to that."""
CHARACTERS_A_STEP = 8
"""Characters of a text whose words are counted for one step of work."""
RARE = 8
"""Cells that may hold a word before it says nothing about which of them is meant."""
CANDIDATES = 3


def best_pairs(
    old: Sequence[Bag], new: Sequence[Bag], *, at_least: float, alone: float, budget: Budget
) -> list[tuple[int, int]]:
    """Pairs that ascend on both sides and are together as alike as can be.

    No pair is less alike than ``at_least``; but where a single one is left between two pairs on
    either side, ``alone`` will do. When there is too little work left, there are no pairs.
    """
    if not old or not new:
        return []
    work = min(len(new) * sum(map(len, old)), len(old) * sum(map(len, new)))
    if not budget.take(work + len(old) * len(new)):
        return []
    scores = [[likeness(bag, other, at_least=alone) for other in new] for bag in old]
    # Squared, so that one good pair outweighs two poor ones.
    weights = [[score * score if score >= at_least else 0.0 for score in row] for row in scores]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        row, below, own = best[i], best[i + 1], weights[i]
        for j in range(len(new) - 1, -1, -1):
            paired = below[j + 1] + own[j] if own[j] else 0.0
            row[j] = max(below[j], row[j + 1], paired)
    return _with_lone_ones(_walk(weights, best), scores, alone)


def scattered_pairs(
    old: Mapping[int, Bag], new: Mapping[int, Bag], *, at_least: float, budget: Budget
) -> list[tuple[int, int]]:
    """Pairs in any order, the most alike first; each is found by words that few others hold."""
    places: dict[str, list[int]] = {}
    for i, bag in old.items():
        for word in bag:
            places.setdefault(word, []).append(i)
    found: list[tuple[float, int, int, int]] = []
    for j, bag in new.items():
        if not budget.take(RARE * len(bag)):
            break
        for i in _candidates(bag, places):
            alike = likeness(old[i], bag, at_least=at_least)
            if alike >= at_least:
                found.append((-alike, abs(i - j), i, j))
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, i, j in sorted(found):
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return list(pairs.items())


def _candidates(bag: Bag, places: Mapping[str, list[int]]) -> list[int]:
    """The few places that share most rare words with ``bag``."""
    tally: dict[int, int] = {}
    for word in bag:
        holders = places.get(word, ())
        if len(holders) <= RARE:
            for place in holders:
                tally[place] = tally.get(place, 0) + 1
    return sorted(tally, key=lambda place: (-tally[place], place))[:CANDIDATES]


def _with_lone_ones(
    pairs: list[tuple[int, int]], scores: list[list[float]], alone: float
) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    at = new_at = 0
    for i, j in (*pairs, (len(scores), len(scores[0]))):
        if i - at == j - new_at == 1 and scores[at][new_at] >= alone:
            found.append((at, new_at))
        if i < len(scores):
            found.append((i, j))
        at, new_at = i + 1, j + 1
    return found


def _walk(weights: list[list[float]], best: list[list[float]]) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < len(weights) and j < len(weights[0]):
        own = weights[i][j]
        if own and best[i][j] == best[i + 1][j + 1] + own:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            i += 1
    return pairs
