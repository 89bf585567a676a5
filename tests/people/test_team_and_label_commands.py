"""``nbcommons team`` and ``nbcommons label``: what they do and say."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from nbcommons.people.models import Label, LabelHolding, Membership, Team
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _people():
    make_person("ann", full_name="Ann")
    make_person("ben", full_name="Ben")


class TestTeam:
    @pytest.fixture(autouse=True)
    def _team(self):
        call_command("team", "create", "Trade desk", "--owner", "ann")

    def test_is_made_listed_and_renamed(self, capsys):
        call_command("team", "rename", "trade-desk", "Customs desk")
        call_command("team", "list")

        told = capsys.readouterr().out
        assert "the team is customs-desk now" in told
        assert "customs-desk\tCustoms desk\t1" in told

    def test_takes_people_in_and_out(self, capsys):
        call_command("team", "add", "trade-desk", "ben", "--role", "editor")
        call_command("team", "members", "trade-desk")
        call_command("team", "role", "trade-desk", "ben", "--role", "owner")
        call_command("team", "remove", "trade-desk", "ann")

        assert "ben\tBen\teditor" in capsys.readouterr().out
        assert Membership.objects.get().person.username == "ben"

    def test_keeps_its_last_owner(self):
        with pytest.raises(CommandError, match="only owner"):
            call_command("team", "remove", "trade-desk", "ann")

    def test_is_given_up(self):
        call_command("team", "delete", "trade-desk")

        assert not Team.objects.exists()

    @pytest.mark.parametrize(
        "words",
        [
            ("members", "no-team"),
            ("add", "trade-desk", "nobody"),
            ("create", "TRADE desk", "--owner", "ben"),
            ("create", "Other", "--owner", "nobody"),
        ],
    )
    def test_says_what_is_not_there(self, words):
        with pytest.raises(CommandError):
            call_command("team", *words)


class TestLabel:
    @pytest.fixture(autouse=True)
    def _label(self):
        call_command("label", "create", "Customs data", "--claim", "grp-customs")

    def test_is_granted_until_the_end_of_a_day_and_withdrawn(self, capsys):
        call_command("label", "grant", "customs-data", "ann", "--until", "2999-12-31")
        call_command("label", "holders", "customs-data")
        end = LabelHolding.objects.get().expires_at
        call_command("label", "withdraw", "customs-data", "ann")
        call_command("label", "withdraw", "customs-data", "ann")

        told = capsys.readouterr().out
        assert end == datetime(3000, 1, 1, tzinfo=UTC)
        assert "ann\tadministrator\t3000-01-01 00:00 UTC" in told
        assert told.endswith("withdrawn\nan administrator had given none\n")

    def test_is_listed_and_taken_away(self, capsys):
        call_command("label", "list")
        call_command("label", "delete", "customs-data")

        assert "customs-data\tCustoms data\tgrp-customs" in capsys.readouterr().out
        assert not Label.objects.exists()

    @pytest.mark.parametrize(
        "words",
        [
            ("grant", "nothing", "ann"),
            ("grant", "customs-data", "nobody"),
            ("grant", "customs-data", "ann", "--until", "2020-01-01"),
            ("grant", "customs-data", "ann", "--until", "soon"),
            ("create", "CUSTOMS data"),
        ],
    )
    def test_says_what_does_not_work(self, words):
        with pytest.raises(CommandError):
            call_command("label", *words)
        assert not LabelHolding.objects.exists()
