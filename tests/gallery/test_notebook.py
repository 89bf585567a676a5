"""The page of a notebook, its frame, and starting it."""

import json
import re
import uuid

import pytest
from django.test import Client

from nbcommons.gallery.queries import start
from nbcommons.gallery.views import notebooks as views
from nbcommons.notebooks.models import Notebook, Visibility
from nbcommons.runtime.queries import Environment, EnvironmentState, Step, StepState
from tests.factories.executions import NOW, actor_for, event, make_person, record_executions
from tests.factories.gallery import bring_in, fingerprints_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def notebook(author):
    return bring_in(author)


@pytest.fixture
def url(notebook):
    return f"/notebooks/{notebook.uuid}/"


def run_all(person, notebook, *, failing=()):
    """The person runs every cell; those of these numbers fail."""
    events = [
        event(notebook, fingerprint=fingerprint, ok=number not in failing)
        for number, fingerprint in enumerate(fingerprints_of(notebook))
    ]
    record_executions(actor_for(person), events, at=NOW)


class TestNotebookPage:
    def test_shows_what_it_is_and_who_looks_after_it(self, visit, url):
        page = visit.get(url).content.decode()

        assert "<h1>Rank late payers</h1>" in page
        assert 'href="/people/author/"' in page
        assert "Nobody has run this yet." in page

    def test_frames_the_notebook_without_an_origin(self, visit, url):
        page = visit.get(url).content.decode()

        (frame,) = re.findall(r"<iframe[^>]*>", page)
        assert 'sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox"' in frame
        assert f'src="{url}leaf/"' in frame
        assert "import pandas" not in page

    def test_leads_to_headings_inside_the_frame(self, visit, url):
        page = visit.get(url).content.decode()

        links = re.findall(r'<a href="([^"]*)" target="(leaf-[^"]*)"', page)
        assert [link.partition("#")[0] for link, _ in links] == [f"{url}leaf/"]
        assert f'name="{links[0][1]}"' in page

    @pytest.mark.parametrize("path", ["", "leaf/", "run/", "rank-late-payers/"])
    def test_does_not_exist_for_those_who_may_not_see_it(self, visit, url, path):
        Notebook.objects.update(visibility=Visibility.PRIVATE)

        assert visit.get(url + path).status_code == 404

    def test_does_not_exist_when_it_does_not_exist(self, visit):
        assert visit.get(f"/notebooks/{uuid.uuid4()}/").status_code == 404

    def test_an_address_with_the_title_leads_to_it(self, visit, url):
        titled = url + "rank-late-payers/"

        assert "<h1>Rank late payers</h1>" in visit.get(titled).content.decode()
        assert visit.get(url + "its-title-before/").headers["Location"] == titled

    def test_tells_its_owner_that_only_they_see_it(self, author):
        private = bring_in(author, "Mine alone", visibility=Visibility.PRIVATE)
        client = Client()
        client.force_login(author)

        page = client.get(f"/notebooks/{private.uuid}/").content.decode()

        assert "Only you can see this" in page


class TestHealthPart:
    def test_is_not_sent_twice(self, visit, url):
        first = visit.get(url, {"part": "health"})

        again = visit.get(
            url, {"part": "health"}, headers={"If-None-Match": first.headers["ETag"]}
        )

        assert first.content.decode().strip().startswith("<section")
        assert (again.status_code, again.content) == (304, b"")

    def test_changes_with_the_runs_and_brings_marks_for_the_frame(
        self, visit, url, notebook, judged
    ):
        before = visit.get(url, {"part": "health"})
        for name in ("ann", "ben", "cid"):
            run_all(make_person(name), notebook, failing={0, 1, 2})
        judged()

        after = visit.get(
            url, {"part": "health"}, headers={"If-None-Match": before.headers["ETag"]}
        )

        page = after.content.decode()
        assert after.status_code == 200
        assert "Everyone stops at cell 1." in page
        marks = json.loads(re.search(r'data-marks="([^"]*)"', page)[1].replace("&quot;", '"'))
        assert [(mark["number"], mark["short"]) for mark in marks] == [
            (0, "3 of 3 stop"),
            (1, "3 of 3 stop"),
            (2, "3 of 3 stop"),
        ]


