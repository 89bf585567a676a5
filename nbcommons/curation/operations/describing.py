"""Editing what people read about a notebook before they open it."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from django.db import transaction

from nbcommons.access.actions import Action
from nbcommons.access.holding import held
from nbcommons.core.actor import Actor
from nbcommons.core.signs import one_line, several_lines
from nbcommons.core.stamps import changed_since
from nbcommons.curation._secrets import require_decided
from nbcommons.curation.errors import ChangedMeanwhile, Invalid, RestrictedTag
from nbcommons.curation.queries.describing import (
    Details,
    details_of,
    restricted_among,
    texts_of,
)
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.models import Category, Notebook
from nbcommons.notebooks.operations import Description
from nbcommons.notebooks.secrets.findings import secrets_in_texts
from nbcommons.notebooks.tags import MOST_TAGS, fault_of_tags, tidy_tags

TITLE_LENGTH = 200
PURPOSE_LENGTH = 1000
LANGUAGE_LENGTH = 40
VERSION_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Edited:
    """What came of an edit. ``kept`` names what somebody else changed meanwhile, and stays."""

    is_changed: bool
    kept: tuple[str, ...] = ()


@transaction.atomic
def edit_notebook(
    actor: Actor,
    notebook: Notebook,
    *,
    details: Details,
    seen: str | None = None,
    fine: Collection[str] = (),
    takes_hints: bool = False,
    at: datetime,
) -> Edited:
    """Replace what people read about ``notebook``.

    ``seen`` is the stamp of what the actor started from: what others changed since, and the
    actor did not, is kept. Without it everything is replaced. ``fine``: keys of findings that
    the actor says are no secrets; ``takes_hints``: e-mail addresses and the like need no word, for
    programs that nobody can ask. Raises ``Denied``, ``Invalid``, ``Undecided``,
    ``RestrictedTag``, or ``ChangedMeanwhile`` when both changed the same.
    """
    row = held(actor, Action.NOTEBOOK_EDIT, notebook)
    now = details_of(row)
    wanted = _checked(details)
    kept: tuple[str, ...] = ()
    if seen is not None:
        wanted, kept = _merged(now, wanted, seen)
    if wanted == now:
        return Edited(is_changed=False, kept=kept)
    _require_free_tags(actor, now, wanted)
    # Tags as they were typed: a key in small letters is no longer known as one.
    typed = replace(wanted, tags=(*wanted.tags, *details.tags))
    _require_no_secrets(now, typed, fine, takes_hints=takes_hints)
    catalogue.describe(row, Description(**asdict(wanted)), actor_id=actor.person_id, at=at)
    return Edited(is_changed=True, kept=kept)


def _checked(details: Details) -> Details:
    title = one_line(details.title)
    if not title:
        raise Invalid("Give the notebook a title.", field="title")
    if len(title) > TITLE_LENGTH:
        raise Invalid(f"A title has {TITLE_LENGTH} signs at most.", field="title")
    purpose = several_lines(details.purpose)
    if len(purpose) > PURPOSE_LENGTH:
        raise Invalid(f"A description has {PURPOSE_LENGTH:,} signs at most.", field="purpose")
    if details.category not in Category.values:
        raise Invalid("Choose what kind of notebook it is.", field="category")
    language = one_line(details.language.lower())
    if not language or len(language) > LANGUAGE_LENGTH:
        raise Invalid("Say which language the code is in, as “python”.", field="language")
    version = one_line(details.language_version)
    if len(version) > VERSION_LENGTH:
        raise Invalid("A version of a language is short, as “3.12”.", field="language_version")
    if fault := fault_of_tags(details.tags):
        raise Invalid(fault, field="tags")
    tags = tidy_tags(details.tags)
    if len(tags) > MOST_TAGS:
        raise Invalid(
            f"Choose the {MOST_TAGS} tags that a colleague would search for; there are "
            f"{len(tags)}.",
            field="tags",
        )
    return Details(title, purpose, language, details.category, tags, version)


def _require_no_secrets(
    now: Details, wanted: Details, fine: Collection[str], *, takes_hints: bool
) -> None:
    """Raises ``Undecided`` for what may be a secret, is new, and is not said to be ``fine``."""
    known = {found.key for found in secrets_in_texts(texts_of(now))}
    new = (found for found in secrets_in_texts(texts_of(wanted)) if found.key not in known)
    require_decided(
        new,
        fine=fine,
        takes_hints=takes_hints,
        advice="Take it out, or say on the page where this is edited that it is none.",
    )


def _merged(now: Details, wanted: Details, seen: str) -> tuple[Details, tuple[str, ...]]:
    """``wanted``, but what only others changed since ``seen`` as it is now; and their names."""
    theirs, mine = changed_since(seen, asdict(now)), changed_since(seen, asdict(wanted))
    both = tuple(
        name for name in sorted(theirs & mine) if getattr(now, name) != getattr(wanted, name)
    )
    if both:
        raise ChangedMeanwhile(
            "Somebody else changed the same things since you opened this page.", fields=both
        )
    kept = tuple(sorted(theirs - mine))
    return replace(wanted, **{name: getattr(now, name) for name in kept}), kept


def _require_free_tags(actor: Actor, now: Details, wanted: Details) -> None:
    """Raises ``RestrictedTag`` when a tag kept for administrators comes or goes."""
    touched = set(now.tags) ^ set(wanted.tags)
    restricted = () if actor.sees_everything else restricted_among(touched)
    if restricted:
        names = " and ".join(f"“{name}”" for name in restricted)
        raise RestrictedTag(f"Only administrators put {names} on a notebook or take it off.")
