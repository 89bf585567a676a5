"""What several forms of accounts check."""

from django.core.exceptions import ValidationError

from nbcommons.people.models import Person


def free_email(email: str, *, but_of: Person | None) -> str:
    """``email`` in small letters; raises ``ValidationError`` if somebody else has it."""
    taken = Person.objects.filter(email=email.strip().lower()).exclude(email="")
    if but_of is not None:
        taken = taken.exclude(pk=but_of.pk)
    if taken.exists():
        raise ValidationError("This address belongs to an account already.")
    return email.strip().lower()
