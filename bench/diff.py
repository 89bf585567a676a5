"""How quickly two versions are compared, and how well, beside nbdime and difflib on the same.

python bench/diff.py [--notebooks 346] [--nbdime 60]

The pairs are real notebooks and edits of chance, so that the right answer is known. nbdime is
measured where it is installed; it is no part of this project's environment.
"""

import argparse
import difflib
import importlib.util
import os
import random
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from _report import report

from nbcommons_ipynb.canonical import canonical_bytes
from nbcommons_ipynb.diff.comparing import apply, diff
from nbcommons_ipynb.diff.model import NotebookDiff, SameCells
from nbcommons_ipynb.errors import NotANotebook
from nbcommons_ipynb.parsing import parse
from nbcommons_ipynb.stripping import strip

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / os.environ.get("NBCOMMONS_SAMPLES", "../shared/samples")
SEED = 20181
WORD = re.compile(r"\w+")
Document = dict[str, Any]


@dataclass(frozen=True)
class Pair:
    """A notebook before and after; ``partner`` tells for each new cell which old one it was."""

    old: Document
    new: Document
    partner: tuple[int | None, ...]


def edited(document: Document, others: list[Document], *, share: float, has_ids: bool,
           chance: random.Random) -> Pair:  # fmt: skip
    """``document`` with ``share`` of its cells (four at least) edited, one in, out and moved."""
    cells = [(place, dict(cell)) for place, cell in enumerate(document["cells"])]
    chosen = chance.sample(range(len(cells)), min(len(cells), max(4, int(share * len(cells)))))
    for place in chosen:
        cells[place][1]["source"] = reworded(cells[place][1]["source"], others, chance)
    if len(cells) > 2:  # noqa: PLR2004 - something must be left
        del cells[chance.randrange(len(cells))]
        cells.insert(chance.randrange(len(cells)), cells.pop(chance.randrange(len(cells))))
    stranger = dict(chance.choice(chance.choice(others)["cells"]))
    cells.insert(chance.randrange(len(cells) + 1), (None, {**stranger, "id": "came-new"}))  # type: ignore[arg-type]
    made = [cell if has_ids else {**cell, "id": f"b{n}"} for n, (_, cell) in enumerate(cells)]
    return Pair(
        old=document, new={**document, "cells": made}, partner=tuple(n for n, _ in cells)
    )


def reworded(source: str, others: list[Document], chance: random.Random) -> str:
    """``source`` with a word changed, and a strange line put in or a line taken out."""
    lines = source.split("\n")
    place = chance.randrange(len(lines))
    words = list(WORD.finditer(lines[place]))
    if words:
        word = chance.choice(words)
        lines[place] = f"{lines[place][: word.start()]}changed{lines[place][word.end() :]}"
    if chance.random() < 0.5 or len(lines) < 2:  # noqa: PLR2004
        strange = chance.choice(chance.choice(others)["cells"])["source"].split("\n")
        lines.insert(place, chance.choice(strange))
    else:
        del lines[chance.randrange(len(lines))]
    return "\n".join(lines)


def cpu_ms(work: Callable[[], Any]) -> tuple[float, Any]:
    """Processor time of one call in milliseconds, and what it returned."""
    start = time.process_time()
    result = work()
    return (time.process_time() - start) * 1_000, result


def spread(name: str, times_ms: list[float], **more: Any) -> dict[str, Any]:
    ordered = sorted(times_ms)
    return {
        "what": name,
        "pairs": len(ordered),
        "p50 ms": round(statistics.median(ordered), 2),
        "p95 ms": round(ordered[int(len(ordered) * 0.95)], 2),
        "max ms": round(ordered[-1], 1),
        **more,
    }


def found_again(difference: NotebookDiff, pair: Pair) -> tuple[int, int]:
    """How many new cells got the right partner (or rightly none), of how many.

    Cells whose like occurs several times are left out: any of them is right.
    """
    answer: dict[int, int | None] = {}
    for step in difference.steps:
        if isinstance(step, SameCells):
            answer.update((step.new + n, step.old + n) for n in range(step.count))
        elif step.new is not None:
            answer[step.new] = step.old
    sources = [cell["source"] for cell in pair.old["cells"]]
    asked = [
        place
        for place, partner in enumerate(pair.partner)
        if partner is None
        or (sources[partner].strip() and sources.count(sources[partner]) == 1)
    ]
    return sum(1 for place in asked if answer[place] == pair.partner[place]), len(asked)


