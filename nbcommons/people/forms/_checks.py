"""What several forms of accounts check."""

from django import forms
from django.core.exceptions import ValidationError

from nbcommons.core.signs import one_line
from nbcommons.people.models import Person


class NameField(forms.CharField):
    """A name in one line; one of signs that nobody sees counts as none."""

    def to_python(self, value: object) -> str:
        return one_line(super().to_python(value) or "")


def free_email(email: str, *, but_of: Person | None) -> str:
    """``email`` in small letters; raises ``ValidationError`` if somebody else has it."""
    taken = Person.objects.filter(email=email.strip().lower()).exclude(email="")
    if but_of is not None:
        taken = taken.exclude(pk=but_of.pk)
    if taken.exists():
        raise ValidationError("This address belongs to an account already.")
    return email.strip().lower()
