"""The pages of teams: what strangers, members, owners and administrators see and can do."""

import pytest
from django.test import Client

from nbcommons.notebooks.models import Visibility
from nbcommons.people.models import Membership, Team
from nbcommons.people.operations import teams
from nbcommons.people.operations.teams import Role, TeamDetails
from tests.factories.catalogue import publish
from tests.factories.organisation import make_people, make_teams
from tests.factories.people import NOW, SYSTEM, actor_of, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_person("owner", full_name="Olga Owner")


@pytest.fixture
def team(owner):
    return teams.create_team(actor_of(owner), TeamDetails("Trade desk", "We *trade*."), at=NOW)


@pytest.fixture
def as_owner(owner):
    client = Client()
    client.force_login(owner)
    return client


def give(team, notebook):
    notebook.owner, notebook.owner_team = None, team
    notebook.save()
    return notebook


class TestTeams:
    def test_lists_with_counts_of_what_one_may_see(self, visit, team, owner):
        give(team, publish(owner))
        give(team, publish(owner, "Secret", visibility=Visibility.PRIVATE))

        page = visit.get("/teams/").text

        assert "Trade desk" in page
        assert "We trade." in page
        assert "1 person" in page
        assert "1 notebook that you may see" in page

    @pytest.mark.usefixtures("team")
    def test_finds_by_name_and_description(self, visit):
        assert "Trade desk" in visit.get("/teams/?q=TRADE").text
        assert "No team like that" in visit.get("/teams/?q=zebra%00").text

    def test_asks_as_often_for_few_as_for_many(self, visit, few_queries):
        people = make_people(20, [])
        for number in (3, 300):
            make_teams(number, people)
            with few_queries():
                visit.get("/teams/")
            Team.objects.all().delete()

    def test_asks_for_signing_in(self, client):
        assert client.get("/teams/").url.startswith("/sign-in/")


class TestTeam:
    @pytest.mark.usefixtures("team")
    def test_shows_its_description_as_markdown(self, visit):
        assert "We <em>trade</em>." in visit.get("/teams/trade-desk/").text

    def test_shows_its_landing_notebook_to_those_who_may_read_it(
        self, visit, as_owner, team, owner
    ):
        landing = give(team, publish(owner, "Begin here", visibility=Visibility.PRIVATE))
        team.landing_notebook_uuid = landing.uuid
        team.save()

        assert "Start here" in as_owner.get("/teams/trade-desk/").text
        page = visit.get("/teams/trade-desk/").text
        assert "Start here" not in page
        assert "Begin here" not in page

    @pytest.mark.usefixtures("team")
    def test_is_led_to_by_its_old_address(self, visit, as_owner):
        as_owner.post("/teams/trade-desk/settings/", {"name": "Customs desk"})

        assert visit.get("/teams/trade-desk/").url == "/teams/customs-desk/"
        assert visit.get("/teams/trade-desk/members/").url == "/teams/customs-desk/members/"
        assert visit.get("/teams/nobody/").status_code == 404

    def test_stands_beside_its_notebooks(self, visit, team, owner):
        notebook = give(team, publish(owner))

        page = visit.get(f"/notebooks/{notebook.uuid}/").text

        assert "Trade desk" in page

    def test_asks_as_often_for_few_as_for_many(self, visit, team, owner, few_queries):
        for number in (1, 12):
            for n in range(number):
                give(team, publish(owner, f"N {number} {n}", tags=("a", "b")))
                person = make_person(f"m{number}.{n}")
                teams.add_member(actor_of(owner), team, person, at=NOW)
            with few_queries():
                assert visit.get("/teams/trade-desk/").status_code == 200


class TestNew:
    def test_makes_a_team_and_goes_on_to_its_members(self, visit, reader):
        response = visit.post("/teams/new/", {"name": " Customs ", "description": "x"})

        assert response.url == "/teams/customs/members/"
        assert Membership.objects.get().person == reader

    @pytest.mark.parametrize("name", ["", "   ", "x" * 101])
    def test_says_what_is_missing(self, visit, name):
        assert visit.post("/teams/new/", {"name": name}).status_code == 422
        assert not Team.objects.exists()

    def test_says_that_the_name_is_taken(self, visit, team):
        said = {"name": team.name, "description": "All that I typed."}

        response = visit.post("/teams/new/", said)

        assert response.status_code == 422
        assert "All that I typed.</textarea>" in response.text.replace("\n", "")
        assert (
            "There is a team called Trade desk already, or one that reads like it."
            in response.text
        )

    def test_is_not_offered_where_administrators_make_teams(self, visit, settings):
        settings.NBCOMMONS_TEAMS_BY = "administrators"

        assert "/teams/new/" not in visit.get("/teams/").text
        assert visit.get("/teams/new/").status_code == 403
        assert visit.post("/teams/new/", {"name": "x"}).status_code == 403


