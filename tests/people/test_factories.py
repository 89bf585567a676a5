"""The organisation that other tests build on is sound, and made in a few seconds."""

import time

import pytest

from nbcommons.people.models import Label, LabelHolding, Membership, Organisation, Person, Team
from tests.factories.organisation import make_organisation

pytestmark = pytest.mark.django_db


def test_an_organisation_of_10_000_people_is_made_quickly():
    begin = time.perf_counter()

    made = make_organisation()

    assert time.perf_counter() - begin < 60
    assert Person.objects.count() == len(made.people) == 10_000
    assert Team.objects.count() == len(made.teams) == 1_000
    assert Label.objects.count() == len(made.labels) == 12
    assert Membership.objects.count() > 15_000
    assert LabelHolding.objects.filter(expires_at__isnull=True).exists()
    owned = Membership.objects.filter(role=Membership.Role.OWNER).values("team").distinct()
    assert owned.count() == 1_000
    assert all(row.path[-1] == row.pk for row in Organisation.objects.all())


def test_a_small_one_works_too():
    made = make_organisation(people=5, teams=3, labels=2)

    assert len(made.people) == 5
    assert Membership.objects.filter(team=made.teams[0]).count() >= 1
