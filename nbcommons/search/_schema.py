"""The fields of the index: how each is cut into words, and how much it weighs."""

import hashlib
import json
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from typing import Any, NamedTuple

import orjson
import tantivy

from nbcommons.search import _analysis
from nbcommons.search._values import SearchDocument

# Raise it when the text of a field changes without the tables below showing it: the index in the
# data folder is then built anew.
SCHEMA_VERSION = 5

# Fields that words are searched in, with their weights. Scheme "K3": chosen by measurement over
# 36 others (NDCG@10 .84 against .39 for a heavy title boost). `about` came later and holds what
# that corpus had not: purpose, tags, who looks after it.
TEXT_FIELDS: dict[str, float] = {
    "title": 2.0,
    "head": 2.0,
    "about": 1.5,
    "md": 1.0,
    "codesp": 0.7,
}
IDENT_FIELD = "ident"
IDENT_WEIGHT = 1.0
# All stems of all the text fields at once, and of identifiers as they stand: whether a word is
# there at all takes one look.
EVERY_FIELD = "every"
# Whole-query phrases: weight by field. Then phrases of two neighbours.
PHRASE_WEIGHTS = {"title": 4.0, "head": 6.0, "about": 2.0, "md": 2.0, "codesp": 2.0}
PAIR_WEIGHTS = {"head": 1.0, "md": 0.5, "codesp": 0.5}

# Field -> (tokenizer, index option, is it a fast field). A field that comes to mean something
# else gets a new name: see ``_fields``.
TEXTS: dict[str, tuple[str, str, bool]] = {
    "title": ("stems", "position", False),
    "head": ("stems", "position", False),
    "about": ("stems", "position", False),
    "md": ("stems", "position", False),
    "codesp": ("stems", "position", False),
    "ident": ("idents", "freq", False),
    "every": ("stems", "position", False),
    # Words as they were written: for spelling and completion.
    "words": ("words", "basic", False),
    "titlewords": ("words", "basic", False),
    # The words of the title as one value: to find it exactly, and to sort by.
    "wholetitle": ("raw", "basic", True),
    "by": ("words", "position", False),
    "teamnames": ("words", "position", False),
    "organisationnames": ("words", "position", False),
    "audience": ("raw", "basic", False),
    "labels": ("raw", "basic", False),
    "owner": ("raw", "basic", False),
    # `p:` and the user name, or `t:` and the slug of the team.
    "keeper": ("raw", "basic", True),
    "tags": ("raw", "basic", True),
    "languages": ("raw", "basic", True),
    # The language, and the language with its version: `python`, `python3`, `python3.11`,
    # `python3.11.2`.
    "languageforms": ("raw", "basic", False),
    "categories": ("raw", "basic", True),
    "health": ("raw", "basic", True),
    "teams": ("raw", "basic", True),
    "organisations": ("raw", "basic", True),
    "packages": ("raw", "basic", True),
    "marks": ("raw", "basic", False),
}
# Signed, because deleting by an unsigned term finds nothing (tantivy-py 0.27).
NUMBERS = (
    "id",
    "stamp",
    "people",
    "runs",
    "trending",
    "created",
    "updated",
    "healthiest",
    "merit",
)

FACETS = (
    "languages",
    "tags",
    "categories",
    "health",
    "teams",
    "organisations",
    "packages",
)
HEALTH_RANK = {"healthy": 2, "unknown": 1, "unhealthy": 0}
DEPRECATED = "deprecated"

# JSON of the texts that snippets are cut from.
SHOWN_FIELD = "shown"

# How far health, trending and deprecation move a result, as shares of its score. Small on
# purpose: they decide between answers that fit nearly as well, and never bring up a worse one.
HEALTH_SHARE = 0.08
TREND_SHARE = 0.06
DEPRECATED_SHARE = 0.2
MERIT_UNIT = 1000

_MOST = 2**26 - 1
# Characters of Markdown, and of code, that are searched; and that snippets are cut from.
_MAX_TEXT = 400_000
_SHOWN_TEXT = 30_000
# Of the title, as one value.
_WHOLE_TITLE = 200
# Of a version of a language, as 3.11.2.
_MOST_PARTS = 4


class Shown(NamedTuple):
    """The texts of a notebook that snippets are cut from."""

    title: str = ""
    purpose: str = ""
    markdown: str = ""
    code: str = ""


def version() -> str:
    """What an index must have been built with to be the newest kind."""
    table = json.dumps(
        [
            SCHEMA_VERSION,
            TEXTS,
            NUMBERS,
            _analysis.VERSION,
            [HEALTH_SHARE, TREND_SHARE, DEPRECATED_SHARE],
        ]
    )
    return f"{metadata.version('tantivy')}-{hashlib.sha256(table.encode()).hexdigest()[:12]}"


@cache
def schema() -> tantivy.Schema:
    """The fields, as tantivy wants them."""
    builder = tantivy.SchemaBuilder()
    for name in NUMBERS:
        builder.add_integer_field(name, indexed=name == "id", fast=True)
    for name, (tokenizer, option, fast) in TEXTS.items():
        builder.add_text_field(name, tokenizer_name=tokenizer, index_option=option, fast=fast)
    builder.add_bytes_field(SHOWN_FIELD, stored=True)
    return builder.build()


