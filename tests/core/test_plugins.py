"""What an organisation adds: found, held to its form, and never trusted to be well."""

import hashlib
import importlib.metadata
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client

from nbcommons.core import plugins
from nbcommons.core.plugins import (
    BrokenPlugins,
    Candidate,
    Installed,
    MenuEntry,
    Plugin,
    PluginFailed,
    Removal,
)
from nbcommons.launch import doctor
from nbcommons_ipynb.proposing import Proposal
from tests.factories.executions import make_person

ROOT = Path(__file__).parents[2]
DOCUMENT = {
    "cells": [{"cell_type": "code", "id": "a", "metadata": {"tags": ["x"]}, "source": "1"}],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}
CANDIDATE = Candidate(DOCUMENT, "Title", "", "operational", "python", "everyone")
PROPOSAL = Proposal("Title", "", (), "python", "operational")


@pytest.fixture
def use():
    before = plugins.active()
    yield lambda *used: plugins.connect(Installed(used))
    plugins.connect(Installed(before))


class Entry:
    """An entry point as importlib finds it."""

    def __init__(self, name, found):
        self.name, self._found = name, found
        self.value, self.dist = f"{name}:plugin", None

    def load(self):
        if isinstance(self._found, Exception):
            raise self._found
        return self._found


@pytest.fixture
def install(monkeypatch):
    def installed(**entries):
        found = [Entry(name, value) for name, value in entries.items()]
        monkeypatch.setattr(importlib.metadata, "entry_points", lambda **_group: found)

    return installed


class TestInstalled:
    def test_are_loaded_in_the_order_of_their_names(self, install):
        install(b=Plugin("B"), a=Plugin("A"))

        assert [plugin.name for plugin in plugins.installed().plugins] == ["A", "B"]

    def test_are_left_alone_when_the_operator_says_so(self, install):
        install(a=Plugin("A"), b=ImportError("gone"))

        assert plugins.installed(off=("b",)) == Installed((Plugin("A"),))

    @pytest.mark.parametrize(
        ("found", "reason"),
        [
            (ImportError("no such thing"), "ImportError: no such thing"),
            (ValueError("at import"), "ValueError"),
            ("a string", "is no nbcommons.core.plugins.Plugin"),
            (Plugin("Old", api_version=99), "version 99"),
            (Plugin("M", menu=(MenuEntry("x", "javascript:alert(1)"),)), "menu entry"),
        ],
    )
    def test_that_cannot_be_used_are_named_and_stop_the_site(self, install, found, reason):
        install(good=Plugin("Good"), bad=found)

        installed = plugins.installed()

        assert [plugin.name for plugin in installed.plugins] == ["Good"]
        (broken,) = installed.broken
        assert broken.name == "bad"
        assert reason in broken.reason
        with pytest.raises(BrokenPlugins, match="NBCOMMONS_PLUGINS_OFF"):
            plugins.require_whole(installed)

    def test_are_named_by_the_doctor(self, install):
        install(good=Plugin("Good"), bad=ImportError("gone"))

        good, bad = doctor._plugins()

        assert (good.found, good.is_fatal) == ("Good", False)
        assert "gone" in bad.found
        assert bad.is_fatal


class TestObjections:
    def test_are_gathered_from_all_once_each(self, use):
        use(
            Plugin("A", validators=(lambda _c: ["No.", ""], lambda _c: [])),
            Plugin("B", validators=(lambda _c: ["No.", "Nor here."],)),
        )

        assert plugins.objections(CANDIDATE) == ("No.", "Nor here.")

    def test_are_raised_by_a_validator_that_fails(self, use, capfd):
        def broken(_candidate):
            raise ValueError("text of the notebook")

        use(Plugin("Rules", validators=(broken,)))

        (sentence,) = plugins.objections(CANDIDATE)

        assert "Rules" in sentence
        assert "text of the notebook" not in sentence + "".join(capfd.readouterr())

    def test_come_from_looking_at_a_copy(self, use):
        def meddles(candidate):
            candidate.document["cells"].clear()
            return []

        use(Plugin("A", validators=(meddles,)))
        plugins.objections(CANDIDATE)

        assert len(DOCUMENT["cells"]) == 1


class TestWithProposals:
    def test_are_asked_one_after_the_other(self, use):
        use(
            Plugin("A", proposers=(lambda _d, p: replace(p, title=p.title + "!"),)),
            Plugin("B", proposers=(lambda _d, p: replace(p, title=p.title + "?"),)),
        )

        assert plugins.with_proposals(DOCUMENT, PROPOSAL).title == "Title!?"

    def test_pass_over_one_that_fails_or_talks_nonsense(self, use):
        def broken(_document, proposal):
            raise KeyError(proposal)

        use(Plugin("A", proposers=(broken, lambda _d, _p: "nonsense")))

        assert plugins.with_proposals(DOCUMENT, PROPOSAL) == PROPOSAL


