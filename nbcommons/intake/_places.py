"""What pages and reports call the places of a notebook, in a sentence."""

from collections.abc import Sequence

from nbcommons.notebooks.secrets.findings import Place
from nbcommons_ipynb.cells import Document, code_cells

TEXTS = {
    "title": "the title",
    "purpose": "the description",
    "language": "the language",
    "language_version": "the version of the language",
    "tags": "the tags",
    "message": "what is new in this version",
    "why": "why you suggest it",
}
"""What others will read about a notebook, by the name of the field, for a sentence."""


def called(place: Place, names: Sequence[str]) -> str:
    """What the pages call the place, for a sentence: ``cell 4`` or ``the title``."""
    is_metadata = place.field.startswith("metadata.")
    if place.position is None:
        return "the metadata of the notebook" if is_metadata else TEXTS[place.field]
    name = names[place.position]
    return f"the metadata of {name}" if is_metadata else name


def names_of_cells(document: Document) -> list[str]:
    """What the pages call each cell: code cells by their number, texts by what follows them."""
    numbers = {cell.position: cell.number + 1 for cell in code_cells(document)}
    names: list[str] = []
    following = 0
    for position in reversed(range(len(document["cells"]))):
        if position in numbers:
            following = numbers[position]
            names.append(f"cell {following}")
        else:
            where = f"before cell {following}" if following else "at the end"
            names.append(f"the text {where}" if numbers else "the text")
    return names[::-1]
