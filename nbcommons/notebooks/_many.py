"""Many notebooks written by few statements; what ``operations`` does for one, for bulk import."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from django.db.models import Max

from nbcommons.core import events
from nbcommons.notebooks.cells import CellFacts
from nbcommons.notebooks.events import RevisionPublished
from nbcommons.notebooks.incoming import (
    Link,
    MoreVersions,
    NewNotebook,
    NewVersion,
    PackedContent,
)
from nbcommons.notebooks.models import (
    Cell,
    Notebook,
    NotebookShare,
    Revision,
    StoredContent,
    StoredPicture,
    Tag,
)

ROWS_AT_ONCE = 2_000


def create(new: Sequence[NewNotebook]) -> list[Notebook]:
    """The notebooks, in their order, with their versions; announces the newest of each."""
    notebooks = Notebook.objects.bulk_create([_row(one) for one in new])
    _tag(notebooks, new)
    _open_to(notebooks, new)
    versions = {
        notebook.pk: _numbered(one.versions, after=0)
        for notebook, one in zip(notebooks, new, strict=True)
    }
    _write(notebooks, versions, update=["current_revision"])
    return notebooks


def extend(more: Sequence[MoreVersions]) -> list[Notebook]:
    """Add versions to notebooks, in their order; announces the newest of each.

    The rows are locked, so that whoever saves at the same time gets another number.
    """
    wanted = {one.notebook_id: one.versions for one in more}
    rows = Notebook.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    found = {notebook.pk: notebook for notebook in rows}
    last = dict(
        Revision.objects.filter(notebook__in=found)
        .values_list("notebook_id")
        .annotate(last=Max("number"))
    )
    versions = {key: _numbered(wanted[key], after=last.get(key) or 0) for key in found}
    undecided = {one.notebook_id for one in more if one.has_undecided_secrets}
    for key, notebook in found.items():
        notebook.has_undecided_secrets |= key in undecided
        notebook.updated_at = max(notebook.updated_at, versions[key][-1][1].at)
    notebooks = [found[one.notebook_id] for one in more if one.notebook_id in found]
    _write(
        notebooks, versions, update=["current_revision", "updated_at", "has_undecided_secrets"]
    )
    return notebooks


def link(links: Sequence[Link]) -> None:
    """Set what is not set yet; notebooks that are not here are left out."""
    uuids = {
        uuid for one in links for uuid in (one.notebook, one.forked_from, *one.alternatives)
    }
    found = {
        row.uuid: row
        for row in Notebook.objects.filter(uuid__in=[uuid for uuid in uuids if uuid]).order_by(
            "pk"
        )
    }
    forks: list[Notebook] = []
    for one in links:
        notebook, parent = found.get(one.notebook), found.get(one.forked_from or one.notebook)
        if notebook is None or parent is None:
            continue
        if notebook.forked_from_id is None and parent.pk != notebook.pk:
            notebook.forked_from = parent
            notebook.forked_from_number = one.forked_from_number
            forks.append(notebook)
        others = [found[uuid] for uuid in one.alternatives if uuid in found]
        if notebook.deprecated_at is not None and others and not notebook.alternatives.exists():
            notebook.alternatives.set(others)
    Notebook.objects.bulk_update(forks, ["forked_from", "forked_from_number"])


def cell_rows(revision: Revision, cells: Iterable[CellFacts]) -> Iterator[Cell]:
    """The rows of the cells of one version."""
    for position, cell in enumerate(cells):
        yield Cell(
            revision=revision,
            position=position,
            number=cell.number,
            cell_id=cell.cell_id,
            kind=cell.kind,
            fingerprint=cell.fingerprint,
            token_hash=cell.token_hash,
            tags=list(cell.tags),
        )


_Numbered = list[tuple[int, NewVersion]]


def _numbered(versions: Iterable[NewVersion], *, after: int) -> _Numbered:
    """Each with its number: its own, unless that is taken already."""
    found: _Numbered = []
    for version in versions:
        after = max(after + 1, version.number or 0)
        found.append((after, version))
    return found


def _row(new: NewNotebook) -> Notebook:
    deprecation = new.deprecation
    return Notebook(
        uuid=new.uuid,
        title=new.title,
        purpose=new.purpose,
        language=new.language,
        language_version=new.language_version,
        category=new.category,
        owner_id=new.owner_id,
        owner_team_id=new.team_id,
        created_by_id=new.created_by_id,
        visibility=new.visibility,
        history_from=new.history_from,
        team_history_from=new.team_history_from,
        origin=new.origin,
        has_undecided_secrets=new.has_undecided_secrets,
        created_at=new.created_at,
        updated_at=new.updated_at,
        deprecated_at=deprecation.at if deprecation else None,
        deprecated_by_id=deprecation.by_id if deprecation else None,
        deprecation_reason=deprecation.reason if deprecation else "",
        is_frozen=deprecation is not None and deprecation.is_frozen,
    )


def _tag(notebooks: Sequence[Notebook], new: Sequence[NewNotebook]) -> None:
    names = sorted({name for one in new for name in one.tags})
    Tag.objects.bulk_create((Tag(name=name) for name in names), ignore_conflicts=True)
    keys = dict(Tag.objects.filter(name__in=names).values_list("name", "pk"))
    through = Notebook.tags.through
    through.objects.bulk_create(
        through(notebook_id=notebook.pk, tag_id=keys[name])
        for notebook, one in zip(notebooks, new, strict=True)
        for name in dict.fromkeys(one.tags)
    )


def _open_to(notebooks: Sequence[Notebook], new: Sequence[NewNotebook]) -> None:
    """Put labels and shares on them, before anybody else can see them."""
    through = Notebook.labels.through
    through.objects.bulk_create(
        through(notebook_id=notebook.pk, label_id=label)
        for notebook, one in zip(notebooks, new, strict=True)
        for label in dict.fromkeys(one.label_ids)
    )
    NotebookShare.objects.bulk_create(
        NotebookShare(
            notebook=notebook,
            person_id=share.person_id,
            team_id=share.team_id,
            may_edit=share.may_edit,
            history_from=share.history_from,
            created_at=one.created_at,
        )
        for notebook, one in zip(notebooks, new, strict=True)
        for share in one.shares
    )


def _write(
    notebooks: Sequence[Notebook], versions: Mapping[int, _Numbered], *, update: list[str]
) -> None:
    """Write contents, versions and cells, make the newest current, and tell of it."""
    store(version.content for numbered in versions.values() for _, version in numbered)
    written: list[tuple[Notebook, Revision, NewVersion]] = [
        (notebook, _revision(notebook, number, version), version)
        for notebook in notebooks
        for number, version in versions[notebook.pk]
    ]
    Revision.objects.bulk_create([revision for _, revision, _ in written])
    for notebook, revision, _ in written:
        notebook.current_revision = revision
    rows = (
        row for _, revision, version in written for row in cell_rows(revision, version.cells)
    )
    while portion := list(islice(rows, ROWS_AT_ONCE)):
        Cell.objects.bulk_create(portion)
    Notebook.objects.bulk_update(notebooks, update)
    events.publish_many(
        [
            RevisionPublished(
                actor_id=notebook.current_revision.author_id,
                notebook_id=notebook.pk,
                revision_id=notebook.current_revision.pk,
                number=notebook.current_revision.number,
            )
            for notebook in notebooks
            if notebook.current_revision is not None
        ]
    )


def _revision(notebook: Notebook, number: int, version: NewVersion) -> Revision:
    return Revision(
        notebook=notebook,
        number=number,
        content_id=version.content.sha256,
        author_id=version.author_id,
        message=version.message,
        label=version.label,
        from_change=version.from_change,
        cell_count=len(version.cells),
        code_cell_count=sum(1 for cell in version.cells if cell.number is not None),
        created_at=version.at,
    )


def store(contents: Iterable[PackedContent]) -> None:
    """Keep ``contents`` and their pictures, each once."""
    wanted = {content.sha256: content for content in contents}
    pictures = {
        digest: data for one in wanted.values() for digest, data in one.pictures.items()
    }
    # In one order for all writers, so that two of them cannot wait for each other.
    StoredPicture.objects.bulk_create(
        (
            StoredPicture(
                sha256=digest, size_bytes=len(pictures[digest]), data=pictures[digest]
            )
            for digest in sorted(pictures)
        ),
        ignore_conflicts=True,
    )
    StoredContent.objects.bulk_create(
        (
            StoredContent(
                sha256=digest,
                size_bytes=wanted[digest].size_bytes,
                data=wanted[digest].data,
            )
            for digest in sorted(wanted)
        ),
        ignore_conflicts=True,
    )
    holds = StoredContent.pictures.through
    holds.objects.bulk_create(
        (
            holds(storedcontent_id=digest, storedpicture_id=picture)
            for digest in sorted(wanted)
            for picture in sorted(wanted[digest].pictures)
        ),
        ignore_conflicts=True,
    )
