"""Restoring, labelling and counting changes."""

import pytest

from nbcommons.access import guard
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.core.jobs import ProcrastinateJob
from nbcommons.notebooks.models import Cell, Revision
from nbcommons.notebooks.operations import remove_notebook, set_visibility
from nbcommons.notebooks.queries import document_of
from nbcommons.versions import operations
from nbcommons.versions.errors import LabelRefused, NoSuchVersion, NothingToRestore
from nbcommons.versions.models import ChangeSize
from nbcommons_ipynb.diff.comparing import ALGORITHM
from tests.factories.executions import NOW, actor_for, make_person
from tests.factories.versions import LOAD, RANK, make_document, publish, with_versions

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("tests")
TOKEN = "ghp_" + "0aB1cD2eF3" * 3 + "gH4iJ5"


def revision(notebook, number):
    return Revision.objects.get(notebook=notebook, number=number)


class TestRestoreVersion:
    def test_makes_a_new_version_with_the_old_content(self, notebook, author):
        made = operations.restore_version(actor_for(author), notebook, 1, at=NOW)

        assert (made.number, made.message, made.author) == (4, "Version 1 restored", author)
        assert document_of(made) == document_of(revision(notebook, 1))
        assert revision(notebook, 3).content_id != made.content_id
        (listed,) = guard.notebooks_for(actor_for(author)).select_related("current_revision")
        assert listed.current_revision == made

    def test_brings_the_cells_of_the_catalogue_back_too(self, notebook, author):
        made = operations.restore_version(actor_for(author), notebook, 1, at=NOW)

        rows = [
            list(
                Cell.objects.filter(revision=of)
                .order_by("position")
                .values_list("number", "cell_id", "kind", "fingerprint", "token_hash")
            )
            for of in (made, revision(notebook, 1))
        ]
        assert rows[0] == rows[1]
        assert len(rows[0]) == 3

    def test_refuses_what_is_there_already(self, notebook, author):
        operations.restore_version(actor_for(author), notebook, 1, at=NOW)

        with pytest.raises(NothingToRestore, match="Version 1 holds the same"):
            operations.restore_version(actor_for(author), notebook, 1, at=NOW)
        assert notebook.revisions.count() == 4

    def test_refuses_readers_who_may_not_edit(self, notebook, reader):
        with pytest.raises(Denied):
            operations.restore_version(actor_for(reader), notebook, 1, at=NOW)

    def test_needs_a_person_as_author(self, notebook):
        with pytest.raises(Denied, match="author"):
            operations.restore_version(SYSTEM, notebook, 1, at=NOW)

    def test_knows_no_version_that_is_not_there(self, notebook, author):
        with pytest.raises(NoSuchVersion, match="no version 9"):
            operations.restore_version(actor_for(author), notebook, 9, at=NOW)


class TestLabelVersion:
    def label(self, notebook, person, number, label):
        return operations.label_version(actor_for(person), notebook, number, label=label)

    def test_gives_a_name_and_takes_it_away(self, notebook, author):
        self.label(notebook, author, 2, "  used for\tthe report ")
        assert revision(notebook, 2).label == "used for the report"

        self.label(notebook, author, 2, " ")
        assert revision(notebook, 2).label == ""

    def test_is_given_once_in_a_notebook_whatever_the_capitals(self, notebook, author):
        self.label(notebook, author, 1, "Report")

        with pytest.raises(LabelRefused, match="Version 1 has this label already"):
            self.label(notebook, author, 2, "report")
        self.label(notebook, author, 1, "REPORT")

    def test_may_be_given_in_another_notebook(self, notebook, author):
        other = with_versions(make_document(LOAD), owner=author, title="Other")
        self.label(notebook, author, 1, "Report")

        assert self.label(other, author, 1, "Report").label == "Report"

    @pytest.mark.parametrize("label", ["x" * 41, "a\x00b", "a\u202eb"])
    def test_refuses_what_cannot_be_shown(self, notebook, author, label):
        with pytest.raises(LabelRefused):
            self.label(notebook, author, 1, label)

    def test_refuses_what_may_be_a_secret(self, notebook, author):
        with pytest.raises(LabelRefused, match="a token of GitHub") as refused:
            self.label(notebook, author, 1, TOKEN)

        assert TOKEN not in str(refused.value)

    def test_takes_forty_characters_of_any_script(self, notebook, author):
        assert self.label(notebook, author, 1, "报" * 40).label == "报" * 40

    def test_refuses_readers_who_may_not_edit(self, notebook, reader):
        with pytest.raises(Denied):
            self.label(notebook, reader, 1, "mine")

    def test_is_not_for_versions_hidden_from_all_but_editors(self, notebook, author):
        """An editor sees all versions, whatever others see."""
        set_visibility(notebook, "private", actor_id=author.pk, at=NOW)
        set_visibility(notebook, "everyone", actor_id=author.pk, at=NOW)

        assert self.label(notebook, author, 1, "first").label == "first"


class TestMeasureVersion:
    def sizes(self, notebook):
        rows = ChangeSize.objects.filter(revision__notebook=notebook)
        names = ("revision__number", "changed", "moved", "added", "removed")
        return sorted(rows.values_list(*names))

    def test_is_waiting_for_every_new_version(self, notebook):
        waiting = ProcrastinateJob.objects.filter(task_name="versions.measure_version")

        assert waiting.count() == notebook.revisions.count()

    def test_counts_what_each_version_changed(self, notebook):
        for number in (1, 2, 3):
            operations.measure_version(SYSTEM, revision(notebook, number).pk)

        assert self.sizes(notebook) == [(2, 0, 0, 1, 0), (3, 1, 1, 0, 0)]

    def test_may_run_twice_and_after_the_notebook_is_gone(self, notebook):
        keys = [revision(notebook, number).pk for number in (1, 2, 3)]
        for key in (*keys, *keys):
            operations.measure_version(SYSTEM, key)
        remove_notebook(notebook, actor_id=None)

        for key in keys:
            operations.measure_version(SYSTEM, key)
        assert ChangeSize.objects.count() == 0

    def test_tells_of_metadata_that_matters(self, author):
        old = make_document(LOAD, kernelspec={"name": "python3", "display_name": "Python 3"})
        new = make_document(LOAD, kernelspec={"name": "ir", "display_name": "R"})
        notebook = with_versions(old, new, owner=author)

        operations.measure_version(SYSTEM, revision(notebook, 2).pk)

        assert ChangeSize.objects.get().has_other_changes


class TestMeasureMissing:
    @pytest.mark.usefixtures("notebook")
    def test_counts_what_is_not_counted_or_by_an_older_comparison(self):
        assert operations.measure_missing(SYSTEM, limit=10) == 2
        ChangeSize.objects.update(algorithm=ALGORITHM - 1, added=99)

        assert operations.measure_missing(SYSTEM, limit=1) == 1
        assert operations.measure_missing(SYSTEM, limit=10) == 1
        assert operations.measure_missing(SYSTEM, limit=10) == 0
        assert not ChangeSize.objects.filter(added=99).exists()

    def test_takes_the_last_number_there_was_as_the_one_before(self, author):
        """Numbers may have gaps after an import."""
        notebook = with_versions(make_document(LOAD), make_document(LOAD, RANK), owner=author)
        Revision.objects.filter(notebook=notebook, number=2).update(number=7)
        publish(notebook, make_document(RANK), author=make_person("ben"))

        operations.measure_missing(SYSTEM, limit=10)

        rows = ChangeSize.objects.order_by("revision__number")
        assert list(rows.values_list("revision__number", "added", "removed")) == [
            (7, 1, 0),
            (8, 0, 1),
        ]
