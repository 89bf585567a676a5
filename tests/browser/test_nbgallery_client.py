"""The client of nbgallery as it is published, in a real JupyterLab beside the real site."""

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, BrowserType, Locator, Page, expect

from nbcommons.collaboration.models import ChangeProposal
from nbcommons.collaboration.operations.stars import give_star
from nbcommons.executions.models import CellDay
from nbcommons.executions.operations import record_executions
from nbcommons.intake.models import Becomes, Draft
from nbcommons.nbgallery.queries.naming import notebook_named
from nbcommons.nbgallery.queries.telling import file_of
from nbcommons.notebooks.models import Notebook
from nbcommons.runtime.client_preferences import client_preferences_of
from nbcommons.runtime.models import RegisteredEnvironment
from nbcommons_ipynb.cells import fingerprint
from tests.factories.browsing import judge, sign_in_as
from tests.factories.catalogue import revise
from tests.factories.executions import event
from tests.factories.intake import bring_draft, raw_notebook, share
from tests.factories.people import actor_of, make_person
from tests.jupyter.servers import (
    JUPYTER_TOKEN,
    free_port,
    is_open,
    jupyter_environment,
    wait_until,
)

# Playwright runs an event loop in this thread; Django would take it for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

pytestmark = pytest.mark.django_db(transaction=True)

LOCK = Path(__file__).parents[2] / "requirements/nbgallery-client.lock"
SITE_HOST, JUPYTER_HOST = "gallery.example.org", "jupyter.example.org"
SLOW_S = 40
# What pip says when it gets no answer; everything else is a fault of the lock.
OUT_OF_REACH = (
    "NewConnectionError",
    "ConnectTimeoutError",
    "Temporary failure in name resolution",
)
FILE = "late.ipynb"
THEME = "@jupyterlab/apputils-extension/themes.jupyterlab-settings"
CODES = ("days_late = [3, 41, 17]", "print(max(days_late))")
CANARY = "canary-of-a-result"


class ClientsJupyter:
    """JupyterLab with the published client; ours lends its shim and nothing else."""

    def __init__(self, home: Path, python: Path) -> None:
        self.home = home
        self.python = python
        self.port = free_port()
        self.origin = f"http://{JUPYTER_HOST}:{self.port}"
        self.log = home.parent / "jupyter.log"

    @contextlib.contextmanager
    def running(self, site: str) -> Iterator["ClientsJupyter"]:
        extensions = {
            "jupyter_nbcommons": True,
            "jupyterlab": True,
            "jupyterlab_nbgallery": True,
            "jupyter_lsp": False,
            "jupyter_server_terminals": False,
            "notebook_shim": False,
        }
        environment = jupyter_environment(
            self.home,
            NBGALLERY_URL=site,
            NBGALLERY_CLIENT_NAME="desk",
            NBGALLERY_ENABLE_AUTODOWNLOAD="1",
            NBGALLERY_ENABLE_INSTRUMENTATION="1",
            NBGALLERY_DEFAULT_TAGS="demo",
            # The client looks for settings in /home/$NB_USER, and this is where they are.
            NB_USER=os.path.relpath(self.home, "/home"),
            NBCOMMONS_NBGALLERY_SHIM="yes",
        )
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [
                    str(self.python), "-m", "jupyter_server",
                    "--allow-root", "--no-browser", "--ip=127.0.0.1",
                    f"--port={self.port}", "--ServerApp.port_retries=0",
                    "--ServerApp.allow_remote_access=True",
                    f"--IdentityProvider.token={JUPYTER_TOKEN}",
                    f"--ServerApp.jpserver_extensions={extensions!r}",
                    "--LabApp.news_url=None",
                    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
                ],
                cwd=self.home,
                # Settings stand where the client looks; what the server needs stays when files go.
                env={
                    **environment,
                    "JUPYTER_PLATFORM_DIRS": "0",
                    "JUPYTER_RUNTIME_DIR": str(self.home.parent / "runtime"),
                },
                stdout=log,
                stderr=log,
            )  # fmt: skip
        try:
            wait_until(lambda: is_open(self.port), timeout_s=60, what="Jupyter's start")
            yield self
        finally:
            process.kill()
            process.wait()

    def begin_anew(self) -> None:
        """No files, and no settings: a client that was never here."""
        for path in self.home.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def put(self, text: bytes | str, name: str = FILE) -> None:
        (self.home / name).write_bytes(text if isinstance(text, bytes) else text.encode())

    def file(self, name: str = FILE) -> dict[str, Any]:
        try:
            return json.loads((self.home / name).read_bytes())
        except (OSError, ValueError):
            return {}

    def notebooks(self) -> Iterator[Path]:
        """All files of notebooks that are there, but no checkpoints."""
        for path in self.home.rglob("*.ipynb"):
            if ".ipynb_checkpoints" not in path.parts:
                yield path

    def gallery(self, name: str = FILE) -> dict[str, Any]:
        """What the file says of where it belongs."""
        return self.file(name).get("metadata", {}).get("gallery", {})


