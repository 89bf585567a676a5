"""What nbgallery writes about a notebook, or somebody who makes a bundle for its importer."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from nbcommons.core.signs import one_line
from nbcommons.intake._bulk.errors import BadSource
from nbcommons.intake._bulk.items import About, Deprecated, Holder
from nbcommons.intake._bulk.moments import PLAUSIBLE, is_plausible
from nbcommons.notebooks.models import Visibility

MOST_EXTRA_BYTES = 20_000
COMMIT_ID_LENGTH = 64
_COMMIT_ID = re.compile(r"[\x21-\x7e]{1,64}")
_UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_TITLE_LENGTH = 200
_PURPOSE_LENGTH = 1000
_PERSON_LENGTH = 150
_TEAM_LENGTH = 100
_MOST_DIGITS = 18
_DATES = ("updated", "updated_at", "created", "created_at")
# What the commons keeps in places of its own.
_PLACED = frozenset(
    {
        "updated", "created", "updated_at", "created_at", "title", "description", "uuid", "public",
        "creator", "updater", "owner", "owner_type", "tags", "changelog", "commit_id", "lang",
        "lang_version", "deprecated", "parent_uuid",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """One entry of ``metadata.json``; ``fault``: why it cannot be used."""

    about: About
    updater: str = ""
    changelog: str = ""
    commit_id: str = ""
    fault: str = ""


def looks_like_metadata(value: object) -> bool:
    """Whether a JSON value is such a ``metadata.json``: objects with titles, by file name.

    One that is no such object says nothing of the others.
    """
    return isinstance(value, dict) and any(
        isinstance(entry, dict) and "title" in entry for entry in value.values()
    )


def parse_metadata(raw: bytes, commit_ids: Mapping[str, str]) -> dict[str, Facts]:
    """The entries of ``metadata.json`` by file name without its end.

    ``commit_ids``: ids known from elsewhere, by uuid. Raises ``BadSource``.
    """
    value = metadata_value(raw)
    if not looks_like_metadata(value):
        raise BadSource("metadata.json of the bundle does not describe notebooks by file name.")
    return {
        name.encode(errors="replace").decode(): _facts(entry, commit_ids)
        for name, entry in value.items()
    }


def metadata_value(raw: bytes) -> Any:
    """The JSON; with halves of signs in it too (lone surrogates).

    Raises ``BadSource``.
    """
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        try:
            return json.loads(raw, parse_int=_whole, parse_constant=_refuse)
        except (ValueError, RecursionError):
            raise BadSource(f"metadata.json of the bundle is no JSON: {error}.") from error


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MOST_DIGITS else float(digits)


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def parse_commit_ids(raw: bytes) -> dict[str, str]:
    """Ids by uuid: a JSON object, or lines of two words as a database prints them."""
    text = raw.decode("utf-8", "replace").lstrip("\ufeff \n")
    if text.startswith("{"):
        value = orjson.loads(text)
        pairs = [(str(key), str(name)) for key, name in value.items()]
    else:
        lines = (
            re.split(r"[\s,;]+", line.strip().replace('"', "")) for line in text.splitlines()
        )
        pairs = [(words[0], words[1]) for words in lines if len(words) > 1]
    return {
        key.lower(): name for key, name in pairs if _COMMIT_ID.fullmatch(name) and _uuid(key)
    }


def _facts(entry: Any, commit_ids: Mapping[str, str]) -> Facts:
    if not isinstance(entry, dict):
        return Facts(About(), fault="What metadata.json says about it is no description.")
    fault = _fault(entry)
    if fault:
        return Facts(About(), fault=fault)
    uuid = _uuid(entry.get("uuid"))
    title = _line(entry.get("title"))[:_TITLE_LENGTH]
    if entry.get("uuid") and uuid is None:
        return Facts(About(), fault="The uuid that metadata.json gives it is not one.")
    if not title:
        return Facts(About(), fault="metadata.json gives it no title.")
    commit_id = _line(entry.get("commit_id")) or commit_ids.get(str(uuid), "")
    return Facts(
        about=About(
            uuid=uuid,
            title=title,
            purpose=_text(entry.get("description"))[:_PURPOSE_LENGTH],
            language=_language(entry),
            language_version=_line(entry.get("lang_version"))[:20],
            visibility=_visibility(entry.get("public")),
            owner=_owner(entry),
            created_by=_line(entry.get("creator")),
            tags=_tags(entry.get("tags")),
            created_at=_date(entry.get("created") or entry.get("created_at")),
            updated_at=_date(entry.get("updated") or entry.get("updated_at")),
            forked_from=_uuid(entry.get("parent_uuid")),
            deprecated=_deprecated(entry.get("deprecated")),
            extra=_extra(entry),
        ),
        updater=_line(entry.get("updater")),
        changelog=_line(entry.get("changelog")),
        commit_id=commit_id if _COMMIT_ID.fullmatch(commit_id) else "",
    )


def _fault(entry: Mapping[str, Any]) -> str:
    """Why nothing of an entry can be used; empty if nothing speaks against it."""
    try:
        orjson.dumps(entry)
    except orjson.JSONEncodeError:
        return "metadata.json holds half of a sign (a lone surrogate) in what it says of it."
    for key in _DATES:
        at = _date(entry.get(key))
        if at is not None and not is_plausible(at):
            return f"metadata.json gives it the date {entry[key]:.40} ({key}). {PLAUSIBLE}"
    is_team = _line(entry.get("owner_type")).lower() == "group"
    for key in ("owner", "creator", "updater"):
        most = _TEAM_LENGTH if key == "owner" and is_team else _PERSON_LENGTH
        if len(_line(entry.get(key))) > most:
            return f"metadata.json names somebody ({key}) by more than {most} signs."
    return ""


def _text(value: object) -> str:
    """Text as the database takes it; empty for what is none."""
    if not isinstance(value, str):
        return ""
    return _UNSAFE.sub("", value).encode(errors="replace").decode().strip()


def _line(value: object) -> str:
    return one_line(_text(value))


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _date(value: object) -> datetime | None:
    """A moment, in UTC where no zone is said; None for what is none."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        return at if at is None or at.tzinfo is not None else at.replace(tzinfo=UTC)
    except ValueError:
        return None


