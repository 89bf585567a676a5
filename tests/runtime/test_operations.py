"""A person's Jupyter: pressing Run, starting ahead, stopping, and what pages say of it."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection

from nbcommons.activity.models import AuditEntry
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.people.operations import accounts
from nbcommons.runtime import _hub, operations, queries, tasks
from nbcommons.runtime.queries import EnvironmentState
from tests.factories.executions import make_notebook
from tests.factories.people import NOW, SYSTEM, actor_of, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_person("amara")


@pytest.fixture
def notebook(person):
    return make_notebook(owner=person)


def begin(spawn_id="s1", lifetime_s=600):
    return operations.begin_spawn(
        SYSTEM, username="amara", spawn_id=spawn_id, lifetime_s=lifetime_s, at=NOW
    )


def jobs() -> list[tuple[str, dict]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, args FROM procrastinate_jobs WHERE task_name ~ 'runtime'"
        )
        return [(name, json.loads(arguments)) for name, arguments in cursor.fetchall()]


class TestPrepareEnvironment:
    def test_has_it_started(self, hub, person, notebook):
        environment = operations.prepare_environment(actor_of(person), notebook.pk)

        assert environment.state is EnvironmentState.STARTING
        assert [step.state for step in environment.steps] == ["now", "waiting", "waiting"]
        assert hub.users["amara"]["servers"][""]["pending"] == "spawn"
        entry = AuditEntry.objects.get(fact="NotebookOpened")
        assert (entry.actor_id, entry.notebook_id) == (person.pk, notebook.pk)

    def test_leaves_one_that_runs(self, hub, person, notebook):
        hub.users["amara"] = {"servers": {"": {"ready": True}}}

        assert operations.prepare_environment(actor_of(person), notebook.pk).is_ready

    def test_refuses_a_notebook_that_one_may_not_see(self, hub, person):
        hidden = make_notebook(owner=make_person("eve"), visibility="private")

        with pytest.raises(Denied):
            operations.prepare_environment(actor_of(person), hidden.pk)
        with pytest.raises(Denied):
            operations.prepare_environment(Actor.nobody(), hidden.pk)
        assert hub.asked == []

    def test_says_what_stands_in_the_way(self, hub, person, notebook):
        hub.users["amara"] = {"servers": {}}
        hub.full = True

        environment = operations.prepare_environment(actor_of(person), notebook.pk)

        assert environment.state is EnvironmentState.STOPPED
        assert "all places are taken" in environment.problem
        assert not environment.may_go_on

    @pytest.mark.usefixtures("dead_hub")
    def test_stays_on_its_way_while_a_busy_hub_has_not_noticed(
        self, hub, person, notebook, monkeypatch
    ):
        monkeypatch.setattr(_hub, "START_TIMEOUT_S", 0.1)
        hub.users["amara"] = {"servers": {}}
        hub.deaf_s = 1

        environment = operations.prepare_environment(actor_of(person), notebook.pk)

        assert hub.users["amara"]["servers"] == {}
        assert environment.is_starting
        assert queries.environment_of(actor_of(person)).is_starting
        hub.users["amara"]["failed"] = "There is no room."
        assert queries.environment_of(actor_of(person)).problem == "There is no room."

    def test_says_when_jupyter_does_not_answer(self, person, notebook):
        environment = operations.prepare_environment(actor_of(person), notebook.pk)

        assert environment.state is EnvironmentState.UNKNOWN
        assert "Try again in a minute" in environment.problem


class TestPrewarmEnvironment:
    def test_is_off_unless_the_operator_wants_it(self, person, notebook):
        operations.prewarm_environment(actor_of(person), notebook.pk)

        assert jobs() == []

    def test_hands_one_job_on_for_many_readings(self, person, notebook, settings, hub):
        settings.NBCOMMONS_PREWARM = True

        for _ in range(3):
            operations.prewarm_environment(actor_of(person), notebook.pk)

        assert jobs() == [("runtime.start_environment", {"actor_id": person.pk})]
        assert hub.asked == []
        tasks.start_environment(actor_id=person.pk)
        assert hub.users["amara"]["servers"][""]["pending"] == "spawn"

    def test_starts_nothing_for_what_one_may_not_run(self, person, settings):
        settings.NBCOMMONS_PREWARM = True
        hidden = make_notebook(owner=make_person("eve"), visibility="private")

        operations.prewarm_environment(actor_of(person), hidden.pk)

        assert jobs() == []

    def test_starts_nothing_for_somebody_switched_off_meanwhile(self, hub, person):
        accounts.deactivate_person(SYSTEM, person, at=NOW)

        tasks.start_environment(actor_id=person.pk)

        assert hub.asked == []


class TestStopEnvironment:
    def test_follows_switching_somebody_off(self, hub, person):
        hub.users["amara"] = {"servers": {"": {"ready": True}}}
        accounts.deactivate_person(SYSTEM, person, at=NOW)

        [(name, arguments)] = jobs()
        assert name == "runtime.stop_environment"
        tasks.stop_environment(**arguments)

        assert hub.users["amara"]["servers"] == {}

    def test_is_for_the_system(self, person):
        for do in (operations.stop_environment, operations.start_environment):
            with pytest.raises(Denied):
                do(actor_of(person), person.pk)


class TestEnvironmentOf:
    @pytest.mark.usefixtures("hub")
    def test_that_stopped(self, person):
        environment = queries.environment_of(actor_of(person))

        assert environment.state is EnvironmentState.STOPPED
        assert environment.may_go_on

    def test_that_could_not_start_says_why(self, hub, person):
        hub.users["amara"] = {"servers": {}, "failed": "There is no room for another Jupyter."}

        environment = queries.environment_of(actor_of(person))

        assert environment.problem == "There is no room for another Jupyter."

    def test_spares_people_the_hubs_shorthand(self, hub, person):
        hub.users["amara"] = {"servers": {}, "failed": "KeyError: 'x'"}

        assert "KeyError" not in queries.environment_of(actor_of(person)).problem

    def test_that_starts_counts_its_steps(self, hub, person):
        hub.users["amara"] = {"servers": {"": {"ready": False, "pending": "spawn"}}}
        begin()

        environment = queries.environment_of(actor_of(person))

        assert environment.is_starting
        assert [step.state for step in environment.steps] == ["done", "now", "waiting"]
        assert environment.look_again_ms < 1000  # each moment of waiting is one too many

    def test_that_waits_in_line_says_where(self, hub, person):
        hub.users["amara"] = {
            "servers": {"": {"ready": False, "pending": "spawn"}},
            "in_line": "you are 3rd in line",
        }

        environment = queries.environment_of(actor_of(person))

        assert environment.is_starting
        assert [(step.words, step.state) for step in environment.steps][:1] == [
            ("you are 3rd in line", "now")
        ]
        assert environment.look_again_ms == 1000  # there may be many of them

    def test_that_is_ready_says_until_when(self, hub, person):
        hub.users["amara"] = {
            "servers": {"": {"ready": True, "started": "2026-11-20T12:00:00Z"}}
        }
        granted = begin()

        environment = queries.environment_of(actor_of(person))

        assert environment.is_ready
        assert environment.expires_at == granted.expires_at
        assert [step.is_now for step in environment.steps] == [False, False, True]

    def test_of_nobody_asks_nobody(self, hub):
        assert queries.environment_of(Actor.nobody()).state is EnvironmentState.STOPPED
        assert hub.asked == []


class TestRunUrl:
    def test_passes_through_the_hubs_sign_in(self):
        url = queries.run_url("1c9a8ca2-f2be-4bb5-a9c4-b72b1d2d4b9d", 3)

        parts = urlsplit(url)
        assert url.startswith(
            "http://127.0.0.1:8000/jupyter/hub/oauth_login?next=%2Fjupyter%2Fhub"
        )
        [target] = parse_qs(parts.query)["next"]
        assert target == (
            "/jupyter/hub/user-redirect/nbcommons/open"
            "?uuid=1c9a8ca2-f2be-4bb5-a9c4-b72b1d2d4b9d&revision=3"
        )
        assert list(parse_qs(parts.query)) == ["next"]
