"""What the JupyterLab extension says can be translated, all of it."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "packages/jupyter/src"
CATALOGUE = ROOT / "packages/jupyter/nbcommons.pot"


def test_the_catalogue_holds_what_the_sources_say():
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts/jupyterlab_words.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_the_catalogue_misses_no_text():
    """Every call of the translation is one that the script can read."""
    source = "\n".join(path.read_text() for path in SOURCES.rglob("*.ts"))
    calls = re.findall(r"\.(?:__|_n)\(", source)
    readable = re.findall(r"\bwords\s*\.(?:__|_n)\(\s*'", source)

    assert len(calls) == len(readable) > 200


def test_the_catalogue_knows_plurals_and_places():
    text = CATALOGUE.read_text()

    assert (
        'msgid "Your Jupyter closes in 1 minute"\n'
        'msgid_plural "Your Jupyter closes in %1 minutes"\n'
        'msgstr[0] ""\nmsgstr[1] ""\n'
    ) in text
    assert "#: src/panel/home.ts" in text
