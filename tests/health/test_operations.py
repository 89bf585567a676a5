"""Judging in SQL agrees with the formula, says where people stop, and announces news."""

from datetime import date, datetime, time, timedelta

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from nbcommons.config.wiring import WIRING
from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.core.events import Listeners
from nbcommons.executions.models import CellDay
from nbcommons.health import _score
from nbcommons.health.events import HealthChanged
from nbcommons.health.models import CellHealth, NotebookHealth
from nbcommons.health.operations import rebuild_health, refresh_health
from nbcommons.notebooks.models import Notebook
from tests.factories.executions import (
    NOW,
    actor_for,
    edit_notebook,
    fingerprint_of,
    make_notebook,
    make_person,
    run,
)

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("tests")
TAGS = (_score.MEANT_TO_FAIL, _score.OPTIONAL, _score.NOT_COUNTED, "parameters")
CODES = ("a = 1", "b = 2", "c = 3", "d = 4")


def health_of(notebook, *, at=NOW):
    refresh_health(SYSTEM, notebook.pk, at=at)
    return NotebookHealth.objects.get(notebook=notebook)


def cells_of(notebook):
    return {cell.number: cell for cell in CellHealth.objects.filter(notebook=notebook)}


@pytest.fixture
def heard(monkeypatch):
    """The changes of health that are announced."""
    facts = []
    monkeypatch.setitem(WIRING, HealthChanged, Listeners(inline=(facts.append,)))
    events.connect(WIRING)
    yield facts
    monkeypatch.undo()
    events.connect(WIRING)


@st.composite
def histories(draw):
    """Codes of a notebook's cells (copies among them), their tags, and runs."""
    codes = draw(st.lists(st.sampled_from("vwxyz"), max_size=5))
    places = [(code, codes[:n].count(code)) for n, code in enumerate(codes)] or [("v", 0)]
    keys = draw(
        st.sets(
            st.tuples(
                st.sampled_from([*places, ("gone", 0), ("v", 7)]),
                st.integers(0, 3),
                st.sampled_from([0, 1, 29, 30, 31]),
            ),
            max_size=20,
        )
    )
    counts = st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(any)
    tags = draw(
        st.lists(st.sets(st.sampled_from(TAGS)), min_size=len(codes), max_size=len(codes))
        | st.just([set() for _ in codes])
    )
    return codes, tags, {key: draw(counts) for key in sorted(keys)}


