"""A Jupyter that will end: what it says of itself, what it takes along, what it begins with."""

import json
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jupyter_nbcommons.environment_changes import LARGEST_RESCUED
from jupyter_nbcommons.environment_rescue import MOST_AT_ONCE
from jupyter_nbcommons.received import digest_of
from tests.jupyter.conftest import connected_environment
from tests.jupyter.servers import (
    RunningJupyter,
    StandInSite,
    notebook_text,
    running_jupyter,
    wait_until,
)

THEME = "@jupyterlab/apputils-extension/themes.jupyterlab-settings"


def ends_in(**time: int) -> dict[str, Any]:
    end = datetime.now(UTC) + timedelta(**time)
    return {"expires_at": end.isoformat(), "extension_s": 7200}


@pytest.fixture
def ending(tmp_path: Path, site: StandInSite) -> Iterator[RunningJupyter]:
    """A Jupyter whose end the site knows; begun by the test."""
    site.behave(environment=ends_in(minutes=20))
    yield from _running(tmp_path, site)


def _running(home: Path, site: StandInSite) -> Iterator[RunningJupyter]:
    with running_jupyter(home, connected_environment(home, site)) as jupyter:
        yield jupyter


def ask(jupyter: RunningJupyter, path: str, method: str = "GET", **more: Any) -> Any:
    with jupyter.client() as client:
        answer = client.request(method, f"{jupyter.url}/nbcommons/{path}", **more)
    return answer.json()


def with_results(text: str) -> str:
    document = json.loads(text)
    for cell in document["cells"]:
        cell["execution_count"] = 7
        cell["outputs"] = [
            {"output_type": "stream", "name": "stdout", "text": "canary-of-a-result"}
        ]
    return json.dumps(document)


class TestChanged:
    def test_names_what_is_nowhere_else(self, ending: RunningJupyter, site: StandInSite):
        uuid = site.add_notebook("Theirs", notebook_text("a = 1"))
        assert ending.open(uuid).status_code in {200, 302, 404}
        home = ending.home
        (home / "mine.ipynb").write_text(notebook_text("b = 2"))
        (home / "empty.ipynb").write_text(notebook_text(" \n"))
        (home / "nothing.ipynb").write_text("")
        (home / "data.csv").write_text("1")
        (home / "link.ipynb").symlink_to("/etc/passwd")
        assert ask(ending, "environment")["changed"] == ["mine.ipynb"]

        path = home / "Theirs.ipynb"
        path.write_text(with_results(path.read_text()))
        assert ask(ending, "environment")["changed"] == ["mine.ipynb"]
        path.write_text(path.read_text().replace("a = 1", "a = 2"))

        assert ask(ending, "environment")["changed"] == ["Theirs.ipynb", "mine.ipynb"]

    def test_takes_what_is_as_its_mark_says_for_safe(self, ending: RunningJupyter):
        # So JupyterLab marks what was taken over, or linked: this server wrote none of them.
        def marked(text: str, site: str) -> str:
            document = json.loads(text)
            document["metadata"]["nbcommons"] = {
                "v": 2,
                "uuid": "17702814-66c7-4e29-abd0-08beb78989cf",
                "revision": 2,
                "site": site,
                "digest": digest_of(document),
            }
            return json.dumps(document)

        same = marked(notebook_text("a = 1"), "http://commons.example.org")
        (ending.home / "same.ipynb").write_text(same)
        (ending.home / "edited.ipynb").write_text(same.replace("a = 1", "a = 2"))
        foreign = marked(notebook_text("a = 1"), "http://other.example.org")
        (ending.home / "foreign.ipynb").write_text(foreign)

        assert ask(ending, "environment")["changed"] == ["edited.ipynb", "foreign.ipynb"]

    def test_leaves_nothing_out_that_would_be_lost(self, ending: RunningJupyter):
        deep = ending.home / "a/b/c/d/e/deep.ipynb"
        deep.parent.mkdir(parents=True)
        deep.write_text(notebook_text("a = 1"))
        (ending.home / "broken.ipynb").write_text("{")
        with (ending.home / "vast.ipynb").open("wb") as file:
            file.truncate(LARGEST_RESCUED + 1)

        changed = ask(ending, "environment")["changed"]

        assert changed == ["broken.ipynb", "vast.ipynb", "a/b/c/d/e/deep.ipynb"]

    def test_knows_the_end_as_the_site_has_it(self, ending: RunningJupyter):
        told = ask(ending, "environment")

        assert 19 * 60 < told["remaining_s"] <= 20 * 60
        assert told["extension_s"] == 7200
        wait_until(lambda: ending.status()["remaining_s"] < 10**6, what="the new end")
        extended = ask(ending, "environment/extend", "POST")
        assert extended["extension_s"] == 0

    def test_is_told_to_the_site_by_name_alone(self, tmp_path: Path, site: StandInSite):
        (tmp_path / "mine.ipynb").write_text(notebook_text("canary = 'of the code'"))
        for jupyter in _running(tmp_path, site):
            assert jupyter.process is not None
            told = wait_until(
                lambda: [one for one in site.told() if one["path"].endswith("report")]
            )

        assert told[0]["body"] == {"changed": ["mine.ipynb"], "more": 0, "kernels": 0}
        assert "canary" not in json.dumps(told)


