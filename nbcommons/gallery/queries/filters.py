"""The filters beside a list of results, those in use, and the orders that the list can have."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from nbcommons.gallery.queries.addresses import FILTERS, Address
from nbcommons.gallery.queries.words import (
    HEALTH_WORDS,
    category_word,
    field_word,
    language_word,
)
from nbcommons.notebooks.models import Category
from nbcommons.people.models import Organisation, Person, Team
from nbcommons.search.queries import FacetValue, Part, Question, SearchResults, Sort

Words = Callable[[str], str]

_ORDER = [*Category.values, *HEALTH_WORDS]
# Name in the address -> its legend, and how many ticks are shown.
_SETS = {
    "category": ("Type", 3),
    "health": ("Health", 3),
    "language": ("Language", 8),
    "organisation": ("Organisation", 8),
    "team": ("Team", 6),
    "package": ("Packages", 10),
    "tag": ("Tags", 12),
}
_SORTS = {
    Sort.BEST: "Best match",
    Sort.TRENDING: "Trending",
    Sort.PEOPLE: "Most people",
    Sort.RUNS: "Most runs",
    Sort.NEWEST: "Newest",
    Sort.UPDATED: "Lately changed",
    Sort.HEALTH: "Healthiest first",
    Sort.TITLE: "Title, A to Z",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One tick of a filter."""

    value: str
    words: str
    count: int
    is_selected: bool


@dataclass(frozen=True, slots=True)
class FilterSet:
    """One filter: its name in the address, its legend, its ticks."""

    name: str
    legend: str
    choices: tuple[Choice, ...]

    @property
    def is_health(self) -> bool:
        return self.name == "health"

    @property
    def is_dense(self) -> bool:
        """Whether its ticks are words side by side, not lines."""
        return self.name in {"tag", "package"}


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in use; ``address`` is the list without it."""

    words: str
    address: Address


@dataclass(frozen=True, slots=True)
class SortChoice:
    """One order that the list can have."""

    value: str
    words: str
    is_selected: bool


@dataclass(frozen=True, slots=True)
class Names:
    """What teams, organisations and a person are called, by what addresses hold of them."""

    teams: Mapping[str, str]
    organisations: Mapping[str, str]
    owner: str


def names_for(address: Address, results: SearchResults) -> Names:
    """The names that the filters show: three queries at most, whatever there is to show."""
    facets = results.facets or {}
    teams = {value.value for value in facets.get("teams", ())} | set(address.teams)
    keys = {value.value for value in facets.get("organisations", ())}
    numbers = [int(key) for key in keys | set(address.organisations) if _is_key(key)]
    person = Person.objects.filter(username=address.owner).first() if address.owner else None
    return Names(
        teams=dict(Team.objects.filter(slug__in=teams).values_list("slug", "name")),
        organisations={
            str(key): name
            for key, name in Organisation.objects.filter(pk__in=numbers).values_list(
                "pk", "name"
            )
        },
        owner=str(person) if person else address.owner,
    )


def filters_of(address: Address, results: SearchResults, names: Names) -> tuple[FilterSet, ...]:
    """The filters that would narrow ``results``, with counts."""
    facets = results.facets or {}
    words = _words(names)
    sets = (
        FilterSet(
            name,
            legend,
            _choices(
                facets.get(FILTERS[name], ()),
                getattr(address, FILTERS[name]),
                words[name],
                shown=shown,
            ),
        )
        for name, (legend, shown) in _SETS.items()
    )
    return tuple(filters for filters in sets if filters.choices)


def chips_of(address: Address, question: Question, names: Names) -> tuple[Chip, ...]:
    """The filters in use: those ticked, and those typed."""
    return (*_ticked(address, names), *_typed(address, question))


def sorts_of(address: Address, *, has_words: bool) -> tuple[SortChoice, ...]:
    """The orders; by match only where there are words to match."""
    chosen = address.sort or (Sort.BEST if has_words else Sort.PEOPLE)
    return tuple(
        SortChoice(sort.value, words, is_selected=sort == chosen)
        for sort, words in _SORTS.items()
        if has_words or sort is not Sort.BEST
    )


def _words(names: Names) -> dict[str, Words]:
    return {
        "category": category_word,
        "health": lambda status: HEALTH_WORDS.get(status, status),
        "language": language_word,
        "organisation": lambda key: names.organisations.get(key, ""),
        "team": lambda slug: names.teams.get(slug, ""),
        "package": str,
        "tag": str,
    }


def _choices(
    facet: tuple[FacetValue, ...], selected: tuple[str, ...], words: Words, *, shown: int
) -> tuple[Choice, ...]:
    """The ticks of a filter; one in use stays to be taken off, even when nothing has it."""
    counts = {value.value: value.count for value in sorted(facet[:shown], key=_place)}
    counts.update({value.value: value.count for value in facet if value.value in selected})
    counts.update({value: counts.get(value, 0) for value in selected})
    return tuple(
        Choice(value, words(value) or value, count, is_selected=value in selected)
        for value, count in counts.items()
        if words(value) or value in selected
    )


def _place(value: FacetValue) -> int:
    """Types and healths keep their places whatever their counts; others come as they are."""
    return _ORDER.index(value.value) if value.value in _ORDER else 0


def _ticked(address: Address, names: Names) -> Iterator[Chip]:
    words = _words(names)
    for name, field in FILTERS.items():
        before = "" if name == "category" else f"{field_word(name)}: "
        for value in getattr(address, field):
            said = words[name](value) or value
            told = said.lower() if name == "health" else said
            yield Chip(f"{before}{told}", address.without(field, value))
    if address.owner:
        yield Chip(f"By {names.owner}", address.without_owner())


def _typed(address: Address, question: Question) -> Iterator[Chip]:
    for part in question.filters:
        text = str(question.without(part))
        yield Chip(part_words(part), address.asking(text))


def part_words(part: Part) -> str:
    """A filter as typed, in words: "not Tag: money"."""
    said = part.text
    if part.field == "category":
        said = category_word(part.value)
    elif part.field == "health":
        said = HEALTH_WORDS.get(part.value, said).lower()
    elif part.period is not None:
        said = _days_words(part.text)
    elif part.field == "is":
        return f"{'Not d' if part.is_unwanted else 'D'}eprecated"
    return f"{'Not ' if part.is_unwanted else ''}{field_word(part.field)}: {said}"


def _days_words(text: str) -> str:
    """Days as typed, in words: "from 2026-01 on"."""
    first, dots, last = text.partition("..")
    if dots and first and last:
        return f"{first} to {last.lstrip('.')}"
    if dots:
        return f"from {first} on" if first else f"until {last.lstrip('.')}"
    for sign, words in ((">=", "from {} on"), ("<=", "until {}"), (">", "after {}")):
        if text.startswith(sign):
            return words.format(text[len(sign) :])
    return f"before {text[1:]}" if text.startswith("<") else text


def _is_key(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) < len(str(2**63))
