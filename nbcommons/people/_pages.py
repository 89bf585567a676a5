"""What the pages of accounts show, gathered before a template sees it."""

from dataclasses import dataclass
from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django import forms
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import JsonResponse
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from nbcommons.core.middleware import ADMIN_MODE_KEY
from nbcommons.core.paging import Pager, pager_of
from nbcommons.people import queries
from nbcommons.people.errors import SignUpClosed
from nbcommons.people.models import Person

ACCOUNTS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Offer:
    """On what terms somebody may join."""

    is_invited: bool
    email: str = ""
    invited_by: str = ""
    makes_administrator: bool = False
    must_wait: bool = False


@dataclass(frozen=True, slots=True)
class WayIn:
    """An organisation's sign-in that is offered."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Connection:
    """An organisation's sign-in that is connected with an account, or (0) could be."""

    provider_id: str
    name: str
    account_id: int


@dataclass(frozen=True, slots=True)
class JoinPage:
    """Making an account."""

    form: forms.Form
    offer: Offer
    ways: tuple[WayIn, ...]


@dataclass(frozen=True, slots=True)
class LeavingPage:
    """On the way to an organisation's sign-in."""

    url: str
    name: str


@dataclass(frozen=True, slots=True)
class SignInAgainPage:
    """Showing that it is you, where your organisation alone can say so."""

    ways: tuple[WayIn, ...]


@dataclass(frozen=True, slots=True)
class SignedOutPage:
    """After signing out; Jupyter is left too unless its hub did not answer."""

    is_jupyter_left: bool


@dataclass(frozen=True, slots=True)
class AdminModePage:
    """Switching admin powers on or off; ``until`` is None while they are off."""

    is_administrator: bool
    minutes: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """Everybody's accounts, for administrators.

    ``link`` is an invitation and ``password_link`` a way to a new password, made just now.
    """

    query: str
    total: int
    rows: tuple[queries.PersonRow, ...]
    invitation_form: forms.Form
    link: str
    link_days: int
    password_link: str
    waiting: tuple[queries.PersonRow, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class SwitchOffPage:
    """Before an account is switched off; ``hand_over_url`` is "" where there is no such page."""

    name: str
    username: str
    is_active: bool
    notebooks: int
    seen_by_others: int
    hand_over_url: str


def ways_with(target: str | None = None, **query: str) -> tuple[WayIn, ...]:
    """The organisations' sign-ins, which lead to ``target`` (None: home) then."""
    asked = query | ({"next": target} if target else {})
    return tuple(
        WayIn(
            name=provider.name,
            url=reverse("people:sign_in_with", args=[provider.id])
            + (f"?{urlencode(asked)}" if asked else ""),
        )
        for provider in settings.NBCOMMONS_SIGN_IN_PROVIDERS
    )


def may_ask_for_account() -> bool:
    """Whether the page of signing in offers the one of joining."""
    return settings.NBCOMMONS_SIGNUP in {"open", "approval"}


def connections_of(person: Person) -> tuple[Connection, ...]:
    """The organisations' sign-ins, connected with the account or not."""
    known = SocialAccount.objects.filter(user=person).values_list("provider", "pk")
    accounts = dict(known)
    return tuple(
        Connection(provider.id, provider.name, accounts.get(provider.id, 0))
        for provider in settings.NBCOMMONS_SIGN_IN_PROVIDERS
    )


def sign_in_again_page(person: Person, target: str) -> SignInAgainPage:
    """The ways by which ``person`` can show that it is them, leading to ``target``."""
    connected = {item.name for item in connections_of(person) if item.account_id}
    ways = ways_with(target, again="1")
    return SignInAgainPage(ways=tuple(way for way in ways if way.name in connected))


def offer(secret: str | None, *, at: datetime) -> Offer:
    """What the address of the joining page offers.

    Raises ``InvitationRefused`` for a link that is no good, ``SignUpClosed`` without one where
    accounts are by invitation.
    """
    if secret is None:
        if not may_ask_for_account():
            raise SignUpClosed(
                "Ask a colleague who is here, or whoever runs the Notebook Commons, "
                "for an invitation link."
            )
        return Offer(is_invited=False, must_wait=settings.NBCOMMONS_SIGNUP == "approval")
    invitation = queries.invitation_behind(secret, at=at)
    return Offer(
        is_invited=True,
        email=invitation.email,
        invited_by=invitation.invited_by,
        makes_administrator=invitation.makes_administrator,
    )


def admin_mode_page(person: Person, session: SessionBase, at: datetime) -> AdminModePage:
    """Whether admin mode is on for this session, and until when."""
    stored = session.get(ADMIN_MODE_KEY)
    until = datetime.fromisoformat(stored) if stored else None
    return AdminModePage(
        is_administrator=person.is_administrator,
        minutes=settings.NBCOMMONS_ADMIN_MODE_MINUTES,
        until=until if until is not None and until > at else None,
    )


def accounts_page(
    query: str, form: forms.Form, *, page: int = 1, link: str = "", password_link: str = ""
) -> AccountsPage:
    """The accounts that ``query`` finds, a page of them; a fixed number of queries."""
    words = query.replace("\x00", "").strip()
    total, rows = queries.people_matching(
        words, first=(page - 1) * ACCOUNTS_SHOWN, limit=ACCOUNTS_SHOWN
    )
    said: dict[str, str | int] = {"q": words} if words else {}
    return AccountsPage(
        query=query,
        total=total,
        rows=tuple(rows),
        invitation_form=form,
        link=link,
        link_days=settings.NBCOMMONS_INVITATION_DAYS,
        password_link=password_link,
        waiting=tuple(queries.people_waiting()),
        pager=pager_of(
            page=page,
            page_count=-(-total // ACCOUNTS_SHOWN),
            url_of=lambda number: "?" + urlencode({**said, "page": number}),
        ),
    )


def switch_off_page(person: Person) -> SwitchOffPage:
    """What switching the account of ``person`` off leaves behind."""
    total, seen = queries.notebooks_left_by(person)
    try:
        url = reverse("curation:hand_over", args=[person.username])
    except NoReverseMatch:  # a site that has been built without that page
        url = ""
    return SwitchOffPage(
        name=str(person),
        username=person.username,
        is_active=person.is_active,
        notebooks=total,
        seen_by_others=seen,
        hand_over_url=url,
    )


def identity_configuration() -> JsonResponse:
    """The provider's description (OpenID Connect Discovery), with what we really offer."""
    site = settings.NBCOMMONS_SITE_URL
    return JsonResponse(
        {
            "issuer": site,
            "authorization_endpoint": site + reverse("idp:oidc:authorization"),
            "token_endpoint": site + reverse("idp:oidc:token"),
            "userinfo_endpoint": site + reverse("idp:oidc:userinfo"),
            "jwks_uri": site + reverse("idp:oidc:jwks"),
            "scopes_supported": ["openid", "profile", "email", "organisation"],
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": [
                "client_secret_basic",
                "client_secret_post",
            ],
            "code_challenge_methods_supported": ["S256"],
        }
    )
