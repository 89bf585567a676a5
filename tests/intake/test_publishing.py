"""A draft becomes a notebook, a version of one, a fork; or it does not, and nothing is lost."""

import pytest
from django.utils import timezone

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core import plugins
from nbcommons.core.errors import Denied
from nbcommons.core.plugins import Installed, Plugin
from nbcommons.intake.errors import (
    AlreadyShared,
    ChangedMeanwhile,
    Incomplete,
    NotAllowedHere,
    NothingNew,
    Undecided,
)
from nbcommons.intake.models import Becomes, Draft
from nbcommons.intake.operations import drafts, findings, publishing
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.models import Notebook, Tag
from nbcommons.notebooks.queries import document_of
from nbcommons.people.models import LabelHolding
from tests.factories.executions import actor_for, make_person
from tests.factories.intake import (
    GROUP,
    LOAD,
    SELECT,
    bring_draft,
    details,
    make_label,
    make_team,
    raw_notebook,
    share,
)
from tests.ipynb.builders import coded, picture

pytestmark = pytest.mark.django_db
SECRET = "connect(user='ann', password='Winter-2026')"


@pytest.fixture
def ann():
    return make_person("ann")


@pytest.fixture
def bob():
    return make_person("bob")


def publish(person, draft, decisions=None, **changes):
    return publishing.publish_draft(
        actor_for(person),
        draft,
        details=details(**changes),
        decisions=decisions,
        at=timezone.now(),
    )


def copy_of(notebook, *codes, number=None, site=None, settings):
    origin = {"v": 1, "uuid": str(notebook.uuid), "site": site or settings.NBCOMMONS_SITE_URL}
    if number:
        origin["revision"] = number
    return raw_notebook(*codes, metadata={"nbcommons": origin})


def bring_raw(person, raw):
    return drafts.bring_in(
        actor_for(person), file_name="copy.ipynb", raw=raw, at=timezone.now()
    )


class TestAsNew:
    def test_keeps_language_with_version(self, ann):
        notebook = share(ann)

        assert (notebook.language, notebook.language_version) == ("python", "3")
        assert (notebook.owner, notebook.owner_team, notebook.created_by) == (ann, None, ann)

    def test_compares_its_cells_from_then_on(self, ann):
        hashes = share(ann).current_revision.cells.values_list("token_hash", flat=True)

        assert all(hash_ is not None for hash_ in hashes)

    def test_names_what_is_missing(self, ann):
        with pytest.raises(Incomplete):
            publish(ann, bring_draft(ann), title=" ")

        assert Draft.objects.count() == 1

    def test_is_shared_with_those_who_are_named(self, ann, bob):
        team = make_team("Customs", owner=make_person("cid"))

        notebook = publish(
            ann, bring_draft(ann), visibility="shared", shared_with="BOB, customs; ann"
        )

        assert {(s.person_id, s.team_id) for s in notebook.shares.all()} == {
            (bob.pk, None),
            (None, team.pk),
        }
        assert guard.allows(actor_for(bob), Action.NOTEBOOK_READ, notebook)
        assert not guard.allows(actor_for(bob), Action.NOTEBOOK_EDIT, notebook)

    @pytest.mark.parametrize("names", ["", "ann", "nobody.here", "bob, nobody.here"])
    def test_is_not_shared_with_nobody(self, ann, names):
        make_person("bob")
        with pytest.raises(Incomplete):
            publish(ann, bring_draft(ann), visibility="shared", shared_with=names)

        assert not Notebook.objects.exists()

    def test_can_belong_to_a_team_where_one_is_editor(self, ann):
        team = make_team("Customs", editor=ann)

        notebook = publish(ann, bring_draft(ann), team="customs")

        assert (notebook.owner, notebook.owner_team, notebook.created_by) == (None, team, ann)

    def test_cannot_belong_to_a_team_where_one_is_only_a_member(self, ann):
        make_team("Customs", member=ann)

        notebook = publish(ann, bring_draft(ann), team="customs")

        assert (notebook.owner, notebook.owner_team) == (ann, None)

    def test_bears_labels_that_its_author_holds_and_no_others(self, ann):
        make_label("trade", ann)
        make_label("secret")

        notebook = publish(ann, bring_draft(ann), labels=frozenset({"trade", "secret"}))

        assert [label.slug for label in notebook.labels.all()] == ["trade"]

    def test_is_not_shared_without_a_label_that_its_author_lost_meanwhile(self, ann):
        label = make_label("trade", ann)
        draft = bring_draft(ann)
        said = details(labels=frozenset({"trade"}))
        drafts.describe_draft(actor_for(ann), draft, details=said, at=timezone.now())
        LabelHolding.objects.filter(label=label).delete()

        with pytest.raises(Incomplete, match="You no longer hold"):
            publish(ann, draft, labels=frozenset({"trade"}))

        assert not Notebook.objects.exists()
        assert [one.slug for one in Draft.objects.get().labels.all()] == ["trade"]
        notebook = publish(ann, draft, labels=frozenset())
        assert not notebook.labels.exists()

    def test_is_not_shared_as_a_team_that_its_author_left_meanwhile(self, ann):
        team = make_team("Customs", editor=ann)
        draft = bring_draft(ann)
        said = details(team="customs")
        drafts.describe_draft(actor_for(ann), draft, details=said, at=timezone.now())
        team.memberships.all().delete()

        with pytest.raises(Incomplete, match="no longer share as Customs"):
            publish(ann, draft, team="customs")

        assert publish(ann, draft, team="").owner == ann

    def test_leaves_restricted_tags_to_administrators(self, ann):
        Tag.objects.create(name="verified", is_restricted=True)
        draft = bring_draft(ann)

        with pytest.raises(Incomplete, match="verified"):
            publish(ann, draft, tags=("verified",))
        publishing.publish_draft(
            actor_for(ann).in_admin_mode(),
            draft,
            details=details(tags=("verified",)),
            at=timezone.now(),
        )

        assert [tag.name for tag in Notebook.objects.get().tags.all()] == ["verified"]

    def test_happens_once(self, ann):
        draft = bring_draft(ann)
        publish(ann, draft)

        with pytest.raises(AlreadyShared):
            publish(ann, Draft(pk=draft.pk or 1, person=ann))

    def test_is_for_its_maker_alone(self, ann, bob):
        draft = bring_draft(ann)

        for other in (actor_for(bob), actor_for(bob).in_admin_mode()):
            with pytest.raises(Denied):
                publishing.publish_draft(other, draft, details=details(), at=timezone.now())


