"""What was taken out of a notebook before anybody saw it: counts, and sentences for people."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from nbcommons_ipynb.spaces import any_case

OutputKind = Literal["table", "chart", "text", "error", "widget", "other"]

TIMING_KEYS = frozenset({"execution", "ExecuteTime", "papermill"})
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
ERROR_TYPES = frozenset({"error", "pyerr"})
TABLE_TYPES = frozenset({"application/vnd.dataresource+json"})
CHART_TYPES = (
    "image/",
    "application/vnd.plotly",
    "application/vnd.vega",
    "application/vnd.bokeh",
)
TEXT_TYPES = ("text/plain", "text/markdown", "text/latex")

_TAG_END = r"[ \t\n\f\r>]"
TABLE = rf"<{any_case('table')}{_TAG_END}"
BODY = rf"<{any_case('tbody')}{_TAG_END}"
ROW = rf"<{any_case('tr')}{_TAG_END}"
HEAD = rf"<(?:{any_case('thead')}|{any_case('th')}){_TAG_END}"
DRAWING = "|".join(
    [rf"<{any_case(tag)}{_TAG_END}" for tag in ("svg", "img", "canvas")]
    + [any_case(library) for library in ("plotly", "bokeh", "vega", "echarts")]
)
PERSONAL_KEY = r"user(?:_?name)?|author|owner|e-?mail|path|folder|directory|cwd|home"
PERSONAL_PATH = r"/home/|/Users/|/root/|\\Users\\|Documents and Settings|file://"

_TABLE = re.compile(TABLE)
_BODY = re.compile(BODY)
_ROW = re.compile(ROW)
_HEAD = re.compile(HEAD)
_DRAWING = re.compile(DRAWING)
_PERSONAL_KEY = re.compile(PERSONAL_KEY)
_PERSONAL_PATH = re.compile(PERSONAL_PATH)


@dataclass(frozen=True, slots=True)
class Removed:
    """Exact counts of what was removed from one notebook.

    outputs: all results; always the sum of tables, charts, texts, errors, widgets, others.
    text_lines: lines in those of the outputs that are text.
    execution_counts, execution_timings: cells that bore a run number; entries with run times.
    widget_states: saved sliders and boxes. attachments: pictures and files, those written
    into the text included. names_and_folders, metadata_keys: all other metadata entries; the
    first are those that seem to name a person or a folder.
    bytes_before, bytes_after: size of the file as it came, and of what is left.
    """

    outputs: int = 0
    tables: int = 0
    charts: int = 0
    texts: int = 0
    errors: int = 0
    widgets: int = 0
    others: int = 0
    text_lines: int = 0
    execution_counts: int = 0
    execution_timings: int = 0
    widget_states: int = 0
    attachments: int = 0
    names_and_folders: int = 0
    metadata_keys: int = 0
    bytes_before: int = 0
    bytes_after: int = 0


@dataclass(frozen=True, slots=True)
class CellRemoved:
    """What was removed from one cell. notes: one sentence per result or picture."""

    position: int
    cell_id: str
    removed: Removed
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of the list that a person is shown. detail may be empty."""

    label: str
    detail: str
    count: int


def ledger(removed: Removed) -> tuple[LedgerLine, ...]:
    """The lines to show a person, those that count nothing left out."""
    parts = (
        _counted(removed.tables, "table"),
        _counted(removed.charts, "chart"),
        _counted(removed.text_lines, "line of text", "lines of text"),
        _counted(removed.errors, "error message"),
        _counted(removed.widgets, "slider or form", "sliders and forms"),
        _counted(removed.others, "other"),
    )
    results = ", ".join(part for part in parts if part)
    lines = (
        LedgerLine("Results below cells", results, removed.outputs),
        LedgerLine("Attached pictures and files", "", removed.attachments),
        LedgerLine("Saved state of sliders and boxes", "", removed.widget_states),
        LedgerLine(
            "Run numbers and times", "", removed.execution_counts + removed.execution_timings
        ),
        LedgerLine("Names and folders in the file", "", removed.names_and_folders),
        LedgerLine("Other notes of Jupyter and its tools", "", removed.metadata_keys),
    )
    return tuple(line for line in lines if line.count)


def _counted(count: int, one: str, many: str = "") -> str:
    if not count:
        return ""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


