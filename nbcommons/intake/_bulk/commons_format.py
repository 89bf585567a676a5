"""Our own format of notebooks to be taken along: the names in it, and how each is read.

Written by ``exporting``, read by ``commons``; described in ``docs/how-to/take-notebooks-along.md``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import orjson

from nbcommons.core.signs import one_line
from nbcommons.intake._bulk.items import (
    About,
    Deprecated,
    Holder,
    LabelSaid,
    PersonSaid,
    Shared,
    TeamSaid,
)
from nbcommons.intake._bulk.moments import PLAUSIBLE, is_plausible
from nbcommons.intake.errors import Refused
from nbcommons.notebooks.models import Category, Visibility
from nbcommons.people.models import Membership

FORMAT = "nbcommons-export"
VERSION = 1
MANIFEST = "nbcommons-export.json"
PEOPLE = "people.json"
TEAMS = "teams.json"
LABELS = "labels.json"
NOTEBOOKS = "notebooks"
METADATA = "metadata.json"
VERSIONS = "versions"

T = TypeVar("T")
_Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class VersionSaid:
    """What the metadata of a notebook say about one version."""

    number: int
    author: str
    message: str
    label: str
    at: datetime
    from_change: UUID | None
    commit_id: str


def version_name(number: int) -> str:
    """The file of a version, so that names in their order are versions in theirs."""
    return f"{VERSIONS}/{number:06}.ipynb"


def parse_notebook(raw: bytes) -> tuple[About, dict[int, VersionSaid]]:
    """What ``metadata.json`` of a notebook says. Raises ``Refused``."""
    value = _object(raw)
    try:
        versions = [_version(said) for said in _list(value, "versions")]
        return _about(value), {version.number: version for version in versions}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused(f"Its metadata.json is not as it should be: {error!r:.200}.") from error


def parse_manifest(raw: bytes) -> _Json:
    """The manifest. Raises ``Refused`` when it is of something else, or of a later format."""
    value = _object(raw)
    if value.get("format") != FORMAT or not isinstance(value.get("version"), int):
        raise Refused(f"{MANIFEST} does not say that this is an export of a commons.")
    if value["version"] > VERSION:
        raise Refused("A newer commons made this export. Bring this one up to date first.")
    return value


def parse_people(raw: bytes) -> tuple[PersonSaid, ...]:
    """The people whom an export names. Raises ``Refused``."""
    return _each(
        raw, lambda one: PersonSaid(_text(one, "username", 64), _text(one, "name", 150))
    )


def parse_teams(raw: bytes) -> tuple[TeamSaid, ...]:
    """The teams that an export names. Raises ``Refused``."""

    def team(one: _Json) -> TeamSaid:
        members = tuple(
            (_text(member, "person", 64), str(Membership.Role(member["role"])))
            for member in _list(one, "members")
        )
        return TeamSaid(_text(one, "name", 100), _text(one, "description", 2000), members)

    return _each(raw, team)


def parse_labels(raw: bytes) -> tuple[LabelSaid, ...]:
    """The access labels that an export names. Raises ``Refused``."""
    return _each(
        raw, lambda one: LabelSaid(_text(one, "name", 60), _text(one, "description", 500))
    )


def _each(raw: bytes, read: Callable[[_Json], T]) -> tuple[T, ...]:
    try:
        value = orjson.loads(raw)
        return tuple(read(one) for one in value)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused(f"The export is not as it should be: {error!r:.200}.") from error


def _object(raw: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Refused(f"Its metadata is no JSON: {error}.") from error
    if not isinstance(value, dict):
        raise Refused("Its metadata is not an object.")
    return value


def _about(value: _Json) -> About:
    title = one_line(_text(value, "title", 200))
    if not title:
        raise ValueError("no title")
    forked = value.get("forked_from")
    return About(
        uuid=UUID(value["uuid"]),
        title=title,
        purpose=_text(value, "purpose", 1000),
        language=_text(value, "language", 40),
        language_version=_text(value, "language_version", 20),
        category=str(Category(value["category"])),
        visibility=str(Visibility(value["visibility"])),
        owner=_holder(value["owner"]),
        created_by=_text(value, "created_by", 64),
        tags=tuple(_plain(tag, 40) for tag in _list(value, "tags")),
        labels=tuple(_plain(label, 60) for label in _list(value, "labels")),
        shares=tuple(_share(share) for share in _list(value, "shares")),
        history_from=_number(value.get("history_from", 1)),
        team_history_from=_number(value.get("team_history_from", 1)),
        has_undecided_secrets=value.get("has_undecided_secrets") is True,
        created_at=_moment(value["created_at"]),
        updated_at=_moment(value["updated_at"]),
        forked_from=UUID(forked["uuid"]) if forked else None,
        forked_from_number=_number(forked["number"]) if forked and forked["number"] else None,
        deprecated=_deprecated(value.get("deprecated")),
        extra=_extra(value.get("extra")),
    )


def _version(value: _Json) -> VersionSaid:
    change = value.get("from_change")
    return VersionSaid(
        number=_number(value["number"]),
        author=_text(value, "author", 64),
        message=_text(value, "message", 300),
        label=_text(value, "label", 40),
        at=_moment(value["created_at"]),
        from_change=UUID(change) if change else None,
        commit_id=_text(value, "commit_id", 64),
    )


def _deprecated(value: _Json | None) -> Deprecated | None:
    if value is None:
        return None
    return Deprecated(
        at=_moment(value["at"]),
        by=_text(value, "by", 64),
        reason=_text(value, "reason", 500),
        alternatives=tuple(UUID(uuid) for uuid in _list(value, "alternatives")),
        is_frozen=value.get("is_frozen") is True,
    )


def _share(value: _Json) -> Shared:
    return Shared(
        _holder(value),
        may_edit=value.get("may_edit") is True,
        history_from=_number(value.get("history_from", 1)),
    )


def _holder(value: _Json) -> Holder:
    if "team" in value:
        return Holder(_text(value, "team", 100), is_team=True)
    return Holder(_text(value, "person", 64))


def _list(value: _Json, name: str) -> Sequence[Any]:
    found = value.get(name, [])
    if not isinstance(found, list):
        raise TypeError(f"{name} is no list")
    return found


def _text(value: _Json, name: str, length: int) -> str:
    return _plain(value.get(name) or "", length)


def _plain(text: object, length: int) -> str:
    """``text`` if the database takes it; raises otherwise rather than to cut it."""
    if not isinstance(text, str) or len(text) > length or "\x00" in text:
        raise ValueError(f"a text is too long or no text: {text!r:.40}")
    text.encode()
    return text


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 1_000_000:  # noqa: PLR2004 - as many digits as names of files have
        raise ValueError(f"{value!r:.40} is no number of a version")
    return value


def _moment(value: str) -> datetime:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    if not is_plausible(at):
        raise ValueError(f"{value} cannot be. {PLAUSIBLE}")
    return at


def _extra(value: object) -> dict[str, Any]:
    packed = orjson.dumps(value)
    is_fine = isinstance(value, dict) and len(packed) < 20_000 and b"\\u0000" not in packed  # noqa: PLR2004
    return dict(value) if is_fine and isinstance(value, dict) else {}
