"""Looking after a notebook in a real browser: names offered, the reach told, axe, widths."""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from nbcommons.core.middleware import ADMIN_MODE_KEY
from nbcommons.curation.operations.binning import delete_notebook
from nbcommons.curation.operations.deprecating import deprecate_notebook
from nbcommons.curation.operations.ownership import offer_ownership
from nbcommons.notebooks.models import Notebook
from nbcommons.people.models import Person
from nbcommons.search import _place
from nbcommons.search._backend import MemoryStore
from nbcommons.search.operations import rebuild_index
from tests.factories.browsing import judge_in_every_look, sign_in_as
from tests.factories.curation import SYSTEM, make_label, make_team, share_with
from tests.factories.executions import actor_for, make_person
from tests.factories.gallery import bring_in

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("index"),
]


@pytest.fixture
def index() -> Iterator[None]:
    with _place.using(MemoryStore()):
        yield


def named(username: str, name: str) -> Person:
    person = make_person(username)
    person.full_name = name
    person.save(update_fields=["full_name"])
    return person


@pytest.fixture
def author():
    return named("author", "Amara Osei")


@pytest.fixture
def notebook(author):
    named("ben", "Ben Costa")
    share = bring_in(author, "Screen a supplier list")
    team = make_team("Customs desk", author="owner", ben="member")
    share_with(share, team=team, may_edit=True)
    make_label("Finance figures", author)
    rebuild_index(SYSTEM)
    return share


@pytest.fixture
def visitor(page: Page, live_server, author, complaints) -> Page:
    """The author's browser; what the console complains of is kept."""
    sign_in_as(page, author, live_server.url)
    assert complaints == []  # it listens before any page is opened
    return page


class TestSharing:
    def test_a_name_is_offered_and_added_without_leaving_the_page(
        self, visitor, live_server, notebook, complaints
    ):
        visitor.goto(f"{live_server.url}/notebooks/{notebook.uuid}/sharing/")
        with visitor.expect_response("**/suggest/people-and-teams/*"):
            visitor.get_by_label("Name of a person or a team").press_sequentially("ben c")
        expect(visitor.locator("#who-list option")).to_have_attribute(
            "value", "Ben Costa (ben)"
        )

        visitor.get_by_label("Name of a person or a team").fill("Ben Costa (ben)")
        visitor.get_by_role("button", name="Add", exact=True).click()

        expect(
            visitor.get_by_role("button", name="Take Ben Costa off the list")
        ).to_be_visible()
        expect(visitor.get_by_label("Name of a person or a team")).to_be_focused()
        assert notebook.shares.count() == 1
        assert complaints == []

    def test_the_reach_follows_each_choice(self, visitor, live_server, notebook):
        visitor.goto(f"{live_server.url}/notebooks/{notebook.uuid}/sharing/")
        expect(visitor.locator("#reach")).to_contain_text("Everyone here: 2 people.")

        visitor.get_by_label("Only me").check()
        expect(visitor.locator("#reach")).to_contain_text("You alone.")
        expect(visitor.locator("#reach")).to_contain_text("Not saved yet")
        visitor.get_by_label("Everyone").check()
        visitor.get_by_label("Finance figures").check()
        expect(visitor.locator("#reach")).to_contain_text("No longer able to see it")

        visitor.get_by_role("button", name="Save").click()
        expect(visitor.get_by_text("Access label: Finance figures")).to_be_visible()

    def test_enter_in_the_field_adds_and_does_not_save(self, visitor, live_server, notebook):
        visitor.goto(f"{live_server.url}/notebooks/{notebook.uuid}/sharing/")
        visitor.get_by_label("Name of a person or a team").fill("ben")

        visitor.keyboard.press("Enter")

        expect(
            visitor.get_by_role("button", name="Take Ben Costa off the list")
        ).to_be_visible()
        assert notebook.shares.count() == 1


