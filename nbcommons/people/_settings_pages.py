"""What the pages of one's own settings show, gathered before a template sees it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms

from nbcommons.people import queries, rosters
from nbcommons.people._pages import Connection, connections_of
from nbcommons.people.mail import Kind
from nbcommons.people.models import Person
from nbcommons.people.tokens import SCOPES


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """Oneself: what others see, and how one signs in."""

    form: forms.Form
    username: str
    email: str
    is_email_confirmed: bool
    awaited_email: str
    has_password: bool
    has_second_step: bool
    passkeys: int
    connections: tuple[Connection, ...]
    labels: tuple[rosters.HeldLabel, ...]
    is_administrator: bool


@dataclass(frozen=True, slots=True)
class PreferencesPage:
    """Looks and mails."""

    form: forms.Form
    has_email: bool


@dataclass(frozen=True, slots=True)
class BrowsersPage:
    """Where one is signed in."""

    rows: tuple[queries.SessionRow, ...]


@dataclass(frozen=True, slots=True)
class TokenShown:
    """A token with what it may do in words."""

    row: queries.TokenRow
    may: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TokensPage:
    """Programs that act in one's name; ``secret`` is that of the token made just now."""

    form: forms.Form
    tokens: tuple[TokenShown, ...]
    secret: str = ""


def profile_of(person: Person) -> dict[str, Any]:
    """What the form of one's profile starts with."""
    return {
        "full_name": person.full_name or person.username,
        "organisation": person.organisation_id,
        "interests": person.interests,
        "is_mentor": person.is_mentor,
    }


def preferences_of(person: Person) -> dict[str, Any]:
    """What the form of one's preferences starts with."""
    return {
        "theme": person.theme,
        "density": person.density,
        "text_size": person.text_size,
        "time_zone": person.time_zone,
        "shows_line_numbers": person.shows_line_numbers,
        "mails": [kind.value for kind in Kind if kind not in person.mail_off],
    }


def settings_page(person: Person, form: forms.Form, *, at: datetime) -> SettingsPage:
    """The settings of ``person`` as their page shows them."""
    addresses = list(EmailAddress.objects.filter(user=person))
    confirmed = {address.email for address in addresses if address.verified}
    awaited = [a.email for a in addresses if not a.verified and a.email != person.email]
    steps = list(Authenticator.objects.filter(user=person).values_list("type", flat=True))
    return SettingsPage(
        form=form,
        username=person.username,
        email=person.email,
        is_email_confirmed=person.email in confirmed,
        awaited_email=awaited[0] if awaited else "",
        has_password=person.has_usable_password(),
        has_second_step=Authenticator.Type.TOTP in steps,
        passkeys=steps.count(Authenticator.Type.WEBAUTHN),
        connections=connections_of(person),
        labels=rosters.labels_held_by(person.pk, at=at),
        is_administrator=person.is_administrator,
    )


def preferences_page(person: Person, form: forms.Form) -> PreferencesPage:
    """Looks and mails of ``person``."""
    return PreferencesPage(form=form, has_email=bool(person.email))


def browsers_page(person: Person, *, own_id: str, at: datetime) -> BrowsersPage:
    """Where ``person`` is signed in, seen from the session ``own_id``."""
    return BrowsersPage(rows=tuple(queries.sessions_of(person, own_id=own_id, at=at)))


def tokens_page(
    person: Person, form: forms.Form, *, secret: str = "", at: datetime
) -> TokensPage:
    """The programs that act in the name of ``person``."""
    rows = queries.personal_tokens_of(person.pk, at=at)
    return TokensPage(
        form=form,
        tokens=tuple(
            TokenShown(row, tuple(SCOPES.get(scope, scope) for scope in row.scopes))
            for row in rows
        ),
        secret=secret,
    )
