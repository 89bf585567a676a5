"""The forms by which somebody comes to have an account."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from nbcommons.people.forms._checks import NameField, free_email
from nbcommons.people.forms.organisation import OrganisationField, offer_organisations
from nbcommons.people.models import Person, validate_username
from nbcommons.people.operations.joining import NewPerson
from nbcommons.people.whom import is_username_of_team

USERNAME_HELP = (
    "It stands in addresses. Small letters, digits, dots, dashes. It cannot be changed."
)


class JoinForm(forms.Form):
    """Everything that a new account needs."""

    full_name = NameField(
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
    organisation = OrganisationField()
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
        offer_organisations(self)
        if settings.NBCOMMONS_EMAIL_VERIFICATION == "mandatory":
            self.fields["email"].required = True
            self.fields["email"].help_text = "We send a link there to confirm it."

    def clean_username(self) -> str:
        username = str(self.cleaned_data["username"]).strip().lower()
        validate_username(username)
        if Person.objects.filter(username=username).exists() or is_username_of_team(username):
            raise ValidationError("Somebody has this user name already. Choose another.")
        return username

    def clean_email(self) -> str:
        return free_email(self.cleaned_data["email"], but_of=None)

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
        values = {name: self.cleaned_data[name] for name in self.fields}
        organisation_id = values.pop("organisation", None)
        return NewPerson(**values, organisation_id=organisation_id)


class InvitationForm(forms.Form):
    """Whom an administrator invites."""

    email = forms.EmailField(
        label="Their e-mail",
        help_text="Filled in for them, and taken as confirmed if they keep it.",
        required=False,
    )
