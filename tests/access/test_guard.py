"""The one door."""

from datetime import timedelta

import pytest
from django.utils import timezone

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.access.queries import audience_of, terms_of_notebook
from nbcommons.access.rules import FACT_RULES, NOTEBOOK_RULES
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.models import Notebook, NotebookShare, Revision
from nbcommons.people.models import Label, LabelHolding, Membership
from tests.factories.curation import make_team
from tests.factories.executions import NOW, actor_for, edit_notebook, make_notebook, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return make_person("ann")


@pytest.fixture
def bob():
    return make_person("bob")


def test_every_action_has_exactly_one_rule():
    assert set(NOTEBOOK_RULES) | set(FACT_RULES) == set(Action)
    assert not set(NOTEBOOK_RULES) & set(FACT_RULES)


class TestNotebooksFor:
    def test_shows_a_private_notebook_to_its_owner_alone(self, ann, bob):
        private = make_notebook(owner=ann, visibility="private")

        assert list(guard.notebooks_for(actor_for(ann))) == [private]
        assert list(guard.notebooks_for(actor_for(bob))) == []

    def test_shows_a_notebook_for_everyone_to_everyone_signed_in(self, ann, bob):
        shared = make_notebook(owner=ann)

        assert list(guard.notebooks_for(actor_for(bob))) == [shared]
        assert list(guard.notebooks_for(Actor.nobody())) == []

    def test_lets_only_the_owner_edit(self, ann, bob):
        make_notebook(owner=ann)

        assert not guard.notebooks_for(actor_for(bob), Action.NOTEBOOK_EDIT).exists()
        assert guard.notebooks_for(actor_for(ann), Action.NOTEBOOK_EDIT).exists()

    def test_tells_what_else_its_actor_may_and_nobody_else(
        self, ann, bob, django_assert_num_queries
    ):
        make_notebook(owner=ann)
        actions = [Action.NOTEBOOK_RUN, Action.NOTEBOOK_EDIT]
        told = guard.notebooks_for(actor_for(ann), tell=actions).get()

        with django_assert_num_queries(0):
            assert guard.powers_over(actor_for(ann), told, actions) == set(actions)
        assert guard.powers_over(actor_for(bob), told, actions) == {Action.NOTEBOOK_RUN}

    def test_gives_administrators_nothing_more_until_they_switch_admin_mode_on(self, ann, bob):
        make_notebook(owner=ann, visibility="private")

        assert not guard.notebooks_for(actor_for(bob)).exists()
        assert guard.notebooks_for(actor_for(bob).in_admin_mode()).exists()

    def test_limits_a_token_to_its_scopes(self, ann):
        make_notebook(owner=ann)
        token = actor_for(ann).limited_to(frozenset({"executions:write"}))

        assert not guard.notebooks_for(token).exists()
        assert guard.notebooks_for(token, Action.EXECUTION_REPORT).exists()

    def test_limits_even_an_administrators_token_to_its_scopes(self, ann):
        make_notebook(owner=ann)
        token = actor_for(ann).in_admin_mode().limited_to(frozenset({"executions:write"}))

        assert not guard.notebooks_for(token, Action.NOTEBOOK_EDIT).exists()


class TestRequire:
    def test_refuses_readers_who_want_to_edit(self, ann, bob):
        notebook = make_notebook(owner=ann)

        with pytest.raises(Denied):
            guard.require(actor_for(bob), Action.NOTEBOOK_EDIT, notebook)

    def test_goes_by_what_the_database_says_now(self, ann, bob):
        notebook = make_notebook(owner=ann)
        type(notebook).objects.filter(pk=notebook.pk).update(visibility="private")

        with pytest.raises(Denied):
            guard.require(actor_for(bob), Action.NOTEBOOK_READ, notebook)


