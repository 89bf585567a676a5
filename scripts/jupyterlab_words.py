"""Make the catalogue of what the JupyterLab extension says, for whoever translates it.

``python scripts/jupyterlab_words.py`` writes ``packages/jupyter/nbcommons.pot``; ``--check`` only
tells whether it is stale. Standard library only. See ``docs/how-to/translate-the-extension.md``.
"""

import argparse
import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "packages" / "jupyter" / "src"
CATALOGUE = ROOT / "packages" / "jupyter" / "nbcommons.pot"

_TEXT = r"\s*'((?:[^'\\\n]|\\.)*)'"
_ONE = re.compile(rf"\bwords\s*\.__\({_TEXT}")
_MANY = re.compile(rf"\bwords\s*\._n\({_TEXT},{_TEXT}")
_HEADER = r"""msgid ""
msgstr ""
"Project-Id-Version: nbcommons\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"""


@dataclass(slots=True)
class Entry:
    """A text to translate. many: its plural, "" if it has none. places: files that say it."""

    one: str
    many: str = ""
    places: list[str] = field(default_factory=list)


def entries() -> list[Entry]:
    """Everything that the sources say, in the order of files and lines."""
    found: dict[str, Entry] = {}
    for path in sorted(SOURCES.rglob("*.ts")):
        source, place = path.read_text(), path.relative_to(SOURCES.parent).as_posix()
        said = [*_ONE.finditer(source), *_MANY.finditer(source)]
        for match in sorted(said, key=lambda one: one.start()):
            one, *more = (_plain(text) for text in match.groups())
            entry = found.setdefault(one, Entry(one))
            entry.many = entry.many or "".join(more)
            if place not in entry.places:
                entry.places.append(place)
    return list(found.values())


def catalogue() -> str:
    """The catalogue as gettext's tools read it."""
    parts = [_HEADER]
    for entry in entries():
        lines = [f"#: {' '.join(entry.places)}"]
        if "%1" in entry.one + entry.many:
            lines.append("#. %1, %2: filled in later; keep them, in any order.")
        lines.append(f"msgid {_quoted(entry.one)}")
        if entry.many:
            lines += [f"msgid_plural {_quoted(entry.many)}", 'msgstr[0] ""', 'msgstr[1] ""']
        else:
            lines.append('msgstr ""')
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def main() -> int:
    """Write the catalogue, or compare it; 1 when it is stale."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="change nothing")
    is_check = parser.parse_args().check
    wanted = catalogue()
    is_stale = not CATALOGUE.exists() or CATALOGUE.read_text() != wanted
    if is_check and is_stale:
        print("stale: run python scripts/jupyterlab_words.py", file=sys.stderr)
        return 1
    if not is_check:
        CATALOGUE.write_text(wanted)
    print(f"{CATALOGUE.relative_to(ROOT)}: {len(entries())} texts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
