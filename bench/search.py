"""Search: how fast at 3,300 and 100,000 notebooks, and how good, against plain baselines.

    python bench/search.py [--sizes 3300,100000] [--queries 300]

Notebooks are made by recombining cells of real ones (NBCOMMONS_SAMPLES), so that the index has
natural words and natural frequencies. Every figure is measured beside a baseline in the same run:
the predecessor's scheme (title times 50, any word) in the same index, and PostgreSQL's full text
search over the real notebooks.
"""

import argparse
import json
import math
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
from _corpus import SAMPLES, Case, Sample, cases, document, recombined, samples
from _report import report
from tantivy import Occur, Query

from nbcommons.launch.postgres import temporary_cluster
from nbcommons.search import _analysis, _engine
from nbcommons.search._backend import MemoryStore, Store
from nbcommons.search._folder import FolderStore
from nbcommons.search._schema import schema
from nbcommons.search._suggest import suggest
from nbcommons.search._values import Reader, SearchDocument, SearchRequest, Sort

AUDIENCE = ("everyone", "p:7", "t:3", "t:11")
READER = Reader(AUDIENCE, hidden_labels=tuple(range(2, 20)))
POSTGRES_UP_TO = 5_000
"""Notebooks: filling PostgreSQL with more takes minutes, and its figure is clear by then."""

Scheme = Callable[[str], list[int]]
Row = dict[str, object]


def ours(store: Store, **options: object) -> Scheme:
    """The product's own search."""

    def run(text: str) -> list[int]:
        request = replace(SearchRequest(limit=10), text=text, **options)  # type: ignore[arg-type]
        found = _engine.search(store, request, reader=READER)
        return [hit.notebook_id for hit in found.hits]

    return run


def title_50(store: Store) -> Scheme:
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
        ids = searcher.fast_field_values("id", [address for _, address in found.hits])
        return [int(key or 0) for key in ids]

    return run


