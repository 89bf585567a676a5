"""``import`` from folders, files and archives: new, changed, unchanged, left out, interrupted."""

import csv
import json
import os
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from nbcommons.activity.models import AuditEntry
from nbcommons.core.actor import Actor
from nbcommons.intake.models import ImportedNotebook
from nbcommons.intake.operations import bulk
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.models import Cell, Notebook, StoredContent
from nbcommons.people.models import Label, Person, Team
from nbcommons.rendering.queries import rendered_revision
from tests.factories.bulk import notebook_file, tar_of, zip_of
from tests.factories.imports import bring_in, outcomes, titles, told

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NEW, VERSION, SAME, LEFT = "new", "new version", "unchanged", "left out"


@pytest.fixture
def folder(tmp_path):
    """A folder with two notebooks, one of them deep down."""
    root = tmp_path / "work"
    (root / "deep" / "er").mkdir(parents=True)
    (root / "late.ipynb").write_bytes(notebook_file("Rank late payers", output="CANARY"))
    (root / "deep" / "er" / "fees.ipynb").write_bytes(notebook_file("Sum fees", "print(2)"))
    return root


def change(folder, code="print('changed')"):
    (folder / "late.ipynb").write_bytes(notebook_file("Rank late payers", code))


def publish_here(code="print('mine')"):
    """Somebody makes a next version of the notebook on the site."""
    notebook = Notebook.objects.get(title="Rank late payers")
    current = notebook.current_revision
    catalogue.add_revision(
        notebook,
        author_id=current.author_id,
        canonical=json.dumps({"cells": [], "metadata": {}, "n": code}).encode(),
        cells=[],
        at=NOW,
    )
    return notebook


