"""Suggesting a change to somebody else's notebook, and what becomes of it."""

import json
from functools import partial

import pytest
from django.core import mail

from nbcommons.activity.models import AuditEntry
from nbcommons.collaboration import representation, tasks
from nbcommons.collaboration.errors import ChangeClosed, Invalid, TooManyChanges, Withheld
from nbcommons.collaboration.models import ChangeProposal
from nbcommons.collaboration.operations import changes as operations
from nbcommons.collaboration.operations.changes import (
    decline_change,
    propose_change,
    withdraw_change,
)
from nbcommons.collaboration.queries.changes import (
    change_for,
    changes_for,
    difference_of,
    document_of,
    message_of,
    open_changes_of,
    powers_over,
)
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.core.windows import Window
from nbcommons.intake.errors import AlreadyShared, Incomplete, NothingNew, Undecided
from nbcommons.intake.models import Becomes, Draft
from nbcommons.intake.operations.drafts import describe_draft
from nbcommons.intake.operations.publishing import publish_draft
from nbcommons.intake.queries.drafts import finding_rows
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.files import file_of
from nbcommons.notebooks.integrity import check_references
from nbcommons.notebooks.models import StoredContent
from nbcommons.notebooks.queries import unpacked
from nbcommons.people.models import Membership
from nbcommons_ipynb.diff.model import counts_of
from tests.factories.catalogue import canonical, publish
from tests.factories.collaboration import suggest, suggestion
from tests.factories.curation import give_to_team, make_team
from tests.factories.executions import NOW, actor_for
from tests.factories.intake import GROUP, LOAD, SELECT, bring_draft, details, make_label
from tests.factories.racing import at_once, overtaken

pytestmark = pytest.mark.django_db

draft_of = partial(bring_draft, at=NOW)
KEY = "ghp_" + "0aB1cD2eF3" * 3 + "gH4iJ5"


