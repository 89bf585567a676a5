"""What this room does at once when something has become true elsewhere."""

from nbcommons.people.events import PersonDeactivated
from nbcommons.search.models import FeedKey


def end_feeds(fact: PersonDeactivated) -> None:
    """Make the addresses of the person's feeds worthless, also for when they come back."""
    FeedKey.objects.filter(pk=fact.person_id).update(is_on=False)
