"""Changed cells as rows, folded, stacked, as prose; the unseen made visible."""

import pytest

from nbcommons.versions import _rows
from nbcommons.versions._rows import changed_body, shown, whole_body
from nbcommons_ipynb.diff.lines import changed_lines
from nbcommons_ipynb.diff.sequences import Budget


def body_of(old, new, *, steps=10**6):
    return changed_body(old, changed_lines(old, new, Budget(steps)))


def text_of(line):
    return None if line is None else "".join(piece.text for piece in line.pieces)


def rows_of(body):
    return [(text_of(row.old), text_of(row.new)) for part in body.parts for row in part.rows]


class TestChangedBody:
    def test_sets_a_line_beside_what_it_became(self):
        body = body_of("a = 1\nkeep\nx", "a = 2\nkeep\nnew\nx")

        assert rows_of(body) == [
            ("a = 1", "a = 2"),
            ("keep", "keep"),
            (None, "new"),
            ("x", "x"),
        ]

    @pytest.mark.parametrize("steps", [10**6, 0])
    def test_numbers_the_lines_of_both_sides_from_1_without_a_gap(self, steps):
        old = "\n".join(f"line {n}" for n in range(40))
        new = old.replace("line 7\n", "").replace("line 20", "line twenty\nmore")

        body = body_of(old, new, steps=steps)

        rows = [row for part in body.parts for row in part.rows]
        assert [row.old.number for row in rows if row.old] == list(range(1, 41))
        assert [row.new.number for row in rows if row.new] == list(range(1, 41))

    def test_folds_what_is_far_from_a_change(self):
        old = "\n".join(f"line {n}" for n in range(30))

        body = body_of(old, old.replace("line 15", "line fifteen"))

        assert [(part.is_folded, len(part.rows)) for part in body.parts] == [
            (True, 12),
            (False, 7),
            (True, 11),
        ]

    def test_folds_no_single_line(self):
        old = "\n".join(f"line {n}" for n in range(5))

        body = body_of(old, old.replace("line 4", "line four"))

        assert [part.is_folded for part in body.parts] == [False]

    def test_says_how_much_it_leaves_out(self, monkeypatch):
        monkeypatch.setattr(_rows, "MOST_ROWS", 10)
        old = "\n".join(f"a{n}" for n in range(30))

        body = body_of(old, "")

        assert len(rows_of(body)) == 10
        assert body.rows_left_out == 20
        assert whole_body(old, is_new=True).rows_left_out == 20


class TestStacked:
    def test_has_what_went_before_what_came(self):
        (part,) = body_of("a = 1\nb = 1\nkeep", "a = 2\nb = 2\nkeep").parts

        told = [(text_of(row.old), text_of(row.new)) for row in part.stacked]

        assert told == [
            ("a = 1", None), ("b = 1", None), (None, "a = 2"), (None, "b = 2"),
            ("keep", "keep"),
        ]  # fmt: skip


class TestProse:
    def test_has_old_and_new_words_in_one_text(self):
        (part,) = body_of("Turn it into points.", "Turn these into many points.").parts

        (line,) = part.prose

        assert [(piece.kind, piece.text) for piece in line] == [
            ("same", "Turn "), ("old", "it"), ("new", "these"), ("same", " into"),
            ("new", " many"), ("same", " points."),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("old", "new"),
        [("a b c d", "a x c y"), ("one two", "two one"), ("", "new"), ("x\n\ny", "x\ny z"),
         ("same words here", "here same words")],
    )  # fmt: skip
    def test_gives_both_texts_back(self, old, new):
        lines = [line for part in body_of(old, new).parts for line in part.prose]

        for kept, text in (("old", old), ("new", new)):
            made = [
                "".join(piece.text for piece in line if piece.kind in {"same", kept})
                for line in lines
                if any(piece.kind in {"same", kept} for piece in line) or not line
            ]
            assert "".join(made) == text.replace("\n", "")


class TestShown:
    @pytest.mark.parametrize(
        ("text", "seen"),
        [
            ("access = 'user\u202e'", "access = 'user⟨U+202E⟩'"),
            ("a\u200bb", "a⟨U+200B⟩b"),
            ("a\r", "a⟨U+000D⟩"),
            ("a\tb", "a\tb"),
            ("\u2066x\u2069", "⟨U+2066⟩x⟨U+2069⟩"),
            ("👩\u200d🔬 क्\u200cष", "👩\u200d🔬 क्\u200cष"),
        ],
    )
    def test_makes_visible_what_deceives_the_eye(self, text, seen):
        assert shown(text) == seen

    def test_is_never_longer_than_a_page_can_bear(self):
        assert len(shown("x" * 1_000_000)) == _rows.MOST_CHARACTERS + 1
