"""Who may see a notebook: changing it, who may change it, and what is said about it."""

import pytest
from django.core import mail
from hypothesis import HealthCheck, given, settings, strategies as st
from hypothesis.extra.django import TestCase

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.access.queries import circle_of, readers_in
from nbcommons.activity.models import AuditEntry
from nbcommons.core.errors import Denied
from nbcommons.core.stamps import stamp_of
from nbcommons.curation import tasks
from nbcommons.curation.errors import ChangedMeanwhile, Invalid, LabelNotHeld, NobodyLeft
from nbcommons.curation.operations.ownership import answer_offer, offer_ownership
from nbcommons.curation.operations.sharing import change_sharing
from nbcommons.curation.queries.sharing import (
    Share,
    Sharing,
    reach_of,
    sharing_of,
    sharing_page,
)
from nbcommons.notebooks.models import Notebook, Visibility
from nbcommons.people.models import LabelHolding, Person
from tests.factories.curation import (
    give_label,
    give_to_team,
    make_label,
    make_team,
    share_with,
)
from tests.factories.executions import NOW, actor_for, edit_notebook, make_notebook, make_person

pytestmark = pytest.mark.django_db


def fresh(notebook) -> Notebook:
    return Notebook.objects.select_related("owner", "owner_team", "current_revision").get(
        pk=notebook.pk
    )


def share(who, notebook, visibility=Visibility.SHARED, *shares, labels=(), seen=None):
    actor = actor_for(who) if isinstance(who, Person) else who
    return change_sharing(
        actor,
        notebook,
        sharing=Sharing(visibility, tuple(shares), frozenset(label.pk for label in labels)),
        seen=seen,
        at=NOW,
    )


def may_read(person, notebook) -> bool:
    return guard.allows(actor_for(person), Action.NOTEBOOK_READ, notebook)


def may_edit(person, notebook) -> bool:
    return guard.allows(actor_for(person), Action.NOTEBOOK_EDIT, notebook)


class TestChangeSharing:
    def test_lets_in_whom_it_names_and_nobody_else(self, ann, bob, cid, notebook):
        share(ann, notebook, Visibility.SHARED, Share(bob.pk))

        assert may_read(bob, notebook)
        assert not may_edit(bob, notebook)
        assert not may_read(cid, notebook)

    def test_lets_a_team_edit(self, ann, bob, notebook):
        team = make_team(bob="member")

        share(ann, notebook, Visibility.SHARED, Share(team_id=team.pk, may_edit=True))

        assert may_edit(bob, notebook)

    def test_takes_away_what_it_no_longer_names(self, ann, bob, notebook):
        share(ann, notebook, Visibility.SHARED, Share(bob.pk))

        share(ann, notebook, Visibility.SHARED)

        assert not may_read(bob, notebook)

    def test_says_whether_it_changed_anything(self, ann, bob, notebook):
        assert share(ann, notebook, Visibility.SHARED, Share(bob.pk))
        assert not share(ann, notebook, Visibility.SHARED, Share(bob.pk))

    def test_those_it_is_shared_with_may_not_share_it_on(self, bob, cid, notebook):
        share_with(notebook, person=bob, may_edit=True)

        with pytest.raises(Denied):
            share(bob, notebook, Visibility.SHARED, Share(cid.pk))

    def test_editors_of_the_owning_team_may_and_members_not(self, bob, cid, notebook):
        notebook = give_to_team(notebook, make_team(ann="owner", bob="editor", cid="member"))

        share(bob, notebook, Visibility.PRIVATE)

        with pytest.raises(Denied):
            share(cid, notebook, Visibility.EVERYONE)

    def test_names_its_owner_not_a_second_time(self, ann, bob, notebook):
        share(ann, notebook, Visibility.SHARED, Share(ann.pk), Share(bob.pk), Share(bob.pk))

        assert [one.person_id for one in notebook.shares.all()] == [bob.pk]

    def test_opens_only_what_is_written_from_now_on(self, ann, bob, notebook):
        share(ann, notebook, Visibility.PRIVATE)
        edit_notebook(fresh(notebook), "a = 2")
        share(ann, notebook, Visibility.SHARED, Share(bob.pk))

        numbers = guard.revisions_for(actor_for(bob), fresh(notebook)).values_list("number")

        assert [number for (number,) in numbers] == [2]

    @pytest.mark.parametrize("visibility", ["", "public", "PRIVATE"])
    def test_knows_no_other_visibility(self, ann, notebook, visibility):
        with pytest.raises(Invalid):
            share(ann, notebook, visibility)

    def test_refuses_people_who_are_gone(self, ann, bob, notebook):
        Person.objects.filter(pk=bob.pk).update(is_active=False)

        with pytest.raises(Invalid):
            share(ann, notebook, Visibility.SHARED, Share(bob.pk))
        with pytest.raises(Invalid):
            share(ann, notebook, Visibility.SHARED, Share(team_id=99))
        with pytest.raises(Invalid):
            share(ann, notebook, Visibility.SHARED, Share())

    def test_keeps_people_who_have_gone_since(self, ann, bob, notebook):
        share_with(notebook, person=bob)
        Person.objects.filter(pk=bob.pk).update(is_active=False)

        assert share(ann, notebook, Visibility.SHARED, Share(bob.pk))

    def test_never_puts_two_wishes_together(self, ann, bob, cid, notebook):
        notebook = give_to_team(notebook, make_team(ann="owner", bob="editor"))
        seen = stamp_of(sharing_of(notebook).as_values())
        share(ann, notebook, Visibility.PRIVATE, seen=seen)

        with pytest.raises(ChangedMeanwhile):
            share(bob, notebook, Visibility.EVERYONE, Share(cid.pk), seen=seen)

        assert fresh(notebook).visibility == Visibility.PRIVATE


