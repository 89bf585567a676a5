"""All tags, languages, packages and people, with how many notebooks each has for the reader."""

from dataclasses import dataclass

from nbcommons.core.actor import Actor
from nbcommons.core.addresses import path_of
from nbcommons.core.paging import Pager, pager_of
from nbcommons.gallery.queries.cards import organisation_of
from nbcommons.gallery.queries.words import language_word
from nbcommons.people.models import Person
from nbcommons.search.queries import count_by

PAGE_SIZE = 100
PEOPLE_SHOWN = 50
MOST = 5_000  # of the commonest, as many as a page could ever lead to


@dataclass(frozen=True, slots=True)
class Shelf:
    """One tag, language, package or person."""

    words: str
    url: str
    count: int
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ShelvesPage:
    """A page of them; ``is_building`` says that there is no index yet, so none are known."""

    title: str
    lead: str
    shelves: tuple[Shelf, ...]
    total: int
    pager: Pager
    is_building: bool
    is_people: bool = False


_TITLES = {
    "tags": ("Tags", "What the notebooks that you may see are about."),
    "languages": ("Languages", "What the notebooks that you may see are written in."),
    "packages": ("Packages", "The libraries that the notebooks you may see make use of."),
}
_PAGES = {"tags": "gallery:tag", "languages": "gallery:language", "packages": "gallery:package"}


def shelves_page(actor: Actor, name: str, *, page: int) -> ShelvesPage:
    """All ``tags``, ``languages`` or ``packages``, most notebooks first."""
    title, lead = _TITLES[name]
    found = count_by(actor, name, most=MOST)
    rows = list((found or {}).items())
    first = (page - 1) * PAGE_SIZE
    return ShelvesPage(
        title=title,
        lead=lead,
        shelves=tuple(
            Shelf(
                language_word(value) if name == "languages" else value,
                path_of(_PAGES[name], value),
                count,
            )
            for value, count in rows[first : first + PAGE_SIZE]
        ),
        total=len(rows),
        pager=_pager(page, len(rows), PAGE_SIZE),
        is_building=found is None,
    )


def people_page(actor: Actor, *, page: int) -> ShelvesPage:
    """Everybody who looks after a notebook that ``actor`` may see, most notebooks first."""
    found = count_by(actor, "keeper", most=MOST)
    counts = {
        keeper.removeprefix("p:"): count
        for keeper, count in (found or {}).items()
        if keeper.startswith("p:")
    }
    first = (page - 1) * PEOPLE_SHOWN
    usernames = list(counts)[first : first + PEOPLE_SHOWN]
    people = Person.objects.select_related("organisation").in_bulk(
        usernames, field_name="username"
    )
    return ShelvesPage(
        title="People",
        lead="Who looks after the notebooks that you may see.",
        shelves=tuple(
            Shelf(
                str(people[username]),
                path_of("gallery:person", username),
                counts[username],
                hint=organisation_of(people[username]),
            )
            for username in usernames
            if username in people
        ),
        total=len(counts),
        pager=_pager(page, len(counts), PEOPLE_SHOWN),
        is_building=found is None,
        is_people=True,
    )


def _pager(page: int, total: int, size: int) -> Pager:
    return pager_of(
        page=page, page_count=-(-total // size), url_of=lambda number: f"?page={number}"
    )
