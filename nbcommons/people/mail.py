"""Mails without a mail server: one file each in the data folder, readable by the operator alone."""

import os
from collections.abc import Sequence
from pathlib import Path
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.utils import timezone


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
