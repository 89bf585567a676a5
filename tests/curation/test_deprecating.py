"""Telling people to use something else, and taking it back."""

import pytest

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.activity.models import AuditEntry
from nbcommons.core.errors import Denied
from nbcommons.curation.errors import Invalid, NotDeprecated
from nbcommons.curation.operations.deprecating import deprecate_notebook, undo_deprecation
from nbcommons.curation.queries.deprecating import (
    alternatives_matching,
    deprecation_of,
    suggested_alternatives,
)
from nbcommons.notebooks.models import Notebook, Visibility
from nbcommons.runtime.operations import prepare_environment
from tests.factories.curation import share_with
from tests.factories.executions import NOW, actor_for, make_notebook

pytestmark = pytest.mark.django_db
TOKEN = "ghp_" + "0aB1cD2eF3" * 3 + "gH4iJ5"


def fresh(notebook) -> Notebook:
    return Notebook.objects.get(pk=notebook.pk)


def deprecate(person, notebook, *others, reason="There is a better one.", is_frozen=False):
    deprecate_notebook(
        actor_for(person),
        notebook,
        reason=reason,
        alternatives=[other.uuid for other in others],
        is_frozen=is_frozen,
        at=NOW,
    )


class TestDeprecateNotebook:
    def test_says_why_since_when_and_what_instead(self, ann, bob, notebook):
        better = make_notebook(owner=ann, title="Rank payers, quickly")

        deprecate(ann, notebook, better)

        said = deprecation_of(actor_for(bob), fresh(notebook))
        assert (said.reason, said.since, said.by) == ("There is a better one.", NOW, "Ann Berg")
        assert [other.title for other in said.alternatives] == ["Rank payers, quickly"]

    def test_writes_the_audit_log(self, ann, notebook):
        deprecate(ann, notebook, is_frozen=True)

        entry = AuditEntry.objects.get(fact="NotebookDeprecated")
        assert (entry.actor_id, entry.details) == (ann.pk, {"is_frozen": True})

    def test_freezing_stops_every_run_and_no_reading(self, ann, bob, notebook):
        deprecate(ann, notebook, is_frozen=True)

        for person in (ann, bob):
            assert guard.allows(actor_for(person), Action.NOTEBOOK_READ, notebook)
            with pytest.raises(Denied):
                prepare_environment(actor_for(person), notebook.pk)

    def test_not_freezing_stops_nothing(self, ann, bob, notebook):
        deprecate(ann, notebook)

        assert guard.allows(actor_for(bob), Action.NOTEBOOK_RUN, notebook)

    @pytest.mark.parametrize("reason", ["", " no ", "x" * 501])
    def test_wants_a_reason_of_a_readable_length(self, ann, notebook, reason):
        with pytest.raises(Invalid) as refused:
            deprecate(ann, notebook, reason=reason)

        assert refused.value.field == "reason"

    def test_takes_no_secret_for_a_reason(self, ann, notebook):
        with pytest.raises(Invalid, match="a token of GitHub") as refused:
            deprecate(ann, notebook, reason=f"It has the old token {TOKEN}.")

        assert refused.value.field == "reason"
        assert fresh(notebook).deprecated_at is None

    def test_takes_no_alternative_that_the_person_may_not_read(self, ann, bob, notebook):
        hidden = make_notebook(owner=bob, visibility=Visibility.PRIVATE)

        with pytest.raises(Invalid):
            deprecate(ann, notebook, hidden)
        with pytest.raises(Invalid):
            deprecate(ann, notebook, notebook)

    def test_shows_nobody_an_alternative_that_they_may_not_read(self, ann, bob, notebook):
        deprecate(ann, notebook, make_notebook(owner=ann, visibility=Visibility.PRIVATE))

        assert deprecation_of(actor_for(bob), fresh(notebook)).alternatives == ()

    def test_keeps_what_a_colleague_named_and_the_person_may_not_read(self, ann, bob, notebook):
        mine = make_notebook(owner=ann, visibility=Visibility.PRIVATE, title="Mine")
        shown = make_notebook(owner=ann, title="Shown")
        deprecate(ann, notebook, mine)
        Notebook.objects.filter(pk=notebook.pk).update(owner=bob)

        deprecate(bob, notebook, shown)

        assert set(notebook.alternatives.all()) == {mine, shown}

    def test_done_again_it_replaces_the_words_and_keeps_the_day(self, ann, notebook):
        deprecate(ann, notebook)
        deprecate(ann, notebook, reason="Another reason.")

        now = fresh(notebook)
        assert (now.deprecation_reason, now.deprecated_at) == ("Another reason.", NOW)

    def test_is_not_for_those_it_is_shared_with(self, bob, notebook):
        share_with(notebook, person=bob, may_edit=True)

        with pytest.raises(Denied):
            deprecate(bob, notebook)


class TestUndoDeprecation:
    def test_takes_everything_back(self, ann, bob, notebook):
        deprecate(ann, notebook, make_notebook(owner=ann), is_frozen=True)

        undo_deprecation(actor_for(ann), notebook)

        assert deprecation_of(actor_for(bob), fresh(notebook)) is None
        assert guard.allows(actor_for(bob), Action.NOTEBOOK_RUN, notebook)
        assert not notebook.alternatives.exists()

    def test_says_so_when_there_is_nothing_to_undo(self, ann, notebook):
        with pytest.raises(NotDeprecated):
            undo_deprecation(actor_for(ann), notebook)


class TestAlternativesMatching:
    def test_finds_by_address_by_title_and_by_some_words(self, ann, bob, notebook):
        other = make_notebook(owner=ann, title="Find late shipments")
        make_notebook(owner=ann, title="Find early shipments")

        def found(typed):
            rows = alternatives_matching(actor_for(bob), typed, but=notebook)
            return [row.title for row in rows]

        assert found(f"https://x.test/notebooks/{other.uuid}/") == ["Find late shipments"]
        assert found(f"anything [{str(other.uuid)[:8]}]") == ["Find late shipments"]
        assert found("find LATE shipments") == ["Find late shipments"]
        assert found("shipments find") == ["Find early shipments", "Find late shipments"]
        assert found("\x00") == found("") == found("nothing like it") == []

    def test_finds_nothing_that_the_person_may_not_read(self, ann, bob, notebook):
        hidden = make_notebook(owner=ann, title="Hidden one", visibility=Visibility.PRIVATE)

        for typed in ("Hidden one", "hidden", str(hidden.uuid), f"[{str(hidden.uuid)[:8]}]"):
            assert alternatives_matching(actor_for(bob), typed, but=notebook) == ()
            assert suggested_alternatives(actor_for(bob), typed, but=notebook) == ()

    def test_never_finds_the_notebook_itself(self, ann, notebook):
        assert alternatives_matching(actor_for(ann), notebook.title, but=notebook) == ()
