"""Editing a description: validation, tags kept for administrators, and two editors at once."""

from dataclasses import asdict, replace

import pytest

from nbcommons.activity.models import AuditEntry
from nbcommons.core.errors import Denied, Overtaken
from nbcommons.core.stamps import changed_since, stamp_of
from nbcommons.curation.errors import ChangedMeanwhile, Invalid, RestrictedTag, Undecided
from nbcommons.curation.operations.describing import edit_notebook
from nbcommons.curation.queries.describing import details_of, last_edit_of
from nbcommons.notebooks.models import Notebook, Tag
from tests.factories.curation import give_to_team, make_team, share_with
from tests.factories.executions import NOW, actor_for

pytestmark = pytest.mark.django_db


def fresh(notebook) -> Notebook:
    return Notebook.objects.get(pk=notebook.pk)


def edit(person, notebook, *, seen=None, fine=(), **changes):
    details = replace(details_of(fresh(notebook)), **changes)
    return edit_notebook(
        actor_for(person), notebook, details=details, seen=seen, fine=fine, at=NOW
    )


def stamp(notebook) -> str:
    return stamp_of(asdict(details_of(fresh(notebook))))


class TestEditNotebook:
    def test_replaces_what_people_read(self, ann, notebook):
        edit(
            ann,
            notebook,
            title="  Rank   payers ",
            purpose="Who pays late?\r\nAnd how much.",
            category="course",
            language="R",
            language_version="4.4",
            tags=("Customs, Payments", "payments", " customs  payments "),
        )

        now = details_of(fresh(notebook))
        assert now.title == "Rank payers"
        assert now.purpose == "Who pays late?\nAnd how much."
        assert (now.category, now.language, now.language_version) == ("course", "r", "4.4")
        assert now.tags == ("customs payments", "payments")

    def test_cuts_no_tag_without_a_word(self, ann, notebook):
        with pytest.raises(Invalid, match="A tag has 40 signs at most"):
            edit(ann, notebook, tags=("x" * 41,))

    def test_writes_the_audit_log_once_and_not_when_nothing_changed(self, ann, notebook):
        assert edit(ann, notebook, title="Another").is_changed
        assert not edit(ann, notebook, title="Another ").is_changed

        (entry,) = AuditEntry.objects.filter(fact="NotebookDescribed")
        assert (entry.actor_id, entry.notebook_id) == (ann.pk, notebook.pk)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"title": "  "}, "title"),
            ({"title": "x" * 201}, "title"),
            ({"purpose": "x" * 1001}, "purpose"),
            ({"category": "poem"}, "category"),
            ({"language": ""}, "language"),
            ({"language_version": "1" * 21}, "language_version"),
            ({"tags": tuple(f"tag {n}" for n in range(13))}, "tags"),
        ],
    )
    def test_says_which_field_does_not_do(self, ann, notebook, changes, field):
        with pytest.raises(Invalid) as refused:
            edit(ann, notebook, **changes)

        assert refused.value.field == field
        assert fresh(notebook).title == "Rank late payers"

    def test_lets_those_edit_whom_it_is_shared_with_for_that(self, bob, cid, notebook):
        share_with(notebook, person=bob, may_edit=True)
        share_with(notebook, person=cid)

        edit(bob, notebook, title="By Bob")

        with pytest.raises(Denied):
            edit(cid, notebook, title="By Cid")
        assert fresh(notebook).title == "By Bob"

    def test_lets_editors_of_a_team_edit_and_members_not(self, bob, cid, notebook):
        notebook = give_to_team(notebook, make_team(ann="owner", bob="editor", cid="member"))

        edit(bob, notebook, title="By Bob")

        with pytest.raises(Denied):
            edit(cid, notebook, title="By Cid")

    def test_does_not_touch_what_is_in_the_bin(self, ann, notebook):
        Notebook.objects.update(deleted_at=NOW)

        with pytest.raises(Overtaken, match="into the bin"):
            edit(ann, notebook, title="Too late")


class TestRestrictedTags:
    def test_only_administrators_put_one_on_or_take_it_off(self, ann, admin, notebook):
        Tag.objects.create(name="trusted", is_restricted=True)
        details = replace(details_of(fresh(notebook)), tags=("trusted",))

        with pytest.raises(RestrictedTag, match="trusted"):
            edit(ann, notebook, tags=("Trusted",))
        edit_notebook(admin, notebook, details=details, at=NOW)
        with pytest.raises(RestrictedTag):
            edit(ann, notebook, tags=())

    def test_one_that_is_on_it_stands_in_the_way_of_nothing_else(self, ann, notebook):
        notebook.tags.add(Tag.objects.create(name="trusted", is_restricted=True))

        edit(ann, notebook, tags=("trusted", "customs"))

        assert details_of(fresh(notebook)).tags == ("customs", "trusted")


