"""Notebooks made of cells of real ones, and questions whose right answer is known."""

import json
import math
import os
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nbcommons.search import _analysis
from nbcommons.search._texts import texts_of
from nbcommons.search._values import SearchDocument

SAMPLES = Path(os.environ.get("NBCOMMONS_SAMPLES", "../shared/samples")) / "notebooks"
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
WORD = re.compile(r"[A-Za-z]{3,}")
TAGS = [f"{a} {b}" for a in ("name", "money", "map", "text") for b in "abcdefghijklmnop"]
# One in fifty is private to somebody else; the rest is for everyone.
PRIVATE_SHARE = 0.02
# One in twenty-five has an access label, of which the reader holds a few.
LABELLED_SHARE = 0.04
HEADING_WORDS = range(2, 11)
TYPO_LENGTH = 6  # letters of a word that somebody may mistype
PREFIX_LENGTH = 5  # letters of a word that somebody may leave unfinished
KEYWORDS = 3
RARE = 3  # notebooks that hold an identifier which somebody would search for


@dataclass(frozen=True)
class Sample:
    """A real notebook, its cells apart."""

    cells: tuple[dict[str, str], ...]


@dataclass(frozen=True)
class Case:
    """A question of which we know the one notebook that was meant."""

    kind: str
    text: str
    target: int


def samples() -> list[Sample]:
    """The real notebooks, as far as they can be read."""
    found = []
    for path in sorted(SAMPLES.rglob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8", errors="replace"))
        cells = tuple(
            {"cell_type": cell["cell_type"], "source": "".join(cell["source"]), "id": "a"}
            for cell in notebook.get("cells", [])
            if isinstance(cell, dict) and "source" in cell
        )
        if cells:
            found.append(Sample(cells))
    return found


def document(
    number: int, cells: Sequence[dict[str, str]], random_: random.Random
) -> SearchDocument:
    """A notebook of ``cells``, with invented tags, people and health."""
    cells = [{**cell, "metadata": {}} for cell in cells]
    texts = texts_of({"cells": cells, "metadata": {}})
    title = texts.headings[0] if texts.headings else f"Notebook {number}"
    audience = (
        (f"p:{number % 97 + 100}",) if random_.random() < PRIVATE_SHARE else ("everyone",)
    )
    return SearchDocument(
        notebook_id=number,
        title=title[:200],
        audience=audience,
        updated_at=EPOCH + timedelta(minutes=random_.randrange(400_000)),
        purpose="",
        headings=texts.headings,
        markdown=texts.markdown,
        code=texts.code,
        tags=tuple(random_.sample(TAGS, 3)),
        language=random_.choices(["python", "r", "julia"], [90, 8, 2])[0],
        category=random_.choice(["operational", "building_block", "course"]),
        health=random_.choices(["healthy", "unhealthy", "unknown"], [40, 10, 50])[0],
        packages=texts.packages,
        owner=f"person{number % 500}",
        owner_name=f"Person {number % 500}",
        organisations=(1, 2 + number % 40),
        organisation_names=("All", f"Office {number % 40}"),
        labels=(random_.randrange(1, 20),) if random_.random() < LABELLED_SHARE else (),
        people=int(random_.paretovariate(0.8)),
        runs=int(random_.paretovariate(0.8)),
        trending=random_.random() ** 3,
        health_score=random_.random(),
    )


def recombined(pool: Sequence[Sample], size: int, seed: int = 1) -> Iterator[SearchDocument]:
    """``size`` notebooks: each takes its length from a real one and its cells from three."""
    random_ = random.Random(seed)
    for number in range(1, size + 1):
        parents = random_.sample(pool, 3)
        length = min(len(parents[0].cells), 40)
        cells = [random_.choice(random_.choice(parents).cells) for _ in range(length)]
        yield document(number, cells, random_)


def cases(documents: Sequence[SearchDocument], seed: int) -> list[Case]:
    """Eight kinds of question about each notebook, as far as it gives them."""
    random_ = random.Random(seed)
    frequency = Counter(word for d in documents for word in set(_analysis.words(d.markdown)))
    identifiers = Counter(word for d in documents for word in set(identifiers_of(d)))
    found: list[Case] = []
    for d in documents:
        found += heading_cases(d, random_)
        found += word_cases(d, frequency, identifiers, random_)
    return found


def heading_cases(d: SearchDocument, random_: random.Random) -> Iterator[Case]:
    """Questions made of headings: whole, in part, mistyped, unfinished."""
    headings = [h for h in d.headings if len(WORD.findall(h)) in HEADING_WORDS]
    if not headings:
        return
    yield Case("h1", headings[0], d.notebook_id)
    section = random_.choice(headings)
    yield Case("section", section, d.notebook_id)
    words = WORD.findall(section)
    kept = sorted(random_.sample(range(len(words)), max(2, len(words) // 2)))
    if len(kept) < len(words):
        yield Case("partial", " ".join(words[place] for place in kept), d.notebook_id)
    long = [word for word in words if len(word) >= TYPO_LENGTH]
    if long:
        chosen = random_.choice(long)
        yield Case("typo", section.replace(chosen, slip(chosen, random_)), d.notebook_id)
    if len(words[-1]) >= PREFIX_LENGTH:
        cut = words[-1][: max(3, int(len(words[-1]) * 0.6))]
        yield Case("prefix", " ".join([*words[:-1], cut]), d.notebook_id)


def word_cases(
    d: SearchDocument,
    frequency: Counter[str],
    identifiers: Counter[str],
    random_: random.Random,
) -> Iterator[Case]:
    """Questions made of telling words, of identifiers, and of identifiers taken apart."""
    counted = Counter(w for w in _analysis.words(d.markdown) if len(w) > KEYWORDS)
    rated = sorted(
        (w for w in counted if w.isalpha()),
        key=lambda w: -counted[w] / math.sqrt(frequency[w]),
    )[:8]
    if len(rated) > KEYWORDS:
        yield Case("keywords", " ".join(random_.sample(rated, KEYWORDS)), d.notebook_id)
    rare = [word for word in sorted(set(identifiers_of(d))) if identifiers[word] <= RARE]
    if rare:
        yield Case("code", random_.choice(rare), d.notebook_id)
    split = [" ".join(_analysis.split_code(word).replace("_", " ").split()) for word in rare]
    split = [words for words in split if " " in words]
    if split:
        yield Case("codesplit", random_.choice(split).lower(), d.notebook_id)


def identifiers_of(d: SearchDocument) -> list[str]:
    """The names in its code that are long enough to be searched for."""
    return [w for w in re.findall(r"[A-Za-z_][A-Za-z0-9_]{4,30}", d.code) if not w.isupper()]


def slip(word: str, random_: random.Random) -> str:
    """``word`` with one slip of the finger."""
    place = random_.randrange(1, len(word) - 1)
    kind = random_.randrange(3)
    if kind == 0:
        return word[:place] + word[place + 1 :]
    if kind == 1:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + random_.choice("abcdefghijklmnopqrstuvwxyz") + word[place:]