class TestSecrets:
    def test_keep_it_from_being_published_until_they_are_decided(self, ann):
        draft = bring_draft(ann, LOAD, SECRET)

        with pytest.raises(Undecided, match="a password or key in cell 2") as refusal:
            publish(ann, draft)

        assert refusal.value.findings == ((2, "password"),)
        assert "Winter" not in str(refusal.value)
        assert not Notebook.objects.exists()

    def test_can_be_waved_through_or_blanked_out_while_publishing(self, ann):
        kept, blanked = bring_draft(ann, SECRET), bring_draft(ann, SECRET)
        key = kept.findings.get().key

        first = publish(ann, kept, {key: findings.FINE})
        second = publish(ann, blanked, {key: findings.BLANK})

        assert _source(first) == SECRET
        assert _source(second) == SECRET.replace("Winter-2026", "REMOVED")

    def test_of_blocking_kinds_cannot_be_waved_through(self, ann, settings):
        draft = bring_draft(ann, SECRET)
        settings.NBCOMMONS_SECRETS_BLOCKING = ("password",)

        with pytest.raises(Denied):
            publish(ann, draft, {draft.findings.get().key: findings.FINE})
        publish(ann, draft, {draft.findings.get().key: findings.BLANK})

        assert "Winter" not in _source(Notebook.objects.get())

    def test_of_kinds_made_blocking_since_count_again(self, ann, settings):
        draft = bring_draft(ann, SECRET)
        draft.findings.update(is_waved_through=True)
        settings.NBCOMMONS_SECRETS_BLOCKING = ("password",)

        with pytest.raises(Undecided):
            publish(ann, draft)

    def test_the_operator_ignores_are_not_asked_about(self, ann, settings):
        settings.NBCOMMONS_SECRETS_IGNORED = ("password",)

        publish(ann, bring_draft(ann, SECRET))

        assert Notebook.objects.count() == 1


def _source(notebook):
    return document_of(notebook.current_revision)["cells"][1]["source"]