class TestJudging:
    @hypothesis_settings(
        max_examples=90,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(histories())
    def test_agrees_with_the_formula(self, history):
        """The same numbers from ``_score`` and from SQL, days outside of the window left out."""
        codes, tags, runs = history
        people = [make_person(f"p{n}") for n in range(4)]
        notebook = make_notebook("never")
        edit_notebook(notebook, *codes) if codes else self._empty(notebook)
        for number, its in enumerate(tags):
            notebook.current_revision.cells.filter(number=number).update(tags=sorted(its))
        CellDay.objects.filter(notebook=notebook).delete()
        number_of = {(code, codes[:n].count(code)): n for n, code in enumerate(codes)}
        tallies = []
        for ((code, copy), person, days_ago), (ok, bad) in runs.items():
            day = NOW.date() - timedelta(days=days_ago)
            moment = datetime.combine(day, time(9), tzinfo=NOW.tzinfo)
            CellDay.objects.create(
                notebook=notebook,
                day=day,
                fingerprint=fingerprint_of(code),
                copy=copy,
                person=people[person],
                successes=ok,
                failures=bad,
                first_failure_at=moment if bad else None,
                last_failure_at=moment if bad else None,
                last_success_at=moment if ok else None,
            )
            if (code, copy) in number_of and days_ago < 30:
                tallies.append(
                    _score.Tally(number_of[code, copy], people[person].pk, day, ok, bad)
                )
        expected = _score.health_of_tagged(tags, tallies)

        health = health_of(notebook)

        for name in _score.NotebookMeasures.__slots__:
            value = getattr(expected, name)
            assert getattr(health, name) == (
                pytest.approx(value, abs=1e-9) if isinstance(value, float) else value
            ), name
        cells = cells_of(notebook)
        for cell in _score.health_of_cells(len(codes), _score.counted_runs(tags, tallies)):
            if cell.executions == 0:
                assert cell.number not in cells
                continue
            for name in _score.CellMeasures.__slots__:
                value = getattr(cell, name)
                assert getattr(cells[cell.number], name) == (
                    pytest.approx(value, abs=1e-9) if isinstance(value, float) else value
                ), name

    def _empty(self, notebook):
        notebook.current_revision.cells.all().delete()

    def test_says_where_people_stop(self):
        """Newest sessions: Ann stopped at cell 2 today (after finishing yesterday), Bob at 2.

        Cid stopped at 1 yesterday but got through today; Dee got through cell 2 at the second try.
        """
        notebook = make_notebook(*CODES[:3])
        ann, bob, cid, dee = (make_person(name) for name in ("ann", "bob", "cid", "dee"))
        ok = [(code, True) for code in CODES[:3]]
        run(ann, notebook, *ok, days_ago=1)
        run(ann, notebook, ok[0], ("b = 2", False))
        run(bob, notebook, ok[0], ("b = 2", True), ("b = 2", False))
        run(cid, notebook, ("a = 1", False), days_ago=1)
        run(cid, notebook, *ok)
        run(dee, notebook, ok[0], ("b = 2", False), ("b = 2", True), ok[2])

        health = health_of(notebook)

        assert (health.people, health.people_failed, health.people_stopped) == (4, 4, 2)
        assert (health.stop_number, health.stop_people) == (1, 2)
        assert (health.sessions, health.sessions_stopped) == (6, 3)
        cells = cells_of(notebook)
        assert {n: cell.people_stopped for n, cell in cells.items()} == {0: 0, 1: 2, 2: 0}
        assert {n: cell.people_finished for n, cell in cells.items()} == {0: 4, 1: 2, 2: 3}

    def test_counts_sessions_of_each_day(self):
        notebook = make_notebook(*CODES[:1])
        for place, (days_ago, ok) in enumerate([(0, True), (0, False), (2, True), (29, True)]):
            run(make_person(f"p{place}"), notebook, (CODES[0], ok), days_ago=days_ago)

        health = health_of(notebook)

        assert health.last_day == NOW.date()
        assert health.finished_by_day == [1, *[0] * 26, 1, 0, 1]
        assert health.stopped_by_day == [*[0] * 29, 1]

    def test_keeps_the_history_of_cells_that_an_edit_left_alone(self):
        notebook = make_notebook("a = 1", "b = 2")
        run(make_person("ann"), notebook, ("a = 1", True), ("b = 2", False))

        edit_notebook(notebook, "b = 20", "a = 1")

        health = health_of(notebook)
        assert (health.executions, health.successes, health.cells) == (1, 1, 2)
        assert cells_of(notebook).keys() == {1}

    def test_drops_cells_that_nobody_runs_any_more(self):
        notebook = make_notebook("a = 1", "b = 2")
        run(make_person("ann"), notebook, ("a = 1", True), days_ago=29)
        health_of(notebook)

        health = health_of(notebook, at=NOW + timedelta(days=1))

        assert cells_of(notebook) == {}
        assert (health.status, health.score, health.executions) == ("unknown", None, 0)
        assert health.last_run_at == NOW - timedelta(days=29, hours=1)

    def test_tells_copies_of_the_same_code_apart(self):
        """``x`` stands first and last; Ann ran only the first, so depth is 1 of 3."""
        notebook = make_notebook("x", "y", "x")
        run(make_person("ann"), notebook, ("x", True))

        health = health_of(notebook)

        assert health.execution_depth == pytest.approx(1 / 3)
        assert cells_of(notebook).keys() == {0}

    def test_gives_mean_and_median_runtime(self):
        """Means per person are 100, 200 and 900 ms; their median is 200. All runs: 2200 / 6."""
        notebook = make_notebook("a = 1")
        for person, runtimes in {
            "ann": [100],
            "bob": [200, 200, 200],
            "cid": [600, 900],
        }.items():
            CellDay.objects.create(
                notebook=notebook,
                day=NOW.date(),
                fingerprint=fingerprint_of("a = 1"),
                person=make_person(person),
                successes=len(runtimes),
                runtime_ms_total=sum(runtimes),
                last_success_at=NOW,
            )

        health_of(notebook)

        cell = cells_of(notebook)[0]
        assert cell.runtime_mean_ms == pytest.approx(2200 / 6)
        assert cell.runtime_median_ms == pytest.approx(200)

    def test_remembers_the_last_run_and_the_last_failure(self):
        notebook = make_notebook("a = 1")
        run(make_person("ann"), notebook, ("a = 1", False), ("a = 1", True))

        health = health_of(notebook)

        assert health.last_failure_at == NOW - timedelta(hours=1)
        assert health.last_run_at == NOW - timedelta(hours=1) + timedelta(seconds=1)

    def test_leaves_out_a_notebook_that_is_gone(self):
        refresh_health(SYSTEM, 10**9, at=NOW)

        assert not NotebookHealth.objects.exists()

    def test_is_for_the_system(self):
        notebook = make_notebook()

        with pytest.raises(Denied):
            refresh_health(actor_for(make_person()), notebook.pk, at=NOW)
        with pytest.raises(Denied):
            rebuild_health(actor_for(make_person()), at=NOW)


class TestHealthChanged:
    def test_is_announced_when_the_status_is_another(self, heard):
        notebook = make_notebook("a = 1")
        health_of(notebook)
        run(make_person("ann"), notebook, ("a = 1", True))
        health_of(notebook)
        health_of(notebook)

        for name in ("bob", "cid", "dee"):
            run(make_person(name), notebook, *[("a = 1", False)] * 3)
        health_of(notebook)

        assert [(fact.notebook_id, fact.before, fact.after) for fact in heard] == [
            (notebook.pk, "unknown", "healthy"),
            (notebook.pk, "healthy", "unhealthy"),
        ]


class TestRebuildHealth:
    def test_gives_what_judging_one_by_one_gives(self, monkeypatch):
        monkeypatch.setattr("nbcommons.health.operations.CHUNK", 2)
        people = [make_person(name) for name in ("ann", "bob")]
        notebooks = [make_notebook(*CODES, title=f"Count {n}") for n in range(5)]
        for place, notebook in enumerate(notebooks):
            for person in people[: place % 3]:
                run(person, notebook, *((code, place % 2 > 0) for code in CODES[:place]))
            health_of(notebook)
        one_by_one = list(NotebookHealth.objects.order_by("pk").values())
        cells = list(CellHealth.objects.order_by("notebook", "number").values())
        NotebookHealth.objects.all().delete()
        CellHealth.objects.all().delete()
        steps = []

        done = rebuild_health(SYSTEM, at=NOW, progress=lambda *step: steps.append(step))

        assert done == Notebook.objects.count() == 5
        assert steps == [(2, 5), (4, 5), (5, 5)]
        assert list(NotebookHealth.objects.order_by("pk").values()) == one_by_one
        assert list(CellHealth.objects.order_by("notebook", "number").values()) == cells
        assert cells

    def test_decays_what_nobody_ran(self):
        notebook = make_notebook("a = 1")
        run(make_person("ann"), notebook, ("a = 1", True))
        assert health_of(notebook).status == "healthy"

        rebuild_health(SYSTEM, at=NOW + timedelta(days=31))

        health = NotebookHealth.objects.get(notebook=notebook)
        assert health.status == "unknown"
        assert health.last_day == date(2026, 12, 21)


class TestRebuildHealthCommand:
    def test_says_how_many_it_judged(self, capsys):
        make_notebook()

        call_command("rebuild", "health")

        assert capsys.readouterr().out.startswith("Judged 1 notebook in ")
        assert NotebookHealth.objects.count() == 1
