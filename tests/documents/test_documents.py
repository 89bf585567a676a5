"""The documents are true to the tree: what they link to and name is there."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "changes").glob("README.md"),
        *(ROOT / "packages").glob("*/README.md"),
    ]
)
IDS = [str(path.relative_to(ROOT)) for path in DOCUMENTS]
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(#[^)]*)?\)")
# `nbcommons/launch/edge.py`, `tests/hub`, `access/rules.py` …: a path of the source.
NAMED = re.compile(r"`((?:[a-z_.-]+/)+[\w.-]*)`")
TOPS = {path.name for path in ROOT.iterdir()}
ROOMS = {path.name for path in (ROOT / "nbcommons").iterdir()}
# Files of a data folder or of a running system, not of the tree.
NOT_OURS = {"secrets", "site", "postgres", "homes", "logs", "share", "etc", "socket"}
SAID_BY = re.compile(r"\./commons (?:--data \S+ )?([a-z_]+)")


def _exists(name: str) -> bool:
    first = name.split("/", maxsplit=1)[0]
    if first in TOPS:
        return (ROOT / name).exists()
    if first in ROOMS:
        return (ROOT / "nbcommons" / name).exists()
    if first in {"nbcommons_ipynb", "jupyter_nbcommons", "nbcommons_hub"}:
        return any(
            (ROOT / part / name).exists()
            for part in ("packages/ipynb", "packages/client", "packages/jupyter", "hub")
        )
    return True


@pytest.mark.parametrize("document", DOCUMENTS, ids=IDS)
class TestDocument:
    def test_links_lead_somewhere(self, document):
        targets = [link for link, _ in LINK.findall(document.read_text("utf-8"))]

        broken = [
            target
            for target in targets
            if "://" not in target and not (document.parent / target).exists()
        ]
        assert broken == []

    def test_names_files_that_are_there(self, document):
        names = {name.rstrip("/") for name in NAMED.findall(document.read_text("utf-8"))}

        missing = [
            name for name in names if name.split("/")[0] not in NOT_OURS and not _exists(name)
        ]
        assert missing == []

    def test_names_commands_that_are_there(self, document):
        own = {"up", "stop", "doctor", "test", "check", "help", "makemigrations", "migrate"}
        rooms = {path.stem for path in ROOT.glob("nbcommons/*/management/commands/*.py")}

        assert set(SAID_BY.findall(document.read_text("utf-8"))) <= own | rooms


class TestReference:
    def test_pages_are_made_from_this_source(self):
        script = ROOT / "scripts" / "generate_reference.py"

        done = subprocess.run(
            [sys.executable, str(script), "--check"],
            capture_output=True,
            text=True,
            check=False,
        )

        assert (done.returncode, done.stdout) == (0, "")

    def test_every_setting_says_what_it_means(self):
        page = (ROOT / "docs/reference/settings.md").read_text("utf-8")

        assert [line for line in page.splitlines() if line.endswith("|  |")] == []


class TestArchitecture:
    def test_lists_every_room_from_the_top_floor_down(self):
        with (ROOT / "pyproject.toml").open("rb") as file:
            contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
        layers = next(c["layers"] for c in contracts if c.get("containers") == ["nbcommons"])
        built = [
            room for layer in layers for room in re.findall(r"(?<!\()\b(\w+)\b(?!\))", layer)
        ]

        text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
        assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == built


class TestDecisions:
    def test_are_all_in_the_list(self):
        records = sorted(path.name for path in (ROOT / "docs/adr").glob("0*.md"))

        listed = re.findall(r"\]\((0[^)]+)\)", (ROOT / "docs/adr/README.md").read_text("utf-8"))
        assert listed == records

    def test_say_what_pressed_and_when_to_look_again(self):
        for path in (ROOT / "docs/adr").glob("0*.md"):
            parts = re.findall(r"^\*\*(.+?)\.\*\*", path.read_text("utf-8"), re.MULTILINE)
            assert parts[:4] == [
                "What pressed",
                "What we chose",
                "What we gave up",
                "When to look again",
            ], path.name


class TestNotes:
    def test_have_names_that_the_release_understands(self):
        kinds = "added|changed|fixed|removed|security"
        names = {path.name for path in (ROOT / "changes").iterdir()} - {"README.md"}

        assert [n for n in names if not re.fullmatch(rf"\d+\.({kinds})(\.\d+)?\.md", n)] == []


class TestCodeInDocuments:
    def test_the_example_of_cleaning_runs(self, tmp_path):
        page = (ROOT / "docs/explain/what-is-removed.md").read_text("utf-8")
        example = re.search(r"```python\n(.*?)```", page, re.DOTALL)[1]
        notebook = {
            "cells": [
                {
                    "cell_type": "code",
                    "execution_count": 1,
                    "metadata": {},
                    "outputs": [{"output_type": "stream", "name": "stdout", "text": "secret"}],
                    "source": "1",
                }
            ],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 4,
        }
        (tmp_path / "mine.ipynb").write_text(json.dumps(notebook))

        done = subprocess.run(
            [sys.executable, "-c", example],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT / "packages/ipynb")},
            capture_output=True,
            text=True,
            check=True,
        )

        assert "Results below cells 1 line of text" in done.stdout
        assert "secret" not in done.stdout
