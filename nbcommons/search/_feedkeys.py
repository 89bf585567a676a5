"""The secret part of a feed's address: signed by the site, stored nowhere, revocable."""

import re

from django.utils.crypto import constant_time_compare, salted_hmac

from nbcommons.search.models import FeedKey

_SECRET = re.compile(r"(?P<person>\d{1,18})-(?P<generation>\d{1,9})-(?P<sign>[0-9a-f]{40})\Z")
_SALT = "nbcommons.search.feeds"


def secret_of(key: FeedKey) -> str:
    """What stands in the addresses of the person's feeds."""
    return f"{key.pk}-{key.generation}-{_sign(key.pk, key.generation)}"


def key_of(secret: str) -> FeedKey | None:
    """The key that ``secret`` belongs to; None when it does not count (any more)."""
    found = _SECRET.match(secret)
    if found is None:
        return None
    person, generation = int(found["person"]), int(found["generation"])
    if not constant_time_compare(found["sign"], _sign(person, generation)):
        return None
    return (
        FeedKey.objects.select_related("person")
        .filter(pk=person, generation=generation, is_on=True, person__is_active=True)
        .first()
    )


def _sign(person: int, generation: int) -> str:
    return salted_hmac(_SALT, f"{person}:{generation}", algorithm="sha256").hexdigest()[:40]
