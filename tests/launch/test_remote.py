"""Commands that speak to a running site with a token."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from typer.testing import CliRunner

from nbcommons.core.actor import Actor
from nbcommons.launch.cli import app
from nbcommons.launch.errors import CannotStart
from nbcommons.launch.remote import IS_REBUILDING
from nbcommons.notebooks.models import Notebook
from nbcommons.people import tokens
from nbcommons.search import _place
from nbcommons.search._backend import MemoryStore
from nbcommons.search.operations import rebuild_index
from tests.factories.executions import make_person
from tests.factories.gallery import bring_in

pytestmark = [
    pytest.mark.django_db(transaction=True),
]


def file_of(title, *codes):
    cells = [{"cell_type": "markdown", "metadata": {}, "source": f"# {title}"}]
    cells += [
        {
            "cell_type": "code",
            "metadata": {},
            "source": code,
            "execution_count": 1,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": "canary"}],
        }
        for code in codes
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


@pytest.fixture
def run(live_server, monkeypatch, tmp_path):
    """Runs a command as ann, in a folder of its own; returns exit code and what was said."""
    now = timezone.now()
    ann = make_person("ann")
    minted = tokens.mint_personal_token(
        Actor.person(ann.pk, "ann"),
        ann,
        scopes=tuple(tokens.SCOPES),
        label="",
        expires_at=now + timedelta(hours=1),
        at=now,
    )
    monkeypatch.setenv("NBCOMMONS_TOKEN", minted.secret)
    monkeypatch.setenv("NBCOMMONS_URL", live_server.url)
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        result = CliRunner().invoke(app, list(arguments))
        if isinstance(result.exception, CannotStart):
            raise result.exception
        assert minted.secret not in result.output
        return result

    return run


class TestWhoami:
    def test_says_who_and_what(self, run):
        said = run("whoami").output

        assert said.startswith("ann (ann) at http://")
        assert "notebooks:write" in said

    def test_says_how_to_get_a_token(self, run, monkeypatch, tmp_path):
        monkeypatch.delenv("NBCOMMONS_TOKEN")
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

        with pytest.raises(CannotStart, match="settings page"):
            run("whoami")

    def test_says_when_nothing_answers(self, run):
        with pytest.raises(CannotStart, match="does not answer"):
            run("whoami", "--url", "http://127.0.0.1:9")

    def test_says_that_the_token_is_broken(self, run, monkeypatch):
        monkeypatch.setenv("NBCOMMONS_TOKEN", "bla")

        with pytest.raises(CannotStart, match="no token of a Commons"):
            run("whoami")


class TestUpload:
    def test_shares_files_without_results(self, run, tmp_path):
        for name in ("a", "b"):
            (tmp_path / f"{name}.ipynb").write_text(file_of(name.upper(), "1 + 1"))

        result = run("upload", "a.ipynb", "b.ipynb", "--tag", "x", "--visibility", "everyone")

        assert result.exit_code == 0
        assert "1 result removed" in result.output
        assert set(Notebook.objects.values_list("title", "visibility")) == {
            ("A", "everyone"),
            ("B", "everyone"),
        }

    def test_is_private_unless_told(self, run, tmp_path):
        (tmp_path / "a.ipynb").write_text(file_of("A"))

        told = json.loads(run("upload", "a.ipynb", "--json").output)

        notebook = Notebook.objects.get()
        assert (notebook.visibility, str(notebook.uuid)) == ("private", told["uuid"])

    def test_makes_the_next_version(self, run, tmp_path):
        notebook = bring_in(make_person("ann"))
        (tmp_path / "a.ipynb").write_text(file_of("A", "2 + 2"))

        result = run("upload", "a.ipynb", "--replaces", str(notebook.uuid), "--message", "Hm")

        assert "version 2" in result.output
        assert notebook.revisions.get(number=2).message == "Hm"

    def test_says_what_does_the_same_already(self, run, tmp_path):
        codes = ("load = open('invoices.csv').read()", "late = load.count(';late;')")
        (tmp_path / "a.ipynb").write_text(file_of("A", *codes))
        run("upload", "a.ipynb")

        assert (
            "“A” does this already: 2 of 2 cells are the same."
            in run("upload", "a.ipynb", "--draft").output
        )
        again = run("upload", "a.ipynb")

        assert "“A” does this already" in again.output
        assert Notebook.objects.count() == 2

    def test_stops_at_secrets_unless_told_to_blank_them(self, run, tmp_path):
        key = "AKIA" + "Q7RT2KXJ5WPL9ZBN"
        (tmp_path / "a.ipynb").write_text(file_of("A", f'key = "{key}"'))

        stopped = run("upload", "a.ipynb")

        assert stopped.exit_code == 1
        assert "may be a secret" in stopped.output
        assert "/add/" in stopped.output
        assert key not in stopped.output
        assert not Notebook.objects.exists()
        assert run("upload", "a.ipynb", "--blank-secrets").exit_code == 0
        assert Notebook.objects.count() == 1

    def test_goes_on_after_a_file_that_cannot_be_shared(self, run, tmp_path):
        (tmp_path / "bad.ipynb").write_text("nonsense")
        (tmp_path / "good.ipynb").write_text(file_of("Good"))

        result = run("upload", "bad.ipynb", "missing.ipynb", "good.ipynb")

        assert result.exit_code == 1
        assert "missing.ipynb: No such file" in result.output
        assert "bad.ipynb: " in result.output
        assert Notebook.objects.get().title == "Good"

    def test_leaves_a_draft(self, run, tmp_path):
        (tmp_path / "a.ipynb").write_text(file_of("A"))

        result = run("upload", "a.ipynb", "--draft")

        assert result.exit_code == 0
        assert not Notebook.objects.exists()


class TestDownload:
    def test_writes_a_file_named_by_its_title(self, run, tmp_path, live_server):
        notebook = bring_in(make_person("olga"), "../Größe: 1/2")

        result = run("download", f"{live_server.url}/notebooks/{notebook.uuid}/")

        (path,) = tmp_path.iterdir()
        assert path.name == "Größe 1 2.ipynb"
        assert "version 1" in result.output
        content = json.loads(path.read_text())
        assert content["metadata"]["nbcommons"]["uuid"] == str(notebook.uuid)

    def test_replaces_no_file_unless_told(self, run, tmp_path):
        notebook = bring_in(make_person("olga"))
        path = tmp_path / "mine.ipynb"
        path.write_text("mine")

        with pytest.raises(CannotStart, match="there already"):
            run("download", str(notebook.uuid), "--to", "mine.ipynb")
        assert path.read_text() == "mine"
        run("download", str(notebook.uuid), "--to", "mine.ipynb", "--force", "--version", "1")
        assert path.read_text() != "mine"

    def test_asks_no_other_commons_than_the_one_named(self, run, tmp_path):
        notebook = bring_in(make_person("olga"))

        said = run("download", f"http://evil.example/notebooks/{notebook.uuid}/")

        assert said.exit_code == 2
        assert "evil.example" in said.output
        assert not list(tmp_path.iterdir())

    def test_says_that_a_short_address_holds_no_id(self, run, live_server):
        said = run("download", f"{live_server.url}/n/abcdefgh/")

        assert said.exit_code == 2
        assert "short address" in said.output

    def test_says_what_is_no_id(self, run):
        assert run("download", "late payers").exit_code == 2


class TestSearch:
    def test_lists_what_it_finds(self, run):
        bring_in(make_person("olga"), "Rank late payers")
        bring_in(make_person("olga"), "Count letters")
        with _place.using(MemoryStore()):
            rebuild_index(Actor.system("test"))
            said = run("search", "late", "payers").output.splitlines()
            told = run("search", "title:late", "--json", "--limit", "1").output

        assert said[0].endswith("\tRank late payers")
        assert json.loads(told)["title"] == "Rank late payers"

    def test_says_what_became_of_the_words(self, run):
        bring_in(make_person("olga"), "Solve a sudoku")
        with _place.using(MemoryStore()):
            rebuild_index(Actor.system("test"))
            corrected = run("search", "sodoku")
            nothing = run("search", "zzzzzz", "--json")
            unlike = run("search", "solve", "-sudoku")
            unknown = run("search", "solve", "--langage", "r")

        assert corrected.stdout.endswith("\tSolve a sudoku\n")
        assert "looked for sudoku instead" in corrected.stderr
        assert (nothing.exit_code, nothing.stdout) == (0, "")
        assert nothing.stderr.startswith("Nothing found.")
        assert (unlike.exit_code, unlike.stdout) == (0, "")
        assert unknown.exit_code == 2

    def test_says_that_there_is_no_index(self, run):
        with _place.using(MemoryStore()):
            said = run("search", "sudoku")

        assert (said.exit_code, said.stdout) == (IS_REBUILDING, "")
        assert "being rebuilt" in said.stderr
