"""The forms of sign-in: those of django-allauth, in our words."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.cache import cache
from django.utils.crypto import salted_hmac

from nbcommons.people.forms._checks import free_email

APP_CODE_STEP_S = 30  # RFC 6238, 4.1


class OnceOnlyForm(forms.Form):
    """Takes a code once for as long as it is right (RFC 6238, 5.2).

    django-allauth remembers a code for one step only, though it is right for several where clocks
    may be off, and forgets the one that switched the second step on.
    """

    def clean_code(self) -> str:
        # Before allauth looks, which would call a code that it remembers a wrong one.
        if cache.get(self._key_of(self.cleaned_data["code"])):
            raise self._used()
        code: str = super().clean_code()  # type: ignore[misc]
        steps = 2 * settings.MFA_TOTP_TOLERANCE + 1
        if not cache.add(self._key_of(code), "used", timeout=steps * APP_CODE_STEP_S):
            raise self._used()
        return code

    def _key_of(self, code: str) -> str:
        plain = "".join(filter(str.isalnum, code)).lower()
        digest = salted_hmac("second-step-code", f"{self.user.pk}:{plain}")  # type: ignore[attr-defined]
        return f"second-step-code:{digest.hexdigest()}"

    def _used(self) -> forms.ValidationError:
        return forms.ValidationError(
            "That code was used already. Wait until your app shows the next one, half a minute at "
            "most.",
            code="used_code",
        )


class SignInForm(account.LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self, {"login": "User name or e-mail", "password": "Password"})
        self.fields["login"].widget.attrs |= {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
        }


class ResetPasswordForm(account.ResetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self, {"email": "E-mail of your account"})


class ResetPasswordKeyForm(account.ResetPasswordKeyForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self, {"password1": "New password", "password2": "New password again"})
        self.fields["password1"].help_text = _password_help()


class ChangePasswordForm(account.ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(
            self,
            {
                "oldpassword": "Present password",
                "password1": "New password",
                "password2": "New password again",
            },
        )
        self.fields["password1"].help_text = _password_help()


class SetPasswordForm(account.SetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self, {"password1": "Password", "password2": "Password again"})
        self.fields["password1"].help_text = _password_help()


class ChangeEmailForm(account.AddEmailForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self, {"email": "New e-mail"})

    def clean_email(self) -> str:
        return free_email(super().clean_email(), but_of=self.user)


class ConfirmPasswordForm(account.ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self, {"password": "Password"})


class SecondStepForm(OnceOnlyForm, mfa.AuthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self, {"code": "Code from your app, or a recovery code"})


class ConfirmCodeForm(OnceOnlyForm, mfa.ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self, {"code": "Code from your app, or a recovery code"})


class ActivateAppForm(OnceOnlyForm, totp.ActivateTOTPForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self, {"code": "Code that the app shows now"})
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


def _reword(form: forms.Form, labels: dict[str, str]) -> None:
    """Our labels; no placeholders (they vanish while one types) and no help in HTML."""
    for name, label in labels.items():
        field = form.fields[name]
        field.label = label
        field.help_text = ""
        field.widget.attrs.pop("placeholder", None)


def _password_help() -> str:
    return " ".join(password_validators_help_texts()[1:2])
