"""Who calls the API: a program with a token, or a page with the person's session."""

from django.conf import settings
from django.http import HttpRequest
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from nbcommons.core import rates
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.core.middleware import SAFE_METHODS, actor_of
from nbcommons.people._secrets import hash_of
from nbcommons.people.errors import TokenRefused
from nbcommons.people.tokens import authenticate_bearer


class Credential(AuthBase):
    """For ``auth=`` of a router: a token with these scopes, or a session (CSRF when it changes).

    Puts the actor on the request. Raises ``TokenRefused``, ``Denied`` or ``TooOften``.
    """

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, *scopes: str) -> None:
        """Any token will do where no scope is named."""
        super().__init__()
        self.scopes = scopes

    def __call__(self, request: HttpRequest) -> Actor:
        try:
            actor, caller = self._identify(request)
        except TokenRefused:
            # Counted by address: who guesses tokens has no name. Calls that count are not, as
            # whole offices, and all people's Jupyters, call from one address.
            rates.charge(
                f"refused:{rates.address_of(request)}",
                per_minute=settings.NBCOMMONS_API_REFUSALS_PER_MINUTE,
            )
            raise
        if request.method in SAFE_METHODS:
            rates.charge(f"read:{caller}", per_minute=settings.NBCOMMONS_API_READS_PER_MINUTE)
        else:
            rates.charge(f"write:{caller}", per_minute=settings.NBCOMMONS_API_WRITES_PER_MINUTE)
        request.actor = actor  # type: ignore[attr-defined]
        return actor

    def _identify(self, request: HttpRequest) -> tuple[Actor, str]:
        """Who calls, and the name under which their calls are counted."""
        header = request.headers.get("Authorization")
        if header is not None:
            actor = authenticate_bearer(header)
            for scope in self.scopes:
                if not actor.has_scope(scope):
                    raise Denied(f"This token lacks the scope {scope}.")
            return actor, f"token:{hash_of(header.split()[-1])[:32]}"
        actor = actor_of(request)
        if actor.person_id is None:
            raise TokenRefused("Send a token as `Authorization: Bearer …`, or sign in.")
        if request.method not in SAFE_METHODS and check_csrf(request) is not None:
            raise Denied("The page was open for too long. Load it again and try once more.")
        return actor, f"person:{actor.person_id}"
