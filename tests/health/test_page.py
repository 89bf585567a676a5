"""The health page, the report for programs, and the pieces that lists show."""

import pytest
from django.utils import timezone

from nbcommons.core.actor import Actor
from nbcommons.health import queries
from nbcommons.health._charts import day_chart
from nbcommons.health._page import points, runtime_in_words
from nbcommons.health.operations import refresh_health
from nbcommons.notebooks.models import Visibility
from tests.factories.executions import NOW, make_notebook, make_person, run
from tests.factories.gallery import bring_in

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("tests")
CELLS = (
    ("code", "import csv"),
    ("markdown", "## Read the list"),
    ("code", "rows = [1]"),
    ("markdown", "## Rank them"),
    ("code", "rank = 1 / 0"),
)


@pytest.fixture
def ann():
    return make_person("ann")


@pytest.fixture
def notebook(ann):
    """Three people ran it: two stopped at cell 3, one got through."""
    notebook = bring_in(ann, cells=CELLS)
    good = [(source, True) for kind, source in CELLS if kind == "code"]
    run(make_person("bob"), notebook, *good[:2], ("rank = 1 / 0", False), days_ago=2)
    run(make_person("cid"), notebook, *good[:2], ("rank = 1 / 0", False))
    run(make_person("dee"), notebook, *good)
    refresh_health(SYSTEM, notebook.pk, at=NOW)
    return notebook


@pytest.fixture
def read_page(ann, notebook, client):
    client.force_login(ann)

    def read(of=notebook):
        return client.get(f"/notebooks/{of.uuid}/health/")

    return read


class TestHealthPage:
    def test_says_first_what_it_means(self, read_page):
        html = read_page().content.decode()

        assert "Most people stop at cell 3." in html
        assert html.index("Most people stop at cell 3.") < html.index("Cell by cell")
        assert "If it stops for you too, it is not something you did." in html

    def test_shows_each_cell_under_its_heading(self, read_page):
        html = read_page().content.decode()

        rows = html[html.index('class="table celltable"') :]
        for number, heading in (("1", "Rank late payers"), ("2", "Read the list")):
            row = rows[rows.index(f'id="cell-{number}"') :]
            assert heading in row[: row.index("</tr>")]
        third = rows[rows.index('id="cell-3"') :]
        assert "2 of 3 people stop here." in third[: third.index("</tr>")]

    def test_names_nobody(self, read_page):
        html = read_page().content.decode()
        main = html[html.index("<main") : html.index("</main>")]

        for name in ("bob", "cid", "dee"):
            assert name not in main

    def test_holds_under_the_content_policy(self, read_page):
        html = read_page().content.decode()

        assert " style=" not in html
        assert "<script>" not in html

    def test_invites_when_nobody_ran_it(self, ann, read_page):
        html = read_page(bring_in(ann, "Never run")).content.decode()

        assert "Nobody has run this yet." in html
        assert "Where people stop" not in html
        assert "Cell by cell" not in html
        assert "How is this computed?" in html

    def test_is_not_there_for_those_who_may_not_see_the_notebook(self, read_page):
        hidden = bring_in(make_person("owner"), "Hidden", visibility=Visibility.PRIVATE)

        assert read_page(hidden).status_code == 404

    def test_wants_sign_in(self, notebook, client):
        assert client.get(f"/notebooks/{notebook.uuid}/health/").status_code == 302

    def test_takes_few_queries(self, read_page, django_assert_max_num_queries):
        read_page()

        with django_assert_max_num_queries(9):
            read_page()


class TestReport:
    def test_tells_programs_everything(self, ann, notebook, client):
        client.force_login(ann)

        body = client.get(f"/api/v1/notebooks/{notebook.uuid}/health").json()

        assert body["notebook"] == str(notebook.uuid)
        assert body["sentence"] == "Most people stop at cell 3."
        assert body["measures"]["people"] == 3
        assert body["measures"]["first_bad_cell"] == pytest.approx(2 / 3)
        assert [cell["status"] for cell in body["per_cell"]] == ["healthy"] * 2 + ["unhealthy"]
        assert len(body["days"]) == 30
        assert body["days"][-1] == {"day": "2026-11-20", "finished": 1, "stopped": 1}
        assert body["days"][-3]["stopped"] == 1
        assert "bob" not in str(body)

    def test_knows_nothing_of_what_was_never_judged(self, ann, client):
        client.force_login(ann)

        body = client.get(f"/api/v1/notebooks/{make_notebook().uuid}/health").json()

        assert (body["status"], body["score"], body["per_cell"]) == ("unknown", None, [])

    def test_hides_what_the_person_may_not_see(self, ann, client):
        hidden = make_notebook(visibility=Visibility.PRIVATE)
        client.force_login(ann)

        response = client.get(f"/api/v1/notebooks/{hidden.uuid}/health")

        assert response.status_code == 404
        assert response.headers["Content-Type"] == "application/problem+json"


class TestQueries:
    def test_give_badges_for_many_by_one_query(self, notebook, django_assert_num_queries):
        other = make_notebook()

        with django_assert_num_queries(1):
            badges = queries.badge_for([notebook.pk, other.pk])

        assert badges[other.pk] == queries.NOTHING_KNOWN
        assert badges[other.pk].word == "Not known yet"
        badge = badges[notebook.pk]
        assert (badge.people, badge.runs) == (3, 3)
        assert badge.strip.sentence == "Last 30 days: 1 run finished, 2 stopped early."

    def test_mark_cells_that_were_run(self, notebook):
        marks = queries.cell_marks(notebook.pk)

        assert list(marks) == [0, 1, 2]
        assert marks[0].status == "healthy"
        assert (marks[2].finished_people, marks[2].people) == (1, 3)
        assert marks[2].sentence == "2 of 3 people stop here."

    def test_find_the_worst_cells(self, notebook):
        assert [cell.number for cell in queries.worst_cells(notebook.pk, limit=5)] == [2]


class TestDayChart:
    def test_rises_and_hangs_from_one_line(self):
        """4 up and 2 down: 33 units a run; the line stands 4 runs below the top."""
        chart = day_chart([0, 4], [2, 0], first_day=timezone.localdate(NOW))

        assert chart.line == 18 + 4 * 33
        assert chart.finished[0].height == 4 * 33
        assert chart.finished[0].y == 18
        assert chart.stopped[0].y == chart.line + 1.5
        assert chart.bottom == chart.line + 66
        assert [tick.word for tick in chart.counts] == ["0", "2", "4"]
        assert (chart.finished_total, chart.stopped_total) == (4, 2)

    def test_stays_a_picture_without_runs(self):
        chart = day_chart([0] * 30, [0] * 30, first_day=timezone.localdate(NOW))

        assert chart.finished == chart.stopped == chart.rows == ()


class TestWords:
    def test_give_points_a_tenth_only_where_there_is_one(self):
        assert [points(0.75), points(0.625), points(1)] == ["75", "62.5", "100"]

    @pytest.mark.parametrize(
        ("milliseconds", "words"),
        [(0, "under 1 s"), (2400, "2.4 s"), (15_000, "15 s"), (180_000, "3 min")],
    )
    def test_give_runtimes_people_can_read(self, milliseconds, words):
        assert runtime_in_words(milliseconds) == words