class TestFolder:
    def test_brings_everything_in_without_results(self, folder, tmp_path):
        report = bring_in(folder, tmp_path=tmp_path)

        assert outcomes(report) == {"deep/er/fees.ipynb": NEW, "late.ipynb": NEW}
        assert report["code"] == 0
        assert report["by_name"]["late.ipynb"]["removed"] == {
            "outputs": 1,
            "execution_counts": 1,
        }
        assert titles() == {"Rank late payers", "Sum fees"}
        notebook = Notebook.objects.get(title="Rank late payers")
        assert report["by_name"]["late.ipynb"]["uuid"] == str(notebook.uuid)
        assert (notebook.owner.username, notebook.visibility) == ("ann", "everyone")
        assert notebook.current_revision.code_cell_count == 1
        assert Cell.objects.filter(revision=notebook.current_revision).count() == 2
        assert "Rank late payers" in str(rendered_revision(notebook.current_revision))
        assert all(b"CANARY" not in bytes(row.data) for row in StoredContent.objects.all())

    def test_changes_nothing_the_second_time(self, folder, tmp_path):
        bring_in(folder, tmp_path=tmp_path)
        before = state_of_the_database()

        report = bring_in(folder, tmp_path=tmp_path)

        assert set(outcomes(report).values()) == {SAME}
        assert state_of_the_database() == before

    def test_makes_a_version_of_what_has_changed(self, folder, tmp_path):
        bring_in(folder, tmp_path=tmp_path)
        change(folder)

        report = bring_in(folder, tmp_path=tmp_path)

        assert outcomes(report) == {"deep/er/fees.ipynb": SAME, "late.ipynb": VERSION}
        notebook = Notebook.objects.get(title="Rank late payers")
        assert notebook.current_revision.number == 2
        assert notebook.current_revision.message == "Imported again"

    def test_finds_no_change_in_new_results(self, folder, tmp_path):
        bring_in(folder, tmp_path=tmp_path)
        (folder / "late.ipynb").write_bytes(notebook_file("Rank late payers", output="other"))

        assert set(outcomes(bring_in(folder, tmp_path=tmp_path)).values()) == {SAME}

    def test_never_undoes_what_somebody_changed_here(self, folder, tmp_path):
        bring_in(folder, tmp_path=tmp_path)
        publish_here()

        first = bring_in(folder, tmp_path=tmp_path)
        change(folder)
        second = bring_in(folder, tmp_path=tmp_path)

        assert outcomes(first)["late.ipynb"] == SAME
        assert outcomes(second)["late.ipynb"] == LEFT
        assert "--overwrite" in second["by_name"]["late.ipynb"]["reason"]
        assert Notebook.objects.get(title="Rank late payers").current_revision.number == 2

    def test_overwrites_when_it_is_told_to_and_keeps_the_earlier_versions(
        self, folder, tmp_path
    ):
        bring_in(folder, tmp_path=tmp_path)
        publish_here()
        change(folder)

        report = bring_in(folder, "--overwrite", tmp_path=tmp_path)

        assert outcomes(report)["late.ipynb"] == VERSION
        assert Notebook.objects.get(title="Rank late payers").revisions.count() == 3

    def test_finds_what_has_been_given_to_somebody_else(self, folder, tmp_path):
        bring_in(folder, tmp_path=tmp_path)
        notebook = Notebook.objects.get(title="Rank late payers")
        bob = Person.objects.create(username="bob")
        catalogue.set_owner(notebook, owner_id=bob.pk, actor_id=None, at=NOW)
        change(folder)

        report = bring_in(folder, tmp_path=tmp_path)

        assert outcomes(report)["late.ipynb"] == VERSION
        notebook.refresh_from_db()
        assert (notebook.owner, Notebook.objects.count()) == (bob, 2)

    def test_leaves_alone_what_is_in_the_bin(self, folder, tmp_path):
        bring_in(folder, tmp_path=tmp_path)
        notebook = Notebook.objects.get(title="Rank late payers")
        catalogue.move_to_bin(notebook, actor_id=None, at=NOW)

        report = bring_in(folder, tmp_path=tmp_path)

        assert "in the bin" in report["by_name"]["late.ipynb"]["reason"]

    def test_brings_in_anew_what_was_removed_for_good(self, folder, tmp_path):
        bring_in(folder, tmp_path=tmp_path)
        catalogue.remove_notebook(Notebook.objects.get(title="Sum fees"), actor_id=None)

        assert outcomes(bring_in(folder, tmp_path=tmp_path))["deep/er/fees.ipynb"] == NEW

    def test_finds_what_came_in_before_imports_were_recorded(self, folder, tmp_path):
        ann = Person.objects.create(username="ann")
        bulk.import_notebook(
            Actor.system("tests"),
            owner_id=ann.pk,
            raw=(folder / "late.ipynb").read_bytes(),
            file_name="late.ipynb",
            origin="work/late.ipynb",
            visibility="everyone",
            at=NOW,
        )

        report = bring_in(folder, tmp_path=tmp_path)

        assert outcomes(report) == {"deep/er/fees.ipynb": NEW, "late.ipynb": SAME}
        assert ImportedNotebook.objects.count() == 2

    def test_says_what_it_left_out_and_why_and_brings_the_rest(self, folder, tmp_path):
        (folder / "broken.ipynb").write_text("name,amount\n")
        (folder / "secret.txt").write_text("no notebook")
        (folder / "link.ipynb").symlink_to(tmp_path / "elsewhere")
        (folder / "linked").symlink_to("/etc")
        os.mkfifo(folder / "pipe.ipynb")
        (folder / "large.ipynb").write_bytes(b" " * 20_000_001)
        (folder / ".ipynb_checkpoints").mkdir()
        (folder / ".ipynb_checkpoints" / "late-checkpoint.ipynb").write_bytes(notebook_file())

        report = bring_in(folder, tmp_path=tmp_path)

        assert report["summary"]["new"] == 2
        reasons = {row["name"]: row["reason"] for row in report["notebooks"] if row["reason"]}
        assert set(reasons) == {"broken.ipynb", "link.ipynb", "pipe.ipynb", "large.ipynb"}
        assert "link" in reasons["link.ipynb"]
        assert "not a file" in reasons["pipe.ipynb"]
        assert "larger than 20 MB" in reasons["large.ipynb"]

    def test_says_which_have_the_same_content(self, folder, tmp_path):
        (folder / "twin.ipynb").write_bytes((folder / "late.ipynb").read_bytes())

        report = bring_in(folder, tmp_path=tmp_path)

        assert "late.ipynb" in report["by_name"]["twin.ipynb"]["same_as"]
        assert report["summary"]["new"] == 3

    def test_leaves_out_the_same_content_when_it_is_told_to(self, folder, tmp_path):
        (folder / "twin.ipynb").write_bytes((folder / "late.ipynb").read_bytes())

        report = bring_in(folder, "--skip-same", tmp_path=tmp_path)

        assert outcomes(report)["twin.ipynb"] == LEFT
        assert Notebook.objects.count() == 2

    def test_takes_names_of_files_that_are_no_text(self, folder, tmp_path):
        odd = os.fsencode(folder) + b"/caf\xe9\n.ipynb"
        with open(odd, "wb") as file:  # noqa: PTH123 - bytes are the point
            file.write(notebook_file("Odd name"))

        bring_in(folder, tmp_path=tmp_path)

        assert set(outcomes(bring_in(folder, tmp_path=tmp_path)).values()) == {SAME}
        assert "Odd name" in titles()

    def test_keeps_two_folders_of_one_name_apart_when_they_are_called_differently(
        self, folder, tmp_path
    ):
        other = tmp_path / "other" / "work"
        other.mkdir(parents=True)
        (other / "late.ipynb").write_bytes(notebook_file("Something else"))
        bring_in(folder, tmp_path=tmp_path)

        report = bring_in(other, "--called", "other-work", tmp_path=tmp_path)

        assert outcomes(report) == {"late.ipynb": NEW}

    def test_takes_one_file(self, folder, tmp_path):
        report = bring_in(folder / "late.ipynb", tmp_path=tmp_path)

        assert outcomes(report) == {"late.ipynb": NEW}
        assert set(outcomes(bring_in(folder, tmp_path=tmp_path)).values()) == {NEW, SAME}

    @pytest.mark.parametrize(("make", "name"), [(tar_of, "work.tar.gz"), (zip_of, "work.zip")])
    def test_takes_a_packed_folder(self, tmp_path, make, name):
        path = make(
            tmp_path / name,
            {"a/late.ipynb": notebook_file(), "__MACOSX/._late.ipynb": b"x", "readme": b"x"},
        )

        assert outcomes(bring_in(path, tmp_path=tmp_path)) == {"a/late.ipynb": NEW}
        assert outcomes(bring_in(path, tmp_path=tmp_path)) == {"a/late.ipynb": SAME}


