"""Reads about persons: who they are, what their invitation or account page shows."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from nbcommons.core.actor import Actor
from nbcommons.people._secrets import hash_of
from nbcommons.people.errors import InvitationRefused
from nbcommons.people.models import (
    USERNAME_PATTERN,
    AccessToken,
    BrowserSession,
    Invitation,
    LabelHolding,
    Organisation,
    Person,
)

STARTER_OWNER = "commons"
"""Who looks after the notebooks that the commons itself brought: nobody signs in as them."""


@dataclass(frozen=True, slots=True)
class InvitationShown:
    """What the page behind an invitation link says."""

    email: str
    invited_by: str
    makes_administrator: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person in a list for administrators."""

    username: str
    name: str
    email: str
    organisation: str
    is_active: bool
    awaits_approval: bool
    is_administrator: bool
    has_second_step: bool
    joined_at: datetime
    last_login_at: datetime | None


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One of a person's tokens, without its secret."""

    token_id: int
    prefix: str
    label: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A browser in which somebody is signed in; ``browser`` is "" when it says nothing known."""

    public_id: str
    browser: str
    signed_in_at: datetime | None
    last_seen_at: datetime | None
    is_this: bool


def sessions_of(person: Person, *, own_id: str, at: datetime) -> list[SessionRow]:
    """Where ``person`` is signed in, this browser (``own_id``) first, then the latest used.

    Sessions that an earlier password opened are left out: they open nothing any more.
    """
    rows = BrowserSession.objects.filter(
        person=person, expire_date__gt=at, public_id__isnull=False
    ).order_by("-last_seen_at")
    wanted = person.get_session_auth_hash()
    found = [
        SessionRow(
            public_id=str(row.public_id),
            browser=row.browser,
            signed_in_at=row.signed_in_at,
            last_seen_at=row.last_seen_at,
            is_this=row.public_id is not None and row.public_id.hex == own_id,
        )
        for row in rows
        if row.get_decoded().get(HASH_SESSION_KEY) == wanted
    ]
    return sorted(found, key=lambda row: not row.is_this)


def person_named(username: str) -> Person | None:
    """The person with this user name (any case), active or not; None if there is none."""
    wanted = username.strip().lower()
    if not re.match(USERNAME_PATTERN, wanted):
        return None  # nobody can be called so, and PostgreSQL refuses some of it outright
    return Person.objects.filter(username=wanted).first()


def people_here(among: QuerySet[Person] | None = None) -> QuerySet[Person]:
    """The active people, without the account that looks after what the commons itself brought."""
    people = Person.objects.all() if among is None else among
    is_house = Q(
        username=STARTER_OWNER, password__startswith=UNUSABLE_PASSWORD_PREFIX, email=""
    )
    return people.filter(is_active=True).exclude(is_house)


def actor_named(username: str) -> Actor | None:
    """An actor for the active person with this user name; None if there is none."""
    person = Person.objects.filter(username=username.strip().lower(), is_active=True).first()
    return Actor.person(person.pk, person.username) if person else None


def names_of(person_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """(user name, shown name) by id; one query for a whole page."""
    rows = Person.objects.filter(pk__in=set(person_ids)).only("username", "full_name")
    return {person.pk: (person.username, str(person)) for person in rows}


def organisation_claims(person: Person) -> dict[str, list[str] | bool]:
    """Where ``person`` stands, for another site that asks us: path, labels, administrator."""
    own = person.organisation
    names = (
        dict(Organisation.objects.filter(pk__in=own.path).values_list("pk", "name"))
        if own
        else {}
    )
    labels = LabelHolding.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now()), person=person
    )
    return {
        "organisation": [names[key] for key in own.path] if own else [],
        "labels": sorted(set(labels.values_list("label__slug", flat=True))),
        "administrator": person.is_administrator,
    }


def ways_in(person: Person) -> int:
    """How many ways ``person`` has to sign in: a password, passkeys, their organisation."""
    passkeys = Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN)
    known = {provider.id for provider in settings.NBCOMMONS_SIGN_IN_PROVIDERS}
    accounts = SocialAccount.objects.filter(user=person, provider__in=known)
    count: int = passkeys.count() + accounts.count()
    return count + person.has_usable_password()


def is_administrator_missing() -> bool:
    """Whether nobody can switch admin mode on, as on the first start."""
    return not Person.objects.filter(is_active=True, is_administrator=True).exists()


def invitation_behind(secret: str, *, at: datetime) -> InvitationShown:
    """What the link with ``secret`` offers. Raises ``InvitationRefused`` when it is no good."""
    invitations = Invitation.objects.select_related("invited_by")
    found = usable(invitations.filter(token_hash=hash_of(secret)).first(), at=at)
    return InvitationShown(
        email=found.email,
        invited_by=str(found.invited_by or ""),
        makes_administrator=found.makes_administrator,
    )


def usable(invitation: Invitation | None, *, at: datetime) -> Invitation:
    """The same invitation; raises ``InvitationRefused``, with the reason, if it is no good."""
    if invitation is None:
        raise InvitationRefused(
            "This link is not one of ours, or it has been replaced by a newer one. "
            "Ask whoever invited you for a new link."
        )
    if invitation.used_at is not None:
        raise InvitationRefused(
            "This link has been used. If it was you, sign in with the name you chose; "
            "if not, ask for a new link."
        )
    if invitation.expires_at <= at:
        raise InvitationRefused("This link is too old. Ask whoever invited you for a new one.")
    return invitation


def people_matching(
    text: str = "", *, first: int = 0, limit: int | None = None
) -> tuple[int, list[PersonRow]]:
    """How many accounts have ``text`` in their names or address, and some, by user name.

    ``limit`` of them from ``first`` on, None: all.
    """
    found = Person.objects.filter(
        Q(username__icontains=text) | Q(full_name__icontains=text) | Q(email__icontains=text)
    )
    second_step = Authenticator.objects.filter(
        user=OuterRef("pk"), type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    )
    shown = found.select_related("organisation").annotate(has_second_step=Exists(second_step))
    return found.count(), [
        _row(person, has_second_step=person.has_second_step)
        for person in shown.order_by("username")[
            first : None if limit is None else first + limit
        ]
    ]


def people_waiting() -> list[PersonRow]:
    """Who asked for an account and waits for an administrator, longest first."""
    waiting = Person.objects.filter(awaits_approval=True).select_related("organisation")
    return [_row(person, has_second_step=False) for person in waiting.order_by("created_at")]


def notebooks_left_by(person: Person) -> tuple[int, int]:
    """How many notebooks ``person`` alone looks after, and how many of them others may see.

    Read backwards along the catalogue's own relation: this room knows nothing else of notebooks.
    """
    own = person.notebooks.filter(deleted_at__isnull=True)
    return own.count(), own.exclude(visibility="private").count()


def _row(person: Person, *, has_second_step: bool) -> PersonRow:
    return PersonRow(
        username=person.username,
        name=str(person),
        email=person.email,
        organisation=str(person.organisation or ""),
        is_active=person.is_active,
        awaits_approval=person.awaits_approval,
        is_administrator=person.is_administrator,
        has_second_step=has_second_step,
        joined_at=person.created_at,
        last_login_at=person.last_login,
    )


def personal_tokens_of(person_id: int, *, at: datetime) -> list[TokenRow]:
    """The person's own tokens that still count, newest first."""
    return _tokens_of(person_id, AccessToken.Kind.PERSONAL, at=at)


def connected_jupyters_of(person_id: int, *, at: datetime) -> list[TokenRow]:
    """The Jupyters that the person connected themselves and that may still act, newest first."""
    return _tokens_of(person_id, AccessToken.Kind.JUPYTER, at=at)


def _tokens_of(person_id: int, kind: AccessToken.Kind, *, at: datetime) -> list[TokenRow]:
    tokens = AccessToken.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=at),
        person_id=person_id,
        kind=kind,
        revoked_at__isnull=True,
    ).order_by("-created_at")
    return [
        TokenRow(
            token_id=token.pk,
            prefix=token.prefix,
            label=token.label,
            scopes=tuple(token.scopes),
            created_at=token.created_at,
            expires_at=token.expires_at,
            last_used_at=token.last_used_at,
        )
        for token in tokens
    ]
