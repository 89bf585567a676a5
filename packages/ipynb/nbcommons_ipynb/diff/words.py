"""How much two texts have in common by their words, and which words of a line changed."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from nbcommons_ipynb.diff.sequences import Budget, Run, common_runs, numbered

LONG_LINE = 2_000
"""Characters above which only the beginning and end that two lines share are looked for."""
BAG_LENGTH = 20_000
"""Characters of a text that are read to judge how alike it is to another."""

# Scripts that put no spaces between words are taken character by character.
_SPACELESS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_SPACELESS}]|[^\W{_SPACELESS}]+|\s+|[^\w\s]")
_WORD = re.compile(rf"[{_SPACELESS}]|[^\W{_SPACELESS}]+|[^\w\s]")

Spans = tuple[tuple[int, int], ...]
Bag = Counter[str]


def bag_of(text: str) -> Bag:
    """The words and signs of ``text`` with how often each stands there."""
    return Counter(_WORD.findall(text[:BAG_LENGTH]))


def likeness(one: Bag, other: Bag, *, at_least: float = 0.0) -> float:
    """From 0 (nothing in common) to 1 (the same words): Dice's coefficient of two bags.

    Below ``at_least`` the answer may be 0 without a closer look.
    """
    size, other_size = one.total(), other.total()
    if not size or not other_size:
        return 1.0 if size == other_size else 0.0
    if 2 * min(size, other_size) < at_least * (size + other_size):
        return 0.0
    if len(one) > len(other):
        one, other = other, one
    get = other.get
    common = sum(min(count, get(word, 0)) for word, count in one.items())
    return 2 * common / (size + other_size)


def changed_spans(old: str, new: str, budget: Budget) -> tuple[Spans, Spans]:
    """What changed within a line, as spans of characters of the old and of the new one."""
    if max(len(old), len(new)) > LONG_LINE:
        return _between_ends(old, new)
    tokens, new_tokens = _TOKEN.findall(old), _TOKEN.findall(new)
    if not budget.take(len(tokens) + len(new_tokens)):
        return _between_ends(old, new)
    runs = _without_specks(common_runs(*numbered(tokens, new_tokens), budget=budget), tokens)
    return (
        _gaps(tokens, [(run.old, run.size) for run in runs]),
        _gaps(new_tokens, [(run.new, run.size) for run in runs]),
    )


def common_ends(old: str, new: str) -> tuple[int, int]:
    """How many characters two texts share at the beginning and, apart from these, at the end."""
    most = min(len(old), len(new))
    head = _longest(most, lambda length: old[:length] == new[:length])
    tail = _longest(
        most - head,
        lambda length: old[len(old) - length :] == new[len(new) - length :],
    )
    return head, tail


def _longest(most: int, fits: Callable[[int], bool]) -> int:
    """The greatest length up to ``most`` that fits; every shorter one fits too."""
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        if fits(middle):
            least = middle
        else:
            most = middle - 1
    return least


def _between_ends(old: str, new: str) -> tuple[Spans, Spans]:
    head, tail = common_ends(old, new)
    return _span(head, len(old) - tail), _span(head, len(new) - tail)


def _span(start: int, end: int) -> Spans:
    return ((start, end),) if end > start else ()


def _without_specks(runs: Sequence[Run], tokens: Sequence[str]) -> list[Run]:
    """``runs`` but for spaces alone between two changes, which would only unsettle the eye."""
    last = len(runs) - 1
    return [
        run
        for place, run in enumerate(runs)
        if run.size > 1
        or not tokens[run.old].isspace()
        or (place == 0 and run.old == run.new == 0)
        or (place == last and run.old + run.size == len(tokens))
    ]


def _gaps(tokens: Sequence[str], runs: Iterable[tuple[int, int]]) -> Spans:
    """The spans of characters that no run covers."""
    ends = [0]
    for token in tokens:
        ends.append(ends[-1] + len(token))
    spans: list[tuple[int, int]] = []
    at = 0
    for start, count in (*runs, (len(tokens), 0)):
        if start > at:
            spans.append((ends[at], ends[start]))
        at = start + count
    return tuple(spans)
