"""What is shared of a notebook, and the account of what was not."""

import base64
import time

import pytest

from nbcommons_ipynb.allowed import ExtraKeys
from nbcommons_ipynb.errors import NotANotebook
from nbcommons_ipynb.limits import Limits
from nbcommons_ipynb.removal import LedgerLine, Removed, describe_output, ledger
from nbcommons_ipynb.stripping import strip
from tests.ipynb.builders import code, coded, notebook, parsed, picture, raw, stripped, text

TABLE = "<table><thead><tr><th>a</th></tr></thead><tbody>{}</tbody></table>"
ROW = "<tr><td>1</td></tr>"


def display(**data):
    named = {key.replace("_", "/", 1): value for key, value in data.items()}
    return {"output_type": "display_data", "metadata": {}, "data": named}


def stream(lines):
    return {"output_type": "stream", "name": "stdout", "text": lines}


class TestDescribeOutput:
    @pytest.mark.parametrize(
        ("output", "kind", "note"),
        [
            (display(text_html=TABLE.format(ROW * 5)), "table", "Table removed: 5 rows"),
            (display(text_html=[TABLE.format(ROW)]), "table", "Table removed: 1 row"),
            (display(text_html=TABLE.format("")), "table", "Table removed: no rows"),
            (
                display(text_html=f"<table><tr><th>a</th></tr>{ROW * 2}</table>"),
                "table",
                "Table removed: 2 rows",
            ),
            (display(text_html=f"<TABLE>{ROW * 2}</TABLE>"), "table", "Table removed: 2 rows"),
            (display(text_html="<svg></svg>"), "chart", "Chart removed"),
            (display(text_html="<b>x</b>"), "other", "Formatted result removed"),
            (display(image_png="", text_plain="<Figure>"), "chart", "Chart removed"),
            ({"data": {"application/vnd.plotly.v1+json": {}}}, "chart", "Chart removed"),
            (
                {"data": {"application/vnd.dataresource+json": {"data": [1, 2]}}},
                "table",
                "Table removed: 2 rows",
            ),
            (
                {"data": {"application/vnd.jupyter.widget-view+json": {}, "text/plain": ""}},
                "widget",
                "Slider or form removed",
            ),
            (stream("a\nb\n"), "text", "2 lines removed"),
            (stream(["a\n", "b"]), "text", "2 lines removed"),
            (stream(""), "text", "Empty text removed"),
            (display(text_plain="7"), "text", "1 line removed"),
            ({"output_type": "error"}, "error", "Error message removed"),
            ({"data": {"application/json": {}}}, "other", "Result removed"),
            ({"data": {}}, "other", "Result removed"),
            ({}, "other", "Result removed"),
            ("text", "other", "Result removed"),
            (None, "other", "Result removed"),
        ],
    )
    def test_says_what_it_was(self, output, kind, note):
        described = describe_output(output)

        assert (described.kind, described.note) == (kind, note)


