"""A difference as items of a page: names of cells, places left, words, pages."""

import pytest

from nbcommons.versions import _items
from nbcommons.versions._items import entries_of, items_of, paged, summary_of
from nbcommons.versions._words import cell_notes, notebook_notes
from nbcommons_ipynb.diff.comparing import diff
from nbcommons_ipynb.diff.model import Counts
from tests.factories.versions import LOAD, RANK, WHY, make_document

DRAW = ("draw", "code", "ranked.plot.barh(x='name', y='days')")
END = ("end", "markdown", "That is all.")


def items(old, new):
    return items_of(entries_of(diff(old, new)), old, new)


def told(old, new):
    """Each item in a few words."""
    return [
        f"{item.name}: {item.words}" if not item.is_same and not item.is_gone else item.words
        for item in items(old, new)
    ]


class TestItems:
    def test_call_code_by_its_number_and_text_by_what_follows(self):
        old = make_document(WHY, LOAD, RANK, END)
        new = make_document(
            ("why", "markdown", "# Rank late payers\n\nAsk who pays late, and how late."),
            LOAD,
            ("rank", "code", RANK[2].replace("20", "30")),
            ("end", "markdown", "That is all there is."),
        )

        assert told(old, new) == [
            "Text before cell 1: changed",
            "Cell 1 is the same",
            "Cell 2: changed",
            "Text at the end: changed",
        ]

    def test_tell_of_runs_in_one_sentence(self):
        old = make_document(WHY, LOAD, RANK, END)
        new = make_document(WHY, LOAD, RANK, END, DRAW)

        assert told(old, new) == ["Cells 1 to 2 and their text are the same", "Cell 3: added"]

    def test_show_where_a_moved_cell_stood(self):
        old, new = make_document(LOAD, RANK, DRAW), make_document(RANK, DRAW, LOAD)

        assert told(old, new) == [
            "Cell 1 moved: it is now cell 3",
            "Cells 1 to 2 are the same",
            "Cell 3: moved, was cell 1",
        ]
        gone, _, moved = items(old, new)
        assert gone.target == moved.anchor

    def test_say_that_a_moved_cell_changed_too(self):
        old = make_document(LOAD, RANK, DRAW)
        new = make_document(RANK, DRAW, ("load", "code", LOAD[2] + "\nlate.info()"))

        assert told(old, new)[-1] == "Cell 3: moved, was cell 1; changed too"

    def test_count_a_cell_with_another_id_as_the_same(self):
        old, new = make_document(LOAD, RANK), make_document(LOAD, ("other", *RANK[1:]))

        assert told(old, new) == ["Cells 1 to 2 are the same"]

    def test_name_empty_cells_and_plain_text(self):
        new = make_document(("e", "code", " "), ("r", "raw", "x"), LOAD)

        assert told(make_document(LOAD), new) == [
            "Empty cell before cell 1: added",
            "Plain text before cell 1: added",
            "Cell 1 is the same",
        ]

    def test_have_no_more_same_cells_than_a_page_can_bear(self, monkeypatch):
        monkeypatch.setattr(_items, "PREVIEW_CHARACTERS", len(LOAD[2]) + 5)
        both = make_document(LOAD, RANK)

        (item,) = items(both, both)

        assert item.is_cut
        assert [cell.name for cell in item.cells] == ["Cell 1"]


class TestPaged:
    def test_has_every_entry_once_and_bounded_pages(self, monkeypatch):
        monkeypatch.setattr(_items, "PAGE_ROWS", 30)
        cells = [(f"c{n}", "code", f"x_{n} = {n}\ny = 1") for n in range(40)]
        old = make_document(*cells)
        new = make_document(*((i, kind, source + "\nz = 2") for i, kind, source in cells))
        entries = entries_of(diff(old, new))

        pages = paged(entries)

        assert [entry for page in pages for entry in page] == list(entries)
        assert len(pages) > 5
        assert all(sum(map(_items._weight, page)) <= 30 for page in pages)

    def test_has_a_first_page_even_of_nothing(self):
        assert paged(()) == [()]


class TestSummary:
    @pytest.mark.parametrize(
        ("counts", "words"),
        [
            ((3, 1, 2, 0), "3 cells changed, 1 moved, 2 added"),
            ((0, 0, 0, 1), "1 cell removed"),
            ((0, 2, 0, 1_200), "2 cells moved, 1,200 removed"),
            ((0, 0, 0, 0), "No cell changed"),
        ],
    )
    def test_tells_what_is_not_nought(self, counts, words):
        assert summary_of(Counts(*counts, same=5)) == words


class TestNotes:
    def of_cell(self, before, after):
        old, new = ({**_whole("code"), **change} for change in (before, after))
        (step,) = [s for s in diff(make_document(old), make_document(new)).steps if s.fields]
        return cell_notes(step.fields)

    @pytest.mark.parametrize(
        ("before", "after", "note"),
        [
            ({"tags": ["a", "b"]}, {"tags": ["b", "c"]}, ("Tag added: “c”", "Tag removed: “a”")),
            ({}, {"tags": ["a", "b"]}, ("Tags added: “a”, “b”",)),
            ({"tags": ["a", "b"]}, {"tags": ["b", "a"]}, ("Tags stand in another order",)),
            ({}, {"jupyter": {"source_hidden": True}}, ("Code is folded away now",)),
            ({"jupyter": {"source_hidden": True}}, {}, ("Code is shown again",)),
            ({"name": "a"}, {"name": "b"}, ("Name changed from “a” to “b”",)),
            ({}, {"slideshow": {"slide_type": "skip"}}, ("Slide added: “skip”",)),
            ({"ordo_success": "x"}, {}, ("Praise for a right answer removed",)),
            ({}, {"our_key": {"deep": [1, True]}}, ("our_key.deep added: 1, yes",)),
        ],
    )  # fmt: skip
    def test_of_a_cell_say_what_changed(self, before, after, note):
        assert self.of_cell({"metadata": before}, {"metadata": after}) == note

    def test_of_a_cell_say_that_code_became_text(self):
        old, new = make_document(_whole("code")), make_document(_whole("markdown"))
        (step,) = diff(old, new).steps

        assert cell_notes(step.fields) == ("Was code, is text now",)

    def test_of_a_notebook_say_which_kernel_and_language(self):
        old = make_document(
            kernelspec={"name": "python3", "display_name": "Python 3"},
            language_info={"name": "python", "version": "3.11", "mimetype": "x"},
        )
        new = make_document(
            kernelspec={"name": "ir", "display_name": "R"},
            language_info={"name": "R", "version": "4.4", "mimetype": "y"},
            title="T",
            authors=[{"name": "Ann"}],
        )

        assert notebook_notes(diff(old, new).fields) == (
            "Authors added: “Ann”",
            "Kernel changed from “Python 3” to “R”",
            "Kernel name changed from “python3” to “ir”",
            "Language changed from “python” to “R”",
            "Version of the language changed from “3.11” to “4.4”",
            "Title in the file added: “T”",
        )

    def test_leave_out_where_a_copy_came_from_and_the_format(self):
        old = make_document(nbcommons={"v": 1, "revision": 1})
        new = {**make_document(nbcommons={"v": 1, "revision": 2}), "nbformat_minor": 4}

        assert notebook_notes(diff(old, new).fields) == ()


def _whole(kind):
    cell = {"cell_type": kind, "id": "a", "metadata": {}, "source": "words of the cell"}
    return {**cell, "outputs": [], "execution_count": None} if kind == "code" else cell
