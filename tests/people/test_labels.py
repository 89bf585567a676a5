"""Access labels: who grants them, until when they count, what claims give and take."""

from datetime import timedelta

import pytest
from django.utils import timezone

from nbcommons.access import guard
from nbcommons.activity.models import AuditEntry
from nbcommons.core.errors import Denied
from nbcommons.people import rosters
from nbcommons.people.errors import NameTaken
from nbcommons.people.models import Label, LabelHolding
from nbcommons.people.operations import labels
from tests.factories.catalogue import publish
from tests.factories.people import NOW, SYSTEM, actor_of, make_person

pytestmark = pytest.mark.django_db

Source = LabelHolding.Source


@pytest.fixture
def ann():
    return make_person("ann", full_name="Ann")


@pytest.fixture
def label():
    return labels.create_label(SYSTEM, name="Customs data", claim_name="grp-customs", at=NOW)


def held(person, at=None) -> list[str]:
    return [row.slug for row in rosters.labels_held_by(person.pk, at=at or timezone.now())]


class TestGrantLabel:
    def test_opens_what_carries_the_label(self, ann, label):
        notebook = publish(make_person("author"))
        notebook.labels.add(label)

        before = guard.notebooks_for(actor_of(ann)).count()
        labels.grant_label(SYSTEM, label, ann, at=NOW)

        assert (before, guard.notebooks_for(actor_of(ann)).count()) == (0, 1)
        assert held(ann) == ["customs-data"]

    def test_is_for_administrators_in_admin_mode(self, ann, label):
        ann.is_administrator = True
        ann.save()
        with pytest.raises(Denied):
            labels.grant_label(actor_of(ann), label, ann, at=NOW)

        labels.grant_label(actor_of(ann).in_admin_mode(), label, ann, at=NOW)

        assert LabelHolding.objects.get().granted_by == ann

    def test_counts_no_longer_than_its_end(self, ann, label):
        notebook = publish(make_person("author"))
        notebook.labels.add(label)
        now = timezone.now()

        labels.grant_label(SYSTEM, label, ann, expires_at=now + timedelta(hours=1), at=now)
        during = guard.notebooks_for(actor_of(ann)).count()
        LabelHolding.objects.update(expires_at=now - timedelta(seconds=1))

        assert (during, guard.notebooks_for(actor_of(ann)).count()) == (1, 0)
        assert held(ann) == []

    def test_refuses_an_end_in_the_past(self, ann, label):
        with pytest.raises(labels.EndsBeforeItBegins):
            labels.grant_label(SYSTEM, label, ann, expires_at=NOW, at=NOW)

    def test_replaces_the_end_when_granted_again(self, ann, label):
        labels.grant_label(SYSTEM, label, ann, expires_at=NOW + timedelta(days=1), at=NOW)
        labels.grant_label(SYSTEM, label, ann, at=NOW)

        assert LabelHolding.objects.get().expires_at is None
        assert AuditEntry.objects.filter(fact="LabelGranted").count() == 2


class TestWithdrawLabel:
    def test_ends_it_and_says_so(self, ann, label):
        labels.grant_label(SYSTEM, label, ann, at=NOW)

        assert labels.withdraw_label(SYSTEM, label, ann) is True
        assert labels.withdraw_label(SYSTEM, label, ann) is False
        assert held(ann) == []
        entry = AuditEntry.objects.get(fact="LabelWithdrawn")
        assert entry.details["reason"] == "withdrawn"

    def test_leaves_what_the_claim_gives(self, ann, label):
        labels.hold_labels_from_claims(ann, ["grp-customs"], at=NOW)

        assert labels.withdraw_label(SYSTEM, label, ann) is False
        assert held(ann) == ["customs-data"]


@pytest.mark.usefixtures("label")
class TestHoldLabelsFromClaims:
    def test_takes_mapped_names_only(self, ann):
        labels.create_label(SYSTEM, name="grp-other", at=NOW)

        labels.hold_labels_from_claims(ann, ["grp-customs", "grp-other", "", "x"], at=NOW)

        assert held(ann) == ["customs-data"]

    def test_withdraws_what_is_no_longer_said_and_leaves_other_grants(self, ann):
        other = labels.create_label(SYSTEM, name="Tax", claim_name="grp-tax", at=NOW)
        labels.hold_labels_from_claims(ann, ["grp-customs", "grp-tax"], at=NOW)
        labels.grant_label(SYSTEM, other, ann, at=NOW)

        labels.hold_labels_from_claims(ann, [], at=NOW)

        assert held(ann) == ["tax"]
        assert LabelHolding.objects.get().source == Source.ADMINISTRATOR
        assert AuditEntry.objects.filter(fact="LabelWithdrawn").count() == 2

    def test_said_again_is_no_news(self, ann):
        later = NOW + timedelta(days=1)
        labels.hold_labels_from_claims(ann, ["grp-customs"], expires_at=later, at=NOW)
        labels.hold_labels_from_claims(
            ann, ["grp-customs"], expires_at=later + timedelta(days=1), at=later
        )

        assert AuditEntry.objects.filter(fact="LabelGranted").count() == 1
        assert LabelHolding.objects.get().expires_at == later + timedelta(days=1)

    def test_the_longer_of_two_grants_is_shown(self, ann, label):
        labels.grant_label(SYSTEM, label, ann, expires_at=NOW + timedelta(days=1), at=NOW)
        labels.hold_labels_from_claims(ann, ["grp-customs"], at=NOW)

        (row,) = rosters.labels_held_by(ann.pk, at=NOW)

        assert row.until is None


class TestDescribeLabel:
    def test_a_mapping_taken_away_ends_what_came_by_it(self, ann, label):
        labels.hold_labels_from_claims(ann, ["grp-customs"], at=NOW)

        labels.describe_label(SYSTEM, label, name="Customs", description="", claim_name="")

        assert held(ann) == []

    @pytest.mark.usefixtures("label")
    def test_refuses_a_name_that_is_taken(self):
        other = labels.create_label(SYSTEM, name="Tax", at=NOW)

        with pytest.raises(NameTaken):
            labels.describe_label(
                SYSTEM, other, name="customs DATA", description="", claim_name=""
            )


class TestDeleteLabel:
    def test_is_refused_while_a_notebook_carries_it(self, ann, label):
        notebook = publish(ann)
        notebook.labels.add(label)

        with pytest.raises(labels.LabelInUse, match="1 notebook carries"):
            labels.delete_label(SYSTEM, label)

    def test_takes_it_from_everybody(self, ann, label):
        labels.grant_label(SYSTEM, label, ann, at=NOW)

        labels.delete_label(SYSTEM, label)

        assert not Label.objects.exists()
        assert not LabelHolding.objects.exists()

    def test_is_for_administrators(self, ann, label):
        with pytest.raises(Denied):
            labels.delete_label(actor_of(ann), label)


class TestForgetExpiredHoldings:
    def test_deletes_what_has_ended_and_says_so(self, ann, label):
        labels.grant_label(SYSTEM, label, ann, expires_at=NOW + timedelta(days=1), at=NOW)

        assert labels.forget_expired_holdings(SYSTEM, at=NOW) == 0
        assert labels.forget_expired_holdings(SYSTEM, at=NOW + timedelta(days=1)) == 1
        assert AuditEntry.objects.get(fact="LabelWithdrawn").details["reason"]
