"""Deleting: into the bin, back again, and in the end really gone."""

from datetime import timedelta

import pytest
from django.db import connection

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.activity.models import AuditEntry
from nbcommons.core.errors import Denied
from nbcommons.curation.models import OwnershipOffer
from nbcommons.curation.operations.binning import (
    delete_notebook,
    empty_bin,
    remove_for_good,
    restore_notebook,
)
from nbcommons.curation.operations.deprecating import deprecate_notebook
from nbcommons.curation.operations.ownership import offer_ownership
from nbcommons.curation.queries.binning import bin_page
from nbcommons.health.operations import rebuild_health
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.models import Notebook, StoredContent
from nbcommons.rendering.models import Rendering
from nbcommons.rendering.operations import render_revision
from nbcommons.search import _place
from nbcommons.search._backend import MemoryStore
from nbcommons.search.operations import rebuild_index
from nbcommons.search.queries import SearchRequest, search
from nbcommons.search.tasks import index_notebook
from tests.factories.catalogue import canonical
from tests.factories.curation import SYSTEM, give_to_team, make_team, share_with
from tests.factories.executions import NOW, actor_for, make_notebook, run
from tests.factories.gallery import bring_in

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30)
# Tables that may go on naming a notebook that is gone: what happened, and work that waits.
MAY_REMEMBER = {"activity_auditentry", "procrastinate_jobs", "procrastinate_events"}


