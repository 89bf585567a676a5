"""Every call of the API, made ready to be sent; both clients send these."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote
from uuid import UUID

from nbcommons_client._call import Answer, Call, FileBody
from nbcommons_client._reading import read
from nbcommons_client.errors import BadAnswer, Invalid, Unavailable
from nbcommons_client.values import (
    Alike,
    Binned,
    Diff,
    Draft,
    DraftRow,
    Facet,
    Filters,
    Found,
    Health,
    Me,
    Notebook,
    NotebookFile,
    OtherSearch,
    Page,
    Receipt,
    Revision,
    Search,
    Share,
    Suggestion,
)

T = TypeVar("T")

NOT_MODIFIED = 304
MOST_IN_A_PAGE = 100
MOST_EVENTS = 1_000


class Unset:
    """The type of ``UNSET``: leave this as it is, which ``None`` cannot say."""

    def __repr__(self) -> str:
        return "UNSET"


UNSET = Unset()


def me() -> Call[Me]:
    return getting("/me", partial(read_as, Me))


def notebook(uuid: UUID) -> Call[Notebook]:
    return getting(address_of(uuid), _notebook)


def notebook_if_changed(known: Notebook) -> Call[Notebook]:
    """Gives ``known`` itself while it is still so."""

    def answered(answer: Answer) -> Notebook:
        return known if answer.status == NOT_MODIFIED else _notebook(answer)

    call = getting(address_of(known.uuid), answered)
    return replace(call, headers={"If-None-Match": known.etag} if known.etag else {})


def content(uuid: UUID, revision: int | None, *, most_bytes: int) -> Call[NotebookFile]:
    call = getting(address_of(uuid, "content"), _file, {"revision": revision})
    return replace(call, most_bytes=most_bytes)


def revisions(uuid: UUID, limit: int, offset: int) -> Call[Page[Revision]]:
    return getting(
        address_of(uuid, "revisions"),
        partial(page_of, Revision, "revisions"),
        {"limit": limit, "offset": offset},
    )


def revision(uuid: UUID, number: int) -> Call[Revision]:
    return getting(address_of(uuid, "revisions", _number(number)), partial(read_as, Revision))


def label_revision(uuid: UUID, number: int, label: str) -> Call[Revision]:
    return Call(
        "PATCH",
        address_of(uuid, "revisions", _number(number)),
        partial(read_as, Revision),
        json={"label": label},
        may_repeat=True,
    )


def restore_revision(uuid: UUID, number: int) -> Call[Revision]:
    address = address_of(uuid, "revisions", _number(number), "restore")
    return Call("POST", address, partial(read_as, Revision))


def diff(uuid: UUID, old: int, new: int) -> Call[Diff]:
    return getting(address_of(uuid, "diff"), partial(read_as, Diff), {"from": old, "to": new})


def change(
    uuid: UUID,
    changes: Mapping[str, Any],
    share_with: Iterable[Share] | Unset,
    if_match: str | None,
) -> Call[Notebook]:
    body = {name: _plain(value) for name, value in changes.items() if not _is_unset(value)}
    if not isinstance(share_with, Unset):
        body["share_with"] = [asdict(share) for share in share_with]
    return Call(
        "PATCH",
        address_of(uuid),
        _notebook,
        json=body,
        headers=_matching(if_match),
        # A second time it would find what the first has made, and refuse.
        may_repeat=if_match is None,
    )


def remove(uuid: UUID, if_match: str | None) -> Call[Binned]:
    headers = _matching(if_match)
    return Call("DELETE", address_of(uuid), partial(read_as, Binned), headers=headers)


def restore(uuid: UUID) -> Call[Notebook]:
    return Call("POST", address_of(uuid, "restore"), _notebook, may_repeat=True)


def deprecate(
    uuid: UUID, reason: str, alternatives: Iterable[UUID], *, is_frozen: bool
) -> Call[Notebook]:
    body = {
        "reason": reason,
        "alternatives": [str(one) for one in alternatives],
        "is_frozen": is_frozen,
    }
    address = address_of(uuid, "deprecation")
    return Call("PUT", address, _notebook, json=body, may_repeat=True)


def take_deprecation_back(uuid: UUID) -> Call[Notebook]:
    return Call("DELETE", address_of(uuid, "deprecation"), _notebook, may_repeat=True)


def bring_in(file: str | os.PathLike[str] | bytes, file_name: str | None) -> Call[Draft]:
    name = file_name or ("notebook.ipynb" if isinstance(file, bytes) else Path(file).name)
    return Call(
        "POST",
        "/drafts",
        partial(read_as, Draft),
        query={"file_name": name},
        headers={"Content-Type": "application/x-ipynb+json"},
        body=file if isinstance(file, bytes) else FileBody.of(file),
    )


def drafts(limit: int, offset: int) -> Call[Page[DraftRow]]:
    query = {"limit": limit, "offset": offset}
    return getting("/drafts", partial(page_of, DraftRow, "drafts"), query)


def draft(uuid: UUID) -> Call[Draft]:
    return getting(_draft(uuid), partial(read_as, Draft))


def draft_content(uuid: UUID) -> Call[bytes]:
    return getting(_draft(uuid, "content"), lambda answer: answer.body)


def alike(uuid: UUID) -> Call[tuple[Alike, ...]]:
    def answered(answer: Answer) -> tuple[Alike, ...]:
        return read(tuple[Alike, ...], _json(answer).get("notebooks"), "notebooks")

    return getting(_draft(uuid, "alike"), answered)


def discard(uuid: UUID) -> Call[None]:
    return Call("DELETE", _draft(uuid), lambda _: None)


def publish(
    uuid: UUID,
    said: Mapping[str, Any],
    decisions: Mapping[str, str],
    keep_pictures: Iterable[int] | None,
    if_match: str | None,
) -> Call[Notebook]:
    body = {name: _plain(value) for name, value in said.items() if not _is_unset(value)}
    if decisions:
        body["decisions"] = [{"key": key, "decision": one} for key, one in decisions.items()]
    if keep_pictures is not None:
        body["keep_pictures"] = list(keep_pictures)
    return Call(
        "POST", _draft(uuid, "publish"), _notebook, json=body, headers=_matching(if_match)
    )


def search(words: str, filters: Filters, limit: int, offset: int) -> Call[Search]:
    query = {"q": words, **asdict(filters), "limit": limit, "offset": offset}
    return getting("/search", partial(_search, offset), query)


def suggest(words: str, limit: int) -> Call[tuple[Suggestion, ...]]:
    def answered(answer: Answer) -> tuple[Suggestion, ...]:
        return read(tuple[Suggestion, ...], _json(answer).get("suggestions"), "suggestions")

    return getting("/search/suggest", answered, {"q": words, "limit": limit})


def health(uuid: UUID) -> Call[Health]:
    return getting(address_of(uuid, "health"), partial(read_as, Health))


def report_executions(events: Iterable[Mapping[str, Any]]) -> Call[Receipt]:
    return Call(
        "POST",
        "/executions",
        partial(read_as, Receipt),
        json={"events": list(events)},
        may_repeat=True,  # each event has an id, and counts once
    )


def getting(path: str, reader: Any, query: Mapping[str, Any] | None = None) -> Call[Any]:
    return Call("GET", path, reader, query=query or {}, may_repeat=True)


def address_of(uuid: UUID, *parts: str) -> str:
    return "/".join(("/notebooks", id_of(uuid), *parts))


def _draft(uuid: UUID, *parts: str) -> str:
    return "/".join(("/drafts", id_of(uuid), *parts))


def id_of(value: object) -> str:
    """An id as it stands in an address; anything else could lead to another one."""
    try:
        return str(UUID(str(value)))
    except ValueError:
        raise Invalid(f"“{value}” is no id.") from None


def _number(value: object) -> str:
    """The number of a version as it stands in an address."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise Invalid(f"“{value}” is no number of a version.")
    return str(value)


