"""The rules by which tags are proposed, part by part."""

from dataclasses import dataclass

from nbcommons.administration.queries.paging import pager_for
from nbcommons.core.paging import Pager
from nbcommons.intake.queries.tag_rules import RuleRow, rule_rows

PAGE_SIZE = 50
KINDS = ("import", "word")


@dataclass(frozen=True, slots=True)
class RulesPage:
    """Rules about libraries and words, all or only those that were changed here."""

    query: str
    kind: str
    is_changed: bool
    rows: tuple[RuleRow, ...]
    total: int
    pager: Pager


def rules_page(*, query: str, kind: str, is_changed: bool, page: int) -> RulesPage:
    """The rules whose pattern or tags hold ``query``; ``kind`` import, word or "" for both."""
    words = query.lower()
    found = [
        row
        for row in rule_rows()
        if kind in {"", row.kind}
        and (row.is_changed or not is_changed)
        and any(words in text.lower() for text in (row.pattern, *row.tags))
    ]
    first = (page - 1) * PAGE_SIZE
    return RulesPage(
        query=query,
        kind=kind,
        is_changed=is_changed,
        rows=tuple(found[first : first + PAGE_SIZE]),
        total=len(found),
        pager=pager_for(
            len(found),
            page=page,
            size=PAGE_SIZE,
            q=query,
            kind=kind,
            only="changed" * is_changed,
        ),
    )


def rule_of(kind: str, pattern: str) -> RuleRow | None:
    """One rule as it holds now; None when there is none."""
    rows = rule_rows()
    return next((row for row in rows if (row.kind, row.pattern) == (kind, pattern)), None)
