"""The address of a list of results: what was asked for, and the links that change one thing."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from nbcommons.core.paging import page_number
from nbcommons.search.queries import Sort

MAX_WORDS = 400  # characters of a search that an address may hold
MAX_CHOICES = 20  # ticks of one filter that an address may hold


@dataclass(frozen=True, slots=True)
class Address:
    """What a person asked the list for. Every field stands in the address of the page."""

    text: str = ""
    categories: tuple[str, ...] = ()
    health: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sort: Sort | None = None
    page: int = 1
    only_my_words: bool = False

    @property
    def url(self) -> str:
        query = self._query()
        return reverse("gallery:browse") + (f"?{query}" if query else "")

    @property
    def part_url(self) -> str:
        """The same results alone, for htmx."""
        query = self._query()
        return f"{reverse('gallery:browse')}?{query}{'&' if query else ''}part=results"

    @property
    def filter_count(self) -> int:
        return sum(map(len, (self.categories, self.health, self.languages, self.tags)))

    def on_page(self, page: int) -> "Address":
        """The same list, another page of it."""
        return replace(self, page=page)

    def without_filters(self) -> "Address":
        """The same words, all filters taken off."""
        return replace(self, categories=(), health=(), languages=(), tags=(), page=1)

    def without(self, name: str, value: str) -> "Address":
        """The same list with one tick taken off filter ``name``."""
        kept = tuple(choice for choice in getattr(self, name) if choice != value)
        changes: dict[str, Any] = {name: kept, "page": 1}
        return replace(self, **changes)

    def _query(self) -> str:
        pairs: list[tuple[str, str | int]] = []
        if self.text:
            pairs.append(("q", self.text))
        for name, values in (
            ("category", self.categories),
            ("health", self.health),
            ("language", self.languages),
            ("tag", self.tags),
        ):
            pairs.extend((name, value) for value in values)
        if self.sort is not None:
            pairs.append(("sort", self.sort.value))
        if self.only_my_words:
            pairs.append(("exact", 1))
        if self.page > 1:
            pairs.append(("page", self.page))
        return urlencode(pairs)


def address_from(query: QueryDict) -> Address:
    """What ``query`` asks for; anything it cannot mean is left out, so no address is an error."""
    sort = query.get("sort", "")
    return Address(
        text=query.get("q", "").replace("\x00", "").strip()[:MAX_WORDS],
        categories=_choices(query, "category"),
        health=_choices(query, "health"),
        languages=_choices(query, "language"),
        tags=_choices(query, "tag"),
        sort=Sort(sort) if sort in set(Sort) else None,
        page=page_number(query),
        only_my_words=query.get("exact") == "1",
    )


def words_of(query: QueryDict) -> str:
    """The words of a search field, such as the database can compare."""
    return " ".join(query.get("q", "").replace("\x00", "").split())[:MAX_WORDS]


def _choices(query: QueryDict, name: str) -> tuple[str, ...]:
    values = (value.replace("\x00", "").strip()[:100] for value in query.getlist(name))
    return tuple(dict.fromkeys(value for value in values if value))[:MAX_CHOICES]
