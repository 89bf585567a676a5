"""Giving a notebook away: offered, answered, withdrawn, too late; and handed over."""

from datetime import timedelta

import pytest
from django.core import mail

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.activity.models import AuditEntry
from nbcommons.core.errors import Denied
from nbcommons.curation import tasks
from nbcommons.curation.errors import AlreadyOffered, Invalid, NotTheirs, OfferClosed
from nbcommons.curation.models import OwnershipOffer
from nbcommons.curation.operations.binning import delete_notebook
from nbcommons.curation.operations.ownership import (
    answer_offer,
    close_offers_to,
    expire_offers,
    hand_over,
    offer_ownership,
    withdraw_offer,
)
from nbcommons.curation.queries.ownership import left_behind, offers_to
from nbcommons.notebooks.models import Notebook, Visibility
from nbcommons.people.models import LabelHolding, Person
from tests.factories.curation import (
    SYSTEM,
    give_to_team,
    make_label,
    make_team,
    share_with,
)
from tests.factories.executions import NOW, actor_for, make_notebook

pytestmark = pytest.mark.django_db
State = OwnershipOffer.State


def fresh(notebook) -> Notebook:
    return Notebook.objects.select_related("owner", "owner_team").get(pk=notebook.pk)


def offer(person, notebook, **to) -> OwnershipOffer:
    return offer_ownership(actor_for(person), notebook, at=NOW, **to)


def answer(person, made, *, accepts=True, at=NOW):
    return answer_offer(actor_for(person), made, accepts=accepts, at=at)


def may(person, action, notebook) -> bool:
    return guard.allows(actor_for(person), action, notebook)


def facts() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("fact", flat=True))


class TestOfferOwnership:
    def test_changes_nothing_until_it_is_accepted(self, ann, bob, notebook):
        made = offer(ann, notebook, to_person=bob)

        assert fresh(notebook).owner == ann
        assert made.expires_at == NOW + timedelta(days=14)
        assert list(offers_to(actor_for(bob), at=NOW)) == [made]
        assert list(offers_to(actor_for(ann), at=NOW)) == []

    def test_stands_alone(self, ann, bob, cid, notebook):
        offer(ann, notebook, to_person=bob)

        with pytest.raises(AlreadyOffered):
            offer(ann, notebook, to_person=cid)

    def test_makes_way_once_it_is_too_old(self, ann, bob, cid, notebook):
        first = offer(ann, notebook, to_person=bob)
        OwnershipOffer.objects.update(
            created_at=NOW - timedelta(days=20), expires_at=NOW - timedelta(days=6)
        )

        offer(ann, notebook, to_person=cid)

        first.refresh_from_db()
        assert first.state == State.EXPIRED

    def test_is_for_owners_alone(self, bob, cid, notebook):
        share_with(notebook, person=bob, may_edit=True)
        with pytest.raises(Denied):
            offer(bob, notebook, to_person=cid)

        notebook = give_to_team(notebook, make_team(ann="owner", bob="editor"))
        with pytest.raises(Denied):
            offer(bob, notebook, to_person=cid)

    def test_wants_one_receiver_who_is_there(self, ann, bob, notebook):
        team = make_team("Nobody's")
        Person.objects.filter(pk=bob.pk).update(is_active=False)
        bob.refresh_from_db()

        with pytest.raises(Invalid):
            offer(ann, notebook)
        with pytest.raises(Invalid):
            offer(ann, notebook, to_person=ann, to_team=team)
        for to in ({"to_person": bob}, {"to_team": team}, {"to_person": ann}):
            with pytest.raises(NotTheirs):
                offer(ann, notebook, **to)

    def test_wants_a_receiver_who_may_see_it(self, ann, bob, notebook):
        notebook.labels.add(make_label("Amber", ann))

        with pytest.raises(NotTheirs):
            offer(ann, notebook, to_person=bob)

    @pytest.mark.usefixtures("bob")
    def test_need_not_be_answered_by_the_giver(self, ann, notebook):
        team = make_team("Ports", ann="owner", bob="editor")

        made = offer(ann, notebook, to_team=team)

        assert made.state == State.ACCEPTED
        assert fresh(notebook).owner_team == team

    def test_is_limited_in_words(self, ann, bob, notebook):
        with pytest.raises(Invalid):
            offer(ann, notebook, to_person=bob, message="x" * 501)