class Desk:
    """Somebody with their JupyterLab, signed in at the site in the same browser."""

    def __init__(self, lab: Page, jupyter: ClientsJupyter) -> None:
        self.lab = lab
        self.jupyter = jupyter

    def open(self, name: str = "") -> None:
        tree = f"/tree/{name}" if name else ""
        self.lab.goto(f"{self.jupyter.origin}/lab{tree}?token={JUPYTER_TOKEN}")
        # The menu comes last, when the client has asked for its settings.
        expect(self.lab.get_by_role("menuitem", name="Gallery", exact=True)).to_be_visible()
        if name:
            kernel = self.lab.locator(".jp-NotebookPanel:visible .jp-KernelName")
            expect(kernel).to_contain_text("Python 3")
            idle = self.lab.locator(".jp-NotebookPanel:visible .jp-Notebook-ExecutionIndicator")
            expect(idle).to_have_attribute("data-status", "idle")

    def choose(self, *items: str) -> None:
        # By their words: JupyterLab gives no role to what opens another menu.
        menus = self.lab.locator(".lm-Menu")
        first, *others = [menus.get_by_text(item, exact=True) for item in items]
        wait_until(lambda: self._open_menu_with(first), timeout_s=SLOW_S, what=items[0])
        for item in (first, *others):
            item.click()

    def _open_menu_with(self, item: Locator) -> bool:
        """The client's plugins fill their one menu in turn; an open one shows nothing new."""
        self.lab.get_by_role("menuitem", name="Gallery", exact=True).click()
        if not item.is_visible():
            self.lab.keyboard.press("Escape")
        return item.is_visible()

    def choose_and_follow(self, item: str) -> Page:
        """Choose what opens a page of the site; that page."""
        with self.lab.context.expect_page() as opened:
            self.choose(item)
        page = opened.value
        page.wait_for_load_state()
        return page

    def type_at_end_of(self, cell: int, text: str) -> None:
        self.lab.locator(".jp-NotebookPanel:visible .jp-CodeCell .cm-content").nth(cell).click()
        self.lab.keyboard.press("Control+End")
        self.lab.keyboard.type(text)

    def wait_for_file(self, is_true: Callable[[dict[str, Any]], Any], what: str) -> None:
        """Until the file on disk says so of where it belongs.

        The client saves twice at once, and JupyterLab then asks which of both is meant. The
        handler answers only while something is done on the page, so something is tried there.
        """

        def looked() -> Any:
            self.lab.get_by_role("menuitem", name="Gallery", exact=True).click(trial=True)
            return is_true(self.jupyter.gallery())

        wait_until(looked, timeout_s=SLOW_S, what=what)

    @property
    def changed(self):
        return self.lab.locator(".jp-Dialog-content", has_text="File Changed")

    @property
    def dialog(self):
        return self.lab.locator(".jp-Dialog-content")


@pytest.fixture(scope="module")
def clients_python() -> Path:
    """An environment with the client alone, made once for a lock."""
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"nbcommons-nbgallery-client-{digest}"
    python, is_whole = folder / "bin/python", folder / "is-whole"
    if not is_whole.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        install = [
            str(python),
            "-m",
            "pip",
            "install",
            "-q",
            "--require-hashes",
            "-r",
            str(LOCK),
        ]
        done = subprocess.run(install, check=False, capture_output=True, text=True)
        if any(sign in done.stderr for sign in OUT_OF_REACH):
            pytest.skip("the registry that has jupyterlab-nbgallery cannot be reached")
        assert done.returncode == 0, done.stderr
        is_whole.touch()
    return python


