"""What an author can choose for a draft: notebooks, teams, labels, people."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from nbcommons.access import guard, rules
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.intake.models import Draft
from nbcommons.notebooks.models import Notebook
from nbcommons.notebooks.queries import keeper_of
from nbcommons.people.models import Label, Membership, Team
from nbcommons.people.whom import whom

MOST_TARGETS = 50
_NAMES = re.compile(r"[,;\n]+")
_EDITING = (Membership.Role.OWNER, Membership.Role.EDITOR)


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A notebook that a draft can become a version of."""

    uuid: UUID
    title: str
    keeper: str

    @property
    def url(self) -> str:
        return f"/notebooks/{self.uuid}/"


@dataclass(frozen=True, slots=True)
class Named:
    """Whom typed names mean: keys of people and teams, and the names that mean nobody.

    ambiguous: names that could mean several, with what to type for each of those.
    """

    person_ids: tuple[int, ...]
    team_ids: tuple[int, ...]
    unknown: tuple[str, ...]
    ambiguous: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Choices:
    """Between which teams and labels an author can choose.

    lost_team, lost_labels: what they chose for the draft when they still could. It is shown until
    they choose again, so that nothing is shared more widely without their knowing.
    """

    teams: tuple[Team, ...]
    labels: tuple[Label, ...]
    lost_team: Team | None = None
    lost_labels: tuple[Label, ...] = ()


def choices_of(actor: Actor, draft: Draft) -> Choices:
    """What ``actor`` can choose now for their ``draft``; three queries, four with a team."""
    teams, labels = teams_to_share_as(actor), labels_to_put_on(actor)
    return Choices(
        teams=tuple(teams),
        labels=tuple(labels),
        lost_team=None if draft.team in teams else draft.team,
        lost_labels=tuple(one for one in draft.labels.order_by("name") if one not in labels),
    )


def editable_rows(actor: Actor, words: str = "") -> tuple[TargetRow, ...]:
    """The notebooks that ``actor`` may edit, last edited first; with all ``words`` in the title."""
    return _rows(_with_words(guard.notebooks_for(actor, Action.NOTEBOOK_EDIT), words))


def editable_row(actor: Actor, uuid: UUID | None) -> TargetRow | None:
    """The notebook if ``actor`` may edit it."""
    if uuid is None:
        return None
    found = _rows(guard.notebooks_for(actor, Action.NOTEBOOK_EDIT).filter(uuid=uuid))
    return found[0] if found else None


def _with_words(notebooks: QuerySet[Notebook], words: str) -> QuerySet[Notebook]:
    for word in words.replace("\x00", "").split()[:5]:
        notebooks = notebooks.filter(title__icontains=word)
    return notebooks


def _rows(notebooks: QuerySet[Notebook]) -> tuple[TargetRow, ...]:
    newest = notebooks.select_related("owner", "owner_team").order_by("-updated_at", "pk")
    return tuple(
        TargetRow(row.uuid, row.title, keeper_of(row)) for row in newest[:MOST_TARGETS]
    )


def readable_rows(actor: Actor, words: str) -> tuple[TargetRow, ...]:
    """The notebooks that ``actor`` may read with all ``words`` in the title; none without words."""
    if not words.strip():
        return ()
    found = _with_words(guard.notebooks_for(actor), words)
    return _rows(found)


def readable_notebook(actor: Actor, uuid: UUID | None) -> Notebook | None:
    """The notebook if ``actor`` may read it; owner, team and current version are there."""
    if uuid is None:
        return None
    found = guard.notebooks_for(actor).filter(uuid=uuid)
    return found.select_related("owner", "owner_team", "current_revision").first()


def teams_to_share_as(actor: Actor) -> list[Team]:
    """The teams that can look after what ``actor`` shares: they are an owner or editor there."""
    mine = rules.teams_of(actor, _EDITING)
    return list(Team.objects.filter(pk__in=mine).order_by("name"))


def labels_to_put_on(actor: Actor) -> list[Label]:
    """The access labels that ``actor`` holds and may therefore put on a notebook."""
    return list(rules.held_labels(actor).order_by("name"))


def named(typed: str) -> Named:
    """Whom the names in ``typed``, parted by commas, mean (see ``people.whom``)."""
    people: dict[int, None] = {}
    teams: dict[int, None] = {}
    unknown: list[str] = []
    ambiguous: dict[str, tuple[str, ...]] = {}
    for name in _names_in(typed):
        meant = whom(name)
        if meant.is_plain:
            people |= dict.fromkeys(person.pk for person in meant.people)
            teams |= dict.fromkeys(team.pk for team in meant.teams)
        elif meant.as_typed:
            ambiguous[name] = meant.as_typed
        else:
            unknown.append(name)
    return Named(tuple(people), tuple(teams), tuple(unknown), ambiguous)


def _names_in(typed: str) -> Iterable[str]:
    names = (" ".join(name.split()) for name in _NAMES.split(typed.replace("\x00", "")))
    return dict.fromkeys(name for name in names if name)