class TestLabels:
    def test_only_those_put_on_that_the_person_holds(self, ann, bob, notebook):
        amber, blue = make_label("Amber", ann), make_label("Blue", bob)

        share(ann, notebook, Visibility.EVERYONE, labels=[amber])

        with pytest.raises(LabelNotHeld):
            share(ann, notebook, Visibility.EVERYONE, labels=[amber, blue])
        assert list(notebook.labels.all()) == [amber]

    def test_one_that_has_run_out_is_not_held(self, ann, notebook):
        amber = make_label("Amber", ann)
        LabelHolding.objects.update(expires_at=NOW)

        with pytest.raises(LabelNotHeld):
            share(ann, notebook, Visibility.EVERYONE, labels=[amber])

    def test_one_on_it_hides_it_from_those_who_do_not_hold_it(self, ann, bob, notebook):
        share(ann, notebook, Visibility.EVERYONE, labels=[make_label("Amber", ann)])

        assert not may_read(bob, notebook)

    def test_nobody_takes_one_off_without_holding_it(self, ann, bob, notebook):
        notebook = give_to_team(notebook, make_team(ann="owner", bob="owner"))
        share(ann, notebook, Visibility.EVERYONE, labels=[make_label("Amber", ann)])

        with pytest.raises(Denied):
            share(bob, notebook, Visibility.EVERYONE)

    def test_some_owner_is_always_left(self, bob, notebook):
        notebook = give_to_team(notebook, make_team(ann="owner", bob="editor"))
        amber = make_label("Amber", bob)

        with pytest.raises(NobodyLeft):
            share(bob, notebook, Visibility.EVERYONE, labels=[amber])

    def test_administrators_put_on_any(self, admin, ann, notebook):
        share(admin, notebook, Visibility.EVERYONE, labels=[make_label("Amber")])

        assert not may_read(ann, notebook)