class TestAsVersion:
    def test_is_proposed_for_a_file_from_here_that_one_may_edit(self, ann, settings):
        notebook = share(ann)

        draft = bring_raw(ann, copy_of(notebook, LOAD, number=1, settings=settings))

        assert (draft.becomes, draft.target) == (Becomes.VERSION, notebook)

    def test_adds_a_version_and_changes_nothing_else(self, ann):
        notebook = share(ann, title="Mine", visibility="private")
        draft = bring_draft(ann, LOAD, SELECT)

        done = publish(
            ann,
            draft,
            title="Another",
            becomes=Becomes.VERSION,
            target=notebook.uuid,
            message="Shorter",
        )

        assert done == notebook
        notebook.refresh_from_db()
        assert (notebook.title, notebook.visibility) == ("Mine", "private")
        assert notebook.current_revision.number == 2
        assert notebook.current_revision.message == "Shorter"
        assert notebook.current_revision.author == ann
        assert not Draft.objects.exists()

    def test_is_denied_for_what_one_may_only_read(self, ann, bob):
        notebook = share(bob)

        with pytest.raises(Denied):
            publish(ann, bring_draft(ann, LOAD), becomes=Becomes.VERSION, target=notebook.uuid)

        assert notebook.revisions.count() == 1

    def test_of_what_is_hidden_is_as_of_nothing(self, ann, bob):
        hidden = share(bob, visibility="private")

        with pytest.raises(Incomplete):
            publish(ann, bring_draft(ann), becomes=Becomes.VERSION, target=hidden.uuid)

    def test_is_not_made_of_the_same(self, ann):
        notebook = share(ann)

        with pytest.raises(NothingNew):
            publish(ann, bring_draft(ann), becomes=Becomes.VERSION, target=notebook.uuid)

    def test_is_not_made_of_a_copy_from_here_that_nobody_changed(self, ann, settings):
        notebook = share(ann)
        draft = bring_raw(ann, copy_of(notebook, number=1, settings=settings))

        with pytest.raises(NothingNew):
            publish(ann, draft, becomes=Becomes.VERSION, target=notebook.uuid)

    def test_does_not_keep_the_note_of_where_the_file_came_from(self, ann, settings):
        notebook = share(ann)
        draft = bring_raw(ann, copy_of(notebook, LOAD, number=1, settings=settings))

        publish(ann, draft, becomes=Becomes.VERSION, target=notebook.uuid)

        notebook.refresh_from_db()
        assert "nbcommons" not in document_of(notebook.current_revision)["metadata"]

    def test_is_not_made_over_one_that_its_author_has_not_seen(self, ann):
        notebook = share(ann)
        second, third = bring_draft(ann, LOAD), bring_draft(ann, SELECT)
        publish(ann, second, becomes=Becomes.VERSION, target=notebook.uuid, seen_number=1)

        with pytest.raises(ChangedMeanwhile):
            publish(ann, third, becomes=Becomes.VERSION, target=notebook.uuid, seen_number=1)

        assert notebook.revisions.count() == 2


PLAN, CHART, OTHER = (coded(picture(size=size)) for size in ((30, 20), (31, 20), (32, 20)))


