"""What the floor itself must remember: how often somebody calls."""

from django.db import models


class CallRate(models.Model):
    """How far one caller has used up what they may call in a minute.

    One row per caller, in a table that is not logged: lost in a crash, it starts anew.
    """

    # A token, a person or an address, and what kind of call; never a secret.
    caller = models.CharField(max_length=80, primary_key=True)
    # Until when the calls made so far use up the caller's share. Each adds a step.
    busy_until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.caller
