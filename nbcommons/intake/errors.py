"""Why something does not come in."""

from nbcommons.core.errors import CommonsError


class Refused(CommonsError):
    """The file is no notebook that can be brought in; nothing of it was kept."""

    title = "We could not read this file"


class Incomplete(CommonsError):
    """The description lacks something that readers need."""

    title = "Something is missing"


class AlreadyShared(CommonsError):
    """The draft has become a notebook in the meantime."""

    status = 409
    title = "Shared already"


class TooManyDrafts(CommonsError):
    """The person has left so many unfinished that no more come in."""

    title = "Too many drafts"


class Undecided(CommonsError):
    """Something in the draft may be a secret, and its author has not said what to do about it.

    ``findings`` are (position of the cell from 0 or None, name of the kind) for programs, ``keys``
    those by which they are decided, ``field`` where a program says how.
    """

    title = "Something in it may be a secret"

    def __init__(
        self,
        message: str,
        *,
        findings: tuple[tuple[int | None, str], ...] = (),
        keys: tuple[str, ...] = (),
        field: str = "decisions",
    ) -> None:
        super().__init__(message)
        self.findings = findings
        self.keys = keys
        self.field = field

    def with_keys(self, *, field: str = "decisions") -> "Undecided":
        """The same for a program that cannot look the keys up: they were found just now."""
        told = f"{self} Decide by these keys: {', '.join(self.keys)}."
        return Undecided(told, findings=self.findings, keys=self.keys, field=field)


class NotAllowedHere(CommonsError):
    """A rule of the organisation speaks against publishing it; the message is its sentences."""

    title = "A rule of your organisation speaks against it"


class ChangedMeanwhile(CommonsError):
    """The notebook has a newer version than the author was shown."""

    status = 409
    title = "Changed in the meantime"


class NothingNew(CommonsError):
    """The draft is the same as what is there already."""

    title = "Nothing has changed"


class NotYours(CommonsError):
    """What was chosen is not there, or not for the author to choose; ``field`` names it."""

    title = "You cannot choose that"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field
