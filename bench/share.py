"""Which share of JupyterLab's load is our extension's, by a profile of the browser's own.

    python bench/share.py [--rounds 9]

Two JupyterLabs side by side, alike but for our extension, load a notebook until cells can be
seen: in a new browser profile, and again when everything is in its cache. In the one with the
extension the main thread is sampled: ours is every sample with a frame of our files in its
stack, whoever's code it called, until a second after the cells are there. Compiling our files is
counted beside, and so is the time in which nothing was being fetched but files of ours, whatever
the main thread did meanwhile; with it the share is the most that it can be. What our plugins
cause elsewhere (a message loop, a layout) is in no such sample: the difference between the two
JupyterLabs holds it, with the noise of a whole load.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from _ratio import compared, shuffled
from _report import report
from lab import FLAGS, PATIENCE_MS, UNNEEDED, jupyter
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.jupyter.servers import JUPYTER_TOKEN, running_site

OURS = "/@nbcommons/"
SAMPLE_US = 250
AFTER_S = 1.0
WITH, WITHOUT = "with ours", "without ours"
FILE = "lab/tree/A notebook.ipynb?reset"
TRACED = ["devtools.timeline", "v8"]
FETCHED = """() => performance.getEntriesByType('resource').map(entry => [
  entry.startTime, entry.responseEnd, entry.decodedBodySize,
  entry.name.includes('/@nbcommons/')])"""


@dataclass(frozen=True, slots=True)
class Load:
    """One load. All but ``seconds`` and ``kb`` are milliseconds of ours; None: not looked at."""

    seconds: float
    run: float | None = None
    compiled: float | None = None
    awaited: float | None = None
    kb: float = 0.0

    @property
    def share(self) -> float:
        """Percent of the load that the main thread spent with ours."""
        return ((self.run or 0) + (self.compiled or 0)) / self.seconds / 10

    @property
    def most(self) -> float:
        """The same, as if nothing else had happened while only ours were fetched."""
        return self.share + (self.awaited or 0) / self.seconds / 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    lean = dict.fromkeys(UNNEEDED, False)
    loads: dict[tuple[str, str], list[Load]] = {}
    with (
        running_site(Path(tempfile.mkdtemp())) as site,
        jupyter(site, lean) as (ours, _),
        jupyter(site, {**lean, "jupyter_nbcommons": False}, is_bare=True) as (bare, _),
        sync_playwright() as browsers,
    ):
        bases = {WITH: f"{ours}/", WITHOUT: f"{bare}/"}
        browser = browsers.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for number in range(rounds + 1):
            for kind in shuffled(list(bases), number):
                context = browser.new_context()
                for cache in ("a new profile", "all in the cache"):
                    # The whole is timed without a profile, which slows what it looks at.
                    seen = (
                        Load(load(context, bases[kind])) if cache != "a new profile" else None
                    )
                    if kind == WITH:
                        profiled_load = profiled(browser, context, bases[kind])
                        loads.setdefault(("profiled", cache), []).append(profiled_load)
                    elif seen is None:
                        load(context, bases[kind])
                    if seen is not None:
                        loads.setdefault((kind, cache), []).append(seen)
                context.close()
        browser.close()
    # The first round fills caches of the servers.
    report("share", rows({key: found[1:] for key, found in loads.items()}))


def rows(loads: dict[tuple[str, str], list[Load]]) -> list[dict[str, object]]:
    """Whole loads side by side, and the parts of those that were looked into."""
    cached = "all in the cache"
    base = [load.seconds for load in loads[WITHOUT, cached]]
    table: list[dict[str, object]] = [
        {
            "load": cached,
            **compared(kind, [one.seconds for one in loads[kind, cached]], base, to=WITHOUT),
        }
        for kind in (WITHOUT, WITH)
    ]
    for (kind, cache), found in loads.items():
        if kind == "profiled":
            table.append(
                {
                    "load": cache,
                    "what": "profiled",
                    "n": len(found),
                    "median s": middle([one.seconds for one in found]),
                    "run ms": middle([one.run or 0 for one in found]),
                    "compiled ms": middle([one.compiled or 0 for one in found]),
                    "awaited alone ms": middle([one.awaited or 0 for one in found]),
                    "kB": found[0].kb,
                    "share %": middle([one.share for one in found]),
                    "at most %": middle([one.most for one in found]),
                }
            )
    return table


def load(context: BrowserContext, base: str) -> float:
    """Seconds from the request to cells that can be seen."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{base}api")
    seconds = until_cells(page, base)
    page.close()
    return seconds


def until_cells(page: Any, base: str) -> float:
    began = time.monotonic()
    page.goto(f"{base}{FILE}&token={JUPYTER_TOKEN}", wait_until="commit")
    page.locator(".jp-NotebookPanel:visible .jp-Cell").first.wait_for()
    return time.monotonic() - began


def profiled(browser: Browser, context: BrowserContext, base: str) -> Load:
    """A load with the main thread looked at all the while."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    # The same origin first: else the profile stays with a process that the load leaves.
    page.goto(f"{base}api")
    devtools = context.new_cdp_session(page)
    devtools.send("Profiler.enable")
    devtools.send("Profiler.setSamplingInterval", {"interval": SAMPLE_US})
    browser.start_tracing(page=page, categories=TRACED)
    devtools.send("Profiler.start")
    seconds = until_cells(page, base)
    time.sleep(AFTER_S)
    profile = devtools.send("Profiler.stop")["profile"]
    trace = json.loads(browser.stop_tracing())
    entries = page.evaluate(FETCHED)
    page.close()
    early = [entry for entry in entries if entry[0] < 1000 * seconds]
    others = covered_ms([(start, end) for start, end, _, is_ours in early if not is_ours])
    return Load(
        seconds,
        run=run_ms(profile),
        compiled=compiled_ms(trace),
        awaited=covered_ms([(start, end) for start, end, *_ in early]) - others,
        kb=round(sum(size for *_, size, is_ours in entries if is_ours) / 1000, 1),
    )


def run_ms(profile: dict[str, Any]) -> float:
    """Milliseconds of samples with a frame of ours in the stack."""
    nodes = {node["id"]: node for node in profile["nodes"]}
    ours = {number for number, node in nodes.items() if OURS in node["callFrame"]["url"]}
    waiting = list(ours)
    while waiting:
        children = nodes[waiting.pop()].get("children", [])
        waiting += [child for child in children if child not in ours]
        ours.update(children)
    pairs = zip(profile["samples"], profile["timeDeltas"], strict=True)
    return sum(delta for node, delta in pairs if node in ours) / 1000


def compiled_ms(trace: dict[str, Any]) -> float:
    """Milliseconds in which our files were compiled, before any of them ran."""
    return sum(
        event.get("dur", 0) / 1000
        for event in trace["traceEvents"]
        if event["name"].startswith("v8.compile")
        and OURS in str(event.get("args", {}).get("data", {}).get("url", ""))
    )


def covered_ms(spans: list[tuple[float, float]]) -> float:
    """Milliseconds that any of these spans covers."""
    covered, end = 0.0, 0.0
    for first, last in sorted(spans):
        covered += max(0.0, last - max(first, end))
        end = max(end, last)
    return covered


def middle(values: list[float]) -> float:
    return round(statistics.median(values), 2)


if __name__ == "__main__":
    main()
