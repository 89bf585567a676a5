"""Why something asked of searches cannot be done, told in a sentence for the page."""

from nbcommons.core.errors import CommonsError


class NotSaved(CommonsError):
    """A search that cannot be saved as asked."""


class NotWanted(CommonsError):
    """A wish that cannot be put on the board, or not be answered, as asked."""
