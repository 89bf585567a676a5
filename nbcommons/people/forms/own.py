"""The forms of one's own settings."""

from typing import Any

from django import forms

from nbcommons.people.forms.organisation import OrganisationField, offer_organisations
from nbcommons.people.models import Person


class DetailsForm(forms.Form):
    """What others see of me, and how the site looks to me."""

    full_name = forms.CharField(
        label="Your name",
        help_text="Shown beside everything you share.",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    organisation = OrganisationField()
    theme = forms.ChoiceField(label="Colours", choices=Person.Theme.choices, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_organisations(self)