class TestPictures:
    """What others may see already is not lost by the next version of it."""

    PICTURES = {"plan.png": PLAN, "chart.png": CHART}

    @pytest.fixture
    def album(self, ann):
        """A notebook that holds the plan; the chart was not kept."""
        draft = bring_draft(ann, LOAD, pictures=self.PICTURES)
        return publish(ann, draft, kept_pictures=frozenset({self.key_of(draft, "plan.png")}))

    def key_of(self, draft, name):
        return draft.pictures.get(name=name).pk

    def kept(self, draft):
        return set(draft.pictures.filter(is_kept=True).values_list("name", flat=True))

    def shown(self, notebook):
        return set(document_of(notebook.current_revision)["cells"][0].get("attachments", {}))

    def bring(self, person, album=None, pictures=None):
        raw = raw_notebook(LOAD, SELECT, pictures=pictures or self.PICTURES)
        target = album and album.uuid
        return drafts.bring_in(
            actor_for(person), file_name="a.ipynb", raw=raw, target=target, at=timezone.now()
        )

    def test_of_the_notebook_are_kept_to_begin_with(self, ann, album):
        assert self.kept(self.bring(ann, album)) == {"plan.png"}
        assert self.kept(self.bring(ann)) == set()

    def test_of_it_are_known_by_what_they_show_and_not_by_their_name(self, ann, album):
        draft = self.bring(ann, album, {"plan.png": OTHER, "new name.png": PLAN})

        assert self.kept(draft) == {"new name.png"}

    def test_of_a_notebook_that_one_may_not_read_are_as_any_others(self, ann, bob):
        draft = bring_draft(ann, LOAD, pictures=self.PICTURES)
        keys = frozenset(draft.pictures.values_list("pk", flat=True))
        secret = publish(ann, draft, kept_pictures=keys, visibility="private")

        assert self.kept(self.bring(bob, secret)) == set()

    def test_of_it_are_kept_in_the_next_version_when_nothing_is_said(self, ann, album):
        draft = self.bring(ann)

        publish(ann, draft, becomes=Becomes.VERSION, target=album.uuid)

        album.refresh_from_db()
        assert album.current_revision.number == 2
        assert self.shown(album) == {"plan.png"}

    def test_of_it_are_left_out_when_that_is_said(self, ann, album):
        draft = self.bring(ann, album)

        publish(
            ann, draft, becomes=Becomes.VERSION, target=album.uuid, kept_pictures=frozenset()
        )

        album.refresh_from_db()
        assert self.shown(album) == set()

    def test_of_it_are_kept_in_a_fork(self, bob, album):
        draft = self.bring(bob)

        fork = publish(bob, draft, becomes=Becomes.FORK, target=album.uuid)

        assert self.shown(fork) == {"plan.png"}

    def test_stay_as_chosen_when_a_corrected_file_comes(self, ann, album):
        draft = self.bring(ann, album)
        chosen = frozenset({self.key_of(draft, "chart.png")})
        said = details(becomes=Becomes.VERSION, target=album.uuid, kept_pictures=chosen)
        drafts.describe_draft(actor_for(ann), draft, details=said, at=timezone.now())

        raw = raw_notebook(LOAD, GROUP, pictures={**self.PICTURES, "more.png": OTHER})
        drafts.bring_in_again(
            actor_for(ann), draft, file_name="b.ipynb", raw=raw, at=timezone.now()
        )

        assert self.kept(draft) == {"chart.png"}

    def test_of_it_are_kept_when_a_program_says_what_it_becomes(self, ann, album):
        draft = self.bring(ann)

        drafts.intend(
            actor_for(ann),
            draft,
            becomes=Becomes.VERSION,
            target=album.uuid,
            at=timezone.now(),
        )

        assert self.kept(draft) == {"plan.png"}


class TestAsFork:
    def test_is_proposed_for_a_file_from_here_that_one_may_read(self, ann, bob, settings):
        notebook = share(bob)

        draft = bring_raw(ann, copy_of(notebook, LOAD, settings=settings))

        assert (draft.becomes, draft.target) == (Becomes.FORK, notebook)

    def test_is_not_proposed_for_what_is_hidden_or_from_elsewhere(self, ann, bob, settings):
        hidden, other = share(bob, visibility="private"), share(bob)

        for raw in (
            copy_of(hidden, settings=settings),
            copy_of(other, site="https://elsewhere.example", settings=settings),
        ):
            draft = bring_raw(ann, raw)
            assert (draft.becomes, draft.target) == (Becomes.NEW, None)

    def test_says_where_it_began(self, ann, bob, settings):
        notebook = share(bob)
        draft = bring_raw(ann, copy_of(notebook, LOAD, number=1, settings=settings))
        publish(bob, bring_draft(bob, GROUP), becomes=Becomes.VERSION, target=notebook.uuid)

        fork = publish(ann, draft, becomes=Becomes.FORK, target=notebook.uuid)

        assert fork != notebook
        assert fork.owner == ann
        assert (fork.forked_from, fork.forked_from_number) == (notebook, 1)

    def test_names_the_newest_version_when_the_file_does_not_say(self, ann, bob):
        notebook = share(bob)
        publish(bob, bring_draft(bob, GROUP), becomes=Becomes.VERSION, target=notebook.uuid)

        fork = publish(ann, bring_draft(ann), becomes=Becomes.FORK, target=notebook.uuid)

        assert fork.forked_from_number == 2

    def test_never_names_a_version_that_its_author_may_not_see(self, ann, bob, settings):
        notebook = share(bob, visibility="private")
        publish(bob, bring_draft(bob, GROUP), becomes=Becomes.VERSION, target=notebook.uuid)
        notebook.refresh_from_db()
        catalogue.set_visibility(notebook, "everyone", actor_id=bob.pk, at=timezone.now())
        draft = bring_raw(ann, copy_of(notebook, LOAD, number=1, settings=settings))

        fork = publish(ann, draft, becomes=Becomes.FORK, target=notebook.uuid)

        assert fork.forked_from_number == 2

    def test_bears_the_labels_of_what_it_began_from(self, ann, bob):
        make_label("trade", ann, bob)
        notebook = share(bob, labels=frozenset({"trade"}))

        fork = publish(ann, bring_draft(ann), becomes=Becomes.FORK, target=notebook.uuid)

        assert [label.slug for label in fork.labels.all()] == ["trade"]


