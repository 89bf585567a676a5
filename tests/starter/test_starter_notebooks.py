"""The starter notebooks run from top to bottom, and fail in a sentence when they must."""

import json
import time
from importlib import resources
from pathlib import Path
from queue import Empty
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from nbcommons_ipynb.limits import Limits
from nbcommons_ipynb.parsing import parse
from nbcommons_ipynb.stripping import strip

STARTER = Path(str(resources.files("nbcommons.intake").joinpath("starter")))
ENTRIES = json.loads((STARTER / "starter.json").read_text("utf-8"))["notebooks"]
FILES = [entry["file"] for entry in ENTRIES]

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


def notebook(file: str, **settings: object) -> Any:
    """The notebook, with other values in its settings cell."""
    opened = nbformat.read(STARTER / file, as_version=4)
    for cell in opened.cells:
        if settings and "parameters" in cell.metadata.get("tags", []):
            cell.source += "".join(f"\n{name} = {value!r}" for name, value in settings.items())
    return opened


class Client(NotebookClient):
    """Looks for answers every second, and does not only wait to be woken.

    nbclient speaks for a widget on the channel on which it waits for the end of the cell. That can
    swallow the signal that the end has come, and it would sleep until its timeout.
    """

    async def async_start_new_kernel_client(self) -> Any:
        client = await super().async_start_new_kernel_client()
        channel = client.shell_channel
        wait_long = channel.get_msg

        async def look_often(timeout: float | None = None) -> Any:  # noqa: ASYNC109 - its name
            deadline = time.monotonic() + (timeout or 0)
            while True:
                try:
                    return await wait_long(timeout=1)
                except Empty:
                    if timeout is not None and time.monotonic() > deadline:
                        raise

        channel.get_msg = look_often
        return client


