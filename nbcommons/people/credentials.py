"""Who calls the API: a program with a token, or a page with the person's session."""

from django.http import HttpRequest
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.core.middleware import SAFE_METHODS, actor_of
from nbcommons.people.errors import TokenRefused
from nbcommons.people.tokens import authenticate_bearer


class Credential(AuthBase):
    """For ``auth=`` of a router: a token with ``scope``, or a session (with CSRF when it changes).

    Puts the actor on the request. Raises ``TokenRefused`` or ``Denied``.
    """

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Actor:
        header = request.headers.get("Authorization")
        if header is not None:
            actor = authenticate_bearer(header, self.scope)
        else:
            actor = actor_of(request)
            if actor.person_id is None:
                raise TokenRefused("Send a token as `Authorization: Bearer …`, or sign in.")
            if request.method not in SAFE_METHODS and check_csrf(request) is not None:
                raise Denied("The page was open for too long. Load it again and try once more.")
        request.actor = actor  # type: ignore[attr-defined]
        return actor