class TestAnswerOffer:
    def test_a_yes_gives_it_away(self, ann, bob, notebook):
        answer(bob, offer(ann, notebook, to_person=bob))

        assert fresh(notebook).owner == bob
        assert not may(ann, Action.NOTEBOOK_EDIT, notebook)
        assert facts()[-3:] == ["OwnershipOffered", "OwnerChanged", "OwnershipOfferClosed"]

    def test_a_no_leaves_it(self, ann, bob, notebook):
        made = answer(bob, offer(ann, notebook, to_person=bob), accepts=False)

        assert made.state == State.DECLINED
        assert fresh(notebook).owner == ann

    def test_one_owner_answers_for_a_team(self, ann, bob, cid, notebook):
        made = offer(ann, notebook, to_team=make_team("Ports", bob="owner", cid="editor"))

        with pytest.raises(Denied):
            answer(cid, made)
        answer(bob, made)

        assert str(fresh(notebook).owner_team) == "Ports"
        assert may(cid, Action.NOTEBOOK_EDIT, notebook)

    def test_is_nobody_elses(self, ann, bob, cid, admin, notebook):
        made = offer(ann, notebook, to_person=bob)

        for actor in (actor_for(ann), actor_for(cid), admin):
            with pytest.raises(Denied):
                answer_offer(actor, made, accepts=True, at=NOW)

    def test_comes_only_once_and_not_too_late(self, ann, bob, notebook):
        made = offer(ann, notebook, to_person=bob)

        with pytest.raises(OfferClosed):
            answer(bob, made, at=NOW + timedelta(days=14))
        answer(bob, made, accepts=False)
        with pytest.raises(OfferClosed):
            answer(bob, made)

    def test_needs_the_labels_that_it_has_by_then(self, ann, bob, notebook):
        amber = make_label("Amber", ann, bob)
        notebook.labels.add(amber)
        made = offer(ann, notebook, to_person=bob)
        LabelHolding.objects.filter(person=bob).delete()

        assert list(offers_to(actor_for(bob), at=NOW)) == []
        with pytest.raises(Denied):
            answer(bob, made)

    def test_is_not_possible_for_what_is_in_the_bin(self, ann, bob, notebook):
        made = offer(ann, notebook, to_person=bob)
        Notebook.objects.update(deleted_at=NOW)

        assert list(offers_to(actor_for(bob), at=NOW)) == []
        with pytest.raises(OfferClosed):
            answer(bob, made)

    def test_lets_the_giver_go_on_editing_where_agreed(self, ann, bob, cid, notebook):
        share_with(notebook, person=cid)
        answer(bob, offer(ann, notebook, to_person=bob, keeps_editing=True))

        assert may(ann, Action.NOTEBOOK_EDIT, notebook)
        assert not may(ann, Action.NOTEBOOK_SHARE, notebook)
        assert notebook.shares.count() == 2

    def test_lets_the_giver_of_a_private_one_stay_and_nobody_in(self, ann, bob, cid, notebook):
        share_with(notebook, person=cid)
        Notebook.objects.update(visibility=Visibility.PRIVATE)

        answer(bob, offer(ann, notebook, to_person=bob, keeps_editing=True))

        assert may(ann, Action.NOTEBOOK_EDIT, notebook)
        assert not may(cid, Action.NOTEBOOK_READ, notebook)

    def test_leaves_no_share_with_the_new_owner(self, ann, bob, notebook):
        share_with(notebook, person=bob, may_edit=True)

        answer(bob, offer(ann, notebook, to_person=bob))

        assert not notebook.shares.exists()

    def test_lets_a_team_go_on_editing(self, ann, bob, cid, notebook):
        notebook = give_to_team(notebook, make_team("Ports", ann="owner", cid="editor"))

        answer(bob, offer(ann, notebook, to_person=bob, keeps_editing=True))

        assert may(cid, Action.NOTEBOOK_EDIT, notebook)


