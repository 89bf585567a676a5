"""What we have django-allauth do differently; named in the settings, imported by nobody."""

import base64
import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from smtplib import SMTPException
from typing import Any, Literal
from urllib.parse import urlsplit

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client, PrivateKey
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import urlencode

from nbcommons.people import queries
from nbcommons.people._site import HUB_CLIENT_ID
from nbcommons.people.errors import MailUnreachable
from nbcommons.people.models import Person

log = structlog.get_logger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts: who may join, plain words, links that lead to the site's public address."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is switched off. Ask an administrator.",
        "email_password_mismatch": "That user name and password do not belong together.",
        "username_password_mismatch": "That user name and password do not belong together.",
        "incorrect_password": "That is not your password.",
        "enter_current_password": "That is not your present password.",
        "incorrect_code": "That code is not right. A new one appears every 30 seconds.",
        "email_taken": "This address belongs to an account already.",
        "duplicate_email": "This is your address already.",
        "same_as_current": "This is your address already.",
        "too_many_login_attempts": ("Too many attempts. Wait five minutes and try again."),
        "invalid_password_reset": "This link no longer works. Ask for a new one.",
        "unknown_email": "No account has this address.",
        "rate_limited": "That was often. Wait a minute and try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by our own page; allauth's has no address here."""
        del request
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Pages alone, so there is one form of each answer; but what a passkey needs is data."""
        return request.method == "GET" and request.path == reverse("mfa_login_webauthn")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Where signing out leads: on to Jupyter's sign-out, as config says."""
        del request
        return resolve_url(settings.LOGOUT_REDIRECT_URL)

    def post_login(self, request: HttpRequest, user: Person, **hooks: Any) -> HttpResponseBase:
        """Where signing in leads; on to another program by a page in between.

        Browsers hold the redirects of a form against our policy, and that of signing in would
        end on the site of the program.
        """
        response: HttpResponseBase = super().post_login(request, user, **hooks)
        target = response.headers.get("Location", "")
        is_onward = target.startswith(reverse("idp:oidc:authorization"))
        if not is_onward or f"client_id={HUB_CLIENT_ID}" in target:
            return response
        return HttpResponseRedirect(f"{reverse('people:onward')}?{urlencode({'next': target})}")

    def respond_user_inactive(self, request: HttpRequest, user: Person) -> HttpResponseBase:
        """Why an account does not let its person in."""
        if user.awaits_approval:
            return HttpResponseRedirect(reverse("people:waiting"))
        response: HttpResponseBase = super().respond_user_inactive(request, user)
        return response

    def set_password(self, user: Person, password: str) -> None:
        """Keep a new password, and take back the lock that wrong ones have put on."""
        super().set_password(user, password)
        if self.request is None:  # a command, not a page
            return
        for login in {user.username, user.email} - {""}:
            self._delete_login_attempts_cached_email(self.request, username=login)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        del request
        return reverse("people:settings")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The ways to show that it is you, in our words."""
        words = {
            "reauthenticate": "Use your password",
            "mfa_reauthenticate": "Use a code",
            "mfa_reauthenticate:webauthn": "Use a passkey",
        }
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [method | {"description": words[method["id"]]} for method in methods]

    # A mail's links must not depend on the Host that somebody sent with the request.

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _, secret = key.partition("-")
        return _public(
            reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": secret})
        )

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        del request
        return _public(reverse("account_confirm_email", args=[emailconfirmation.key]))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        site_url = settings.NBCOMMONS_SITE_URL
        message = self.render_mail(
            template_prefix, email, {**context, "email": email, "site_url": site_url}
        )
        try:
            message.send()
        except (SMTPException, OSError) as error:
            log.warning("mail_failed", template=template_prefix, error=type(error).__name__)
            raise MailUnreachable(
                "The mail server does not answer. Try again in a few minutes; "
                "if it goes on, tell whoever runs the Notebook Commons here."
            ) from error

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Person,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell a person of a change; what they asked for is done even if the mail fails."""
        told = {**(context or {}), "user": user}
        try:
            super().send_notification_mail(template_prefix, user, told, email)
        except MailUnreachable:
            log.warning("notification_not_sent", template=template_prefix)


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The second step: secrets are encrypted before they reach the database."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That code is not right. A new one appears every 30 seconds.",
    }

    def get_totp_label(self, user: Person) -> str:
        return user.username

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Whom passkeys are for: the public host name, whatever Host was sent."""
        site = urlsplit(settings.NBCOMMONS_SITE_URL)
        return {"id": site.hostname or "localhost", "name": "Notebook Commons"}

    def get_public_key_credential_user_entity(self, user: Person) -> dict[str, Any]:
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return entity | {"name": user.username, "display_name": str(user)}

    def generate_authenticator_name(self, user: Person, type: str) -> str:  # noqa: A002
        """What a new passkey is called unless the person says otherwise."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return "Passkey" if count == 0 else f"Passkey {count + 1}"

    def encrypt(self, text: str) -> str:
        return _cipher(settings.SECRET_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher(settings.SECRET_KEY).decrypt(encrypted_text.encode()).decode()


class IdentityAdapter(DefaultOIDCAdapter):  # type: ignore[misc]
    """The site as OpenID Connect provider, of its hub and of programs that are registered."""

    def get_issuer(self) -> str:
        """The public address, whichever way the request came: the hub asks on the internal."""
        return str(settings.NBCOMMONS_SITE_URL)

    def get_claims(
        self,
        purpose: Literal["id_token", "userinfo"],
        user: Person,
        client: Client,
        scopes: Iterable[str],
        email: str | None = None,
        **_later: Any,
    ) -> dict[str, Any]:
        """Who somebody is, as far as the client may know: the hub learns the names alone."""
        del purpose, email
        claims = {"sub": self.get_user_sub(client, user)}
        if "profile" in scopes:
            claims |= {"preferred_username": user.username, "name": str(user)}
        if "email" in scopes and user.email:
            address = EmailAddress.objects.filter(user=user, email=user.email).first()
            is_verified = address is not None and address.verified
            claims |= {"email": user.email, "email_verified": is_verified}
        if "organisation" in scopes:
            claims |= queries.organisation_claims(user)
        return claims

    def list_private_keys(self, **_filters: Any) -> list[PrivateKey]:
        return [PrivateKey(pem=_pem(Path(settings.NBCOMMONS_OIDC_KEY_FILE)))]


def _public(path: str) -> str:
    return f"{settings.NBCOMMONS_SITE_URL}{path}"


@lru_cache(maxsize=4)
def _cipher(secret: str) -> Fernet:
    key = hashlib.sha256(b"nbcommons second step" + secret.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


@lru_cache(maxsize=4)
def _pem(file: Path) -> str:
    return file.read_text(encoding="ascii")