class TestProposeChange:
    def test_keeps_what_the_draft_held_and_removes_the_draft(self, notebook, bob):
        draft = draft_of(bob, LOAD, SELECT)

        change = propose_change(
            actor_for(bob), notebook, draft, message=" Less.\nIt is\u202e enough. ", at=NOW
        )

        assert change.message == "Less.\nIt is enough."
        assert (change.status, change.author, change.based_on) == ("open", bob, None)
        held = document_of(actor_for(bob), change)
        assert [cell["source"] for cell in held["cells"]][1:] == [LOAD, SELECT]
        assert not Draft.objects.exists()
        assert notebook.revisions.count() == 1
        entry = AuditEntry.objects.get(fact="ChangeProposed")
        assert (entry.actor_id, entry.notebook_id) == (bob.pk, notebook.pk)
        assert entry.details == {"change_id": change.pk}

    def test_begins_from_the_version_that_the_file_says_it_is(self, notebook, bob):
        raw = file_of(notebook, notebook.current_revision)
        said = json.loads(raw)["metadata"]["nbcommons"]
        draft = draft_of(bob, LOAD, metadata={"nbcommons": said})

        change = propose_change(actor_for(bob), notebook, draft, message="Less", at=NOW)

        assert change.based_on == notebook.current_revision
        assert "nbcommons" not in document_of(actor_for(bob), change)["metadata"]

    def test_begins_from_the_version_that_its_author_says(self, notebook, bob):
        change = suggest(notebook, bob, LOAD, based_on=1)

        assert change.based_on == notebook.current_revision

    def test_knows_no_version_that_its_author_cannot_see(self, notebook, ann, bob):
        catalogue.add_revision(
            notebook, author_id=ann.pk, canonical=canonical("", "b"), cells=[], at=NOW
        )
        notebook.history_from = 2
        notebook.save()

        for number in (1, 9):
            with pytest.raises(Invalid) as told:
                suggest(notebook, bob, LOAD, based_on=number)
            assert told.value.field == "based_on"

    def test_asks_about_what_may_be_a_secret(self, notebook, bob):
        draft = draft_of(bob, f"token = '{KEY}'")

        with pytest.raises(Undecided, match="GitHub in cell 1"):
            propose_change(actor_for(bob), notebook, draft, message="Less", at=NOW)

        key = finding_rows(draft)[0].key
        change = propose_change(
            actor_for(bob), notebook, draft, message="Less", decisions={key: "blank"}, at=NOW
        )
        assert KEY not in str(document_of(actor_for(bob), change))

    def test_asks_about_its_message_too(self, notebook, bob):
        draft = draft_of(bob, LOAD)

        with pytest.raises(Undecided, match="in why you suggest it") as told:
            propose_change(actor_for(bob), notebook, draft, message=f"Use {KEY}", at=NOW)

        change = propose_change(
            actor_for(bob),
            notebook,
            draft,
            message=f"Use {KEY}",
            decisions=dict.fromkeys(told.value.keys, "blank"),
            at=NOW,
        )
        assert KEY not in change.message
        assert change.message.startswith("Use ")

    def test_needs_a_message(self, notebook, bob):
        with pytest.raises(Incomplete):
            suggest(notebook, bob, LOAD, message=" \u200b\n")

        assert Draft.objects.exists()

    def test_refuses_what_is_there_already(self, notebook, bob):
        with pytest.raises(NothingNew):
            suggest(notebook, bob)

    def test_refuses_somebody_elses_draft(self, notebook, bob, cid):
        draft = draft_of(cid, LOAD)

        with pytest.raises(Denied):
            propose_change(actor_for(bob), notebook, draft, message="Less", at=NOW)

    @pytest.mark.parametrize("state", ["private", "bin", "frozen"])
    def test_is_for_those_who_may_run_it(self, state, notebook, ann, bob):
        draft = draft_of(bob, LOAD)
        if state == "private":
            catalogue.set_visibility(notebook, "private", actor_id=ann.pk, at=NOW)
        elif state == "bin":
            catalogue.move_to_bin(notebook, actor_id=ann.pk, at=NOW)
        else:
            catalogue.deprecate(
                notebook,
                reason="Old.",
                alternatives=[],
                is_frozen=True,
                actor_id=ann.pk,
                at=NOW,
            )

        for actor in (actor_for(bob), actor_for(bob).limited_to(frozenset())):
            with pytest.raises(Denied):
                propose_change(actor, notebook, draft, message="Less", at=NOW)
        assert Draft.objects.filter(pk=draft.pk).exists()

    def test_takes_only_so_many_at_once(self, notebook, bob, monkeypatch):
        monkeypatch.setattr(operations, "MOST_OPEN", 2)
        first = suggest(notebook, bob, LOAD)
        suggest(notebook, bob, SELECT)

        with pytest.raises(TooManyChanges):
            suggest(notebook, bob, GROUP)
        withdraw_change(actor_for(bob), first, at=NOW)
        suggest(notebook, bob, GROUP)

    def test_never_publishes_such_a_draft(self, notebook, bob):
        draft = draft_of(bob, LOAD)

        with pytest.raises(Incomplete):
            publish_draft(
                actor_for(bob),
                draft,
                details=details(becomes=Becomes.CHANGE, target=notebook.uuid, message="Less"),
                at=NOW,
            )

    def test_leaves_what_was_said_of_the_draft(self, notebook, bob):
        draft = draft_of(bob, f"token = '{KEY}'")
        said = details("My own title", tags=("mine",), shared_with="ann", visibility="shared")
        describe_draft(actor_for(bob), draft, details=said, at=NOW)

        with pytest.raises(Undecided):
            propose_change(actor_for(bob), notebook, draft, message="Less", at=NOW)

        kept = Draft.objects.get()
        assert (kept.title, kept.becomes, kept.shared_with) == ("My own title", "new", "ann")

    @pytest.mark.django_db(transaction=True)
    def test_pressed_four_times_at_once_suggests_one(self, notebook, bob):
        draft = draft_of(bob, LOAD)

        def press() -> object:
            own = Draft.objects.get(pk=draft.pk)
            return propose_change(actor_for(bob), notebook, own, message="Less", at=NOW)

        outcomes = at_once(press, press, press, press)

        assert sum(isinstance(one, ChangeProposal) for one in outcomes) == 1
        rest = [one for one in outcomes if not isinstance(one, ChangeProposal)]
        assert all(isinstance(one, AlreadyShared | Draft.DoesNotExist) for one in rest), rest
        assert ChangeProposal.objects.count() == 1