class TestAudit:
    def test_says_what_came_in_and_what_was_taken_along(self, folder, tmp_path):
        bring_in(folder, tmp_path=tmp_path)
        bring_in(folder, tmp_path=tmp_path)
        call_command("export", "--person", "ann", "--to", str(tmp_path / "out"))

        told_of = AuditEntry.objects.filter(
            fact__in=("NotebooksImported", "NotebooksTakenAlong")
        ).order_by("pk")
        imported, taken = told_of
        assert imported.details["source"] == str(folder)
        assert (imported.details["notebooks"], imported.details["versions"]) == (2, 2)
        assert taken.details["notebooks"] == 2
        assert taken.details["person_id"] == Person.objects.get(username="ann").pk

    def test_says_of_each_notebook_that_it_was_made(self, folder, tmp_path):
        bring_in(folder, tmp_path=tmp_path)

        told_of = AuditEntry.objects.filter(fact="RevisionPublished")
        assert set(told_of.values_list("notebook_id", flat=True)) == set(
            Notebook.objects.values_list("pk", flat=True)
        )


class TestWhoAndWhom:
    def test_a_team_looks_after_them(self, folder, tmp_path):
        team = Team.objects.create(name="Customs", slug="customs", created_at=NOW)

        bring_in(folder, "--team", "customs", tmp_path=tmp_path)

        notebook = Notebook.objects.get(title="Sum fees")
        assert (notebook.owner, notebook.owner_team) == (None, team)
        assert notebook.current_revision.author.username == "ann"
        assert set(
            outcomes(bring_in(folder, "--team", "customs", tmp_path=tmp_path)).values()
        ) == {SAME}

    def test_each_carries_the_labels_from_the_first_moment(self, folder, tmp_path):
        label = Label.objects.create(name="Trade secret", slug="trade-secret", created_at=NOW)

        bring_in(folder, "--label", "trade-secret", tmp_path=tmp_path)

        assert all(list(row.labels.all()) == [label] for row in Notebook.objects.all())

    def test_visibility_is_as_asked(self, folder, tmp_path):
        bring_in(folder, "--visibility", "private", tmp_path=tmp_path)

        assert set(Notebook.objects.values_list("visibility", flat=True)) == {"private"}

    def test_the_first_administrator_looks_after_them_by_default(self, folder, tmp_path):
        Person.objects.create(username="root", is_administrator=True)

        bring_in(folder, tmp_path=tmp_path, owner=None)

        assert Notebook.objects.filter(owner__username="root").count() == 2

    @pytest.mark.parametrize(
        "arguments",
        [("--owner", "nobody"), ("--team", "none"), ("--label", "none"), ("--report", "x.pdf")],
    )
    def test_says_who_or_what_is_not_there(self, folder, arguments):
        Person.objects.create(username="root", is_administrator=True)

        with pytest.raises(CommandError):
            call_command("import", str(folder), *arguments)

        assert not Notebook.objects.exists()


