"""Audience terms: who may find a notebook, as words that the search index can match."""

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from nbcommons.access.rules import held_labels, lasting_holdings
from nbcommons.core.actor import Actor
from nbcommons.core.prepared import PERSON, Prepared
from nbcommons.notebooks.models import Notebook, Visibility
from nbcommons.people.models import Label, Membership, Person

EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Circle:
    """Who is to see a notebook: its owner (a person or a team), those named, its labels."""

    visibility: str
    owner_id: int | None
    team_id: int | None
    person_ids: frozenset[int] = frozenset()
    team_ids: frozenset[int] = frozenset()
    label_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Audience:
    """What a search may return: one of ``terms`` on it, and none of ``hidden_labels``.

    ``terms`` None means everything; an empty tuple nothing.
    """

    terms: tuple[str, ...] | None
    hidden_labels: tuple[int, ...] = ()


# Asked by every search, and while somebody types.
_MEMBERSHIPS = Prepared(
    lambda person: Membership.objects.filter(person_id=person).only("team_id"), person=PERSON
)
_HIDDEN = Prepared(
    lambda person: Label.objects.exclude(
        pk__in=held_labels(Actor.person(person, "whoever")).values("pk")
    ).only("pk"),
    person=PERSON,
)


def audience_of(actor: Actor) -> Audience:
    """The audience that ``actor`` belongs to now; two queries for a person."""
    if actor.sees_everything:
        return Audience(terms=None)
    if not actor.has_scope("notebooks:read"):
        return Audience(terms=())
    if actor.person_id is None:
        return _audience_of_nobody()
    teams = [member.team_id for member in _MEMBERSHIPS.rows(person=actor.person_id)]
    return Audience(
        terms=(EVERYONE, f"p:{actor.person_id}", *(f"t:{team}" for team in teams)),
        hidden_labels=tuple(label.pk for label in _HIDDEN.rows(person=actor.person_id)),
    )


def _audience_of_nobody() -> Audience:
    if not settings.NBCOMMONS_ANONYMOUS_READING:
        return Audience(terms=())
    return Audience(
        terms=(EVERYONE,), hidden_labels=tuple(Label.objects.values_list("pk", flat=True))
    )


def terms_of_notebook(notebook: Notebook) -> list[str]:
    """The terms that stand on ``notebook``: its owner, those it is shared with, or everyone.

    One query, unless ``shares`` is prefetched. A notebook in the bin has none.
    """
    if notebook.deleted_at is not None:
        return []
    terms = [_term(notebook.owner_id, notebook.owner_team_id)]
    if notebook.visibility == Visibility.EVERYONE:
        terms.append(EVERYONE)
    if notebook.visibility == Visibility.SHARED:
        terms += [_term(share.person_id, share.team_id) for share in notebook.shares.all()]
    return terms


def _term(person_id: int | None, team_id: int | None) -> str:
    return f"p:{person_id}" if team_id is None else f"t:{team_id}"


def circle_of(notebook: Notebook) -> Circle:
    """Who is to see ``notebook`` as it stands; two queries, for its shares and labels."""
    shares = list(notebook.shares.all())
    return Circle(
        visibility=notebook.visibility,
        owner_id=notebook.owner_id,
        team_id=notebook.owner_team_id,
        person_ids=frozenset(share.person_id for share in shares if share.person_id),
        team_ids=frozenset(share.team_id for share in shares if share.team_id),
        label_ids=frozenset(label.pk for label in notebook.labels.all()),
    )


def readers_in(circle: Circle) -> QuerySet[Person]:
    """The people with an account that counts who may read a notebook with this circle.

    The same as ``rules`` says, seen from the other side: a test holds the two together.
    """
    people = holders_of(circle.label_ids)
    if circle.visibility == Visibility.EVERYONE:
        return people
    is_shared = circle.visibility == Visibility.SHARED
    teams = {circle.team_id} | (circle.team_ids if is_shared else frozenset())
    persons = {circle.owner_id} | (circle.person_ids if is_shared else frozenset())
    member = Membership.objects.filter(
        person_id=OuterRef("pk"), team_id__in=[key for key in teams if key is not None]
    )
    return people.filter(Q(pk__in=persons - {None}) | Q(Exists(member)))


def holders_of(label_ids: Collection[int]) -> QuerySet[Person]:
    """The people with an account that counts who hold every one of the labels now."""
    people = Person.objects.filter(is_active=True)
    for label_id in label_ids:
        held = lasting_holdings().filter(person_id=OuterRef("pk"), label_id=label_id)
        people = people.filter(Exists(held))
    return people
