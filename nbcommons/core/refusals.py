"""A refusal of what a form asks for is said in the form, with all that was typed."""

from types import TracebackType

from django.forms import BaseForm

from nbcommons.core.errors import CommonsError

_OF_WHAT_WAS_ASKED = frozenset({409, 422})


class told_in:  # noqa: N801 - it reads as a statement: with told_in(form)
    """Do what the valid ``form`` asks for; what may be mended in it becomes an error of it.

    The view shows the form again when it comes out of this. Other errors go on rising.
    """

    def __init__(self, form: BaseForm) -> None:
        self._form = form

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, CommonsError) or error.status not in _OF_WHAT_WAS_ASKED:
            return False
        self._form.add_error(None, str(error))
        return True
