"""Why something cannot be suggested or answered, told in a sentence for the page."""

from nbcommons.core.errors import CommonsError


class ChangeClosed(CommonsError):
    """The suggested change has its answer already."""

    status = 409
    title = "It is decided already"


class TooManyChanges(CommonsError):
    """So many of somebody's changes to a notebook wait that no more are taken."""

    title = "Too many suggested changes"


class Invalid(CommonsError):
    """What was said cannot be taken; ``field`` is where."""

    title = "Please look at this again"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class Withheld(CommonsError):
    """What was withdrawn is shown to whoever suggested it alone."""

    status = 409
    title = "It was withdrawn"