@pytest.fixture(scope="module")
def site(live_server) -> str:
    return f"http://{SITE_HOST}:{urlsplit(live_server.url).port}"


@pytest.fixture(scope="module")
def running_jupyter(
    tmp_path_factory: pytest.TempPathFactory, clients_python: Path, site: str
) -> Iterator[ClientsJupyter]:
    # The client writes settings only where the path says /home, so that is where its home is.
    wide = [place for place in (Path.home(), Path("/home")) if may_hold_a_home(place)]
    with contextlib.ExitStack() as stack:
        folder = (
            Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=".nbc-", dir=wide[0])))
            if wide
            else tmp_path_factory.mktemp("client")
        )
        home = folder / "home"
        home.mkdir()
        yield stack.enter_context(ClientsJupyter(home, clients_python).running(site))


def may_hold_a_home(place: Path) -> bool:
    return place.is_relative_to("/home") and os.access(place, os.W_OK)


@pytest.fixture(scope="module")
def sibling_browser(
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    running_jupyter: ClientsJupyter,
) -> Iterator[Browser]:
    """For it both names are on this machine, and Jupyter's is as good as one with https.

    Only then it says ``Sec-Fetch-Site``, which the shim goes by.
    """
    more = [
        f"--host-resolver-rules=MAP {SITE_HOST} 127.0.0.1, MAP {JUPYTER_HOST} 127.0.0.1",
        f"--unsafely-treat-insecure-origin-as-secure={running_jupyter.origin}",
    ]
    args = [*browser_type_launch_args["args"], *more]
    browser = browser_type.launch(**{**browser_type_launch_args, "args": args})
    yield browser
    browser.close()


@pytest.fixture
def jupyter(running_jupyter: ClientsJupyter, site: str, settings) -> ClientsJupyter:
    running_jupyter.begin_anew()
    settings.NBCOMMONS_SITE_URL = site
    settings.CSRF_TRUSTED_ORIGINS = [site]
    settings.NBCOMMONS_NBGALLERY_ORIGINS = (running_jupyter.origin,)
    return running_jupyter


@pytest.fixture
def browsing(sibling_browser: Browser) -> Iterator[BrowserContext]:
    expect.set_options(timeout=SLOW_S * 1000)
    context = sibling_browser.new_context()
    context.set_default_timeout(SLOW_S * 1000)
    yield context
    context.close()


@pytest.fixture
def ann():
    return make_person("ann")


@pytest.fixture
def desk(browsing: BrowserContext, jupyter: ClientsJupyter, site: str, ann) -> Desk:
    lab = browsing.new_page()
    sign_in_as(lab, ann, site)
    desk = Desk(lab, jupyter)
    lab.add_locator_handler(
        desk.changed, lambda: desk.changed.get_by_role("button", name="Overwrite").click()
    )
    return desk


def downloaded(person, notebook: Notebook) -> bytes:
    """The file as the site gives it to clients of the person."""
    return file_of(actor_of(person), notebook_named(actor_of(person), str(notebook.uuid)))


def with_a_result(raw: bytes) -> bytes:
    document = json.loads(raw)
    document["cells"][-1]["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": CANARY}
    ]
    return json.dumps(document).encode()


