"""Which tags are proposed: the rules that the commons ships with, and what the operator changed."""

from dataclasses import dataclass

from nbcommons.intake.models import TagRule
from nbcommons.notebooks.models import Tag
from nbcommons_ipynb.proposing import DEFAULT_RULES, TagRules


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule as it holds now. is_changed: not as it was shipped, or the operator's own."""

    kind: str
    pattern: str
    tags: tuple[str, ...]
    is_changed: bool


def tag_rules() -> TagRules:
    """The rules in force; restricted tags are never proposed. Two queries."""
    imports, words = dict(DEFAULT_RULES.imports), dict(DEFAULT_RULES.words)
    for kind, pattern, tags in TagRule.objects.values_list("kind", "pattern", "tags"):
        table = imports if kind == TagRule.Kind.IMPORT else words
        table[pattern] = tuple(tags)
    return TagRules(imports=imports, words=words, refused=restricted_tags())


def restricted_tags() -> frozenset[str]:
    """The tags that only administrators may put on a notebook."""
    return frozenset(Tag.objects.filter(is_restricted=True).values_list("name", flat=True))


def rule_rows() -> tuple[RuleRow, ...]:
    """All rules for a list, libraries first, then by their pattern."""
    rules = tag_rules()
    changed = set(TagRule.objects.values_list("kind", "pattern"))
    tables = ((TagRule.Kind.IMPORT, rules.imports), (TagRule.Kind.WORD, rules.words))
    return tuple(
        RuleRow(str(kind), pattern, table[pattern], (kind, pattern) in changed)
        for kind, table in tables
        for pattern in sorted(table, key=str.lower)
    )