class TestReach:
    def reach(self, person, notebook, sharing, before=None):
        return reach_of(actor_for(person), fresh(notebook), sharing, before=before)

    @pytest.mark.usefixtures("cid")
    def test_says_it_in_a_sentence(self, ann, bob, notebook):
        team = make_team("Customs desk", dan="owner", eve="member")
        shared = Sharing(Visibility.SHARED, (Share(bob.pk), Share(team_id=team.pk)))

        assert self.reach(ann, notebook, Sharing("private")).sentence == "You alone."
        assert self.reach(ann, notebook, Sharing("shared")).sentence == "You alone."
        assert self.reach(ann, notebook, shared).sentence == (
            "You, Bob Costa and the team Customs desk: 4 people."
        )
        assert self.reach(ann, notebook, Sharing("everyone")).sentence == (
            "Everyone here: 5 people."
        )

    def test_says_it_of_a_team(self, ann, notebook):
        notebook = give_to_team(notebook, make_team("Ports", ann="owner", dan="member"))

        said = self.reach(ann, notebook, Sharing("private")).sentence

        assert said == "The team Ports: 2 people."

    def test_names_some_and_counts_the_rest(self, ann, notebook):
        shares = tuple(Share(make_person(f"p{number}").pk) for number in range(8))

        said = self.reach(ann, notebook, Sharing("shared", shares)).sentence

        assert said == "You, p0, p1, p2, p3, p4 and 3 others: 9 people."

    @pytest.mark.usefixtures("cid")
    def test_does_not_tell_how_few_hold_a_label(self, ann, bob, notebook):
        amber = make_label("Amber", ann, bob)
        labelled = Sharing("everyone", label_ids=frozenset([amber.pk]))

        said = self.reach(ann, notebook, labelled, before=Sharing("everyone"))

        assert said.sentence == "Everyone here who holds “Amber”: fewer than 5 people."
        assert said.warnings == ("No longer able to see it: fewer than 5 people.",)

    def test_names_those_it_is_shared_with_who_would_lose_it(self, ann, bob, cid, notebook):
        before = Sharing("shared", (Share(bob.pk), Share(cid.pk)))
        then = Sharing("shared", (Share(bob.pk),))

        said = self.reach(ann, notebook, then, before=before)

        assert said.warnings == ("No longer able to see it: Cid Diaz.",)

    def test_says_who_would_be_shared_with_in_vain(self, ann, bob, notebook):
        amber = make_label("Amber", ann)
        then = Sharing("shared", (Share(bob.pk),), frozenset([amber.pk]))

        said = self.reach(ann, notebook, then, before=Sharing("private"))

        assert said.warnings == (
            "Bob Costa will not see it: they do not hold every access label on it.",
        )

    def test_counts_nobody_whose_account_is_off(self, ann, bob, notebook):
        Person.objects.filter(pk=bob.pk).update(is_active=False)

        said = self.reach(ann, notebook, Sharing("everyone")).sentence

        assert said == "Everyone here: 1 person."


class TestSharingPage:
    def test_offers_only_labels_that_the_person_holds(self, ann, bob, notebook):
        amber = make_label("Amber", ann)
        make_label("Blue", bob)

        page = sharing_page(actor_for(ann), fresh(notebook), Sharing("everyone"))

        assert [label.name for label in page.labels] == ["Amber"]
        assert amber.pk == page.labels[0].label_id

    def test_counts_no_label_that_the_person_does_not_hold(self, ann, bob, notebook):
        blue = make_label("Blue", bob)
        forged = Sharing("everyone", label_ids=frozenset([blue.pk]))

        page = sharing_page(actor_for(ann), fresh(notebook), forged)

        assert not page.is_changed
        assert "Blue" not in str(page)

    def test_asks_the_database_no_more_often_for_many(
        self, ann, notebook, django_assert_max_num_queries
    ):
        for many in (1, 30):
            shares = tuple(Share(make_person(f"q{many}.{n}").pk) for n in range(many))
            with django_assert_max_num_queries(26):
                sharing_page(actor_for(ann), fresh(notebook), Sharing("shared", shares))


