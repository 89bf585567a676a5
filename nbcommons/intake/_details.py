"""What an author says about a draft, and how what two pages say of it goes together."""

from dataclasses import dataclass, replace
from uuid import UUID

from nbcommons.core.stamps import changed_since, stamp_of
from nbcommons.intake.models import Becomes, Draft


@dataclass(frozen=True, slots=True)
class Details:
    """What an author says about a draft.

    kept_pictures: keys of the pictures to keep; None leaves the choice as it is, and keeps besides
    what a newly chosen target holds. becomes and target: a new notebook, the next
    version of the target, a fork of it or a change suggested to it. message: what is new in a
    version, or why a change is suggested. shared_with: names
    of people and teams as typed, parted by commas. team: slug of the team that will look after it,
    empty for the author alone. labels: slugs of access labels. seen_number: the version of the
    target that the author was shown, if any.
    """

    title: str
    purpose: str
    category: str
    visibility: str
    tags: tuple[str, ...]
    kept_pictures: frozenset[int] | None = None
    becomes: str = Becomes.NEW
    target: UUID | None = None
    message: str = ""
    shared_with: str = ""
    team: str = ""
    labels: frozenset[str] = frozenset()
    seen_number: int | None = None


@dataclass(frozen=True, slots=True)
class Described:
    """What came of a description.

    details: what the draft holds now. sent: what was asked for, tidied. kept: names of what was
    changed elsewhere alone, and stays. unsettled: of what was changed in both places, and is as it
    was made elsewhere until its author has seen that. ``becomes`` stands for the target as well.
    """

    details: Details
    sent: Details
    kept: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()


def details_of(draft: Draft) -> Details:
    """What is said about ``draft``, as its page shows it; reads its labels and pictures."""
    # A change is suggested on a page of its own.
    is_change = draft.becomes == Becomes.CHANGE
    return Details(
        title=draft.title,
        purpose=draft.purpose,
        category=draft.category,
        visibility=draft.visibility,
        tags=tuple(tag["name"] for tag in draft.tags if tag["is_chosen"]),
        kept_pictures=frozenset(
            draft.pictures.filter(is_kept=True).values_list("pk", flat=True)
        ),
        becomes=Becomes.FORK if is_change else draft.becomes,
        target=draft.target.uuid if draft.target else None,
        message="" if is_change else draft.message,
        shared_with=draft.shared_with,
        team=draft.team.slug if draft.team else "",
        labels=frozenset(draft.labels.values_list("slug", flat=True)),
    )


def stamp_of_details(details: Details, *, but: tuple[str, ...] = ()) -> str:
    """The stamp of a page that shows ``details``; what is in ``but`` it counts as not seen."""
    values = _values(details)
    return stamp_of({name: value for name, value in values.items() if name not in but})


def changed_in(details: Details, *, since: str) -> frozenset[str]:
    """The names of what is not in ``details`` as it was when the stamp ``since`` was made."""
    return changed_since(since, _values(details))


def merged(now: Details, wanted: Details, *, seen: str, told: str) -> Described:
    """``wanted``, but what was changed elsewhere since ``seen`` as it is ``now``.

    told: the stamp of what was changed elsewhere and then shown beside one's own: what is still
    so has been decided, and is as ``wanted``.
    """
    are, become = _values(now), _values(wanted)
    theirs, mine = changed_since(seen, are), changed_since(seen, become)
    both = frozenset(name for name in theirs & mine if are[name] != become[name])
    unsettled = both & changed_since(told, are)
    kept = theirs - mine
    fields = {part for name in unsettled | kept for part in _PARTS.get(name, (name,))}
    return Described(
        details=replace(wanted, **{field: getattr(now, field) for field in fields}),
        sent=wanted,
        kept=tuple(name for name in are if name in kept),
        unsettled=tuple(name for name in are if name in unsettled),
    )


# One choice in two fields: neither makes sense without the other.
_PARTS = {"becomes": ("becomes", "target")}


def _values(details: Details) -> dict[str, object]:
    """What is compared, by name: the same words for the same choice, in the order of the page."""
    values: dict[str, object] = {
        "becomes": (str(details.becomes), str(details.target or "")),
        "message": details.message,
        "title": details.title,
        # A form takes spaces off the end that a cut has left there.
        "purpose": details.purpose.strip(),
        "category": str(details.category),
        "tags": sorted(details.tags),
        "visibility": str(details.visibility),
        "shared_with": details.shared_with,
        "team": details.team,
        "labels": sorted(details.labels),
    }
    if details.kept_pictures is not None:
        values["kept_pictures"] = sorted(details.kept_pictures)
    return values
