"""Short links: ``/n/`` and the first signs of a notebook's uuid.

Eight signs are enough for almost every notebook. Where two begin alike, the older one has the
short link and the younger one a few signs more, so that a link once printed stays true.
"""

import re
from uuid import UUID

from django.urls import reverse

from nbcommons.access import guard
from nbcommons.core.actor import Actor
from nbcommons.notebooks.models import Notebook
from nbcommons.notebooks.queries import older_between

SHORTEST = 8
LONGEST = 32
_STEP = 4
_SIGNS = re.compile(rf"[0-9a-f]{{{SHORTEST},{LONGEST}}}\Z")
_SYSTEM = Actor.system("short links")


def short_url(notebook: Notebook) -> str:
    """The shortest address that leads to ``notebook`` and will go on doing so; one query."""
    signs = notebook.uuid.hex
    taken = [uuid.hex for uuid in older_between(notebook, *_span(signs[:SHORTEST]))]
    for length in range(SHORTEST, LONGEST + 1, _STEP):
        if not any(other.startswith(signs[:length]) for other in taken):
            return reverse("gallery:short", args=[signs[:length]])
    return reverse("gallery:short", args=[signs])


def notebook_of_short(actor: Actor, short: str) -> Notebook | None:
    """The notebook that a short link leads to; None where ``actor`` may not see it.

    It is the oldest that begins so, whoever may see that: else one link would lead two people to
    two notebooks.
    """
    signs = short.replace("-", "").lower()
    if not _SIGNS.match(signs):
        return None
    oldest = (
        guard.notebooks_for(_SYSTEM).filter(uuid__range=_span(signs)).order_by("pk").first()
    )
    return oldest and guard.notebooks_for(actor).filter(pk=oldest.pk).first()


def _span(signs: str) -> tuple[UUID, UUID]:
    """The first and the last uuid that begin so: the index on uuids answers it at once."""
    return UUID(signs.ljust(LONGEST, "0")), UUID(signs.ljust(LONGEST, "f"))
