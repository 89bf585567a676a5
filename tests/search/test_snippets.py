"""Which stretch is shown, and what is marked in it."""

from hypothesis import given, settings, strategies as st

from nbcommons.search import _analysis
from nbcommons.search._schema import Shown
from nbcommons.search._snippets import SNIPPET_LENGTH, Highlighter
from tests.factories.search import marked


def highlighter(text: str) -> Highlighter:
    return Highlighter(stems=_analysis.stems(text), idents=_analysis.idents(text))


class TestSnippet:
    def test_prefers_the_purpose_when_it_says_as_much(self):
        shown = Shown("T", "Compare names", "We compare names here", "")

        assert marked(highlighter("compare names").snippet(shown)) == "[Compare] [names]"

    def test_takes_the_stretch_that_holds_most_words(self):
        shown = Shown(
            "T", "About names", "names " + "filler " * 200 + "compare the names now", ""
        )

        snippet = marked(highlighter("compare names").snippet(shown))

        assert snippet.startswith("… ")
        assert "[compare] the [names] now" in snippet

    def test_counts_the_forms_of_one_word_once(self):
        shown = Shown(
            "", "", "plots plotly plotter " + "filler " * 200 + "plot of late payers", ""
        )
        highlighter = Highlighter(
            stems=["plot", "plotli", "plotter", "late"],
            same={"plotli": "plot", "plotter": "plot"},
        )

        assert "[plot] of [late] payers" in marked(highlighter.snippet(shown))

    def test_falls_back_to_the_purpose_without_marks(self):
        assert (
            marked(highlighter("zebra").snippet(Shown("T", "What for", "text", "")))
            == "What for"
        )

    def test_marks_identifiers_whole_and_signs_side_by_side(self):
        assert "[read_csv](x)" in marked(
            highlighter("read_csv").snippet(Shown("", "", "", "a = pd.read_csv(x)"))
        )
        assert (
            marked(highlighter("数据").snippet(Shown("", "用数据说话", "", "")))
            == "用[数据]说话"
        )

    def test_marks_words_from_their_beginning_and_with_their_ending(self):
        shown = Shown("", "starting arts, art and artists", "", "")

        assert marked(highlighter("art").snippet(shown)) == "starting [arts], [art] and artists"

    def test_is_short_and_cut_between_words(self):
        shown = Shown("T", "", "lorem ipsum dolor " * 400 + "zebra " + "sit amet " * 400, "")

        text = "".join(piece.text for piece in highlighter("zebra").snippet(shown))

        assert len(text) <= SNIPPET_LENGTH + 10
        assert "zebra" in text
        assert text.endswith(" …")

    def test_leaves_markup_as_text(self):
        pieces = highlighter("alert").snippet(Shown("", "<b>alert</b> &amp;", "", ""))

        assert "".join(piece.text for piece in pieces) == "<b>alert</b> &amp;"

    @settings(max_examples=300, deadline=None)
    @given(st.text(max_size=400), st.text(max_size=30), st.text(max_size=400))
    def test_shows_only_what_is_there(self, markdown, asked, code):
        pieces = highlighter(asked).snippet(Shown("", "", markdown, code))

        text = " ".join("".join(piece.text for piece in pieces).split())
        text = text.removeprefix("…").removesuffix("…").strip()
        assert text in " ".join(markdown.split()) or text in " ".join(code.split())


class TestTitle:
    @settings(max_examples=300, deadline=None)
    @given(st.text(max_size=100), st.text(max_size=30))
    def test_is_whole(self, title, asked):
        text = "".join(piece.text for piece in highlighter(asked).title(title))

        assert text.split() == title.split()
