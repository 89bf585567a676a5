"""Who may see a notebook, who would, and the words to say it in."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from nbcommons.access.queries import Circle, holders_of, readers_in
from nbcommons.access.rules import held_labels
from nbcommons.core.actor import Actor
from nbcommons.core.stamps import stamp_of
from nbcommons.notebooks.models import Notebook, Visibility
from nbcommons.people.models import Label, Membership, Person, Team
from nbcommons.people.queries import people_here

NAMES_SAID = 5
# Where labels narrow a circle, smaller figures would tell who holds them.
LEAST_SAID = 5


@dataclass(frozen=True, slots=True)
class Share:
    """A person or a team (one of the two) that a notebook is shared with."""

    person_id: int | None = None
    team_id: int | None = None
    may_edit: bool = False

    @property
    def key(self) -> str:
        """How forms name them: ``p12`` or ``t3``."""
        return f"p{self.person_id}" if self.team_id is None else f"t{self.team_id}"


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who may see a notebook and who may edit it, as one thing to be changed."""

    visibility: str
    shares: tuple[Share, ...] = ()
    label_ids: frozenset[int] = frozenset()

    def as_values(self) -> dict[str, object]:
        """What of it can be changed by two people at once, by name."""
        return {
            "visibility": self.visibility,
            "shares": sorted((share.key, share.may_edit) for share in self.shares),
            "labels": sorted(self.label_ids),
        }


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One line of the list of those a notebook is shared with."""

    key: str
    name: str
    detail: str
    username: str
    is_team: bool
    may_edit: bool
    is_active: bool


@dataclass(frozen=True, slots=True)
class LabelChoice:
    """An access label that may be put on, or stands on the notebook."""

    label_id: int
    name: str
    description: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Reach:
    """Who can see a notebook, in sentences. ``warnings`` say who no longer could."""

    sentence: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SharingPage:
    """What the page about sharing shows; ``stamp`` goes along with its form."""

    uuid: UUID
    title: str
    stamp: str
    keeper: str
    is_team_owned: bool
    visibility: str
    everyone_count: int
    rows: tuple[ShareRow, ...]
    labels: tuple[LabelChoice, ...]
    now: Reach
    then: Reach | None
    is_changed: bool

    @property
    def url(self) -> str:
        return f"/notebooks/{self.uuid}/"

    @property
    def is_labelled(self) -> bool:
        """Whether "everyone" means only those who hold what is on it."""
        return any(label.is_on for label in self.labels)


def sharing_of(notebook: Notebook) -> Sharing:
    """Who may see ``notebook`` now; two queries."""
    shares = notebook.shares.order_by("pk")
    return Sharing(
        visibility=notebook.visibility,
        shares=tuple(Share(row.person_id, row.team_id, row.may_edit) for row in shares),
        label_ids=frozenset(notebook.labels.values_list("pk", flat=True)),
    )


def sharing_page(
    actor: Actor, notebook: Notebook, wanted: Sharing, *, stamp: str = ""
) -> SharingPage:
    """The page of ``notebook`` with ``wanted`` in its form; owner and team are there.

    ``stamp`` is that of an earlier look at it; without one it is made from how things stand.
    """
    now = sharing_of(notebook)
    labels = _choosable(actor, now.label_ids)
    # Whatever a request names besides is not even counted: it would tell who holds it.
    allowed = frozenset(label.pk for label in labels)
    wanted = replace(wanted, label_ids=wanted.label_ids & allowed)
    is_changed = wanted.as_values() != now.as_values()
    keeper = notebook.owner_team or notebook.owner
    return SharingPage(
        uuid=notebook.uuid,
        title=notebook.title,
        stamp=stamp or stamp_of(now.as_values()),
        keeper=str(keeper),
        is_team_owned=notebook.owner_team_id is not None,
        visibility=wanted.visibility,
        everyone_count=people_here().count(),
        rows=share_rows(wanted.shares),
        labels=tuple(
            LabelChoice(
                label.pk, label.name, label.description, is_on=label.pk in wanted.label_ids
            )
            for label in labels
        ),
        now=reach_of(actor, notebook, now),
        then=reach_of(actor, notebook, wanted, before=now) if is_changed else None,
        is_changed=is_changed,
    )


def share_rows(shares: Iterable[Share]) -> tuple[ShareRow, ...]:
    """The lines for ``shares``, in their order; whoever is gone is left out. Two queries."""
    listed = list(shares)
    people = Person.objects.select_related("organisation").in_bulk(
        [one.person_id for one in listed if one.person_id]
    )
    teams = Team.objects.filter(pk__in=[one.team_id for one in listed if one.team_id])
    active = Count("memberships", filter=Q(memberships__person__is_active=True))
    teams_by_key = {team.pk: team for team in teams.annotate(people=active)}
    rows = []
    for share in listed:
        team = teams_by_key.get(share.team_id or 0)
        person = people.get(share.person_id or 0)
        if team is not None:
            rows.append(_team_row(share, team, team.people))
        elif person is not None:
            rows.append(_person_row(share, person))
    return tuple(rows)


def _team_row(share: Share, team: Team, people: int) -> ShareRow:
    return ShareRow(
        key=share.key,
        name=team.name,
        detail=f"team, {_counted(people, 'person', 'people')}",
        username=team.slug,
        is_team=True,
        may_edit=share.may_edit,
        is_active=True,
    )


def _person_row(share: Share, person: Person) -> ShareRow:
    return ShareRow(
        key=share.key,
        name=str(person),
        detail=str(person.organisation or ""),
        username=person.username,
        is_team=False,
        may_edit=share.may_edit,
        is_active=person.is_active,
    )


def _choosable(actor: Actor, on: frozenset[int]) -> list[Label]:
    """The labels that ``actor`` may put on a notebook, and those that stand on it, by name.

    No other label is named: that it exists may already say too much.
    """
    labels = Label.objects.all() if actor.sees_everything else held_labels(actor)
    rows = Label.objects.filter(Q(pk__in=labels.values("pk")) | Q(pk__in=on))
    return list(rows.order_by("name"))


def circle_with(notebook: Notebook, sharing: Sharing) -> Circle:
    """Who would see ``notebook`` if it were shared like that."""
    return Circle(
        visibility=sharing.visibility,
        owner_id=notebook.owner_id,
        team_id=notebook.owner_team_id,
        person_ids=frozenset(one.person_id for one in sharing.shares if one.person_id),
        team_ids=frozenset(one.team_id for one in sharing.shares if one.team_id),
        label_ids=sharing.label_ids,
    )


def reach_of(
    actor: Actor, notebook: Notebook, sharing: Sharing, *, before: Sharing | None = None
) -> Reach:
    """Who can see ``notebook`` when shared like that; against ``before``, who no longer could."""
    circle = circle_with(notebook, sharing)
    return Reach(
        sentence=_sentence(actor, notebook, sharing, people_here(readers_in(circle)).count()),
        warnings=_warnings(notebook, sharing, before) if before is not None else (),
    )


def keepers_left(notebook: Notebook, label_ids: Iterable[int]) -> bool:
    """Whether somebody who owns ``notebook`` could still see it with these labels."""
    holders = holders_of(frozenset(label_ids))
    if notebook.owner_team_id is None:
        return holders.filter(pk=notebook.owner_id or 0).exists()
    owners = Membership.objects.filter(
        team_id=notebook.owner_team_id, role=Membership.Role.OWNER
    )
    return holders.filter(pk__in=owners.values("person_id")).exists()


def _sentence(actor: Actor, notebook: Notebook, sharing: Sharing, count: int) -> str:
    labels = [f"“{name}”" for name in _label_names(sharing.label_ids)]
    said = _said(count, is_narrowed=bool(labels))
    if sharing.visibility == Visibility.EVERYONE:
        who = f"everyone here who holds {listed(labels)}" if labels else "everyone here"
        return _began(f"{who}: {said}.")
    keeper = _keeper(actor, notebook)
    is_shared = sharing.visibility == Visibility.SHARED and sharing.shares
    if not is_shared and notebook.owner_team_id is None:
        return _began(f"{keeper} alone.")
    who = listed([keeper, *_names_of(sharing.shares)]) if is_shared else keeper
    narrowed = f", as far as they hold {listed(labels)}" if labels else ""
    return _began(f"{who}{narrowed}: {said}.")


def _began(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _keeper(actor: Actor, notebook: Notebook) -> str:
    if notebook.owner_team is not None:
        return f"the team {notebook.owner_team}"
    return "you" if notebook.owner_id == actor.person_id else str(notebook.owner)


def _names_of(shares: Iterable[Share]) -> list[str]:
    rows = share_rows(shares)
    said = [f"the team {row.name}" if row.is_team else row.name for row in rows[:NAMES_SAID]]
    if len(rows) > NAMES_SAID:
        said.append(_counted(len(rows) - NAMES_SAID, "other", "others"))
    return said


def _warnings(notebook: Notebook, wanted: Sharing, before: Sharing) -> tuple[str, ...]:
    said = []
    then = readers_in(circle_with(notebook, wanted))
    lost = readers_in(circle_with(notebook, before)).exclude(pk__in=then.values("pk"))
    count = lost.count()
    if count:
        shares = (*before.shares, *wanted.shares)
        known = {share.person_id for share in shares if share.person_id is not None}
        known |= {notebook.owner_id} if notebook.owner_id is not None else set()
        named = lost.filter(pk__in=known).order_by("full_name")[:NAMES_SAID]
        said.append(_lost(count, [str(person) for person in named], wanted))
    powerless = _cannot_see(wanted, then)
    if powerless:
        said.append(
            f"{listed(powerless)} will not see it: they do not hold every access label on it."
        )
    if not keepers_left(notebook, wanted.label_ids):
        said.append("Nobody who looks after it holds all these labels: they would lose it.")
    return tuple(said)


def _cannot_see(wanted: Sharing, readers: QuerySet[Person]) -> list[str]:
    """The names of those it is shared with who would see nothing because of its labels."""
    if not wanted.label_ids or wanted.visibility == Visibility.PRIVATE:
        return []
    named = [share.person_id for share in wanted.shares if share.person_id]
    blind = Person.objects.filter(pk__in=named, is_active=True).exclude(
        pk__in=readers.values("pk")
    )
    return [str(person) for person in blind.order_by("full_name")[:NAMES_SAID]]


def _lost(count: int, names: list[str], wanted: Sharing) -> str:
    others = count - len(names)
    if names and others:
        said = listed([*names, _said(others, is_narrowed=bool(wanted.label_ids), also=True)])
    else:
        said = listed(names) if names else _said(count, is_narrowed=bool(wanted.label_ids))
    return f"No longer able to see it: {said}."


def _said(count: int, *, is_narrowed: bool, also: bool = False) -> str:
    """A number of people in words; a small one is not said where it would tell about labels."""
    if is_narrowed and count < LEAST_SAID:
        return "a few others" if also else f"fewer than {LEAST_SAID} people"
    return _counted(count, "other" if also else "person", "others" if also else "people")


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def listed(words: list[str]) -> str:
    """Words as people list them: "a, b and c"."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


def _label_names(label_ids: Iterable[int]) -> list[str]:
    found = Label.objects.filter(pk__in=list(label_ids)).order_by("name")
    return list(found.values_list("name", flat=True))
