"""Teams: who may change them, the last owner, names and addresses, giving up."""

import threading

import pytest
from django.db import connection

from nbcommons.access import guard
from nbcommons.activity.models import AuditEntry
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.notebooks.models import Visibility
from nbcommons.people import rosters
from nbcommons.people.errors import NameTaken
from nbcommons.people.models import Membership, Team
from nbcommons.people.operations import teams
from nbcommons.people.operations.teams import Role, TeamDetails
from tests.factories.catalogue import publish
from tests.factories.people import NOW, SYSTEM, actor_of, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return make_person("ann", full_name="Ann")


@pytest.fixture
def ben():
    return make_person("ben", full_name="Ben")


@pytest.fixture
def team(ann):
    return teams.create_team(actor_of(ann), TeamDetails("Trade desk"), at=NOW)


def role_of(team, person) -> str:
    return rosters.role_in(team, person.pk)


class TestCreateTeam:
    def test_makes_the_actor_its_owner(self, team, ann):
        assert team.slug == "trade-desk"
        assert role_of(team, ann) == Role.OWNER

    def test_is_for_people_only(self):
        for actor in (Actor.nobody(), SYSTEM):
            with pytest.raises(Denied):
                teams.create_team(actor, TeamDetails("Trade desk"), at=NOW)

    def test_is_refused_to_programs(self, ann):
        actor = actor_of(ann).limited_to(frozenset({"notebooks:write"}))

        with pytest.raises(Denied):
            teams.create_team(actor, TeamDetails("Trade desk"), at=NOW)

    def test_can_be_left_to_administrators(self, ann, settings):
        settings.NBCOMMONS_TEAMS_BY = "administrators"

        with pytest.raises(Denied):
            teams.create_team(actor_of(ann), TeamDetails("Trade desk"), at=NOW)
        assert teams.create_team(actor_of(ann).in_admin_mode(), TeamDetails("Desk"), at=NOW).pk

    def test_for_somebody_else_asks_for_admin_mode(self, ann, ben):
        with pytest.raises(Denied):
            teams.create_team(actor_of(ann), TeamDetails("Desk"), owner=ben, at=NOW)

        made = teams.create_team(SYSTEM, TeamDetails("Desk"), owner=ben, at=NOW)

        assert role_of(made, ben) == Role.OWNER

    def test_refuses_a_name_that_differs_in_capitals_only(self, team, ben):
        with pytest.raises(NameTaken, match="TRADE DESK"):
            teams.create_team(actor_of(ben), TeamDetails("TRADE  DESK"), at=NOW)

        assert Team.objects.get() == team

    def test_finds_a_free_address(self, team, ben):
        other = teams.create_team(actor_of(ben), TeamDetails("Trade: desk"), at=NOW)
        new = teams.create_team(actor_of(ben), TeamDetails("New"), at=NOW)
        symbols = teams.create_team(actor_of(ben), TeamDetails("日本"), at=NOW)

        assert (other.slug, new.slug, symbols.slug) == ("trade-desk-2", "new-2", "team")
        assert team.slug == "trade-desk"

    def test_is_audited(self, team, ann):
        entry = AuditEntry.objects.get(fact="TeamChanged")

        assert entry.actor_id == ann.pk
        assert entry.details["team_id"] == team.pk
        assert entry.details["change"] == "made"


class TestDescribeTeam:
    def test_keeps_the_old_address_after_a_new_name(self, team, ann):
        teams.describe_team(actor_of(ann), team, TeamDetails("Customs desk", "About us"))

        team.refresh_from_db()
        assert (team.slug, team.description) == ("customs-desk", "About us")
        assert rosters.team_named("trade-desk") == team
        assert rosters.team_named("customs-desk") == team

    def test_gives_an_old_name_back_its_address(self, team, ann):
        for name in ("Customs desk", "Trade desk", "Customs desk"):
            teams.describe_team(actor_of(ann), team, TeamDetails(name))

        team.refresh_from_db()
        assert team.slug == "customs-desk"
        assert rosters.team_named("trade-desk") == team

    def test_leaves_the_old_address_to_no_other_team(self, team, ann, ben):
        teams.describe_team(actor_of(ann), team, TeamDetails("Customs desk"))

        other = teams.create_team(actor_of(ben), TeamDetails("Trade desk"), at=NOW)

        assert other.slug == "trade-desk-2"

    def test_is_for_owners_and_administrators(self, team, ann, ben):
        teams.add_member(actor_of(ann), team, ben, role=Role.EDITOR, at=NOW)

        with pytest.raises(Denied):
            teams.describe_team(actor_of(ben), team, TeamDetails("Mine"))
        teams.describe_team(actor_of(ben).in_admin_mode(), team, TeamDetails("Theirs"))

        team.refresh_from_db()
        assert team.name == "Theirs"


