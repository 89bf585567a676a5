"""Why a file is refused: ``str(error)`` is a sentence for the person who brought it."""


class IpynbError(Exception):
    """Something about a notebook file that stops the work; the message says what to do next."""


class NotANotebook(IpynbError):
    """The bytes are no notebook that can be taken in.

    kind: a stable word for programs and logs, such as ``too_big`` or ``truncated``.
    """

    def __init__(self, message: str, *, kind: str) -> None:
        super().__init__(message)
        self.kind = kind
