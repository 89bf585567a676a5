"""What the form of a notebook's description shows."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from nbcommons.access import guard
from nbcommons.activity.models import AuditEntry
from nbcommons.core.actor import Actor
from nbcommons.core.stamps import stamp_of
from nbcommons.notebooks.models import Notebook, Tag
from nbcommons.people.queries import names_of

LANGUAGES_OFFERED = 40


@dataclass(frozen=True, slots=True)
class Details:
    """What people read about a notebook before they open it."""

    title: str
    purpose: str
    language: str
    category: str
    tags: tuple[str, ...]
    language_version: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """Somebody's last edit; ``name`` is empty for the system."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EditPage:
    """What stands around the form. ``stamp`` goes along with it."""

    uuid: UUID
    title: str
    stamp: str
    languages: tuple[str, ...]
    restricted: tuple[str, ...]

    @property
    def url(self) -> str:
        return f"/notebooks/{self.uuid}/"


def details_of(notebook: Notebook) -> Details:
    """What people read about ``notebook`` now; reads its tags unless they are there."""
    return Details(
        title=notebook.title,
        purpose=notebook.purpose,
        language=notebook.language,
        category=notebook.category,
        tags=tuple(sorted(tag.name for tag in notebook.tags.all())),
        language_version=notebook.language_version,
    )


def texts_of(details: Details) -> dict[str, str]:
    """What people read in ``details``, by name: all that may hold a secret."""
    return {
        "title": details.title,
        "purpose": details.purpose,
        "language": details.language,
        "language_version": details.language_version,
        "tags": "\n".join(details.tags),
    }


def edit_page(actor: Actor, notebook: Notebook) -> EditPage:
    """What the form of ``notebook`` needs; languages are those of notebooks ``actor`` may see."""
    details = details_of(notebook)
    languages = guard.notebooks_for(actor).order_by("language").values_list("language")
    return EditPage(
        uuid=notebook.uuid,
        title=notebook.title,
        stamp=stamp_of(asdict(details)),
        languages=tuple(name for (name,) in languages.distinct()[:LANGUAGES_OFFERED]),
        restricted=() if actor.sees_everything else restricted_among(details.tags),
    )


def last_edit_of(notebook: Notebook) -> Edit | None:
    """Who edited the description of ``notebook`` last; None if nobody did since it came."""
    facts = AuditEntry.objects.filter(notebook_id=notebook.pk, fact="NotebookDescribed")
    entry = facts.order_by("-at").first()
    if entry is None:
        return None
    _, name = names_of([entry.actor_id or 0]).get(entry.actor_id or 0, ("", ""))
    return Edit(name=name, at=entry.at)


def restricted_among(names: Iterable[str]) -> tuple[str, ...]:
    """Those of the tags that only administrators put on or take off."""
    found = Tag.objects.filter(name__in=list(names), is_restricted=True)
    return tuple(found.order_by("name").values_list("name", flat=True))
