"""Whatever the notebooks: a difference leads from the one to the other, and back, exactly."""

import json
import random

import pytest
from hypothesis import given, settings, strategies as st

from nbcommons_ipynb.canonical import canonical_bytes
from nbcommons_ipynb.diff.comparing import apply, diff, inverse
from nbcommons_ipynb.diff.lines import changed_lines, with_lines_changed
from nbcommons_ipynb.diff.model import (
    CellStep,
    ChangedLines,
    DoesNotApply,
    SameCells,
    SameLines,
    counts_of,
)
from nbcommons_ipynb.diff.sequences import (
    Budget,
    _shortest,
    common_runs,
    longest_rise,
    numbered,
)
from nbcommons_ipynb.diff.wire import from_json, to_json

# Few and short, so that repeated cells, lines and ids, and half-alike ones, are the rule.
LINES = st.sampled_from(
    ["", "a", "b", "x = 1", "x = 2", "  x = 1", "df.head()", "a b c d e f g", "a b c d e f h",
     "word\r", "\t", "\u2028", "日本語", "日本人", "é", "e\u0301", "😀"]
)  # fmt: skip
SOURCES = st.lists(LINES, max_size=6).map("\n".join) | st.text("ab \n", max_size=12)
IDS = st.sampled_from(["one", "two", "three", "four", "five", "six"])
METADATA = st.fixed_dictionaries(
    {},
    optional={
        "tags": st.lists(st.sampled_from(["optional", "parameters"]), max_size=2),
        "name": st.sampled_from(["n", "m"]),
        "jupyter": st.fixed_dictionaries({}, optional={"source_hidden": st.booleans()}),
        # Equal in Python, yet written differently.
        "kept": st.sampled_from([1, True, 1.0, 0, False, None, {}, [], {"a": {}}, {"a": {"b": 1}}]),
    },
)  # fmt: skip


@st.composite
def cells(draw):
    kind = draw(st.sampled_from(["code", "code", "markdown", "raw"]))
    cell = {
        "cell_type": kind,
        "id": draw(IDS),
        "metadata": draw(METADATA),
        "source": draw(SOURCES),
    }
    if kind == "code":
        return {**cell, "outputs": [], "execution_count": None}
    if draw(st.booleans()):
        cell["attachments"] = {"picture-1.png": {"image/png": draw(st.sampled_from("AB"))}}
    return cell


@st.composite
def notebooks(draw):
    """Any stripped notebook, ids repeated more often than not."""
    metadata = st.fixed_dictionaries(
        {},
        optional={
            "title": st.sampled_from(["T", "U"]),
            "authors": st.just([{"name": "A"}]),
            "kernelspec": st.sampled_from(
                [{"name": "python3", "display_name": "P"}, {"name": "ir", "display_name": "R"}]
            ),
        },
    )
    return {
        "cells": draw(st.lists(cells(), max_size=8)),
        "metadata": draw(metadata),
        "nbformat": 4,
        "nbformat_minor": draw(st.sampled_from([4, 5])),
    }


@st.composite
def edited(draw, document):
    """``document`` as somebody may have left it: moved, copied, split, emptied, rewritten."""
    made = [dict(cell) for cell in document["cells"]]
    for _ in range(draw(st.integers(0, 5))):
        change = draw(st.sampled_from(["move", "copy", "remove", "add", "edit", "rename"]))
        place = draw(st.integers(0, max(0, len(made) - 1)))
        if change == "add" or not made:
            made.insert(place, draw(cells()))
        elif change == "move":
            made.insert(draw(st.integers(0, len(made) - 1)), made.pop(place))
        elif change == "copy":
            made.insert(draw(st.integers(0, len(made))), dict(made[place]))
        elif change == "remove":
            del made[place]
        elif change == "rename":
            made[place]["id"] = draw(IDS)
        else:
            made[place]["source"] = draw(SOURCES)
    return {**document, "cells": made}


PAIRS = st.tuples(notebooks(), notebooks()) | notebooks().flatmap(
    lambda document: st.tuples(st.just(document), edited(document))
)


