"""One row, locked before anything else is read of it."""

from typing import TypeVar

from django.db.models import Model

from nbcommons.core.errors import Overtaken

Row = TypeVar("Row", bound=Model)


def locked_row(kind: type[Row], pk: object, *, gone: str) -> Row:
    """The row with this key as it is now; nobody else writes it until the transaction ends.

    By its key alone: a row that was changed while it was waited for is left out when it no longer
    fits what it was joined to. Raises ``Overtaken`` with the sentence ``gone`` if it is not there.
    """
    row: Row | None = kind._default_manager.select_for_update().filter(pk=pk).first()  # noqa: SLF001 - Django documents it
    if row is None:
        raise Overtaken(gone)
    return row
