"""Search: how fast at 3,300 and 100,000 notebooks, and how good, against plain baselines.

    python bench/search.py [--sizes 3300,100000] [--queries 300]

Notebooks are made by recombining cells of real ones (NBCOMMONS_SAMPLES), so that the index has
natural words and natural frequencies. Every figure is measured beside a baseline in the same run:
the predecessor's scheme (title times 50, any word) in the same index, and where PostgreSQL is
there (DATABASE_URL), its full text search over the same texts.
"""

import argparse
import json
import math
import os
import random
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from _report import report  # noqa: E402
from tantivy import Occur, Query  # noqa: E402

from nbcommons.search import _analysis, _engine  # noqa: E402
from nbcommons.search._backend import FolderStore, MemoryStore  # noqa: E402
from nbcommons.search._schema import schema  # noqa: E402
from nbcommons.search._texts import texts_of  # noqa: E402
from nbcommons.search._values import SearchDocument, SearchRequest, Sort  # noqa: E402

SAMPLES = Path(os.environ.get("NBCOMMONS_SAMPLES", "../shared/samples")) / "notebooks"
AUDIENCE = ("everyone", "p:7")
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
WORD = re.compile(r"[A-Za-z]{3,}")


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


# --- notebooks -----------------------------------------------------------------------------


def samples() -> list[Sample]:
    found = []
    for path in sorted(SAMPLES.rglob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8", errors="replace"))
        cells = tuple(
            {"cell_type": cell["cell_type"], "source": "".join(cell["source"])}
            for cell in notebook.get("cells", [])
            if isinstance(cell, dict) and "source" in cell
        )
        if cells:
            found.append(Sample(cells))
    return found


def document(
    number: int, cells: Sequence[dict[str, str]], random_: random.Random
) -> SearchDocument:
    texts = texts_of({"cells": cells})
    title = texts.headings[0] if texts.headings else f"Notebook {number}"
    # One in fifty is private to somebody else; the rest is for everyone.
    audience = (f"p:{number % 97 + 100}",) if random_.random() < 0.02 else ("everyone",)
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
        owner=f"person{number % 500}",
        people=int(random_.paretovariate(0.8)),
    )


TAGS = [f"{a} {b}" for a in ("name", "money", "map", "text") for b in "abcdefghijklmnop"]


def recombined(pool: Sequence[Sample], size: int, seed: int = 1) -> Iterator[SearchDocument]:
    """``size`` notebooks: each takes its length from a real one and its cells from three."""
    random_ = random.Random(seed)
    for number in range(1, size + 1):
        parents = random_.sample(pool, 3)
        length = min(len(parents[0].cells), 40)
        cells = [random_.choice(random_.choice(parents).cells) for _ in range(length)]
        yield document(number, cells, random_)


# --- questions -----------------------------------------------------------------------------


def cases(documents: Sequence[SearchDocument], seed: int) -> list[Case]:
    """Eight kinds of question about each notebook, as far as it gives them."""
    random_ = random.Random(seed)
    frequency = Counter(
        word for d in documents for word in set(_analysis.words(d.markdown))
    )
    identifiers = Counter(word for d in documents for word in set(identifiers_of(d)))
    found: list[Case] = []
    for d in documents:
        found += heading_cases(d, random_)
        found += word_cases(d, frequency, identifiers, random_)
    return found


