"""Pages of passkeys: signing in with one, adding, renaming and removing them."""

from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import auth
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache

from nbcommons.people import queries
from nbcommons.people.errors import LastWayIn
from nbcommons.people.views._shared import signed_in


@method_decorator(never_cache, name="dispatch")
class SignInByPasskey(webauthn.LoginWebAuthnView):  # type: ignore[misc]
    """GET tells a script what to ask the browser for, POST takes the answer."""

    def form_invalid(self, form: Any) -> HttpResponse:
        for message in form.errors.get("credential", []):
            messages.error(self.request, message)
        target = get_next_redirect_url(self.request)
        query = f"?{urlencode({'next': target})}" if target else ""
        return HttpResponseRedirect(reverse("account_login") + query)


@method_decorator(never_cache, name="dispatch")
class AddPasskey(webauthn.AddWebAuthnView):  # type: ignore[misc]
    """Makes passkeys that sign in by themselves, on the device or on a key."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        options = auth.begin_registration(self.request.user, passwordless=True)
        context["js_data"] = {"creation_options": options}
        # The view that this one builds upon forgets the form that did not pass.
        context["form"] = kwargs.get("form") or self.get_form()
        return context


@method_decorator(never_cache, name="dispatch")
class RenamePasskey(webauthn.EditWebAuthnView):  # type: ignore[misc]
    def get_success_url(self) -> str:
        return reverse("mfa_index")


@method_decorator(never_cache, name="dispatch")
class RemovePasskey(webauthn.RemoveWebAuthnView):  # type: ignore[misc]
    def form_valid(self, form: Any) -> HttpResponse:
        if queries.ways_in(signed_in(self.request)) <= 1:
            raise LastWayIn("It is your only way in. Choose a password or add a passkey first.")
        response: HttpResponse = super().form_valid(form)
        return response

    def get_success_url(self) -> str:
        return reverse("mfa_index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["name"] = self.object.wrap().name
        others = Authenticator.objects.filter(
            user=self.request.user, type=Authenticator.Type.WEBAUTHN
        ).exclude(pk=self.object.pk)
        context["is_last"] = not others.exists()
        return context


@method_decorator(never_cache, name="dispatch")
class ConfirmByPasskey(webauthn.ReauthenticateWebAuthnView):  # type: ignore[misc]
    def form_invalid(self, form: Any) -> HttpResponse:
        for message in form.errors.get("credential", []):
            messages.error(self.request, message)
        return HttpResponseRedirect(self.request.get_full_path())
