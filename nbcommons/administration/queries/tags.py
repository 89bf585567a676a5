"""The tags, with how many notebooks have each."""

from dataclasses import dataclass

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from nbcommons.administration.queries.paging import part_of
from nbcommons.core.paging import Pager
from nbcommons.notebooks.models import Notebook, Tag

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class TagRow:
    """A tag; ``notebooks`` counts all that have it, those in the bin too."""

    tag_id: int
    name: str
    notebooks: int
    is_restricted: bool


@dataclass(frozen=True, slots=True)
class TagsPage:
    """Tags by use or name, all or only the restricted ones."""

    query: str
    order: str
    is_restricted: bool
    rows: tuple[TagRow, ...]
    total: int
    pager: Pager


def tags_page(*, query: str, order: str, is_restricted: bool, page: int) -> TagsPage:
    """The tags that ``query`` finds; two queries. ``order`` is "name" or "" (most used first)."""
    links = Notebook.tags.through.objects.filter(tag_id=OuterRef("pk")).order_by()
    counted = links.values("tag_id").annotate(n=Count("pk"))
    found = Tag.objects.annotate(
        notebook_count=Coalesce(Subquery(counted.values("n")), 0)  # type: ignore[misc]
    )
    if query:
        found = found.filter(name__icontains=query)
    if is_restricted:
        found = found.filter(is_restricted=True)
    ordered = (
        found.order_by("name") if order == "name" else found.order_by("-notebook_count", "name")
    )
    part = part_of(
        ordered,
        page=page,
        size=PAGE_SIZE,
        q=query,
        order=order,
        only="restricted" * is_restricted,
    )
    return TagsPage(
        query=query,
        order=order,
        is_restricted=is_restricted,
        rows=tuple(
            TagRow(tag.pk, tag.name, getattr(tag, "notebook_count", 0), tag.is_restricted)
            for tag in part.rows
        ),
        total=part.total,
        pager=part.pager,
    )
