"""Bulk import, starter notebooks."""

from datetime import UTC, datetime

import pytest

from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.intake.errors import Refused
from nbcommons.intake.operations import bulk
from nbcommons.intake.operations.bulk import Outcome
from nbcommons.notebooks.models import Cell, Notebook, Revision
from tests.factories.executions import actor_for, make_person
from tests.intake.test_views import notebook_bytes

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SYSTEM = Actor.system("tests")


def bring(raw=None, *, actor=SYSTEM, origin="folder/late.ipynb", **changes):
    return bulk.import_notebook(
        actor,
        owner_id=make_person("ann").pk,
        raw=notebook_bytes() if raw is None else raw,
        file_name="late.ipynb",
        origin=origin,
        visibility="everyone",
        at=NOW,
        **changes,
    )


class TestImportNotebook:
    def test_brings_a_file_in_with_what_was_proposed(self):
        done = bring()

        notebook = Notebook.objects.get()
        assert done.outcome is Outcome.IMPORTED
        assert notebook.title == "Rank late payers"
        assert "tables" in {tag.name for tag in notebook.tags.all()}
        assert Cell.objects.filter(number=0).count() == 1

    def test_changes_nothing_when_it_is_repeated(self):
        bring()

        assert bring().outcome is Outcome.UNCHANGED
        assert Revision.objects.count() == 1

    def test_makes_a_new_version_of_a_file_that_has_changed(self):
        bring()
        changed = notebook_bytes().replace(b"print(1)", b"print(2)")

        assert bring(changed).outcome is Outcome.UPDATED
        assert Notebook.objects.get().current_revision.number == 2

    def test_writes_nothing_in_a_dry_run(self):
        assert bring(is_dry=True).outcome is Outcome.IMPORTED
        assert not Notebook.objects.exists()

    def test_refuses_what_is_no_notebook_and_leaves_nothing(self):
        with pytest.raises(Refused):
            bring(b"name,amount\n1,2\n")

        assert not Notebook.objects.exists()

    def test_is_not_for_people(self):
        with pytest.raises(Denied):
            bring(actor=actor_for(make_person("ann")))


class TestBringInStarter:
    def test_brings_our_notebooks_in_once(self):
        first = bulk.bring_in_starter(SYSTEM, at=NOW)
        second = bulk.bring_in_starter(SYSTEM, at=NOW)

        assert first == Notebook.objects.count() >= 5
        assert second == 0
        assert Notebook.objects.filter(title="Hello, Commons", visibility="everyone").exists()

    def test_gives_them_to_an_account_that_nobody_can_sign_in_to(self):
        bulk.bring_in_starter(SYSTEM, at=NOW)

        assert not Notebook.objects.first().owner.has_usable_password()
