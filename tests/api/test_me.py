"""Who calls, as the API tells it."""

import pytest
from django.utils import timezone

from nbcommons.people.models import Membership, Team
from tests.api.conftest import mint
from tests.factories.executions import make_person

pytestmark = pytest.mark.django_db


class TestReadMe:
    def test_says_who_calls_and_what_the_token_may_do(self, client):
        ann = make_person("ann")
        now = timezone.now()
        team = Team.objects.create(name="Customs", slug="customs", created_at=now)
        Membership.objects.create(team=team, person=ann, role="editor", created_at=now)
        header = f"Bearer {mint(ann, 'executions:write')}"

        told = client.get("/api/v1/me", headers={"Authorization": header}).json()

        assert told == {
            "username": "ann",
            "name": "ann",
            "scopes": ["executions:write"],
            "teams": [{"team": "customs", "name": "Customs", "role": "editor"}],
        }

    def test_answers_a_page(self, client):
        client.force_login(make_person("ann"))

        assert client.get("/api/v1/me").json()["scopes"] is None

    def test_is_for_people_only(self, client):
        assert client.get("/api/v1/me").status_code == 401