def ours(pairs: list[Pair], name: str) -> tuple[list[float], dict[str, Any]]:
    times: list[float] = []
    right = asked = coarse = 0
    for pair in pairs:
        took, difference = cpu_ms(lambda: diff(pair.old, pair.new))  # noqa: B023 called at once
        times.append(took)
        assert canonical_bytes(apply(difference, pair.old)) == canonical_bytes(pair.new)
        counted = found_again(difference, pair)
        right, asked = right + counted[0], asked + counted[1]
        coarse += difference.is_coarse
    row = spread(
        name, times, **{"found again %": round(100 * right / asked, 2), "coarse": coarse}
    )
    return times, row


def by_difflib(pair: Pair) -> None:
    """Line by line over the joined text, as the predecessor did."""
    texts = [
        "\n".join(cell["source"] for cell in document["cells"]).split("\n")
        for document in (pair.old, pair.new)
    ]
    list(difflib.unified_diff(*texts))


def by_nbdime() -> Callable[[Pair], None] | None:
    if importlib.util.find_spec("nbdime") is None:
        return None
    from nbdime import diff_notebooks  # noqa: PLC0415 - only where it is installed

    def compare(pair: Pair) -> None:
        diff_notebooks(pair.old, pair.new)

    return compare


def beside(
    pairs: list[Pair], name: str, theirs: Callable[[Pair], None]
) -> list[dict[str, Any]]:
    """Both on the same pairs, turn by turn, and the ratio."""
    times: tuple[list[float], list[float]] = ([], [])
    for pair in pairs:
        times[0].append(cpu_ms(lambda: diff(pair.old, pair.new))[0])  # noqa: B023
        times[1].append(cpu_ms(lambda: theirs(pair))[0])  # noqa: B023
    rows = [spread(f"ours beside {name}", times[0]), spread(name, times[1])]
    ratios = {
        column: f"{rows[1][column] / rows[0][column]:.1f}x"
        for column in ("p50 ms", "p95 ms", "max ms")
        if rows[0][column]
    }
    return [*rows, {"what": f"ratio to {name}", **ratios}]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notebooks", type=int, default=1_000)
    parser.add_argument("--nbdime", type=int, default=60, help="pairs that nbdime compares")
    options = parser.parse_args()
    paths = sorted(SAMPLES.rglob("*.ipynb"))
    if not paths:
        parser.error(f"no notebooks in {SAMPLES.resolve()}; set NBCOMMONS_SAMPLES")
    chance = random.Random(SEED)
    chance.shuffle(paths)
    documents = []
    for path in paths[: options.notebooks]:
        try:
            document = strip(parse(path.read_bytes()).document).document
        except NotANotebook:
            continue
        if document["cells"]:
            documents.append(document)
    kinds = {
        "a few cells edited": {"share": 0.0, "has_ids": True},
        "a few cells edited, ids lost": {"share": 0.0, "has_ids": False},
        "half of the cells edited": {"share": 0.5, "has_ids": True},
        "half of the cells edited, ids lost": {"share": 0.5, "has_ids": False},
    }
    rows = []
    made: dict[str, list[Pair]] = {}
    for name, kind in kinds.items():
        pairs = [edited(document, documents, chance=chance, **kind) for document in documents]  # type: ignore[arg-type]
        made[name] = pairs
        rows.append(ours(pairs, name)[1])
    first, *_, last = made
    rows += beside(made[first], "difflib on all lines", by_difflib)
    nbdime = by_nbdime()
    for name in (first, last) if nbdime is not None else ():
        rows += beside(made[name][: options.nbdime], f"nbdime, {name}", nbdime)  # type: ignore[arg-type]
    report("diff", rows)


if __name__ == "__main__":
    main()
