"""Reads the tables of ``docs/reference/permissions.md``: what tests hold the site against."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs/reference/permissions.md"
PERSONS = "Looked after by a person"
DASH = "\N{EN DASH}"
TEAMS = "Looked after by a team"


def expectations() -> dict[tuple[str, str, str], str]:
    """Letters by (kind of owner, who, state)."""
    found = {}
    for kind in (PERSONS, TEAMS):
        section = PAGE.read_text().split(f"### {kind}\n")[1].split("\n#")[0]
        head, _, *rows = [_cells(line) for line in section.splitlines() if line.startswith("|")]
        for who, *letters in rows:
            for state, may in zip(head[1:], letters, strict=True):
                assert re.fullmatch(f"R?U?E?S?D?B?|{DASH}", may), (who, state, may)
                found[kind, who, state] = may.replace(DASH, "")
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("`", "") for cell in line.strip("|").split("|")]
