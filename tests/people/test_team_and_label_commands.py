"""Teams and access labels from the command line."""

import io
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from nbcommons.people.models import Label, LabelHolding, Membership, Team
from nbcommons.people.operations import labels
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def ann():
    return make_person("ann", full_name="Ann Lee")


class TestTeam:
    @pytest.mark.usefixtures("ann")
    def test_is_made_filled_and_given_up(self):
        make_person("ben", full_name="Ben Adams")

        assert "customs-north" in run("team", "create", "Customs North", "--owner", "ann")
        run("team", "add", "customs-north", "ben")
        run("team", "add", "Customs North", "ben", "--role", "editor")

        assert "customs-north\tCustoms North\t2 people" in run("team", "list")
        assert run("team", "members", "customs-north").splitlines() == [
            "ann\tAnn Lee\towner",
            "ben\tBen Adams\teditor",
        ]
        run("team", "remove", "customs-north", "ben")
        assert Membership.objects.count() == 1
        run("team", "delete", "customs-north")
        assert not Team.objects.exists()

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (("create", "Customs", "--owner", "zoe"), "nobody here called zoe"),
            (("add", "none", "ann"), "no team called none"),
            (("remove", "customs", "ann"), "only owner"),
            (("create", " ", "--owner", "ann"), "needs a name"),
            (("create", "customs", "--owner", "ann"), "(?i)customs"),
        ],
    )
    def test_says_what_cannot_be_done(self, ann, arguments, words):
        run("team", "create", "Customs", "--owner", ann.username)

        with pytest.raises(CommandError, match=words):
            run("team", *arguments)


class TestLabel:
    @pytest.mark.usefixtures("ann")
    def test_is_made_given_and_taken(self):
        assert "trade-secrets" in run("label", "create", "Trade secrets", "--claim", "ts")

        said = run("label", "grant", "trade-secrets", "ann", "--until", "2040-01-31")

        assert said == "ann holds Trade secrets until the end of 2040-01-31\n"
        holding = LabelHolding.objects.get()
        assert holding.expires_at == datetime(2040, 2, 1, tzinfo=UTC)
        assert "trade-secrets\tTrade secrets\t1 person" in run("label", "list")
        assert run("label", "holders", "trade-secrets").startswith("ann\tgiven by an admin")
        run("label", "withdraw", "trade-secrets", "ann")
        assert run("label", "holders", "trade-secrets") == ""
        run("label", "delete", "Trade secrets")
        assert not Label.objects.exists()

    def test_says_what_a_claim_still_gives(self, ann):
        run("label", "create", "Sealed", "--claim", "s")
        at = datetime(2026, 11, 20, tzinfo=UTC)
        labels.hold_labels_from_claims(ann, ["s"], at=at)
        run("label", "grant", "sealed", "ann")

        assert "still hold it" in run("label", "withdraw", "sealed", "ann")
        with pytest.raises(CommandError, match="No administrator gave"):
            run("label", "withdraw", "sealed", "ann")

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (("grant", "none", "ann"), "no access label none"),
            (("grant", "sealed", "zoe"), "nobody here called zoe"),
            (("grant", "sealed", "ann", "--until", "soon"), "no day"),
            (("grant", "sealed", "ann", "--until", "2020-01-01"), "future"),
        ],
    )
    def test_says_what_cannot_be_done(self, ann, arguments, words):
        run("label", "create", "Sealed")

        with pytest.raises(CommandError, match=words):
            run("label", *arguments)
        assert not LabelHolding.objects.filter(person=ann).exists()
