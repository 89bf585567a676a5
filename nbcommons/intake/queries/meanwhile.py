"""What was changed elsewhere while the page of a draft was open, in words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from nbcommons.core.actor import Actor
from nbcommons.intake.models import Becomes, Draft
from nbcommons.intake.queries.choices import readable_notebook


@dataclass(frozen=True, slots=True)
class Theirs:
    """What was made of one field elsewhere. name: what the page calls it."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What was changed elsewhere alone, and what here as well; the draft has it from there.

    is_shown: whether the page shows both of what is unsettled, so that it can be decided there.
    """

    kept: tuple[Theirs, ...]
    unsettled: tuple[Theirs, ...]
    is_shown: bool

    @property
    def kept_names(self) -> str:
        return _listed(self.kept)

    @property
    def unsettled_names(self) -> str:
        return _listed(self.unsettled)


def meanwhile_of(
    actor: Actor,
    draft: Draft,
    *,
    kept: Iterable[str],
    unsettled: Iterable[str] = (),
    is_shown: bool = True,
) -> Meanwhile | None:
    """What ``draft`` has of the fields that ``Details`` name so; None if there are none."""
    found = Meanwhile(
        _theirs(actor, draft, kept), _theirs(actor, draft, unsettled), is_shown=is_shown
    )
    return found if found.kept or found.unsettled else None


def _theirs(actor: Actor, draft: Draft, names: Iterable[str]) -> tuple[Theirs, ...]:
    def told(name: str) -> Theirs:
        words, value = _TOLD[name]
        return Theirs(words, value(actor, draft) or "(nothing)")

    return tuple(told(name) for name in names)


def _listed(rows: tuple[Theirs, ...]) -> str:
    return " and ".join(f"“{row.name}”" for row in rows)


def _becomes(actor: Actor, draft: Draft) -> str:
    target = readable_notebook(actor, draft.target.uuid) if draft.target else None
    words = Becomes(draft.becomes).label
    return f"{words}: {target.title}" if target else words


def _tags(_actor: Actor, draft: Draft) -> str:
    return ", ".join(tag["name"] for tag in draft.tags if tag["is_chosen"])


def _labels(_actor: Actor, draft: Draft) -> str:
    return ", ".join(draft.labels.order_by("name").values_list("name", flat=True))


def _pictures(_actor: Actor, draft: Draft) -> str:
    kept = draft.pictures.filter(is_kept=True).order_by("position", "pk")
    return ", ".join(kept.values_list("name", flat=True))


_TOLD: dict[str, tuple[str, Callable[[Actor, Draft], str]]] = {
    "becomes": ("What it becomes", _becomes),
    "message": ("What is new in this version", lambda _actor, draft: draft.message),
    "title": ("Title", lambda _actor, draft: draft.title),
    "purpose": ("Purpose", lambda _actor, draft: draft.purpose),
    "category": ("Type", lambda _actor, draft: draft.get_category_display()),
    "tags": ("Tags", _tags),
    "visibility": (
        "Who can find and run it",
        lambda _actor, draft: draft.get_visibility_display(),
    ),
    "shared_with": ("People and teams", lambda _actor, draft: draft.shared_with),
    "team": (
        "Looked after by",
        lambda _actor, draft: draft.team.name if draft.team else "Me",
    ),
    "labels": ("Access labels", _labels),
    "kept_pictures": ("Pictures to keep", _pictures),
}
