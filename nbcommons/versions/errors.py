"""Why something about a version cannot be done."""

from nbcommons.core.errors import CommonsError


class NoSuchVersion(CommonsError):
    """There is no version with this number, or it is hidden from the one who asks."""

    status = 404
    title = "There is no such version"


class NothingToRestore(CommonsError):
    """The version holds the same as the newest one."""

    title = "Nothing to restore"


class LabelRefused(CommonsError):
    """The label is too long, broken, or another version of the notebook has it."""

    title = "This label cannot be used"
