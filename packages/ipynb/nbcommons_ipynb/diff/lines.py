"""Lines of a changed cell: which stayed, which went, which came, and which became which."""

from collections.abc import Sequence

from nbcommons_ipynb.diff.model import ChangedLines, LineBlock, LinePair, SameLines
from nbcommons_ipynb.diff.pairing import CHARACTERS_A_STEP, MOST_PAIRS, best_pairs
from nbcommons_ipynb.diff.sequences import Budget, common_runs, numbered
from nbcommons_ipynb.diff.words import BAG_LENGTH, bag_of, changed_spans, common_ends

STEPS_A_LINE = 2
"""Steps of work for which a line of a changed cell is looked at by itself."""
ALIKE = 0.5
"""Likeness from which a line counts as the other one changed."""
ALIKE_ALONE = 0.3
"""The same for a single line that took the place of a single one."""


def lines_of(source: str) -> list[str]:
    """The lines of a cell as an editor numbers them; joined by line ends they are ``source``."""
    return source.split("\n") if source else []


def changed_lines(old: str, new: str, budget: Budget) -> tuple[LineBlock, ...]:
    """How the text ``old`` became ``new``; empty when they are the same."""
    if old == new:
        return ()
    if not budget.take(STEPS_A_LINE * (old.count("\n") + new.count("\n") + 2)):
        return _by_ends(old, new)
    lines, new_lines = lines_of(old), lines_of(new)
    blocks: list[LineBlock] = []
    at = new_at = 0
    for start, new_start, count in (
        *common_runs(*numbered(lines, new_lines), budget=budget),
        (len(lines), len(new_lines), 0),
    ):
        if start > at or new_start > new_at:
            blocks.append(_block(lines[at:start], new_lines[new_at:new_start], budget))
        if count:
            blocks.append(SameLines(count))
        at, new_at = start + count, new_start + count
    return tuple(blocks)


def with_lines_changed(source: str, blocks: Sequence[LineBlock]) -> str | None:
    """``source`` with its lines changed as ``blocks`` say; None when they do not fit it."""
    if not blocks:
        return source
    lines = lines_of(source)
    made: list[str] = []
    at = 0
    for block in blocks:
        if isinstance(block, SameLines):
            if at + block.count > len(lines):
                return None
            made += lines[at : at + block.count]
            at += block.count
            continue
        count = sum(text.count("\n") + 1 for text in block.old)
        if lines[at : at + count] != "\n".join(block.old).split("\n")[:count]:
            return None
        made += block.new
        at += count
    return "\n".join(made) if at == len(lines) else None


def _block(old: list[str], new: list[str], budget: Budget) -> ChangedLines:
    """Lines that were replaced, with those paired that are the same line changed."""
    if not old or not new:
        return ChangedLines(tuple(old), tuple(new))
    # Indented more or less, a line is still the same line.
    kept = common_runs(*numbered(_bare(old, "old"), _bare(new, "new")), budget=budget)
    pairs: list[tuple[int, int]] = []
    at = new_at = 0
    for start, new_start, count in (*kept, (len(old), len(new), 0)):
        found = _alike(old[at:start], new[new_at:new_start], budget)
        pairs += [(at + i, new_at + j) for i, j in found]
        pairs += [(start + step, new_start + step) for step in range(count)]
        at, new_at = start + count, new_start + count
    return ChangedLines(
        tuple(old),
        tuple(new),
        tuple(LinePair(i, j, *changed_spans(old[i], new[j], budget)) for i, j in pairs),
    )


def _alike(old: list[str], new: list[str], budget: Budget) -> list[tuple[int, int]]:
    if not old or not new:
        return []
    size = sum(min(len(line), BAG_LENGTH) for line in (*old, *new))
    if len(old) * len(new) > MOST_PAIRS or not budget.take(size // CHARACTERS_A_STEP):
        return []
    bags, new_bags = [bag_of(line) for line in old], [bag_of(line) for line in new]
    return best_pairs(bags, new_bags, at_least=ALIKE, alone=ALIKE_ALONE, budget=budget)


def _bare(lines: Sequence[str], side: str) -> list[tuple[str, str | int]]:
    """``lines`` without the spaces around them; empty ones are like no other."""
    return [
        (stripped, "") if (stripped := line.strip()) else (side, place)
        for place, line in enumerate(lines)
    ]


def _by_ends(old: str, new: str) -> tuple[LineBlock, ...]:
    """One block between the lines that both begin with and those that both end with."""
    head, tail = common_ends(old, new)
    start = old.rfind("\n", 0, head) + 1
    line_end = old.find("\n", len(old) - tail)
    end = new_end = None
    if line_end >= 0:
        end = line_end + 1
        new_end = end + len(new) - len(old)
    blocks: list[LineBlock] = [
        ChangedLines(_middle(old, start, end), _middle(new, start, new_end))
    ]
    if start:
        blocks.insert(0, SameLines(old.count("\n", 0, start)))
    if end is not None:
        blocks.append(SameLines(old.count("\n", end) + 1))
    return tuple(blocks)


def _middle(text: str, start: int, end: int | None) -> tuple[str, ...]:
    """The lines from ``start`` to those at ``end`` (None: there are none), in one text."""
    if end is not None:
        return (text[start : end - 1],)
    return (text[start:],) if text else ()
