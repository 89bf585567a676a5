"""The forms of teams."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from nbcommons.people.models import Membership, Person
from nbcommons.people.operations.teams import TeamDetails
from nbcommons.people.queries import person_named
from nbcommons.people.rosters import ROLE_ORDER


class TeamForm(forms.Form):
    """What a team says of itself."""

    name = forms.CharField(
        label="Name", help_text="As people here call it. It becomes part of its address.",
        max_length=100,
    )  # fmt: skip
    description = forms.CharField(
        label="What it does",
        help_text="For whom, and how to reach you. A little Markdown works: lists, links.",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    landing_notebook = forms.TypedChoiceField(
        label="Start here",
        help_text="A notebook of the team that is shown first, to those who may read it.",
        coerce=UUID,
        empty_value=None,
        required=False,
    )

    def __init__(
        self, *args: Any, landing: list[tuple[str, str]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["landing_notebook"]
        if not landing:
            del self.fields["landing_notebook"]
        elif isinstance(field, forms.TypedChoiceField):
            field.choices = [("", "None"), *landing]

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        if not name:
            raise ValidationError("A team needs a name.")
        return name

    def details(self, *, landing_kept: UUID | None = None) -> TeamDetails:
        """What was filled in, once it is valid.

        ``landing_kept`` stays where no notebook could be chosen.
        """
        return TeamDetails(
            name=self.cleaned_data["name"],
            description=self.cleaned_data["description"],
            landing_notebook_uuid=self.cleaned_data.get("landing_notebook", landing_kept),
        )


class MemberForm(forms.Form):
    """Whom to take into a team."""

    username = forms.CharField(
        label="User name",
        max_length=64,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    role = forms.ChoiceField(
        label="Role",
        choices=[(role.value, role.label) for role in reversed(ROLE_ORDER)],
        initial=Membership.Role.MEMBER,
    )

    def clean_username(self) -> Person:
        typed = str(self.cleaned_data["username"])
        person = person_named(typed)
        if person is None or not person.is_active:
            raise ValidationError(f"There is nobody here called {typed}.")
        return person
