"""How quickly notebooks are taken in and shown, beside nbconvert and nbformat on the same ones.

python bench/render.py [--notebooks 200]
"""

import argparse
import os
import random
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from _report import report
from nbconvert import HTMLExporter
from nbconvert.preprocessors import ClearOutputPreprocessor

from nbcommons_ipynb.parsing import parse
from nbcommons_ipynb.rendering import render, to_bytes
from nbcommons_ipynb.stripping import strip

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / os.environ.get("NBCOMMONS_SAMPLES", "../shared/samples")
SEED = 20181
MEGABYTE = 1_000_000


def cpu_ms(work: Callable[[], Any]) -> tuple[float, Any]:
    """Processor time of one call in milliseconds, and what it returned."""
    start = time.process_time()
    result = work()
    return (time.process_time() - start) * 1_000, result


def spread(name: str, times_ms: list[float], sizes: list[int]) -> dict[str, Any]:
    ordered = sorted(times_ms)
    return {
        "what": name,
        "notebooks": len(ordered),
        "p50 ms": round(statistics.median(ordered), 2),
        "p95 ms": round(ordered[int(len(ordered) * 0.95)], 2),
        "max ms": round(ordered[-1], 1),
        "sum ms": round(sum(ordered)),
        "KB p50": round(statistics.median(sizes) / 1_000, 1),
    }


def rendering(contents: list[bytes]) -> list[dict[str, Any]]:
    """Stripped notebook to HTML: ours, and nbconvert's basic template, turn by turn."""
    exporter = HTMLExporter(template_name="basic")
    ours: tuple[list[float], list[int]] = ([], [])
    theirs: tuple[list[float], list[int]] = ([], [])
    documents = [strip(parse(content).document).document for content in contents]
    render(documents[0])
    exporter.from_notebook_node(nbformat.from_dict(documents[0]))
    for document in documents:
        took, rendered = cpu_ms(lambda: render(document))  # noqa: B023 called at once
        ours[0].append(took)
        ours[1].append(len(to_bytes(rendered)))
        node = nbformat.from_dict(document)
        took, (html, _) = cpu_ms(lambda: exporter.from_notebook_node(node))  # noqa: B023
        theirs[0].append(took)
        theirs[1].append(len(html.encode()))
    rows = [spread("nbcommons", *ours), spread("nbconvert basic", *theirs)]
    names = ("p50 ms", "p95 ms", "max ms", "sum ms")
    ratios = {name: f"{rows[1][name] / rows[0][name]:.1f}x" for name in names}
    return [*rows, {"what": "ratio", **ratios}]


def taking_in(contents: list[bytes]) -> list[dict[str, Any]]:
    """Bytes to a stripped, validated notebook, best of three."""
    clear = ClearOutputPreprocessor()

    def ours() -> None:
        for content in contents:
            strip(parse(content).document, bytes_before=len(content))

    def theirs() -> None:
        for content in contents:
            node = nbformat.reads(content.decode(), as_version=4)
            nbformat.writes(clear.preprocess(node, {})[0])

    size = sum(map(len, contents)) / MEGABYTE
    rows = []
    for name, work in (("parse, strip, validate", ours), ("nbformat, ClearOutput", theirs)):
        best_ms = min(cpu_ms(work)[0] for _ in range(3))
        rows.append(
            {
                "what": name,
                "MB": round(size, 1),
                "MB/s": round(size / best_ms * 1_000, 1),
                "ms each": round(best_ms / len(contents), 2),
            }
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notebooks", type=int, default=200)
    wanted = parser.parse_args().notebooks
    paths = sorted(SAMPLES.rglob("*.ipynb"))
    if not paths:
        parser.error(f"no notebooks in {SAMPLES.resolve()}; set NBCOMMONS_SAMPLES")
    random.Random(SEED).shuffle(paths)
    contents = [path.read_bytes() for path in paths[:wanted]]
    # nbformat and nbconvert warn about each notebook without ids.
    warnings.simplefilter("ignore")
    report("render", rendering(contents))
    report("taking-in", taking_in(contents))


if __name__ == "__main__":
    main()
