"""The forms of one's own settings."""

from django import forms

from nbcommons.people.models import Person


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
