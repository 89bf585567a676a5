"""From the bytes of a file to a stripped notebook with proposals: no database, no actor."""

from dataclasses import dataclass

from django.conf import settings

from nbcommons.intake.errors import Refused
from nbcommons_ipynb.allowed import ExtraKeys
from nbcommons_ipynb.errors import NotANotebook
from nbcommons_ipynb.images import Offer, offer
from nbcommons_ipynb.limits import Limits
from nbcommons_ipynb.parsing import parse
from nbcommons_ipynb.proposing import Proposal, propose
from nbcommons_ipynb.stripping import Stripped, strip


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A notebook without results, what had to be put right, and what may be kept or proposed."""

    stripped: Stripped
    repairs: tuple[str, ...]
    pictures: Offer
    proposal: Proposal


def limits() -> Limits:
    """The operator's limits for what comes in."""
    return Limits(
        raw_bytes=settings.NBCOMMONS_MAX_RAW_BYTES,
        stripped_bytes=settings.NBCOMMONS_MAX_STRIPPED_BYTES,
        cells=settings.NBCOMMONS_MAX_CELLS,
        depth=settings.NBCOMMONS_MAX_JSON_DEPTH,
    )


def clean(raw: bytes, *, file_name: str) -> Cleaned:
    """``raw`` parsed, repaired and stripped; raises ``Refused`` with a sentence for its author."""
    bounds = limits()
    extra = ExtraKeys(cell=frozenset(settings.NBCOMMONS_ALLOWED_CELL_METADATA))
    try:
        parsed = parse(raw, limits=bounds)
        stripped = strip(
            parsed.document, bytes_before=len(raw), extra_keys=extra, limits=bounds
        )
    except NotANotebook as error:
        raise Refused(str(error)) from error
    return Cleaned(
        stripped=stripped,
        repairs=parsed.repairs,
        pictures=offer(stripped.pictures, limits=bounds),
        proposal=propose(stripped.document, file_name),
    )
