"""Who may do something to an account."""

from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied


def own_id(actor: Actor) -> int:
    """The actor's key; raises ``Denied`` for nobody, the system and programs with a token."""
    if actor.person_id is None or actor.scopes is not None:
        raise Denied("Sign in yourself to do this: a program cannot do it for you.")
    return actor.person_id


def require_administrator(actor: Actor) -> None:
    """Raises ``Denied`` unless the system or an administrator in admin mode asks, without token."""
    if not actor.sees_everything or actor.scopes is not None:
        raise Denied("Switch admin mode on to look after accounts.")