@dataclass(frozen=True, slots=True)
class OutputRemoved:
    """One result: what it was, how many rows or lines it had, and the sentence about it."""

    kind: OutputKind
    size: int
    note: str


def describe_output(output: Any) -> OutputRemoved:
    """What ``output`` was, however odd it is."""
    if not isinstance(output, dict):
        return OutputRemoved("other", 0, "Result removed")
    kind = output.get("output_type")
    if kind == "stream":
        return _text(output.get("text"))
    if isinstance(kind, str) and kind in ERROR_TYPES:
        return OutputRemoved("error", 0, "Error message removed")
    data = output.get("data")
    return (
        _bundle(data) if isinstance(data, dict) else OutputRemoved("other", 0, "Result removed")
    )


def _bundle(data: dict[str, Any]) -> OutputRemoved:
    """The most telling of a result's forms decides what it was."""
    tables = [value for mime, value in data.items() if mime in TABLE_TYPES]
    texts = [data[mime] for mime in TEXT_TYPES if mime in data]
    if WIDGET_VIEW in data:
        return OutputRemoved("widget", 0, "Slider or form removed")
    if tables:
        rows = tables[0].get("data") if isinstance(tables[0], dict) else None
        return _table(len(rows) if isinstance(rows, list) else 0)
    if any(mime.startswith(CHART_TYPES) for mime in data):
        return OutputRemoved("chart", 0, "Chart removed")
    if "text/html" in data:
        return _html(joined(data["text/html"]))
    return _text(texts[0]) if texts else OutputRemoved("other", 0, "Result removed")


def _html(html: str) -> OutputRemoved:
    if _TABLE.search(html):
        return _table(_rows(html))
    if _DRAWING.search(html):
        return OutputRemoved("chart", 0, "Chart removed")
    return OutputRemoved("other", 0, "Formatted result removed")


def _table(rows: int) -> OutputRemoved:
    return OutputRemoved("table", rows, f"Table removed: {_counted(rows, 'row') or 'no rows'}")


def _rows(html: str) -> int:
    """Rows of data in an HTML table, its head left out."""
    body = _BODY.search(html)
    if body is not None:
        return len(_ROW.findall(html, body.end()))
    rows = len(_ROW.findall(html))
    return max(rows - 1, 0) if _HEAD.search(html) else rows


def _text(value: Any) -> OutputRemoved:
    text = joined(value)
    lines = text.count("\n") + (not text.endswith("\n")) if text else 0
    return OutputRemoved("text", lines, f"{_counted(lines, 'line') or 'Empty text'} removed")


def joined(value: Any) -> str:
    """The text of a result, which formats write as a string or a list of lines."""
    if isinstance(value, list):
        return "".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""


_FIELDS: dict[OutputKind, str] = {
    "table": "tables",
    "chart": "charts",
    "text": "texts",
    "error": "errors",
    "widget": "widgets",
    "other": "others",
}


def count_outputs(outputs: Sequence[OutputRemoved]) -> Counter[str]:
    """The counts of these results, by the names of ``Removed``."""
    counts = Counter(outputs=len(outputs))
    for output in outputs:
        counts[_FIELDS[output.kind]] += 1
        if output.kind == "text":
            counts["text_lines"] += output.size
    return counts


def count_metadata(gone: Iterable[tuple[str, Any]]) -> Counter[str]:
    """The counts of these removed metadata entries, each in exactly one place."""
    counts: Counter[str] = Counter()
    for key, value in gone:
        if key in TIMING_KEYS:
            counts["execution_timings"] += 1
        elif key == "widgets":
            counts["widget_states"] += _widget_states(value)
        elif _is_personal(key, value):
            counts["names_and_folders"] += 1
        else:
            counts["metadata_keys"] += 1
    return counts


def _widget_states(value: Any) -> int:
    """How many widgets a notebook's saved widget state holds; at least 1, for the entry itself."""
    count = 0
    for view in value.values() if isinstance(value, dict) else ():
        state = view.get("state") if isinstance(view, dict) else None
        count += len(state) if isinstance(state, dict) else 0
    return max(count, 1)


def _is_personal(key: str, value: Any) -> bool:
    if _PERSONAL_KEY.fullmatch(key.rsplit(".", 1)[-1].lower()):
        return True
    return isinstance(value, str) and _PERSONAL_PATH.search(value) is not None
