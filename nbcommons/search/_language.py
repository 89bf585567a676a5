"""The query language: what a person typed, taken apart. Whatever they type, never an error."""

import re
from dataclasses import dataclass

from nbcommons.search import _analysis

MAX_CHARACTERS = 1_000
MAX_PARTS = 24
MAX_WANTED = 8
"""What comes after is not read: nobody asks for so much, and phrases cost most."""

_FIELDS = {
    "title": "title",
    "tag": "tags",
    "tags": "tags",
    "language": "languages",
    "lang": "languages",
    "by": "by",
    "owner": "by",
    "category": "categories",
    "health": "health",
}
_PART = re.compile(
    r'(?P<minus>-(?=["\w]))?'
    rf"(?:(?P<field>{'|'.join(_FIELDS)}):(?=[^\s]))?"
    r'(?:"(?P<quoted>[^"]*)"?|(?P<plain>[^\s"]+))',
    re.IGNORECASE,
)
_QUOTES = str.maketrans(dict.fromkeys("“”„«»″", '"'))
_JOINERS = frozenset({"AND", "OR"})


@dataclass(frozen=True, slots=True)
class Part:
    """One thing asked for: ``text`` in ``field`` (empty: anywhere)."""

    text: str
    field: str = ""
    is_phrase: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A query taken apart.

    ``words`` should all be there, ``wanted`` (quoted or in a named field) must be, and nothing
    of
    ``unwanted`` may.
    """

    words: tuple[str, ...] = ()
    wanted: tuple[Part, ...] = ()
    unwanted: tuple[Part, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.wanted or self.unwanted)


def parse(text: str) -> Question:
    """``text`` taken apart.

    ``"two words"`` is a phrase, open to the end when the second quote is missing; ``-word``
    excludes; ``title:``, ``tag:``, ``language:``, ``by:``, ``category:`` and ``health:`` look
    in
    one field; ``AND`` and ``OR`` in capitals are passed over. All else is words.
    """
    words: list[str] = []
    wanted: list[Part] = []
    unwanted: list[Part] = []
    readable = _analysis.clean(text[:MAX_CHARACTERS]).translate(_QUOTES).replace("\0", " ")
    for count, match in enumerate(_PART.finditer(readable)):
        if count >= MAX_PARTS:
            break
        quoted = match["quoted"]
        part = Part(
            text=(quoted if quoted is not None else match["plain"]).strip(),
            field=_FIELDS.get((match["field"] or "").lower(), ""),
            is_phrase=quoted is not None,
        )
        if not part.text or part.text in _JOINERS:
            continue
        if match["minus"]:
            unwanted.append(part)
        elif part.field or part.is_phrase:
            wanted += [part] * (len(wanted) < MAX_WANTED)
        else:
            words.append(part.text)
    return Question(tuple(words), tuple(wanted), tuple(unwanted))
