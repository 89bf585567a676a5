"""The forms of sign-in and of one's own settings."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError

from nbcommons.people.models import Person, validate_username
from nbcommons.people.operations.joining import NewPerson

USERNAME_HELP = (
    "It stands in addresses. Small letters, digits, dots, dashes. It cannot be changed."
)


class JoinForm(forms.Form):
    """Everything that a new account needs."""

    full_name = forms.CharField(
        label="Your name",
        help_text="As your colleagues know you.",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    username = forms.CharField(
        label="User name",
        help_text=USERNAME_HELP,
        max_length=64,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    organisation_name = forms.CharField(
        label="Organisation or office",
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    email = forms.EmailField(
        label="E-mail",
        help_text="For a new password, should you ever need one.",
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label="Password",
        help_text="At least 10 signs. A few words in a row are easy to keep in mind.",
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.NBCOMMONS_EMAIL_VERIFICATION == "mandatory":
            self.fields["email"].required = True
            self.fields["email"].help_text = "We send a link there to confirm it."

    def clean_username(self) -> str:
        username = str(self.cleaned_data["username"]).strip().lower()
        validate_username(username)
        if Person.objects.filter(username=username).exists():
            raise ValidationError("Somebody has this user name already. Choose another.")
        return username

    def clean_email(self) -> str:
        return _free_email(self.cleaned_data["email"], but_of=None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "password" in cleaned:
            like = Person(
                username=cleaned.get("username", ""),
                email=cleaned.get("email", ""),
                full_name=cleaned.get("full_name", ""),
            )
            try:
                validate_password(cleaned["password"], like)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned

    def new_person(self) -> NewPerson:
        """What was filled in, once it is valid."""
        return NewPerson(**{name: self.cleaned_data[name] for name in self.fields})


class DetailsForm(forms.Form):
    """What others see of me, and how the site looks to me."""

    full_name = forms.CharField(
        label="Your name",
        help_text="Shown beside everything you share.",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    organisation_name = forms.CharField(
        label="Organisation or office",
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    theme = forms.ChoiceField(label="Colours", choices=Person.Theme.choices, required=False)


class InvitationForm(forms.Form):
    """Whom an administrator invites."""

    email = forms.EmailField(
        label="Their e-mail",
        help_text="Filled in for them, and taken as confirmed if they keep it.",
        required=False,
    )


# --- allauth's forms in our words -----------------------------------------------------------------


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
        return _free_email(super().clean_email(), but_of=self.user)


class ConfirmPasswordForm(account.ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self, {"password": "Password"})


class SecondStepForm(mfa.AuthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self, {"code": "Code from your app, or a recovery code"})


class ConfirmCodeForm(mfa.ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self, {"code": "Code from your app, or a recovery code"})


class ActivateAppForm(totp.ActivateTOTPForm):  # type: ignore[misc]
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


def _free_email(email: str, *, but_of: Person | None) -> str:
    taken = Person.objects.filter(email=email.strip().lower()).exclude(email="")
    if but_of is not None:
        taken = taken.exclude(pk=but_of.pk)
    if taken.exists():
        raise ValidationError("This address belongs to an account already.")
    return email.strip().lower()