class TestLeaf:
    def test_is_locked_into_a_sandbox_of_its_own(self, visit, url):
        response = visit.get(url + "leaf/")

        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'self'" in policy
        assert "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox" in policy
        assert response.headers["X-Frame-Options"] == "SAMEORIGIN"

    def test_holds_code_and_text_and_the_marks_of_its_cells(self, visit, url, notebook, judged):
        run_all(make_person("ann"), notebook)
        judged()

        page = visit.get(url + "leaf/").content.decode()

        assert "pandas" in page
        assert "Cell 3" in page
        assert "1 of 1" in page

    @pytest.mark.parametrize(("asked", "shown"), [("dark", "dark"), ('x" onload', None)])
    def test_takes_only_colours_that_there_are(self, visit, url, asked, shown):
        page = visit.get(url + "leaf/", {"theme": asked}).content.decode()

        found = re.search(r'<html lang="en"(?: data-theme="([^"]*)")?>', page)
        assert found[1] == shown

    def test_brings_what_draws_formulas_only_where_there_are_some(self, visit, url, author):
        with_formula = bring_in(author, "Sum", cells=(("markdown", "It is $a + b$."),))

        assert "katex" not in visit.get(url + "leaf/").content.decode()
        formula = visit.get(f"/notebooks/{with_formula.uuid}/leaf/").content.decode()
        assert "katex.min.js" in formula


class TestRun:
    def environment(self, state, **changes):
        steps = (Step("A private space is made", StepState.NOW),)
        return Environment(**{"state": state, "steps": steps, **changes})

    @pytest.fixture
    def jupyter(self, monkeypatch):
        """Say what the hub would; it is out of reach here."""

        def is_now(environment):
            monkeypatch.setattr(start, "environment_of", lambda _actor: environment)
            monkeypatch.setattr(
                views.runtime, "prepare_environment", lambda _actor, _pk: environment
            )

        return is_now

    def test_goes_there_when_it_is_up(self, visit, url, jupyter, settings):
        jupyter(self.environment(EnvironmentState.READY))

        response = visit.get(url + "run/")

        assert response.status_code == 302
        assert response.headers["Location"].startswith(
            settings.NBCOMMONS_JUPYTER_URL + "hub/oauth_login?next="
        )

    def test_shows_the_steps_while_it_starts_and_asks_again(self, visit, url, jupyter):
        jupyter(self.environment(EnvironmentState.STARTING))

        page = visit.get(url + "run/").content.decode()

        assert "Starting your Jupyter" in page
        assert "A private space is made" in page
        assert "part=progress" in page
        assert "Look again" in page

    def test_tells_htmx_to_go_there_once_it_is_up(self, visit, url, jupyter):
        jupyter(self.environment(EnvironmentState.READY))

        response = visit.get(url + "run/", {"part": "progress"})

        assert "hub/oauth_login" in response.headers["HX-Redirect"]

    def test_says_plainly_that_it_cannot_start(self, visit, url, jupyter):
        sentence = "Jupyter is not answering. Try again in a minute."
        jupyter(self.environment(EnvironmentState.UNKNOWN, problem=sentence))

        page = visit.post(url + "run/").content.decode()

        assert sentence in page
        assert "Try again" in page

    def test_a_press_leads_to_the_page_of_progress(self, visit, url, jupyter):
        jupyter(self.environment(EnvironmentState.STARTING))

        response = visit.post(url + "run/")

        assert (response.status_code, response.headers["Location"]) == (302, url + "run/")

    def test_a_look_alone_starts_nothing(self, visit, url, jupyter):
        jupyter(self.environment(EnvironmentState.STOPPED))

        page = visit.get(url + "run/").content.decode()

        assert "Your Jupyter is not running" in page
        assert "part=progress" not in page