class TestWithdrawOffer:
    def test_ends_it(self, ann, bob, notebook):
        made = offer(ann, notebook, to_person=bob)

        withdraw_offer(actor_for(ann), made, at=NOW)

        with pytest.raises(OfferClosed):
            answer(bob, made)

    def test_is_for_owners_of_the_notebook(self, ann, bob, notebook):
        made = offer(ann, notebook, to_person=bob)

        with pytest.raises(Denied):
            withdraw_offer(actor_for(bob), made, at=NOW)


class TestExpireOffers:
    def test_ends_what_nobody_answered(self, ann, bob, notebook):
        made = offer(ann, notebook, to_person=bob)

        assert expire_offers(SYSTEM, at=NOW + timedelta(days=13)) == 0
        assert expire_offers(SYSTEM, at=NOW + timedelta(days=14)) == 1
        assert expire_offers(SYSTEM, at=NOW + timedelta(days=15)) == 0
        made.refresh_from_db()
        assert made.state == State.EXPIRED

    def test_is_for_the_system_alone(self, ann):
        with pytest.raises(Denied):
            expire_offers(actor_for(ann), at=NOW)
        with pytest.raises(Denied):
            close_offers_to(actor_for(ann), ann.pk, at=NOW)


class TestHandOver:
    @pytest.fixture
    def gone(self, ann, notebook):  # noqa: ARG002 - one of what stays behind
        """Ann has left: a shared, a private and a deleted notebook stay behind."""
        make_notebook(owner=ann, title="Private", visibility=Visibility.PRIVATE)
        binned = make_notebook(owner=ann, title="Deleted")
        delete_notebook(actor_for(ann), binned, at=NOW)
        Person.objects.filter(pk=ann.pk).update(is_active=False)
        ann.refresh_from_db()
        return ann

    def test_gives_everything_to_somebody_else(self, gone, bob, admin):
        done = hand_over(admin, gone, to_person=bob, at=NOW)

        assert (done.count, done.kept_back) == (3, 0)
        assert set(Notebook.objects.values_list("owner", flat=True)) == {bob.pk}
        assert left_behind(admin) == ()

    def test_gives_everything_to_a_team(self, gone, admin):
        team = make_team("Ports", bob="owner")

        hand_over(admin, gone, to_team=team, at=NOW)

        assert set(Notebook.objects.values_list("owner_team", flat=True)) == {team.pk}

    def test_is_for_administrators_in_admin_mode(self, gone, bob, admin):
        for actor in (actor_for(bob), actor_for(Person.objects.get(pk=admin.person_id))):
            with pytest.raises(Denied):
                hand_over(actor, gone, to_person=bob, at=NOW)

    def test_keeps_back_what_the_receiver_could_not_see(self, gone, bob, admin, notebook):
        notebook.labels.add(make_label("Amber"))

        done = hand_over(admin, gone, to_person=bob, at=NOW)

        assert (done.count, done.kept_back) == (2, 1)
        assert fresh(notebook).owner == gone
        assert [row.count for row in left_behind(admin)] == [1]

    def test_withdraws_offers_that_wait(self, ann, bob, cid, admin, notebook):
        made = offer(ann, notebook, to_person=cid)

        hand_over(admin, ann, to_person=bob, at=NOW)

        made.refresh_from_db()
        assert made.state == State.WITHDRAWN

    def test_refuses_the_same_person_and_nobody(self, gone, bob, admin):
        with pytest.raises(NotTheirs):
            hand_over(admin, gone, to_person=gone, at=NOW)
        with pytest.raises(NotTheirs):
            hand_over(admin, bob, to_person=bob, at=NOW)
        with pytest.raises(Invalid):
            hand_over(admin, gone, at=NOW)