class TestDryRun:
    def test_says_the_same_as_the_real_one_and_writes_nothing(self, folder, tmp_path):
        (folder / "broken.ipynb").write_text("name,amount\n")
        (folder / "twin.ipynb").write_bytes((folder / "late.ipynb").read_bytes())
        Person.objects.create(username="ann")
        before = state_of_the_database()

        dry = bring_in(folder, "--dry-run", tmp_path=tmp_path)
        after = state_of_the_database()
        real = bring_in(folder, tmp_path=tmp_path)

        assert after == before
        assert told(dry) == told(real)

    def test_says_the_same_about_what_has_changed(self, folder, tmp_path):
        bring_in(folder, tmp_path=tmp_path)
        change(folder)
        (folder / "new.ipynb").write_bytes(notebook_file("New one", "print(9)"))

        dry = bring_in(folder, "--dry-run", tmp_path=tmp_path)

        assert told(dry) == told(bring_in(folder, tmp_path=tmp_path))


class TestReport:
    def test_a_table_is_safe_to_open_in_a_spreadsheet(self, folder, tmp_path):
        (folder / "=cmd.ipynb").write_bytes(notebook_file("=HYPERLINK(evil)"))
        Person.objects.create(username="ann")
        call_command(
            "import", str(folder), "--owner", "ann", "--report", str(tmp_path / "report.csv")
        )

        with (tmp_path / "report.csv").open(newline="") as file:
            rows = {row["name"]: row for row in csv.DictReader(file)}

        assert rows["'=cmd.ipynb"]["title"] == "'=HYPERLINK(evil)"
        assert rows["late.ipynb"]["removed"] == "outputs: 1; execution_counts: 1"

    def test_the_end_says_what_matters(self, folder, tmp_path, capsys):
        (folder / "broken.ipynb").write_text("name,amount\n")

        bring_in(folder, tmp_path=tmp_path)

        said = capsys.readouterr().out
        assert "Brought in: 2 new, 0 new version, 0 unchanged; 1 left out." in said
        assert "broken.ipynb: " in said

    def test_no_name_commands_the_terminal(self, folder, tmp_path, capsys):
        (folder / "\x1b]0;owned\x07.ipynb").write_text("no notebook")
        twin = notebook_file("x", title="\x1b[2J\u202ekcab")
        for name in ("one.ipynb", "two.ipynb"):
            (folder / name).write_bytes(twin)

        bring_in(folder, tmp_path=tmp_path)

        said = capsys.readouterr().out
        assert "two.ipynb" in said
        assert not {"\x1b", "\x07", "\u202e"} & set(said)

    @pytest.mark.parametrize(
        ("files", "arguments", "code"),
        [
            ({"a.ipynb": notebook_file()}, (), 0),
            ({"a.ipynb": notebook_file(), "b.ipynb": b"x"}, (), 0),
            ({"a.ipynb": notebook_file(), "b.ipynb": b"x"}, ("--strict",), 3),
            ({"b.ipynb": b"x"}, (), 1),
        ],
    )
    def test_the_exit_code_tells(self, tmp_path, files, arguments, code):
        (tmp_path / "in").mkdir()
        for name, content in files.items():
            (tmp_path / "in" / name).write_bytes(content)

        assert bring_in(tmp_path / "in", *arguments, tmp_path=tmp_path)["code"] == code

    @pytest.mark.parametrize(
        "name", ["nothing-there", "empty", "\0", "ssh://host/x", "git@h:x"]
    )
    def test_says_that_there_is_nothing_to_read(self, tmp_path, name):
        (tmp_path / "empty").mkdir()
        Person.objects.create(username="ann")
        place = name if ":" in name else str(tmp_path / name)

        with pytest.raises(CommandError):
            call_command("import", place, "--owner", "ann")


def state_of_the_database():
    """How many rows each table of ours has, and who points where."""
    with connection.cursor() as cursor:
        tables = sorted(
            name
            for name in connection.introspection.table_names(cursor)
            if not name.startswith(("django_", "commons_cache"))
        )
        counts = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    current = list(
        Notebook.objects.order_by("pk").values_list("pk", "current_revision", "updated_at")
    )
    return counts, current
