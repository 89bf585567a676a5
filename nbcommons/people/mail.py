"""Mails to persons, by what they want to hear of; and where mails go without a mail server."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.db import models
from django.utils import timezone

from nbcommons.people.models import Person


class Kind(models.TextChoices):
    """What a mail is about, for people to choose; those about one's own account always come."""

    SHARING = "sharing", "Somebody shares a notebook with me"
    LOOKING_AFTER = "looking-after", "Notebooks that I look after, or am asked to"
    CHANGES = "changes", "What becomes of changes that I suggest"
    ADMINISTRATION = "administration", "Somebody waits for an account (administrators)"


def wants(person: Person, kind: Kind | None) -> bool:
    """Whether ``person`` gets mails of ``kind``; None: those about their own account."""
    is_wanted = kind is None or kind.value not in person.mail_off
    return bool(person.email) and person.is_active and is_wanted


def write_to(people: Iterable[Person], *, kind: Kind | None, subject: str, text: str) -> int:
    """Send ``text`` to those of ``people`` who want mails of ``kind``; returns to how many.

    kind None: about their own account, which nobody can switch off. People without an address,
    and those switched off, get nothing. A mail each, so that nobody sees the others' addresses.
    Raises ``OSError`` or ``SMTPException`` when the mail server does not take it.
    """
    wanted = [person for person in people if wants(person, kind)]
    foot = f"\n\nNotebook Commons\n{settings.NBCOMMONS_SITE_URL}\n"
    if kind is not None:
        foot += f"Which mails you get: {settings.NBCOMMONS_SITE_URL}/settings/preferences/\n"
    messages = [
        EmailMessage(
            subject=subject, body=f"Hello {person},\n\n{text.strip()}{foot}", to=[person.email]
        )
        for person in wanted
    ]
    if messages:
        get_connection().send_messages(messages)
    return len(messages)


class MailFolder(BaseEmailBackend):
    """Writes ``<data>/mail/<time>-<chance>.eml`` with mode 0600: mails hold one-time links."""

    def __init__(self, *, folder: Path | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.folder = folder or Path(settings.NBCOMMONS_DATA) / "mail"

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{timezone.now():%Y%m%d-%H%M%S}-{token_hex(4)}.eml"
            descriptor = os.open(
                self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600
            )
            with os.fdopen(descriptor, "wb") as file:
                file.write(message.message().as_bytes())
        return len(email_messages)
