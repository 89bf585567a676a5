"""What can stand in the way of an account, told in a sentence for the page."""

from typing import ClassVar

from nbcommons.core.errors import CommonsError, Denied, Unavailable


class InvitationRefused(CommonsError):
    """The link is unknown, used, or too old."""

    status: ClassVar[int] = 410
    title: ClassVar[str] = "This link no longer works"


class SignUpClosed(Denied):
    """Accounts are not made this way here."""

    title: ClassVar[str] = "Accounts are by invitation here"


class NameTaken(CommonsError):
    """Somebody has this user name or address already."""


class TokenRefused(Denied):
    """A program showed no token, or one that does not count (any more)."""

    status: ClassVar[int] = 401
    title: ClassVar[str] = "Sign in first"


class MailUnreachable(Unavailable):
    """The mail server does not take the mail."""

    title: ClassVar[str] = "The mail could not be sent"


class OrganisationUnreachable(Unavailable):
    """An organisation's sign-in does not answer."""

    title: ClassVar[str] = "Your organisation's sign-in does not answer"


class LastWayIn(CommonsError):
    """Without it, somebody could not sign in any more."""

    title: ClassVar[str] = "You could not sign in any more"
