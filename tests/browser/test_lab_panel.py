"""The Commons panel of JupyterLab with the real site behind it: mishaps, ways out, keys, axe."""

import contextlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from nbcommons.collaboration.models import ChangeProposal
from nbcommons.curation.operations.binning import delete_notebook
from nbcommons.intake.models import Draft
from nbcommons.notebooks.models import Notebook, NotebookShare
from nbcommons.people import devices, tokens
from nbcommons.people._secrets import hash_of
from nbcommons.people.models import AccessToken, Person
from tests.browser.lab import AtLab
from tests.factories import versions
from tests.factories.curation import make_team, share_with
from tests.factories.intake import raw_notebook, share
from tests.factories.people import SYSTEM, actor_of, make_person
from tests.jupyter.servers import (
    JUPYTER_TOKEN,
    RunningJupyter,
    jupyter_environment,
    notebook_text,
    running_jupyter,
    wait_until,
)

# Playwright runs an event loop in this thread; Django would take it for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

pytestmark = pytest.mark.django_db(transaction=True)

SLOW_S = 40
TOKEN = "nbs_of-all-tests-of-this-file"
CODES = ("days_late = [3, 41, 17]", "late = [d for d in days_late if d > 30]")
THEIRS = "late = [d for d in days_late if d > 14]"
FASTER = re.compile("version 2|newer|meanwhile", re.IGNORECASE)


class Desk(AtLab):
    """Ann, at her JupyterLab."""

    def __init__(self, lab: Page, jupyter: RunningJupyter) -> None:
        self.lab = lab
        self.jupyter = jupyter

    def open(self, notebook: Notebook) -> None:
        asked = f"uuid={notebook.uuid}&token={JUPYTER_TOKEN}"
        self.lab.goto(f"{self.jupyter.url}/nbcommons/open?{asked}")
        self.wait_for_notebook(notebook.title)

    def open_file(self, name: str, *codes: str) -> Path:
        path = self.jupyter.home / name
        path.write_text(notebook_text(*codes or CODES))
        self.lab.goto(f"{self.jupyter.url}/lab/tree/{name}?token={JUPYTER_TOKEN}")
        self.wait_for_notebook(name)
        expect(self.standing).to_have_text("Not shared")
        return path

    def change(self, text: str) -> None:
        """Type into the second code cell."""
        self.type_at_end_of(1, text)
        expect(self.standing).to_have_text(re.compile("changed here"))

    def opened_file(self) -> str:
        """The name of the file that is open."""
        return unquote(urlsplit(self.lab.url).path).rpartition("/")[2]

    def refuse_to_write(self, name: str) -> None:
        """From now on this Jupyter does not take the file called ``name``."""

        def refuse(route: Route) -> None:
            if route.request.method == "PUT":
                route.abort()
            else:
                route.fallback()

        address = f"/api/contents/{name}"
        self.lab.route(lambda url: unquote(urlsplit(url).path).endswith(address), refuse)

    def changed(self) -> list[str]:
        """What this Jupyter says would be lost with it."""
        with self.jupyter.client() as client:
            told = client.get(f"{self.jupyter.url}/nbcommons/environment").json()
        return list(told["changed"])

    def close(self) -> None:
        """The notebook, without what JupyterLab itself wrote into it as it opened: its language."""
        self.menu("Close Tab", of="File")
        self.lab.get_by_role("button", name="Discard").click()

    def lose_the_next_answer(self, address: re.Pattern[str]) -> None:
        """What is asked there arrives and is done, and nobody hears of it."""

        def lose(route: Route) -> None:
            route.fetch()
            route.abort()

        self.lab.route(address, lose, times=1)

    def save_to_the_commons(self, message: str) -> None:
        self.menu("Save to the commons…")
        self.panel.get_by_label("What did you change?").fill(message)
        self.press("Save to the commons")


