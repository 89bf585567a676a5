"""From the records to what the index holds of them."""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import orjson
import structlog
import zstandard

from nbcommons.access import guard
from nbcommons.access.queries import terms_of_notebook
from nbcommons.core.actor import Actor
from nbcommons.health.models import NotebookHealth
from nbcommons.notebooks.models import Notebook, StoredContent
from nbcommons.notebooks.queries import unpacked
from nbcommons.search._texts import Texts, texts_of
from nbcommons.search._values import SearchDocument

log = structlog.get_logger(__name__)

CHUNK = 100


@dataclass(frozen=True, slots=True)
class State:
    """A notebook as the records have it now, without its text; ``stamp`` sums it up."""

    notebook: Notebook
    audience: tuple[str, ...]
    tags: tuple[str, ...]
    health: str
    health_score: float
    people: int

    @property
    def content_id(self) -> str:
        revision = self.notebook.current_revision
        if revision is None:
            raise ValueError(f"notebook {self.notebook.pk} has no current version")
        return revision.content_id

    @property
    def stamp(self) -> int:
        """The same number for the same state: 63 bits of a hash."""
        notebook = self.notebook
        facts = [
            self.content_id,
            notebook.title,
            notebook.purpose,
            notebook.language,
            notebook.category,
            _keeper(notebook),
            notebook.updated_at.isoformat(),
            self.audience,
            self.tags,
            self.health,
            round(self.health_score, 2),
            self.people,
        ]
        digest = hashlib.blake2b(orjson.dumps(facts), digest_size=8).digest()
        return int.from_bytes(digest) >> 1


def states_of(actor: Actor, notebook_ids: Collection[int]) -> dict[int, State]:
    """The states of those of the notebooks that exist; four queries, however many."""
    notebooks = (
        guard.notebooks_for(actor)
        .filter(pk__in=notebook_ids)
        .select_related("owner", "owner_team", "current_revision")
        .prefetch_related("tags", "shares")
    )
    health = NotebookHealth.objects.only("status", "score", "people").in_bulk(notebook_ids)
    return {row.pk: _state_of(row, health.get(row.pk)) for row in notebooks}


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


def _state_of(notebook: Notebook, health: NotebookHealth | None) -> State:
    return State(
        notebook=notebook,
        audience=tuple(terms_of_notebook(notebook)),
        tags=tuple(sorted(tag.name for tag in notebook.tags.all())),
        health=health.status if health else "unknown",
        health_score=(health.score or 0.0) if health else 0.0,
        people=health.people if health else 0,
    )


def _keeper(notebook: Notebook) -> tuple[str, str]:
    """User name and name of the person, or only the name of the team, that looks after it."""
    if notebook.owner is None:
        return "", str(notebook.owner_team)
    return notebook.owner.username, notebook.owner.full_name


def _texts_of(content: StoredContent) -> Texts:
    """The texts of ``content``; none if it is damaged: one bad row must not stop the others."""
    try:
        return texts_of(orjson.loads(unpacked(content)))
    except (orjson.JSONDecodeError, zstandard.ZstdError):
        log.exception("notebook_content_unreadable", sha256=content.pk)
        return Texts((), "", "")


def _document(state: State, content: StoredContent) -> SearchDocument:
    notebook = state.notebook
    texts = _texts_of(content)
    return SearchDocument(
        notebook_id=notebook.pk,
        title=notebook.title,
        audience=state.audience,
        updated_at=notebook.updated_at,
        purpose=notebook.purpose,
        headings=texts.headings,
        markdown=texts.markdown,
        code=texts.code,
        tags=state.tags,
        language=notebook.language,
        category=notebook.category,
        category_words=notebook.get_category_display(),
        health=state.health,
        health_score=state.health_score,
        owner=_keeper(notebook)[0],
        owner_name=_keeper(notebook)[1],
        people=state.people,
        stamp=state.stamp,
    )
