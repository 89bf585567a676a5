"""What the pages of organisations show: the tree, and one of its parts."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.db.models.functions import Lower

from nbcommons.access import guard
from nbcommons.core.actor import Actor
from nbcommons.core.addresses import path_of
from nbcommons.core.paging import Pager
from nbcommons.gallery.queries.addresses import Address
from nbcommons.gallery.queries.cards import NotebookCard
from nbcommons.gallery.queries.feeds import feed_path
from nbcommons.gallery.queries.paged import paged_cards, pager_for, url_of_page
from nbcommons.people import rosters
from nbcommons.people.models import Organisation, Person

NOTEBOOKS_ON_PAGE = 20
PEOPLE_BESIDE = 8
PEOPLE_ON_PAGE = 50


@dataclass(frozen=True, slots=True)
class Branch:
    """A part of the tree with everything below it; counts are of the whole branch.

    ``notebooks`` are those that the reader may see.
    """

    name: str
    url: str
    people: int
    notebooks: int
    parts: int
    children: tuple["Branch", ...] = ()


@dataclass(frozen=True, slots=True)
class OrganisationsPage:
    """The tree, two levels of it."""

    roots: tuple[Branch, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person in a list."""

    username: str
    name: str
    organisation: str


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """One part of the tree, with the people and readable notebooks of its whole branch."""

    name: str
    url: str
    list_url: str
    feed_path: str
    above: tuple[tuple[str, str], ...]
    children: tuple[Branch, ...]
    people: tuple[Somebody, ...]
    people_count: int
    cards: tuple[NotebookCard, ...]
    total: int
    pager: Pager

    @property
    def more_people(self) -> int:
        return self.people_count - len(self.people)


@dataclass(frozen=True, slots=True)
class OrganisationPeoplePage:
    """Everybody in a branch, a page at a time."""

    name: str
    url: str
    query: str
    people: tuple[Somebody, ...]
    total: int
    pager: Pager


def organisations_page(actor: Actor) -> OrganisationsPage:
    """The roots and their parts; three queries, however large the tree."""
    rows = list(Organisation.objects.all())
    return OrganisationsPage(roots=_branches(actor, rows, below=None), total=len(rows))


def organisation_page(
    actor: Actor, organisation: Organisation, *, page: int
) -> OrganisationPage:
    """``organisation`` as ``actor`` may see it."""
    branch = list(Organisation.objects.filter(path__contains=[organisation.pk]))
    keys = [row.pk for row in branch]
    readable = guard.notebooks_for(actor).filter(owner__organisation__in=keys)
    cards, total, pager = paged_cards(actor, readable, page=page, size=NOTEBOOKS_ON_PAGE)
    people = _people_of(keys)
    theirs = Address(organisations=(str(organisation.pk),))
    return OrganisationPage(
        name=organisation.name,
        url=_url(organisation.pk),
        list_url=theirs.url,
        feed_path=feed_path(theirs),
        above=_above(organisation),
        children=_branches(actor, branch, below=organisation.pk),
        people=_somebodies(people[:PEOPLE_BESIDE]),
        people_count=people.count(),
        cards=cards,
        total=total,
        pager=pager,
    )


def organisation_people_page(
    organisation: Organisation, *, query: str, page: int
) -> OrganisationPeoplePage:
    """Everybody in ``organisation`` and its parts whose name holds ``query``."""
    branch = Organisation.objects.filter(path__contains=[organisation.pk])
    people = _people_of(list(branch.values_list("pk", flat=True)))
    if query:
        people = people.filter(rosters.name_contains(query))
    total = people.count()
    first = (page - 1) * PEOPLE_ON_PAGE
    return OrganisationPeoplePage(
        name=organisation.name,
        url=_url(organisation.pk),
        query=query,
        people=_somebodies(people[first : first + PEOPLE_ON_PAGE]),
        total=total,
        pager=pager_for(total, page=page, size=PEOPLE_ON_PAGE, url_of=url_of_page(q=query)),
    )


def _branches(
    actor: Actor, rows: Iterable[Organisation], *, below: int | None
) -> tuple[Branch, ...]:
    """The parts of ``below`` (None: the roots) among ``rows``, and their parts; two queries."""
    listed = list(rows)
    people, notebooks = _counts(actor, listed)
    parts: Counter[int] = Counter(pk for row in listed for pk in row.path[:-1])
    children: dict[int | None, list[Organisation]] = {}
    for row in sorted(listed, key=lambda row: row.name.casefold()):
        children.setdefault(row.parent_id, []).append(row)

    def branch(row: Organisation, *, depth: int) -> Branch:
        below_it = children.get(row.pk, []) if depth else []
        return Branch(
            name=row.name,
            url=_url(row.pk),
            people=people[row.pk],
            notebooks=notebooks[row.pk],
            parts=parts[row.pk],
            children=tuple(branch(child, depth=depth - 1) for child in below_it),
        )

    return tuple(branch(row, depth=1) for row in children.get(below, []))


def _counts(actor: Actor, rows: Iterable[Organisation]) -> tuple[Counter[int], Counter[int]]:
    """People, and notebooks that ``actor`` may see, in the branch of each."""
    paths = {row.pk: row.path for row in rows}
    active = Person.objects.filter(is_active=True, organisation__in=paths)
    people = active.values_list("organisation").annotate(count=Count("pk"))
    readable = guard.notebooks_for(actor).filter(owner__organisation__in=paths)
    notebooks = readable.values_list("owner__organisation").annotate(count=Count("pk"))
    return _rolled_up(dict(people), paths), _rolled_up(dict(notebooks), paths)


def _rolled_up(direct: Mapping[int, int], paths: Mapping[int, list[int]]) -> Counter[int]:
    whole: Counter[int] = Counter()
    for key, count in direct.items():
        for above in paths[key]:
            whole[above] += count
    return whole


def _people_of(organisation_ids: list[int]) -> QuerySet[Person]:
    people = Person.objects.filter(is_active=True, organisation__in=organisation_ids)
    return people.select_related("organisation").order_by(Lower("full_name"), "username")


def _somebodies(people: Iterable[Person]) -> tuple[Somebody, ...]:
    return tuple(
        Somebody(
            username=person.username,
            name=str(person),
            organisation=str(person.organisation or ""),
        )
        for person in people
    )


def _above(organisation: Organisation) -> tuple[tuple[str, str], ...]:
    """Names and addresses from the root to the parent; one query."""
    names = dict(
        Organisation.objects.filter(pk__in=organisation.path[:-1]).values_list("pk", "name")
    )
    return tuple((names[pk], _url(pk)) for pk in organisation.path[:-1] if pk in names)


def _url(pk: int) -> str:
    return path_of("gallery:organisation", pk)