@contextmanager
def postgres(documents: Iterable[SearchDocument]) -> Iterator[Scheme]:
    """PostgreSQL's own full text search: all words, ranked by how close they stand."""
    with temporary_cluster() as url, psycopg.connect(url) as connection:
        connection.execute(
            "CREATE TEMP TABLE searched (id int PRIMARY KEY, audience text[], words tsvector)"
        )
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO searched VALUES (%s, %s, setweight(to_tsvector('english', %s), 'A')"
                " || setweight(to_tsvector('english', %s), 'C')"
                " || setweight(to_tsvector('english', %s), 'D'))",
                [
                    (d.notebook_id, list(d.audience), d.title, *map(_storable, _texts(d)))
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

        yield run


def _texts(d: SearchDocument) -> tuple[str, str]:
    return d.markdown, _analysis.split_code(d.code)


def _storable(text: str) -> str:
    return text.replace("\0", " ")[:200_000]


def latency(scheme: Scheme, texts: Sequence[str]) -> dict[str, float]:
    """How long ``scheme`` takes over ``texts``, once warm."""
    for text in texts[:20]:
        scheme(text)
    wall, cpu = [], []
    for text in texts:
        started, cpu_started = time.perf_counter(), time.process_time()
        scheme(text)
        wall.append((time.perf_counter() - started) * 1000)
        cpu.append((time.process_time() - cpu_started) * 1000)
    return {
        "p50_ms": _at(wall, 0.5),
        "p95_ms": _at(wall, 0.95),
        "cpu_p50_ms": _at(cpu, 0.5),
        "cpu_p95_ms": _at(cpu, 0.95),
    }


def _at(times: list[float], share: float) -> float:
    return round(sorted(times)[int(len(times) * share)], 2)


def quality(scheme: Scheme, asked: Sequence[Case]) -> dict[str, float]:
    """NDCG@10 by kind (one notebook is right), and the mean over the kinds."""
    gains: dict[str, list[float]] = {}
    for case in asked:
        ids = scheme(case.text)
        gain = 1 / math.log2(ids.index(case.target) + 2) if case.target in ids else 0.0
        gains.setdefault(case.kind, []).append(gain)
    by_kind = {
        kind: round(statistics.mean(values), 3) for kind, values in sorted(gains.items())
    }
    return {**by_kind, "macro": round(statistics.mean(by_kind.values()), 3)}


def speed_rows(size: int, pool: Sequence[Sample], texts: Sequence[str]) -> list[Row]:
    """How fast every scheme is at ``size`` notebooks."""
    with tempfile.TemporaryDirectory(prefix="nbcommons-search-") as folder:
        store = FolderStore(Path(folder) / "index")
        started, cpu = time.perf_counter(), time.process_time()
        store.replace(recombined(pool, size))
        built_s, cpu_s = time.perf_counter() - started, time.process_time() - cpu
        rows: list[Row] = [
            {"scheme": name, "notebooks": size, **latency(scheme, texts)}
            for name, scheme in (
                ("title x50, any word", title_50(store)),
                ("ours, words only", ours(store, only_my_words=True, with_facets=False)),
                ("ours", ours(store, with_facets=False)),
                ("ours, with facets", ours(store)),
                ("ours, page 10", ours(store, offset=90, with_facets=False)),
                ("ours, newest first", ours(store, sort=Sort.NEWEST, with_facets=False)),
                ("ours, trending first", ours(store, sort=Sort.TRENDING, with_facets=False)),
                ("ours, one filter, facets", ours(store, languages=("r",))),
                ("ours, completion", suggestions(store)),
            )
        ]
        rows.append(
            {"scheme": "browse, no words", "notebooks": size, **latency(ours(store), [""] * 50)}
        )
        if size <= POSTGRES_UP_TO:
            with postgres(recombined(pool, size)) as scheme:
                rows.append(
                    {"scheme": "PostgreSQL, all words", "notebooks": size}
                    | latency(scheme, texts[:100])
                )
        one = next(iter(recombined(pool, 1, seed=99)))
        rows.append(
            {"scheme": "index one notebook", "notebooks": size}
            | latency(writer(store, one), [""] * 20)
        )
        base = float(str(rows[0]["p50_ms"]))
        for row in rows:
            row["p50_ratio"] = round(float(str(row["p50_ms"])) / base, 2)
        size_mb = sum(path.stat().st_size for path in Path(folder).rglob("*.*")) / 1e6
        held_mb, mapped_mb = memory_of_a_reader(Path(folder) / "index", texts)
        rows.append(
            {
                "scheme": f"build: {built_s:.0f} s, {cpu_s:.0f} CPU-s, {size / built_s:.0f}/s,"
                f" {size_mb:.0f} MB on disk; a reader holds {held_mb:.0f} MB of its own and has"
                f" {mapped_mb:.0f} MB of the files mapped, which the system may drop",
                "notebooks": size,
            }
        )
        return rows


def memory_of_a_reader(folder: Path, texts: Sequence[str]) -> tuple[float, float]:
    """What a fresh process needs to answer ``texts``: memory of its own, and files mapped (MB)."""
    code = (
        "import sys, json, psutil\n"
        "import search\n"
        "from nbcommons.search._folder import FolderStore\n"
        "from pathlib import Path\n"
        "process = psutil.Process()\n"
        "before = process.memory_info()\n"
        "scheme = search.ours(FolderStore(Path(sys.argv[1])))\n"
        "for text in json.loads(sys.stdin.read()): scheme(text)\n"
        "after = process.memory_info()\n"
        "own = after.rss - after.shared - before.rss + before.shared\n"
        "print(own / 1e6, (after.shared - before.shared) / 1e6)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        input=json.dumps(list(texts)),
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent,
    )
    held, mapped = done.stdout.split()
    return float(held), float(mapped)


def suggestions(store: Store) -> Scheme:
    """Completion of what is being typed."""

    def run(text: str) -> list[int]:
        suggest(store, text[:12], reader=READER, limit=8)
        return []

    return run


def writer(store: Store, one: SearchDocument) -> Scheme:
    """Putting one notebook into the index."""

    def run(text: str) -> list[int]:
        with store.writing() as batch:
            batch.write([replace(one, markdown=one.markdown + text)])
        return []

    return run


def quality_rows(documents: Sequence[SearchDocument], asked: Sequence[Case]) -> list[Row]:
    """How good every scheme is over the real notebooks."""
    store = MemoryStore()
    store.replace(documents)
    with postgres(documents) as by_postgres:
        return [
            {"scheme": name, "questions": len(asked), **quality(scheme, asked)}
            for name, scheme in (
                ("title x50, any word", title_50(store)),
                ("PostgreSQL, all words", by_postgres),
                ("ours", ours(store)),
            )
        ]


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
        replace(document(number, sample.cells, random_), audience=("everyone",), labels=())
        for number, sample in enumerate(pool, start=1)
    ]
    asked = cases(documents, options.seed)
    report("search-quality", quality_rows(documents, asked))
    chosen = random.Random(5).sample(asked, min(options.queries, len(asked)))
    texts = [case.text for case in chosen]
    rows: list[Row] = []
    for size in (int(size) for size in options.sizes.split(",") if size):
        rows += speed_rows(size, pool, texts)
    report("search", rows)


if __name__ == "__main__":
    main()