def _is_unset(value: Any) -> bool:
    return value is None or isinstance(value, Unset)


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, str | int):
        return value
    return str(value) if isinstance(value, UUID) else list(value)


def _matching(etag: str | None) -> dict[str, str]:
    return {"If-Match": etag} if etag else {}


def _json(answer: Answer) -> dict[str, Any]:
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise BadAnswer("What answered is not a Commons.") from error
    if not isinstance(value, dict):
        raise BadAnswer("What answered is not a Commons.")
    return value


def read_as(kind: type[T], answer: Answer) -> T:
    return read(kind, _json(answer))


def _notebook(answer: Answer) -> Notebook:
    return replace(read_as(Notebook, answer), etag=answer.headers.get("etag", ""))


def page_of(kind: type[T], name: str, answer: Answer) -> Page[T]:
    told = _json(answer)
    return Page(
        items=read(tuple[kind, ...], told.get(name), name),  # type: ignore[valid-type]
        total=read(int, told.get("total"), "total"),
        offset=read(int, told.get("offset"), "offset"),
    )


def _search(offset: int, answer: Answer) -> Search:
    told = _json(answer)
    return Search(
        page=Page(
            items=read(tuple[Found, ...], told.get("results"), "results"),
            total=read(int, told.get("total"), "total"),
            offset=offset,
        ),
        took_ms=read(float, told.get("took_ms"), "took_ms"),
        facets=read(dict[str, tuple[Facet, ...]], told.get("facets"), "facets"),
        total_exact=read(int, told.get("total_exact", 0), "total_exact"),
        is_building=read(bool, told.get("is_building", False), "is_building"),
        corrected=_texts(told, "also_looked_for"),
        did_you_mean=read(
            OtherSearch | None,  # type: ignore[arg-type] # it reads either
            told.get("did_you_mean"),
            "did_you_mean",
        ),
        near_misses=read(tuple[OtherSearch, ...], told.get("near_misses", []), "near_misses"),
        misread=_texts(told, "misread"),
    )


def some_of(found: Search) -> Search:
    """``found`` itself. Raises ``Unavailable`` when there was no index to look into."""
    if found.is_building:
        raise Unavailable("Search is being rebuilt. Ask again in a minute.")
    return found


def _texts(told: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return read(tuple[str, ...], told.get(name, []), name)


def _file(answer: Answer) -> NotebookFile:
    try:
        number = int(answer.headers["x-nbcommons-revision"])
    except (KeyError, ValueError) as error:
        raise BadAnswer("The Commons did not say which version it sent.") from error
    return NotebookFile(
        body=answer.body,
        revision=number,
        title=unquote(answer.headers.get("x-nbcommons-title", "")),
        etag=answer.headers.get("etag", ""),
    )
