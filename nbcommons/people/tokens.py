"""What programs sign in with: minting, checking and revoking access tokens."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.people._secrets import hash_of, new_secret
from nbcommons.people.errors import TokenRefused
from nbcommons.people.events import TokenMinted, TokenRevoked
from nbcommons.people.models import AccessToken, Person

# Everything that a token can be given, in the words of the settings page.
SCOPES = {
    "notebooks:read": "Find and read the notebooks that you may see",
    "notebooks:write": "Bring in notebooks and change yours",
    "executions:write": "Report runs of cells",
}
# What a person's Jupyter may do in their name.
SPAWN_SCOPES = ("notebooks:read", "notebooks:write", "executions:write")
# What a Jupyter may do that somebody connected themselves.
JUPYTER_SCOPES = ("notebooks:read", "notebooks:write", "executions:write")
PERSONAL_PREFIX, SPAWN_PREFIX, JUPYTER_PREFIX = "nbc_", "nbs_", "nbj_"

# A token in steady use writes its time of last use at most this often.
LAST_USED_STEP = timedelta(minutes=1)
_SHOWN_SIGNS = 10


@dataclass(frozen=True, slots=True)
class Minted:
    """A new token; ``secret`` is known only here and now."""

    token: AccessToken
    secret: str = field(repr=False)


@transaction.atomic
def mint_personal_token(
    actor: Actor,
    person: Person,
    *,
    scopes: tuple[str, ...],
    label: str,
    expires_at: datetime | None,
    at: datetime,
) -> Minted:
    """A token for a program of ``person``'s; ``expires_at`` None: until revoked.

    Raises ``Denied`` unless the person themselves (not through a token) or the system asks, and
    ``ValueError`` for a scope that does not exist.
    """
    _require_self(actor, person.pk)
    unknown = set(scopes) - SCOPES.keys()
    if unknown or not scopes:
        raise ValueError(f"not a scope: {sorted(unknown)}; there are {sorted(SCOPES)}")
    return _mint(
        actor,
        AccessToken(
            kind=AccessToken.Kind.PERSONAL,
            person=person,
            scopes=list(scopes),
            label=label,
            created_at=at,
            expires_at=expires_at,
        ),
        PERSONAL_PREFIX,
    )


@transaction.atomic
def mint_spawn_token(
    actor: Actor, person: Person, *, spawn_id: str, expires_at: datetime, at: datetime
) -> Minted:
    """The token of one life of a person's Jupyter. Raises ``Denied`` unless the system asks.

    A second one for the same life replaces the first: the hub may ask again after a lost answer.
    """
    if not actor.is_system:
        raise Denied("Only the hub starts a Jupyter.")
    revoke_spawn_tokens(actor, spawn_id=spawn_id, at=at)
    return _mint(
        actor,
        AccessToken(
            kind=AccessToken.Kind.SPAWN,
            person=person,
            scopes=list(SPAWN_SCOPES),
            spawn_id=spawn_id,
            created_at=at,
            expires_at=expires_at,
        ),
        SPAWN_PREFIX,
    )


@transaction.atomic
def mint_jupyter_token(
    actor: Actor, person: Person, *, label: str, expires_at: datetime, at: datetime
) -> Minted:
    """The token of a Jupyter that ``person`` connected. Raises ``Denied`` but for the system."""
    if not actor.is_system:
        raise Denied("A Jupyter is connected by a code.")
    return _mint(
        actor,
        AccessToken(
            kind=AccessToken.Kind.JUPYTER,
            person=person,
            scopes=list(JUPYTER_SCOPES),
            label=label,
            created_at=at,
            expires_at=expires_at,
        ),
        JUPYTER_PREFIX,
    )


@transaction.atomic
def revoke_token(actor: Actor, *, token_id: int, at: datetime) -> bool:
    """Make a token of the actor's count no more; False when it is none of theirs, or dead."""
    tokens = AccessToken.objects.filter(pk=token_id, revoked_at__isnull=True)
    if not actor.sees_everything:
        tokens = tokens.filter(person_id=actor.person_id or 0)
    return _revoke(actor, list(tokens), at=at) > 0


