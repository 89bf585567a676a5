"""Sessions of browsers, kept so that people can see theirs and end them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from nbcommons.core.prepared import MOMENT, TEXT, Prepared
from nbcommons.people._browsers import browser_in
from nbcommons.people.models import BrowserSession

STAMP = "signed_in"
# A session in steady use writes its time of last use at most this often.
SEEN_STEP = timedelta(minutes=10)

# Asked by every request.
_ALIVE = Prepared(
    lambda key, now: BrowserSession.objects.filter(session_key=key, expire_date__gt=now),
    key=TEXT,
    now=MOMENT,
)


class SessionStore(DatabaseStore):
    """Django's store in the database, whose rows also tell whose session it is and since when."""

    user_agent = ""
    last_seen_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[BrowserSession]:
        return BrowserSession

    def create_model_instance(self, data: dict[str, Any]) -> BrowserSession:
        """The row for ``data``; called whenever a session is written."""
        now = timezone.now()
        if SESSION_KEY not in data:
            data.pop(STAMP, None)
        elif data.get(STAMP, {}).get("person") != data[SESSION_KEY]:
            data[STAMP] = {
                "person": data[SESSION_KEY],
                "id": uuid4().hex,
                "at": now.isoformat(),
                "browser": browser_in(self.user_agent),
            }
        row = super().create_model_instance(data)
        if not isinstance(row, BrowserSession):
            raise TypeError("the rows of this store are BrowserSession")
        if stamp := data.get(STAMP):
            row.person_id = int(stamp["person"])
            row.public_id = stamp["id"]
            row.signed_in_at = datetime.fromisoformat(stamp["at"])
            row.browser = stamp["browser"]
        row.last_seen_at = self.last_seen_at = now
        return row

    def _get_session_from_db(self) -> BrowserSession | None:
        # PostgreSQL takes no NUL, and no session is called so.
        is_name = "\0" not in (self.session_key or "")
        row = _ALIVE.first(key=self.session_key, now=timezone.now()) if is_name else None
        if row is None:
            self._session_key = None
        else:
            self.last_seen_at = row.last_seen_at
        return row

    @property
    def own_id(self) -> str:
        """The name by which pages speak of this session; empty while nobody is signed in."""
        return str(self.get(STAMP, {}).get("id", ""))

    def note_use(self, now: datetime) -> None:
        """Write down that the session is in use, unless that was done lately."""
        if self.last_seen_at is not None and self.last_seen_at > now - SEEN_STEP:
            return
        self.last_seen_at = now
        BrowserSession.objects.filter(session_key=self.session_key).update(last_seen_at=now)
