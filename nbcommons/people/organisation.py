"""What we have django-allauth do when somebody comes from their organisation's sign-in."""

from collections.abc import Mapping
from typing import Any

import structlog
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from requests import RequestException

from nbcommons.people.claims import Identity, identity_from
from nbcommons.people.operations import admission
from nbcommons.people.providers import Provider

log = structlog.get_logger(__name__)

# What going to a provider can meet: it does not answer, or not as the standards say.
TROUBLE: tuple[type[Exception], ...] = (RequestException, OSError, ValueError, KeyError)
if settings.HAS_SAML:
    from onelogin.saml2.errors import OneLogin_Saml2_Error

    TROUBLE += (OneLogin_Saml2_Error,)

CONNECT = "connect"
_PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
_UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"


class OrganisationAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Who somebody from elsewhere is here; everything allauth would guess is decided by us."""

    def list_apps(
        self,
        request: HttpRequest | None,
        provider: str | None = None,
        client_id: str | None = None,
    ) -> list[SocialApp]:
        """The providers of the settings; there are none in the database."""
        del request
        apps = [_app(known) for known in settings.NBCOMMONS_SIGN_IN_PROVIDERS]
        return [
            app
            for app in apps
            if provider in {None, app.provider, app.provider_id}
            and client_id in {None, app.client_id}
        ]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never by allauth's form: whoever comes has been admitted before."""
        del request, sociallogin
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find or make the person, and record what their organisation says of them."""
        provider = provider_called(sociallogin.account.provider)
        if provider is None:
            raise PermissionDenied("no such provider")
        claims = claims_in(sociallogin.account.extra_data)
        # Read once, for what is mapped. What else was said is nobody's business here.
        sociallogin.account.extra_data = {}
        if sociallogin.is_existing:
            SocialAccount.objects.filter(pk=sociallogin.account.pk).update(extra_data={})
        if sociallogin.state.get("process") == CONNECT:
            return
        identity = identity_from(claims, provider.claims)
        if sociallogin.is_existing:
            if sociallogin.user.is_active:
                admission.keep_up(sociallogin.user, identity, at=timezone.now())
        else:
            data = sociallogin.state.get("data") or {}
            self._admit(request, provider, sociallogin, identity, data.get("invitation", ""))
        if sociallogin.user.awaits_approval:
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("people:waiting")))

    def _admit(
        self,
        request: HttpRequest,
        provider: Provider,
        sociallogin: SocialLogin,
        identity: Identity,
        invitation: str,
    ) -> None:
        # One transaction: an account that nobody can come back to must not be left over.
        with transaction.atomic():
            admitted = admission.admit(
                provider, identity, invitation=invitation, at=timezone.now()
            )
            if admitted.is_new:
                sociallogin.user = admitted.person
                sociallogin.save(request, connect=True)
            else:
                # Tells them by mail: it is another way into an account that they had.
                sociallogin.connect(request, admitted.person)

    def get_connect_redirect_url(
        self, request: HttpRequest, socialaccount: SocialAccount
    ) -> str:
        del request, socialaccount
        return reverse("people:settings")

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        del request
        told = extra_context or {}
        log.warning(
            "organisation_sign_in_failed",
            provider=str(getattr(provider, "sub_id", provider)),
            error=str(error),
            exception=type(exception).__name__ if exception else "",
            reason=str(told.get("saml_last_error_reason") or exception or "")[:300],
        )


def provider_called(provider_id: str) -> Provider | None:
    """The provider of the settings with that id; None if there is none."""
    known: tuple[Provider, ...] = settings.NBCOMMONS_SIGN_IN_PROVIDERS
    return next((provider for provider in known if provider.id == provider_id), None)


def claims_in(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """All claims of one sign-in: of the signed token, and over them those asked for afterwards.

    Raises ``PermissionDenied`` if the two speak of different people (OpenID Connect Core 5.3.2).
    """
    if not {"id_token", "userinfo"} & told.keys():
        return told  # SAML: attributes, each a list
    token, userinfo = told.get("id_token") or {}, told.get("userinfo") or {}
    if token and userinfo and token.get("sub") != userinfo.get("sub"):
        raise PermissionDenied("token and userinfo speak of different people")
    return {**token, **userinfo}


def _app(provider: Provider) -> SocialApp:
    app = SocialApp(
        provider="openid_connect" if provider.kind == "oidc" else "saml",
        provider_id=provider.id,
        name=provider.name,
        client_id=provider.client_id,
        secret=provider.client_secret,
    )
    app.settings = _oidc(provider) if provider.kind == "oidc" else _saml(provider)
    return app


def _oidc(provider: Provider) -> dict[str, Any]:
    return {
        "server_url": provider.issuer,
        "scope": list(provider.scopes),
        "oauth_pkce_enabled": True,
    }


def _saml(provider: Provider) -> dict[str, Any]:
    uid = provider.saml.get("uid", "")
    idp = {"entity_id": provider.issuer}
    if "metadata_url" in provider.saml:
        idp["metadata_url"] = provider.saml["metadata_url"]
    else:
        idp |= {"sso_url": provider.saml["sso_url"], "x509cert": provider.saml["certificate"]}
    return {
        "idp": idp,
        "attribute_mapping": {"uid": [uid]} if uid else {},
        # A name that changes at each sign-in would make an account each time.
        "advanced": {
            "strict": True,
            "name_id_format": _UNSPECIFIED if uid else _PERSISTENT,
            # Sites of an organisation's own network are often called by one word.
            "allow_single_label_domains": True,
        },
    }