@pytest.fixture
def with_plugin():
    before = plugins.active()
    yield lambda plugin: plugins.connect(Installed((plugin,)))
    plugins.connect(Installed(before))


class TestPlugins:
    def test_speak_against_it_in_their_own_words(self, ann, with_plugin):
        seen = []

        def judge(candidate):
            seen.append(candidate)
            return ["Name the data owner."] if "owner" not in candidate.purpose else []

        with_plugin(Plugin("rules", validators=(judge,)))
        draft = bring_draft(ann)

        with pytest.raises(NotAllowedHere, match="Name the data owner"):
            publish(ann, draft, purpose="No word of it")
        publish(ann, draft, purpose="The owner is Ann")

        assert seen[-1].person == "ann"
        assert seen[-1].tags == ()
        assert Notebook.objects.count() == 1

    def test_that_fail_let_nothing_past(self, ann, with_plugin):
        def broken(candidate):
            raise ValueError(candidate.title)

        with_plugin(Plugin("rules", validators=(broken,)))

        with pytest.raises(NotAllowedHere, match="rules"):
            publish(ann, bring_draft(ann))

        assert not Notebook.objects.exists()

    def test_judge_new_versions_too(self, ann, with_plugin):
        notebook = share(ann)
        with_plugin(Plugin("rules", validators=(lambda _candidate: ["No."],)))

        with pytest.raises(NotAllowedHere):
            publish(ann, bring_draft(ann, LOAD), becomes=Becomes.VERSION, target=notebook.uuid)


KEY = "ghp_" + "a8Kd92mfLq0Xz71YtRb53NcVw64GhJp2Se9U"


