"""What can go wrong between a person's Jupyter and the Commons, in words for that person."""

from collections.abc import Mapping, Sequence


class JupyterSideError(Exception):
    """Something anticipated went wrong; the text is a sentence for a page.

    kind: one word for programs. errors: sentences by the field that they are about.
    """

    status = 500
    heading = "Something went wrong"
    can_try_again = False
    kind = "failed"

    def __init__(
        self, message: str = "", *, errors: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        super().__init__(message)
        self.errors = {name: list(sentences) for name, sentences in (errors or {}).items()}


class NotConnected(JupyterSideError):
    """This Jupyter was not started by a Commons."""

    status = 404
    heading = "This Jupyter is not connected to the Commons"
    kind = "not_connected"


class BadLink(JupyterSideError):
    """The address asks for nothing that could be opened."""

    status = 400
    heading = "This link is not complete"


class NotThere(JupyterSideError):
    """The Commons has no such notebook for this person."""

    status = 404
    heading = "This notebook is not there for you"
    kind = "not_there"


class DraftGone(NotThere):
    """What was to be published or suggested has expired, or was thrown away elsewhere."""

    kind = "draft_gone"


class PermissionEnded(JupyterSideError):
    """The Commons no longer takes this Jupyter's word."""

    status = 403
    heading = "Your Jupyter has reached its end"
    kind = "ended"


class SiteUnreachable(JupyterSideError):
    """The Commons did not answer, or not with anything useful."""

    status = 503
    heading = "The Commons is not answering"
    can_try_again = True
    kind = "unreachable"


class BadAnswer(JupyterSideError):
    """The Commons answered with something that is no notebook."""

    status = 502
    heading = "The Commons sent something that cannot be opened"


class CannotWrite(JupyterSideError):
    """The home folder took no file."""

    status = 507
    heading = "The notebook could not be put into your Jupyter"


class BadReport(JupyterSideError):
    """A report of runs that is not in the agreed form; the text names the field."""

    status = 400
    heading = "This report cannot be read"


class NotAllowed(JupyterSideError):
    """The Commons knows the person, and does not let them do this."""

    status = 403
    heading = "You may not do this"
    kind = "not_allowed"


class ChangedMeanwhile(JupyterSideError):
    """Somebody published a version since the person's copy was made."""

    status = 409
    heading = "Somebody was faster"
    kind = "changed"


class NotTaken(JupyterSideError):
    """The Commons did not take what was sent; the text and ``errors`` say why."""

    status = 422
    heading = "The Commons did not take this"
    kind = "not_taken"


class TooLarge(JupyterSideError):
    """More was sent than a notebook or a form may hold."""

    status = 413
    heading = "This is too large"
    kind = "too_large"
