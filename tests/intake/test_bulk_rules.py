"""``import`` in batches, by several readers, under rules for secrets, plugins and pictures."""

import base64
import json
import os
import signal
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nbcommons.core import plugins
from nbcommons.intake._bulk import readers, running
from nbcommons.intake._bulk.reading import Manner, Request
from nbcommons.intake._bulk.worker import receive, send
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.models import Notebook
from nbcommons.notebooks.queries import document_of
from tests.factories.bulk import notebook_file
from tests.factories.imports import bring_in, only_notebook, outcomes, titles, told
from tests.ipynb.builders import picture

pytestmark = pytest.mark.django_db
NEW, SAME, LEFT = "new", "unchanged", "left out"
KEY = "AKIA" + "QWERTYUIOPASDFGH"


@pytest.fixture
def folder(tmp_path):
    """A folder with two notebooks, one of them deep down."""
    root = tmp_path / "work"
    (root / "deep" / "er").mkdir(parents=True)
    (root / "late.ipynb").write_bytes(notebook_file("Rank late payers", output="CANARY"))
    (root / "deep" / "er" / "fees.ipynb").write_bytes(notebook_file("Sum fees", "print(2)"))
    return root


def count_jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        return cursor.fetchone()[0]


class TestBatches:
    def test_one_that_the_database_refuses_costs_no_other(self, folder, tmp_path, monkeypatch):
        real = catalogue.create_notebooks

        def refuse(new):
            if any(one.title == "Sum fees" for one in new):
                new = [one if one.title != "Sum fees" else spoiled(one) for one in new]
            return real(new)

        monkeypatch.setattr(catalogue, "create_notebooks", refuse)

        report = bring_in(folder, tmp_path=tmp_path)

        assert outcomes(report) == {"deep/er/fees.ipynb": LEFT, "late.ipynb": NEW}
        assert "database" in report["by_name"]["deep/er/fees.ipynb"]["reason"]
        assert titles() == {"Rank late payers"}

    def test_takes_a_fixed_number_of_statements_and_few_jobs(self, tmp_path):
        (tmp_path / "in").mkdir()
        for number in range(40):
            (tmp_path / "in" / f"{number}.ipynb").write_bytes(
                notebook_file(f"Notebook {number}", f"print({number})")
            )
        before = count_jobs()  # of other tests, perhaps
        with CaptureQueriesContext(connection) as queries:
            bring_in(tmp_path / "in", tmp_path=tmp_path)

        audited = sum('"activity_auditentry"' in query["sql"] for query in queries)
        assert Notebook.objects.count() == 40
        assert len(queries) - audited < 60
        assert count_jobs() - before < 10

    def test_readers_in_processes_of_their_own_read_the_same(self, folder, tmp_path):
        here = bring_in(folder, "--dry-run", "--readers", "0", tmp_path=tmp_path)
        there = bring_in(folder, "--dry-run", "--readers", "2", tmp_path=tmp_path)

        assert told(here) == told(there)

    def test_stops_between_batches_and_goes_on_the_next_time(
        self, folder, tmp_path, monkeypatch
    ):
        monkeypatch.setattr(running, "BATCH_NOTEBOOKS", 1)
        real = running.Run._bring_in

        def stop_after_the_first(run, actor, batch):
            real(run, actor, batch)
            os.kill(os.getpid(), signal.SIGINT)

        monkeypatch.setattr(running.Run, "_bring_in", stop_after_the_first)
        stopped = bring_in(folder, tmp_path=tmp_path)
        monkeypatch.setattr(running.Run, "_bring_in", real)
        rest = bring_in(folder, tmp_path=tmp_path)

        assert (stopped["code"], stopped["summary"]["stopped"]) == (130, True)
        assert outcomes(stopped) == {"late.ipynb": NEW}
        assert outcomes(rest) == {"late.ipynb": SAME, "deep/er/fees.ipynb": NEW}


class TestSecrets:
    @pytest.fixture
    def leaky(self, tmp_path):
        root = tmp_path / "leaky"
        root.mkdir()
        (root / "key.ipynb").write_bytes(notebook_file("Key", f'aws_key = "{KEY}"'))
        (root / "mail.ipynb").write_bytes(
            notebook_file("Mail", "send('jane.roe@statistics.gov.uk')")
        )
        return root

    def test_are_told_by_cell_and_kind_and_never_as_they_are(self, leaky, tmp_path, capsys):
        report = bring_in(leaky, tmp_path=tmp_path)

        (secret,) = report["by_name"]["key.ipynb"]["secrets"]
        assert secret.startswith("cell 1: a key of Amazon")
        assert report["by_name"]["mail.ipynb"]["secrets"] == []
        assert "e-mail" in report["by_name"]["mail.ipynb"]["hints"][0]
        assert report["summary"]["with_secrets"] == 1
        said = capsys.readouterr().out
        assert "key.ipynb: cell 1" in said
        assert KEY not in said + json.dumps(report)

    def test_make_a_notebook_private_until_somebody_decides(self, leaky, tmp_path, capsys):
        report = bring_in(leaky, "--visibility", "everyone", tmp_path=tmp_path)

        shown = dict(Notebook.objects.values_list("title", "visibility"))
        assert shown == {"Key": "private", "Mail": "everyone"}
        assert "share it on its page" in report["by_name"]["key.ipynb"]["notes"][0]
        assert report["by_name"]["mail.ipynb"]["notes"] == []
        assert "what is new of them is private" in capsys.readouterr().out

    def test_come_into_no_shared_notebook_but_what_is_in_it_already(self, leaky, tmp_path):
        file = leaky / "key.ipynb"
        bring_in(leaky, tmp_path=tmp_path)
        Notebook.objects.update(visibility="everyone")
        file.write_bytes(notebook_file("Key", f'aws_key = "{KEY}"  # changed'))
        same = bring_in(leaky, tmp_path=tmp_path)
        file.write_bytes(notebook_file("Key", 'password = "Winter-2026"'))

        other = bring_in(leaky, tmp_path=tmp_path)

        assert same["by_name"]["key.ipynb"]["outcome"] == "new version"
        assert other["by_name"]["key.ipynb"]["outcome"] == LEFT
        assert "cell 1: a password or key" in other["by_name"]["key.ipynb"]["reason"]

    def test_that_nobody_may_wave_through_keep_a_notebook_out(self, leaky, tmp_path, settings):
        settings.NBCOMMONS_SECRETS_BLOCKING = ("aws_key",)

        report = bring_in(leaky, tmp_path=tmp_path)

        assert outcomes(report) == {"key.ipynb": LEFT, "mail.ipynb": NEW}
        assert "cell 1" in report["by_name"]["key.ipynb"]["reason"]