class TestSecretsInWhatIsSaid:
    def test_are_not_repeated_in_what_is_proposed(self, ann):
        raw = raw_notebook(f"login('{KEY}')", title=f"Connect with {KEY}")

        draft = bring_raw(ann, raw)

        assert KEY not in draft.title + draft.purpose
        assert "REMOVED" in draft.title

    @pytest.mark.parametrize("field", ["title", "purpose"])
    def test_keep_it_from_being_published(self, ann, field):
        draft = bring_draft(ann, LOAD)
        said = {field: f"Load it with {KEY} please"}

        with pytest.raises(Undecided, match="a token of GitHub in the ") as refusal:
            publish(ann, draft, **said)
        key = refusal.value.keys[0]
        notebook = publish(ann, draft, {key: findings.BLANK}, **said)

        assert KEY not in str(refusal.value)
        assert getattr(notebook, field) == "Load it with REMOVED please"

    def test_can_be_waved_through(self, ann):
        draft = bring_draft(ann, LOAD)

        with pytest.raises(Undecided) as refusal:
            publish(ann, draft, title=f"Use {KEY}")
        notebook = publish(
            ann, draft, {refusal.value.keys[0]: findings.FINE}, title=f"Use {KEY}"
        )

        assert notebook.title == f"Use {KEY}"

    def test_of_blocking_kinds_can_only_be_blanked_out(self, ann, settings):
        settings.NBCOMMONS_SECRETS_BLOCKING = ("github_token",)
        draft = bring_draft(ann, LOAD)

        with pytest.raises(Undecided) as refusal:
            publish(ann, draft, purpose=f"Use {KEY}")
        with pytest.raises(Denied):
            publish(ann, draft, {refusal.value.keys[0]: findings.FINE}, purpose=f"Use {KEY}")

        assert not Notebook.objects.exists()

    def test_are_blanked_out_together_with_those_of_the_notebook(self, ann):
        draft = bring_draft(ann, f"login('{KEY}')  # ann.lee@ministry.gov")
        title, purpose = f"Use {KEY}", f"With {KEY}, ask ann.lee@ministry.gov"
        actor, said = actor_for(ann), details(title=title, purpose=purpose)
        drafts.describe_draft(actor, draft, details=said, at=timezone.now())
        keys = list(draft.findings.values_list("key", flat=True))

        findings.blank_out_findings(actor, draft, keys)

        assert len(keys) == 2
        assert not draft.findings.exists()
        notebook = publish(ann, draft, title=draft.title, purpose=draft.purpose)
        assert notebook.title == "Use REMOVED"
        assert notebook.purpose == "With REMOVED, ask REMOVED"

    def test_of_a_version_are_those_of_its_message(self, ann):
        notebook = share(ann, LOAD)
        draft = bring_draft(ann, LOAD, GROUP)
        said = {"becomes": Becomes.VERSION, "target": notebook.uuid}

        with pytest.raises(Undecided, match="in what is new in this version"):
            publish(ann, draft, message=f"Now with {KEY}", **said)
        publish(ann, draft, message="Now without", title=f"Unused {KEY}", **said)

        assert notebook.revisions.count() == 2

    def test_in_metadata_and_tags_are_found_too(self, ann):
        kernel = {"name": KEY, "display_name": "Python 3", "language": "python"}
        draft = bring_raw(ann, raw_notebook(LOAD, metadata={"kernelspec": kernel}))

        with pytest.raises(Undecided, match="in the metadata of the notebook") as refusal:
            publish(ann, draft)
        notebook = publish(ann, draft, {refusal.value.keys[0]: findings.BLANK})
        assert KEY not in str(document_of(notebook.current_revision))

        with pytest.raises(Undecided, match="in the tags"):
            publish(ann, bring_draft(ann, SELECT), tags=(KEY,))

    def test_that_are_gone_are_not_asked_about(self, ann):
        draft, actor = bring_draft(ann, LOAD), actor_for(ann)
        for title in (f"Use {KEY}", "Use it"):
            drafts.describe_draft(actor, draft, details=details(title=title), at=timezone.now())

        assert not draft.findings.exists()


class TestWhoIsMeant:
    """A team called like a person catches nothing that is meant for the person."""

    @pytest.mark.parametrize("typed", ["bob", "bob@example.org", "BOB@example.org"])
    def test_user_names_and_addresses_are_those_of_people(self, ann, bob, typed):
        type(bob).objects.filter(pk=bob.pk).update(email="bob@example.org")
        make_team(typed, owner=make_person("eve"))

        notebook = share(ann, LOAD, visibility="shared", shared_with=typed)

        assert [row.person_id for row in notebook.shares.all()] == [bob.pk]

    def test_a_name_that_both_have_is_said_to_be_so_with_what_to_type(self, ann, bob):
        type(bob).objects.filter(pk=bob.pk).update(full_name="Bob Costa")
        team = make_team("Bob Costa", owner=make_person("eve"))
        type(team).objects.filter(pk=team.pk).update(slug="trap")
        draft = bring_draft(ann, LOAD)

        with pytest.raises(Incomplete) as caught:
            publish(ann, draft, visibility="shared", shared_with="Bob Costa")

        assert "Bob Costa (bob) or Bob Costa (team trap)" in str(caught.value)
        assert "know nobody" not in str(caught.value)
        notebook = publish(ann, draft, visibility="shared", shared_with="Bob Costa (bob)")
        assert [row.person_id for row in notebook.shares.all()] == [bob.pk]


def test_signs_that_nobody_sees_are_not_published(ann):
    notebook = share(
        ann, LOAD, title="T\u202egpj", purpose="one\n\u200btwo", tags=("la\u2066te", "\u202e")
    )

    assert (notebook.title, notebook.purpose) == ("Tgpj", "one\ntwo")
    assert [tag.name for tag in notebook.tags.all()] == ["late"]
    assert bring_draft(ann, title="Ra\u202enk").title == "Rank"