class TestTerms:
    def test_meet_exactly_when_the_rule_lets_the_actor_read(self, ann, bob):
        for notebook in (
            make_notebook(owner=ann),
            make_notebook(owner=ann, visibility="private"),
        ):
            for actor in (actor_for(ann), actor_for(bob), Actor.nobody()):
                meets = bool(set(audience_of(actor).terms) & set(terms_of_notebook(notebook)))

                assert meets == guard.allows(actor, Action.NOTEBOOK_READ, notebook)

    def test_are_none_for_those_who_see_everything(self, ann):
        assert audience_of(actor_for(ann).in_admin_mode()).terms is None
        assert audience_of(Actor.nobody()).terms == ()


class TestRevisionsFor:
    """Others see versions back to the last time that the notebook was hidden from them."""

    def numbers(self, person, notebook):
        notebook.refresh_from_db()
        return [
            revision.number for revision in guard.revisions_for(actor_for(person), notebook)
        ]

    def test_hides_from_readers_what_was_written_in_private(self, ann, bob):
        notebook = make_notebook(owner=ann, visibility="private")
        edit_notebook(notebook, "b = 2")

        catalogue.set_visibility(notebook, "everyone", actor_id=ann.pk, at=NOW)
        edit_notebook(notebook, "c = 3")

        assert self.numbers(ann, notebook) == [3, 2, 1]
        assert self.numbers(bob, notebook) == [3, 2]

    def test_hides_what_was_visible_before_it_was_hidden(self, ann, bob):
        notebook = make_notebook(owner=ann)
        edit_notebook(notebook, "b = 2")
        catalogue.set_visibility(notebook, "private", actor_id=ann.pk, at=NOW)
        assert self.numbers(bob, notebook) == []
        edit_notebook(notebook, "c = 3")

        catalogue.set_visibility(notebook, "everyone", actor_id=ann.pk, at=NOW)

        assert self.numbers(bob, notebook) == [3]

    def test_begins_for_somebody_named_later_with_what_was_current_then(self, ann, bob):
        cat = make_person("cat")
        notebook = make_notebook(owner=ann, visibility="shared")
        named = [catalogue.ShareWith(person_id=bob.pk)]
        catalogue.set_shares(notebook, named, actor_id=ann.pk, at=NOW)
        edit_notebook(notebook, "b = 2")
        named.append(catalogue.ShareWith(person_id=cat.pk))
        catalogue.set_shares(notebook, named, actor_id=ann.pk, at=NOW)

        assert self.numbers(bob, notebook) == [2, 1]
        assert self.numbers(cat, notebook) == [2]

    def give_to_team(self, ann, notebook, **roles):
        team = make_team("Customs", **roles)
        catalogue.set_owner(notebook, team_id=team.pk, actor_id=ann.pk, at=NOW)

    def test_begins_for_a_team_with_what_was_current_when_it_got_the_notebook(self, ann, bob):
        cat = make_person("cat")
        notebook = make_notebook(owner=ann, visibility="private")
        edit_notebook(notebook, "b = 2")

        self.give_to_team(ann, notebook, cat="owner", bob="member")

        assert self.numbers(cat, notebook) == [2, 1]
        assert self.numbers(bob, notebook) == [2]

    def test_of_a_team_goes_back_to_when_everybody_could_read_it(self, ann, bob):
        notebook = make_notebook(owner=ann)
        edit_notebook(notebook, "b = 2")

        self.give_to_team(ann, notebook, bob="member")

        assert self.numbers(bob, notebook) == [2, 1]

    def test_of_a_team_goes_back_to_when_it_was_shared_with_it(self, ann, bob):
        notebook = make_notebook(owner=ann, visibility="shared")
        team = make_team("Customs", bob="member")
        edit_notebook(notebook, "b = 2")
        share = [catalogue.ShareWith(team_id=team.pk)]
        catalogue.set_shares(notebook, share, actor_id=ann.pk, at=NOW)
        edit_notebook(notebook, "c = 3")

        catalogue.set_owner(notebook, team_id=team.pk, actor_id=ann.pk, at=NOW)

        assert self.numbers(bob, notebook) == [3, 2]

    @pytest.mark.parametrize("by", ["ownership", "share"])
    def test_of_a_team_goes_back_to_when_somebody_came_to_it(self, ann, bob, by):
        team = make_team("Customs", ann="owner", bob="member")
        notebook = make_notebook(owner=ann, visibility="shared")
        edit_notebook(notebook, "while_away = 2")
        edit_notebook(notebook, "clean = 3")
        if by == "ownership":
            catalogue.set_owner(notebook, team_id=team.pk, actor_id=ann.pk, at=NOW)
        else:
            share = [catalogue.ShareWith(team_id=team.pk)]
            catalogue.set_shares(notebook, share, actor_id=ann.pk, at=NOW)
        Notebook.objects.update(team_history_from=1, history_from=1)
        NotebookShare.objects.update(history_from=1)
        notebook.refresh_from_db()
        for number, day in ((1, 0), (2, 2), (3, 4)):
            moment = NOW + timedelta(days=day)
            Revision.objects.filter(notebook=notebook, number=number).update(created_at=moment)
        assert self.numbers(bob, notebook) == [3, 2, 1]

        # He was out of the team for a while, and came back when the third was current.
        Membership.objects.filter(person=bob).update(created_at=NOW + timedelta(days=5))

        assert self.numbers(bob, notebook) == [3]
        assert self.numbers(ann, notebook) == [3, 2, 1]

    def test_begins_anew_when_a_label_is_taken_off(self, ann, bob):
        label = Label.objects.create(name="amber", slug="amber", created_at=NOW)
        LabelHolding.objects.create(person=ann, label=label, source="claim", granted_at=NOW)
        notebook = make_notebook(owner=ann)
        catalogue.set_labels(notebook, [label.pk], actor_id=ann.pk, at=NOW)
        edit_notebook(notebook, "b = 2")

        catalogue.set_labels(notebook, [], actor_id=ann.pk, at=NOW)

        assert self.numbers(bob, notebook) == [2]

    @pytest.fixture
    def amber(self, ann):
        label = Label.objects.create(name="amber", slug="amber", created_at=NOW)
        self.hold(ann, label)
        return label

    def hold(self, person, label, since=NOW, until=None, source="administrator"):
        LabelHolding.objects.create(
            person=person, label=label, source=source, granted_at=since, expires_at=until
        )

    def labelled(self, ann, *labels, **more):
        """Version 1 at NOW, version 2 two hours later, version 3 after four."""
        notebook = make_notebook(owner=ann, **more)
        keys = [label.pk for label in labels]
        catalogue.set_labels(notebook, keys, actor_id=ann.pk, at=NOW)
        for number in (2, 3):
            edit_notebook(notebook, f"b = {number}")
        for number in (1, 2, 3):
            at = NOW + timedelta(hours=2 * (number - 1))
            notebook.revisions.filter(number=number).update(created_at=at)
        return notebook

    @pytest.mark.parametrize(
        ("hours", "numbers"),
        [(-1, [3, 2, 1]), (1, [3, 2, 1]), (2, [3, 2]), (3, [3, 2]), (5, [3])],
    )
    def test_begins_with_what_was_current_when_a_label_was_granted(
        self, ann, bob, amber, hours, numbers
    ):
        notebook = self.labelled(ann, amber)
        assert self.numbers(bob, notebook) == []

        self.hold(bob, amber, NOW + timedelta(hours=hours))

        assert self.numbers(bob, notebook) == numbers
        assert self.numbers(ann, notebook) == [3, 2, 1]

    def test_begins_with_the_last_of_several_labels(self, ann, bob, amber):
        blue = Label.objects.create(name="blue", slug="blue", created_at=NOW)
        self.hold(ann, blue)
        notebook = self.labelled(ann, amber, blue)
        self.hold(bob, amber, NOW + timedelta(hours=1))
        self.hold(bob, blue, NOW + timedelta(hours=3))

        assert self.numbers(bob, notebook) == [3, 2]

    @pytest.mark.parametrize(("until", "numbers"), [(3, [3, 2, 1]), (2, [3])])
    def test_counts_holdings_that_leave_no_gap_as_one(self, ann, bob, amber, until, numbers):
        notebook = self.labelled(ann, amber)
        end = NOW + timedelta(hours=until)
        self.hold(bob, amber, NOW + timedelta(hours=1), until=end, source="claim")
        self.hold(bob, amber, NOW + timedelta(hours=3 if until == 3 else 5))

        assert self.numbers(bob, notebook) == numbers

    def test_shows_no_more_for_an_old_label_than_the_share_does(self, ann, bob, amber):
        notebook = self.labelled(ann, amber, visibility="shared")
        self.hold(bob, amber, NOW - timedelta(days=9))
        named = [catalogue.ShareWith(person_id=bob.pk)]
        catalogue.set_shares(notebook, named, actor_id=ann.pk, at=NOW)

        assert self.numbers(bob, notebook) == [3]

    def test_shows_editors_and_administrators_all_whenever_their_label_came(
        self, ann, bob, amber
    ):
        notebook = self.labelled(ann, amber, visibility="shared")
        self.hold(bob, amber, NOW + timedelta(hours=5))
        named = [catalogue.ShareWith(person_id=bob.pk, may_edit=True)]
        catalogue.set_shares(notebook, named, actor_id=ann.pk, at=NOW)

        assert self.numbers(bob, notebook) == [3, 2, 1]
        root = actor_for(make_person("root")).in_admin_mode()
        assert guard.first_number_for(root, notebook) == 1

    def test_takes_no_more_queries_where_there_are_no_labels(
        self, ann, bob, django_assert_num_queries
    ):
        notebook = make_notebook(owner=ann)

        with django_assert_num_queries(2):
            assert guard.first_number_for(actor_for(bob), notebook) == 1

    def test_shows_everything_to_who_may_edit(self, ann, bob):
        notebook = make_notebook(owner=ann, visibility="private")
        edit_notebook(notebook, "b = 2")
        named = [catalogue.ShareWith(person_id=bob.pk, may_edit=True)]
        catalogue.set_shares(notebook, named, actor_id=ann.pk, at=NOW)
        assert self.numbers(bob, notebook) == []

        catalogue.set_visibility(notebook, "shared", actor_id=ann.pk, at=NOW)

        assert self.numbers(bob, notebook) == [2, 1]


