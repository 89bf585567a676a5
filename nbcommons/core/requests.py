"""The request as our views see it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from nbcommons.core.actor import Actor


class CommonsRequest(HttpRequest):
    """A request that has passed our middleware (for typing only)."""

    actor: Actor
    htmx: HtmxDetails
