"""Tells what came in by the door from what was sent to the internal port of this machine.

Every program of this machine can reach that port, people's Jupyters too. Only the door knows the
secret, so only the door is believed about addresses.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotFound
from django.utils.crypto import constant_time_compare

from nbcommons.core.middleware import Handler

INTERNAL = "/internal/"
# What hub and Jupyters ask for, server to server; the last is asked for to see whether we answer.
FOR_PROGRAMS = (INTERNAL, "/api/v1/", "/identity/o/api/", "/.well-known/")
CLAIMS = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")


class DoorMiddleware:
    """Serves pages through the door only, internal addresses never through it.

    Must be the first: what is claimed about a caller is taken away before anybody reads it.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        secret = settings.NBCOMMONS_EDGE_SECRET
        if not secret:  # no door of ours: development, tests
            return self.get_response(request)
        if constant_time_compare(request.META.get("HTTP_X_NBCOMMONS_EDGE", ""), secret):
            is_served = not request.path_info.startswith(INTERNAL)
        else:
            for claim in CLAIMS:
                request.META.pop(claim, None)
            is_served = request.path_info.startswith(FOR_PROGRAMS)
        return self.get_response(request) if is_served else HttpResponseNotFound()