class TestStrip:
    def test_removes_and_counts_results_of_every_kind(self):
        outputs = [
            display(text_html=TABLE.format(ROW)),
            display(image_png=""),
            stream("a\nb\nc\n"),
            {"output_type": "error"},
            {"data": {"application/vnd.jupyter.widget-view+json": {}}},
            {"data": {"application/json": {}}},
        ]

        result = stripped(code(outputs=outputs, execution_count=7))

        removed = result.removed
        assert result.document["cells"][0]["outputs"] == []
        assert result.document["cells"][0]["execution_count"] is None
        assert removed.outputs == 6
        assert (removed.tables, removed.charts, removed.texts) == (1, 1, 1)
        assert (removed.errors, removed.widgets, removed.others) == (1, 1, 1)
        assert removed.text_lines == 3
        assert removed.execution_counts == 1

    def test_tells_for_each_cell_what_went(self):
        result = stripped(code(), code(outputs=[display(text_html=TABLE.format(ROW * 5))]))

        (cell,) = result.cells
        assert (cell.position, cell.cell_id) == (1, "cell-1")
        assert cell.notes == ("Table removed: 5 rows",)
        assert cell.removed.tables == 1

    def test_counts_each_entry_of_metadata_in_one_place(self):
        cell = {
            "execution": {"a": 1},
            "papermill": {},
            "scrolled": True,
            "vendor": {"x": "/home/amara/x.csv"},
            "source": "C:\\Users\\amara",
        }
        whole = {
            "widgets": {
                "application/vnd.jupyter.widget-state+json": {"state": {"a": {}, "b": {}}}
            },
            "toc": {},
            "author": "Amara",
        }

        removed = stripped(code(metadata=cell), metadata=whole).removed

        assert removed.execution_timings == 2
        assert removed.widget_states == 2
        assert removed.names_and_folders == 2
        assert removed.metadata_keys == 3

    def test_keeps_what_is_on_the_list(self):
        cell = {
            "tags": ["optional"],
            "name": "load",
            "collapsed": True,
            "jupyter": {"source_hidden": True},
            "slideshow": {"slide_type": "slide"},
            "ordo_solution": {"text/plain": "7"},
            "ordo_success": "Well done",
            "ordo_failure": "Think",
        }
        whole = {
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "language_info": {
                "name": "python",
                "version": "3.11",
                "mimetype": "text/x-python",
                "codemirror_mode": {"name": "ipython", "version": 3},
            },
            "nbcommons": {
                "v": 1,
                "uuid": "5a0fae0f-6a0c-4a5e-9b1e-0d0d7ab0a111",
                "revision": 3,
                "site": "http://localhost:8000",
            },
            "title": "My title",
            "authors": [{"name": "Amara"}, "Ben"],
        }

        result = stripped(code(metadata=cell), metadata=whole)

        assert result.document["cells"][0]["metadata"] == cell
        assert result.document["metadata"] == whole
        assert result.removed.metadata_keys == 0
        assert result.solutions == (0,)

    @pytest.mark.parametrize(
        "metadata",
        [
            {"tags": "optional"},
            {"tags": [{"name": "x"}]},
            {"tags": ["a,b"]},
            {"tags": ["two\nlines"]},
            {"tags": ["x" * 300]},
            {"name": ["x"]},
            {"name": ""},
            {"collapsed": "yes"},
            {"jupyter": {"outputs_hidden": True}},
            {"jupyter": {"source_hidden": "yes"}},
            {"jupyter": 3},
            {"slideshow": {"slide_type": "<script>"}},
            {"ordo_solution": "7"},
            {"ordo_solution": {"image/png": "aaaa"}},
            {"ordo_solution": {"text/plain": "x" * 5_000}},
            {"ordo_solution": {"text/plain": {"a": 1}}},
            {"ordo_success": {"a": 1}},
            {"ordo_verify": "function () {}"},
            {"trusted": True},
        ],
    )
    def test_removes_what_is_not_of_the_right_kind(self, metadata):
        result = stripped(code(metadata=metadata))

        assert result.document["cells"][0]["metadata"] == {}
        assert result.removed.metadata_keys == 1

    @pytest.mark.parametrize(
        "metadata",
        [
            {
                "nbcommons": {
                    "v": True,
                    "uuid": "x",
                    "revision": 0,
                    "site": "javascript:alert(1)",
                }
            },
            {"nbcommons": "x"},
            {"language_info": {"name": {"a": 1}}},
            {"title": {"a": 1}},
            {"authors": "me"},
            {"authors": [{"e-mail": "x"}, 3]},
            {"trusted": True},
            {"orig_nbformat": 3},
        ],
    )
    def test_removes_metadata_of_the_notebook_of_the_wrong_kind(self, metadata):
        assert strip(parsed(metadata=metadata).document).document["metadata"] == {}

    def test_keeps_only_known_members_of_objects(self):
        whole = {
            "kernelspec": {
                "name": "p",
                "display_name": "P",
                "env": {"TOKEN": "1"},
                "path": "/x",
            },
            "language_info": {
                "name": "python",
                "codemirror_mode": {"name": "x", "y": 1},
                "z": 2,
            },
        }

        result = stripped(metadata=whole)

        assert result.document["metadata"] == {
            "kernelspec": {"name": "p", "display_name": "P"},
            "language_info": {"name": "python", "codemirror_mode": {"name": "x"}},
        }
        assert result.removed.metadata_keys + result.removed.names_and_folders == 4

    def test_keeps_keys_that_the_operator_allows_but_never_trust(self):
        extra = ExtraKeys(cell=frozenset({"lesson", "trusted", "big", "sly"}))
        metadata = {
            "lesson": {"step": 3},
            "trusted": True,
            "big": "x" * 5_000,
            "sly": {"a": [{"trusted": True}]},
        }

        result = stripped(code(metadata=metadata), extra_keys=extra)

        assert result.document["cells"][0]["metadata"] == {"lesson": {"step": 3}}
        assert result.removed.metadata_keys == 3

    def test_removes_repeated_tags_but_keeps_their_order(self):
        tags = ["b", "a", "b"]

        result = stripped(code(metadata={"tags": tags}))

        assert result.document["cells"][0]["metadata"]["tags"] == ["b", "a"]

    def test_takes_pictures_out_of_text(self):
        content = picture()
        source = (
            f"![shot](attachment:a%20b.png) ![x](data:image/png;base64,{coded(content)} 't')"
        )
        cell = text(source, attachments={"a b.png": {"image/png": coded(content)}})

        result = stripped(cell)

        assert "attachments" not in result.document["cells"][0]
        assert result.document["cells"][0]["source"] == (
            "![shot](attachment:a%20b.png) ![x](attachment:picture-1.png 't')"
        )
        assert [found.name for found in result.pictures] == ["a b.png", "picture-1.png"]
        assert {found.content for found in result.pictures} == {content}
        assert result.removed.attachments == 2
        assert result.cells[0].notes[0] == "Picture removed: a b.png"

    @pytest.mark.parametrize(
        ("source", "left"),
        [
            (
                '<img src="data:image/png;base64,AA\nBB">',
                '<img src="attachment:picture-1.png">',
            ),
            (
                "<img src='data:image/svg+xml;utf8,<svg a=\"b c\">'>",
                "<img src='attachment:picture-1.svg'>",
            ),
            ("[a]: data:text/csv,name%0AAsh", "[a]: attachment:picture-1.csv"),
            ("[a](<data:text/csv,x y>)", "[a](<attachment:picture-1.csv>)"),
            ("![](DATA:image/PNG;base64,AAAA)", "![](attachment:picture-1.png)"),
            (
                "![](data:image/png;base64,AAAA) picture-1",
                "![](attachment:picture-2.png) picture-1",
            ),
            ("the data: image/png, for one", "the data: image/png, for one"),
            (
                "data:image/png;base64, is how it begins",
                "data:image/png;base64, is how it begins",
            ),
            ("see data:,x", "see data:,x"),
            ('"data: train/test, 80"', '"data: train/test, 80"'),
            ('<img src="data:;base64,AAAA">', '<img src="attachment:picture-1.file">'),
            ("![](data:image/png; base64,AAAA)", "![](attachment:picture-1.png)"),
            ("![](data\\:image/png;base64,AAAA)", "![](attachment:picture-1.png)"),
            (
                "<a href='data:text/csv;charset=\"utf-8\";base64,AAAA'>",
                "<a href='attachment:picture-1.csv'>",
            ),
            ('<a href="da\tta:text/csv,a b">', '<a href="attachment:picture-1.csv">'),
            ('<a href=" data:text/csv,a b">', '<a href=" attachment:picture-1.csv">'),
            (
                '<img src="data:image/svg+xml;utf8,<svg>\n\n</svg>" alt="a">',
                '<img src="attachment:picture-1.svg" alt="a">',
            ),
        ],
    )
    def test_replaces_data_addresses_wherever_they_end(self, source, left):
        assert stripped(text(source)).document["cells"][0]["source"] == left

    @pytest.mark.parametrize(
        "scheme",
        ["&#100;ata:", "&#x44;&#097;t&#x61;:", "data&colon;", "data&#58;", "d\nata&#x3A;"],
    )
    @pytest.mark.parametrize("around", ['<img src="{}">', "![]({})", "<img src={}>"])
    def test_replaces_data_addresses_written_as_entities(self, scheme, around):
        result = stripped(text(around.format(f"{scheme}image/png;base64,AAAA")))

        left = around.format("attachment:picture-1.png")
        assert result.document["cells"][0]["source"] == left
        assert result.removed.attachments == 1

    @pytest.mark.parametrize(
        ("around", "after"),
        [
            ("![]({})", ""),
            ("![]({} 'title')", ""),
            ("<img src={}>", ""),
            ("<img src={} alt=a>", ""),
            ("<img src={} alt='a b'>", ""),
            ("[a]: {}\n\n", "Words."),
            ("{}\n", "Word\nand more words"),
            ("({})", " and words"),
        ],
    )
    def test_removes_all_lines_of_broken_base64(self, around, after):
        content = picture(size=(90, 90)) + bytes(range(150))
        lines = base64.encodebytes(content).decode().rstrip()

        result = stripped(text(around.format("data:image/png;base64," + lines) + after))

        left = around.format("attachment:picture-1.png") + after
        assert result.document["cells"][0]["source"] == left
        assert [found.content for found in result.pictures] == [content]

    @pytest.mark.parametrize("around", ["![]({})", "<img src={}>", "<img src={} alt=a>"])
    def test_removes_short_lines_of_broken_base64(self, around):
        result = stripped(text(around.format("data:image/png;base64,AAAA\nBBBB")))

        left = around.format("attachment:picture-1.png")
        assert result.document["cells"][0]["source"] == left

    @pytest.mark.parametrize(
        "words",
        [
            " and go on.\n\nA paragraph.",
            ' and go on.\n\nA paragraph "with quotes".',
            " is a picture) and more words",
            ' and go on\n\nA paragraph "with quotes"',
            " and words so that b = 5",
            " are words",
        ],
    )
    @pytest.mark.parametrize("start", ['Write "', "Write (", "Write ", "Write <", "a = "])
    @pytest.mark.parametrize("address", ["data:text/csv,hello", "data:text/csv;base64,AAAA"])
    def test_keeps_words_after_an_address_that_is_not_closed(self, start, address, words):
        result = stripped(text(start + address + words))

        left = f"{start}attachment:picture-1.csv{words}"
        assert result.document["cells"][0]["source"] == left

    def test_takes_data_addresses_out_of_raw_cells_for_good(self):
        cell = {"cell_type": "raw", "metadata": {}}
        source = f'<img src="data:image/png;base64,{coded(picture())}"> words'

        result = stripped({**cell, "source": source})

        left = '<img src="attachment:picture-1.png"> words'
        assert result.document["cells"][0]["source"] == left
        assert result.removed.attachments == 1
        assert result.pictures == ()

    @pytest.mark.parametrize(
        "part",
        [
            "d",
            "&#0",
            "d&#9;",
            "data:;",
            "data:; ; ; ; ;        ; ",
            "data:a/b;x='",
            "data:a/b;&quot;",
            '"data:a/b,<',
            '="data:a/b,"x',
            '="data:a/b,<\n\n',
            "<data:a/b,c ",
            "](data:;base64,A\n",
            "=data:;base64,A A x= ",
            "data:;base64," + "A" * 50 + "\n",
            'data:;n="data:;',
            "A\n",
        ],
    )
    @pytest.mark.parametrize("start", ["", "<img src=data:;base64,"])
    def test_strips_hostile_text_quickly_and_once(self, start, part):
        source = start + part * (100_000 // len(part))

        began = time.process_time()
        result = stripped(text(source))
        spent_s = time.process_time() - began

        assert spent_s < 2
        again = strip(result.document)
        assert again.document == result.document
        assert not again.cells

    def test_leaves_data_addresses_in_code_alone(self):
        source = 'url = "data:text/csv,a"'

        assert stripped(code(source)).document["cells"][0]["source"] == source

    def test_removes_attachments_of_cells_that_may_have_none(self):
        cell = code(attachments={"a.png": {"image/png": "AAAA"}})

        result = stripped(cell)

        assert result.removed.attachments == 1
        assert result.pictures == ()

    def test_counts_bytes_before_and_after(self):
        content = raw(notebook(code(outputs=[stream("x" * 10_000)])))

        result = stripped(code(outputs=[stream("x" * 10_000)]), bytes_before=len(content))

        assert result.removed.bytes_before == len(content)
        assert result.removed.bytes_after == len(result.canonical) < 1_000

    def test_refuses_what_is_too_large_without_results(self):
        with pytest.raises(NotANotebook) as caught:
            stripped(code("x" * 2_000), limits=Limits(stripped_bytes=1_000))

        assert caught.value.kind == "too_big"


class TestLedger:
    def test_shows_only_what_was_there(self):
        removed = Removed(outputs=3, tables=1, texts=2, text_lines=5, execution_counts=4)

        assert ledger(removed) == (
            LedgerLine("Results below cells", "1 table, 5 lines of text", 3),
            LedgerLine("Run numbers and times", "", 4),
        )

    def test_is_empty_when_nothing_went(self):
        assert ledger(stripped(code()).removed) == ()
