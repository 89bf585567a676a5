"""The address of a list of results: what was asked for, and the links that change one thing."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from nbcommons.core.addresses import path_to
from nbcommons.core.paging import page_number
from nbcommons.search.queries import SearchRequest, Sort

MAX_WORDS = 400  # characters of a search that an address may hold
MAX_CHOICES = 20  # ticks of one filter that an address may hold

# Name in the address -> field of ``Address``, in the order of the panel.
FILTERS = {
    "category": "categories",
    "health": "health",
    "language": "languages",
    "team": "teams",
    "organisation": "organisations",
    "package": "packages",
    "tag": "tags",
}


@dataclass(frozen=True, slots=True)
class Address:
    """What a person asked the list for. Every field stands in the address of the page."""

    text: str = ""
    categories: tuple[str, ...] = ()
    health: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    owner: str = ""
    sort: Sort | None = None
    page: int = 1
    only_my_words: bool = False
    with_deprecated: bool = False

    @property
    def url(self) -> str:
        query = self.query
        return path_to("gallery:browse") + (f"?{query}" if query else "")

    @property
    def part_url(self) -> str:
        """The same results alone, for htmx."""
        query = self.query
        return f"{path_to('gallery:browse')}?{query}{'&' if query else ''}part=results"

    @property
    def query(self) -> str:
        """What stands after the question mark."""
        pairs: list[tuple[str, str | int]] = []
        if self.text:
            pairs.append(("q", self.text))
        for name, field in FILTERS.items():
            pairs.extend((name, value) for value in getattr(self, field))
        if self.owner:
            pairs.append(("owner", self.owner))
        if self.sort is not None:
            pairs.append(("sort", self.sort.value))
        if self.only_my_words:
            pairs.append(("exact", 1))
        if self.with_deprecated:
            pairs.append(("deprecated", 1))
        if self.page > 1:
            pairs.append(("page", self.page))
        return urlencode(pairs)

    @property
    def filter_count(self) -> int:
        ticks = sum(len(getattr(self, field)) for field in FILTERS.values())
        return ticks + bool(self.owner)

    def on_page(self, page: int) -> "Address":
        """The same list, another page of it."""
        return replace(self, page=page)

    def asking(self, text: str) -> "Address":
        """The same filters, other words; from the first page on."""
        return replace(self, text=text, page=1, only_my_words=False)

    def without_filters(self) -> "Address":
        """The same words, all filters taken off."""
        changes: dict[str, Any] = dict.fromkeys(FILTERS.values(), ())
        return replace(self, **changes, owner="", page=1)

    def without(self, name: str, value: str) -> "Address":
        """The same list with one tick taken off filter ``name``."""
        kept = tuple(choice for choice in getattr(self, name) if choice != value)
        changes: dict[str, Any] = {name: kept, "page": 1}
        return replace(self, **changes)

    def without_owner(self) -> "Address":
        """The same list, whoever looks after the notebooks."""
        return replace(self, owner="", page=1)

    def request(self, *, page_size: int) -> SearchRequest:
        """What is asked of the search."""
        return SearchRequest(
            text=self.text,
            languages=self.languages,
            tags=self.tags,
            categories=self.categories,
            health=self.health,
            owner=self.owner,
            teams=self.teams,
            organisations=self.organisations,
            packages=self.packages,
            with_deprecated=self.with_deprecated,
            sort=self.sort,
            offset=(self.page - 1) * page_size,
            limit=page_size,
            only_my_words=self.only_my_words,
        )


def address_from(query: QueryDict) -> Address:
    """What ``query`` asks for; anything it cannot mean is left out, so no address is an error."""
    sort = query.get("sort", "")
    chosen: dict[str, Any] = {field: _choices(query, name) for name, field in FILTERS.items()}
    return Address(
        **chosen,
        text=tidy_text(query.get("q", "")),
        owner=next(iter(_choices(query, "owner")), ""),
        sort=Sort(sort) if sort in set(Sort) else None,
        page=page_number(query),
        only_my_words=query.get("exact") == "1",
        with_deprecated=query.get("deprecated") == "1",
    )


def tidy_text(text: str) -> str:
    """A search as an address may hold it."""
    return text.replace("\x00", "").strip()[:MAX_WORDS].strip()


def words_of(query: QueryDict) -> str:
    """The words of a search field, such as the database can compare."""
    return " ".join(query.get("q", "").replace("\x00", "").split())[:MAX_WORDS]


def _choices(query: QueryDict, name: str) -> tuple[str, ...]:
    values = (value.replace("\x00", "").strip()[:100] for value in query.getlist(name))
    return tuple(dict.fromkeys(value for value in values if value))[:MAX_CHOICES]
