"""The command line's own decisions: which command is ours, which folder is meant."""

import logging
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nbcommons.launch import manage, up
from nbcommons.launch.cli import app, split
from nbcommons.launch.errors import CannotStart


class TestSplit:
    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            (["import", "x.ipynb", "--dry-run"], (None, ["import", "x.ipynb", "--dry-run"])),
            (["--data", "/d", "person", "list"], (Path("/d"), ["person", "list"])),
            (["--data=/d", "up", "--port", "1"], (Path("/d"), ["up", "--port", "1"])),
            (["--help"], (None, [])),
            (["--data"], (None, [])),
            ([], (None, [])),
        ],
    )
    def test_parts_the_folder_from_the_command(self, arguments, expected):
        assert split(arguments) == expected


class TestHelp:
    def test_says_which_version_this_is(self):
        said = CliRunner().invoke(app, ["--version"])

        assert (said.exit_code, said.output) == (0, f"nbcommons {version('nbcommons')}\n")

    def test_lists_the_commands_of_the_site_and_no_others(self, capsys, monkeypatch):
        # The site sets logging up once more, to this test's output, which ends with it.
        monkeypatch.setattr(logging.root, "handlers", [*logging.root.handlers])
        manage.main(["help"])

        said = capsys.readouterr().out
        assert "load-activity" in said
        assert "check-search" in said
        for name in ("createsuperuser", "multipleprimary", "procrastinate", "collectstatic"):
            assert name not in said


class TestPlanAddresses:
    def options(self, **changes):
        return up.Options(root=Path("/d"), port=8123, **changes)

    def test_gives_site_and_jupyter_two_host_names(self, monkeypatch):
        monkeypatch.delenv("NBCOMMONS_SITE_URL", raising=False)
        monkeypatch.delenv("NBCOMMONS_JUPYTER_URL", raising=False)

        found = up.plan_addresses(self.options())

        assert found.site == "http://localhost:8123"
        assert found.jupyter == "http://127.0.0.1:8123/jupyter/"
        assert len({found.web_port, found.hub_port, found.edge_port, found.door_port}) == 4

    def test_refuses_one_host_name_for_both(self, monkeypatch):
        monkeypatch.setenv("NBCOMMONS_SITE_URL", "https://one.example.org")
        monkeypatch.setenv("NBCOMMONS_JUPYTER_URL", "https://one.example.org/jupyter/")

        with pytest.raises(CannotStart, match=r"share the host name one\.example\.org"):
            up.plan_addresses(self.options())

    def test_allows_it_for_one_person_who_says_so(self, monkeypatch):
        monkeypatch.delenv("NBCOMMONS_SITE_URL", raising=False)
        monkeypatch.delenv("NBCOMMONS_JUPYTER_URL", raising=False)

        found = up.plan_addresses(self.options(is_trusted=True))

        assert found.site_host == found.jupyter_host == "localhost"

    def test_refuses_a_jupyter_without_a_path(self, monkeypatch):
        monkeypatch.setenv("NBCOMMONS_JUPYTER_URL", "https://jupyter.example.net")

        with pytest.raises(CannotStart, match="needs a path"):
            up.plan_addresses(self.options())