class TestReadersIn(TestCase):
    """The people of a circle are exactly those whom the rules let read, whatever the sharing."""

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        visibility=st.sampled_from(Visibility.values),
        shared=st.sets(st.sampled_from("abcdef"), max_size=3),
        labels=st.sets(st.sampled_from(["amber", "blue"])),
        is_team_owned=st.booleans(),
        is_team_shared=st.booleans(),
    )
    def test_agrees_with_the_rules(
        self, visibility, shared, labels, is_team_owned, is_team_shared
    ):
        people = {name: make_person(f"reader.{name}") for name in "abcdef"}
        Person.objects.filter(pk=people["f"].pk).update(is_active=False)
        team = make_team("Readers", **{"reader.a": "owner", "reader.b": "member"})
        other = make_team("Others", **{"reader.b": "editor", "reader.c": "member"})
        held = {"amber": "abcf", "blue": "bcd"}
        made = {name: make_label(name) for name in held}
        for name, holders in held.items():
            for holder in holders:
                give_label(made[name], people[holder])
        notebook = make_notebook(owner=people["e"], visibility=visibility)
        if is_team_owned:
            notebook = give_to_team(notebook, team)
        for name in shared:
            share_with(notebook, person=people[name])
        if is_team_shared:
            share_with(notebook, team=other)
        notebook.labels.set([made[name] for name in labels])

        readers = set(readers_in(circle_of(notebook)))

        assert readers == {
            person
            for name, person in people.items()
            if name != "f" and may_read(person, notebook)
        }


class TestMails:
    @pytest.fixture(autouse=True)
    def _no_welcome(self):
        mail.outbox.clear()

    def tell(self) -> dict[str, str]:
        """Send what the facts so far ask for; returns the texts by who gets them."""
        for entry in AuditEntry.objects.filter(fact="SharingChanged").order_by("pk"):
            tasks.tell_of_sharing(
                notebook_id=entry.notebook_id, actor_id=entry.actor_id, **entry.details
            )
        return {message.to[0].split("@")[0]: message.body for message in mail.outbox}

    def test_tell_whom_it_is_shared_with_what_they_may_do(self, ann, bob, cid, notebook):
        share(ann, notebook, "shared", Share(bob.pk), Share(cid.pk, may_edit=True))

        told = self.tell()

        assert set(told) == {"bob", "cid"}
        assert mail.outbox[0].subject == "Ann Berg shares “Rank late payers” with you"
        assert "you can read it." in told["bob"]
        assert "you can read and edit it." in told["cid"]
        assert f"/notebooks/{notebook.uuid}/" in told["bob"]
        assert "/settings/preferences/" in told["bob"]

    def test_do_not_come_to_those_who_want_none(self, ann, bob, cid, notebook):
        Person.objects.filter(pk=bob.pk).update(mail_off=["sharing"])
        Person.objects.filter(pk=cid.pk).update(mail_off=["looking-after"])

        share(ann, notebook, "shared", Share(bob.pk), Share(cid.pk))

        assert set(self.tell()) == {"cid"}

    def test_never_name_what_somebody_may_not_read(self, ann, bob, cid, notebook):
        label = make_label("Secret", ann, cid)
        share(ann, notebook, "shared", Share(bob.pk), Share(cid.pk), labels=[label])
        assert set(self.tell()) == {"cid"}
        mail.outbox.clear()

        share(ann, notebook, "private", Share(bob.pk), Share(cid.pk), labels=[label])

        assert self.tell() == {}

    def test_leave_out_who_did_it_and_who_gave_it_away(self, ann, bob, notebook):
        made = offer_ownership(
            actor_for(ann), notebook, to_person=bob, keeps_editing=True, at=NOW
        )
        answer_offer(actor_for(bob), made, accepts=True, at=NOW)

        assert may_edit(ann, notebook)
        assert self.tell() == {}
