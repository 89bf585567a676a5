"""What the catalogue keeps of the cells of a notebook, without their text."""

from dataclasses import dataclass

from nbcommons_ipynb.cells import Document, code_cells, fingerprint, tags_of


@dataclass(frozen=True, slots=True)
class CellFacts:
    """What the catalogue keeps of a cell; ``number`` as in ``models.Cell``."""

    number: int | None
    cell_id: str
    kind: str
    fingerprint: str
    tags: tuple[str, ...] = ()


def cell_facts(document: Document) -> list[CellFacts]:
    """What the catalogue keeps of each cell of a stripped ``document``, in order."""
    numbers = {cell.position: cell.number for cell in code_cells(document)}
    return [
        CellFacts(
            number=numbers.get(position),
            cell_id=cell["id"],
            kind=cell["cell_type"],
            fingerprint=fingerprint(cell["source"]),
            tags=tags_of(cell),
        )
        for position, cell in enumerate(document["cells"])
    ]