class TestRescue:
    def test_takes_all_along_without_results_and_once(
        self, ending: RunningJupyter, site: StandInSite
    ):
        (ending.home / "a.ipynb").write_text(with_results(notebook_text("a = 1")))
        (ending.home / "sub").mkdir()
        (ending.home / "sub" / "b.ipynb").write_text(with_results(notebook_text("b = 2")))
        site.behave(refused_drafts=["b.ipynb"])

        told = ask(ending, "environment/rescue", "POST")

        saved, refused = told["outcomes"]
        assert (saved["path"], saved["is_saved"], saved["message"]) == ("a.ipynb", True, "")
        [draft] = site.drafts()
        assert saved["url"] == f"http://commons.example.org/add/{draft['id']}/"
        assert (draft["file_name"], draft["rescued"]) == ("a.ipynb", "true")
        assert "canary-of-a-result" not in json.dumps(draft)
        assert (refused["path"], refused["is_saved"]) == ("sub/b.ipynb", False)
        assert "Too many drafts wait." in refused["message"]
        # What is safe is not offered again, until it changes.
        assert ask(ending, "environment")["changed"] == ["sub/b.ipynb"]
        (ending.home / "a.ipynb").write_text(notebook_text("a = 3"))
        assert ask(ending, "environment")["changed"] == ["a.ipynb", "sub/b.ipynb"]

    def test_says_what_it_could_not_read(self, ending: RunningJupyter, site: StandInSite):
        document = json.loads(notebook_text("a = 1"))
        document["cells"].append({"cell_type": "code", "source": {"no": "text"}})
        (ending.home / "odd.ipynb").write_text(json.dumps(document))
        (ending.home / "good.ipynb").write_text(notebook_text("b = 1"))

        told = ask(ending, "environment/rescue", "POST")

        outcomes = {one["path"]: one for one in told["outcomes"]}
        assert outcomes["good.ipynb"]["is_saved"]
        assert not outcomes["odd.ipynb"]["is_saved"]
        assert outcomes["odd.ipynb"]["message"]
        assert [draft["file_name"] for draft in site.drafts()] == ["good.ipynb"]

    def test_takes_one_along_whose_results_are_large(
        self, ending: RunningJupyter, site: StandInSite
    ):
        document = json.loads(with_results(notebook_text("a = 1")))
        document["cells"][0]["outputs"][0]["text"] = "x" * 25_000_000
        (ending.home / "large.ipynb").write_text(json.dumps(document))

        [outcome] = ask(ending, "environment/rescue", "POST")["outcomes"]

        assert outcome["is_saved"], outcome["message"]
        [draft] = site.drafts()
        assert len(json.dumps(draft)) < 10_000

    def test_says_what_to_do_with_one_that_cannot_be_taken(self, ending: RunningJupyter):
        (ending.home / "broken.ipynb").write_text("{")
        with (ending.home / "vast.ipynb").open("wb") as file:
            file.truncate(LARGEST_RESCUED + 1)

        told = ask(ending, "environment/rescue", "POST")["outcomes"]

        assert [one["is_saved"] for one in told] == [False, False]
        assert all("Download it" in one["message"] for one in told)
        assert ask(ending, "environment")["changed"] == ["broken.ipynb", "vast.ipynb"]

    def test_loses_nothing_while_the_site_is_away(
        self, ending: RunningJupyter, site: StandInSite
    ):
        (ending.home / "a.ipynb").write_text(notebook_text("a = 1"))
        site.kill()

        [outcome] = ask(ending, "environment/rescue", "POST")["outcomes"]

        assert not outcome["is_saved"]
        assert "Try again in a minute" in outcome["message"]
        site.start()
        [outcome] = ask(ending, "environment/rescue", "POST")["outcomes"]
        assert outcome["is_saved"]

    def test_names_those_that_were_too_many(self, ending: RunningJupyter, site: StandInSite):
        names = [f"{number:03}.ipynb" for number in range(MOST_AT_ONCE + 2)]
        for name in names:
            (ending.home / name).write_text(notebook_text(f"a = '{name}'"))

        told = ask(ending, "environment/rescue", "POST")["outcomes"]

        assert [one["path"] for one in told] == names
        unsaved = [one for one in told if not one["is_saved"]]
        assert [one["path"] for one in unsaved] == names[MOST_AT_ONCE:]
        assert "not its turn" in unsaved[0]["message"]
        again = ask(ending, "environment/rescue", "POST")["outcomes"]
        assert [(one["path"], one["is_saved"]) for one in again] == [
            (name, True) for name in names[MOST_AT_ONCE:]
        ]
        assert len(site.drafts()) == len(names)

    def test_takes_those_that_were_named(self, ending: RunningJupyter, site: StandInSite):
        for name in ("a", "b"):
            (ending.home / f"{name}.ipynb").write_text(notebook_text(name))

        ask(ending, "environment/rescue", "POST", json={"paths": ["b.ipynb", "../x", 7]})

        assert [draft["file_name"] for draft in site.drafts()] == ["b.ipynb"]
        refused = ask(ending, "environment/rescue", "POST", json={"paths": "all"})
        assert "list" in refused["message"]


