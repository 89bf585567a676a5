"""Errors that are told to people: ``str(error)`` is a sentence for the page."""

from typing import ClassVar


class CommonsError(Exception):
    """Something a person asked for cannot be done; the message says why and what to do next."""

    status: ClassVar[int] = 422
    title: ClassVar[str] = "That did not work"


class Denied(CommonsError):
    """The actor may not do this."""

    status = 403
    title = "You may not do that"


class Unavailable(CommonsError):
    """A part that is needed does not answer at the moment; trying again may help."""

    status = 503
    title = "Not available at the moment"
