"""The forms of passkeys: what the browser answers, checked against our own address."""

import json
from base64 import urlsafe_b64decode
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

LONGEST_NAME = 60
REFUSED = "That passkey was not accepted. Try again, or use another way."


class _OurOriginOnly(forms.Form):
    """Refuses what a page of another origin has had signed.

    The library accepts every host below ours, and people's Jupyters may well be one.
    """

    def clean_credential(self) -> Any:
        if _origin_in(self.cleaned_data["credential"]) != _own_origin():
            raise ValidationError(REFUSED)
        parent = getattr(super(), "clean_credential", None)
        if parent is None:
            return self.cleaned_data["credential"]
        try:
            return parent()
        except ValidationError as error:
            raise ValidationError(REFUSED) from error


class AddPasskeyForm(_OurOriginOnly, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Each passkey signs in by itself: nobody has to know of two kinds.
        del self.fields["passwordless"]
        _describe_name(self)

    def clean(self) -> dict[str, Any]:
        """A key that asks for neither finger, face nor PIN would be a key under the mat."""
        self.cleaned_data["passwordless"] = True
        try:
            cleaned: dict[str, Any] = super().clean() or {}
        except ValidationError as error:
            raise ValidationError(REFUSED) from error
        return cleaned


class RenamePasskeyForm(webauthn.EditWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _describe_name(self)


class SignInByPasskeyForm(_OurOriginOnly, webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    pass


class SecondStepByPasskeyForm(
    _OurOriginOnly,
    webauthn.AuthenticateWebAuthnForm,  # type: ignore[misc]
):
    pass


class ConfirmByPasskeyForm(
    _OurOriginOnly,
    webauthn.ReauthenticateWebAuthnForm,  # type: ignore[misc]
):
    pass


def _describe_name(form: forms.Form) -> None:
    field = form.fields["name"]
    field.label = "Name"
    field.help_text = "So that you know it again: the device or the key that holds it."
    field.widget.attrs |= {"autocomplete": "off", "maxlength": str(LONGEST_NAME)}
    field.validators = [*field.validators, MaxLengthValidator(LONGEST_NAME)]


def _own_origin() -> str:
    site = urlsplit(settings.NBCOMMONS_SITE_URL)
    return f"{site.scheme}://{site.netloc}"


def _origin_in(credential: Any) -> str:
    """The origin that the browser wrote into what was signed; "" where there is none."""
    try:
        encoded = credential["response"]["clientDataJSON"]
        told = json.loads(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
        return str(told["origin"])
    except (KeyError, TypeError, ValueError):
        return ""
