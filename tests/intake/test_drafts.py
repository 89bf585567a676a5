"""Drafts: only their maker has them, and only for a while."""

from datetime import UTC, datetime, timedelta

import pytest

from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.intake.models import Draft
from nbcommons.intake.operations import drafts, publishing
from tests.factories.executions import actor_for, make_person
from tests.intake.test_views import notebook_bytes

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SYSTEM = Actor.system("tests")


class TestDropExpiredDrafts:
    def test_throws_away_what_nobody_came_back_for(self, settings):
        settings.NBCOMMONS_DRAFT_LIFETIME_S = 2 * 24 * 3600
        ann = actor_for(make_person("ann"))
        old = drafts.bring_in(ann, file_name="a", raw=notebook_bytes(), at=NOW)
        new = drafts.bring_in(
            ann, file_name="b", raw=notebook_bytes(), at=NOW + timedelta(days=1)
        )

        dropped = drafts.drop_expired_drafts(SYSTEM, at=NOW + timedelta(days=2, hours=1))

        assert dropped == 1
        assert list(Draft.objects.all()) == [new]
        assert old.pk != new.pk


class TestPublishDraft:
    def test_is_denied_to_everybody_but_who_brought_it_in(self):
        draft = drafts.bring_in(
            actor_for(make_person("ann")), file_name="a", raw=notebook_bytes(), at=NOW
        )
        details = drafts.Details("Take over", "", "operational", "everyone", ())

        for other in (
            actor_for(make_person("bob")),
            actor_for(make_person("bob")).in_admin_mode(),
        ):
            with pytest.raises(Denied):
                publishing.publish_draft(other, draft, details=details, at=NOW)
