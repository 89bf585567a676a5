"""The stripper of the browser, run by Node, and that of Python, asked the same.

``python -m tests.jupyter.stripping_twins`` writes down what both say about the vectors; read the
difference before it is kept.
"""

import json
import subprocess
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nbcommons_ipynb.errors import NotANotebook
from nbcommons_ipynb.parsing import format_of, parse
from nbcommons_ipynb.sniffing import as_utf8
from nbcommons_ipynb.stripping import strip
from nbcommons_ipynb.upgrading import CURRENT_MAJOR, upgrade
from scripts import build_labextension

HARNESS = Path(__file__).with_name("stripping.mjs")
TESTS = Path(__file__).parents[1]
EXPECTED = TESTS / "vectors" / "expected"
VECTORS = sorted([*(TESTS / "vectors").glob("*.ipynb"), *(TESTS / "samples").glob("*.ipynb")])

Outcome = dict[str, Any]
"""``sha256``, ``removed`` and, of small notebooks, ``canonical``; or ``refused``, the kind."""

UNREADABLE = {"refused": "unreadable"}
# What only the text of a file tells. A browser that has read it cannot know any more.
ONLY_IN_THE_TEXT = frozenset({"repeated_key", "huge_number"})
# Why the text is no JSON; in a browser it is just that.
NO_JSON = frozenset(
    {"truncated", "merge_conflict", "nul_bytes", "encoding", "not_json", "empty", "script",
     "html", "table", "other_format"}
)  # fmt: skip


def in_python(raw: bytes) -> Outcome:
    try:
        stripped = strip(parse(raw).document)
    except NotANotebook as error:
        return {"refused": error.kind}
    return {
        "sha256": stripped.sha256,
        "removed": counts(asdict(stripped.removed)),
        "canonical": stripped.canonical.decode(),
    }


def in_the_browser(node: str, raws: Iterable[bytes]) -> list[Outcome]:
    """All in one process, as JupyterLab would hold them: in format 4."""
    texts = [_as_held(raw) for raw in raws]
    done = subprocess.run(
        [node, str(HARNESS)],
        input="".join(f"{json.dumps(text)}\n" for text in texts),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    outcomes = [json.loads(line) for line in done.stdout.split("\n")[:-1]]
    assert len(outcomes) == len(texts)
    for outcome in outcomes:
        if "removed" in outcome:
            outcome["removed"] = counts(outcome["removed"])
    return outcomes


def expected(path: Path) -> tuple[Outcome, Outcome]:
    """What Python and the browser are to say about a vector; mostly the same."""
    told = json.loads((EXPECTED / f"{path.stem}.json").read_text("utf-8"))
    return told.get("python", told), told.get("browser", told)


def without_sum(outcome: Outcome) -> Outcome:
    """The canonical text says more than its sum, and can be read when it differs."""
    return {name: value for name, value in outcome.items() if name != "sha256"}


def counts(removed: dict[str, int]) -> dict[str, int]:
    """``removed`` without the size before, which is that of a file in one and of JSON in other."""
    return {name: count for name, count in removed.items() if name != "bytes_before"}


def disagreement(python: Outcome, browser: Outcome) -> str | None:
    """What the two say differently; ``None`` if they agree as far as they can."""
    refused = python.get("refused")
    if refused in ONLY_IN_THE_TEXT:
        return None if "BROKE" not in str(browser.get("refused")) else str(browser)
    if refused in NO_JSON | {"nan", "broken_character"} and browser == UNREADABLE:
        return None
    if refused == "not_json" and browser == {"refused": "nan"}:  # 1e400
        return None
    if refused is not None or "refused" in browser:
        return None if python == browser else f"{refused} / {browser.get('refused')}"
    same = {name: value for name, value in python.items() if name in browser}
    return None if same == browser else f"{same} / {browser}"


def _as_held(raw: bytes) -> str:
    """The text that the browser reads. Old formats are brought to 4 by Jupyter's own means."""
    try:
        text = as_utf8(raw)[0].decode()
        value = json.loads(text)
    except (NotANotebook, ValueError, RecursionError):
        return raw.decode(errors="replace")
    try:
        major = format_of(value)[0] if isinstance(value, dict) else CURRENT_MAJOR
        return json.dumps(upgrade(value, major)) if major < CURRENT_MAJOR else text
    except NotANotebook:
        return text


def main() -> None:
    """Write down the outcome of every vector."""
    EXPECTED.mkdir(exist_ok=True)
    for old in EXPECTED.glob("*.json"):
        old.unlink()
    raws = [path.read_bytes() for path in VECTORS]
    browser = in_the_browser(build_labextension.find_node().node, raws)
    for path, raw, outcome in zip(VECTORS, raws, browser, strict=True):
        here, there = without_sum(in_python(raw)), without_sum(outcome)
        told = here if here == there else {"python": here, "browser": there}
        text = json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True)
        (EXPECTED / f"{path.stem}.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
