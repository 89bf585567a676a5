"""What can go wrong between a person's Jupyter and the Commons, in words for that person."""


class JupyterSideError(Exception):
    """Something anticipated went wrong; the text is a sentence for a page."""

    status = 500
    heading = "Something went wrong"
    can_try_again = False


class NotConnected(JupyterSideError):
    """This Jupyter was not started by a Commons."""

    status = 404
    heading = "This Jupyter is not connected to the Commons"


class BadLink(JupyterSideError):
    """The address asks for nothing that could be opened."""

    status = 400
    heading = "This link is not complete"


class NotThere(JupyterSideError):
    """The Commons has no such notebook for this person."""

    status = 404
    heading = "This notebook is not there for you"


class PermissionEnded(JupyterSideError):
    """The Commons no longer takes this Jupyter's word."""

    status = 403
    heading = "Your Jupyter has reached its end"


class SiteUnreachable(JupyterSideError):
    """The Commons did not answer, or not with anything useful."""

    status = 503
    heading = "The Commons is not answering"
    can_try_again = True


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