class TestAtTheStart:
    def test_registers_its_jupyter(self, desk, ann):
        desk.open()

        wait_until(
            RegisteredEnvironment.objects.exists, timeout_s=SLOW_S, what="the registration"
        )
        row = RegisteredEnvironment.objects.get()
        assert (row.person, row.interface) == (ann, "lab")
        assert (row.origin, row.url) == (desk.jupyter.origin, f"{desk.jupyter.origin}/")

    def test_fetches_what_its_person_starred_and_what_they_ran_lately(self, desk, ann):
        ben = make_person("ben")
        starred = share(ben, *CODES, title="Rank / late ones")
        ran = share(ben, *CODES, title="Sum them up")
        share(ben, *CODES, title="Neither")
        give_star(actor_of(ann), starred, at=timezone.now())
        now = timezone.now()
        record_executions(actor_of(ann), [event(ran, CODES[0], at=now)], at=now)

        desk.open()

        names = {
            starred: "Starred/Rank \u2044 late ones.ipynb",
            ran: "Recently Executed/Sum them up.ipynb",
        }
        for notebook, name in names.items():
            wait_until(
                lambda name=name: desk.jupyter.gallery(name), timeout_s=SLOW_S, what=name
            )
            gallery = desk.jupyter.gallery(name)
            uuid = str(notebook.uuid)
            assert (gallery["uuid"], gallery["clone"]) == (uuid, uuid)
            assert desk.jupyter.file(name)["cells"][1]["source"]
        files = {str(path.relative_to(desk.jupyter.home)) for path in desk.jupyter.notebooks()}
        assert files == set(names.values())


class TestUploading:
    def test_becomes_a_notebook_that_the_client_knows_again(self, desk, ann):
        desk.jupyter.put(with_a_result(raw_notebook(*CODES)))
        desk.open(FILE)

        page = desk.choose_and_follow("Upload to the Gallery")
        page.wait_for_url(re.compile(r"/add/[0-9a-f-]{36}/"))
        draft = Draft.objects.get()
        assert CANARY not in page.content()
        publish(page)

        notebook = Notebook.objects.get()
        assert (notebook.owner, notebook.visibility) == (ann, "everyone")
        assert [tag.name for tag in notebook.tags.all()] == ["demo"]
        desk.wait_for_file(lambda file: file.get("uuid"), "the file's own words")
        gallery = desk.jupyter.gallery()
        assert (gallery["link"], gallery["commit"]) == (str(notebook.uuid), str(draft.uuid))
        assert asked(desk, "metadata", "Check for Changes")["commit_id"] == gallery["commit"]
        expect(desk.dialog).to_have_count(0)


