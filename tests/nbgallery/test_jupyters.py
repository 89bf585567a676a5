"""Registered Jupyters, preferences and runs: each endpoint, and who is refused."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from nbcommons.activity.models import AuditEntry
from nbcommons.executions.models import CellDay
from nbcommons.notebooks.models import Visibility
from nbcommons.runtime.models import RegisteredEnvironment
from tests.factories.executions import fingerprint_of, make_notebook
from tests.factories.intake import raw_notebook
from tests.nbgallery.conftest import JUPYTER, Jupyter

pytestmark = pytest.mark.django_db
OWN_HOST = "https://lab.ann.example.net:8888"
LAB = {"name": "JupyterLab", "url": f"{JUPYTER}/user/ann/", "user_interface": "lab"}
SETTINGS = json.dumps(
    {"/home/ann/.jupyter/lab/user-settings/@jupyterlab/notebook-extension/x.json": '{"a": 1}'}
)


class TestEnvironments:
    def test_a_jupyter_registers_itself_once(self, jupyter):
        for _ in range(2):
            got = jupyter.post("/environments", **LAB)
            assert (got.status_code, got.content) == (204, b"")

        assert jupyter.get("/environments").json() == [
            {"name": "JupyterLab", "url": LAB["url"], "default": False, "user_interface": "lab"}
        ]
        assert AuditEntry.objects.filter(fact="EnvironmentRegistered").count() == 1

    def test_a_default_one_stands_alone_and_stays_so(self, jupyter):
        jupyter.post("/environments", **LAB)
        jupyter.post("/environments", name="Two", url=f"{JUPYTER}/two", default="true")
        jupyter.post("/environments", name="Two", url=f"{JUPYTER}/two/")

        assert [row["name"] for row in jupyter.get("/environments").json()] == ["Two"]

    def test_a_page_cannot_register_another_ones_address(self, jupyter):
        got = jupyter.post("/environments", name="Evil", url="https://evil.example/")

        assert got.status_code == 422
        assert not RegisteredEnvironment.objects.exists()

    @pytest.mark.parametrize(
        ("name", "url"),
        [
            ("", LAB["url"]),
            ("a b", LAB["url"]),
            ("<b>", LAB["url"]),
            ("Lab", ""),
            ("Lab", "javascript:alert(1)"),
            ("Lab", f'{JUPYTER}/"><script>'),
            ("Lab", f"{JUPYTER}/" + "x" * 600),
            ("Lab", "https://ann.jupyter.example.org@evil.example/"),
        ],
    )
    def test_refuses_what_is_no_name_or_address(self, jupyter, name, url):
        got = jupyter.post("/environments", name=name, url=url)

        assert got.status_code == 422
        assert not RegisteredEnvironment.objects.exists()

    def test_takes_json_too(self, jupyter):
        assert jupyter.send("/environments", LAB, "application/json").status_code == 204

    def test_only_its_person_can_forget_it(self, ben, jupyter):
        jupyter.post("/environments", **LAB)
        key = RegisteredEnvironment.objects.get().pk

        assert Jupyter(ben).delete(f"/environments/{key}").status_code == 404
        assert Jupyter(ben).delete("/environments/JupyterLab").status_code == 404
        assert jupyter.delete("/environments/JupyterLab").status_code == 204
        assert not RegisteredEnvironment.objects.exists()


class TestOrigins:
    @pytest.mark.parametrize(
        "origin",
        [
            "https://evil.example",
            "https://jupyter.example.org",
            "https://a.b.jupyter.example.org",
            "http://ann.jupyter.example.org",
            "https://ann.jupyter.example.org:444",
            "https://ann.jupyter.example.org.evil.example",
            "https://evil.example/?.jupyter.example.org",
            "null",
        ],
    )
    def test_all_that_are_not_known_are_refused_and_told_nothing(self, ann, origin):
        jupyter = Jupyter(ann, origin)

        asked = [
            jupyter.get("/environments"),
            jupyter.get("/notebooks/stars"),
            jupyter.post("/environments", name="Lab", url=f"{origin}/"),
            jupyter.send("/stages?agree=yes", raw_notebook().decode()),
            jupyter.post("/preferences", indentUnit="4"),
            jupyter.client.options("/stages", headers=jupyter.headers()),
        ]

        for got in asked:
            assert got.status_code == 403
            assert "Access-Control-Allow-Origin" not in got

    def test_what_changes_something_has_to_say_where_it_comes_from(self, ann):
        silent = Jupyter(ann, "")

        assert silent.get("/environments").status_code == 200
        assert silent.post("/environments", **LAB).status_code == 403
        assert silent.post("/executions", uuid="x").status_code == 403

    def test_one_that_the_person_registered_counts_for_them_alone(self, ann, ben):
        at_home = Client()
        at_home.force_login(ann)
        assert Jupyter(ann, OWN_HOST).get("/environments").status_code == 403

        at_home.post(reverse("runtime:register"), {"name": "Home", "url": f"{OWN_HOST}/lab"})

        got = Jupyter(ann, OWN_HOST).get("/environments")
        assert got.status_code == 200
        assert got["Access-Control-Allow-Origin"] == OWN_HOST
        assert got["Access-Control-Allow-Credentials"] == "true"
        assert "Origin" in got["Vary"]
        assert Jupyter(ben, OWN_HOST).get("/environments").status_code == 403

        key = RegisteredEnvironment.objects.get().pk
        page = at_home.get(reverse("runtime:your_jupyter")).content.decode()
        assert f"{OWN_HOST}/lab/" in page
        at_home.post(reverse("runtime:forget_registered", args=[key]))
        assert Jupyter(ann, OWN_HOST).get("/environments").status_code == 403

    def test_nothing_is_answered_unless_the_operator_wants_it(self, jupyter, settings):
        settings.NBCOMMONS_NBGALLERY = False

        assert jupyter.get("/environments").status_code == 404
        assert jupyter.post("/environments", **LAB).status_code in {403, 404}

    def test_the_site_itself_is_known(self, ann):
        assert Jupyter(ann, "http://localhost:8000").get("/environments").status_code == 200

    def test_other_methods_are_refused_in_words(self, jupyter):
        assert jupyter.get("/stages").status_code == 405


class TestPreferences:
    def test_come_back_word_by_word(self, jupyter):
        assert jupyter.post("/preferences", lab_preferences=SETTINGS).status_code == 204
        assert jupyter.post("/preferences", indentUnit="4", smartIndent="no").status_code == 204

        kept = jupyter.get("/preferences").json()

        assert kept["lab_preferences"] == SETTINGS
        assert (kept["indent_unit"], kept["smart_indent"], kept["tab_size"]) == (4, False, None)

    @pytest.mark.parametrize(
        "text",
        [
            "no json",
            "[]",
            '{"/home/ann/.bashrc": "x"}',
            '{"/home/ann/.jupyter/lab/user-settings/../../../.bashrc": "x"}',
            '{"/home/ann/.jupyter/lab/user-settings/a": 1}',
            json.dumps({"/h/.jupyter/lab/user-settings/a": "x" * 300_000}),
        ],
    )
    def test_refuses_what_a_client_would_write_elsewhere(self, jupyter, text):
        assert jupyter.post("/preferences", lab_preferences=text).status_code == 422
        assert jupyter.get("/preferences").json()["lab_preferences"] is None

    def test_are_the_persons_own(self, ben, jupyter):
        jupyter.post("/preferences", lab_preferences=SETTINGS)

        assert Jupyter(ben).get("/preferences").json()["lab_preferences"] is None


class TestExecutions:
    def report(self, jupyter, notebook, **more):
        said = {
            "uuid": str(notebook.uuid),
            "md5": fingerprint_of("a = 1"),
            "success": "true",
            "runtime": "153",
        }
        return jupyter.post("/executions", **(said | more))

    def test_are_counted_as_ours_are(self, ann, ben, jupyter):
        notebook = make_notebook(owner=ben)

        assert self.report(jupyter, notebook).status_code == 200
        assert self.report(jupyter, notebook, success="false").status_code == 200

        day = CellDay.objects.get()
        assert (day.person, day.successes, day.failures) == (ann, 1, 1)
        assert day.runtime_ms_total == 306

    def test_of_unknown_code_are_taken_and_of_unknown_notebooks_not(self, ben, jupyter):
        notebook = make_notebook(owner=ben)
        hidden = make_notebook(owner=ben, visibility=Visibility.PRIVATE)

        assert self.report(jupyter, notebook, md5="0" * 32).status_code == 200
        assert self.report(jupyter, hidden).status_code == 404
        assert self.report(jupyter, notebook, uuid="undefined").status_code == 404
        assert not CellDay.objects.exists()

    @pytest.mark.parametrize("runtime", ["", "NaN", "-5", "1e400", "x", "9" * 400])
    def test_bear_any_runtime(self, ben, jupyter, runtime):
        assert (
            self.report(jupyter, make_notebook(owner=ben), runtime=runtime).status_code == 200
        )

    def test_a_classic_client_measures_in_seconds(self, ben, jupyter):
        jupyter.post("/environments", **(LAB | {"user_interface": "classic"}))

        self.report(jupyter, make_notebook(owner=ben), runtime="0.153")

        assert CellDay.objects.get().runtime_ms_total == 153

    def test_refuses_what_is_no_fingerprint(self, ben, jupyter):
        assert self.report(jupyter, make_notebook(owner=ben), md5="'--").status_code == 422


class TestIntegration:
    def test_serves_the_operators_files_to_everybody(self, settings, tmp_path):
        (tmp_path / "a-dependencies.json").write_text('{"python-3": {}}')
        settings.NBCOMMONS_NBGALLERY_INTEGRATION = str(tmp_path)
        nobody = Client()

        for folder in ("/integration", "/static/integration"):
            got = nobody.get(f"{folder}/a-dependencies.json")
            assert got.json() == {"python-3": {}}
        for name in ("..%2fpyproject.json", ".hidden.json", "none.json", "a.py"):
            assert nobody.get(f"/integration/{name}").status_code == 404
