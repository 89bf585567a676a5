"""Choosing one's organisation from the tree."""

from django import forms
from django.conf import settings

from nbcommons.people import rosters

NAME = "organisation"


class OrganisationField(forms.TypedChoiceField):
    """One of the organisations by key; None where somebody says nothing.

    A plain list of all, so that letters typed find an entry without any script.
    """

    def __init__(self, *, label: str = "Organisation", help_text: str = "") -> None:
        super().__init__(
            coerce=int, empty_value=None, required=False, label=label, help_text=help_text
        )


def offer_organisations(form: forms.Form, *, is_always_offered: bool = False) -> None:
    """Fill the field with the tree as it is now.

    It is taken out of the form where there is no tree, or where people do not say it themselves
    (``is_always_offered``: this is not about oneself).
    """
    choices = []
    if settings.NBCOMMONS_OWN_ORGANISATION or is_always_offered:
        choices = rosters.organisation_choices()
    if not choices:
        del form.fields[NAME]
        return
    field = form.fields[NAME]
    if isinstance(field, OrganisationField):
        field.choices = [("", "Not said"), *choices]
