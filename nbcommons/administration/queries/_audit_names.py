"""What stands in entries of the audit log, in words: the keys there are only numbers."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.utils import timezone

from nbcommons.access import guard
from nbcommons.activity.models import AuditEntry
from nbcommons.core.actor import Actor
from nbcommons.notebooks.models import Visibility
from nbcommons.people.models import Label, Organisation, Person, Team

# Which keys of details, one number or a list of them, stand for what.
PEOPLE = (
    "person_id", "to_person_id", "old_owner_id", "new_owner_id",
    "people_may_read", "people_may_edit", "people_removed",
)  # fmt: skip
TEAMS = (
    "team_id", "to_team_id", "old_team_id", "new_team_id",
    "teams_may_read", "teams_may_edit", "teams_removed",
)  # fmt: skip
LABELS = ("label_id", "labels_added", "labels_removed")
PLACES = ("organisation_id",)
# Lists of people and teams, put together under one heading, with what is said of each.
_SHARES = (
    ("shared with", "people_may_read", " (may read)"),
    ("shared with", "teams_may_read", " (may read)"),
    ("shared with", "people_may_edit", " (may edit)"),
    ("shared with", "teams_may_edit", " (may edit)"),
    ("no longer shared with", "people_removed", ""),
    ("no longer shared with", "teams_removed", ""),
    ("access labels put on", "labels_added", ""),
    ("access labels taken off", "labels_removed", ""),
)
_SHARE_KEYS = frozenset(key for _, key, _ in _SHARES)
# How facts write moments: ISO 8601, in UTC.
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}[0-9:.]*\+00:00\Z")


@dataclass(frozen=True, slots=True)
class Names:
    """What the keys in some entries stand for; five queries."""

    people: dict[int, tuple[str, str]]
    notebooks: dict[int, tuple[UUID, str]]
    others: dict[str, dict[int, str]]

    @classmethod
    def of(cls, actor: Actor, entries: Iterable[AuditEntry]) -> Self:
        """The names of all that ``entries`` tell of, as far as ``actor`` may know them."""
        listed = list(entries)
        actors = {entry.actor_id for entry in listed if entry.actor_id is not None}
        people = Person.objects.filter(pk__in=actors | _keys(listed, PEOPLE))
        notebook_ids = {entry.notebook_id for entry in listed if entry.notebook_id is not None}
        notebooks = guard.notebooks_for(actor).filter(pk__in=notebook_ids)
        teams = Team.objects.filter(pk__in=_keys(listed, TEAMS))
        labels = Label.objects.filter(pk__in=_keys(listed, LABELS))
        places = Organisation.objects.filter(pk__in=_keys(listed, PLACES))
        known = {row.pk: (row.username, str(row)) for row in people}
        with_username = {pk: f"{name} ({username})" for pk, (username, name) in known.items()}
        team_names = dict(teams.values_list("pk", "name"))
        with_team = {pk: f"team {name}" for pk, name in team_names.items()}
        label_names = dict(labels.values_list("pk", "name"))
        return cls(
            people=known,
            notebooks={
                pk: (uuid, title)
                for pk, uuid, title in notebooks.values_list("pk", "uuid", "title")
            },
            others={
                **dict.fromkeys(PEOPLE, with_username),
                **dict.fromkeys(TEAMS, with_team),
                **dict.fromkeys(LABELS, label_names),
                "team_id": team_names,
                "organisation_id": dict(places.values_list("pk", "name")),
            },
        )

    def details_of(self, entry: AuditEntry) -> Iterator[tuple[str, str]]:
        """What ``entry`` says beside who and about which notebook: name and value of each."""
        details = entry.details
        if details.get("visibility_before"):
            yield "who may see it", _visibilities(details)
        for heading, words in self._shares(details).items():
            yield heading, ", ".join(words)
        for name, value in details.items():
            is_told = name in _SHARE_KEYS or name in {"visibility", "visibility_before"}
            if is_told or value is None or value in ("", [], {}):
                continue
            words = name.removesuffix("_id").replace("_", " ")
            yield words, self._named(name, value) if isinstance(value, int) else _said(value)

    def _shares(self, details: dict[str, Any]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for heading, key, suffix in _SHARES:
            for one in details.get(key) or ():
                found.setdefault(heading, []).append(self._named(key, one) + suffix)
        return found

    def _named(self, key: str, value: int) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        known = self.others.get(key)
        return str(value) if known is None else known.get(value, f"gone ({value})")


def _visibilities(details: dict[str, Any]) -> str:
    labels = dict(Visibility.choices)
    before, now = details["visibility_before"], details.get("visibility", "")
    return f"{labels.get(before, before)} → {labels.get(now, now)}"


def _said(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if not _MOMENT.match(str(value)):
        return str(value)
    return f"{timezone.localtime(datetime.fromisoformat(str(value))):%Y-%m-%d %H:%M %Z}"


def _keys(entries: Iterable[AuditEntry], names: Iterable[str]) -> set[int]:
    found: set[int] = set()
    for entry in entries:
        for name in names:
            value = entry.details.get(name)
            found |= {
                key
                for key in (value if isinstance(value, list) else [value])
                if isinstance(key, int)
            }
    return found