@transaction.atomic
def give_back_jupyter_token(secret: str, *, at: datetime) -> None:
    """A Jupyter that its person connected gives up what it was given; any other secret: nothing."""
    tokens = AccessToken.objects.filter(
        kind=AccessToken.Kind.JUPYTER, token_hash=hash_of(secret), revoked_at__isnull=True
    )
    found = list(tokens.select_related("person"))
    for token in found:
        _revoke(Actor.person(token.person_id, token.person.username), [token], at=at)


@transaction.atomic
def revoke_spawn_tokens(actor: Actor, *, spawn_id: str, at: datetime) -> int:
    """How many tokens of that life of a Jupyter counted until now, and no longer do."""
    if not actor.is_system:
        raise Denied("Only the hub ends a Jupyter.")
    tokens = AccessToken.objects.filter(
        kind=AccessToken.Kind.SPAWN, spawn_id=spawn_id, revoked_at__isnull=True
    )
    return _revoke(actor, list(tokens), at=at)


@transaction.atomic
def prolong_spawn_tokens(actor: Actor, *, spawn_id: str, expires_at: datetime) -> None:
    """Let the token of that life of a Jupyter count as long as the Jupyter itself."""
    if not actor.is_system:
        raise Denied("Only the system keeps the end of a Jupyter and of its token together.")
    AccessToken.objects.filter(
        kind=AccessToken.Kind.SPAWN, spawn_id=spawn_id, revoked_at__isnull=True
    ).update(expires_at=expires_at)


def authenticate_bearer(
    header: str | None, scope: str | None = None, *, at: datetime | None = None
) -> Actor:
    """The actor whose token stands in an ``Authorization`` header, limited to its scopes.

    Raises ``TokenRefused`` (401) without a token that counts, ``Denied`` (403) when it lacks
    ``scope`` (None: any token will do). ``at`` is now unless a test says otherwise.
    """
    now = at or timezone.now()
    scheme, _, secret = (header or "").partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer":
        raise TokenRefused("Send a token as `Authorization: Bearer …`.")
    if not secret.startswith((PERSONAL_PREFIX, SPAWN_PREFIX, JUPYTER_PREFIX)):
        raise TokenRefused("That is no token of a Commons. Copy it once more, whole.")
    token = (
        AccessToken.objects.select_related("person").filter(token_hash=hash_of(secret)).first()
    )
    if token is None or not _counts(token, now):
        raise TokenRefused("This token does not count: unknown, revoked or expired.")
    if scope is not None and scope not in token.scopes:
        raise Denied(f"This token lacks the scope {scope}.")
    _note_use(token, now)
    actor = Actor.person(token.person_id, token.person.username)
    return actor.limited_to(frozenset(token.scopes))


def _counts(token: AccessToken, now: datetime) -> bool:
    is_expired = token.expires_at is not None and token.expires_at <= now
    return token.revoked_at is None and not is_expired and token.person.is_active


def _note_use(token: AccessToken, now: datetime) -> None:
    if token.last_used_at is None or token.last_used_at <= now - LAST_USED_STEP:
        AccessToken.objects.filter(pk=token.pk).update(last_used_at=now)


def _mint(actor: Actor, token: AccessToken, prefix: str) -> Minted:
    secret = new_secret(prefix)
    token.token_hash = hash_of(secret)
    token.prefix = secret[:_SHOWN_SIGNS]
    token.save(force_insert=True)
    events.publish(
        TokenMinted(
            actor_id=actor.person_id,
            person_id=token.person_id,
            token_id=token.pk,
            kind=token.kind,
        )
    )
    return Minted(token=token, secret=secret)


def _revoke(actor: Actor, tokens: list[AccessToken], *, at: datetime) -> int:
    AccessToken.objects.filter(pk__in=[token.pk for token in tokens]).update(revoked_at=at)
    for token in tokens:
        events.publish(
            TokenRevoked(actor_id=actor.person_id, person_id=token.person_id, token_id=token.pk)
        )
    return len(tokens)


def _require_self(actor: Actor, person_id: int) -> None:
    if actor.is_system:
        return
    if actor.scopes is not None or actor.person_id != person_id:
        raise Denied("Everybody makes their own tokens, signed in themselves.")
