"""Working out what is missing to compare cells."""

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.notebooks import operations as catalogue


def fill_token_hashes(actor: Actor, *, revisions: int) -> int:
    """Do it for so many versions at most; returns how many there were. Raises ``Denied``."""
    guard.require_for(actor, Action.SITE_ADMINISTER)
    return catalogue.fill_token_hashes(revisions=revisions)