def _plausible(at: datetime | None) -> datetime | None:
    return at if at is None or is_plausible(at) else None


def _language(entry: Mapping[str, Any]) -> str:
    language = _line(entry.get("lang")).lower()[:40]
    return "" if language == "unknown" else language


def _visibility(public: object) -> str:
    if not isinstance(public, bool):
        return ""
    return str(Visibility.EVERYONE if public else Visibility.PRIVATE)


def _owner(entry: Mapping[str, Any]) -> Holder | None:
    name = _line(entry.get("owner"))
    if not name:
        return None
    return Holder(name, is_team=_line(entry.get("owner_type")).lower() == "group")


def _tags(value: object) -> tuple[str, ...] | None:
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list):
        return None
    return tuple(_line(tag) for tag in value if _line(tag))


def _deprecated(value: object) -> Deprecated | None:
    """A yes, or an object with what the page of a deprecated notebook tells."""
    if isinstance(value, dict):
        others = value.get("alternatives")
        uuids = (_uuid(other) for other in (others if isinstance(others, list) else ()))
        return Deprecated(
            at=_plausible(_date(value.get("at") or value.get("created_at"))),
            by=_line(value.get("by")),
            reason=_line(value.get("reason") or value.get("reasoning"))[:500],
            alternatives=tuple(uuid for uuid in uuids if uuid is not None),
            is_frozen=value.get("disable_usage") is True,
        )
    return Deprecated() if value is True else None


def _extra(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What has no place here, as far as it is not too much and the database takes it."""
    extra = {key: value for key, value in entry.items() if key not in _PLACED}
    packed = orjson.dumps(extra)
    if len(packed) > MOST_EXTRA_BYTES or b"\\u0000" in packed:
        return {"left_out": sorted(key.replace("\x00", "") for key in extra)[:100]}
    return extra
