"""Mails about accounts: somebody waits for one, somebody may come in."""

from django.conf import settings
from django.urls import reverse

from nbcommons.people import mail
from nbcommons.people.models import Person


def tell_administrators(person_id: int) -> int:
    """Tell them that somebody waits; returns how many were told, 0 if nobody waits any more."""
    waiting = Person.objects.filter(pk=person_id, awaits_approval=True).first()
    if waiting is None:
        return 0
    address = f"{settings.NBCOMMONS_SITE_URL}{reverse('people:accounts')}"
    return mail.write_to(
        Person.objects.filter(is_active=True, is_administrator=True),
        kind=mail.Kind.ADMINISTRATION,
        subject="Somebody asks for an account",
        text=(
            f"{waiting} ({waiting.username}) asks for an account. Let them in, or not:\n{address}"
        ),
    )


def tell_approved(person_id: int) -> int:
    """Tell somebody that they may come in; returns 1, or 0 where they have no address."""
    address = f"{settings.NBCOMMONS_SITE_URL}{reverse('account_login')}"
    return mail.write_to(
        Person.objects.filter(pk=person_id),
        kind=None,
        subject="Your account is ready",
        text=f"your account was approved. Sign in here:\n{address}",
    )
