"""What the catalogue keeps of the cells of a notebook, without their text."""

from dataclasses import dataclass

from nbcommons_ipynb.cells import Document, code_cells, fingerprint, tags_of
from nbcommons_ipynb.sameness import token_hashes


@dataclass(frozen=True, slots=True)
class CellFacts:
    """What the catalogue keeps of a cell; ``number`` and ``token_hash`` as in ``models.Cell``."""

    number: int | None
    cell_id: str
    kind: str
    fingerprint: str
    tags: tuple[str, ...] = ()
    token_hash: str | None = None


def cell_facts(document: Document) -> list[CellFacts]:
    """What the catalogue keeps of each cell of a stripped ``document``, in order."""
    numbers = {cell.position: cell.number for cell in code_cells(document)}
    hashes = token_hashes(document)
    return [
        CellFacts(
            number=numbers.get(position),
            cell_id=cell["id"],
            kind=cell["cell_type"],
            fingerprint=fingerprint(cell["source"]),
            tags=tags_of(cell),
            token_hash=hashes[position],
        )
        for position, cell in enumerate(document["cells"])
    ]