class TestWhatIsFromTheCommons:
    def test_asks_what_to_do_when_another_version_is_there(self, desk, ann):
        notebook = share(ann, *CODES)
        desk.jupyter.put(downloaded(ann, notebook))
        revise(notebook, text="# Rank late ones", code="print('of tomorrow')")
        desk.open(FILE)

        desk.choose("Check for Changes")
        expect(desk.dialog).to_contain_text("Remote Notebook Has Changed")
        desk.dialog.get_by_role("button", name="View Diff").click()
        expect(desk.dialog).to_contain_text("print('of tomorrow')")
        desk.dialog.get_by_role("button", name="Download and Replace Local").click()

        codes = desk.lab.locator(".jp-CodeCell .cm-content")
        expect(codes).to_have_text(["print('of tomorrow')"])
        newest = commit_of(ann, notebook)
        desk.wait_for_file(
            lambda file: file.get("commit") == newest, "the newest version in the file"
        )
        assert desk.jupyter.gallery()["link"] == str(notebook.uuid)

    def test_shows_what_differs(self, desk, ann):
        notebook = share(ann, *CODES)
        desk.jupyter.put(downloaded(ann, notebook))
        desk.open(FILE)

        desk.choose("Show Diff with Gallery")
        expect(desk.dialog).to_contain_text("No Changes")
        desk.dialog.get_by_role("button", name="Close").click()
        desk.type_at_end_of(1, "\nprint('<b>more</b>')")
        desk.choose("Show Diff with Gallery")

        expect(desk.dialog.locator("ins")).to_contain_text(["print('<b>more</b>')"])

    def test_saves_a_next_version(self, desk, ann):
        notebook = share(ann, *CODES)
        desk.jupyter.put(downloaded(ann, notebook))
        desk.open(FILE)
        desk.type_at_end_of(1, "\nprint('more')")

        page = desk.choose_and_follow("Save Changes to Gallery")
        page.wait_for_url(re.compile(r"/add/[0-9a-f-]{36}/"))
        draft = Draft.objects.get()
        assert (draft.becomes, draft.target) == (Becomes.VERSION, notebook)
        expect(page.get_by_role("radio", name="A new version")).to_be_checked()
        publish(page, "Publish the new version", message="Says more")

        notebook.refresh_from_db()
        assert notebook.current_revision.number == 2
        assert desk.jupyter.file()["cells"][2]["source"][-1] == "print('more')"
        assert asked(desk, "metadata", "Check for Changes")["commit_id"] == str(draft.uuid)
        expect(desk.dialog).to_have_count(0)

    def test_suggests_a_change(self, desk, ann):
        notebook = share(make_person("ben"), *CODES)
        desk.jupyter.put(downloaded(ann, notebook))
        desk.open(FILE)
        desk.type_at_end_of(1, "\nprint('more')")

        page = desk.choose_and_follow("Submit Change Request")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Suggest a change to")
        page.get_by_role("textbox").first.fill("It should say more.")
        page.get_by_role("button", name="Suggest this change").click()
        page.wait_for_url(lambda url: "/suggest" not in url)

        change = ChangeProposal.objects.get()
        assert (change.notebook, change.author) == (notebook, ann)
        notebook.refresh_from_db()
        assert notebook.current_revision.number == 1

    def test_makes_a_copy(self, desk, ann):
        notebook = share(make_person("ben"), *CODES)
        desk.jupyter.put(downloaded(ann, notebook))
        desk.open(FILE)

        page = desk.choose_and_follow("Upload as a New Notebook (Fork)")
        page.wait_for_url(re.compile(r"/add/[0-9a-f-]{36}/"))
        page.get_by_label("Title").fill("Rank late ones of ours")
        publish(page)

        fork = Notebook.objects.get(owner=ann)
        assert (fork.title, fork.forked_from) == ("Rank late ones of ours", notebook)
        desk.wait_for_file(lambda file: file.get("link"), "the file's own words")
        assert desk.jupyter.gallery()["link"] == str(fork.uuid)

    def test_is_linked_by_the_address_of_its_page(self, desk, ann, site):
        notebook = share(ann, *CODES)
        desk.jupyter.put(raw_notebook(*CODES))
        desk.open(FILE)

        desk.choose("Link to Notebook in Gallery")
        desk.dialog.get_by_role("textbox").fill(f"{site}/notebooks/{notebook.uuid}/")
        desk.dialog.get_by_role("button", name="Ok").click()

        wait_until(
            lambda: desk.jupyter.gallery().get("uuid"), timeout_s=SLOW_S, what="the link"
        )
        assert desk.jupyter.gallery()["uuid"] == str(notebook.uuid)
        page = desk.choose_and_follow("Open in the Gallery")
        expect(page.get_by_role("heading", name=notebook.title)).to_be_visible()

    def test_replaces_another_version_by_what_is_here(self, desk, ann):
        notebook = share(ann, *CODES)
        desk.jupyter.put(downloaded(ann, notebook))
        revise(notebook, text="# Rank late ones", code="print('of tomorrow')")
        desk.open(FILE)
        desk.type_at_end_of(1, "\nprint('of today')")

        desk.choose("Check for Changes")
        with desk.lab.context.expect_page() as opened:
            desk.dialog.get_by_role("button", name="Upload and Replace Remote").click()
        page = opened.value
        page.wait_for_url(re.compile(r"/add/[0-9a-f-]{36}/"))
        draft = Draft.objects.get()
        assert (draft.becomes, draft.target) == (Becomes.VERSION, notebook)
        publish(page, "Publish the new version", message="As it was, and more")

        notebook.refresh_from_db()
        assert notebook.current_revision.number == 3
        assert "of today" in json.dumps(json.loads(downloaded(ann, notebook))["cells"])
        assert asked(desk, "metadata", "Check for Changes")["commit_id"] == str(draft.uuid)
        expect(desk.dialog).to_have_count(0)

    def test_is_nobodys_copy_once_it_is_unlinked(self, desk, ann):
        notebook = share(ann, *CODES)
        desk.jupyter.put(downloaded(ann, notebook))
        desk.open(FILE)

        desk.choose("Unlink from Gallery")
        desk.dialog.get_by_role("button", name="Ok").click()
        wait_until(
            lambda: not desk.jupyter.gallery(), timeout_s=SLOW_S, what="a file without a link"
        )
        page = desk.choose_and_follow("Upload to the Gallery")
        page.wait_for_url(re.compile(r"/add/[0-9a-f-]{36}/"))
        draft = Draft.objects.get()
        assert (draft.becomes, draft.target) == (Becomes.NEW, None)
        publish(page)

        other = Notebook.objects.exclude(pk=notebook.pk).get()
        assert (other.owner, other.forked_from) == (ann, None)
        desk.wait_for_file(
            lambda file: file.get("uuid") == str(other.uuid), "the new notebook's name"
        )

    def test_reports_how_its_cells_ran(self, desk, ann):
        notebook = share(ann, *CODES)
        desk.jupyter.put(downloaded(ann, notebook))
        desk.open(FILE)

        desk.lab.get_by_role("menuitem", name="Run", exact=True).click()
        desk.lab.get_by_role("menuitem", name="Run All Cells", exact=True).click()

        wait_until(
            lambda: CellDay.objects.count() == len(CODES), timeout_s=SLOW_S, what="two reports"
        )
        days = CellDay.objects.filter(notebook=notebook, person=ann)
        assert {day.fingerprint for day in days} == {fingerprint(code) for code in CODES}
        assert [(day.successes, day.failures) for day in days] == [(1, 0), (1, 0)]