class TestPlugins:
    def test_what_speaks_against_a_notebook_keeps_it_out_in_a_dry_run_too(
        self, folder, tmp_path, monkeypatch
    ):
        def object_to(candidate):
            return ["No fees here."] if candidate.title == "Sum fees" else []

        plugin = plugins.Plugin(name="rules", validators=(object_to,))
        monkeypatch.setattr(plugins, "_active", [plugin])

        dry = bring_in(folder, "--dry-run", tmp_path=tmp_path)
        real = bring_in(folder, tmp_path=tmp_path)

        assert told(dry) == told(real)
        assert real["by_name"]["deep/er/fees.ipynb"]["reason"] == "No fees here."
        assert titles() == {"Rank late payers"}


class TestPictures:
    @pytest.fixture
    def album(self, tmp_path):
        whole = json.loads(notebook_file())
        coded = base64.b64encode(picture("JPEG", (64, 48)) + b"HIDDEN").decode()
        whole["cells"][0] |= {
            "source": "![chart](attachment:chart.jpeg)",
            "attachments": {"chart.jpeg": {"image/jpeg": coded}},
        }
        root = tmp_path / "album"
        root.mkdir()
        (root / "a.ipynb").write_text(json.dumps(whole))
        return root

    def test_are_left_out_since_nobody_chooses_them(self, album, tmp_path):
        report = bring_in(album, tmp_path=tmp_path)

        assert report["by_name"]["a.ipynb"]["removed"]["attachments"] == 1
        assert "attachments" not in document_of(only_notebook().current_revision)["cells"][0]

    def test_are_kept_made_anew_when_it_is_told_to_and_survive_an_export(self, album, tmp_path):
        bring_in(album, "--keep-pictures", tmp_path=tmp_path)
        notebook = only_notebook()
        before = document_of(notebook.current_revision)
        kept = before["cells"][0]["attachments"]["chart.jpeg"]["image/jpeg"]
        assert b"HIDDEN" not in base64.b64decode(kept)

        call_command("export", "--to", str(tmp_path / "out"))
        catalogue.remove_notebook(notebook, actor_id=None)
        report = bring_in(tmp_path / "out", tmp_path=tmp_path)

        assert set(outcomes(report).values()) == {NEW}
        assert document_of(only_notebook().current_revision) == before


class TestReaders:
    def test_import_nothing_from_where_the_operator_stands(self, folder, tmp_path, monkeypatch):
        for name in ("django", "nbcommons", "orjson"):
            (folder / f"{name}.py").write_text("open('executed', 'w')\n")
        monkeypatch.chdir(folder)

        report = bring_in(folder, "--readers", "1", tmp_path=tmp_path)

        assert set(outcomes(report).values()) == {NEW}
        assert not (folder / "executed").exists()

    def test_survive_a_file_that_brings_one_down(self, folder, tmp_path, monkeypatch):
        real, calls = readers._asked, []

        def fall(process, request):
            calls.append(request)
            if len(calls) == 1:
                process.kill()
            return real(process, request)

        monkeypatch.setattr(readers, "_asked", fall)

        report = bring_in(folder, "--readers", "1", tmp_path=tmp_path)

        assert outcomes(report) == {"late.ipynb": LEFT, "deep/er/fees.ipynb": NEW}
        assert "makes the reader stop" in report["by_name"]["late.ipynb"]["reason"]

    def test_end_one_that_never_ends(self):
        """The alarm that the reader sets itself, with a file that would take for ever."""
        code = (
            "import nbcommons.intake._bulk.worker as worker, nbcommons.intake._bulk.reading as r\n"
            "def forever(*_):\n"
            "    while True: pass\n"
            "worker.MOST_SECONDS = 1\n"
            "worker._prepare()\n"
            "worker._prepare = lambda: None\n"
            "r.read = forever\n"
            "worker.main()\n"
        )
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        send(process.stdin, Manner())
        send(process.stdin, Request(b"{}", "a.ipynb"))

        assert receive(process.stdout) is None
        assert process.wait(30) == -signal.SIGALRM
        process.stdin.close()
        process.stdout.close()


def spoiled(one):
    return type(one)(
        **{name: getattr(one, name) for name in one.__dataclass_fields__ if name != "purpose"},
        purpose="x" * 2000,
    )
