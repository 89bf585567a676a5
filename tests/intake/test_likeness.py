"""What does already what a draft does, as far as its maker may know."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from nbcommons.intake.operations import drafts, publishing
from nbcommons.intake.queries.likeness import alike
from nbcommons.notebooks.models import Cell
from tests.factories.executions import actor_for, make_person
from tests.factories.intake import (
    GROUP,
    LOAD,
    SELECT,
    bring_draft,
    details,
    make_label,
    make_team,
    share,
)

pytestmark = pytest.mark.django_db
OTHER = "totals = orders.groupby('month').sum().plot(kind='bar')"


@pytest.fixture
def ann():
    return make_person("ann")


@pytest.fixture
def bob():
    return make_person("bob")


def told(person, draft, **more):
    return [
        (one.title, one.same_cells, one.cell_count)
        for one in alike(actor_for(person), draft, **more)
    ]


class TestAlike:
    def test_counts_cells_that_say_the_same(self, ann, bob):
        share(bob, LOAD, SELECT, GROUP, title="Theirs")
        draft = bring_draft(ann, LOAD, SELECT.replace("'", '"') + "  # late", GROUP, OTHER)

        (one,) = alike(actor_for(ann), draft)

        assert (one.title, one.keeper) == ("Theirs", "bob")
        assert (one.same_cells, one.cell_count) == (3, 4)
        assert not one.has_same_title
        assert not one.may_edit
        assert not one.is_nearly_the_same

    def test_says_when_it_is_nearly_all(self, ann, bob):
        share(bob, LOAD, SELECT, GROUP, title="Theirs")

        (one,) = alike(actor_for(ann), bring_draft(ann, LOAD, SELECT, GROUP))

        assert one.is_nearly_the_same

    def test_leaves_out_what_its_maker_may_not_read(self, ann, bob):
        make_label("secret", bob)
        share(bob, title="Hidden", visibility="private")
        share(bob, title="Labelled", labels=frozenset({"secret"}))
        share(bob, title="For others", visibility="shared", shared_with="cid")
        draft = bring_draft(ann)

        assert told(ann, draft) == []
        assert told(ann, draft, title="Hidden") == []

    @pytest.fixture(autouse=True)
    def cid(self):
        return make_person("cid")

    def test_finds_what_is_shared_with_ones_team(self, ann, bob):
        make_team("Customs", owner=ann)
        share(bob, title="Ours", visibility="shared", shared_with="customs")

        assert told(ann, bring_draft(ann)) == [("Ours", 3, 3)]

    def test_compares_with_the_current_version_only(self, ann, bob):
        notebook = share(bob, LOAD, SELECT, GROUP)
        draft = bring_draft(bob, OTHER)
        publishing.publish_draft(
            actor_for(bob),
            draft,
            details=details(becomes="version", target=notebook.uuid),
            at=timezone.now(),
        )

        assert told(ann, bring_draft(ann, LOAD, SELECT, GROUP), title="x") == []

    def test_does_not_count_cells_that_everybody_has(self, ann, bob):
        trivial = ("import pandas as pd", "df.head()", "%matplotlib inline", "plt.show()")
        share(bob, *trivial, LOAD, title="Theirs")

        assert told(ann, bring_draft(ann, *trivial, OTHER), title="x") == []

    def test_asks_for_half_of_the_cells(self, ann, bob):
        share(bob, LOAD, SELECT, title="Theirs")
        more = [f"step_{n} = prepare(orders, {n})" for n in range(3)]

        assert told(ann, bring_draft(ann, LOAD, SELECT, *more[:2])) == [("Theirs", 2, 4)]
        assert told(ann, bring_draft(ann, LOAD, SELECT, *more)) == []

    def test_counts_a_repeated_cell_as_often_as_both_have_it(self, ann, bob):
        share(bob, LOAD, LOAD, SELECT, title="Theirs")

        assert told(ann, bring_draft(ann, LOAD, LOAD, LOAD, LOAD)) == [("Theirs", 2, 4)]

    def test_compares_texts_too(self, ann, bob):
        prose = "Read the invoices and say who pays late, most often and by how much."
        cells = b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [%s]}'
        text = b'{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "%s"}'
        raw = cells % (text % prose.encode())
        theirs = drafts.bring_in(actor_for(bob), file_name="t", raw=raw, at=timezone.now())
        publishing.publish_draft(
            actor_for(bob), theirs, details=details("Text"), at=timezone.now()
        )
        mine = drafts.bring_in(actor_for(ann), file_name="t", raw=raw, at=timezone.now())

        assert told(ann, mine, title="x") == [("Text", 1, 1)]

    @pytest.mark.parametrize("title", ["Rank late payers", " rank  LATE payers "])
    def test_finds_the_same_title(self, ann, title):
        share(ann, OTHER, title="Rank late payers")

        (one,) = alike(actor_for(ann), bring_draft(ann, LOAD), title=title)

        assert (one.has_same_title, one.same_cells, one.may_edit) == (True, 0, True)

    def test_says_of_the_same_title_that_the_same_is_in_it(self, ann, bob):
        share(bob, "1 + 1", "x = 2", title="Rank late payers")
        mine = bring_draft(ann, "1 + 1", "x = 2")

        (one,) = alike(actor_for(ann), mine, title="Rank late payers")

        assert (one.same_cells, one.is_nearly_the_same) == (2, True)
        assert alike(actor_for(ann), mine, title="Something else") == ()

    def test_does_not_count_single_cells_of_the_same_title(self, ann, bob):
        share(bob, "1 + 1", GROUP, OTHER, title="Rank late payers")

        found = told(ann, bring_draft(ann, "1 + 1", LOAD), title="Rank late payers")

        assert found == [("Rank late payers", 0, 2)]

    def test_names_the_likest_first_and_few(self, ann, bob):
        for number in range(4):
            share(bob, LOAD, SELECT, title=f"Half {number}")
        share(bob, LOAD, SELECT, GROUP, title="All")

        found = told(ann, bring_draft(ann, LOAD, SELECT, GROUP))

        assert len(found) == 3
        assert found[0] == ("All", 3, 3)

    def test_asks_so_many_questions_and_no_more(self, ann, bob, django_assert_max_num_queries):
        for number in range(5):
            share(bob, LOAD, SELECT, title=f"Half {number}")
        draft = bring_draft(ann, LOAD, SELECT, GROUP)

        with django_assert_max_num_queries(5):
            assert len(alike(actor_for(ann), draft)) == 3


class TestRebuildCells:
    def test_works_out_what_is_missing(self, ann, bob):
        share(bob, LOAD, SELECT, GROUP, title="Theirs")
        Cell.objects.update(token_hash=None)
        draft = bring_draft(ann, LOAD, SELECT, GROUP)
        assert told(ann, draft, title="x") == []

        call_command("rebuild", "cells")

        assert told(ann, draft, title="x") == [("Theirs", 3, 3)]
        assert not Cell.objects.filter(token_hash=None).exists()


class TestNumbers:
    STEPS = tuple(f"step_{n} = prepare(orders, {n})" for n in range(15))

    def test_are_of_all_code_cells(self, ann, bob):
        short = ("df.head()", "import os")
        share(bob, *short, *self.STEPS[:4], title="Theirs")
        draft = bring_draft(ann, *short, *self.STEPS[:3], OTHER)

        (one,) = alike(actor_for(ann), draft)

        assert (one.same_cells, one.cell_count, one.other_count) == (5, 6, 6)
        assert one.is_nearly_the_same

    def test_a_small_part_of_another_does_not_do_this_already(self, ann, bob):
        share(bob, *self.STEPS, title="Theirs")
        little = [f"x{n}" for n in range(8)]

        (one,) = alike(actor_for(ann), bring_draft(ann, self.STEPS[0], *little))
        (whole,) = alike(actor_for(ann), bring_draft(ann, *self.STEPS[:3]))

        assert (one.same_cells, one.cell_count, one.other_count) == (1, 9, 15)
        assert not one.is_nearly_the_same
        assert (whole.same_cells, whole.cell_count, whole.other_count) == (3, 3, 15)
        assert not whole.is_nearly_the_same
