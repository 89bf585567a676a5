"""Drafts: only their maker has them, for a while, and what was typed stays."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.core.plugins import Installed, Plugin, PluginFailed, Removal, active, connect
from nbcommons.intake.errors import Refused, TooManyDrafts
from nbcommons.intake.models import Becomes, Draft, DraftFinding, DraftPicture
from nbcommons.intake.operations import drafts, findings
from nbcommons.intake.queries.drafts import (
    bare_document_of,
    discarded_draft_of,
    draft_rows,
    drafts_of,
)
from nbcommons.notebooks.models import Tag
from tests.factories.executions import actor_for, make_person
from tests.factories.intake import (
    GROUP,
    LOAD,
    bring_draft,
    details,
    make_team,
    raw_notebook,
    share,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SYSTEM = Actor.system("tests")
SECRET = "connect(user='ann', password='Winter-2026')"


@pytest.fixture
def ann():
    return make_person("ann")


def describe(person, draft, *, at=None, **changes):
    drafts.describe_draft(
        actor_for(person), draft, details=details(**changes), at=at or timezone.now()
    )
    draft.refresh_from_db()


class TestBringIn:
    def test_waits_six_hours(self, ann):
        draft = bring_draft(ann, at=NOW)

        assert draft.expires_at == NOW + timedelta(hours=6)

    def test_remembers_what_may_be_secret_and_not_the_secret(self, ann):
        draft = bring_draft(ann, LOAD, SECRET)

        finding = draft.findings.get()
        assert (finding.kind, finding.is_waved_through) == ("password", False)
        assert finding.places == [
            {
                "position": 2,
                "cell": "cell 2",
                "line": 1,
                "excerpt": "connect(user='ann', password='••••••')",
            }
        ]

    def test_takes_so_many_and_no_more(self, ann, monkeypatch):
        monkeypatch.setattr(drafts, "MOST_DRAFTS", 1)
        bring_draft(ann)

        with pytest.raises(TooManyDrafts):
            bring_draft(ann)

    def test_begins_the_purpose_as_the_operator_wants(self, ann, settings):
        settings.NBCOMMONS_PURPOSE_TEMPLATE = "Data owner:\\nLegal basis:"

        assert bring_draft(ann).purpose == "Data owner:\nLegal basis:"

    def test_proposes_no_restricted_tags(self, ann):
        Tag.objects.create(name="tables", is_restricted=True)

        draft = bring_draft(ann, "import pandas, matplotlib")

        assert [tag["name"] for tag in draft.tags] == ["charts"]

    def test_leaves_out_what_plugins_remove(self, ann):
        def host_names(document):
            for position, cell in enumerate(document["cells"]):
                at = cell["source"].find("db01.internal")
                if at >= 0:
                    yield Removal(position, start=at, end=at + len("db01.internal"))

        before = active()
        connect(Installed((Plugin("hosts", removers=(host_names,)),)))
        try:
            draft = bring_draft(ann, "read('db01.internal', 1, 2)")
        finally:
            connect(Installed(before))

        assert bare_document_of(draft)["cells"][1]["source"] == "read('REMOVED', 1, 2)"
        assert draft.ledger[-1]["label"] == "Removed by rules of your organisation"

    def test_keeps_nothing_when_a_plugin_cannot_say_what_to_remove(self, ann):
        def broken(document):
            raise KeyError(document["metadata"])

        before = active()
        connect(Installed((Plugin("hosts", removers=(broken,)),)))
        try:
            with pytest.raises(PluginFailed):
                bring_draft(ann)
        finally:
            connect(Installed(before))

        assert not Draft.objects.exists()


class TestBringInAgain:
    def again(self, person, draft, *codes):
        drafts.bring_in_again(
            actor_for(person),
            draft,
            file_name="fixed.ipynb",
            raw=raw_notebook(*codes),
            at=timezone.now(),
        )
        draft.refresh_from_db()

    def test_keeps_what_was_typed_and_decided(self, ann):
        draft = bring_draft(ann, SECRET, LOAD)
        describe(ann, draft, title="My title", tags=("mine",))
        findings.wave_through(actor_for(ann), draft, draft.findings.get().key)

        self.again(ann, draft, GROUP, SECRET)

        assert (draft.title, draft.file_name) == ("My title", "fixed.ipynb")
        assert draft.findings.get().is_waved_through
        assert draft.findings.get().places[0]["cell"] == "cell 2"
        assert bare_document_of(draft)["cells"][1]["source"] == GROUP

    def test_asks_about_what_is_new_in_it(self, ann):
        draft = bring_draft(ann, LOAD)

        self.again(ann, draft, SECRET)

        assert not draft.findings.get().is_waved_through

    def test_leaves_the_draft_alone_when_the_file_is_no_good(self, ann):
        draft = bring_draft(ann, SECRET)

        with pytest.raises(Refused):
            drafts.bring_in_again(
                actor_for(ann), draft, file_name="x", raw=b"{", at=timezone.now()
            )

        assert DraftFinding.objects.count() == 1

    def test_is_for_its_maker_alone(self, ann):
        draft = bring_draft(ann)

        with pytest.raises(Denied):
            self.again(make_person("bob"), draft, LOAD)


class TestDescribe:
    def test_makes_it_wait_anew(self, ann):
        draft = bring_draft(ann, at=NOW)

        describe(ann, draft, at=NOW + timedelta(hours=5))

        assert draft.expires_at == NOW + timedelta(hours=11)
        assert draft.saved_at == NOW + timedelta(hours=5)

    def test_never_lets_a_rescued_one_wait_shorter(self, ann, settings):
        settings.NBCOMMONS_RESCUED_DRAFT_DAYS = 14
        draft = bring_draft(ann, at=NOW, is_rescued=True)
        assert draft.expires_at == NOW + timedelta(days=14)

        describe(ann, draft, at=NOW + timedelta(hours=5))

        assert draft.expires_at == NOW + timedelta(days=14)
        describe(ann, draft, at=NOW + timedelta(days=13, hours=23))
        assert draft.expires_at == NOW + timedelta(days=14, hours=5)

    def test_leaves_out_what_one_may_not_choose(self, ann):
        make_team("Customs", member=ann)
        hidden = share(make_person("bob"), visibility="private")

        draft = bring_draft(ann)
        describe(ann, draft, team="customs", becomes=Becomes.VERSION, target=hidden.uuid)

        assert (draft.team, draft.target, draft.becomes) == (None, None, Becomes.NEW)


class TestDrafts:
    def test_are_their_makers_alone(self, ann):
        draft = bring_draft(ann)
        bob = actor_for(make_person("bob"))

        assert list(drafts_of(actor_for(ann))) == [draft]
        for other in (bob, bob.in_admin_mode(), SYSTEM, Actor.nobody()):
            assert not drafts_of(other).exists()
        assert not drafts_of(actor_for(ann).limited_to(frozenset({"notebooks:read"}))).exists()

    def test_are_gone_at_the_moment_when_they_expire(self, ann):
        bring_draft(ann, at=timezone.now() - timedelta(hours=6, seconds=1))

        assert not drafts_of(actor_for(ann)).exists()

    def test_say_what_is_missing(self, ann):
        first = bring_draft(ann, LOAD, SECRET)
        second = bring_draft(ann, LOAD)
        describe(ann, second)

        rows = {row.uuid: row.missing for row in draft_rows(actor_for(ann))}

        assert rows[first.uuid] == ("1 thing to decide", "your description")
        assert rows[second.uuid] == ()

    def test_are_listed_by_one_query(self, ann, django_assert_num_queries):
        for _ in range(3):
            bring_draft(ann, SECRET)

        with django_assert_num_queries(1):
            assert len(draft_rows(actor_for(ann))) == 3


class TestThrowingAway:
    def test_can_be_undone_for_a_while(self, ann):
        actor, draft = actor_for(ann), bring_draft(ann)
        drafts.discard_draft(actor, draft, at=timezone.now())
        assert not drafts_of(actor).exists()
        assert discarded_draft_of(actor, draft.uuid) == draft

        drafts.take_back_draft(actor, draft, at=timezone.now())

        assert list(drafts_of(actor)) == [draft]

    def test_cannot_be_undone_by_others(self, ann):
        draft = bring_draft(ann)
        drafts.discard_draft(actor_for(ann), draft, at=timezone.now())
        bob = actor_for(make_person("bob"))

        assert discarded_draft_of(bob, draft.uuid) is None
        with pytest.raises(Denied):
            drafts.take_back_draft(bob, draft, at=timezone.now())


class TestDropExpiredDrafts:
    def test_deletes_what_nobody_came_back_for_with_all_that_belongs_to_it(self, ann):
        bring_draft(ann, SECRET, at=NOW)
        new = bring_draft(ann, at=NOW + timedelta(hours=1))

        dropped = drafts.drop_expired_drafts(SYSTEM, at=NOW + timedelta(hours=6))

        assert dropped == 1
        assert list(Draft.objects.all()) == [new]
        assert not DraftFinding.objects.exists()
        assert not DraftPicture.objects.exists()

    def test_deletes_what_was_thrown_away_when_it_cannot_be_had_back(self, ann):
        draft = bring_draft(ann, at=NOW)
        drafts.discard_draft(actor_for(ann), draft, at=NOW)

        assert drafts.drop_expired_drafts(SYSTEM, at=NOW + timedelta(minutes=9)) == 0
        assert drafts.drop_expired_drafts(SYSTEM, at=NOW + timedelta(minutes=10)) == 1

    def test_is_for_the_system(self, ann):
        with pytest.raises(Denied):
            drafts.drop_expired_drafts(actor_for(ann), at=NOW)


class TestFindings:
    def test_can_be_waved_through_and_opened_again(self, ann):
        draft = bring_draft(ann, SECRET)
        actor, key = actor_for(ann), draft.findings.get().key

        findings.wave_through(actor, draft, key)
        assert draft.findings.get().is_waved_through
        findings.wave_through(actor, draft, key, is_fine=False)

        assert not draft.findings.get().is_waved_through

    def test_can_be_blanked_out_for_good(self, ann):
        draft = bring_draft(ann, LOAD, SECRET)
        size = draft.size_bytes

        findings.blank_out_findings(actor_for(ann), draft, [draft.findings.get().key])

        draft.refresh_from_db()
        assert not draft.findings.exists()
        assert draft.blanked_count == 1
        assert draft.size_bytes != size
        assert "Winter" not in str(bare_document_of(draft))
        assert len(draft.token_hashes) == 2

    def test_are_decided_by_its_maker_alone(self, ann):
        draft = bring_draft(ann, SECRET)
        bob, key = actor_for(make_person("bob")), draft.findings.get().key

        for decide in (
            lambda: findings.wave_through(bob, draft, key),
            lambda: findings.blank_out_findings(bob.in_admin_mode(), draft, [key]),
        ):
            with pytest.raises(Denied):
                decide()

    def test_that_are_not_there_any_more_are_passed_over(self, ann):
        draft = bring_draft(ann)

        findings.wave_through(actor_for(ann), draft, "gone")
        findings.blank_out_findings(actor_for(ann), draft, ["gone"])

        assert draft.blanked_count == 0
