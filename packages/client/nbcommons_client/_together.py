"""The calls about stars and suggested changes, made ready to be sent."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from nbcommons_client import _calls as calls
from nbcommons_client._call import Call
from nbcommons_client.together import Change, ChangeRow, Star, Starred
from nbcommons_client.values import Diff, Page


def star(uuid: UUID) -> Call[Star]:
    return calls.getting(_star(uuid), partial(calls.read_as, Star))


def give_star(uuid: UUID) -> Call[Star]:
    return Call("PUT", _star(uuid), partial(calls.read_as, Star), may_repeat=True)


def take_star_back(uuid: UUID) -> Call[Star]:
    return Call("DELETE", _star(uuid), partial(calls.read_as, Star), may_repeat=True)


def starred(limit: int, offset: int) -> Call[Page[Starred]]:
    query = {"limit": limit, "offset": offset}
    return calls.getting("/me/stars", partial(calls.page_of, Starred, "notebooks"), query)


def changes(
    notebook: UUID | None, state: str | None, limit: int, offset: int
) -> Call[Page[ChangeRow]]:
    query = {"notebook": notebook, "state": state, "limit": limit, "offset": offset}
    return calls.getting("/changes", partial(calls.page_of, ChangeRow, "changes"), query)


def suggested(uuid: UUID) -> Call[Change]:
    return calls.getting(_change(uuid), partial(calls.read_as, Change))


def suggested_content(uuid: UUID) -> Call[bytes]:
    return calls.getting(_change(uuid, "content"), lambda answer: answer.body)


def suggested_diff(uuid: UUID) -> Call[Diff]:
    return calls.getting(_change(uuid, "diff"), partial(calls.read_as, Diff))


def suggest(
    notebook: UUID,
    draft: UUID,
    message: str,
    *,
    based_on: int | None,
    secrets: Mapping[str, str],
    keep_pictures: Iterable[int] | None,
) -> Call[Change]:
    body: dict[str, Any] = {"draft": str(draft), "message": message, "based_on": based_on}
    if secrets:
        body["secrets"] = [{"key": key, "decision": one} for key, one in secrets.items()]
    if keep_pictures is not None:
        body["keep_pictures"] = list(keep_pictures)
    address = calls.address_of(notebook, "changes")
    return Call("POST", address, partial(calls.read_as, Change), json=body)


def withdraw(uuid: UUID) -> Call[Change]:
    return Call("POST", _change(uuid, "withdraw"), partial(calls.read_as, Change))


def decline(uuid: UUID, reason: str) -> Call[Change]:
    address = _change(uuid, "decline")
    return Call("POST", address, partial(calls.read_as, Change), json={"reason": reason})


def _star(uuid: UUID) -> str:
    return calls.address_of(uuid, "star")


def _change(uuid: UUID, *parts: str) -> str:
    return "/".join(("/changes", calls.id_of(uuid), *parts))
