"""From the records to what the index holds of them."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import orjson
import structlog
import zstandard

from nbcommons.access import guard
from nbcommons.access.queries import terms_of_notebook
from nbcommons.core.actor import Actor
from nbcommons.health.models import NotebookHealth
from nbcommons.notebooks.models import Notebook, StoredContent
from nbcommons.notebooks.queries import without_pictures
from nbcommons.people.models import Organisation
from nbcommons.search._texts import Texts, texts_of
from nbcommons.search._trending import trending_of
from nbcommons.search._values import SearchDocument

log = structlog.get_logger(__name__)

CHUNK = 100

_HEALTH = ("status", "score", "people", "sessions", "finished_by_day", "stopped_by_day")


@dataclass(frozen=True, slots=True)
class Use:
    """How a notebook is doing and how much it is used, as last judged."""

    health: str = "unknown"
    score: float = 0.0
    people: int = 0
    runs: int = 0
    trending: float = 0.0


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who looks after a notebook: a person, or a team; and the organisations of the person."""

    username: str = ""
    name: str = ""
    team: str = ""
    team_name: str = ""
    organisations: tuple[int, ...] = ()
    organisation_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """A notebook as the records have it now, without its text; ``stamp`` sums it up."""

    notebook: Notebook
    audience: tuple[str, ...]
    labels: tuple[int, ...]
    tags: tuple[str, ...]
    keeper: Keeper
    use: Use

    @property
    def content_id(self) -> str:
        revision = self.notebook.current_revision
        if revision is None:
            raise ValueError(f"notebook {self.notebook.pk} has no current version")
        return revision.content_id

    @property
    def stamp(self) -> int:
        """The same number for the same state: 63 bits of a hash."""
        notebook, keeper, use = self.notebook, self.keeper, self.use
        facts = [
            self.content_id,
            notebook.title,
            notebook.purpose,
            notebook.language,
            notebook.language_version,
            notebook.category,
            notebook.created_at.isoformat(),
            notebook.updated_at.isoformat(),
            notebook.deprecated_at is not None,
            self.audience,
            self.labels,
            self.tags,
            [keeper.username, keeper.name, keeper.team, keeper.team_name],
            [keeper.organisations, keeper.organisation_names],
            [use.health, round(use.score, 2), use.people, use.runs, use.trending],
        ]
        digest = hashlib.blake2b(orjson.dumps(facts), digest_size=8).digest()
        return int.from_bytes(digest) >> 1


def states_of(actor: Actor, notebook_ids: Collection[int]) -> dict[int, State]:
    """The states of those of the notebooks that exist; six queries, however many."""
    notebooks = list(
        guard.notebooks_for(actor)
        .filter(pk__in=notebook_ids)
        .select_related("owner__organisation", "owner_team", "current_revision")
        .prefetch_related("tags", "shares", "labels")
    )
    health = NotebookHealth.objects.only(*_HEALTH).in_bulk(notebook_ids)
    names = _organisation_names(notebooks)
    return {row.pk: _state_of(row, health.get(row.pk), names) for row in notebooks}


def documents_of(states: Collection[State]) -> Iterator[SearchDocument]:
    """What the index is to hold of ``states``, a hundred texts in memory at a time."""
    remaining = list(states)
    while remaining:
        chunk, remaining = remaining[:CHUNK], remaining[CHUNK:]
        contents = StoredContent.objects.in_bulk([state.content_id for state in chunk])
        for state in chunk:
            content = contents.get(state.content_id)
            if (
                content is not None
            ):  # a newer version has replaced it meanwhile: its job follows
                yield _document(state, content)


def _organisation_names(notebooks: Collection[Notebook]) -> dict[int, str]:
    keys = {key for notebook in notebooks for key in _path_of(notebook)}
    if not keys:
        return {}
    return dict(Organisation.objects.filter(pk__in=keys).values_list("pk", "name"))


def _path_of(notebook: Notebook) -> tuple[int, ...]:
    """The owner's organisation and those above it, the highest first."""
    organisation = notebook.owner.organisation if notebook.owner else None
    if organisation is None:
        return ()
    return tuple(organisation.path) or (organisation.pk,)


def _state_of(
    notebook: Notebook, health: NotebookHealth | None, names: Mapping[int, str]
) -> State:
    return State(
        notebook=notebook,
        audience=tuple(sorted(terms_of_notebook(notebook))),
        labels=tuple(sorted(label.pk for label in notebook.labels.all())),
        tags=tuple(sorted(tag.name for tag in notebook.tags.all())),
        keeper=_keeper_of(notebook, names),
        use=_use_of(health),
    )


def _keeper_of(notebook: Notebook, names: Mapping[int, str]) -> Keeper:
    if notebook.owner_team is not None:
        return Keeper(team=notebook.owner_team.slug, team_name=notebook.owner_team.name)
    if notebook.owner is None:
        return Keeper()
    path = _path_of(notebook)
    return Keeper(
        username=notebook.owner.username,
        name=notebook.owner.full_name,
        organisations=path,
        organisation_names=tuple(names[key] for key in path if key in names),
    )


def _use_of(health: NotebookHealth | None) -> Use:
    if health is None:
        return Use()
    by_day = [
        sum(day) for day in zip(health.finished_by_day, health.stopped_by_day, strict=True)
    ]
    return Use(
        health=health.status,
        score=health.score or 0.0,
        people=health.people,
        runs=health.sessions,
        trending=trending_of(by_day),
    )


def _texts_of(content: StoredContent) -> Texts:
    """The texts of ``content``; none if it is damaged: one bad row must not stop the others."""
    try:
        return texts_of(orjson.loads(without_pictures(content)))
    except (orjson.JSONDecodeError, zstandard.ZstdError):
        log.exception("notebook_content_unreadable", sha256=content.pk)
        return Texts((), "", "")


def _document(state: State, content: StoredContent) -> SearchDocument:
    notebook, keeper, use = state.notebook, state.keeper, state.use
    texts = _texts_of(content)
    return SearchDocument(
        notebook_id=notebook.pk,
        title=notebook.title,
        audience=state.audience,
        updated_at=notebook.updated_at,
        created_at=notebook.created_at,
        purpose=notebook.purpose,
        headings=texts.headings,
        markdown=texts.markdown,
        code=texts.code,
        tags=state.tags,
        language=notebook.language,
        language_version=notebook.language_version,
        packages=texts.packages,
        category=notebook.category,
        category_words=notebook.get_category_display(),
        health=use.health,
        health_score=use.score,
        owner=keeper.username,
        owner_name=keeper.name,
        team=keeper.team,
        team_name=keeper.team_name,
        organisations=keeper.organisations,
        organisation_names=keeper.organisation_names,
        labels=state.labels,
        is_deprecated=notebook.deprecated_at is not None,
        people=use.people,
        runs=use.runs,
        trending=use.trending,
        stamp=state.stamp,
    )