class TestRemovals:
    def test_are_gathered(self, use):
        use(Plugin("A", removers=(lambda _d: [Removal(0, metadata="tags")],)))

        assert plugins.removals(DOCUMENT) == (Removal(0, metadata="tags"),)

    @pytest.mark.parametrize("answer", [["text"], None, [{"cells": []}]])
    def test_of_any_other_form_are_refused(self, use, answer):
        use(Plugin("A", removers=(lambda _d: answer,)))

        with pytest.raises(PluginFailed):
            plugins.removals(DOCUMENT)


@pytest.fixture(scope="session")
def example(tmp_path_factory):
    """The example, built and installed as an operator would, into a place of its own."""
    target = tmp_path_factory.mktemp("plugin")
    pip = [sys.executable, "-m", "pip", "install", "--quiet"]
    offline = ["--no-deps", "--no-index", "--no-build-isolation"]
    place = ["--target", str(target), str(ROOT / "docs/examples/plugin")]
    done = subprocess.run(
        [*pip, *offline, *place],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return target


class TestTheExample:
    @pytest.fixture
    def found(self, example, monkeypatch, use):
        monkeypatch.syspath_prepend(str(example))
        installed = plugins.installed()
        use(*installed.plugins)
        return installed

    def test_is_found(self, found):
        assert [plugin.name for plugin in found.plugins] == ["Harbour rules"]
        assert found.broken == ()
        assert plugins.sign_in_backends() == ("harbour_rules.signing_in.CrewListBackend",)

    @pytest.mark.usefixtures("found")
    def test_judges(self):
        assert len(plugins.objections(CANDIDATE)) == 1
        assert plugins.objections(replace(CANDIDATE, purpose="Contact: the pilots")) == ()

    @pytest.mark.usefixtures("found")
    def test_proposes_and_removes(self):
        source = "read('crane-7.harbour.internal', 'berth 4')"
        document = {**DOCUMENT, "cells": [{**DOCUMENT["cells"][0], "source": source}]}

        assert plugins.with_proposals(document, PROPOSAL).tags[0].name == "berths"
        (removal,) = plugins.removals(document)
        assert source[removal.start : removal.end] == "crane-7.harbour.internal"

    @pytest.mark.django_db
    @pytest.mark.usefixtures("found")
    def test_links_from_the_masthead(self):
        client = Client()
        client.force_login(make_person("ann"))

        assert 'href="https://wiki.harbour.example/"' in client.get("/add/").content.decode()

    @pytest.mark.django_db
    @pytest.mark.usefixtures("found")
    def test_signs_people_in(self, settings, tmp_path, monkeypatch):
        crew = tmp_path / "crew"
        crew.write_text("ann:" + "a" * 64 + "\nbob:" + _digest("harbour master") + "\n")
        monkeypatch.setenv("NBCOMMONS_PLUGIN_CREW_LIST", str(crew))
        settings.AUTHENTICATION_BACKENDS = [
            *settings.AUTHENTICATION_BACKENDS,
            *plugins.sign_in_backends(),
        ]
        client, typed = Client(), {"login": "bob", "password": "harbour master"}

        client.post("/sign-in/", {**typed, "password": "wrong"})
        assert client.get("/add/").status_code == 302
        client.post("/sign-in/", typed)
        assert client.get("/add/").status_code == 200

    def test_keeps_the_site_from_starting_when_it_is_broken(self, example, tmp_path):
        broken = tmp_path / "broken"
        subprocess.run(["cp", "-r", str(example), str(broken)], check=True)
        (broken / "harbour_rules" / "__init__.py").write_text("import no_such_module")
        started = {}
        for policy in ("refuse", "skip"):
            started[policy] = subprocess.run(
                [sys.executable, "-W", "ignore", "-c", "import django; django.setup()"],
                env={
                    **os.environ,
                    "PYTHONPATH": os.pathsep.join((str(broken), *sys.path)),
                    "DJANGO_SETTINGS_MODULE": "nbcommons.config.settings.test",
                    "NBCOMMONS_BROKEN_PLUGINS": policy,
                },
                capture_output=True,
                text=True,
                check=False,
            )

        assert started["refuse"].returncode != 0
        assert "harbour (harbour-rules)" in started["refuse"].stderr
        assert started["skip"].returncode == 0, started["skip"].stderr
        assert "plugin_broken" in started["skip"].stdout + started["skip"].stderr


def _digest(password):
    return hashlib.sha256(password.encode()).hexdigest()
