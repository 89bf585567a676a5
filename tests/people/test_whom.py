"""Whom what somebody typed means; no team passes for a person."""

import pytest

from nbcommons.people.errors import NameTaken
from nbcommons.people.forms.joining import JoinForm
from nbcommons.people.models import Person, Team
from nbcommons.people.operations import teams
from nbcommons.people.operations.teams import TeamDetails
from nbcommons.people.whom import whom
from tests.factories.people import NOW, actor_of, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def carl():
    return make_person("carl", full_name="Carl Person", email="carl@x.org")


@pytest.fixture
def eve():
    return make_person("eve", full_name="Eve")


def make_team(owner, name):
    return teams.create_team(actor_of(owner), TeamDetails(name), at=NOW)


def old_team(name, slug="old"):
    """A team from before names were looked at."""
    return Team.objects.create(name=name, slug=slug, created_at=NOW)


class TestWhom:
    @pytest.mark.parametrize(
        "typed", ["carl", "CARL", " carl@X.org ", "Carl Person", "c\u200barl", "X (carl)"]
    )
    def test_finds_a_person(self, carl, typed):
        assert whom(typed).people == (carl,)
        assert whom(typed).is_plain

    @pytest.mark.parametrize("typed", ["carl", "carl@x.org"])
    def test_prefers_user_names_and_addresses_to_any_team(self, carl, typed):
        old_team("carl@x.org", slug="carl")
        old_team("carl", slug="other")

        assert whom(typed).people == (carl,)
        assert whom(typed).teams == ()

    @pytest.mark.usefixtures("carl")
    def test_leaves_a_full_name_that_a_team_has_too_to_be_chosen(self):
        team = old_team("\uff23arl Person")

        meant = whom("Carl Person")

        assert not meant.is_plain
        assert meant.as_typed == ("Carl Person (carl)", f"{team.name} (team old)")
        assert [whom(typed).is_plain for typed in meant.as_typed] == [True, True]

    @pytest.mark.parametrize(
        "typed", ["customs", "Customs Team", "CUSTOMS TEAM", "(team customs)"]
    )
    def test_finds_a_team_by_either_of_its_names(self, typed):
        team = old_team("Customs Team", slug="customs")

        assert whom(typed).teams == (team,)

    def test_leaves_a_name_that_is_a_short_name_too_to_be_chosen(self):
        one, other = old_team("One", slug="customs"), old_team("Customs", slug="two")

        assert set(whom("customs").teams) == {one, other}

    def test_finds_no_team_by_what_somebody_who_is_gone_is_called(self, carl):
        old_team("carl@x.org")
        old_team("Carl Person", slug="carl")
        Person.objects.filter(pk=carl.pk).update(is_active=False)

        for typed in ("carl", "carl@x.org", "Carl Person"):
            assert not whom(typed).as_typed
        assert whom("(team carl)").is_plain

    @pytest.mark.parametrize("typed", ["", " ", "\u202e", "nobody", "x" * 300, "(nobody)"])
    @pytest.mark.usefixtures("carl")
    def test_finds_nobody(self, typed):
        assert whom(typed).as_typed == ()


class TestNamesOfTeams:
    @pytest.mark.parametrize(
        "name",
        [
            "carl", "Carl", "\uff43arl", "carl@x.org", "CARL@X.ORG", "Carl Person", "carl  PERSON",
            "Carl\u200b Person", "Carl \uff30erson", "Customs (carl)", "Customs (team x)",
        ],
    )  # fmt: skip
    @pytest.mark.usefixtures("carl")
    def test_are_none_of_a_person(self, eve, name):
        mine = make_team(eve, "Mine")

        with pytest.raises(NameTaken):
            make_team(eve, name)
        with pytest.raises(NameTaken):
            teams.describe_team(actor_of(eve), mine, TeamDetails(name))

    @pytest.mark.parametrize(
        "name",
        [
            "customs-team",
            "CUSTOMS-TEAM",
            "\uff23\uff35\uff33\uff34\uff2f\uff2d\uff33 team",
            "Cus\u00adtoms Team",
        ],
    )
    def test_are_none_of_another_team(self, eve, name):
        make_team(eve, "Customs team")

        with pytest.raises(NameTaken):
            make_team(eve, name)

    def test_may_stay_as_they_were(self, eve, carl):
        team = make_team(eve, "Trade")
        Person.objects.filter(pk=carl.pk).update(full_name="Trade")

        teams.describe_team(actor_of(eve), team, TeamDetails("Trade", "New words"))

        assert Team.objects.get(pk=team.pk).description == "New words"
        assert not whom("Trade person").as_typed

    def test_are_not_invisible(self, eve):
        with pytest.raises(NameTaken, match="needs a name"):
            make_team(eve, "\u202e\u200b")
        assert make_team(eve, "T\u202egpj").name == "Tgpj"

    @pytest.mark.usefixtures("carl")
    def test_give_no_address_that_is_a_user_name(self, eve):
        assert make_team(eve, "Carl!").slug == "carl-2"


class TestUserNames:
    def test_are_none_of_a_team(self, eve):
        make_team(eve, "Customs team")

        form = JoinForm(
            {"username": "customs-team", "full_name": "C", "password": "green-tea-4-all"}
        )

        assert "username" in form.errors