class TestMembers:
    def test_are_added_by_owners_only(self, team, ann, ben):
        with pytest.raises(Denied):
            teams.add_member(actor_of(ben), team, ben, at=NOW)

        teams.add_member(actor_of(ann), team, ben, at=NOW)

        assert role_of(team, ben) == Role.MEMBER

    def test_are_added_once(self, team, ann, ben):
        teams.add_member(actor_of(ann), team, ben, at=NOW)

        with pytest.raises(teams.AlreadyMember):
            teams.add_member(actor_of(ann), team, ben, role=Role.OWNER, at=NOW)
        assert role_of(team, ben) == Role.MEMBER

    def test_read_the_teams_private_notebooks_from_then_on(self, team, ann, ben):
        notebook = publish(ann, visibility=Visibility.PRIVATE)
        notebook.owner, notebook.owner_team = None, team
        notebook.save()

        before = guard.notebooks_for(actor_of(ben)).count()
        teams.add_member(actor_of(ann), team, ben, at=NOW)
        during = guard.notebooks_for(actor_of(ben)).count()
        teams.remove_member(actor_of(ann), team, ben)

        assert (before, during, guard.notebooks_for(actor_of(ben)).count()) == (0, 1, 0)

    def test_leave_by_themselves(self, team, ann, ben):
        teams.add_member(actor_of(ann), team, ben, at=NOW)

        teams.leave_team(actor_of(ben), team)

        assert role_of(team, ben) == ""

    def test_of_a_team_never_lose_the_last_owner(self, team, ann, ben):
        teams.add_member(actor_of(ann), team, ben, at=NOW)

        with pytest.raises(teams.LastOwner):
            teams.leave_team(actor_of(ann), team)
        with pytest.raises(teams.LastOwner):
            teams.change_role(actor_of(ann), team, ann, role=Role.MEMBER)
        teams.change_role(actor_of(ann), team, ben, role=Role.OWNER)
        teams.leave_team(actor_of(ann), team)

        assert role_of(team, ben) == Role.OWNER

    def test_whose_accounts_are_switched_off_are_no_owners_that_count(self, team, ann, ben):
        teams.add_member(actor_of(ann), team, ben, role=Role.OWNER, at=NOW)
        ben.is_active = False
        ben.save()

        with pytest.raises(teams.LastOwner):
            teams.leave_team(actor_of(ann), team)

    def test_are_listed_owners_first(self, team, ann, ben):
        cid = make_person("cid", full_name="Aaron")
        teams.add_member(actor_of(ann), team, ben, role=Role.EDITOR, at=NOW)
        teams.add_member(actor_of(ann), team, cid, at=NOW)

        rows = rosters.member_rows(rosters.members_of(team))

        assert [row.username for row in rows] == ["ann", "ben", "cid"]


class TestDeleteTeam:
    def test_is_refused_while_it_looks_after_a_notebook(self, team, ann):
        notebook = publish(ann)
        notebook.owner, notebook.owner_team = None, team
        notebook.save()

        with pytest.raises(teams.TeamHasNotebooks):
            teams.delete_team(actor_of(ann), team)
        assert Team.objects.filter(pk=team.pk).exists()

    def test_ends_memberships_and_frees_the_name(self, team, ann):
        teams.delete_team(actor_of(ann), team)

        assert not Membership.objects.exists()
        assert AuditEntry.objects.filter(details__change="given up").count() == 1
        assert teams.create_team(actor_of(ann), TeamDetails("Trade desk"), at=NOW).slug

    def test_is_for_owners(self, team, ben):
        with pytest.raises(Denied):
            teams.delete_team(actor_of(ben), team)


@pytest.mark.django_db(transaction=True)
class TestTwoOwnersWhoLeaveAtOnce:
    def test_leave_one_behind(self, team, ann, ben):
        teams.add_member(actor_of(ann), team, ben, role=Role.OWNER, at=NOW)
        refused = []
        start = threading.Barrier(2)

        def leave(person):
            start.wait()
            try:
                teams.leave_team(actor_of(person), team)
            except teams.LastOwner:
                refused.append(person)
            finally:
                connection.close()

        threads = [threading.Thread(target=leave, args=[person]) for person in (ann, ben)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(refused) == 1
        assert team.memberships.count() == 1
