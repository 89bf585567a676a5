"""Why a notebook cannot be changed as asked, told in a sentence for the page."""

from dataclasses import dataclass
from typing import ClassVar

from nbcommons.core.errors import CommonsError, Denied


class Invalid(CommonsError):
    """Something that was filled in does not do; ``field`` names the form field it belongs to."""

    title: ClassVar[str] = "Something is not right yet"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class MaybeSecret:
    """Something in what was written that may be a secret; ``key`` names it in an answer.

    ``words`` say what and where.
    """

    key: str
    words: str
    excerpt: str
    is_blocking: bool


class Undecided(Invalid):
    """What was written may hold a secret, and nobody has said that it may be read."""

    def __init__(self, message: str, *, field: str, findings: tuple[MaybeSecret, ...]) -> None:
        super().__init__(message, field=field)
        self.findings = findings


class ChangedMeanwhile(CommonsError):
    """Somebody else changed the same things since they were last looked at.

    ``fields`` names what both have changed.
    """

    status: ClassVar[int] = 409
    title: ClassVar[str] = "Somebody else was here meanwhile"

    def __init__(self, message: str, *, fields: tuple[str, ...]) -> None:
        super().__init__(message)
        self.fields = fields


class RestrictedTag(Denied):
    """The tag is kept for administrators."""

    title: ClassVar[str] = "That tag is kept for administrators"


class LabelNotHeld(Denied):
    """Only those who hold an access label may put it on a notebook."""

    title: ClassVar[str] = "You do not hold that access label"


class NobodyLeft(CommonsError):
    """Nobody of those who look after the notebook could see it any more."""

    title: ClassVar[str] = "Nobody could look after it any more"


class NotDeprecated(CommonsError):
    """There is nothing to undo."""

    title: ClassVar[str] = "It is not deprecated"


class AlreadyOffered(CommonsError):
    """Another offer for the same notebook still waits for its answer."""

    title: ClassVar[str] = "It is offered to somebody already"


class OfferClosed(CommonsError):
    """The offer was answered, withdrawn, or is too old."""

    status: ClassVar[int] = 410
    title: ClassVar[str] = "This offer no longer stands"


class NotTheirs(CommonsError):
    """A notebook cannot be given to somebody who may not see it, or is not there any more."""

    title: ClassVar[str] = "They cannot look after it"


class Unsettled(CommonsError):
    """It may hold a secret, and nobody was asked about that yet."""

    title: ClassVar[str] = "First look at what may be a secret"
