"""Opening a notebook of the Commons in a real Jupyter Server."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

import httpx
import pytest

from jupyter_nbcommons.received import digest_of
from tests.jupyter.servers import RunningJupyter, StandInSite, notebook_text

TITLE = "Find late payers"


def shown(answer: httpx.Response) -> tuple[str, dict[str, str]]:
    """The file JupyterLab is sent to, and the hints that go along."""
    assert answer.status_code == 302, answer.text
    url = urlsplit(answer.headers["Location"])
    assert url.path.startswith("/user/ada/lab/tree/")
    hints = {name: values[0] for name, values in parse_qs(url.query).items()}
    return unquote(url.path.removeprefix("/user/ada/lab/tree/")), hints


def sources(home: Path, name: str) -> list[str]:
    return [cell["source"] for cell in json.loads((home / name).read_text())["cells"]]


def edit(home: Path, name: str, source: str) -> None:
    document = json.loads((home / name).read_text())
    document["cells"][0]["source"] = source
    (home / name).write_text(json.dumps(document))


class TestOpen:
    def test_writes_the_notebook_and_shows_it(self, site: StandInSite, jupyter: RunningJupyter):
        uuid = site.add_notebook(TITLE, notebook_text("1 + 1"))

        path, hints = shown(jupyter.open(uuid, revision=1))

        document = json.loads((jupyter.home / path).read_text())
        assert path == "Find late payers.ipynb"
        assert hints == {}
        assert document["metadata"]["nbcommons"] == {
            "v": 2,
            "uuid": uuid,
            "revision": 1,
            "site": "http://commons.example.org",
            "digest": digest_of(document),
        }
        assert sources(jupyter.home, path) == ["1 + 1"]
        assert (jupyter.home / path).stat().st_mode & 0o777 == 0o600

    def test_takes_trust_away_everywhere(self, site: StandInSite, jupyter: RunningJupyter):
        document = json.loads(notebook_text("1", trusted=True, signature="sha256:x"))
        document["cells"][0]["metadata"] = {"trusted": True, "tags": ["optional"]}
        uuid = site.add_notebook(TITLE, json.dumps(document))

        path, _ = shown(jupyter.open(uuid))

        written = (jupyter.home / path).read_text()
        assert "trusted" not in written
        assert "signature" not in written
        assert "optional" in written
        with jupyter.client() as client:
            seen = client.get(f"{jupyter.url}/api/contents/{path}").json()["content"]
        assert seen["cells"][0]["metadata"].get("trusted") is not True

    def test_keeps_a_persons_edits_and_says_so(
        self, site: StandInSite, jupyter: RunningJupyter
    ):
        uuid = site.add_notebook(TITLE, notebook_text("1"))
        path, _ = shown(jupyter.open(uuid, revision=1))
        edit(jupyter.home, path, "my own thoughts")

        again, hints = shown(jupyter.open(uuid, revision=1))

        assert again == path
        assert sources(jupyter.home, path) == ["my own thoughts"]
        assert hints == {"nbcommons-copy": "edited"}
        assert jupyter.notebooks() == [path]

    def test_says_that_a_copy_was_not_changed(self, site: StandInSite, jupyter: RunningJupyter):
        uuid = site.add_notebook(TITLE, notebook_text("1"))
        jupyter.open(uuid)

        _, hints = shown(jupyter.open(uuid))

        assert hints == {"nbcommons-copy": "unchanged"}

    @pytest.mark.parametrize("query", [{"revision": 2}, {}])
    def test_says_that_a_newer_version_exists(
        self, query: dict[str, int], site: StandInSite, jupyter: RunningJupyter
    ):
        uuid = site.add_notebook(TITLE, notebook_text("1"))
        path, _ = shown(jupyter.open(uuid, revision=1))
        edit(jupyter.home, path, "mine")
        site.add_version(uuid, notebook_text("2"))

        again, hints = shown(jupyter.open(uuid, **query))

        assert again == path
        assert sources(jupyter.home, path) == ["mine"]
        assert hints == {
            "nbcommons-copy": "edited",
            "nbcommons-newest": "2",
            "nbcommons-uuid": uuid,
        }

    def test_opens_a_copy_while_the_site_is_away(
        self, site: StandInSite, jupyter: RunningJupyter
    ):
        uuid = site.add_notebook(TITLE, notebook_text("1"))
        path, _ = shown(jupyter.open(uuid))
        site.kill()

        again, hints = shown(jupyter.open(uuid))

        assert again == path
        assert hints == {"nbcommons-copy": "unchanged"}

    def test_finds_a_copy_that_was_moved_and_renamed(
        self, site: StandInSite, jupyter: RunningJupyter
    ):
        uuid = site.add_notebook(TITLE, notebook_text("1"))
        path, _ = shown(jupyter.open(uuid))
        (jupyter.home / "work").mkdir()
        (jupyter.home / path).rename(jupyter.home / "work" / "mine.ipynb")

        again, _ = shown(jupyter.open(uuid))

        assert again == "work/mine.ipynb"

    def test_writes_anew_what_was_deleted(self, site: StandInSite, jupyter: RunningJupyter):
        uuid = site.add_notebook(TITLE, notebook_text("1"))
        path, _ = shown(jupyter.open(uuid))
        (jupyter.home / path).unlink()

        again, hints = shown(jupyter.open(uuid))

        assert again == path
        assert hints == {}

    def test_gives_an_older_version_a_file_of_its_own(
        self, site: StandInSite, jupyter: RunningJupyter
    ):
        uuid = site.add_notebook(TITLE, notebook_text("1"), notebook_text("2"))
        jupyter.open(uuid, revision=2)

        path, hints = shown(jupyter.open(uuid, revision=1))

        assert path == "Find late payers (version 1).ipynb"
        assert sources(jupyter.home, path) == ["1"]
        assert hints == {}
        assert shown(jupyter.open(uuid, revision=2))[0] == "Find late payers.ipynb"

    def test_gives_two_notebooks_with_one_title_two_files(
        self, site: StandInSite, jupyter: RunningJupyter
    ):
        first = site.add_notebook(TITLE, notebook_text("first"))
        second = site.add_notebook(TITLE, notebook_text("second"))

        paths = [shown(jupyter.open(uuid))[0] for uuid in (first, second, first)]

        assert paths == [
            "Find late payers.ipynb",
            "Find late payers (2).ipynb",
            "Find late payers.ipynb",
        ]

    def test_never_writes_over_a_persons_own_file(
        self, site: StandInSite, jupyter: RunningJupyter
    ):
        (jupyter.home / f"{TITLE}.ipynb").write_text("not even a notebook")
        uuid = site.add_notebook(TITLE, notebook_text("1"))

        path, _ = shown(jupyter.open(uuid))

        assert path == "Find late payers (2).ipynb"
        assert (jupyter.home / f"{TITLE}.ipynb").read_text() == "not even a notebook"

    def test_follows_no_link_when_it_writes_or_looks(
        self, site: StandInSite, jupyter: RunningJupyter, tmp_path: Path
    ):
        target = tmp_path / "outside.ipynb"
        (jupyter.home / f"{TITLE}.ipynb").symlink_to(target)
        uuid = site.add_notebook(TITLE, notebook_text("1"))
        elsewhere = json.loads(notebook_text("outside"))
        elsewhere["metadata"]["nbcommons"] = {"v": 1, "uuid": uuid, "revision": 1}
        (tmp_path / "folder").mkdir()
        (tmp_path / "folder" / "x.ipynb").write_text(json.dumps(elsewhere))
        (jupyter.home / "linked").symlink_to(tmp_path / "folder")

        path, hints = shown(jupyter.open(uuid))

        assert path == "Find late payers (2).ipynb"
        assert hints == {}
        assert not target.exists()

    def test_is_not_held_up_by_a_pipe(self, site: StandInSite, jupyter: RunningJupyter):
        os.mkfifo(jupyter.home / "pipe.ipynb")
        uuid = site.add_notebook(TITLE, notebook_text("1"))

        path, _ = shown(jupyter.open(uuid))

        assert path == "Find late payers.ipynb"

    @pytest.mark.parametrize(
        ("title", "expected"),
        [
            ("../../etc/passwd", "etc passwd.ipynb"),
            ("..", "Notebook.ipynb"),
            ("", "Notebook.ipynb"),
            ("Bob's 100% model #2?", "Bob's 100% model #2.ipynb"),
            ("دليل المبتدئين", "دليل المبتدئين.ipynb"),
            ("Count 🐧 & 👩‍👩‍👧", "Count 🐧 & 👩‍👩‍👧.ipynb"),
            ("bad\u202egnp.exe", "badgnp.exe.ipynb"),
            ("a\nb\tc\0d", "a b c d.ipynb"),
        ],
    )
    def test_makes_a_readable_name_of_any_title(
        self, title: str, expected: str, site: StandInSite, jupyter: RunningJupyter
    ):
        uuid = site.add_notebook(title, notebook_text("1"))

        path, _ = shown(jupyter.open(uuid))

        assert path == expected
        assert jupyter.notebooks() == [expected]

    def test_cuts_a_very_long_title(self, site: StandInSite, jupyter: RunningJupyter):
        uuid = site.add_notebook("猫" * 5_000, notebook_text("1"))

        path, _ = shown(jupyter.open(uuid))

        assert len(path.encode()) < 220
        assert path.startswith("猫猫猫")

    def test_survives_a_broken_memory(self, site: StandInSite, jupyter: RunningJupyter):
        uuid = site.add_notebook(TITLE, notebook_text("1"))
        path, _ = shown(jupyter.open(uuid))
        memory = jupyter.private_folder / "copies.json"
        assert path in memory.read_text()
        memory.write_text('{"x": [{"y": "../../../etc/passwd"}]}')

        again, _ = shown(jupyter.open(uuid))

        assert again == path

    def test_makes_one_file_of_many_clicks_at_once(
        self, site: StandInSite, jupyter: RunningJupyter
    ):
        site.behave(delay_s=0.2)
        uuid = site.add_notebook(TITLE, notebook_text("1"))

        with ThreadPoolExecutor(5) as clicks:
            paths = list(clicks.map(lambda _: shown(jupyter.open(uuid))[0], range(5)))

        assert set(paths) == {"Find late payers.ipynb"}
        assert jupyter.notebooks() == ["Find late payers.ipynb"]


class TestOpenSaysWhatToDo:
    """A page in plain words for everything that may go wrong."""

    def problem(self, answer: httpx.Response, status: int, *words: str) -> None:
        assert answer.status_code == status
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert '<html lang="en">' in answer.text
        assert answer.text.count("<h1>") == 1
        for word in (*words, 'href="http://commons.example.org/'):
            assert word in answer.text
        for leak in ("Traceback", "secret", "nbs_"):
            assert leak not in answer.text

    def test_when_the_site_is_away(self, site: StandInSite, jupyter: RunningJupyter):
        site.kill()
        uuid = str(uuid4())

        answer = jupyter.open(uuid)

        self.problem(answer, 503, "not answering", "Try again", f"/notebooks/{uuid}/")

    def test_when_the_site_fails(self, site: StandInSite, jupyter: RunningJupyter):
        site.behave(status=500)

        self.problem(jupyter.open(str(uuid4())), 503, "not answering")

    def test_when_the_site_sends_elsewhere(self, site: StandInSite, jupyter: RunningJupyter):
        site.behave(status=302, headers={"Location": f"{site.url}/elsewhere"})

        self.problem(jupyter.open(str(uuid4())), 503, "not answering")
        assert not any("elsewhere" in request for request in site.requests())

    def test_when_there_is_no_such_notebook(self, jupyter: RunningJupyter):
        self.problem(jupyter.open(str(uuid4())), 404, "not there for you")

    def test_when_the_permission_has_ended(self, site: StandInSite, jupyter: RunningJupyter):
        site.behave(token="another")

        self.problem(jupyter.open(str(uuid4())), 403, "Run in Jupyter")

    @pytest.mark.parametrize("chunked", [False, True])
    @pytest.mark.parametrize("filler_bytes", [7_000_000, 20_000_000])
    def test_when_a_notebook_is_too_large(
        self, *, chunked: bool, filler_bytes: int, site: StandInSite, jupyter: RunningJupyter
    ):
        text = notebook_text("1")
        uuid = site.add_notebook(TITLE, text, chunked=chunked, filler_bytes=filler_bytes)

        self.problem(jupyter.open(uuid), 502, "more than any notebook may hold")
        assert jupyter.notebooks() == []

    @pytest.mark.parametrize(
        "raw", ["<html>", "[]", '{"nbformat": 3, "worksheets": []}', "[" * 100_000, ""]
    )
    def test_when_what_comes_is_no_notebook(
        self, raw: str, site: StandInSite, jupyter: RunningJupyter
    ):
        uuid = site.add_notebook(TITLE, notebook_text("1"), raw=raw)

        self.problem(jupyter.open(uuid), 502, "not a notebook")
        assert jupyter.notebooks() == []

    @pytest.mark.parametrize(
        "query",
        [
            {"uuid": ""},
            {"uuid": "../../api"},
            {"uuid": "{12345678-1234-5678-1234-567812345678}"},
            {"uuid": "12345678-1234-5678-1234-567812345678", "revision": "-1"},
            {"uuid": "12345678-1234-5678-1234-567812345678", "revision": "0"},
            {"uuid": "12345678-1234-5678-1234-567812345678", "revision": "1&x=y"},
            {"uuid": "12345678-1234-5678-1234-567812345678", "revision": "9" * 30},
            {"uuid": "<script>alert(1)</script>"},
        ],
    )
    def test_when_the_link_is_not_sound(
        self, query: dict[str, str], site: StandInSite, jupyter: RunningJupyter
    ):
        answer = jupyter.open(**query)

        self.problem(answer, 400, "press “Run in Jupyter” once more")
        assert "<script" not in answer.text
        assert site.requests() == []

    def test_when_the_home_takes_no_file(self, site: StandInSite, jupyter: RunningJupyter):
        uuid = site.add_notebook(TITLE, notebook_text("1"))
        gone = jupyter.home.rename(jupyter.home.with_name("gone"))

        try:
            answer = jupyter.open(uuid)
        finally:
            gone.rename(jupyter.home)

        self.problem(answer, 507, "could not be put into your Jupyter")

    def test_when_a_page_tries_to_load_it(self, site: StandInSite, jupyter: RunningJupyter):
        uuid = site.add_notebook(TITLE, notebook_text("1"))
        with jupyter.client() as client:
            answer = client.get(
                f"{jupyter.url}/nbcommons/open",
                params={"uuid": uuid},
                headers={"Sec-Fetch-Mode": "no-cors"},
            )

        assert answer.status_code == 400
        assert jupyter.notebooks() == []


class TestNewestBesideMine:
    def test_puts_the_newest_version_beside_the_copy(
        self, site: StandInSite, jupyter: RunningJupyter
    ):
        uuid = site.add_notebook(TITLE, notebook_text("1"))
        path, _ = shown(jupyter.open(uuid))
        edit(jupyter.home, path, "mine")
        site.add_version(uuid, notebook_text("2"))

        with jupyter.client() as client:
            first = client.post(f"{jupyter.url}/nbcommons/copies/{uuid}")
            second = client.post(f"{jupyter.url}/nbcommons/copies/{uuid}")

        assert first.json() == second.json() == {"path": f"{TITLE} (version 2).ipynb"}
        assert sources(jupyter.home, f"{TITLE} (version 2).ipynb") == ["2"]
        assert sources(jupyter.home, path) == ["mine"]
        assert shown(jupyter.open(uuid, revision=2))[0] == f"{TITLE} (version 2).ipynb"

    def test_answers_in_json_when_it_cannot(self, site: StandInSite, jupyter: RunningJupyter):
        site.kill()

        with jupyter.client() as client:
            answer = client.post(f"{jupyter.url}/nbcommons/copies/{uuid4()}")

        assert answer.status_code == 503
        assert answer.json() == {
            "message": "Your Jupyter could not reach the Commons. "
            "This is usually over in a minute.",
            "kind": "unreachable",
            "errors": {},
        }
