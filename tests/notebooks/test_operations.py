"""The catalogue's writes."""

from datetime import UTC, datetime

import pytest

from nbcommons.activity.models import AuditEntry
from nbcommons.notebooks import operations
from nbcommons.notebooks.models import Cell, Notebook, Revision, StoredContent
from nbcommons.notebooks.queries import canonical_of
from tests.factories.executions import cells_of, edit_notebook, make_notebook, make_person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, tzinfo=UTC)


class TestStoreContent:
    def test_keeps_the_same_bytes_once(self):
        first = operations.store_content(b'{"cells":[]}')
        second = operations.store_content(b'{"cells":[]}')

        assert first == second
        assert StoredContent.objects.count() == 1

    def test_gives_back_what_it_was_given(self):
        notebook = make_notebook()
        operations.add_revision(
            notebook, author_id=notebook.owner_id, canonical=b"\x00\xff" * 999, cells=[], at=NOW
        )

        assert canonical_of(notebook.current_revision) == b"\x00\xff" * 999


class TestAddRevision:
    def test_counts_versions_from_1_and_makes_the_newest_current(self):
        notebook = make_notebook("a = 1")

        edit_notebook(notebook, "a = 2", "b = 3")

        notebook = Notebook.objects.get()
        assert notebook.current_revision.number == 2
        assert notebook.current_revision.code_cell_count == 2
        assert Revision.objects.count() == 2

    def test_keeps_the_place_and_number_of_each_cell(self):
        make_notebook("a = 1", "b = 2")

        assert list(Cell.objects.values_list("position", "number", "kind")) == [
            (0, None, "markdown"),
            (1, 0, "code"),
            (2, 1, "code"),
        ]

    def test_writes_the_audit_log(self):
        notebook = make_notebook()

        entry = AuditEntry.objects.get(fact="RevisionPublished")

        assert (entry.notebook_id, entry.actor_id) == (notebook.pk, notebook.owner_id)
        assert entry.details["number"] == 1


class TestRemoveNotebook:
    def test_leaves_no_bytes_that_nobody_else_holds(self):
        mine, other = make_notebook(), make_notebook(owner=make_person("zoe"))
        operations.add_revision(
            mine, author_id=mine.owner_id, canonical=b"mine", cells=cells_of("x"), at=NOW
        )

        operations.remove_notebook(mine, actor_id=mine.owner_id)

        assert list(Notebook.objects.all()) == [other]
        assert [content.size_bytes for content in StoredContent.objects.all()] == [2]
