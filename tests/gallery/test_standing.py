"""How a notebook stands on its page: who looks after it, what is wrong, what may be done."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from nbcommons.curation.operations.deprecating import deprecate_notebook
from nbcommons.notebooks.models import Notebook, Visibility
from nbcommons.people.models import Person
from tests.factories.curation import give_to_team, make_label, make_team, share_with
from tests.factories.executions import NOW, actor_for, make_person
from tests.factories.gallery import bring_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def notebook(author):
    return bring_in(author)


@pytest.fixture
def url(notebook):
    return f"/notebooks/{notebook.uuid}/"


def page_for(person, url) -> str:
    client = Client()
    client.force_login(person)
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def offered(page: str) -> list[str]:
    """The last words of the addresses in the menu of what may be done."""
    return re.findall(r'<li><a href="/notebooks/[^/]*/([a-z]+)/">', page)


class TestKeepers:
    def test_names_a_team_and_leads_to_it(self, reader, notebook, url):
        give_to_team(notebook, make_team("Customs desk", author="owner"))

        page = page_for(reader, url)

        assert '<a href="/teams/customs-desk/">Customs desk</a>' in page

    def test_names_those_who_may_edit_it_too(self, reader, notebook, url):
        share_with(notebook, person=make_person("editor"), may_edit=True)
        share_with(notebook, team=make_team("Ports"), may_edit=True)
        share_with(notebook, person=make_person("onlyreads"))
        gone = make_person("gone")
        Person.objects.filter(pk=gone.pk).update(is_active=False)
        share_with(notebook, person=gone, may_edit=True)

        page = page_for(reader, url)

        assert '<a href="/people/editor/">editor</a>' in page
        assert "the team Ports" in page
        assert "onlyreads" not in page
        assert "gone" not in re.search(r'nbfacts__with">.*?</p>', page)[0]

    def test_counts_those_beyond_a_few(self, reader, notebook, url):
        for number in range(8):
            share_with(notebook, person=make_person(f"ed{number}"), may_edit=True)

        assert "and 2 others" in page_for(reader, url)


class TestCare:
    @pytest.mark.parametrize(
        ("role", "expected"),
        [
            ("reader", []),
            ("editor by share", ["edit"]),
            ("member", []),
            ("editor", ["edit", "sharing", "deprecate"]),
            ("owner", ["edit", "sharing", "deprecate", "transfer", "delete"]),
        ],
    )
    def test_offers_what_the_reader_may_do(self, reader, notebook, url, role, expected):
        if role == "editor by share":
            share_with(notebook, person=reader, may_edit=True)
        elif role != "reader":
            give_to_team(notebook, make_team("Ports", reader=role))

        page = page_for(reader, url)

        assert offered(page) == expected
        assert ("Look after it" in page) == bool(expected)
        assert ("Add a new version" in page) == ("edit" in expected)

    def test_a_new_version_begins_with_the_notebook_chosen(self, author, notebook, url):
        client = Client()
        client.force_login(author)
        link = re.search(
            r'href="(/add/[^"]*)"[^>]*>.*?Add a new version', page_for(author, url)
        )

        page = client.get(link[1]).text

        assert "<h1>Add a new version</h1>" in page
        assert notebook.title in page
        assert f'name="target" value="{notebook.uuid}"' in page

    def test_every_offer_leads_to_a_page(self, author, url):
        client = Client()
        client.force_login(author)

        for word in offered(page_for(author, url)):
            assert client.get(f"{url}{word}/").status_code == 200


class TestSeenBy:
    @pytest.mark.parametrize(
        ("visibility", "words"),
        [
            (Visibility.PRIVATE, "Only you can see this"),
            (Visibility.SHARED, "Shared with some"),
        ],
    )
    def test_is_told_where_not_everyone_sees_it(self, author, url, visibility, words):
        Notebook.objects.update(visibility=visibility)

        assert words in page_for(author, url)

    def test_is_told_of_a_team(self, reader, notebook, url):
        give_to_team(notebook, make_team("Ports", reader="member"))
        Notebook.objects.update(visibility=Visibility.PRIVATE)

        assert "Only the team Ports" in page_for(reader, url)

    def test_names_the_labels(self, author, notebook, url):
        notebook.labels.add(make_label("Amber", author))

        assert "Access label: </span>Amber" in page_for(author, url)


class TestDeprecated:
    def deprecate(self, author, notebook, *others, is_frozen=False):
        deprecate_notebook(
            actor_for(author),
            notebook,
            reason="The <list> has moved.",
            alternatives=[other.uuid for other in others],
            is_frozen=is_frozen,
            at=NOW,
        )

    def test_says_why_and_what_instead(self, reader, author, notebook, url):
        better = bring_in(author, "The better one")
        hidden = bring_in(author, "Canary alternative", visibility=Visibility.PRIVATE)
        self.deprecate(author, notebook, better, hidden)

        page = page_for(reader, url)

        assert "The &lt;list&gt; has moved." in page
        assert f'href="/notebooks/{better.uuid}/">The better one</a>' in page
        assert "Canary" not in page
        assert str(hidden.uuid) not in page
        assert "Run in Jupyter" in page

    def test_a_frozen_one_cannot_be_run_and_says_so(self, reader, author, notebook, url):
        self.deprecate(author, notebook, is_frozen=True)
        client = Client()
        client.force_login(reader)

        page = page_for(reader, url)

        assert "Nobody can run it any more." in page
        assert "Nobody can run it any more, so nothing newer will be known." in page
        assert "the next person will know" not in page
        assert "Run in Jupyter" not in page
        for response in (client.get(url + "run/"), client.post(url + "run/")):
            assert response.headers["Location"] == url

    def test_is_left_out_of_the_home_page(self, reader, author, notebook, indexed):
        self.deprecate(author, notebook)
        indexed()

        assert "Rank late payers" not in page_for(reader, "/")


class TestLineage:
    def test_is_told_both_ways(self, reader, author, notebook, url):
        fork = bring_in(author, "The fork")
        Notebook.objects.filter(pk=fork.pk).update(forked_from=notebook, forked_from_number=1)

        page = page_for(reader, url)
        assert "1 other was made from it" in page
        assert re.search(rf'href="/notebooks/{fork.uuid}/[^"]*">The fork</a>', page)
        page = page_for(reader, f"/notebooks/{fork.uuid}/")
        assert f'Made from <a href="{url}">Rank late payers</a>, version 1' in page

    def test_names_the_newest_forks_and_counts_the_others(self, reader, author, notebook, url):
        for number in range(5):
            fork = bring_in(author, f"Fork {number}", at=NOW + timedelta(hours=number))
            Notebook.objects.filter(pk=fork.pk).update(forked_from=notebook)

        page = page_for(reader, url)

        assert "5 others were made from it" in page
        assert "and 2 more" in page
        assert re.findall(r">(Fork \d)</a>", page) == ["Fork 4", "Fork 3", "Fork 2"]

    def test_says_nothing_of_what_the_reader_may_not_see(self, reader, author, notebook, url):
        fork = bring_in(author, "The fork")
        Notebook.objects.filter(pk=fork.pk).update(forked_from=notebook, forked_from_number=1)
        Notebook.objects.filter(pk=notebook.pk).update(visibility=Visibility.PRIVATE)

        page = page_for(reader, f"/notebooks/{fork.uuid}/")
        assert "Made from" not in page
        assert "Rank late payers" not in page

        Notebook.objects.update(visibility=Visibility.EVERYONE)
        Notebook.objects.filter(pk=fork.pk).update(visibility=Visibility.PRIVATE)
        assert "made from it" not in page_for(reader, url)


def test_asks_the_database_a_fixed_number_of_times(
    reader, author, notebook, url, django_assert_max_num_queries
):
    client = Client()
    client.force_login(reader)
    for number in range(12):
        share_with(notebook, person=make_person(f"ed{number}"), may_edit=True)
    alternatives = [bring_in(author, f"Other {number}").uuid for number in range(5)]
    deprecate_notebook(
        actor_for(author), notebook, reason="Old.", alternatives=alternatives, at=NOW
    )

    with django_assert_max_num_queries(16):
        client.get(url)