def register_analyzers(index: tantivy.Index) -> None:
    """Make the tokenizers of the table known to ``index``."""
    for name, analyzer in _analysis.analyzers().items():
        index.register_tokenizer(name, analyzer)


def tantivy_document(document: SearchDocument) -> tantivy.Document:
    """``document`` as the writer takes it."""
    fields = _text_values(document) | _exact_values(document) | _numbers(document)
    fields[SHOWN_FIELD] = shown_bytes(document)
    return tantivy.Document.from_dict(_filled(fields), schema())


def whole_title(title: str) -> str:
    """The words of ``title`` as one value; two titles with the same words have the same."""
    return " ".join(_analysis.words(title))[:_WHOLE_TITLE]


def merit_of(document: SearchDocument) -> float:
    """By what a result's score is multiplied for its health, trend and standing; near 1."""
    is_known = document.health in {"healthy", "unhealthy"}
    above_half = 2 * min(max(document.health_score, 0.0), 1.0) - 1 if is_known else 0.0
    merit = 1 + HEALTH_SHARE * above_half + TREND_SHARE * min(max(document.trending, 0.0), 1.0)
    return merit - DEPRECATED_SHARE * document.is_deprecated


def shown_bytes(document: SearchDocument) -> bytes:
    """The texts of ``document`` that a person may be shown, as ``Shown`` reads them."""
    return orjson.dumps(
        [
            document.title,
            document.purpose,
            document.markdown[:_SHOWN_TEXT],
            document.code[:_SHOWN_TEXT],
        ]
    )


def shown(document: tantivy.Document) -> Shown:
    """The texts kept in the index for ``document``."""
    return Shown(*orjson.loads(bytes(document.get_first(SHOWN_FIELD) or b"[]")))


def _text_values(document: SearchDocument) -> dict[str, Any]:
    markdown = _analysis.spread(document.markdown[:_MAX_TEXT])
    code = document.code[:_MAX_TEXT]
    split = _analysis.split_code(code)
    headings = [_analysis.spread(text) for text in document.headings]
    title = _analysis.spread(document.title)
    about = [
        _analysis.spread(text)
        for text in (
            document.purpose,
            *document.tags,
            f"{document.owner} {document.owner_name}",
            document.team_name,
            document.language,
            document.category_words,
        )
        if text
    ]
    return {
        "title": title,
        "head": headings,
        "about": about,
        "md": markdown,
        "codesp": split,
        "ident": code,
        "every": [title, *headings, *about, markdown, split, _analysis.humped(code)],
        "words": [title, *headings, *about, markdown],
        "titlewords": [title, *document.tags],
        "wholetitle": whole_title(document.title) or document.title[:_WHOLE_TITLE].lower(),
        "by": [document.owner, document.owner_name, document.team, document.team_name],
        "teamnames": [document.team, document.team_name],
        "organisationnames": list(document.organisation_names),
    }


def _exact_values(document: SearchDocument) -> dict[str, Any]:
    language = document.language.lower()
    return {
        "audience": list(document.audience),
        "labels": [str(label) for label in document.labels],
        "owner": document.owner,
        "keeper": f"t:{document.team}" if document.team else f"p:{document.owner}",
        "tags": [tag.lower() for tag in document.tags],
        "languages": language,
        "languageforms": _language_forms(language, document.language_version),
        "categories": document.category,
        "health": document.health,
        "teams": document.team,
        "organisations": [str(key) for key in document.organisations],
        "packages": list(dict.fromkeys(package.lower() for package in document.packages)),
        "marks": DEPRECATED if document.is_deprecated else "",
    }


def _numbers(document: SearchDocument) -> dict[str, int]:
    updated_s = _seconds(document.updated_at)
    people = min(document.people, _MOST)
    trending = int(min(max(document.trending, 0.0), 1.0) * 1000)
    return {
        "id": document.notebook_id,
        "stamp": document.stamp,
        # One number orders by people, then by age: the index sorts by a single field.
        "people": people << 36 | updated_s,
        "runs": min(document.runs, _MOST) << 36 | updated_s,
        "trending": trending << 36 | updated_s,
        "created": _seconds(document.created_at or document.updated_at),
        "updated": updated_s,
        "healthiest": _health_order(document) << 26 | people,
        "merit": round(merit_of(document) * MERIT_UNIT),
    }


def _language_forms(language: str, version: str) -> list[str]:
    if not (language and version):
        return [language] if language else []
    parts = version.split(".")[:_MOST_PARTS]
    shorter = [f"{language}{'.'.join(parts[:count])}" for count in range(1, len(parts) + 1)]
    return list(dict.fromkeys([language, *shorter, f"{language}{version}"]))


def _filled(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in ("", [])}


def _seconds(moment: datetime) -> int:
    since_epoch = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return max(0, int(since_epoch.total_seconds()))


def _health_order(document: SearchDocument) -> int:
    score = min(max(document.health_score, 0.0), 1.0)
    return HEALTH_RANK.get(document.health, 1) << 10 | int(score * 1000)