class TestFreshHome:
    def test_is_filled_in_folders_and_never_over_anything(
        self, tmp_path: Path, site: StandInSite
    ):
        uuids = [site.add_notebook(t, notebook_text("1")) for t in ("One", "Two", "Three")]
        gone = "17702814-66c7-4e29-abd0-08beb78989cf"
        rows = [
            {"uuid": uuid, "revision": 1, "title": "t", "folder": folder}
            for uuid, folder in [
                *zip(uuids, ["Starred", "Starred", "../x"], strict=True),
                (uuids[0], "Recently run"),
                (gone, "Starred"),
            ]
        ]
        site.behave(home={"notebooks": rows})
        (tmp_path / "Starred").mkdir()
        (tmp_path / "Starred" / "Two.ipynb").write_text("mine")

        for jupyter in _running(tmp_path, site):
            made = tmp_path / "Starred" / "One.ipynb"
            wait_until(made.exists, what="the starred notebook")
            wait_until(lambda: [r for r in site.requests() if gone in r], what="the last one")
            # What is no notebook is nowhere else either.
            assert ask(jupyter, "environment")["changed"] == ["Starred/Two.ipynb"]

        assert json.loads(made.read_text())["metadata"]["nbcommons"]["uuid"] == uuids[0]
        assert (tmp_path / "Starred" / "Two.ipynb").read_text() == "mine"
        assert sorted(path.name for path in tmp_path.glob("*/*.ipynb")) == [
            "One.ipynb",
            "Two.ipynb",
        ]

    def test_brings_settings_and_hands_them_in_when_they_change(
        self, tmp_path: Path, site: StandInSite
    ):
        folder = tmp_path / ".config/jupyter/lab/user-settings"
        site.behave(
            settings={
                "is_kept": True,
                "files": {THEME: '{"theme": "x"}', "../../evil.jupyterlab-settings": "{}"},
            }
        )
        jupyter = RunningJupyter(
            tmp_path,
            {
                **connected_environment(tmp_path, site),
                "JUPYTERLAB_SETTINGS_DIR": str(folder),
            },
            with_lab=False,
        )
        jupyter.start()
        try:
            wait_until((folder / THEME).exists, what="the settings")
            assert (folder / THEME).read_text() == '{"theme": "x"}'
            assert stat.S_IMODE((folder / THEME).stat().st_mode) == 0o600
            own = folder / "@jupyterlab/notebook-extension/tracker.jupyterlab-settings"
            own.parent.mkdir(parents=True)
            own.write_text('// a comment\n{"windowingMode": "none",}')
            bad = folder / "@someone/plugin/x.jupyterlab-settings"
            bad.parent.mkdir(parents=True)
            bad.write_text('{"token": "canary"}')
            own.with_name("secret.jupyterlab-settings").write_text('{"apiToken": "canary"}')
        finally:
            jupyter.stop()

        put = [one for one in site.told() if one["path"].endswith("jupyter-settings")]
        assert put[-1]["body"]["files"] == {
            THEME: '{"theme":"x"}',
            "@jupyterlab/notebook-extension/tracker.jupyterlab-settings": (
                '{"windowingMode":"none"}'
            ),
        }
        assert not (tmp_path / ".config/evil.jupyterlab-settings").exists()
