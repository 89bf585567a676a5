"""A file that somebody sends only to have it looked at: nothing of it is kept."""

from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.intake._cleaning import bared
from nbcommons_ipynb.cells import Document


def stripped_document(actor: Actor, raw: bytes) -> Document:
    """The notebook as it would come in, without results. Raises ``Refused`` or ``Denied``."""
    if actor.person_id is None:
        raise Denied("Sign in to have a notebook looked at.")
    return bared(raw).stripped.document