class TestApply:
    @given(PAIRS)
    @settings(max_examples=500, deadline=None)
    def test_of_the_difference_is_the_other_notebook(self, pair):
        old, new = pair
        before = canonical_bytes(old)

        made = apply(diff(old, new), old)

        assert canonical_bytes(made) == canonical_bytes(new)
        assert canonical_bytes(old) == before

    @given(PAIRS)
    @settings(deadline=None)
    def test_leads_back_too(self, pair):
        old, new = pair

        made = apply(inverse(diff(old, new)), new)

        assert canonical_bytes(made) == canonical_bytes(old)

    @given(PAIRS)
    @settings(deadline=None)
    def test_works_after_a_journey_as_json(self, pair):
        old, new = pair
        difference = diff(old, new)

        arrived = from_json(json.loads(json.dumps(to_json(difference))))

        assert arrived == difference
        assert canonical_bytes(apply(arrived, old)) == canonical_bytes(new)

    @given(PAIRS, notebooks())
    @settings(deadline=None)
    def test_of_a_wrong_notebook_refuses_or_makes_what_it_promises(self, pair, wrong):
        """What was kept is not in the difference, so only what changed can be checked."""
        old, new = pair
        difference = diff(old, new)

        try:
            made = apply(difference, wrong)
        except DoesNotApply:
            return
        assert len(made["cells"]) == len(new["cells"])
        assert len(wrong["cells"]) == len(old["cells"])


class TestDiff:
    @given(notebooks())
    @settings(deadline=None)
    def test_of_a_notebook_and_itself_is_nothing(self, document):
        difference = diff(document, json.loads(json.dumps(document)))

        assert difference.fields == ()
        count = len(document["cells"])
        assert difference.steps == ((SameCells(0, 0, count),) if count else ())
        assert counts_of(difference).is_nothing

    @given(PAIRS)
    @settings(deadline=None)
    def test_names_every_cell_once(self, pair):
        old, new = pair
        here: list[int] = []
        there: list[int] = []
        for step in diff(old, new).steps:
            if isinstance(step, SameCells):
                here += range(step.old, step.old + step.count)
                there += range(step.new, step.new + step.count)
            else:
                here += [] if step.old is None else [step.old]
                there += [] if step.new is None else [step.new]
        assert sorted(here) == list(range(len(old["cells"])))
        assert there == list(range(len(new["cells"])))

    @given(PAIRS)
    @settings(deadline=None)
    def test_counts_add_up_to_both_notebooks(self, pair):
        old, new = pair
        difference = diff(old, new)
        counts = counts_of(difference)
        both = sum(
            1
            for s in difference.steps
            if isinstance(s, CellStep) and None not in {s.old, s.new}
        ) + sum(s.count for s in difference.steps if isinstance(s, SameCells))
        assert both + counts.removed == len(old["cells"])
        assert both + counts.added == len(new["cells"])

    @given(PAIRS)
    @settings(deadline=None)
    def test_gives_the_same_answer_again(self, pair):
        old, new = pair

        assert diff(old, new) == diff(json.loads(json.dumps(old)), json.loads(json.dumps(new)))

    @given(PAIRS)
    @settings(deadline=None)
    def test_moved_cells_are_no_more_than_must_be(self, pair):
        """What stays in place could not be more: all others cross one that stays."""
        old, new = pair
        steps = diff(old, new).steps
        places: list[tuple[int, int]] = []
        moved: list[tuple[int, int]] = []
        for step in steps:
            if isinstance(step, SameCells):
                places += [(step.old + n, step.new + n) for n in range(step.count)]
            elif step.old is not None and step.new is not None:
                (moved if step.is_moved else places).append((step.old, step.new))
        assert places == sorted(places)
        for i, j in moved:
            assert any((i < a) != (j < b) for a, b in places)

    @given(notebooks(), st.randoms(use_true_random=False))
    @settings(deadline=None)
    def test_a_new_order_alone_only_moves(self, document, shuffler):
        named = [{**cell, "id": f"n{place}"} for place, cell in enumerate(document["cells"])]
        shuffled = list(named)
        shuffler.shuffle(shuffled)

        counts = counts_of(diff({**document, "cells": named}, {**document, "cells": shuffled}))

        assert (counts.changed, counts.added, counts.removed) == (0, 0, 0)

    @given(PAIRS)
    @settings(deadline=None)
    def test_lines_and_spans_lie_within_the_texts(self, pair):
        old, new = pair
        for step in diff(old, new).steps:
            if isinstance(step, SameCells) or not step.lines:
                continue
            assert any(isinstance(block, ChangedLines) for block in step.lines)
            for block in step.lines:
                if isinstance(block, SameLines):
                    assert block.count > 0
                    continue
                assert block.old or block.new
                rising = [(pair.old, pair.new) for pair in block.pairs]
                assert rising == sorted(set(rising))
                for line in block.pairs:
                    for text, spans in (
                        (block.old[line.old], line.old_spans),
                        (block.new[line.new], line.new_spans),
                    ):
                        ends = [edge for span in spans for edge in span]
                        assert ends == sorted(set(ends)), "apart, in order, none empty"
                        assert not ends or (ends[0] >= 0 and ends[-1] <= len(text))
                    assert _rest(block.old[line.old], line.old_spans) == _rest(
                        block.new[line.new], line.new_spans
                    )


