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

# Raise it when the text of a field changes without the table below showing it: the index in the
# data folder is then built anew.
SCHEMA_VERSION = 1

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
# Whole-query phrases: weight by field. Then phrases of two neighbours.
PHRASE_WEIGHTS = {"title": 4.0, "head": 6.0, "about": 2.0, "md": 2.0, "codesp": 2.0}
PAIR_WEIGHTS = {"head": 1.0, "md": 0.5, "codesp": 0.5}

# Field -> (tokenizer, index option, is it a fast field)
_TEXT: dict[str, tuple[str, str, bool]] = {
    "title": ("stems", "position", False),
    "head": ("stems", "position", False),
    "about": ("stems", "position", False),
    "md": ("stems", "position", False),
    "codesp": ("stems", "position", False),
    "ident": ("idents", "freq", False),
    # Words as they were written: for spelling and completion.
    "words": ("words", "basic", False),
    "titlewords": ("words", "basic", False),
    "by": ("words", "position", False),
    "audience": ("raw", "basic", False),
    "owner": ("raw", "basic", False),
    "tags": ("raw", "basic", True),
    "languages": ("raw", "basic", True),
    "categories": ("raw", "basic", True),
    "health": ("raw", "basic", True),
}
# Signed, because deleting by an unsigned term finds nothing (tantivy-py 0.27).
_NUMBERS = ("id", "stamp", "people", "newest", "healthiest")

FACETS = ("languages", "tags", "categories", "health")
HEALTH_RANK = {"healthy": 2, "unknown": 1, "unhealthy": 0}

# JSON of the texts that snippets are cut from.
SHOWN_FIELD = "shown"

_MAX_PEOPLE = 2**26 - 1
# Characters of Markdown, and of code, that are searched; and that snippets are cut from.
_MAX_TEXT = 400_000
_SHOWN_TEXT = 60_000


class Shown(NamedTuple):
    """The texts of a notebook that snippets are cut from."""

    title: str = ""
    purpose: str = ""
    markdown: str = ""
    code: str = ""


def version() -> str:
    """What an index must have been built with to be read by this code."""
    table = json.dumps([SCHEMA_VERSION, _TEXT, _NUMBERS, _analysis.VERSION])
    return f"{metadata.version('tantivy')}-{hashlib.sha256(table.encode()).hexdigest()[:12]}"


@cache
def schema() -> tantivy.Schema:
    """The fields, as tantivy wants them."""
    builder = tantivy.SchemaBuilder()
    for name in _NUMBERS:
        builder.add_integer_field(name, indexed=name == "id", fast=True)
    for name, (tokenizer, option, fast) in _TEXT.items():
        builder.add_text_field(name, tokenizer_name=tokenizer, index_option=option, fast=fast)
    builder.add_bytes_field(SHOWN_FIELD, stored=True)
    return builder.build()


def register_analyzers(index: tantivy.Index) -> None:
    """Make the tokenizers of the table known to ``index``."""
    for name, analyzer in _analysis.analyzers().items():
        index.register_tokenizer(name, analyzer)


def tantivy_document(document: SearchDocument) -> tantivy.Document:
    """``document`` as the writer takes it."""
    markdown = _analysis.spread(document.markdown[:_MAX_TEXT])
    code = document.code[:_MAX_TEXT]
    headings = [_analysis.spread(text) for text in document.headings]
    title = _analysis.spread(document.title)
    about = [
        _analysis.spread(text)
        for text in (
            document.purpose,
            *document.tags,
            f"{document.owner} {document.owner_name}",
            document.language,
            document.category_words,
        )
    ]
    updated_s = _seconds(document.updated_at)
    people = min(document.people, _MAX_PEOPLE)
    fields: dict[str, Any] = {
        "id": document.notebook_id,
        "stamp": document.stamp,
        # One number orders by people, then by age: the index sorts by a single field.
        "people": people << 36 | updated_s,
        "newest": updated_s,
        "healthiest": _health_order(document) << 26 | people,
        "title": title,
        "head": headings,
        "about": about,
        "md": markdown,
        "codesp": _analysis.split_code(code),
        "ident": code,
        "words": [title, *headings, *about, markdown],
        "titlewords": [title, *document.tags],
        "by": [document.owner, document.owner_name],
        "audience": list(document.audience),
        "owner": document.owner,
        "tags": [tag.lower() for tag in document.tags],
        "languages": document.language.lower(),
        "categories": document.category,
        "health": document.health,
        SHOWN_FIELD: shown_bytes(document),
    }
    return tantivy.Document.from_dict(_filled(fields), schema())


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


def _filled(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in ("", [])}


def _seconds(moment: datetime) -> int:
    since_epoch = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return max(0, int(since_epoch.total_seconds()))


def _health_order(document: SearchDocument) -> int:
    score = min(max(document.health_score, 0.0), 1.0)
    return HEALTH_RANK.get(document.health, 1) << 10 | int(score * 1000)
