"""Notebooks as people see them."""

import pytest

from nbcommons_ipynb.embedded import with_images
from nbcommons_ipynb.highlighting import Highlighter
from nbcommons_ipynb.images import offer
from nbcommons_ipynb.markdown import TEXT_LIMIT, TEXT_TOTAL
from nbcommons_ipynb.rendering import RENDERER_VERSION, from_bytes, render, to_bytes
from tests.ipynb.builders import code, coded, html_of, picture, rendered, stripped, text

OUT = ' target="_blank" rel="noopener noreferrer nofollow"'
DISPLAY = 'class="math" data-math="display"'
CODE = 'class="code"'
IF = '<span class="k">if</span>'
BEGIN, END = "\\begin{align*}\n", "\n\\end{align*}"
LINK = "https://a.example/b_c"


class TestRender:
    def test_numbers_and_anchors_code_cells_as_people_count_them(self):
        cells = rendered(text(), code("a"), code(""), code("b")).cells

        assert [cell.number for cell in cells] == [None, 0, None, 1]
        assert [cell.anchor for cell in cells] == ["part-1", "cell-1", "part-3", "cell-2"]

    @pytest.mark.parametrize(("lines", "folded"), [(1, 0), (12, 0), (13, 1), (30, 18)])
    def test_folds_code_over_twelve_lines(self, lines, folded):
        source = "\n".join(f"x{n} = {n}" for n in range(lines))

        (cell,) = rendered(code(source)).cells

        assert cell.lines == lines
        assert cell.rest_lines == folded
        assert cell.html_first.count("\n") + 1 == min(lines, 12)
        assert bool(cell.html_rest) == bool(folded)

    def test_closes_every_tag_where_a_long_string_is_folded(self):
        source = 'text = """\n' + "word\n" * 20 + '"""'

        (cell,) = rendered(code(source)).cells

        for part in (cell.html_first, cell.html_rest):
            assert part.count("<span") == part.count("</span>") > 0

    def test_folds_raw_cells_too(self):
        raw_cell = {"cell_type": "raw", "metadata": {}, "source": "<b>\n" * 20}

        (cell,) = rendered(raw_cell).cells

        assert cell.html_first.startswith("&lt;b&gt;\n")
        assert cell.rest_lines == 9

    def test_knows_what_cells_say_about_themselves(self):
        tags = {"tags": ["optional", "raises-exception"], "jupyter": {"source_hidden": True}}

        (cell,) = rendered(code(metadata=tags)).cells

        assert cell.is_optional
        assert cell.may_fail
        assert cell.is_hidden
        assert cell.tags == ("optional", "raises-exception")

    def test_makes_an_outline_without_equal_anchors(self):
        cells = [text("# A\n## B\n# A"), text("# A-1\n# A\n# !!"), text("<h3 id='own'>C</h3>")]

        outline = rendered(*cells).outline

        assert [(heading.level, heading.text) for heading in outline] == [
            (1, "A"),
            (2, "B"),
            (1, "A"),
            (1, "A-1"),
            (1, "A"),
            (1, "!!"),
            (3, "C"),
        ]
        anchors = [heading.anchor.removeprefix("user-content-") for heading in outline]
        assert len(set(anchors)) == 7
        assert anchors[0] == "a"
        assert anchors[6] == "own"
        assert [heading.position for heading in outline] == [0, 0, 0, 1, 1, 1, 2]

    def test_leaves_the_first_level_to_the_page(self):
        assert "<h1" not in html_of("# A\n\n<h1>B</h1>\n\n###### C")

    def test_gathers_words_for_the_search(self):
        words = rendered(
            text("# Rank *late* payers\n\nFor **all** cu<b>stom</b>ers.\n\n## Load"),
            code("x = 1"),
        ).words

        assert words.title == "Rank late payers"
        assert words.headings == "Rank late payers\nLoad"
        assert words.prose == "Rank late payers For all customers. Load"
        assert words.code == "x = 1"

    def test_comes_back_from_storage_the_same(self):
        whole = rendered(text("# A"), code("x = 1\n" * 20, metadata={"tags": ["optional"]}))

        assert from_bytes(to_bytes(whole)) == whole
        assert whole.version == RENDERER_VERSION

    def test_shows_text_beyond_its_limits_as_it_was_typed(self):
        long = "*a* " * (TEXT_LIMIT // 4 + 1)
        many = [text("*a* " * (TEXT_LIMIT // 4))] * (TEXT_TOTAL // TEXT_LIMIT) + [
            text("*last*")
        ]

        assert html_of(long).startswith("<pre>*a* ")
        # One paragraph this long is left alone; the point is the cell after the last allowed.
        assert rendered(*many).cells[-1].html == "<pre>*last*</pre>"


class TestMarkdown:
    @pytest.mark.parametrize(
        ("source", "html"),
        [
            ("a *b* ~~c~~", "<p>a <em>b</em> <s>c</s></p>\n"),
            ("- [x] a", '<ul>\n<li><span class="task">☑</span> a</li>\n</ul>\n'),
            ("1. [ ] b", '<ol>\n<li><span class="task">☐</span> b</li>\n</ol>\n'),
            ("- [x](#y)", '<ul>\n<li><a href="#user-content-y">x</a></li>\n</ul>\n'),
            ("$x^2$", '<p><span class="math" data-math="inline">x^2</span></p>\n'),
            ("$ x $", '<p><span class="math" data-math="inline">x</span></p>\n'),
            ("a $$x$$ b", '<p>a <span class="math" data-math="display">x</span> b</p>\n'),
            ("$$\nx < y\n\nz\n$$", '<div class="math" data-math="display">x &lt; y\n\nz</div>\n'),
            ("\\\\(x\\\\)", '<p><span class="math" data-math="inline">x</span></p>\n'),
            ("\\\\[x\\\\]", '<p><span class="math" data-math="display">x</span></p>\n'),
            ("$a_1 b_2$", '<p><span class="math" data-math="inline">a_1 b_2</span></p>\n'),
            ("\\$5", "<p>$5</p>\n"),
            ("from $5 to $10", "<p>from $5 to $10</p>\n"),
            ("$5 or $ 6", "<p>$5 or $ 6</p>\n"),
            ("`$x$`", "<p><code>$x$</code></p>\n"),
            (f"{BEGIN}a < b{END}", f"<div {DISPLAY}>{BEGIN}a &lt; b{END}</div>\n"),
            (f"See {LINK}.", f'<p>See <a href="{LINK}"{OUT}>{LINK}</a>.</p>\n'),
            ("```python\nif\n```", f"<pre {CODE}><code>{IF}</code></pre>\n"),
            ("    <b>", '<pre class="code"><code>&lt;b&gt;</code></pre>\n'),
        ],
    )  # fmt: skip
    def test_reads_what_jupyter_reads(self, source, html):
        assert html_of(source) == html

    def test_aligns_columns_without_styles(self):
        html = html_of("| a | b |\n|--:|:-:|\n| 1 | 2 |")

        assert '<th align="right">a</th>' in html
        assert '<td align="center">2</td>' in html

    def test_keeps_the_footnotes_of_two_cells_apart(self):
        first, second = rendered(*[text("a[^1]\n\n[^1]: b")] * 2).cells

        assert "#user-content-fn-1-1" in first.html
        assert "#user-content-fn-2-1" in second.html


class TestPictures:
    def test_are_shown_when_kept(self):
        attachments = {"a b.png": {"image/png": coded(picture())}}
        result = stripped(text("![a *shot*](attachment:a%20b.png)", attachments=attachments))
        images = offer(result.pictures).images
        document = with_images(result.document, images)

        written_in = render(document).cells[0].html
        served = render(document, picture_address=lambda cell_id, name: f"/p/{cell_id}/{name}&")

        assert (
            f'src="data:image/png;base64,{coded(images[0].content)}" alt="a shot"' in written_in
        )
        assert 'src="/p/cell-0/a b.png&amp;"' in served.cells[0].html

    @pytest.mark.parametrize(
        ("source", "told"),
        [
            ("![x](attachment:shot.png)", "Picture removed: shot.png"),
            ("![x](data:image/png;base64,AAAA)", "Picture removed: picture-1.png"),
            ("![x](images/a%20b.png)", "Picture not in the notebook: a b.png"),
            ("<img src='c:\\x.png'>", "Picture not in the notebook: picture"),
            ("<img alt='the map'>", "Picture not in the notebook: the map"),
        ],
    )
    def test_leave_words_behind_when_they_are_not_kept(self, source, told):
        assert f'<span class="gone">{told}</span>' in html_of(source)

    @pytest.mark.parametrize(
        "source",
        [
            "![x](https://img.example/a.png)",
            "<img src='https://img.example/a.png' alt='x'>",
            "![x](//img.example/a.png)",
        ],
    )
    def test_are_never_loaded_from_elsewhere(self, source):
        html = html_of(source)

        assert "<img" not in html
        assert '<a href="https://img.example/a.png" target="_blank"' in html
        assert ">Picture at img.example</a>" in html

    def test_within_links_leave_the_link_alone(self):
        html = html_of("[![x](https://img.example/a.png)](https://a.example)")

        assert html.count("<a ") == 1
        assert "<span>Picture at img.example</span></a>" in html


class TestHighlighter:
    def test_chooses_the_language_of_the_notebook(self):
        r = {"kernelspec": {"name": "ir", "display_name": "R"}, "language_info": {"name": "R"}}

        (cell,) = rendered(code("f <- function(x) TRUE"), metadata=r).cells

        assert '<span class="k">function</span>' in cell.html

    def test_shows_unknown_languages_plain(self):
        assert Highlighter("klingon").cell("if <x>") == ["if &lt;x&gt;"]

    def test_reads_the_rest_of_a_cell_magic_in_its_language(self):
        lines = Highlighter("python").cell('%%bash\nif true; then echo "a"; fi\n')

        assert lines[0] == '<span class="k">%%bash</span>'
        assert '<span class="k">then</span>' in lines[1]

    def test_stops_at_its_budget(self):
        highlighter = Highlighter("r")
        source = ("TRUE # a comment that is long\n" * 500)[:15_000]

        shown = [highlighter.cell(source) for _ in range(15)]

        assert "<span" in shown[0][0]
        assert "<span" not in shown[-1][0]
        assert len(shown[-1]) == len(shown[0])

    def test_shows_very_long_lines_plain(self):
        assert "<span" not in Highlighter("r").cell("TRUE " * 1_000)[0]
