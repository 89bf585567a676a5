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


class TooOften(CommonsError):
    """More calls in this time than are taken; ``retry_after_s`` says when the next may come."""

    status = 429
    title = "Too many calls"

    def __init__(self, message: str, *, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Overtaken(CommonsError):
    """Somebody else did something meanwhile after which this cannot be done any more."""

    status = 409
    title = "Somebody else was here meanwhile"


class ChangedMeanwhile(CommonsError):
    """It is no longer as it was when the caller read it."""

    status = 412
    title = "Changed in the meantime"


class WrongKind(CommonsError):
    """The body of a request is of a kind that this call does not take."""

    status = 415
    title = "Wrong kind of content"


class TooLarge(CommonsError):
    """More was sent than is taken at once."""

    status = 413
    title = "Too large"
