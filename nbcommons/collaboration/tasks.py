"""Jobs of the room: mails about suggested changes."""

from typing import Any

from nbcommons.collaboration import _notices
from nbcommons.core.jobs import job


@job("collaboration.tell_of_change")
def tell_of_change(*, change_id: int, **_later: Any) -> None:
    _notices.tell_of_change(change_id)


@job("collaboration.tell_of_answer")
def tell_of_answer(*, change_id: int, **_later: Any) -> None:
    _notices.tell_of_answer(change_id)