def heading_cases(d: SearchDocument, random_: random.Random) -> Iterator[Case]:
    headings = [h for h in d.headings if 2 <= len(WORD.findall(h)) <= 10]
    if not headings:
        return
    yield Case("h1", headings[0], d.notebook_id)
    section = random_.choice(headings)
    yield Case("section", section, d.notebook_id)
    words = WORD.findall(section)
    count = max(2, len(words) // 2)
    if len(words) > 2:
        kept = sorted(random_.sample(range(len(words)), count))
        yield Case("partial", " ".join(words[place] for place in kept), d.notebook_id)
    long = [word for word in words if len(word) >= 6]
    if long:
        wrong = slip(random_.choice(long), random_)
        first = random_.choice(long)
        yield Case("typo", section.replace(first, slip(first, random_)), d.notebook_id)
        del wrong
    if len(words[-1]) >= 5:
        cut = " ".join([*words[:-1], words[-1][: max(3, int(len(words[-1]) * 0.6))]])
        yield Case("prefix", cut, d.notebook_id)


def word_cases(
    d: SearchDocument, frequency: Counter[str], identifiers: Counter[str], random_: random.Random
) -> Iterator[Case]:
    counted = Counter(w for w in _analysis.words(d.markdown) if len(w) > 3 and w.isalpha())
    rated = sorted(counted, key=lambda w: -counted[w] / math.sqrt(frequency[w]))[:8]
    if len(rated) >= 4:
        yield Case("keywords", " ".join(random_.sample(rated, 3)), d.notebook_id)
    rare = [word for word in sorted(set(identifiers_of(d))) if identifiers[word] <= 3]
    if rare:
        yield Case("code", random_.choice(rare), d.notebook_id)
    split = [w for w in rare if len(re.sub(r"_+", " ", _analysis.split_code(w)).split()) > 1]
    if split:
        name = random_.choice(split)
        yield Case(
            "codesplit", re.sub(r"_+", " ", _analysis.split_code(name)).lower(), d.notebook_id
        )


def identifiers_of(d: SearchDocument) -> list[str]:
    return [w for w in re.findall(r"[A-Za-z_][A-Za-z0-9_]{4,30}", d.code) if not w.isupper()]


def slip(word: str, random_: random.Random) -> str:
    place = random_.randrange(1, len(word) - 1)
    kind = random_.randrange(3)
    if kind == 0:
        return word[:place] + word[place + 1 :]
    if kind == 1:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + random_.choice("abcdefghijklmnopqrstuvwxyz") + word[place:]


# --- schemes -------------------------------------------------------------------------------

Scheme = Callable[[str], list[int]]


def ours(store: MemoryStore | FolderStore, **options: object) -> Scheme:
    def run(text: str) -> list[int]:
        request = replace(SearchRequest(limit=10), text=text, **options)  # type: ignore[arg-type]
        found = _engine.search(store, request, audience=AUDIENCE)
        return [hit.notebook_id for hit in found.hits]

    return run


def title_50(store: MemoryStore | FolderStore) -> Scheme:
    """The predecessor's weights: title times 50, text and code times 1, any word."""

    def run(text: str) -> list[int]:
        searcher = store.searcher()
        stems = _analysis.stems(text) or ["-"]
        ways = [
            (Occur.Should, Query.boost_query(Query.term_query(schema(), name, stem), weight))
            for stem in stems
            for name, weight in (("title", 50.0), ("md", 1.0), ("codesp", 1.0))
        ]
        terms = [(Occur.Should, Query.term_query(schema(), "audience", t)) for t in AUDIENCE]
        query = Query.boolean_query(
            [
                (Occur.Must, Query.boolean_query(ways)),
                (Occur.Must, Query.const_score_query(Query.boolean_query(terms), 0.0)),
            ]
        )
        found = searcher.search(query, limit=10)
        return searcher.fast_field_values("id", [a for _, a in found.hits])  # type: ignore[return-value]

    return run


# --- measuring -----------------------------------------------------------------------------


def latency(scheme: Scheme, texts: Sequence[str]) -> dict[str, float]:
    for text in texts[:20]:
        scheme(text)
    times = []
    for text in texts:
        started = time.perf_counter()
        scheme(text)
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    return {
        "p50_ms": round(statistics.median(times), 2),
        "p95_ms": round(times[int(len(times) * 0.95)], 2),
        "max_ms": round(times[-1], 2),
    }


def quality(scheme: Scheme, asked: Sequence[Case]) -> dict[str, float]:
    """NDCG@10 by kind (one notebook is right), and the mean over the kinds."""
    gains: dict[str, list[float]] = {}
    for case in asked:
        ids = scheme(case.text)
        gain = 1 / math.log2(ids.index(case.target) + 2) if case.target in ids else 0.0
        gains.setdefault(case.kind, []).append(gain)
    by_kind = {kind: round(statistics.mean(values), 3) for kind, values in sorted(gains.items())}
    return {**by_kind, "macro": round(statistics.mean(by_kind.values()), 3)}


def postgres_quality_and_speed(
    documents: Sequence[SearchDocument], asked: Sequence[Case], texts: Sequence[str]
) -> list[dict[str, object]]:
    """PostgreSQL's own full text search: all words, ranked by cover density."""
    if "DATABASE_URL" not in os.environ:
        return []
    import psycopg  # noqa: PLC0415 - only where a database is at hand

    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute(
            "CREATE TEMP TABLE searched (id int PRIMARY KEY, audience text[], words tsvector)"
        )
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO searched VALUES (%s, %s, setweight(to_tsvector('english', %s), 'A')"
                " || setweight(to_tsvector('english', %s), 'C')"
                " || setweight(to_tsvector('english', %s), 'D'))",
                [
                    (
                        d.notebook_id,
                        list(d.audience),
                        d.title,
                        d.markdown.replace("\0", " ")[:200_000],
                        _analysis.split_code(d.code).replace("\0", " ")[:200_000],
                    )
                    for d in documents
                ],
            )
        connection.execute("CREATE INDEX ON searched USING gin (words)")
        connection.execute("ANALYZE searched")

        def run(text: str) -> list[int]:
            rows = connection.execute(
                "SELECT id FROM searched, plainto_tsquery('english', %s) q"
                " WHERE words @@ q AND audience && %s"
                " ORDER BY ts_rank_cd(words, q) DESC LIMIT 10",
                (text, list(AUDIENCE)),
            )
            return [row[0] for row in rows]

        return [
            {
                "scheme": "PostgreSQL full text",
                "notebooks": len(documents),
                **latency(run, texts),
                "ndcg10": quality(run, asked)["macro"],
            }
        ]


def speed_rows(size: int, pool: Sequence[Sample], texts: Sequence[str]) -> list[dict[str, object]]:
    folder = Path(tempfile.mkdtemp(prefix="nbcommons-search-"))
    try:
        store = FolderStore(folder)
        started, cpu = time.perf_counter(), time.process_time()
        store.replace(recombined(pool, size))
        built_s, cpu_s = time.perf_counter() - started, time.process_time() - cpu
        bytes_ = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        segments = store.searcher().num_segments
        rows: list[dict[str, object]] = []
        for name, scheme in (
            ("title x50, any word", title_50(store)),
            ("ours, words only", ours(store, only_my_words=True, with_facets=False)),
            ("ours", ours(store, with_facets=False)),
            ("ours, with facets", ours(store)),
            ("ours, page 10", ours(store, offset=90, with_facets=False)),
            ("ours, newest first", ours(store, sort=Sort.NEWEST, with_facets=False)),
            ("ours, one filter, facets", ours(store, languages=("r",))),
        ):
            rows.append({"scheme": name, "notebooks": size, **latency(scheme, texts)})
        browse = ours(store)
        rows.append({"scheme": "browse, no words", "notebooks": size, **latency(browse, [""] * 50)})
        for row in rows:
            row["p50_ratio"] = round(float(str(row["p50_ms"])) / float(str(rows[0]["p50_ms"])), 2)
        one = next(iter(recombined(pool, 1, seed=99)))
        write = latency(lambda _: store.write([replace(one, people=3)]) or [], [""] * 20)  # type: ignore[func-returns-value]
        rows.append({"scheme": "index one notebook", "notebooks": size, **write})
        rows.append(
            {
                "scheme": f"build: {built_s:.0f} s, {cpu_s:.0f} CPU-s, {bytes_ / 1e6:.0f} MB, "
                f"{segments} segments, {size / built_s:.0f}/s",
                "notebooks": size,
            }
        )
        return rows
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="3300,100000")
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    pool = samples()
    if not pool:
        sys.exit(f"No notebooks in {SAMPLES}: set NBCOMMONS_SAMPLES.")
    random_ = random.Random(3)
    documents = [
        replace(document(number, sample.cells, random_), audience=("everyone",))
        for number, sample in enumerate(pool, start=1)
    ]
    asked = cases(documents, options.seed)
    store = MemoryStore()
    store.replace(documents)
    good = [
        {"scheme": name, "questions": len(asked), **quality(scheme, asked)}
        for name, scheme in (("title x50, any word", title_50(store)), ("ours", ours(store)))
    ]
    report("search-quality", good)
    texts = [case.text for case in random.Random(5).sample(asked, min(options.queries, len(asked)))]
    rows: list[dict[str, object]] = postgres_quality_and_speed(documents, asked, texts[:100])
    for size in (int(size) for size in options.sizes.split(",") if size):
        rows += speed_rows(size, pool, texts)
    report("search", rows)


if __name__ == "__main__":
    main()