def run(opened: Any, folder: Path) -> Any:
    return Client(opened, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()


def printed(opened: Any, cell_id: str) -> str:
    cell = next(cell for cell in opened.cells if cell.id == cell_id)
    return "".join(output.get("text", "") for output in cell.outputs)


class TestManifest:
    def test_names_every_notebook_once(self):
        assert sorted(FILES) == sorted(path.name for path in STARTER.glob("*.ipynb"))

    @pytest.mark.parametrize("entry", ENTRIES, ids=FILES)
    def test_agrees_with_the_first_heading(self, entry):
        opened = notebook(entry["file"])

        assert opened.cells[0].source.startswith(f"# {entry['title']}\n")

    @pytest.mark.parametrize("entry", ENTRIES, ids=FILES)
    def test_describes_in_a_few_plain_words(self, entry):
        assert entry["category"] in {"operational", "building_block", "course"}
        assert 1 <= len(entry["tags"]) <= 6
        assert all(tag == tag.lower() for tag in entry["tags"])
        assert 60 <= len(entry["description"]) <= 200


class TestFile:
    @pytest.mark.parametrize("file", FILES)
    def test_passes_our_cleaning_unchanged(self, file):
        raw = (STARTER / file).read_bytes()

        parsed = parse(raw, limits=Limits())
        stripped = strip(parsed.document, bytes_before=parsed.raw_bytes)

        assert parsed.repairs == ()
        assert stripped.document == notebook(file)  # both with each source as one text

    @pytest.mark.parametrize("file", FILES)
    def test_has_one_settings_cell_and_names_for_all(self, file):
        opened = notebook(file)

        settings = [c for c in opened.cells if "parameters" in c.metadata.get("tags", [])]

        assert len(settings) == 1
        assert settings[0].source.startswith("# Settings: change these.\n")
        assert len({cell.id for cell in opened.cells}) == len(opened.cells)

    @pytest.mark.parametrize("file", FILES)
    def test_shows_code_without_scrolling_sideways(self, file):
        code = [cell.source for cell in notebook(file).cells if cell.cell_type == "code"]

        assert max(len(line) for source in code for line in source.splitlines()) <= 100


class TestRun:
    @pytest.mark.parametrize("file", FILES)
    def test_runs_from_top_to_bottom(self, file, tmp_path):
        done = run(notebook(file), tmp_path)

        errors = [
            output
            for cell in done.cells
            if cell.cell_type == "code"
            for output in cell.outputs
            if output.output_type == "error" or output.get("name") == "stderr"
        ]
        assert errors == []

    def test_draws_the_name_on_the_shelf(self, tmp_path):
        opened = notebook("hello-commons.ipynb")
        settings = next(cell for cell in opened.cells if cell.id == "settings")
        settings.source = 'draw_room("Zoë 王", 3, "sunday")'

        done = run(opened, tmp_path)

        drawing = printed(done, "settings")
        assert all(f" {letter} " in drawing for letter in "ZOË")
        assert "王" in drawing
        assert "Sunday, 3 o'clock." in drawing
        assert "The lamp is lit." in drawing

    def test_says_what_an_hour_and_a_day_are(self, tmp_path):
        opened = notebook("hello-commons.ipynb")
        next(
            c for c in opened.cells if c.id == "settings"
        ).source = 'draw_room("Ada", 25, "Fri")'

        done = run(opened, tmp_path)

        assert printed(done, "settings").startswith("The hour is a whole number from 0 to 23")

    def test_shows_the_answer_before_anybody_presses_the_button(self, tmp_path):
        opened = notebook("ask-with-a-form.ipynb")
        # The widget gets its text after the cell that filled it has ended.
        for source in (
            "print(below.outputs[0]['text'])",
            "first_field.value, last_field.value = date(2026, 2, 1), date(2026, 1, 1)",
            "button.click()",
            "print(below.outputs[0]['text'])",
        ):
            opened.cells.append(nbformat.v4.new_code_cell(source))

        done = run(opened, tmp_path)

        before, _, _, after = [printed(done, cell.id) for cell in done.cells[-4:]]
        assert "visitors of Harbour waited longer than 20 minutes" in before
        assert after.strip() == "The first day is after the last day. Exchange them."

    def test_concludes_whom_to_call_first(self, tmp_path):
        done = run(notebook("find-late-payers.ipynb"), tmp_path)

        assert printed(done, "conclusion") == (
            "8 of 19 customers pay late more often than not.\n"
            "27,853.36 in 22 invoices is overdue on 31 October 2026.\n"
            "Call Eastgate Motors first: 8,602.88 in 6 invoices, "
            "the oldest (26-0108) 191 days late.\n"
            "2 customers have fewer than 5 invoices and are not judged.\n"
        )

    def test_counts_a_small_list_of_ones_own_by_hand(self, tmp_path):
        """Two customers, looked at on 30 June. North: due 1 June, paid 11 June (10 days late)
        and due 1 June, open (29 days late, 50.00). South: paid on its day; one is not due yet.
        """
        (tmp_path / "mine.csv").write_text(
            "invoice,customer,amount,due,paid\n"
            "1,North,100,2026-06-01,2026-06-11\n2,North,50,2026-06-01,\n"
            "3,South,70,2026-06-10,2026-06-10\n4,South,70,2026-07-10,\n"
        )
        settings = {"file_name": "mine.csv", "count_until": "2026-06-30", "fewest_invoices": 1}

        done = run(notebook("find-late-payers.ipynb", **settings), tmp_path)

        assert printed(done, "conclusion") == (
            "1 of 2 customers pay late more often than not.\n"
            "50.00 in 1 invoice is overdue on 30 June 2026.\n"
            "Call North first: 50.00 in 1 invoice, the oldest (2) 29 days late.\n"
        )

    def test_manages_a_list_in_which_nobody_is_late(self, tmp_path):
        (tmp_path / "mine.csv").write_text(
            "invoice,customer,amount,due,paid\n1,North,100,2026-06-01,2026-06-01\n"
        )

        done = run(notebook("find-late-payers.ipynb", file_name="mine.csv"), tmp_path)

        assert printed(done, "chart") == "Nothing is overdue, so there is nothing to draw.\n"
        assert printed(done, "conclusion").startswith("0 of 0 customers")


class TestExample:
    def test_is_the_same_where_the_file_is_not_installed(self):
        opened = notebook("find-late-payers.ipynb")
        source = next(cell.source for cell in opened.cells if cell.id == "example-list")
        made: dict[str, Any] = {}

        exec(source, made)

        file = resources.files("jupyter_nbcommons").joinpath("examples", "invoices.csv")
        assert made["make_example"]() == file.read_text("utf-8")
        assert made["example_list"]() == file.read_text("utf-8")


ROW = "invoice,customer,amount,due,paid\n"
WRONG_SETTINGS = [
    (
        "read-a-csv-file.ipynb",
        {"file_name": "gone.csv"},
        "Not read: no file is called gone.csv.",
    ),
    ("read-a-csv-file.ipynb", {"file_name": "a.xlsx"}, "Not read: a.xlsx is a spreadsheet"),
    ("read-a-csv-file.ipynb", {"file_name": "empty.csv"}, "Not read: empty.csv is empty."),
    (
        "read-a-csv-file.ipynb",
        {"file_name": "good.csv", "encoding": "utf-88"},
        "Not read: no encoding is called utf-88.",
    ),
    (
        "find-late-payers.ipynb",
        {"file_name": "gone.csv"},
        "Stopped: no file is called gone.csv.",
    ),
    (
        "find-late-payers.ipynb",
        {"file_name": "empty.csv"},
        "Stopped: empty.csv cannot be read.",
    ),
    (
        "find-late-payers.ipynb",
        {"column_due": "Due day"},
        "Stopped: no column is called Due day.",
    ),
    (
        "find-late-payers.ipynb",
        {"file_name": "amount.csv"},
        "Stopped: line 2: amount is 1,5 EUR,",
    ),
    ("find-late-payers.ipynb", {"file_name": "due.csv"}, "Stopped: line 3: due is 1.6.2026,"),
    ("find-late-payers.ipynb", {"count_until": "soon"}, "Stopped: count_until is soon,"),
    (
        "draw-a-clear-chart.ipynb",
        {"compare": {"a": 1, "b": "2"}},
        "Not drawn: Compare: b needs",
    ),
    ("draw-a-clear-chart.ipynb", {"compare_highlight": "West"}, "Not drawn: there is no bar"),
]


class TestFailing:
    @pytest.mark.parametrize(("file", "settings", "sentence"), WRONG_SETTINGS)
    def test_says_one_sentence_and_no_more(self, file, settings, sentence, tmp_path):
        (tmp_path / "good.csv").write_text(ROW)
        (tmp_path / "empty.csv").write_bytes(b"")
        (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04")
        (tmp_path / "amount.csv").write_text(f'{ROW}1,North,"1,5 EUR",2026-06-01,\n')
        (tmp_path / "due.csv").write_text(f"{ROW}1,N,1,2026-06-01,\n2,N,1,1.6.2026,\n")
        opened = notebook(file, **settings)

        with pytest.raises(CellExecutionError):
            run(opened, tmp_path)

        outputs = [o for c in opened.cells if c.cell_type == "code" for o in c.outputs]
        shown = next(output for output in outputs if output.output_type == "error").traceback
        assert len(shown) == 1
        assert shown[0].startswith(sentence)