class TestWithdrawChange:
    def test_hides_what_it_held_from_all_but_its_author(self, notebook, ann, bob):
        change = suggest(notebook, bob, LOAD)

        closed = withdraw_change(actor_for(bob), change, at=NOW)

        assert (closed.status, closed.closed_by, closed.closed_at) == ("withdrawn", bob, NOW)
        assert document_of(actor_for(bob), closed)
        for asked in (document_of, difference_of):
            with pytest.raises(Withheld):
                asked(actor_for(ann), closed)

    def test_hides_what_was_said_of_it_too(self, notebook, ann, bob, client):
        said = suggest(notebook, bob, LOAD).message
        pages = (
            f"/changes/{ChangeProposal.objects.get().uuid}/",
            f"/notebooks/{notebook.uuid}/changes/",
            "/changes/",
        )
        client.force_login(ann)
        assert all(said in client.get(page).text for page in pages)

        closed = withdraw_change(actor_for(bob), ChangeProposal.objects.get(), at=NOW)

        assert message_of(actor_for(bob), closed) == said
        assert message_of(actor_for(ann), closed) == "Withdrawn"
        assert message_of(actor_for(ann).in_admin_mode(), closed) == "Withdrawn"
        for page in pages:
            answer = client.get(page)
            assert answer.status_code == 200
            assert said not in answer.text
        told = representation.told(actor_for(ann), closed)
        rows = representation.listed(
            actor_for(ann), changes_for(actor_for(ann)), Window(limit=10)
        )
        assert {told.message, *(row.message for row in rows.changes)} == {"Withdrawn"}
        assert representation.told(actor_for(bob), closed).message == said

    def test_is_for_its_author_alone(self, notebook, ann, bob, cid):
        change = suggest(notebook, bob, LOAD)

        for actor in (actor_for(ann), actor_for(cid), actor_for(ann).in_admin_mode()):
            with pytest.raises(Denied):
                withdraw_change(actor, change, at=NOW)

    def test_is_done_once(self, notebook, bob):
        change = suggest(notebook, bob, LOAD)
        withdraw_change(actor_for(bob), change, at=NOW)

        with pytest.raises(ChangeClosed, match="withdrawn already"):
            withdraw_change(actor_for(bob), change, at=NOW)
        assert AuditEntry.objects.filter(fact="ChangeWithdrawn").count() == 1


class TestDeclineChange:
    def test_says_why(self, notebook, ann, bob):
        change = suggest(notebook, bob, LOAD)

        closed = decline_change(actor_for(ann), change, reason=" Not\nyet. ", at=NOW)

        assert (closed.status, closed.reason, closed.closed_by) == (
            "declined",
            "Not\nyet.",
            ann,
        )
        assert AuditEntry.objects.filter(fact="ChangeDeclined", actor_id=ann.pk).exists()

    @pytest.mark.parametrize("reason", [" \n", "x" * 1001])
    def test_wants_a_reason_that_can_be_read(self, reason, notebook, ann, bob):
        change = suggest(notebook, bob, LOAD)

        with pytest.raises(Invalid) as told:
            decline_change(actor_for(ann), change, reason=reason, at=NOW)
        assert told.value.field == "reason"

    def test_is_for_those_who_may_edit(self, notebook, bob, cid):
        change = suggest(notebook, bob, LOAD)

        for actor in (actor_for(bob), actor_for(cid), Actor.nobody()):
            with pytest.raises(Denied):
                decline_change(actor, change, reason="No.", at=NOW)

    @pytest.mark.django_db(transaction=True)
    def test_loses_against_an_author_who_was_faster(self, notebook, ann, bob):
        change = suggest(notebook, bob, LOAD)

        outcome = overtaken(
            lambda: withdraw_change(actor_for(bob), change, at=NOW),
            lambda: decline_change(actor_for(ann), change, reason="No.", at=NOW),
        )

        assert isinstance(outcome[0], ChangeClosed)
        assert ChangeProposal.objects.get().status == "withdrawn"


class TestChangesFor:
    def test_shows_them_to_their_author_and_to_editors(self, notebook, ann, bob, cid):
        change = suggest(notebook, bob, LOAD)

        assert list(changes_for(actor_for(ann))) == [change]
        assert list(changes_for(actor_for(bob))) == [change]
        assert list(changes_for(actor_for(cid))) == []
        assert list(changes_for(Actor.nobody())) == []
        assert list(changes_for(actor_for(cid).in_admin_mode())) == [change]
        assert change_for(actor_for(cid), change.uuid) is None

    def test_hides_them_with_the_notebook(self, notebook, ann, bob):
        suggest(notebook, bob, LOAD)
        catalogue.set_visibility(notebook, "private", actor_id=ann.pk, at=NOW)

        assert not changes_for(actor_for(bob)).exists()
        assert changes_for(actor_for(ann)).exists()
        catalogue.move_to_bin(notebook, actor_id=ann.pk, at=NOW)
        assert not changes_for(actor_for(ann)).exists()

    def test_hides_them_behind_the_labels_of_the_notebook(self, notebook, ann, bob):
        suggest(notebook, bob, LOAD)
        label = make_label("Amber", bob)
        catalogue.set_labels(notebook, [label.pk], actor_id=ann.pk, at=NOW)

        assert not changes_for(actor_for(ann)).exists()
        assert changes_for(actor_for(bob)).exists()

    def test_lists_the_open_ones_of_a_notebook(self, notebook, ann, bob):
        first, second = suggest(notebook, bob, LOAD), suggest(notebook, bob, SELECT)
        suggestion(publish(ann, "Another"), bob)
        withdraw_change(actor_for(bob), first, at=NOW)

        assert list(open_changes_of(actor_for(ann), notebook)) == [second]

    def test_takes_one_query(self, notebook, ann, bob, django_assert_num_queries):
        suggest(notebook, bob, LOAD)
        suggest(notebook, bob, SELECT)

        with django_assert_num_queries(1):
            for change in changes_for(actor_for(ann)):
                assert str(change.author), change.notebook.current_revision

    def test_tells_what_may_be_done(self, notebook, ann, bob):
        change = suggest(notebook, bob, LOAD)

        assert powers_over(actor_for(ann), change) == ["decline"]
        assert powers_over(actor_for(bob), change) == ["withdraw"]
        assert (
            powers_over(actor_for(bob).limited_to(frozenset({"notebooks:read"})), change) == []
        )
        closed = decline_change(actor_for(ann), change, reason="No.", at=NOW)
        assert powers_over(actor_for(ann), closed) == []


