"""Long words break: no page becomes wider than a phone, or than a desk."""

import os
from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from nbcommons.collaboration.operations.stars import give_star
from nbcommons.curation.operations.binning import delete_notebook
from nbcommons.curation.operations.describing import edit_notebook
from nbcommons.curation.operations.ownership import offer_ownership
from nbcommons.curation.queries.describing import Details
from nbcommons.notebooks.models import Notebook
from nbcommons.people.models import Person
from nbcommons.search import _place
from nbcommons.search._backend import MemoryStore
from nbcommons.search.operations import ask_for_notebook, rebuild_index
from tests.factories.browsing import sign_in_as
from tests.factories.collaboration import suggest
from tests.factories.curation import SYSTEM
from tests.factories.executions import actor_for, make_person
from tests.factories.intake import GROUP, LOAD, bring_draft
from tests.factories.versions import make_document, publish, with_versions

# Playwright runs an event loop in this thread; Django would take it for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("index"),
]
PHONE, DESK = 390, 1280
FILE_LIKE = "quarterly_report_customs_import_export_2026_final"
UNBROKEN = "Rank" + "x" * 196
ADDRESS = (
    "Reads https://data.example.org/exports/2026/quarterly/customs/import-export/combined.csv"
    "?format=semicolon&columns=all&since=2025-01-01 and sums it up."
)


@pytest.fixture
def index() -> Iterator[None]:
    with _place.using(MemoryStore()):
        yield


@pytest.fixture
def author() -> Person:
    return make_person("author")


@pytest.fixture
def visitor(page: Page, live_server, author) -> Page:
    sign_in_as(page, author, live_server.url)
    page.set_viewport_size({"width": PHONE, "height": 844})
    return page


def shelf(author: Person, title: str, words: str) -> dict[str, str]:
    """A commons in which everything is called ``title``; addresses of its pages, by name."""
    actor, now, other = actor_for(author), timezone.now(), make_person("reader")
    document = make_document(("text", "markdown", f"# {title}\n\n{words}"), ("a", "code", LOAD))
    more = make_document(
        ("text", "markdown", f"# {title}\n\n{words}{words}"),
        ("a", "code", f"{LOAD}  # {title}"),
        ("b", "code", GROUP),
    )
    notebook = described(with_versions(document, owner=author, title=title), author, words)
    publish(notebook, more, author=author, message=title)
    notebook.refresh_from_db()
    binned = with_versions(document, owner=author, title=title)
    delete_notebook(actor, binned, at=now)
    theirs = described(with_versions(more, owner=other, title=title), other, words)
    offer = offer_ownership(actor_for(other), theirs, to_person=author, message=words, at=now)
    give_star(actor_for(other), notebook, at=now)
    change = suggest(notebook, other, LOAD, GROUP, message=words)
    ask_for_notebook(actor, wish=title, details=words, at=now)
    draft = bring_draft(author, LOAD, title=title, at=now)
    rebuild_index(SYSTEM)
    own = f"/notebooks/{notebook.uuid}"
    return {
        "home": "/",
        "notebook": f"{own}/",
        "browse": "/notebooks/",
        "search": f"/notebooks/?q={title}",
        "mine": "/mine/",
        "bin": "/mine/bin/",
        "person": "/people/author/",
        "wanted": "/wanted/",
        "run": f"{own}/run/",
        "versions": f"{own}/versions/",
        "version": f"{own}/versions/1/",
        "restore": f"{own}/versions/1/restore/",
        "compare": f"{own}/compare/?from=1&to=2",
        "edit": f"{own}/edit/",
        "sharing": f"{own}/sharing/",
        "delete": f"{own}/delete/",
        "deprecate": f"{own}/deprecate/",
        "transfer": f"{own}/transfer/",
        "changes": "/changes/",
        "changes-of-it": f"{own}/changes/",
        "change": f"/changes/{change.uuid}/",
        "offer": f"/mine/offers/{offer.uuid}/",
        "add": "/add/",
        "draft": f"/add/{draft.uuid}/",
        "suggest": f"/drafts/{draft.uuid}/suggest/{theirs.uuid}/",
    }


def described(notebook: Notebook, owner: Person, words: str) -> Notebook:
    said = Details(notebook.title, words, "python", "operational", ("customs",))
    edit_notebook(actor_for(owner), notebook, details=said, at=timezone.now())
    return notebook


@pytest.mark.parametrize("title", [FILE_LIKE, UNBROKEN], ids=["file-like", "unbroken"])
def test_no_page_is_wider_than_a_phone_or_a_desk(visitor, live_server, author, title):
    wide = {}
    for name, path in shelf(author, title, f"{ADDRESS} {title}").items():
        answer = visitor.goto(live_server.url + path)
        assert answer.status == 200, name
        visitor.wait_for_load_state("networkidle")
        for width in (PHONE, DESK):
            visitor.set_viewport_size({"width": width, "height": 844})
            needed = visitor.evaluate("document.documentElement.scrollWidth")
            if needed > width:
                wide[f"{name} at {width}"] = needed

    assert wide == {}


def test_no_column_is_squeezed_to_a_letter(visitor, live_server, author):
    visitor.goto(live_server.url + shelf(author, UNBROKEN, ADDRESS)["mine"])

    title = visitor.get_by_role("rowheader").bounding_box()

    assert title["width"] >= 140