class TestLabels:
    def test_a_holding_counts_until_it_ends(self, ann, bob):
        label = Label.objects.create(name="amber", slug="amber", created_at=NOW)
        for person in (ann, bob):
            LabelHolding.objects.create(
                person=person, label=label, source="claim", granted_at=NOW
            )
        notebook = make_notebook(owner=ann)
        catalogue.set_labels(notebook, [label.pk], actor_id=ann.pk, at=NOW)
        assert guard.allows(actor_for(bob), Action.NOTEBOOK_READ, notebook)

        now = timezone.now()
        bob.label_holdings.update(expires_at=now + timedelta(hours=1))
        assert guard.allows(actor_for(bob), Action.NOTEBOOK_READ, notebook)
        bob.label_holdings.update(expires_at=now - timedelta(seconds=1))

        assert not guard.allows(actor_for(bob), Action.NOTEBOOK_READ, notebook)
        assert label.pk in audience_of(actor_for(bob)).hidden_labels

    def test_bind_the_owner_too(self, ann):
        label = Label.objects.create(name="amber", slug="amber", created_at=NOW)
        notebook = make_notebook(owner=ann)

        catalogue.set_labels(notebook, [label.pk], actor_id=ann.pk, at=NOW)

        assert not guard.allows(actor_for(ann), Action.NOTEBOOK_EDIT, notebook)