class TestDifferenceOf:
    def test_is_against_the_newest_version(self, notebook, ann, bob):
        change = suggest(notebook, bob, LOAD, SELECT, GROUP, "one = 1")
        draft = draft_of(ann, LOAD, SELECT, GROUP, "one = 1", "two = 2")
        told = details(becomes=Becomes.VERSION, target=notebook.uuid)
        publish_draft(actor_for(ann), draft, details=told, at=NOW)

        counts = counts_of(
            difference_of(actor_for(bob), change_for(actor_for(bob), change.uuid))
        )

        assert (counts.removed, counts.added) == (1, 0)


class TestNotices:
    @pytest.fixture(autouse=True)
    def _nothing_sent_yet(self):
        mail.outbox.clear()

    def test_tell_who_looks_after_it(self, notebook, bob):
        change = suggest(notebook, bob, LOAD, message="Carry on\nwhen empty")

        tasks.tell_of_change(change_id=change.pk)

        (sent,) = mail.outbox
        assert sent.to == ["ann@example.org"]
        assert sent.subject == "Bob Costa suggests a change to “Rank late payers”"
        assert "Carry on\nwhen empty" in sent.body
        assert f"/changes/{change.uuid}/" in sent.body

    @pytest.mark.usefixtures("cid")
    def test_tell_the_owners_of_a_team(self, notebook, bob):
        team = make_team("Customs", ann=Membership.Role.MEMBER, cid=Membership.Role.OWNER)
        give_to_team(notebook, team)
        change = suggest(notebook, bob, LOAD)

        tasks.tell_of_change(change_id=change.pk)

        assert [one.to for one in mail.outbox] == [["cid@example.org"]]

    def test_tell_nobody_of_what_is_closed_or_hidden_from_them(self, notebook, ann, bob):
        closed, other = suggest(notebook, bob, LOAD), suggest(notebook, bob, SELECT)
        withdraw_change(actor_for(bob), closed, at=NOW)
        label = make_label("Amber", bob)
        catalogue.set_labels(notebook, [label.pk], actor_id=ann.pk, at=NOW)

        for change in (closed, other):
            tasks.tell_of_change(change_id=change.pk)
        tasks.tell_of_change(change_id=0)

        assert mail.outbox == []

    def test_tell_its_author_why_it_was_declined(self, notebook, ann, bob):
        change = suggest(notebook, bob, LOAD)
        decline_change(actor_for(ann), change, reason="Not yet.", at=NOW)

        tasks.tell_of_answer(change_id=change.pk)

        (sent,) = mail.outbox
        assert sent.to == ["bob@example.org"]
        assert "Not yet." in sent.body

    def test_are_not_sent_to_those_who_do_without(self, notebook, ann, bob):
        bob.mail_off, ann.mail_off = ["changes"], ["looking-after"]
        bob.save()
        ann.save()
        change = suggest(notebook, bob, LOAD)
        tasks.tell_of_change(change_id=change.pk)
        decline_change(actor_for(ann), change, reason="Not yet.", at=NOW)

        tasks.tell_of_answer(change_id=change.pk)

        assert mail.outbox == []


class TestStoredContent:
    def test_goes_with_the_notebook(self, notebook, bob):
        suggest(notebook, bob, LOAD)

        catalogue.remove_notebook(notebook, actor_id=None)

        assert not StoredContent.objects.exists()
        assert not ChangeProposal.objects.exists()

    def test_stays_while_a_change_of_another_notebook_needs_it(self, notebook, ann, bob):
        other = publish(ann, "Another")
        change = suggest(other, bob, LOAD)
        catalogue.add_revision(
            notebook,
            author_id=ann.pk,
            canonical=unpacked(change.content),
            cells=[],
            at=NOW,
        )

        catalogue.remove_notebook(notebook, actor_id=None)

        assert document_of(actor_for(bob), change)

    def test_is_no_fault_of_the_catalogue(self, notebook, bob):
        suggest(notebook, bob, LOAD)

        assert not [fault for fault in check_references() if "held by no" in fault]