@pytest.fixture(scope="module")
def jupyter(
    tmp_path_factory: pytest.TempPathFactory, live_server, django_db_setup
) -> Iterator[RunningJupyter]:
    del django_db_setup  # the site answers from the first request on
    home = tmp_path_factory.mktemp("home")
    environment = jupyter_environment(
        home,
        NBCOMMONS_TOKEN=TOKEN,
        NBCOMMONS_SITE_URL=live_server.url,
        NBCOMMONS_EXPIRES_AT=(timezone.now() + timedelta(hours=8)).isoformat(),
        **of_lab(home),
    )
    with running_jupyter(home, environment, with_lab=True) as jupyter:
        yield jupyter


def of_lab(home: Path) -> dict[str, str]:
    """Where JupyterLab keeps its things; it is dark where the browser asks for it, and quiet."""
    settings = home / ".settings/@jupyterlab/apputils-extension"
    settings.mkdir(parents=True)
    (settings / "themes.jupyterlab-settings").write_text('{"adaptive-theme": true}')
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
    return {
        "JUPYTERLAB_SETTINGS_DIR": str(home / ".settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / ".workspaces"),
    }


@pytest.fixture(scope="module")
def shared_context(browser: Browser) -> Iterator[BrowserContext]:
    """One for all, so that JupyterLab is loaded from the network once."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(SLOW_S * 1000)
    expect.set_options(timeout=SLOW_S * 1000)
    yield context
    context.close()


@pytest.fixture
def ann() -> Person:
    """Whom the Jupyter of this file belongs to, and who edits for the customs desk."""
    person, now = make_person("ann", full_name="Ann Berg"), timezone.now()
    life = {"spawn_id": "s1", "expires_at": now + timedelta(hours=1), "at": now}
    minted = tokens.mint_spawn_token(SYSTEM, person, **life)
    AccessToken.objects.filter(pk=minted.token.pk).update(token_hash=hash_of(TOKEN))
    make_team("Customs desk", ann="editor")
    return person


@pytest.fixture
def desk(
    shared_context: BrowserContext, jupyter: RunningJupyter, ann: Person
) -> Iterator[Desk]:
    del ann
    # What was open in the last test is not to be opened again.
    shutil.rmtree(jupyter.home / ".workspaces", ignore_errors=True)
    page = shared_context.new_page()
    yield Desk(page, jupyter)
    page.close()
    with jupyter.client() as client:
        for session in client.get(f"{jupyter.url}/api/sessions").json():
            client.delete(f"{jupyter.url}/api/sessions/{session['id']}")


@pytest.fixture
def mine(ann: Person) -> Notebook:
    return share(ann, *CODES)


def publish_in_between(notebook: Notebook, code: str = THEIRS) -> None:
    """A next version from elsewhere: the second code cell is another."""
    file = json.loads(raw_notebook(CODES[0], code))
    versions.publish(notebook, file, message="From elsewhere")


def newest(notebook: Notebook) -> int:
    return Notebook.objects.get(pk=notebook.pk).current_revision.number


class TestShareForm:
    def test_says_what_is_missing_and_shares_for_a_team(self, desk: Desk):
        path = desk.open_file("late payers.ipynb")
        desk.standing.click()
        faults = desk.judged("home")

        desk.press("Share…")
        title = desk.panel.get_by_label("Title")
        expect(title).to_have_value("Late payers")
        faults += desk.judged("share")
        title.fill("")
        desk.press("Share")
        expect(title).to_be_focused()
        expect(title).to_have_attribute("aria-invalid", "true")
        expect(title).to_have_accessible_description(re.compile("Give it a title"))
        faults += desk.judged("error")

        title.fill("Rank late payers")
        desk.panel.get_by_label("Everyone").check()
        desk.panel.get_by_label("Who looks after it?").select_option(
            label="The team Customs desk"
        )
        desk.lose_the_next_answer(re.compile("/nbcommons/drafts/[^/]+/publish"))
        desk.press("Share")
        expect(desk.panel.get_by_role("alert")).to_contain_text("Nothing is lost")
        assert Notebook.objects.count() == 1
        desk.press("Share")
        expect(desk.panel.get_by_role("link", name="Rank late payers")).to_be_visible()
        faults += desk.judged("shared")
        desk.press("Done")

        expect(desk.standing).to_have_text(
            re.compile(r"Your team.s \(customs-desk\), up to date")
        )
        notebook = Notebook.objects.get()
        assert (notebook.owner, notebook.owner_team.slug) == (None, "customs-desk")
        mark = wait_until(lambda: mark_in(path), what="the mark in the file")
        assert mark["uuid"] == str(notebook.uuid)
        assert faults == []


class TestSomebodyWasFaster:
    def test_every_way_out_works_and_nothing_is_lost(self, desk: Desk, mine: Notebook):
        desk.open(mine)
        desk.change("  # mine")
        publish_in_between(mine)

        # She saves, and is told; the newer version stands beside hers. She keeps hers.
        desk.save_to_the_commons("Say whose it is")
        trouble = desk.panel.get_by_role("alert")
        expect(trouble).to_contain_text(FASTER)
        message = desk.panel.get_by_label("What did you change?")
        expect(message).to_have_value("Say whose it is")
        assert "# mine" in desk.sources()
        assert newest(mine) == 2
        desk.press("See the newer version")
        expect(desk.comparison).to_contain_text("changed on both sides")
        assert "# mine" in desk.comparison.inner_text()
        faults = desk.judged("compare")
        desk.comparison.get_by_role("button", name="Keep mine").click()
        expect(desk.comparison).to_have_count(0)
        expect(desk.standing).to_have_text("Yours, changed here")
        desk.press("Save to the commons")
        expect(desk.panel).to_contain_text("Version 3 is in the commons.")
        desk.press("Done")

        # The next time she saves hers after it at once.
        desk.change(" and hers")
        publish_in_between(mine, "late = []")
        desk.save_to_the_commons("Again")
        expect(trouble).to_contain_text("Version 4")
        # One more comes in between, of which nobody has told her.
        publish_in_between(mine, "late = [41]")
        desk.press("Save mine as the next version")
        expect(trouble).to_contain_text("Version 5")
        assert newest(mine) == 5
        desk.press("Save mine as the next version")
        expect(desk.panel).to_contain_text("Version 6 is in the commons.")
        desk.press("Done")
        expect(desk.standing).to_have_text("Yours, up to date")

        # And then she takes theirs; hers is in a file beside it.
        desk.change(" once more")
        publish_in_between(mine)
        desk.save_to_the_commons("A third time")
        desk.press("See the newer version")
        desk.comparison.get_by_role("button", name="Take all of it").click()
        expect(desk.standing).to_have_text("Yours, up to date")
        assert "d > 14" in desk.sources()
        assert "# mine" not in desk.sources()
        # A notebook of another test may have had the name before.
        (beside,) = desk.jupyter.home.glob(f"{mine.title}*(before version 7).ipynb")
        assert "# mine and hers once more" in beside.read_text()
        desk.change("  # after theirs")
        desk.press("Save to the commons")
        expect(desk.panel).to_contain_text("Version 8 is in the commons.")
        assert faults == []

    def test_takes_nothing_into_a_notebook_that_is_not_the_one_compared(
        self, desk: Desk, mine: Notebook
    ):
        desk.open(mine)
        publish_in_between(mine)
        desk.menu("Check for a newer version")
        desk.press("See the newer version")
        take = desk.comparison.get_by_role("button", name="Take what is ticked")
        expect(take).to_be_visible()
        before = desk.notebook.locator(".jp-Cell")
        count = before.count()

        # A cell of hers at the very top: every place in the comparison is another one now.
        before.first.click()
        desk.lab.keyboard.press("Escape")
        desk.lab.keyboard.press("a")
        desk.lab.keyboard.press("Enter")
        desk.lab.keyboard.type("on_top = 1")
        take.click()

        alert = desk.comparison.get_by_role("alert")
        expect(alert).to_contain_text("You have changed the notebook since")
        expect(desk.comparison).to_contain_text("on_top = 1")
        expect(before).to_have_count(count + 1)
        assert "d > 30" in desk.sources()
        take.click()
        expect(desk.comparison).to_have_count(0)
        expect(desk.standing).to_have_text("Yours, changed here")
        expect(before).to_have_count(count + 1)
        for part in ("on_top = 1", "Rank late ones", CODES[0], "d > 14"):
            assert part in desk.sources()

    def test_says_what_is_where_when_the_file_cannot_be_written(
        self, desk: Desk, mine: Notebook
    ):
        desk.open(mine)
        name = desk.opened_file()
        desk.change("  # mine")
        publish_in_between(mine)
        desk.menu("Check for a newer version")
        desk.press("See the newer version")
        desk.refuse_to_write(name)
        desk.comparison.get_by_role("button", name="Take all of it").click()
        desk.lab.get_by_role("dialog").get_by_role("button", name="Close").click()

        # It is in the open notebook by now: only the file is as it was.
        told = desk.comparison.get_by_role("status")
        expect(told).to_contain_text(
            "Version 2 is in your open notebook, but its file could not be written"
        )
        expect(told).not_to_contain_text("as it was")
        assert "d > 14" in desk.sources()
        beside = desk.jupyter.home / f"{name.removesuffix('.ipynb')} (before version 2).ipynb"
        expect(told).to_contain_text(f"What you had is in “{beside.name}”.")
        assert "# mine" in beside.read_text()

        desk.lab.unroute_all()
        desk.comparison.get_by_role("button", name="Save the notebook").click()
        expect(desk.comparison).to_have_count(0)
        expect(desk.standing).to_have_text("Yours, up to date")
        assert "d > 14" in (desk.jupyter.home / name).read_text()
        # What was taken over is in the commons: nothing of it would be lost.
        changed = desk.changed()
        assert name not in changed
        assert beside.name in changed

    def test_is_noticed_by_itself(self, desk: Desk, mine: Notebook):
        desk.open(mine)
        expect(desk.standing).to_have_text("Yours, up to date")
        publish_in_between(mine)

        desk.lab.reload()
        desk.wait_for_notebook(mine.title)

        expect(desk.standing).to_have_text("A newer version exists")
        desk.standing.click()
        expect(desk.panel).to_contain_text("Version 2 is there; yours began from version 1.")


class TestNoLongerAllowed:
    def test_an_ended_session_loses_nothing(self, desk: Desk, mine: Notebook):
        desk.open(mine)
        desk.change("  # typed before the end")
        AccessToken.objects.update(revoked_at=timezone.now())

        desk.save_to_the_commons("Typed before the end")

        trouble = desk.panel.get_by_role("alert")
        expect(trouble).to_contain_text("no longer answers this Jupyter")
        with desk.lab.expect_download() as download:
            desk.press("Download the notebook")
        assert "typed before the end" in download.value.path().read_text()
        message = desk.panel.get_by_label("What did you change?")
        expect(message).to_have_value("Typed before the end")
        AccessToken.objects.update(revoked_at=None)
        desk.press("Save to the commons")
        expect(desk.panel).to_contain_text("Version 2 is in the commons.")

    def test_who_may_not_edit_any_more_makes_a_copy(self, desk: Desk, ann: Person):
        bens = share(make_person("ben"), *CODES, title="Rank payers of ben")
        share_with(bens, person=ann, may_edit=True)
        desk.open(bens)
        expect(desk.standing).to_have_text("Shared with you by ben, up to date")
        desk.change("  # hers")
        NotebookShare.objects.all().delete()

        desk.save_to_the_commons("Hers")
        expect(desk.panel.get_by_role("alert")).to_contain_text("make your own copy")
        expect(desk.standing).to_have_text("From ben, changed here")
        desk.press("Make my own copy…")
        desk.panel.get_by_label("Title").fill("Rank payers, hers")
        desk.panel.get_by_label("Only me").check()
        desk.press("Make my copy")
        expect(desk.panel.get_by_role("link", name="Rank payers, hers")).to_be_visible()
        desk.press("Done")
        expect(desk.standing).to_have_text("Yours, up to date")
        copy = Notebook.objects.get(title="Rank payers, hers")
        assert (copy.owner, copy.forked_from) == (ann, bens)
        assert newest(bens) == 1

        # Hers goes too: what she typed then becomes a new notebook.
        desk.change(" later")
        delete_notebook(actor_of(ann), copy, at=timezone.now())
        desk.save_to_the_commons("After it was gone")
        expect(desk.panel.get_by_role("alert")).to_contain_text("no such notebook for you")
        desk.press("Share it as a new notebook…")
        desk.panel.get_by_label("Title").fill("Rank payers, once more")
        desk.panel.get_by_label("Only me").check()
        desk.press("Share")
        expect(desk.panel.get_by_role("link", name="Rank payers, once more")).to_be_visible()


def document_in(path: Path) -> Any:
    """The notebook in a file; None while Jupyter is writing it."""
    with contextlib.suppress(ValueError):
        return json.loads(path.read_text())
    return None


def mark_in(path: Path) -> Any:
    """What a notebook file says of where it belongs; None before it is written."""
    document = document_in(path)
    return document and document["metadata"].get("nbcommons")


def placed(mark: Any) -> tuple[str, int] | None:
    return mark and (mark["uuid"], mark["revision"])


class TestLink:
    def test_ties_a_file_to_its_notebook_and_unties_it(
        self, desk: Desk, mine: Notebook, live_server
    ):
        path = desk.open_file("by mail.ipynb")

        desk.menu("Link to…")
        desk.panel.get_by_label("Address of its page").fill("https://example.org/nothing")
        desk.press("Link")
        expect(desk.panel.get_by_role("alert")).to_contain_text("Copy it from its page")
        address = desk.panel.get_by_label("Address of its page")
        address.fill(f"{live_server.url}/notebooks/{mine.uuid}/")
        address.press("Enter")

        expect(desk.standing).to_have_text("Yours, changed here")  # it has no heading
        mark = wait_until(lambda: mark_in(path), what="the mark in the file")
        assert (mark["uuid"], mark["revision"]) == (str(mine.uuid), 1)

        desk.menu("Unlink")
        desk.lab.get_by_role("button", name="Unlink").last.click()
        expect(desk.standing).to_have_text("Not shared")
        wait_until(lambda: path.read_text() and "nbcommons" not in path.read_text())
        assert newest(mine) == 1


class TestSuggestion:
    def test_is_made_once_though_its_answer_was_lost(self, desk: Desk):
        bens = share(make_person("ben"), *CODES, visibility="everyone")
        desk.open(bens)
        desk.change("  # hers")
        desk.menu("Suggest a change…")
        desk.panel.get_by_label("What is the change good for?").fill("Says whose")
        desk.lose_the_next_answer(re.compile("/nbcommons/notebooks/[^/]+/suggest"))
        desk.press("Suggest it")
        expect(desk.panel.get_by_role("alert")).to_contain_text("Nothing is lost")

        desk.change(" alone")
        desk.press("Suggest it")

        expect(desk.panel).to_contain_text("What you changed since you sent it is not in it")
        (change,) = ChangeProposal.objects.all()
        assert change.message == "Says whose"


class TestAskingTheCommons:
    def test_offers_nothing_about_a_notebook_that_it_was_told_nothing_of(
        self, desk: Desk, mine: Notebook
    ):
        is_down = True

        def answer(route: Route) -> None:
            if is_down:
                told = {"message": "The Commons does not answer.", "kind": "unreachable"}
                route.fulfill(status=503, json=told)
            else:
                route.continue_()

        desk.lab.route(re.compile(rf"/nbcommons/notebooks/{mine.uuid}(\?|$)"), answer)
        desk.open(mine)
        desk.standing.click()
        desk.type_at_end_of(1, "  # mine")
        expect(desk.standing).to_have_text("From the commons, changed here")
        expect(desk.panel).to_contain_text("not known before the commons answers")
        for name in ("Save to the commons…", "Suggest a change…"):
            expect(desk.panel.get_by_role("button", name=name)).to_have_count(0)
        desk.press("Make my own copy…")
        expect(desk.panel.get_by_label("Title")).to_have_count(0)
        faults = desk.judged("unknown")

        is_down = False

        expect(desk.standing).to_have_text("Yours, changed here")
        expect(desk.panel.get_by_role("button", name="Save to the commons…")).to_be_visible()
        expect(desk.panel.get_by_role("button", name="Suggest a change…")).to_have_count(0)
        expect(desk.panel).not_to_contain_text("does not answer")
        assert faults == []

    def test_says_that_there_is_no_newer_version(self, desk: Desk, mine: Notebook):
        desk.open(mine)
        expect(desk.standing).to_have_text("Yours, up to date")

        desk.menu("Check for a newer version")

        said = desk.lab.get_by_role("alert").filter(has_text="There is no newer version")
        expect(said).to_contain_text("1 is the newest")

    def test_finds_its_own_version_whose_answer_was_lost(self, desk: Desk, mine: Notebook):
        desk.open(mine)
        desk.change("  # hers")
        desk.menu("Save Notebook", of="File")
        desk.lose_the_next_answer(re.compile("/nbcommons/drafts/[^/]+/publish"))
        desk.save_to_the_commons("Hers")
        expect(desk.panel.get_by_role("alert")).to_contain_text("Nothing is lost")

        desk.lab.reload()
        desk.wait_for_notebook(mine.title)

        expect(desk.standing).to_have_text("Yours, up to date")
        desk.menu("Save Notebook", of="File")
        files = list(desk.jupyter.home.rglob(f"{mine.title}*.ipynb"))
        here = str(mine.uuid), 2
        wait_until(
            lambda: here in [placed(mark_in(path)) for path in files],
            what="the mark in the file",
        )
        assert newest(mine) == 2


class TestAfterKeepMine:
    def test_a_suggestion_is_based_on_what_it_began_from(self, desk: Desk):
        bens = share(make_person("ben"), *CODES, visibility="everyone")
        desk.open(bens)
        desk.change("  # hers")
        publish_in_between(bens, "late = []")
        desk.menu("Check for a newer version")
        desk.press("See the newer version")
        desk.comparison.get_by_role("button", name="Keep mine").click()
        expect(desk.standing).to_have_text("From ben, changed here")

        desk.press("Compare with the commons")
        heading = desk.comparison.get_by_role("heading")
        expect(heading).to_have_text("How yours, begun from version 1, differs from version 2")
        desk.comparison.get_by_role("button", name="Suggest a change…").click()
        desk.panel.get_by_label("What is the change good for?").fill("Says whose")
        desk.press("Suggest it")

        expect(desk.panel).to_contain_text("Your suggestion is with those")
        assert ChangeProposal.objects.get().based_on.number == 1


class TestForm:
    def test_downloads_from_the_page_when_the_jupyter_has_stopped(self, desk: Desk):
        desk.open_file("stopped.ipynb")
        desk.menu("Share…")
        desk.panel.get_by_label("Title").fill("Stopped payers")
        desk.panel.get_by_label("Only me").check()
        desk.type_at_end_of(1, "  # typed before the end")

        def stopped(route: Route) -> None:
            """As a hub answers for it."""
            is_sent = route.request.method != "GET"
            route.fulfill(status=403 if is_sent else 424, json={"message": "JupyterHub"})

        desk.lab.route(f"{desk.jupyter.url}/**", stopped)
        desk.press("Share")

        trouble = desk.panel.get_by_role("alert")
        expect(trouble).to_contain_text("Your Jupyter has stopped")
        with desk.lab.expect_download() as download:
            desk.press("Download the notebook")
        assert download.value.suggested_filename == "stopped.ipynb"
        kept = json.loads(download.value.path().read_text())
        assert kept["cells"][1]["source"] == f"{CODES[1]}  # typed before the end"

        desk.lab.unroute(f"{desk.jupyter.url}/**")
        desk.press("Share")
        expect(desk.panel.get_by_role("link", name="Stopped payers")).to_be_visible()

    def test_makes_a_new_draft_where_the_first_has_gone(self, desk: Desk, mine: Notebook):
        desk.open(mine)
        desk.change("  # hers")
        desk.menu("Save to the commons…")
        desk.panel.get_by_label("What did you change?").fill("Hers")
        expect(desk.panel.locator(".nbcommons-removed")).to_be_visible()  # the draft is there
        Draft.objects.all().delete()

        desk.press("Save to the commons")

        expect(desk.panel).to_contain_text("Version 2 is in the commons.")

    def test_goes_when_its_notebook_is_closed(self, desk: Desk):
        desk.open_file("closed.ipynb")
        desk.menu("Share…")
        title = desk.panel.get_by_label("Title")
        title.fill("Typed before it was closed")
        expect(desk.panel.locator(".nbcommons-removed")).to_be_visible()  # the draft is there
        desk.lab.wait_for_timeout(600)  # what was typed is written a moment later

        desk.close()

        expect(title).to_have_count(0)
        expect(desk.panel).to_contain_text("Open a notebook to share it")
        drafts = Draft.objects.filter(discarded_at=None)
        wait_until(lambda: not drafts.exists(), what="the draft to be thrown away")
        desk.open_file("closed.ipynb")
        desk.standing.click()
        desk.press("Go on with it")
        expect(title).to_have_value("Typed before it was closed")

    def test_stays_with_its_last_word_where_it_was_being_sent(self, desk: Desk):
        desk.open_file("sent.ipynb")
        desk.menu("Share…")
        desk.panel.get_by_label("Title").fill("Sent payers")
        desk.panel.get_by_label("Only me").check()
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        desk.lab.route(re.compile("/nbcommons/drafts/[^/]+/publish"), hold)
        desk.press("Share")
        expect(desk.panel).to_contain_text("Sending it to the commons")

        desk.close()
        expect(desk.notebook).to_have_count(0)
        held[0].continue_()

        expect(desk.panel).to_contain_text("It is in the commons now.")
        expect(desk.panel).to_contain_text("You closed it meanwhile")
        assert Notebook.objects.get().title == "Sent payers"
        desk.press("Done")
        expect(desk.panel).to_contain_text("Open a notebook to share it")

    def test_names_a_tag_that_is_too_long_at_its_field(self, desk: Desk):
        desk.open_file("tagged.ipynb")
        desk.menu("Share…")
        expect(desk.panel.get_by_label("Title")).to_have_value("Tagged")
        desk.panel.get_by_label("Only me").check()
        tags = desk.panel.get_by_label("Tags")
        tags.fill("invoices, " + "x" * 41)

        desk.press("Share")

        expect(tags).to_be_focused()
        expect(tags).to_have_accessible_description(re.compile(f"40 characters.*{'x' * 41}"))
        tags.fill(", ".join(f"tag {number}" for number in range(13)))
        desk.press("Share")
        expect(tags).to_be_focused()
        expect(tags).to_have_attribute("aria-invalid", "true")


class TestCellTags:
    def test_say_by_name_what_a_cell_is(self, desk: Desk):
        path = desk.open_file("tags.ipynb")
        cells = desk.notebook.locator(".jp-CodeCell")

        cells.nth(1).click(button="right")
        desk.choose("This Cell Is")
        desk.choose("Optional")
        expect(cells.nth(1).locator(".nbcommons-cell-marks")).to_have_text("Optional")
        expect(cells.nth(0).locator(".nbcommons-cell-marks")).to_have_count(0)
        cells.nth(1).locator(".jp-InputPrompt").click()
        desk.lab.get_by_role("tab", name="Property Inspector").click()
        desk.lab.locator(".jp-Collapse-header").filter(has_text="This cell is").click()
        ticks = desk.lab.locator(".nbcommons-cell-kinds")
        expect(ticks.get_by_label("Optional")).to_be_checked()
        ticks.get_by_label("Meant to fail").check()
        marks = cells.nth(1).locator(".nbcommons-cell-marks li")
        expect(marks).to_have_text(["Meant to fail", "Optional"])
        expect(ticks.get_by_label("Meant to fail")).to_have_accessible_description(
            re.compile("an error on purpose")
        )
        faults = desk.judged("tags")
        ticks.get_by_label("Optional").uncheck()
        expect(marks).to_have_text(["Meant to fail"])
        desk.menu("Save Notebook", of="File")

        wait_until(lambda: "raises-exception" in path.read_text(), what="the saved tag")
        document = wait_until(lambda: document_in(path), what="the whole file")
        tags = [cell["metadata"].get("tags") for cell in document["cells"]]
        assert tags == [None, ["raises-exception"]]
        assert faults == []

    def test_are_told_by_a_comparison(self, desk: Desk, mine: Notebook):
        desk.open(mine)
        desk.notebook.locator(".jp-CodeCell").first.click(button="right")
        desk.choose("This Cell Is")
        desk.choose("Optional")

        desk.menu("Compare with the commons")

        expect(desk.comparison).to_contain_text("Tag added: Optional")
        assert desk.judged("compare-tags") == []


class TestKeys:
    def test_reach_everything(self, desk: Desk):
        desk.open_file("keys.ipynb")
        keys = desk.lab.keyboard

        # The menu: along the bar, down, and into the form.
        desk.lab.get_by_role("menuitem", name="File", exact=True).focus()
        bar = desk.lab.locator(".lm-MenuBar-item:focus")
        for _ in range(12):
            if bar.inner_text().strip() == "Commons":
                break
            keys.press("ArrowRight")
        keys.press("Enter")
        keys.press("Enter")
        title = desk.panel.get_by_label("Title")
        expect(title).to_be_focused()
        expect(title).to_have_value("Keys")

        # The form: every field in its turn, a choice by arrow, and away by Escape.
        seen = []
        for _ in range(12):
            seen.append(focused_in(desk))
            keys.press("Tab")
        names = [name for name in seen if name]
        assert names[:4] == ["Title", "What is it for?", "Tags", "Everyone"]
        assert {"Share", "Cancel"} <= set(names)
        title.focus()
        keys.press("Escape")
        expect(title).to_have_count(0)
        expect(desk.panel.get_by_role("button", name="Share…")).to_be_focused()

        # The palette: it gives the focus back to the notebook as it closes, and the form keeps it.
        desk.notebook.locator(".jp-Cell").first.click()
        keys.press("Control+Shift+C")
        desk.lab.locator(".lm-CommandPalette-input:visible").fill("commons share")
        keys.press("Enter")
        expect(title).to_be_focused()
        desk.lab.wait_for_timeout(600)
        expect(title).to_be_focused()
        keys.press("Escape")

        # The toolbar's item leads into the panel.
        desk.standing.focus()
        keys.press("Enter")
        expect(desk.panel).to_be_focused()
        keys.press("Tab")
        expect(desk.panel.get_by_role("button", name="Share…")).to_be_focused()


def focused_in(desk: Desk) -> str:
    """The label, or else the text, of what has the focus in the panel."""
    return desk.panel.evaluate(
        """panel => {
          const one = document.activeElement;
          if (!panel.contains(one)) return '';
          return (one.labels?.[0] ?? one).textContent.trim();
        }"""
    )


class TestConnect:
    def test_connects_by_a_code_and_notices_its_end(
        self, shared_context: BrowserContext, live_server, ann: Person, tmp_path: Path
    ):
        environment = jupyter_environment(
            tmp_path, NBCOMMONS_SITE_URL=live_server.url, **of_lab(tmp_path)
        )
        with running_jupyter(tmp_path, environment, with_lab=True) as own:
            desk = Desk(shared_context.new_page(), own)
            desk.lab.goto(f"{own.url}/lab?token={JUPYTER_TOKEN}")
            desk.lab.get_by_role("tab", name=re.compile("^Commons")).click()
            desk.press("Connect…")
            dialog = desk.lab.get_by_role("dialog")
            expect(dialog.get_by_label("Address of the Commons")).to_have_value(live_server.url)
            dialog.get_by_label("How to call this machine").fill("My laptop")
            faults = desk.judged("connect")
            dialog.get_by_role("button", name="Get a code").click()
            code = desk.lab.locator(".nbcommons-code")
            expect(code).to_have_text(re.compile(r"^\S{4}-?\S{4}$"))
            faults += desk.judged("code")
            devices.decide(actor_of(ann), code.inner_text(), is_allowed=True, at=timezone.now())
            desk.lab.get_by_role("button", name="Reload").click()
            expect(desk.panel).to_contain_text("Open a notebook to share it")

            desk.open_file("own.ipynb")
            AccessToken.objects.filter(label="My laptop").update(revoked_at=timezone.now())
            desk.menu("Share…")
            desk.panel.get_by_label("Title").fill("Mine")
            expect(desk.panel.get_by_role("alert")).to_contain_text("Connect it again")
            expect(desk.panel.get_by_role("button", name="Connect again…")).to_be_visible()
            assert faults == []
            desk.lab.close()