class TestMembers:
    @pytest.mark.usefixtures("team")
    def test_are_added_by_user_name_in_any_case(self, as_owner, reader):
        response = as_owner.post(
            "/teams/trade-desk/members/", {"username": " READER ", "role": "editor"}
        )

        assert response.url == "/teams/trade-desk/members/"
        assert Membership.objects.get(person=reader).role == Role.EDITOR

    @pytest.mark.parametrize("name", ["", "nobody", "no\x00body", "x" * 300])
    def test_must_be_people_here(self, as_owner, team, name):
        response = as_owner.post(
            "/teams/trade-desk/members/", {"username": name, "role": "editor"}
        )

        assert response.status_code == 422
        assert team.memberships.count() == 1

    def test_change_role_and_go(self, as_owner, team, owner, reader):
        teams.add_member(actor_of(owner), team, reader, at=NOW)
        address = "/teams/trade-desk/members/reader/"

        as_owner.post(address, {"change": "role", "role": "owner"})
        role = Membership.objects.get(person=reader).role
        as_owner.post(address, {"change": "remove", "role": "owner"})

        assert role == Role.OWNER
        assert not Membership.objects.filter(person=reader).exists()
        assert as_owner.post(address, {"change": "role", "role": "king"}).status_code == 404
        assert as_owner.post(address, {}).status_code == 404

    def test_leave(self, visit, team, owner, reader):
        teams.add_member(actor_of(owner), team, reader, at=NOW)

        assert "Leave the team" in visit.get("/teams/trade-desk/members/").text
        assert visit.post("/teams/trade-desk/leave/").url == "/teams/trade-desk/"
        assert "Leave the team" not in visit.get("/teams/trade-desk/members/").text
        assert visit.post("/teams/trade-desk/leave/").status_code == 404

    @pytest.mark.usefixtures("team")
    def test_the_last_owner_is_told_why_not(self, as_owner):
        response = as_owner.post("/teams/trade-desk/leave/")

        assert response.status_code == 422
        assert "Make somebody else an owner first." in response.text

    def test_asks_as_often_for_few_as_for_many(self, as_owner, team, owner, few_queries):
        for number in (1, 30):
            for n in range(number):
                person = make_person(f"m{number}.{n}")
                teams.add_member(actor_of(owner), team, person, at=NOW)
            with few_queries():
                as_owner.get("/teams/trade-desk/members/")

    @pytest.mark.usefixtures("reader")
    def test_are_offered_while_one_types(self, as_owner):
        found = as_owner.get("/suggest/people/?name=username&username=rea").text

        assert '<option value="reader">' in found
        assert "option" not in as_owner.get("/suggest/people/?name=username&username=r").text


class TestForOthers:
    """What only owners may do, tried by a stranger, a member, and an administrator."""

    TRIES = (
        ("get", "/teams/trade-desk/settings/", {}),
        ("post", "/teams/trade-desk/settings/", {"name": "Mine"}),
        ("get", "/teams/trade-desk/delete/", {}),
        ("post", "/teams/trade-desk/delete/", {}),
        ("post", "/teams/trade-desk/members/", {"username": "reader", "role": "owner"}),
        ("post", "/teams/trade-desk/members/owner/", {"change": "remove"}),
    )

    @pytest.mark.parametrize("role", [None, Role.MEMBER, Role.EDITOR])
    @pytest.mark.parametrize("is_administrator", [False, True])
    def test_is_refused(self, visit, team, reader, role, is_administrator):
        reader.is_administrator = is_administrator
        reader.save()
        if role:
            teams.add_member(SYSTEM, team, reader, role=role, at=NOW)

        answers = {visit.__getattribute__(how)(url, data).status_code
                   for how, url, data in self.TRIES}  # fmt: skip

        assert answers == {403}
        assert "Take somebody in" not in visit.get("/teams/trade-desk/members/").text

    @pytest.mark.usefixtures("team")
    def test_is_for_administrators_in_admin_mode(self, administer):
        assert "Take somebody in" in administer.get("/teams/trade-desk/members/").text
        assert (
            administer.post("/teams/trade-desk/settings/", {"name": "Ours"}).status_code == 302
        )
        assert administer.post("/teams/ours/delete/").url == "/teams/"
        assert not Team.objects.exists()


class TestDelete:
    @pytest.mark.usefixtures("team")
    def test_asks_first(self, as_owner):
        assert "This cannot be undone" in as_owner.get("/teams/trade-desk/delete/").text
        assert as_owner.post("/teams/trade-desk/delete/").url == "/teams/"

    def test_says_what_stands_in_the_way(self, as_owner, team, owner):
        give(team, publish(owner))

        assert "Hand them over" in as_owner.get("/teams/trade-desk/delete/").text
        assert as_owner.post("/teams/trade-desk/delete/").status_code == 422