def mentions(words: list[str]) -> dict[str, int]:
    """In which tables of the whole database one of ``words`` stands, and in how many rows."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            cursor.execute(
                f"SELECT count(*) FROM {name} AS row WHERE row::text ILIKE ANY (%s)",
                [[f"%{word}%" for word in words]],
            )
            if count := cursor.fetchone()[0]:
                found[table] = count
    return found


class TestDeleteNotebook:
    def test_hides_it_from_everybody_and_says_until_when(self, ann, bob, notebook):
        until = delete_notebook(actor_for(ann), notebook, at=NOW)

        assert until == LATER
        for actor in (actor_for(ann), actor_for(bob), actor_for(ann).in_admin_mode(), SYSTEM):
            for action in set(Action) & set(guard.NOTEBOOK_RULES) - {Action.NOTEBOOK_RESTORE}:
                assert not guard.notebooks_for(actor, action).exists()

    def test_is_for_owners_alone(self, ann, bob, cid, notebook):
        share_with(notebook, person=bob, may_edit=True)
        with pytest.raises(Denied):
            delete_notebook(actor_for(bob), notebook, at=NOW)

        notebook = give_to_team(notebook, make_team(ann="owner", cid="editor"))
        with pytest.raises(Denied):
            delete_notebook(actor_for(cid), notebook, at=NOW)
        delete_notebook(actor_for(ann), notebook, at=NOW)

    def test_withdraws_an_offer_that_waits(self, ann, bob, notebook):
        offer = offer_ownership(actor_for(ann), notebook, to_person=bob, at=NOW)

        delete_notebook(actor_for(ann), notebook, at=NOW)

        offer.refresh_from_db()
        assert offer.state == OwnershipOffer.State.WITHDRAWN

    def test_writes_the_audit_log(self, ann, notebook):
        delete_notebook(actor_for(ann), notebook, at=NOW)

        entry = AuditEntry.objects.get(fact="NotebookBinned")
        assert (entry.actor_id, entry.notebook_id) == (ann.pk, notebook.pk)


class TestRestoreNotebook:
    def test_brings_it_back_as_it_was(self, ann, bob, notebook):
        share_with(notebook, person=bob, may_edit=True)
        delete_notebook(actor_for(ann), notebook, at=NOW)

        restore_notebook(actor_for(ann), notebook)

        assert guard.allows(actor_for(bob), Action.NOTEBOOK_EDIT, notebook)

    def test_is_for_owners_alone(self, ann, bob, notebook):
        delete_notebook(actor_for(ann), notebook, at=NOW)

        with pytest.raises(Denied):
            restore_notebook(actor_for(bob), notebook)

    def test_is_denied_for_what_is_not_in_the_bin(self, ann, notebook):
        with pytest.raises(Denied):
            restore_notebook(actor_for(ann), notebook)


class TestBinPage:
    def test_shows_owners_what_was_deleted_and_when_it_is_gone(self, ann, bob, cid, notebook):
        notebook = give_to_team(notebook, make_team("Ports", ann="owner", bob="editor"))
        make_notebook(owner=cid, title="Of another")
        delete_notebook(actor_for(ann), notebook, at=NOW)

        page = bin_page(actor_for(ann), page=1, at=NOW + timedelta(days=10))

        (row,) = page.rows
        assert (row.title, row.keeper, row.deleted_by) == ("Rank late payers", "Ports", "")
        assert (row.gone_at, row.days_left) == (LATER, 20)
        assert bin_page(actor_for(bob), page=1, at=NOW).rows == ()
        assert bin_page(actor_for(cid), page=1, at=NOW).rows == ()


class TestEmptyBin:
    def test_waits_as_long_as_it_says(self, ann, notebook):
        delete_notebook(actor_for(ann), notebook, at=NOW)

        assert empty_bin(SYSTEM, at=LATER - timedelta(seconds=1)) == 0
        assert empty_bin(SYSTEM, at=LATER) == 1
        assert not Notebook.objects.exists()

    def test_goes_by_the_setting(self, ann, notebook, settings):
        settings.NBCOMMONS_BIN_DAYS = 2
        delete_notebook(actor_for(ann), notebook, at=NOW)

        assert empty_bin(SYSTEM, at=NOW + timedelta(days=2)) == 1

    def test_leaves_what_is_not_in_it(self, notebook):
        assert empty_bin(SYSTEM, at=LATER) == 0
        assert Notebook.objects.get() == notebook

    def test_is_for_the_system_alone(self, ann):
        with pytest.raises(Denied):
            empty_bin(actor_for(ann).in_admin_mode(), at=NOW)

    def test_really_removes_everything(self, ann, bob):
        """Whatever a notebook leaves anywhere goes: all tables are searched for its marks."""
        kept = bring_in(ann, "Kept notebook")
        gone = bring_in(
            ann, "Zebrafinch figures", cells=(("markdown", "zebrafinch"), ("code", "zebra = 1"))
        )
        catalogue.add_revision(
            gone,
            author_id=ann.pk,
            canonical=canonical("zebrafinch again", "zebra = 2"),
            cells=[],
            message="more zebrafinch",
            at=NOW,
        )
        share_with(gone, person=bob, may_edit=True)
        deprecate_notebook(
            actor_for(ann),
            gone,
            reason="zebrafinch is extinct",
            alternatives=[kept.uuid],
            at=NOW,
        )
        deprecate_notebook(
            actor_for(ann), kept, reason="use the other", alternatives=[gone.uuid], at=NOW
        )
        offer_ownership(
            actor_for(ann), gone, to_person=bob, message="zebrafinch for you", at=NOW
        )
        Notebook.objects.filter(pk=kept.pk).update(forked_from=gone, forked_from_number=1)
        run(bob, gone, ("zebra = 1", True))
        rebuild_health(SYSTEM, at=NOW)
        for revision in gone.revisions.all():
            render_revision(SYSTEM, revision.pk)
        render_revision(SYSTEM, kept.current_revision_id)
        digests = list(gone.revisions.values_list("content_id", flat=True))
        marks = ["zebrafinch", str(gone.uuid), *digests]
        with _place.using(MemoryStore()):
            rebuild_index(SYSTEM)
            assert search(
                actor_for(bob), SearchRequest(text="zebrafinch", with_deprecated=True)
            ).total
            assert set(mentions(marks)) - MAY_REMEMBER

            delete_notebook(actor_for(ann), gone, at=NOW)
            empty_bin(SYSTEM, at=LATER)
            index_notebook(notebook_id=gone.pk)

            assert not search(
                SYSTEM, SearchRequest(text="zebrafinch", with_deprecated=True)
            ).total
            assert search(SYSTEM, SearchRequest(text="kept", with_deprecated=True)).total == 1

        assert set(mentions(marks)) - MAY_REMEMBER == set()
        assert not StoredContent.objects.filter(sha256__in=digests).exists()
        assert Rendering.objects.count() == 1
        assert Notebook.objects.get() == kept
        facts = AuditEntry.objects.filter(notebook_id=gone.pk).values_list("fact", flat=True)
        assert {"NotebookBinned", "NotebookRemoved"} <= set(facts)
        assert "zebrafinch" not in str(list(AuditEntry.objects.values()))

    def test_keeps_bytes_that_another_notebook_holds(self, ann):
        first, second = make_notebook(owner=ann), make_notebook(owner=ann, title="Its twin")
        delete_notebook(actor_for(ann), first, at=NOW)

        empty_bin(SYSTEM, at=LATER)

        assert second.revisions.get().content == StoredContent.objects.get()


class TestRemoveForGood:
    def test_does_not_wait(self, ann, notebook):
        delete_notebook(actor_for(ann), notebook, at=NOW)

        remove_for_good(actor_for(ann), notebook)

        assert not Notebook.objects.exists()
        assert AuditEntry.objects.get(fact="NotebookRemoved").actor_id == ann.pk

    def test_takes_only_what_is_in_the_bin(self, ann, bob, notebook):
        with pytest.raises(Denied):
            remove_for_good(actor_for(ann), notebook)
        delete_notebook(actor_for(ann), notebook, at=NOW)
        with pytest.raises(Denied):
            remove_for_good(actor_for(bob), notebook)
