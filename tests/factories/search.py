"""Notebooks as the index holds them; valid unless told otherwise. No database."""

from datetime import UTC, datetime, timedelta

from nbcommons.search._backend import MemoryStore
from nbcommons.search._engine import search
from nbcommons.search._suggest import suggest
from nbcommons.search._values import Reader, SearchDocument, SearchRequest, SearchResults

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
EVERYONE = ("everyone", "p:1")


def document(notebook_id: int, title: str = "", **changes) -> SearchDocument:
    """A notebook open to everyone, a day younger than the one before."""
    values = {
        "notebook_id": notebook_id,
        "title": title or f"Notebook {notebook_id}",
        "audience": ("everyone",),
        "updated_at": NOW + timedelta(days=notebook_id),
        "language": "python",
        "category": "operational",
    }
    return SearchDocument(**{**values, **changes})


def store_of(*documents: SearchDocument) -> MemoryStore:
    store = MemoryStore()
    store.replace(documents)
    return store


def ask(
    store, text: str = "", *, audience=EVERYONE, hidden=(), held=None, liking=None, **changes
) -> SearchResults:
    """A search; ``hidden`` are labels that the reader does not hold, ``held`` those they do."""
    reader = Reader(audience, tuple(hidden), held or {}, liking or {})
    return search(store, SearchRequest(text=text, **changes), reader=reader)


def complete(store, beginning: str, *, audience=EVERYONE, hidden=(), limit=8):
    """What is suggested to a reader who types ``beginning``."""
    reader = Reader(audience, tuple(hidden))
    return suggest(store, beginning, reader=reader, limit=limit)


def ids(results: SearchResults) -> list[int]:
    return [hit.notebook_id for hit in results.hits]


def marked(pieces) -> str:
    """Pieces as text, what is marked in brackets."""
    return "".join(f"[{piece.text}]" if piece.is_match else piece.text for piece in pieces)