class TestMenu:
    def test_leads_on_by_keyboard(self, visitor, live_server, notebook):
        visitor.goto(f"{live_server.url}/notebooks/{notebook.uuid}/")
        visitor.get_by_text("Look after it").focus()

        visitor.keyboard.press("Enter")
        visitor.keyboard.press("Tab")
        visitor.keyboard.press("Tab")
        visitor.keyboard.press("Enter")

        expect(visitor.get_by_role("heading", level=1)).to_have_text(
            "Edit title, description, tags"
        )

    def test_escape_closes_it(self, visitor, live_server, notebook):
        visitor.goto(f"{live_server.url}/notebooks/{notebook.uuid}/")
        visitor.get_by_text("Look after it").click()

        visitor.keyboard.press("Escape")

        expect(visitor.get_by_role("link", name="Delete it")).to_be_hidden()


@pytest.fixture
def everything(notebook, author) -> dict[str, str]:
    """A page of each kind, by its name."""
    now = timezone.now()
    ben = Person.objects.get(username="ben")
    mine, theirs = actor_for(author), actor_for(ben)
    binned, old, offered, given = (
        bring_in(owner, title)
        for owner, title in (
            (author, "Thrown away"),
            (author, "Screen suppliers, the old way"),
            (ben, "Rank ports by delay"),
            (author, "Count containers"),
        )
    )
    delete_notebook(mine, binned, at=now)
    deprecate_notebook(
        mine,
        old,
        reason="The register it reads has moved.",
        alternatives=[notebook.uuid],
        is_frozen=True,
        at=now,
    )
    offer = offer_ownership(
        theirs, offered, to_person=author, message="You know ports better than I do.", at=now
    )
    offer_ownership(mine, given, to_person=ben, at=now)
    Notebook.objects.filter(pk=notebook.pk).update(forked_from=old, forked_from_number=1)
    at = f"/notebooks/{notebook.uuid}/"
    return {
        "notebook": at,
        "edit": f"{at}edit/",
        "sharing": f"{at}sharing/",
        "deprecate": f"{at}deprecate/",
        "transfer": f"{at}transfer/",
        "delete": f"{at}delete/",
        "deprecated": f"/notebooks/{old.uuid}/",
        "deprecated-change": f"/notebooks/{old.uuid}/deprecate/",
        "transfer-waiting": f"/notebooks/{given.uuid}/transfer/",
        "bin": "/mine/bin/",
        "remove": f"/mine/bin/{binned.uuid}/remove/",
        "offer": f"/mine/offers/{offer.uuid}/",
        "mine": "/mine/",
        "mine-teams": "/mine/?shelf=teams",
    }


def test_pages_pass_axe_and_fit_their_width(visitor, live_server, everything, complaints):
    found = {}
    for name, path in everything.items():
        visitor.goto(live_server.url + path)
        visitor.wait_for_load_state("networkidle")
        for menu in visitor.locator("details.nbcare").all():
            menu.locator("summary").click()
        found[name] = judge_in_every_look(visitor, name)

    assert {name: problems for name, problems in found.items() if problems} == {}
    assert complaints == []


@pytest.mark.usefixtures("notebook")
def test_pages_of_what_is_left_behind_pass_axe(visitor, live_server, author):
    root = make_person("root")
    Person.objects.filter(pk=root.pk).update(is_administrator=True)
    client = Client()
    client.force_login(Person.objects.get(pk=root.pk))
    session = client.session
    session[ADMIN_MODE_KEY] = "2999-01-01T00:00:00+00:00"
    session.save()
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    visitor.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}]
    )
    Person.objects.filter(pk=author.pk).update(is_active=False)

    for name, path in (("left", ""), ("hand-over", "author/")):
        visitor.goto(f"{live_server.url}/administration/left-behind/{path}")
        visitor.wait_for_load_state("networkidle")
        expect(visitor.get_by_role("heading", level=1)).to_be_visible()
        assert judge_in_every_look(visitor, name) == []
