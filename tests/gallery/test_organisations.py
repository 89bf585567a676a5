"""The pages of organisations: the tree, one part, its people."""

import pytest

from nbcommons.notebooks.models import Visibility
from nbcommons.people.models import Organisation, Person
from nbcommons.people.operations import organisations as tree
from tests.factories.catalogue import publish
from tests.factories.organisation import make_organisation
from tests.factories.people import SYSTEM, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def ports():
    """Trade / Customs / Ports, with somebody in Ports who shares one of two notebooks."""
    found = tree.organisation_for_path(["Trade", "Customs", "Ports"])
    person = make_person("dana", full_name="Dana Diaz")
    tree.place_person(SYSTEM, person, found)
    publish(person, "Read the ship list")
    publish(person, "Kept to myself", visibility=Visibility.PRIVATE)
    return found


class TestOrganisations:
    def test_counts_whole_branches_and_only_what_one_may_see(self, visit, ports):
        page = visit.get("/organisations/").text

        assert "Trade" in page
        assert "Customs" in page
        assert f"/organisations/{ports.pk}/" not in page  # two levels only
        assert "1 notebook that you may see" in page
        assert "2 parts" in page

    def test_asks_as_often_for_few_as_for_many(self, visit, few_queries):
        for people in (5, 200):
            make_organisation(people=people, teams=0, labels=0, prefix=f"p{people}")
            with few_queries():
                visit.get("/organisations/")
            Person.objects.update(organisation=None)
            Organisation.objects.all()._raw_delete("default")


class TestOrganisation:
    def test_shows_the_branch(self, visit, ports):
        page = visit.get(f"/organisations/{ports.path[0]}/").text

        assert "Read the ship list" in page
        assert "Kept to myself" not in page
        assert "Dana Diaz" in page

    def test_names_what_it_belongs_to(self, visit, ports):
        page = visit.get(f"/organisations/{ports.pk}/").text

        assert f'href="/organisations/{ports.path[0]}/"' in page
        assert f'href="/organisations/{ports.path[1]}/"' in page

    def test_leaves_out_accounts_that_are_switched_off(self, visit, ports):
        ports.people.update(is_active=False)

        assert "0 people" in visit.get(f"/organisations/{ports.pk}/").text

    def test_is_not_found_when_it_is_not_there(self, visit):
        for number in (1, 10**30):
            assert visit.get(f"/organisations/{number}/").status_code == 404

    def test_stands_on_the_page_of_a_person(self, visit, ports):
        page = visit.get("/people/dana/").text

        assert "Trade / Customs / Ports" in page
        assert f'href="/organisations/{ports.pk}/"' in page

    def test_asks_as_often_for_few_as_for_many(self, visit, ports, few_queries):
        root = ports.path[0]
        for number in (1, 12):
            for n in range(number):
                person = make_person(f"p{number}.{n}")
                tree.place_person(SYSTEM, person, ports)
                publish(person, f"N {number} {n}", tags=("a",))
            with few_queries():
                visit.get(f"/organisations/{root}/")


class TestPeople:
    def test_finds_somebody_in_the_branch(self, visit, ports):
        make_person("dan", full_name="Dan Elsewhere")

        page = visit.get(f"/organisations/{ports.path[0]}/people/?q=dan").text

        assert "Dana Diaz" in page
        assert "Dan Elsewhere" not in page
