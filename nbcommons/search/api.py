"""Search for programs: the same answers that the pages show."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from django.conf import settings
from ninja import Query, Router, Schema
from pydantic import Field

from nbcommons.access import guard
from nbcommons.core.fields import MomentAsked
from nbcommons.core.requests import CommonsRequest
from nbcommons.health.queries import badge_for
from nbcommons.notebooks.models import Notebook
from nbcommons.people.credentials import Credential
from nbcommons.search.queries import (
    MAX_LIMIT,
    NearMiss,
    Piece,
    SearchHit,
    SearchRequest,
    Sort,
    parse,
    search,
    suggest,
)

router = Router(auth=Credential("notebooks:read"), tags=["search"])

HealthWord = Literal["healthy", "unhealthy", "unknown"]
Words = Annotated[list[str], Field(max_length=20)]


class SearchIn(Schema):
    q: Annotated[
        str,
        Field(
            description='Words. `"a phrase"`, `-without`, `title:`, `tag:`, `owner:`, `team:`, '
            "`organisation:`, `package:`, `language:`, `category:`, `health:`, "
            "`updated:>2026-01-31`, `created:2025..2026-03`, `label:` and `is:deprecated` narrow."
        ),
    ] = ""
    language: Annotated[Words, Field(description="Any of these.")] = []
    tag: Annotated[Words, Field(description="All of these.")] = []
    category: Annotated[Words, Field(description="Any of these.")] = []
    health: Annotated[list[HealthWord], Field(description="Any of these.")] = []
    owner: Annotated[str, Field(description="A user name.")] = ""
    team: Annotated[Words, Field(description="Slugs; looked after by any of these.")] = []
    organisation: Annotated[
        Words, Field(description="Keys; by somebody of any of these or of parts of them.")
    ] = []
    package: Annotated[Words, Field(description="Uses all of these.")] = []
    label: Annotated[
        Words, Field(description="Under all of these access labels, which you must hold.")
    ] = []
    updated_after: Annotated[
        MomentAsked | None,
        Field(description="Changed after this moment; without a zone it is UTC."),
    ] = None
    deprecated: Annotated[bool, Field(description="Show deprecated ones too.")] = False
    facets: Annotated[bool, Field(description="Count what each filter would leave.")] = True
    sort: Annotated[
        Sort | None, Field(description="By default `best` with words, `people` without.")
    ] = None
    only_my_words: Annotated[
        bool, Field(description="Neither correct spelling nor complete the last word.")
    ] = False
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 20
    offset: Annotated[int, Field(ge=0, le=10_000)] = 0


class PieceOut(Schema):
    text: str
    is_match: bool


class FoundOut(Schema):
    uuid: UUID
    title: str
    purpose: str
    snippet: str
    pieces: Annotated[list[PieceOut], Field(description="The snippet, its matches told apart.")]
    score: Annotated[float, Field(description="As a share of the best result's.")]
    has_all_words: bool
    health: Annotated[str, Field(description="`healthy`, `unhealthy` or `unknown`.")]
    people: int
    language: str
    category: str
    url: str


class FacetOut(Schema):
    value: str
    count: int
    is_selected: bool


class OtherSearchOut(Schema):
    q: str
    total: int


class SearchOut(Schema):
    total: int
    total_exact: Annotated[int, Field(description="Those that have all the words.")]
    took_ms: float
    is_building: Annotated[bool, Field(description="There is no index yet; ask again soon.")]
    also_looked_for: list[str]
    did_you_mean: Annotated[
        OtherSearchOut | None, Field(description="Other words that find more, when few were.")
    ]
    near_misses: Annotated[
        list[OtherSearchOut], Field(description="With one thing less, when nothing was found.")
    ]
    misread: Annotated[
        list[str],
        Field(
            description="What looked like a filter and was none: searched for as words. `OR`, "
            "which is passed over. And what was too much at once: such a part says of itself that "
            "it was left out."
        ),
    ]
    facets: dict[str, list[FacetOut]]
    results: list[FoundOut]


class SuggestionOut(Schema):
    kind: Literal["notebook", "tag", "package", "person", "team", "words"]
    text: str
    uuid: Annotated[UUID | None, Field(description="Of a notebook.")]
    key: Annotated[str, Field(description="A user name, or the slug of a team; else empty.")]


class SuggestionsOut(Schema):
    suggestions: list[SuggestionOut]


@router.get("", response=SearchOut, summary="Find notebooks")
def find(request: CommonsRequest, asked: Query[SearchIn]) -> SearchOut:
    """Of those that you may read, by words or filters or both."""
    results = search(
        request.actor,
        SearchRequest(
            text=asked.q,
            languages=tuple(asked.language),
            tags=tuple(asked.tag),
            categories=tuple(asked.category),
            health=tuple(asked.health),
            owner=asked.owner,
            teams=tuple(asked.team),
            organisations=tuple(asked.organisation),
            packages=tuple(asked.package),
            labels=tuple(asked.label),
            updated_after=_with_zone(asked.updated_after),
            with_deprecated=asked.deprecated,
            with_facets=asked.facets,
            sort=asked.sort,
            offset=asked.offset,
            limit=asked.limit,
            only_my_words=asked.only_my_words,
        ),
    )
    return SearchOut(
        total=results.total,
        total_exact=results.total_exact,
        took_ms=round(results.took_ms, 2),
        is_building=results.is_building,
        also_looked_for=[correction.instead for correction in results.corrections],
        did_you_mean=_other(results.did_you_mean) if results.did_you_mean else None,
        near_misses=[_other(miss) for miss in results.near_misses],
        misread=[str(misread) for misread in parse(asked.q).misread],
        facets={
            name: [
                FacetOut(value=one.value, count=one.count, is_selected=one.is_selected)
                for one in values
            ]
            for name, values in (results.facets or {}).items()
        },
        results=_found(request, results.hits),
    )


@router.get("/suggest", response=SuggestionsOut, summary="Complete what is being typed")
def complete(
    request: CommonsRequest, q: str, limit: Annotated[int, Field(ge=1, le=20)] = 8
) -> SuggestionsOut:
    """Titles, tags and words that somebody may mean who has typed `q` so far."""
    found = suggest(request.actor, q, limit=limit)
    return SuggestionsOut(
        suggestions=[
            SuggestionOut(
                kind=item.kind.value, text=item.text, uuid=item.notebook_uuid, key=item.key
            )
            for item in found
        ]
    )


def _found(request: CommonsRequest, hits: tuple[SearchHit, ...]) -> list[FoundOut]:
    ids = [hit.notebook_id for hit in hits]
    notebooks: dict[int, Notebook] = guard.notebooks_for(request.actor).in_bulk(ids)
    badges = badge_for(ids)
    return [
        FoundOut(
            uuid=notebook.uuid,
            title=notebook.title,
            purpose=notebook.purpose,
            snippet="".join(piece.text for piece in hit.snippet),
            pieces=[_piece(piece) for piece in hit.snippet],
            score=hit.score,
            has_all_words=hit.has_all_words,
            health=badges[hit.notebook_id].status,
            people=badges[hit.notebook_id].people,
            language=notebook.language,
            category=notebook.category,
            url=f"{settings.NBCOMMONS_SITE_URL}/notebooks/{notebook.uuid}/",
        )
        for hit in hits
        if (notebook := notebooks.get(hit.notebook_id)) is not None
    ]


def _other(miss: NearMiss) -> OtherSearchOut:
    return OtherSearchOut(q=miss.text, total=miss.count)


def _with_zone(moment: datetime | None) -> datetime | None:
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=UTC)


def _piece(piece: Piece) -> PieceOut:
    return PieceOut(text=piece.text, is_match=piece.is_match)