class TestPreferences:
    def test_are_kept_and_come_back_word_by_word_after_a_reset(self, desk, ann):
        if Path("/home") not in desk.jupyter.home.parents:
            pytest.skip("the client keeps settings below /home only, where we may not write")
        kept = desk.jupyter.home / ".jupyter/lab/user-settings" / THEME
        words = '{\n  // Late in the evening.\n  "theme": "JupyterLab Dark"\n}\n'
        kept.parent.mkdir(parents=True)
        kept.write_text(words)
        desk.open()

        desk.choose("Jupyter Preferences", "Save Preferences to the Gallery")
        wait_until(
            lambda: client_preferences_of(ann.pk).lab_preferences,
            timeout_s=SLOW_S,
            what="saving",
        )
        desk.choose("Jupyter Preferences", "Reset Preferences to Defaults")
        desk.dialog.get_by_role("button", name="Ok").click()
        expect(desk.dialog).to_contain_text("Reload may be required")
        assert not kept.exists()
        desk.dialog.get_by_role("button", name="Ok").click()
        desk.choose("Jupyter Preferences", "Download Preferences from the Gallery")
        expect(desk.dialog).to_contain_text("Reload may be required")

        assert kept.read_text() == words
        files = json.loads(client_preferences_of(ann.pk).lab_preferences)
        assert files[str(kept)] == words


class TestHandingOverPage:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_passes_axe_and_fits_its_width(self, desk, ann, site, scheme):
        notebook = share(ann, *CODES)
        draft = bring_draft(ann, *CODES)
        page = desk.lab
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")

        page.goto(f"{site}/notebook/{notebook.uuid}/?staged={draft.uuid}")

        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            assert judge(page) == []
            over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert page.evaluate(over) <= 0
            if folder := os.environ.get("NBCOMMONS_PICTURES"):
                page.screenshot(path=f"{folder}/handed-{width}-{scheme}.png", full_page=True)


def publish(page: Page, words: str = "Share with everyone", *, message: str = "") -> None:
    """Press the button at the end of the draft's page, as its author has to."""
    if message:
        page.get_by_label("What is new").fill(message)
    page.get_by_label("I wrote this").check()
    page.get_by_role("button", name=words).click()
    page.wait_for_url(re.compile(r"/notebooks/[0-9a-f-]{36}/"))


def asked(desk: Desk, part: str, item: str) -> dict[str, Any]:
    """What the site answers when the client asks ``part`` of the notebook, by its menu."""
    with desk.lab.expect_response(re.compile(f"/notebooks/[^/]+/{part}")) as answered:
        desk.choose(item)
    return answered.value.json()


def commit_of(person, notebook: Notebook) -> str:
    return json.loads(downloaded(person, notebook))["metadata"]["gallery"]["commit"]
