"""A first proposal of what a person would say about their notebook, to be corrected by them."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath
from typing import Literal

from nbcommons_ipynb.cells import Document, code_cells
from nbcommons_ipynb.finishing import Finisher, text_of
from nbcommons_ipynb.highlighting import Highlighter
from nbcommons_ipynb.imports import imports_of
from nbcommons_ipynb.languages import language_of, version_of
from nbcommons_ipynb.markdown import to_html
from nbcommons_ipynb.topics import LIBRARY_TAGS, PART_HEADINGS, PLAIN_WORDS, WORD_TAGS

TITLE_LENGTH = 200
DESCRIPTION_LENGTH = 400
MOST_TAGS = 8
MOST_TITLE_TAGS = 3
NO_TITLE = "Untitled notebook"

LEAST_PROSE_WORDS = 5
LEAST_TAG_LETTERS = 4
LEAST_MENTIONS = 3
READ_CELLS = 12
"""How many text cells are read for a title and a description."""

Category = Literal["operational", "course", "building_block"]

_PARAGRAPH = re.compile(r"<p(?: [^>]*)?>(.*?)</p>", re.DOTALL)
_PICTURE = re.compile(
    r'<span class="gone">.*?</span>|<a [^>]*>Picture at [^<]*</a>|<img [^>]*>', re.DOTALL
)
_COPY = re.compile(r"(?:[-_ ]+copy\d*|[-_ ]*\(\d+\)|[-_ ]+final|[-_ ]+v\d+)+$", re.IGNORECASE)
_UNTITLED = re.compile(r"untitled\d*|notebook|unnamed", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s_+]+|(?<=\w)-+(?=\w)")
_NOT_SHOWN = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]+")
_SENTENCE_END = re.compile(r"[.!?](?=\s)")
_NUMBERED = re.compile(r"\A\s*(?:\d{1,3}[.):]\s+)+(?=\S)")
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(\S.*)$", re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]+")
_TEACHES = re.compile(
    r"\b(?:exercises?|lessons?|tutorials?|courses?|homework|assignments?|quiz|workshop|lectures?"
    r"|learn(?:ing)? to|introduction to|intro to|\w* ?101)\b",
    re.IGNORECASE,
)
_DEFINES = re.compile(r"(?:def|class|async def)\s|@\w", re.ASCII)
_PREPARES = re.compile(r"import\s|from\s|%|#|\"\"\"", re.ASCII)


@dataclass(frozen=True, slots=True)
class ProposedTag:
    """A tag in small letters, and why: ``it uses pandas`` or ``from your title``."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a person is asked to confirm.

    title: never empty. description: at most 400 characters of plain text, or empty.
    language: in small letters; Python when the notebook does not say. language_version: empty when
    it does not say.
    """

    title: str
    description: str
    tags: tuple[ProposedTag, ...]
    language: str
    category: Category
    language_version: str = ""


@dataclass(frozen=True, slots=True)
class TagRules:
    """Which tags are proposed; all in small letters but the names of libraries.

    imports: tags by the outermost name of a library. words: tags by a word of the title or of a
    heading. refused: tags that are never proposed.
    """

    imports: Mapping[str, tuple[str, ...]]
    words: Mapping[str, tuple[str, ...]]
    refused: frozenset[str] = frozenset()


DEFAULT_RULES = TagRules(
    imports={library: (tag,) for library, tag in LIBRARY_TAGS.items()},
    words={word: (tag,) for word, tag in WORD_TAGS.items()},
)


def propose(document: Document, filename: str, *, rules: TagRules = DEFAULT_RULES) -> Proposal:
    """What the stripped ``document``, saved as ``filename``, seems to be."""
    headings, paragraphs = _read(document)
    title = _title(document, headings, filename)
    description = next((text for text in paragraphs if _is_prose(text)), "")
    return Proposal(
        title=title,
        description=_shortened(description, DESCRIPTION_LENGTH),
        tags=_tags(document, title, rules),
        language=language_of(document) or "python",
        language_version=version_of(document),
        category=_category(document, " ".join((title, *headings, _from_filename(filename)))),
    )


def _read(document: Document) -> tuple[list[str], list[str]]:
    """The headings and the paragraphs of the first text cells, as plain text."""
    highlighter, finisher = Highlighter(""), Finisher()
    headings: list[str] = []
    paragraphs: list[str] = []
    texts = [cell["source"] for cell in document["cells"] if cell["cell_type"] == "markdown"]
    for position, source in enumerate(texts[:READ_CELLS]):
        html = to_html(source, highlighter=highlighter, name=str(position))
        finished = finisher.finish(html, position, {})
        headings += [heading.text for heading in finished.headings]
        found = _PARAGRAPH.findall(_PICTURE.sub("", finished.html))
        paragraphs += [text for text in map(text_of, found) if text]
        if headings and any(map(_is_prose, paragraphs)):
            break
    return headings, paragraphs


def _title(document: Document, headings: list[str], filename: str) -> str:
    own = document["metadata"].get("title", "")
    telling = [text for text in headings if text.strip(" .:").lower() not in PART_HEADINGS]
    candidates = (own, *telling[:1], _from_filename(filename), *headings[:1])
    for candidate in candidates:
        shown = _NOT_SHOWN.sub(" ", _NUMBERED.sub("", candidate, count=1))
        title = _shortened(" ".join(shown.split()), TITLE_LENGTH)
        if title:
            return title
    return NO_TITLE


def _from_filename(filename: str) -> str:
    """A file name as words; empty when it is only what Jupyter calls a new file."""
    name = PurePosixPath(filename.replace("\\", "/")).name
    stem = name[: -len(".ipynb")] if name.lower().endswith(".ipynb") else name
    stem = _COPY.sub("", stem)
    words = _SEPARATORS.sub(" ", stem).strip(" .-")
    if not words or _UNTITLED.fullmatch(words):
        return ""
    return words[0].upper() + words[1:]


def _is_prose(text: str) -> bool:
    return len(_WORD.findall(text)) >= LEAST_PROSE_WORDS


def _shortened(text: str, length: int) -> str:
    """``text`` cut after its last whole sentence that fits, else after its last whole word."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, length)]
    if ends and ends[-1] > length // 2:
        return text[: ends[-1]]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:") + "…"


