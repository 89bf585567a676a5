"""Unguarded writes of the catalogue; rooms above check first and then call these."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from nbcommons.core import events
from nbcommons.core.signs import one_line, several_lines
from nbcommons.notebooks import _many, packing
from nbcommons.notebooks.cells import CellFacts
from nbcommons.notebooks.events import (
    DeprecationUndone,
    NotebookBinned,
    NotebookDeprecated,
    NotebookDescribed,
    NotebookRemoved,
    NotebookRestored,
    OwnerChanged,
    RevisionLabelled,
    RevisionPublished,
    SharingChanged,
)
from nbcommons.notebooks.incoming import Link, MoreVersions, NewNotebook
from nbcommons.notebooks.models import (
    Cell,
    Notebook,
    NotebookShare,
    Revision,
    StoredContent,
    StoredPicture,
    Tag,
    Visibility,
)
from nbcommons.notebooks.queries import document_of, holders_of_content, unheld_content
from nbcommons_ipynb.sameness import token_hashes

# From few to many: a step to the right opens a notebook to more people.
_WIDTHS = (Visibility.PRIVATE, Visibility.SHARED, Visibility.EVERYONE)
_DEPRECATION = ("deprecated_at", "deprecated_by", "deprecation_reason", "is_frozen")


@dataclass(frozen=True, slots=True)
class Description:
    """What people read about a notebook before they open it."""

    title: str
    purpose: str
    language: str
    category: str
    tags: tuple[str, ...]
    language_version: str = ""


@dataclass(frozen=True, slots=True)
class ShareWith:
    """A person or a team (one of the two) that a notebook is shared with."""

    person_id: int | None = None
    team_id: int | None = None
    may_edit: bool = False


def store_content(canonical: bytes) -> StoredContent:
    """Keep the canonical JSON of a stripped notebook; the same bytes are kept once.

    So is each picture in it, whatever other notebooks it is in.
    """
    content = packing.pack(canonical)
    _many.store([content])
    return StoredContent.objects.get(pk=content.sha256)


@transaction.atomic
def create_notebook(
    *,
    owner_id: int | None = None,
    team_id: int | None = None,
    created_by_id: int | None = None,
    description: Description,
    visibility: str,
    canonical: bytes,
    cells: Sequence[CellFacts],
    message: str = "",
    origin: str = "",
    forked_from: Revision | None = None,
    notebook_uuid: UUID | None = None,
    at: datetime,
) -> Notebook:
    """A new notebook with its version 1; announces ``RevisionPublished``.

    Either ``owner_id`` (a person) or ``team_id`` looks after it. ``created_by_id`` is its first
    author, the owner if not said; a team's notebook needs one.
    """
    author_id = created_by_id or owner_id
    if author_id is None:
        raise ValueError("a team's notebook needs the person who made it")
    notebook = Notebook.objects.create(
        **({"uuid": notebook_uuid} if notebook_uuid else {}),
        title=one_line(description.title),
        purpose=several_lines(description.purpose),
        language=description.language,
        language_version=description.language_version,
        category=description.category,
        visibility=visibility,
        owner_id=owner_id,
        owner_team_id=team_id,
        created_by_id=author_id,
        forked_from_id=forked_from.notebook_id if forked_from else None,
        forked_from_number=forked_from.number if forked_from else None,
        origin=origin,
        created_at=at,
        updated_at=at,
    )
    _set_tags(notebook, description.tags)
    add_revision(
        notebook, author_id=author_id, canonical=canonical, cells=cells, message=message, at=at
    )
    return notebook


@transaction.atomic
def add_revision(
    notebook: Notebook,
    *,
    author_id: int,
    canonical: bytes,
    cells: Sequence[CellFacts],
    message: str = "",
    label: str = "",
    from_change: UUID | None = None,
    at: datetime,
) -> Revision:
    """The next version of ``notebook``, made current; announces ``RevisionPublished``."""
    # The row is locked so that two authors who save at once get two numbers.
    locked = Notebook.objects.select_for_update(of=("self",)).get(pk=notebook.pk)
    last = locked.revisions.order_by("-number").values_list("number", flat=True).first() or 0
    revision = Revision.objects.create(
        notebook=locked,
        number=last + 1,
        content=store_content(canonical),
        author_id=author_id,
        message=message,
        label=label,
        from_change=from_change,
        cell_count=len(cells),
        code_cell_count=sum(1 for cell in cells if cell.number is not None),
        created_at=at,
    )
    Cell.objects.bulk_create(_many.cell_rows(revision, cells))
    notebook.current_revision = revision
    notebook.updated_at = at
    notebook.save(update_fields=["current_revision", "updated_at"])
    events.publish(
        RevisionPublished(
            actor_id=author_id,
            notebook_id=notebook.pk,
            revision_id=revision.pk,
            number=revision.number,
        )
    )
    return revision


@transaction.atomic
def create_notebooks(new: Sequence[NewNotebook]) -> list[Notebook]:
    """Many new notebooks by few statements, in their order.

    Announces ``RevisionPublished`` for the newest version of each.
    """
    return _many.create(new)


@transaction.atomic
def add_versions(more: Sequence[MoreVersions]) -> list[Notebook]:
    """Versions for many notebooks by few statements; those that are gone are left out.

    Announces ``RevisionPublished`` for the newest version of each.
    """
    return _many.extend(more)


@transaction.atomic
def link_notebooks(links: Sequence[Link]) -> None:
    """Say of notebooks that are here what they were made from and what replaces them.

    Only where it is not said yet; a link to a notebook that is not here is left out.
    """
    _many.link(links)


@transaction.atomic
def fill_token_hashes(*, revisions: int) -> int:
    """Work out what is missing to compare cells, for so many versions at most; returns how many.

    Versions of before the column was there, or whose hashes a migration has emptied.
    """
    missing = Cell.objects.filter(token_hash__isnull=True).order_by("revision_id")
    keys = list(missing.values_list("revision_id", flat=True).distinct()[:revisions])
    for revision in Revision.objects.filter(pk__in=keys):
        hashes = dict(enumerate(token_hashes(document_of(revision))))
        cells = list(revision.cells.all())
        for cell in cells:
            cell.token_hash = hashes.get(cell.position, "")
        Cell.objects.bulk_update(cells, ["token_hash"], batch_size=500)
    return len(keys)


@transaction.atomic
def describe(
    notebook: Notebook, description: Description, *, actor_id: int | None, at: datetime
) -> None:
    """Replace what people read about ``notebook``; announces ``NotebookDescribed``."""
    notebook.title = one_line(description.title)
    notebook.purpose = several_lines(description.purpose)
    notebook.language = description.language
    notebook.language_version = description.language_version
    notebook.category = description.category
    notebook.updated_at = at
    notebook.save(
        update_fields=[
            "title", "purpose", "language", "language_version", "category", "updated_at"
        ]
    )  # fmt: skip
    _set_tags(notebook, description.tags)
    events.publish(NotebookDescribed(actor_id=actor_id, notebook_id=notebook.pk))


@transaction.atomic
def label_revision(revision: Revision, label: str, *, actor_id: int | None) -> None:
    """Name a version, or take its name away with an empty one; announces it."""
    revision.label = label
    revision.save(update_fields=["label"])
    events.publish(
        RevisionLabelled(
            actor_id=actor_id, notebook_id=revision.notebook_id, number=revision.number
        )
    )


@transaction.atomic
def set_visibility(
    notebook: Notebook, visibility: str, *, actor_id: int | None, at: datetime
) -> None:
    """Say who may find ``notebook``; announces ``SharingChanged``.

    To those who could not see it before, its history begins with what is current now.
    """
    before = notebook.visibility
    if _WIDTHS.index(Visibility(visibility)) > _WIDTHS.index(Visibility(before)):
        notebook.history_from = _current_number(notebook)
    notebook.visibility = visibility
    notebook.updated_at = at
    notebook.save(update_fields=["visibility", "history_from", "updated_at"])
    events.publish(
        SharingChanged(
            actor_id=actor_id,
            notebook_id=notebook.pk,
            visibility_before=str(before),
            visibility=str(visibility),
        )
    )


def settle_secrets(notebook: Notebook) -> None:
    """Note that somebody decided about what may be a secret in ``notebook``."""
    notebook.has_undecided_secrets = False
    notebook.save(update_fields=["has_undecided_secrets"])


@transaction.atomic
def set_shares(
    notebook: Notebook, shares: Iterable[ShareWith], *, actor_id: int | None, at: datetime
) -> None:
    """Replace the people and teams ``notebook`` is shared with; announces ``SharingChanged``.

    Whoever comes new sees the history from the current version on.
    """
    wanted = {(share.person_id, share.team_id): share for share in shares}
    number = _current_number(notebook)
    removed: list[NotebookShare] = []
    changed: list[NotebookShare] = []
    for share in notebook.shares.select_for_update():
        kept = wanted.pop((share.person_id, share.team_id), None)
        if kept is None:
            removed.append(share)
        elif kept.may_edit != share.may_edit:
            share.may_edit = kept.may_edit
            share.save(update_fields=["may_edit"])
            changed.append(share)
    NotebookShare.objects.filter(pk__in=[share.pk for share in removed]).delete()
    NotebookShare.objects.bulk_create(
        NotebookShare(
            notebook=notebook,
            person_id=share.person_id,
            team_id=share.team_id,
            may_edit=share.may_edit,
            history_from=number,
            created_at=at,
        )
        for share in wanted.values()
    )
    now: list[NotebookShare | ShareWith] = [*changed, *wanted.values()]
    readers = [share for share in now if not share.may_edit]
    editors = [share for share in now if share.may_edit]
    events.publish(
        SharingChanged(
            actor_id=actor_id,
            notebook_id=notebook.pk,
            people_may_read=_people(readers),
            people_may_edit=_people(editors),
            people_removed=_people(removed),
            teams_may_read=_teams(readers),
            teams_may_edit=_teams(editors),
            teams_removed=_teams(removed),
        )
    )


@transaction.atomic
def set_labels(
    notebook: Notebook, label_ids: Iterable[int], *, actor_id: int | None, at: datetime
) -> None:
    """Replace the access labels of ``notebook``; announces ``SharingChanged``.

    Taking one off opens the notebook to more people, who see its history from now on.
    """
    wanted, before = set(label_ids), set(notebook.labels.values_list("pk", flat=True))
    if before - wanted:
        notebook.history_from = _current_number(notebook)
    notebook.labels.set(wanted)
    notebook.updated_at = at
    notebook.save(update_fields=["history_from", "updated_at"])
    events.publish(
        SharingChanged(
            actor_id=actor_id,
            notebook_id=notebook.pk,
            labels_added=sorted(wanted - before),
            labels_removed=sorted(before - wanted),
        )
    )


@transaction.atomic
def set_owner(
    notebook: Notebook,
    *,
    owner_id: int | None = None,
    team_id: int | None = None,
    actor_id: int | None,
    at: datetime,
) -> None:
    """Give ``notebook`` to a person or a team (one of the two); announces ``OwnerChanged``.

    To members of the team who could not see it before, its history begins with what is current.
    """
    old_owner_id, old_team_id = notebook.owner_id, notebook.owner_team_id
    now_owner = Q(team_id=team_id) if owner_id is None else Q(person_id=owner_id)
    if team_id is not None and team_id != old_team_id:
        notebook.team_history_from = _first_of_share(notebook, now_owner)
    notebook.owner_id, notebook.owner_team_id = owner_id, team_id
    notebook.updated_at = at
    notebook.save(update_fields=["owner", "owner_team", "team_history_from", "updated_at"])
    # A share with the owner would outlive the next change of owner.
    notebook.shares.filter(now_owner).delete()
    events.publish(
        OwnerChanged(
            actor_id=actor_id,
            notebook_id=notebook.pk,
            old_owner_id=old_owner_id,
            old_team_id=old_team_id,
            new_owner_id=owner_id,
            new_team_id=team_id,
        )
    )


@transaction.atomic
def deprecate(
    notebook: Notebook,
    *,
    reason: str,
    alternatives: Iterable[Notebook],
    is_frozen: bool,
    actor_id: int | None,
    at: datetime,
) -> None:
    """Say that people should use something else; announces ``NotebookDeprecated``.

    Done again, it replaces reason, alternatives and freezing, and keeps the first date.
    """
    notebook.deprecated_at = notebook.deprecated_at or at
    notebook.deprecated_by_id = actor_id
    notebook.deprecation_reason = reason
    notebook.is_frozen = is_frozen
    notebook.save(update_fields=list(_DEPRECATION))
    notebook.alternatives.set(alternatives)
    events.publish(
        NotebookDeprecated(actor_id=actor_id, notebook_id=notebook.pk, is_frozen=is_frozen)
    )


@transaction.atomic
def undo_deprecation(notebook: Notebook, *, actor_id: int | None) -> None:
    """Say that ``notebook`` may be relied on again; announces ``DeprecationUndone``."""
    notebook.deprecated_at = None
    notebook.deprecated_by_id = None
    notebook.deprecation_reason = ""
    notebook.is_frozen = False
    notebook.save(update_fields=list(_DEPRECATION))
    notebook.alternatives.clear()
    events.publish(DeprecationUndone(actor_id=actor_id, notebook_id=notebook.pk))


@transaction.atomic
def move_to_bin(notebook: Notebook, *, actor_id: int | None, at: datetime) -> None:
    """Hide ``notebook`` from everybody; announces ``NotebookBinned``."""
    notebook.deleted_at = at
    notebook.deleted_by_id = actor_id
    notebook.save(update_fields=["deleted_at", "deleted_by"])
    events.publish(NotebookBinned(actor_id=actor_id, notebook_id=notebook.pk))


@transaction.atomic
def take_from_bin(notebook: Notebook, *, actor_id: int | None) -> None:
    """Bring ``notebook`` back as it was; announces ``NotebookRestored``."""
    notebook.deleted_at = None
    notebook.deleted_by_id = None
    notebook.save(update_fields=["deleted_at", "deleted_by"])
    events.publish(NotebookRestored(actor_id=actor_id, notebook_id=notebook.pk))


@transaction.atomic
def remove_notebook(notebook: Notebook, *, actor_id: int | None) -> None:
    """Take ``notebook`` away with all its versions; announces ``NotebookRemoved``.

    Stored bytes that nothing holds any more go too.
    """
    fact = NotebookRemoved(
        actor_id=actor_id, notebook_id=notebook.pk, notebook_uuid=str(notebook.uuid)
    )
    held = {
        digest
        for holder in holders_of_content()
        for digest in holder.filter(notebook=notebook).values_list("content_id", flat=True)
    }
    # The pointer is protected against deletion of what it points to: let go of it first.
    notebook.current_revision = None
    notebook.save(update_fields=["current_revision"])
    notebook.delete()
    drop_unheld_content(held)
    events.publish(fact)


def drop_unheld_content(digests: Iterable[str]) -> None:
    """Delete those of the stored contents that nothing holds, and pictures that none needs."""
    keys = list(unheld_content().filter(pk__in=list(digests)).values_list("pk", flat=True))
    pictures = list(
        StoredPicture.objects.filter(contents__in=keys).values_list("pk", flat=True).distinct()
    )
    StoredContent.objects.filter(pk__in=keys).delete()
    if pictures:
        StoredPicture.objects.filter(pk__in=pictures, contents__isnull=True).delete()


def _people(shares: Iterable[NotebookShare | ShareWith]) -> list[int]:
    return sorted(share.person_id for share in shares if share.person_id is not None)


def _teams(shares: Iterable[NotebookShare | ShareWith]) -> list[int]:
    return sorted(share.team_id for share in shares if share.team_id is not None)


def _first_of_share(notebook: Notebook, with_whom: Q) -> int:
    """The first version that they see whom it is shared with; the current one if it is not."""
    share = notebook.shares.filter(with_whom).first()
    if share is None or notebook.visibility == Visibility.PRIVATE:
        return _current_number(notebook)
    return max(share.history_from, notebook.history_from)


def _current_number(notebook: Notebook) -> int:
    current = notebook.current_revision
    return 1 if current is None else current.number


def _set_tags(notebook: Notebook, names: Iterable[str]) -> None:
    wanted = sorted(set(names))
    Tag.objects.bulk_create((Tag(name=name) for name in wanted), ignore_conflicts=True)
    notebook.tags.set(Tag.objects.filter(name__in=wanted))