class TestTwoAtOnce:
    @pytest.fixture
    def seen(self, notebook, bob):
        """What both saw; Bob may edit too."""
        share_with(notebook, person=bob, may_edit=True)
        return stamp(notebook)

    def test_both_changing_the_same_loses_nothing(self, ann, bob, notebook, seen):
        edit(ann, notebook, seen=seen, title="By Ann")

        with pytest.raises(ChangedMeanwhile) as refused:
            edit(bob, notebook, seen=seen, title="By Bob")

        assert refused.value.fields == ("title",)
        assert fresh(notebook).title == "By Ann"

    def test_changes_of_different_things_are_put_together(self, ann, bob, notebook, seen):
        original = details_of(fresh(notebook))
        edit(ann, notebook, seen=seen, title="By Ann")

        done = edit_notebook(
            actor_for(bob),
            notebook,
            details=replace(original, purpose="By Bob"),
            seen=seen,
            at=NOW,
        )

        assert done.kept == ("title",)
        now = fresh(notebook)
        assert (now.title, now.purpose) == ("By Ann", "By Bob")

    def test_the_same_change_twice_is_no_quarrel(self, ann, bob, notebook, seen):
        edit(ann, notebook, seen=seen, title="Agreed")

        assert not edit(bob, notebook, seen=seen, title="Agreed").is_changed

    def test_a_stamp_that_nobody_can_read_never_wins_silently(self, ann, notebook):
        with pytest.raises(ChangedMeanwhile):
            edit(ann, notebook, seen="rubbish", title="Over it")

    def test_tells_who_was_there(self, ann, notebook):
        assert last_edit_of(notebook) is None

        edit(ann, notebook, title="By Ann")

        assert last_edit_of(notebook).name == "Ann Berg"


class TestStamp:
    def test_names_what_changed_and_nothing_else(self):
        stamp = stamp_of({"title": "a", "tags": ("x", "y")})

        assert changed_since(stamp, {"title": "a", "tags": ("x", "y")}) == frozenset()
        assert changed_since(stamp, {"title": "a", "tags": ("x",)}) == {"tags"}
        assert "a" not in stamp.replace("title", "").replace("tags", "").split(":")


TOKEN = "ghp_" + "0aB1cD2eF3" * 3 + "gH4iJ5"


class TestSecrets:
    @pytest.mark.parametrize("name", ["title", "purpose"])
    def test_are_asked_about_where_they_are_written(self, ann, notebook, name):
        with pytest.raises(Undecided) as caught:
            edit(ann, notebook, **{name: f"Connect with {TOKEN}"})

        assert caught.value.field == name
        assert "a token of GitHub" in str(caught.value)
        assert TOKEN not in str(caught.value)
        assert TOKEN not in str(details_of(fresh(notebook)))

    def test_pass_once_somebody_says_that_they_are_none(self, ann, notebook):
        with pytest.raises(Undecided) as caught:
            edit(ann, notebook, title=f"Connect with {TOKEN}")
        edit(
            ann,
            notebook,
            title=f"Connect with {TOKEN}",
            fine=[found.key for found in caught.value.findings],
        )
        edit(ann, notebook, purpose="What stands there already is not asked about again.")

        assert TOKEN in fresh(notebook).title

    def test_never_pass_where_the_operator_forbids(self, ann, notebook, settings):
        settings.NBCOMMONS_SECRETS_BLOCKING = ("github_token",)

        with pytest.raises(Undecided) as caught:
            edit(ann, notebook, title=f"Connect with {TOKEN}")
        with pytest.raises(Undecided):
            edit(
                ann,
                notebook,
                title=f"Connect with {TOKEN}",
                fine=[found.key for found in caught.value.findings],
            )


def test_signs_that_nobody_sees_go_from_what_people_read(ann, notebook):
    edit(
        ann,
        notebook,
        title="T\u202egpj",
        purpose="a\u200b\nb\x07",
        tags=("la\u2066te", "\u202e"),
    )

    now = details_of(fresh(notebook))
    assert (now.title, now.purpose, now.tags) == ("Tgpj", "a\nb", ("late",))
    with pytest.raises(Invalid):
        edit(ann, notebook, title="\u202e\u200b")
