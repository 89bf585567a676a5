"""Runs of the past, from a file."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.executions import operations
from nbcommons.executions.models import CellDay, LoadedFile
from nbcommons.executions.operations import AlreadyLoaded
from nbcommons.people.models import Person
from tests.factories.executions import (
    NOW,
    edit_notebook,
    fingerprint_of,
    make_notebook,
    make_person,
)

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")


def line(of, cell=0, **changes):
    told = {
        "person": "ann",
        "notebook": str(of.uuid),
        "cell": cell,
        "success": True,
        "runtime_ms": 120,
        "at": "2026-11-18T10:00:00Z",
    }
    return json.dumps({**told, **changes}).encode() + b"\n"


def load(*lines, sha256="0" * 64):
    return operations.load_activity(SYSTEM, lines, sha256=sha256, at=NOW)


@pytest.fixture
def notebook():
    return make_notebook("a = 1", "b = 2", "a = 1")


class TestLoadActivity:
    def test_folds_runs_into_days(self, notebook):
        make_person("ann")

        loaded = load(
            line(notebook, 0),
            line(notebook, 0, success=False, runtime_ms=80.4, at="2026-11-18T12:00:00Z"),
            line(notebook, 0, success=False, at="2026-11-18T23:30:00-02:00"),
            line(notebook, 0, success=False, at="2026-11-18T09:00:00.5+00:00"),
        )

        assert (loaded.lines, loaded.counted, loaded.people_created) == (4, 4, 0)
        first, second = CellDay.objects.order_by("day")
        assert (first.successes, first.failures, first.runtime_ms_total) == (1, 2, 320)
        assert first.first_failure_at == datetime(2026, 11, 18, 9, 0, 0, 500_000, tzinfo=UTC)
        assert first.last_failure_at == datetime(2026, 11, 18, 12, tzinfo=UTC)
        assert first.last_success_at == datetime(2026, 11, 18, 10, tzinfo=UTC)
        assert (str(second.day), second.failures) == ("2026-11-19", 1)

    def test_finds_cells_by_place_id_and_fingerprint(self, notebook):
        load(
            line(notebook, 2),
            line(notebook, "c2"),
            line(notebook, {"index": 2}),
            line(notebook, "2"),
            line(notebook, fingerprint_of("b = 2")),
            line(notebook, fingerprint_of("a = 1")),
        )

        counted = {(row.fingerprint, row.copy): row.successes for row in CellDay.objects.all()}
        assert counted == {
            (fingerprint_of("a = 1"), 0): 1,
            (fingerprint_of("a = 1"), 1): 4,
            (fingerprint_of("b = 2"), 0): 1,
        }

    def test_knows_the_code_of_older_versions(self, notebook):
        edit_notebook(notebook, "z = 9")

        loaded = load(line(notebook, fingerprint_of("b = 2")), line(notebook, 0))

        assert loaded.counted == 2
        assert set(CellDay.objects.values_list("fingerprint", flat=True)) == {
            fingerprint_of("b = 2"),
            fingerprint_of("z = 9"),
        }

    def test_finds_notebooks_by_title_unless_two_have_it(self, notebook):
        make_notebook(title="Twice")
        make_notebook(title="twice")

        loaded = load(
            line(notebook, notebook="count  THE letters"),
            line(notebook, notebook=str(notebook.uuid).upper()),
            line(notebook, notebook="Twice"),
            line(notebook, notebook="Nowhere"),
        )

        assert loaded.counted == 2
        assert loaded.in_unknown_notebooks == 2
        assert set(loaded.unknown_notebooks) == {"Twice", "Nowhere"}

    def test_makes_people_who_cannot_sign_in(self, notebook):
        names = ("new.one", "Ann Lee", "ann lee ", "Ann Lee", "…")

        loaded = load(*(line(notebook, person=name) for name in names))

        assert loaded.people_created == 4
        assert loaded.counted == 5
        made = Person.objects.exclude(username="owner")
        assert not made.filter(is_active=True).exists()
        assert set(made.values_list("full_name", flat=True)) == {
            "",
            "Ann Lee",
            "ann lee",
            "…",
        }

    def test_adds_to_what_has_been_counted(self, notebook):
        load(line(notebook, success=False))
        load(line(notebook, at="2026-11-18T08:00:00Z", success=False), sha256="1" * 64)

        row = CellDay.objects.get()
        assert row.failures == 2
        assert row.first_failure_at == datetime(2026, 11, 18, 8, tzinfo=UTC)

    def test_counts_a_file_once(self, notebook):
        load(line(notebook))

        with pytest.raises(AlreadyLoaded, match=r"\(1 run\)"):
            load(line(notebook))
        assert CellDay.objects.get().successes == 1

    def test_says_what_it_left_out(self, notebook):
        loaded = load(
            line(notebook),
            b"\n",
            b"nonsense\n",
            b"[]\n",
            json.dumps({"person": "ann", "notebook": "x", "kind": "viewed", "at": ""}).encode(),
            json.dumps({"person": "ann", "notebook": "x", "kind": "ran", "at": ""}).encode(),
            line(notebook, 99),
            line(notebook, success="yes"),
            line(notebook, runtime_ms=-1),
            line(notebook, runtime_ms=True),
            line(notebook, at="yesterday"),
            line(notebook, at="2026-11-18T10:00:00"),
            line(notebook, at=(NOW + timedelta(days=1)).isoformat()),
            line(notebook, at="2020-01-01T00:00:00Z"),
            line(notebook, cell=None),
            line(notebook, person=" "),
        )

        assert loaded.counted == 1
        assert loaded.skipped == {"viewed": 1, "ran": 1}
        assert loaded.in_unknown_cells == 1
        assert loaded.too_old == 1
        assert loaded.faulty == 10
        assert loaded.faults[0] == "line 3: this is not JSON"

    def test_flushes_what_does_not_fit_into_memory(self, notebook, monkeypatch):
        monkeypatch.setattr(operations, "FLUSH_AT", 2)
        seen = []

        loaded = operations.load_activity(
            SYSTEM,
            [line(notebook, place, person=name) for name in "abc" for place in (0, 1, 2)],
            sha256="2" * 64,
            at=NOW,
            progress=seen.append,
        )

        assert loaded.counted == 9
        assert CellDay.objects.count() == 9
        assert len(seen) == 5

    def test_is_for_the_operator(self):
        with pytest.raises(Denied):
            operations.load_activity(Actor.person(1, "ann"), [], sha256="", at=NOW)


class TestCommand:
    def test_tells_what_it_counted(self, notebook, tmp_path):
        path = tmp_path / "past.jsonl"
        at = datetime.now(UTC) - timedelta(days=2)
        path.write_bytes(line(notebook, at=at.isoformat()) + b"{}\n")
        said = StringIO()

        call_command("load_activity", str(path), stdout=said)

        assert "Counted 1 run of 2 lines" in said.getvalue()
        assert "line 2: “person” is missing" in said.getvalue()
        assert LoadedFile.objects.get().executions == 1
        with pytest.raises(CommandError, match="Nothing was counted again"):
            call_command("load_activity", str(path))

    def test_fails_when_there_was_nothing_to_count(self, tmp_path):
        path = tmp_path / "other.csv"
        path.write_bytes(b"person;notebook\n" * 30)
        said = StringIO()

        with pytest.raises(CommandError, match="Nothing was counted"):
            call_command("load_activity", str(path), stdout=said)
        assert "Could not read 30 lines" in said.getvalue()

    def test_says_when_there_is_no_file(self, tmp_path):
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("load_activity", str(tmp_path / "none"))