def _tags(document: Document, title: str, rules: TagRules) -> tuple[ProposedTag, ...]:
    texts = [cell["source"] for cell in document["cells"] if cell["cell_type"] == "markdown"]
    tags: dict[str, str] = {}
    for tag, reason in (
        *_from_words(title, "from your title", rules),
        *_from_title(title, texts),
        *_from_libraries(document, rules),
        *_from_words(" ".join(_headings(texts)), "from your headings", rules),
    ):
        if tag not in rules.refused:
            tags.setdefault(tag, reason)
    return tuple(ProposedTag(name, reason) for name, reason in list(tags.items())[:MOST_TAGS])


def _from_title(title: str, texts: list[str]) -> Iterator[tuple[str, str]]:
    """Words of the title; each is the topic only if the text keeps coming back to it."""
    counts = Counter(word.lower() for text in texts for word in _WORD.findall(text))
    words = dict.fromkeys(word.lower() for word in _WORD.findall(title))
    telling = (
        word
        for word in words
        if len(word) >= LEAST_TAG_LETTERS
        and word not in PLAIN_WORDS
        and counts[word] >= LEAST_MENTIONS
    )
    return ((word, "from your title") for word in islice(telling, MOST_TITLE_TAGS))


def _from_libraries(document: Document, rules: TagRules) -> Iterator[tuple[str, str]]:
    for library in imports_of(document):
        for tag in rules.imports.get(library, ()):
            yield tag, f"it uses {library}"


def _from_words(text: str, reason: str, rules: TagRules) -> Iterator[tuple[str, str]]:
    for word in _WORD.findall(text.lower()):
        for tag in rules.words.get(word, ()):
            yield tag, reason


def _headings(texts: list[str]) -> list[str]:
    return [heading for text in texts for heading in _HEADING.findall(text)]


def _category(document: Document, names: str) -> Category:
    """A lesson says so or has exercises; a building block only defines; the rest does work."""
    has_exercise = any(
        key.startswith("ordo_") for cell in document["cells"] for key in cell["metadata"]
    )
    if has_exercise or _TEACHES.search(names):
        return "course"
    starts = [cell.source.lstrip() for cell in code_cells(document)]
    defining = [bool(_DEFINES.match(start)) for start in starts]
    others = [start for start, defines in zip(starts, defining, strict=True) if not defines]
    if any(defining) and all(_PREPARES.match(start) for start in others):
        return "building_block"
    return "operational"
