"""From the raw bytes of one version to what the catalogue keeps: the part that takes time."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import zstandard

from nbcommons.intake._cleaning import Cleaned, clean, limits
from nbcommons.intake._describing import PURPOSE_LENGTH, TITLE_LENGTH, tidy_tags
from nbcommons.intake.errors import Refused
from nbcommons.notebooks.cells import CellFacts, cell_facts
from nbcommons_ipynb.canonical import content_address
from nbcommons_ipynb.embedded import with_images
from nbcommons_ipynb.errors import NotANotebook
from nbcommons_ipynb.stripping import checked_bytes

COMPRESSION_LEVEL = 9


@dataclass(frozen=True, slots=True)
class Request:
    """A version to be read; ``keeps_pictures``: those in text cells stay, made anew."""

    raw: bytes
    file_name: str
    keeps_pictures: bool = False


@dataclass(frozen=True, slots=True)
class Proposed:
    """What the notebook itself says it is."""

    title: str
    purpose: str
    language: str
    language_version: str
    category: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A version without results, as the catalogue keeps it; ``packed`` is zstd.

    removed: how much of what was taken out, by the names of ``nbcommons_ipynb.removal``.
    secrets: what looks like one, as "cell 4: a password or key". hints: personal details.
    """

    sha256: str
    size_bytes: int
    packed: bytes
    cells: tuple[CellFacts, ...]
    proposed: Proposed
    repairs: tuple[str, ...]
    removed: Mapping[str, int]
    secrets: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


def read(request: Request) -> Read:
    """The version in ``request``. Raises ``Refused`` with a sentence for a person."""
    cleaned = clean(request.raw, file_name=request.file_name)
    stripped = cleaned.stripped
    document, canonical, sha256 = stripped.document, stripped.canonical, stripped.sha256
    removed = dict(asdict(stripped.removed))
    if request.keeps_pictures and cleaned.pictures.images:
        document = with_images(document, cleaned.pictures.images)
        try:
            canonical = checked_bytes(document, limits=limits())
        except NotANotebook as error:
            raise Refused(str(error)) from error
        sha256 = content_address(canonical)
        removed["attachments"] -= len(cleaned.pictures.images)
    return Read(
        sha256=sha256,
        size_bytes=len(canonical),
        packed=zstandard.ZstdCompressor(level=COMPRESSION_LEVEL).compress(canonical),
        cells=tuple(cell_facts(document)),
        proposed=_proposed(cleaned),
        repairs=cleaned.repairs,
        removed={name: count for name, count in removed.items() if count},
    )


def _proposed(cleaned: Cleaned) -> Proposed:
    proposal = cleaned.proposal
    return Proposed(
        title=proposal.title[:TITLE_LENGTH],
        purpose=proposal.description[:PURPOSE_LENGTH],
        language=proposal.language,
        language_version="",
        category=proposal.category,
        tags=tidy_tags(tag.name for tag in proposal.tags),
    )
