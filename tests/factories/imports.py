"""The import command, run as an operator runs it, and what it left."""

import json

from django.core.management import call_command

from nbcommons.notebooks.models import Notebook
from nbcommons.people.models import Person


def bring_in(source, *arguments, tmp_path, owner="ann"):
    """Run ``import``; returns its report, with the exit code as ``code``."""
    if owner:
        Person.objects.get_or_create(username=owner)
        arguments = ("--owner", owner, *arguments)
    path = tmp_path / "report-of-the-import.json"
    path.unlink(missing_ok=True)
    code = 0
    try:
        call_command("import", str(source), "--report", str(path), *arguments)
    except SystemExit as ended:
        code = ended.code
    report = json.loads(path.read_text())
    report["code"] = code
    report["by_name"] = {row["name"]: row for row in report["notebooks"]}
    return report


def outcomes(report):
    return {row["name"]: row["outcome"] for row in report["notebooks"]}


def told(report):
    """The report without what a dry run cannot know: uuids of notebooks that are not made."""
    rows = [dict(row, uuid="") for row in report["notebooks"]]
    summary = {key: value for key, value in report["summary"].items() if key != "dry_run"}
    return rows, summary, report["code"]


def titles():
    return set(Notebook.objects.values_list("title", flat=True))


def only_notebook() -> Notebook:
    return Notebook.objects.get()
