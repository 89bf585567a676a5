"""Pages of teams, organisations and administration in a browser: axe, width, keys, no script."""

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from nbcommons.administration.models import SiteNotice
from nbcommons.core import joblist
from nbcommons.core.middleware import ADMIN_MODE_KEY
from nbcommons.core.models import JobFailure
from nbcommons.notebooks.models import Tag
from nbcommons.people.models import Person, Team
from nbcommons.people.operations import labels, teams
from nbcommons.people.operations.teams import Role, TeamDetails
from nbcommons.search import _place
from nbcommons.search._backend import MemoryStore
from nbcommons.search.operations import rebuild_index
from tests.factories.browsing import judge_in_every_look
from tests.factories.catalogue import publish
from tests.factories.organisation import make_organisation
from tests.factories.people import SYSTEM, actor_of, make_person

# Playwright runs an event loop in this thread; Django would take it for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = (
    "/teams/",
    "/teams/?q=nothing+like+it",
    "/teams/new/",
    "/teams/trade-desk/",
    "/teams/trade-desk/members/",
    "/teams/trade-desk/settings/",
    "/teams/trade-desk/delete/",
    "/organisations/",
    "/organisations/{organisation}/",
    "/organisations/{organisation}/people/",
    "/people/olga.owner/",
    "/administration/",
    "/administration/teams/",
    "/administration/organisations/",
    "/administration/organisations/new/",
    "/administration/organisations/import/",
    "/administration/labels/",
    "/administration/labels/label-00/",
    "/administration/tags/",
    "/administration/tags/{tag}/",
    "/administration/tag-rules/",
    "/administration/tag-rules/rule/?kind=import&pattern=pandas",
    "/administration/notices/",
    "/administration/notices/{notice}/",
    "/administration/drafts/",
    "/administration/jobs/",
    "/administration/jobs/?state=todo",
    "/administration/audit/",
    "/administration/in-and-out/",
    "/settings/admin-mode/",
    "/settings/people/",
    "/settings/",
)
# Where pictures of the pages go, for people who want to look at them.


@pytest.fixture
def places() -> Iterator[dict[str, int]]:
    """An organisation with a team, notices, jobs that failed; keys for addresses."""
    with _place.using(MemoryStore()):
        made = make_organisation(people=120, teams=40, labels=3)
        owner = make_person("olga.owner", full_name="Olga Owner", administrator=True)
        owner.organisation = made.organisations[0]
        owner.save()
        now = timezone.now()
        details = TeamDetails(
            "Trade desk",
            "We look after what the **trade office** runs every week.\n\n- Write to us before "
            "you change a list.\n- See [the other teams](/teams/).",
        )
        team = teams.create_team(actor_of(owner), details, at=now)
        for number, role in enumerate((Role.OWNER, Role.EDITOR, *[Role.MEMBER] * 9)):
            person = made.people[number]
            teams.add_member(actor_of(owner), team, person, role=role, at=now)
        for title in ("Count declarations by port", "Find late payers"):
            notebook = publish(
                owner, title, purpose="For the weekly figures.", tags=("customs",)
            )
            notebook.owner, notebook.owner_team = None, team
            notebook.save()
        team.landing_notebook_uuid = notebook.uuid
        team.save()
        rebuild_index(SYSTEM)
        notice = SiteNotice.objects.create(
            text="Jupyter is **down on Sunday** from 8 to 10.",
            tone="warning",
            created_at=now,
            begins_at=now,
        )
        failed = joblist.rows("todo", at=now)[0]
        JobFailure.objects.create(
            job_id=failed.job_id,
            at=now,
            kind="IndexMissing",
            place="search/_backend.py, line 95",
        )
        labels.grant_label(
            SYSTEM, made.labels[0], owner, expires_at=now + timedelta(days=30), at=now
        )
        yield {
            "organisation": made.organisations[0].pk,
            "tag": Tag.objects.get(name="customs").pk,
            "notice": notice.pk,
        }


@pytest.fixture
def in_charge(page: Page, live_server, places, complaints) -> Page:
    """A browser of the team's owner, who is an administrator in admin mode too."""
    assert places
    sign_in(page.context, live_server.url)
    assert complaints == []  # it listens before any page is opened
    return page


def sign_in(context: BrowserContext, address: str) -> None:
    client = Client()
    client.force_login(Person.objects.get(username="olga.owner"))
    session = client.session
    session[ADMIN_MODE_KEY] = (timezone.now() + timedelta(minutes=30)).isoformat()
    session.save()
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])


def test_pages_pass_axe_and_fit_their_width(in_charge, live_server, places, complaints):
    found = {}
    for template in PAGES:
        path = template.format(**places)
        in_charge.goto(live_server.url + path)
        found[path] = judge_in_every_look(in_charge)

    assert {path: problems for path, problems in found.items() if problems} == {}
    assert complaints == []


class TestMembers:
    def test_names_are_offered_while_one_types(self, in_charge, live_server):
        in_charge.goto(f"{live_server.url}/teams/trade-desk/members/")

        in_charge.get_by_label("User name").press_sequentially("person.0010")

        offered = in_charge.locator("#id_username_found option")
        expect(offered).to_have_count(8)
        assert offered.first.get_attribute("value").startswith("person.0010")

    def test_somebody_is_taken_in_by_keyboard_alone(self, in_charge, live_server):
        in_charge.goto(f"{live_server.url}/teams/trade-desk/members/")
        in_charge.get_by_label("User name").focus()
        in_charge.keyboard.type("person.00100")
        in_charge.keyboard.press("Enter")

        expect(in_charge.get_by_text("is in Trade desk now.")).to_be_visible()
        team = Team.objects.get(slug="trade-desk")
        assert team.memberships.filter(person__username="person.00100").exists()


class TestNotice:
    def test_is_put_away_and_one_stays_on_the_page(self, in_charge, live_server):
        in_charge.goto(f"{live_server.url}/teams/")
        expect(in_charge.get_by_text("down on Sunday")).to_be_visible()

        in_charge.get_by_role("button", name="Put away this notice").click()

        expect(in_charge).to_have_url(f"{live_server.url}/teams/")
        expect(in_charge.get_by_text("down on Sunday")).to_have_count(0)


def test_everything_works_without_script(browser: Browser, live_server, places):
    assert places
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, live_server.url)
    page = context.new_page()

    page.goto(f"{live_server.url}/teams/")
    page.get_by_role("link", name="Start a team").click()
    page.get_by_label("Name").fill("Night watch")
    page.get_by_role("button", name="Start the team").click()
    page.get_by_label("User name").fill("person.00001")
    page.get_by_label("Role", exact=True).select_option("editor")
    page.get_by_role("button", name="Take in").click()
    expect(page.get_by_text("is in Night watch now.")).to_be_visible()
    page.goto(f"{live_server.url}/administration/tags/")
    page.get_by_label("Tag").last.fill("trusted")
    page.get_by_role("button", name="Restrict it").click()
    expect(page.get_by_role("link", name="trusted")).to_be_visible()
    page.goto(f"{live_server.url}/administration/labels/label-00/")
    page.get_by_label("User name").fill("person.00005")
    page.get_by_role("button", name="Give the label").click()
    expect(page.get_by_text("holds Label 00 now.")).to_be_visible()
    context.close()