def _rest(line, spans):
    """What of a line did not change."""
    kept = [character for place, character in enumerate(line)
            if not any(start <= place < end for start, end in spans)]  # fmt: skip
    return "".join(kept)


class TestChangedLines:
    @given(SOURCES, SOURCES, st.integers(0, 60))
    @settings(max_examples=300)
    def test_are_exact_however_little_work_is_left(self, old, new, steps):
        blocks = changed_lines(old, new, Budget(steps))

        assert with_lines_changed(old, blocks) == new


SEQUENCES = st.lists(st.integers(0, 5), max_size=30)


class TestCommonRuns:
    @given(SEQUENCES, SEQUENCES, st.sampled_from([0, 5, 40, 10_000]))
    def test_are_common_and_ascend(self, old, new, steps):
        at = new_at = 0
        for run in common_runs(*numbered(old, new), budget=Budget(steps)):
            assert run.size > 0
            assert run.old >= at
            assert run.new >= new_at
            assert old[run.old : run.old + run.size] == new[run.new : run.new + run.size]
            at, new_at = run.old + run.size, run.new + run.size

    @given(SEQUENCES, SEQUENCES)
    def test_between_anchors_are_as_long_as_can_be(self, old, new):
        gap = (0, len(old), 0, len(new))

        runs = _shortest(old, new, gap, Budget(10**6)) if old and new else []

        assert sum(run.size for run in runs) == _longest_common(old, new)

    @given(st.permutations(range(9)))
    def test_of_a_permutation_are_its_longest_rise(self, order):
        runs = common_runs(*numbered(range(9), order), budget=Budget(10**6))

        rise = longest_rise(list(enumerate(order)))
        assert sum(run.size for run in runs) == len(rise) == _longest_common(range(9), order)


def _longest_common(old, new):
    """The length of the longest common subsequence, from the textbook."""
    row = [0] * (len(new) + 1)
    for element in old:
        before = row[:]
        for place, other in enumerate(new, start=1):
            row[place] = (
                before[place - 1] + 1
                if element == other
                else max(before[place], row[place - 1])
            )
    return row[-1]


@pytest.mark.parametrize("seed", range(5))
def test_large_notebooks_of_chance(seed):
    """Beyond what hypothesis reaches: hundreds of cells, budgets spent on the way."""
    chance = random.Random(seed)
    words = [f"w{number}" for number in range(40)]

    def cell():
        lines = [
            " ".join(chance.choices(words, k=chance.randrange(6)))
            for _ in range(chance.randrange(9))
        ]
        return {"cell_type": "code", "id": f"i{chance.randrange(400)}", "metadata": {},
                "source": "\n".join(lines), "outputs": [], "execution_count": None}  # fmt: skip

    old = {"cells": [cell() for _ in range(300)], "metadata": {}}
    kept = chance.sample(old["cells"], 200)
    new = {"cells": kept + [cell() for _ in range(100)], "metadata": {}}
    chance.shuffle(new["cells"])

    difference = diff(old, new)

    assert apply(difference, old) == new
    assert apply(inverse(difference), new) == old
    counts = counts_of(difference)
    # 200 of 300 were kept, most of them elsewhere; blank ones are not found again elsewhere.
    assert counts.same + counts.moved >= 170
