"""What each request brings for its person: their time zone, and that their session is in use."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from nbcommons.core.middleware import Handler
from nbcommons.people.models import Person
from nbcommons.people.sessions import SessionStore


class PersonMiddleware:
    """Tells times by the person's clock; notes which browser is in use, and when."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        session, person = request.session, request.user
        if isinstance(session, SessionStore):
            session.user_agent = request.headers.get("User-Agent", "")
        if not isinstance(person, Person):
            return self.get_response(request)
        if isinstance(session, SessionStore):
            session.note_use(timezone.now())
        with timezone.override(_zone(person.time_zone)):
            return self.get_response(request)


def _zone(name: str) -> ZoneInfo | None:
    """The zone, None for that of the site: also for one that the machine no longer knows."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
