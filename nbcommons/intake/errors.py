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

    title = "Shared already"