class TestMails:
    @pytest.fixture(autouse=True)
    def _no_welcome(self):
        mail.outbox.clear()

    def told(self) -> dict[str, str]:
        return {message.to[0].split("@")[0]: message.subject for message in mail.outbox}

    @pytest.mark.usefixtures("bob", "cid")
    def test_ask_whom_it_is_offered_to(self, ann, notebook, settings):
        made = offer(ann, notebook, to_team=make_team("Ports", bob="owner", cid="editor"))

        tasks.tell_of_offer(offer_id=made.pk, actor_id=ann.pk, notebook_id=notebook.pk)

        assert self.told() == {
            "bob": "Ann Berg asks your team Ports to look after “Rank late payers”"
        }
        assert f"{settings.NBCOMMONS_SITE_URL}/mine/offers/{made.uuid}/" in mail.outbox[0].body

    def test_tell_the_old_keeper_and_not_who_did_it(self, ann, bob, notebook):
        answer(bob, offer(ann, notebook, to_person=bob, keeps_editing=True))

        tasks.tell_old_keeper(notebook_id=notebook.pk, old_owner_id=ann.pk, actor_id=bob.pk)
        tasks.tell_old_keeper(notebook_id=notebook.pk, old_owner_id=ann.pk, actor_id=ann.pk)

        assert self.told() == {"ann": "Bob Costa looks after “Rank late payers” now"}
        assert "You can still edit it." in mail.outbox[0].body

    def test_respect_what_people_want_to_hear_of(self, ann, bob, notebook):
        made = offer(ann, notebook, to_person=bob)
        Person.objects.filter(pk=bob.pk).update(mail_off=["looking-after"])

        tasks.tell_of_offer(offer_id=made.pk)
        assert self.told() == {}

        Person.objects.filter(pk=bob.pk).update(mail_off=["sharing"])
        tasks.tell_of_offer(offer_id=made.pk)
        assert set(self.told()) == {"bob"}
        assert "/settings/preferences/" in mail.outbox[0].body

    @pytest.mark.parametrize(
        ("outcome", "who", "words"),
        [
            ("declined", "ann", "Bob Costa declined to look after “Rank late payers”"),
            ("expired", "ann", "Nobody answered your offer of “Rank late payers”"),
            ("withdrawn", "bob", "You need not answer any more: “Rank late payers”"),
        ],
    )
    def test_tell_what_came_of_an_offer(  # noqa: PLR0917 - fixtures
        self, ann, bob, notebook, outcome, who, words
    ):
        made = offer(ann, notebook, to_person=bob)

        tasks.tell_of_answer(offer_id=made.pk, outcome=outcome)

        assert self.told() == {who: words}

    def test_tell_an_administrator_what_is_left_behind(self, ann, bob, admin, notebook):
        offer(ann, notebook, to_person=bob)
        make_notebook(owner=bob)
        Person.objects.filter(pk=bob.pk).update(is_active=False)

        tasks.look_after_the_left(person_id=bob.pk, actor_id=admin.person_id)

        assert self.told() == {"root": "1 notebook of Bob Costa needs somebody"}
        assert OwnershipOffer.objects.get().state == State.EXPIRED

    def test_tell_whoever_looks_after_it_from_now_on(self, ann, bob):
        tasks.tell_of_hand_over(person_id=ann.pk, to_person_id=bob.pk, count=2, actor_id=1)

        assert self.told() == {"bob": "2 notebooks of Ann Berg are yours to look after now"}

    def test_write_to_nobody_without_an_address(self, ann, bob, notebook):
        made = offer(ann, notebook, to_person=bob)
        Person.objects.filter(pk=bob.pk).update(email="")

        tasks.tell_of_offer(offer_id=made.pk)
        tasks.tell_of_offer(offer_id=0)

        assert mail.outbox == []

    def test_hold_a_title_as_it_is_in_one_line(self, ann, bob):
        notebook = make_notebook(owner=ann, title="R & D <costs>\r\nBcc: eve@example.org")

        tasks.tell_of_offer(offer_id=offer(ann, notebook, to_person=bob).pk)

        assert "R & D <costs> Bcc: eve" in mail.outbox[0].subject
        assert mail.outbox[0].bcc == []
